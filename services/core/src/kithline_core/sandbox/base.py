"""What a stored plugin's process may load before any spare: the host's own copies of the libraries that every plugin has.

They are loaded from where the host's own lie and from nowhere else; and only where the plugin's environment holds the
same files, byte for byte, so that it makes no difference to the plugin.
"""

import filecmp
import os
import sys
import sysconfig
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

LIBRARIES: Final = ("numpy", "msgspec", "pluggy", "kithline_sdk")
BESIDE: Final = ("numpy.libs",)  # folders without a module, where a library has one
COMPILED: Final = "__pycache__"


@cache
def own() -> dict[str, Path]:
    """Return where the host's own copies lie, by name."""
    found = {
        name: Path(next(iter(spec.submodule_search_locations or ()))) for name in LIBRARIES if (spec := find_spec(name))
    }
    beside = {name: found["numpy"].with_name(name) for name in BESIDE}
    return found | {name: place for name, place in beside.items() if place.is_dir()}


def link(folder: Path) -> None:
    """Make a folder in which nothing can be imported but these."""
    folder.mkdir()
    for name, place in own().items():
        (folder / name).symlink_to(place)


@cache
def shared(python: str, folder: Path) -> bool:
    """Return whether a plugin of this interpreter and folder has the host's libraries. Looked at once per process."""
    if os.path.realpath(python) != os.path.realpath(sys.executable):
        return False
    places = [_site(python), folder]
    return all(_same(place, places) for place in own().values())


def _site(python: str) -> Path:
    prefix = str(Path(python).parent.parent)
    return Path(sysconfig.get_path("purelib", vars={"base": prefix, "platbase": prefix}))


def _same(place: Path, places: list[Path]) -> bool:
    """Return whether the first of the places that has a library has the same files as here."""
    there = next((one / place.name for one in places if (one / place.name).exists()), None)
    if there is None:
        return False
    return there.samefile(place) or (_files(there) == (mine := _files(place)) and _alike(place, there, mine))


def _alike(place: Path, there: Path, files: set[str]) -> bool:
    pairs = ((place / name, there / name) for name in files)
    return all(one.samefile(other) or filecmp.cmp(one, other, shallow=False) for one, other in pairs)


def _files(folder: Path) -> set[str]:
    return {
        os.path.relpath(os.path.join(inner, name), folder)  # noqa: PTH118 - a thousand files
        for inner, _, names in os.walk(folder)
        for name in names
        if os.path.basename(inner) != COMPILED  # noqa: PTH119 - as above
    }
