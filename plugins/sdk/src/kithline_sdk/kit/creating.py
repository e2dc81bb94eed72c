"""Renders the template of a plugin as copier does: `{{ word }}` in names and in files called `*.jinja`, nothing else."""

import re
import zipfile
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import kithline_sdk.kit
from kithline_sdk.kit.naming import Refused, words

__all__ = ["Refused", "create"]

_SUFFIX: Final = ".jinja"
_WORD: Final = re.compile(r"\{\{ (\w+) \}\}")


def create(name: str, key: str = "", folder: Path | None = None) -> list[Path]:
    """Write a plugin that works into a folder that is empty or not there, and return its files. Raises Refused."""
    told = words(name, key)
    place = folder or Path(name)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise Refused(f"{place} is there already; nothing is overwritten")
    return list(_written(_template(), place, told))


def _template() -> Traversable:
    """Return the files of the template: beside this one, or in the archive in which the kit travels."""
    kit = Path(kithline_sdk.kit.__file__).parent
    packed = kit / "kit.zip"
    return zipfile.Path(packed, "template/project/") if packed.is_file() else kit / "template" / "project"


def _written(source: Traversable, target: Path, told: Mapping[str, str]) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    found: list[Path] = []
    for one in sorted(source.iterdir(), key=lambda entry: entry.name):
        path = target / _filled(one.name, told).removesuffix(_SUFFIX)
        if one.is_dir():
            found += _written(one, path, told)
        else:
            text = one.read_text(encoding="utf-8")
            path.write_text(_filled(text, told) if one.name.endswith(_SUFFIX) else text, encoding="utf-8", newline="\n")
            found.append(path)
    return found


def _filled(text: str, told: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: told[found[1]], text)
