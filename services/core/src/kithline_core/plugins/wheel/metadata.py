"""What a wheel says about itself in its `.dist-info`: name, version, tags, what it needs."""

import zipfile
from pathlib import Path
from typing import Any, Final

import msgspec
from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from kithline_core.errors import Invalid

INFO: Final = ".dist-info"
ODD: Final = (InvalidRequirement, InvalidSpecifier, InvalidVersion)


class Named(msgspec.Struct, frozen=True):
    """What the name of a wheel file says."""

    name: str
    version: Version
    tags: frozenset[Tag]


class About(msgspec.Struct, frozen=True):
    """What METADATA says, as far as it concerns whoever installs it: what it `needs` here, whatever extras there are."""

    name: str
    version: str
    python: SpecifierSet
    needs: tuple[Requirement, ...]


def named(path: Path) -> Named:
    """Return what the name of a wheel file says. Raises Invalid."""
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise Invalid(f"{path.name} is no name of a wheel: {error}") from None
    return Named(name, version, tags)


def info(path: Path, file: zipfile.ZipFile) -> str:
    """Return the one `.dist-info` folder, which the file is named after. Raises Invalid."""
    told = named(path)
    found = {name.partition("/")[0] for name in file.namelist() if name.partition("/")[0].endswith(INFO)}
    if len(found) != 1:
        raise Invalid(f"{path.name} holds {len(found)} folders called *{INFO}; a wheel has one")
    (folder,) = found
    name, _, version = folder.removesuffix(INFO).partition("-")
    try:
        fits = canonicalize_name(name) == told.name and Version(version) == told.version
    except InvalidVersion:
        fits = False
    if not fits:
        raise Invalid(f"{path.name} holds {folder}, which is another wheel's")
    return folder


def about(path: Path, file: zipfile.ZipFile, folder: str) -> About:
    """Return what METADATA says, which must be about the wheel the file is named after. Raises Invalid."""
    told = named(path)
    raw, _ = parse_email(file.read(f"{folder}/METADATA"))
    name, version = raw.get("name", ""), raw.get("version", "")
    try:
        if canonicalize_name(name) != told.name or Version(version) != told.version:
            raise Invalid(f"{path.name}: METADATA is about {name[:80]!r} {version[:40]!r}")
        return About(told.name, str(told.version), SpecifierSet(raw.get("requires_python", "")), needed(raw))
    except ODD as error:
        raise Invalid(f"{path.name}: METADATA cannot be read: {error}") from None


def needed(raw: RawMetadata) -> tuple[Requirement, ...]:
    """Return what is needed here: markers hold for this interpreter, and nobody asked for an extra."""
    found = [Requirement(line) for line in raw.get("requires_dist", [])]
    here: dict[str, Any] = {"extra": ""}
    return tuple(one for one in found if one.marker is None or one.marker.evaluate(here))
