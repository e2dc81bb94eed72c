"""The lock a plugin brings: every library it needs, with version and hash. It is satisfied from a folder of wheels."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag, sys_tags
from packaging.utils import canonicalize_name
from packaging.version import Version

from kithline_core.errors import Invalid
from kithline_core.plugins.wheel import archive, metadata
from kithline_core.plugins.wheel.metadata import About

HASH: Final = re.compile(r"\s--hash=(\S+)")
SHA256: Final = re.compile(r"sha256:[0-9a-f]{64}")
COMMENT: Final = re.compile(r"(^|\s)#.*$", re.MULTILINE)


class Pin(msgspec.Struct, frozen=True):
    """One library of a lock, in one version, and the wheels it may be, by sha256."""

    name: str
    version: Version
    hashes: frozenset[str]


def pins(text: str) -> list[Pin]:
    """Return what a lock asks for here. Raises Invalid for a line without an exact version or a hash, and for options."""
    lines = COMMENT.sub("", text.replace("\r\n", "\n")).replace("\\\n", " ").splitlines()
    found = [pin for line in lines if line.strip() and (pin := _pin(line.strip())) is not None]
    names = [pin.name for pin in found]
    if len(set(names)) != len(names):
        raise Invalid(f"its lock names {max(names, key=names.count)} twice")
    return found


def _pin(line: str) -> Pin | None:
    """Return a line's library; None when it is not for this machine."""
    hashes = HASH.findall(line)
    try:
        one = Requirement(HASH.sub("", line).strip())
    except InvalidRequirement as error:
        raise Invalid(f"its lock holds {line[:60]!r}, which is no library with a version: {error}") from None
    exact = [spec for spec in one.specifier if spec.operator == "==" and "*" not in spec.version]
    if one.url or len(one.specifier) != 1 or not exact:
        raise Invalid(f"its lock names {one.name} without one exact version, as in {one.name}==1.0.0")
    if not hashes or not all(SHA256.fullmatch(found) for found in hashes):
        raise Invalid(f"its lock names {one.name} without a hash, as in --hash=sha256:<64 digits>")
    if one.marker is not None and not one.marker.evaluate():
        return None
    digests = frozenset(found.removeprefix("sha256:") for found in hashes)
    return Pin(canonicalize_name(one.name), Version(exact[0].version), digests)


def choose(wanted: Sequence[Pin], folder: Path | None) -> list[Path]:
    """Return a wheel for each pin: of its version, for this machine, with its hash. Raises Invalid naming what lacks."""
    offered = sorted(folder.glob("*.whl")) if folder is not None else []
    return [_choose(pin, offered, folder) for pin in wanted]


def _choose(pin: Pin, offered: Iterable[Path], folder: Path | None) -> Path:
    named = [path for path in offered if _is(path, pin)]
    fitting = sorted((place, path) for path in named if (place := suits(path)) is not None)
    for _, path in fitting:
        if archive.digest(path) in pin.hashes:
            return path
    what = f"{pin.name} {pin.version}"
    if fitting:
        raise Invalid(f"{fitting[0][1].name} has another hash than the plugin's lock says; get the wheel it means")
    if named:
        raise Invalid(f"the wheels of {what} there are not for this machine and interpreter")
    where = f"{folder} holds no wheel of it" if folder else "give the folder with its wheel as --wheels FOLDER"
    raise Invalid(f"the plugin's lock asks for {what}: {where}")


def _is(path: Path, pin: Pin) -> bool:
    try:
        told = metadata.named(path)
    except Invalid:
        return False  # somebody else's file: a folder of wheels may hold more than wheels
    return told.name == pin.name and told.version == pin.version


def suits(path: Path) -> int | None:
    """Return how well a wheel suits this interpreter, 0 being best; None when it does not."""
    tags = metadata.named(path).tags
    return min((place for tag, place in _supported().items() if tag in tags), default=None)


@cache
def _supported() -> dict[Tag, int]:
    return {tag: place for place, tag in enumerate(sys_tags())}


def lacking(needs: Iterable[About], versions: dict[str, str]) -> list[str]:
    """Return what some of the wheels need and these libraries do not hold, in words."""
    return [
        f"{one.name} needs {need}" + (f", and {need.name} is {have} there" if have else "")
        for one in needs
        for need in one.needs
        if not (have := versions.get(canonicalize_name(need.name)))
        or not need.specifier.contains(have, prereleases=True)
    ]
