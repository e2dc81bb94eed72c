"""The far side's files in a folder of their own: all that a plugin's interpreter sees of Kithline beside the SDK.

In a folder below it, from which nothing is imported unless it is asked for: the way to the host's own libraries.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kithline_core.sandbox import base, strays

FAR: Final = Path(__file__).parent / "far"
HOLDERS: Final = ("kithline_core", "sandbox")
NAME: Final = "kithline-far_"
BASE: Final = "base.d"  # no module has such a name


@contextmanager
def unpacked() -> Iterator[Path]:
    """Yield a folder for PYTHONPATH that everybody may read; it goes with the block."""
    remove_abandoned()
    folder = Path(tempfile.gettempdir(), NAME + strays.mark().replace(":", "_"))
    folder.mkdir(mode=0o755)
    try:
        _fill(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned() -> None:
    """Remove the folders of hosts that were killed and could not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{NAME}*"):
        if strays.abandoned(folder.name.removeprefix(NAME).replace("_", ":")):
            shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path) -> None:
    inner = folder
    for name in HOLDERS:
        inner /= name
        inner.mkdir()
        (inner / "__init__.py").touch()
    shutil.copytree(FAR, inner / FAR.name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder, *folder.rglob("*")):  # whatever the umask is
        path.chmod(0o755 if path.is_dir() else 0o444)
    base.link(folder / BASE)
    (folder / BASE).chmod(0o755)
