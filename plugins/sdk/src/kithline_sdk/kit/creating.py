"""Renders the template of a plugin as copier does: `{{ word }}` in names and in files called `*.jinja`, nothing else."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kithline_sdk.kit import HERE, PACKED
from kithline_sdk.kit.naming import Refused, words

__all__ = ["Refused", "create"]

_TEMPLATE: Final = "template/project/"
_SUFFIX: Final = ".jinja"
_WORD: Final = re.compile(r"\{\{ (\w+) \}\}")


def create(name: str, key: str = "", folder: Path | None = None) -> list[Path]:
    """Write a plugin that works into a folder that is empty or not there, and return its files. Raises Refused."""
    told = words(name, key)
    place = folder or Path(name)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise Refused(f"{place} is there already; nothing is overwritten")
    return [_written(place, name, text, told) for name, text in sorted(_template().items())]


def _template() -> dict[str, str]:
    """Return the files of the template by their paths: out of the archive in which the kit travels, or of the source."""
    if PACKED is not None:
        found = PACKED.files
    else:
        beside = (one for one in (HERE / _TEMPLATE).rglob("*") if one.is_file())
        found = {one.relative_to(HERE).as_posix(): one.read_text(encoding="utf-8") for one in beside}
    return {name.removeprefix(_TEMPLATE): text for name, text in found.items() if name.startswith(_TEMPLATE)}


def _written(place: Path, name: str, text: str, told: Mapping[str, str]) -> Path:
    path = place / _filled(name, told).removesuffix(_SUFFIX)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_filled(text, told) if name.endswith(_SUFFIX) else text, encoding="utf-8", newline="\n")
    return path


def _filled(text: str, told: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: told[found[1]], text)
