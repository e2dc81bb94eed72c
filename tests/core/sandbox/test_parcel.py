"""What a plugin's interpreter is handed: the far side's files, and nothing else of Kithline."""

import ast
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kithline_core import sandbox
from kithline_core.sandbox import base, parcel, strays

ALLOWED = {"msgspec", "numpy", "pluggy", "kithline_sdk", *sys.stdlib_module_names}


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return {*plain, *(node.module for node in nodes if isinstance(node, ast.ImportFrom))}


@pytest.mark.parametrize("path", sorted(parcel.FAR.glob("*.py")), ids=lambda path: path.stem)
def test_the_far_side_imports_nothing_of_the_hosts(path):
    foreign = {name for name in _imported(path) if name.partition(".")[0] not in ALLOWED}

    assert {name for name in foreign if not f"{name}.".startswith("kithline_core.sandbox.far.")} == set()


def test_the_folder_holds_the_far_side_for_everybody_to_read_and_goes_with_the_sandbox():
    with parcel.unpacked() as folder:
        links = {path.name for path in (folder / parcel.BASE).iterdir() if path.is_symlink()}
        own = [path for path in folder.rglob("*") if not path.is_symlink()]
        files = {str(path.relative_to(folder)) for path in own if path.is_file()}
        modes = {path.stat().st_mode & 0o777 for path in own}

    holders = {"kithline_core/__init__.py", "kithline_core/sandbox/__init__.py"}
    assert files == holders | {f"kithline_core/sandbox/far/{path.name}" for path in parcel.FAR.glob("*.py")}
    assert modes == {0o755, 0o444}
    assert links == set(base.own())
    assert not folder.exists()


def test_the_folder_of_a_killed_host_is_removed_and_that_of_a_living_one_stays():
    boot, namespace, pid, started, token = strays.mark().split(":")
    dead, alive = (
        Path(tempfile.gettempdir(), parcel.NAME + f"{boot}_{namespace}_{pid}_{born}_{token}")
        for born in (f"1{started}", started)
    )
    for folder in (dead, alive):
        folder.mkdir()
    try:
        parcel.remove_abandoned()

        assert not dead.exists()
        assert alive.exists()
    finally:
        alive.rmdir()


def test_importing_the_package_imports_nothing_of_the_host():
    code = "import sys, kithline_core.sandbox; print([n for n in sys.modules if n.startswith('kithline_core.')])"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "['kithline_core.sandbox']"


def test_the_package_has_no_names_but_its_public_ones():
    with pytest.raises(AttributeError, match="no attribute 'Door'"):
        _ = sandbox.Door
