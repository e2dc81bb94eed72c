"""The kit travels in one archive inside the wheel, and is imported out of it as if it lay there."""

import bz2
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import traceback
import zipfile
from pathlib import Path

import pytest

from helpers.repacked import SDK, built
from kithline_sdk.kit.cheating.moves import costs
from kithline_sdk.kit.creating import create
from kithline_sdk.packed import Packed

FILES = {
    "one.py": '"""A module."""\nfrom carried.deep import two\n\ndef fail():\n    raise ValueError("here")\n',
    "deep/__init__.py": "",
    "deep/two.py": "TWO = 2\n",
    "deep/costs.json": '{"hours": 8}',
}


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packed:
    """A package of which everything but its beginning lies in an archive."""
    (tmp_path / "carried").mkdir()
    (tmp_path / "carried" / "__init__.py").touch()
    (tmp_path / "carried" / "a.json.bz2").write_bytes(bz2.compress(json.dumps(FILES).encode()))
    packed = Packed("carried", tmp_path / "carried" / "a.json.bz2")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, packed])
    for name in [one for one in sys.modules if one.partition(".")[0] == "carried"]:
        monkeypatch.delitem(sys.modules, name)
    return packed


def test_modules_and_packages_are_imported_out_of_it(carried):
    one = importlib.import_module("carried.one")

    assert (one.two.TWO, one.__doc__) == (2, "A module.")
    assert one.two.__file__ == str(carried.archive / "deep" / "two.py")


def test_what_goes_wrong_there_shows_its_line(carried):
    one = importlib.import_module("carried.one")

    with pytest.raises(ValueError, match="here") as caught:
        one.fail()

    assert 'raise ValueError("here")' in "".join(traceback.format_exception(caught.value))


def test_data_lie_beside_their_package(carried):
    importlib.import_module("carried.deep")

    assert pkgutil.get_data("carried.deep", "costs.json") == b'{"hours": 8}'
    with pytest.raises(FileNotFoundError):
        pkgutil.get_data("carried.deep", "other.json")


@pytest.mark.parametrize("name", ["carried.none", "deep.two", "other.carried.one", "carried"])
def test_what_is_not_in_it_is_left_to_others(carried, name):
    assert carried.find_spec(name) is None
    with pytest.raises(ImportError):
        carried.get_filename(name)


IMPORT_ALL = """
from importlib import import_module
from kithline_sdk.kit import PACKED
for file in PACKED.files:
    if file.endswith(".py"):
        import_module("kithline_sdk.kit." + file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
from kithline_sdk.kit.cheating.moves import costs
print(costs().version)
"""


def test_the_kit_of_a_wheel_is_whole(tmp_path: Path):
    with zipfile.ZipFile(built(SDK, tmp_path)) as wheel:
        wheel.extractall(tmp_path / "site")
    kit = [one.name for one in (tmp_path / "site" / "kithline_sdk" / "kit").iterdir()]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"}

    for words in (["-m", "kithline_sdk", "new", "voices"], ["-c", IMPORT_ALL]):
        done = subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr

    assert sorted(kit) == ["__init__.py", "kit.json.bz2"]
    assert done.stdout.strip() == costs().version
    create("voices", "", tmp_path / "source")
    assert tree(tmp_path / "voices") == tree(tmp_path / "source")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
