"""Loads what the store holds, or says why not. Called whenever the store has changed, in every process that scores."""

import os
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from kithline_core.errors import DomainError
from kithline_core.plugins.found import Plugin, Quarantined
from kithline_core.plugins.store import allowed, attested, folder
from kithline_core.plugins.store.allowed import Decisions
from kithline_core.plugins.store.folder import Stored
from kithline_core.plugins.wheel import archive, reading
from kithline_sdk.manifest import Manifest

# A file and what tells one state of it from another.
Stamp: TypeAlias = tuple[str, int, int, int]


class Terms(msgspec.Struct, frozen=True):
    """Where the store lies, and what it takes to be loaded: `attestation` and `trust` are as in the settings."""

    folder: Path
    attestation: str = ""
    trust: str = ""


def stamp(terms: Terms) -> tuple[Stamp, ...]:
    """Return what changes whenever the store does: a plugin more or less, another list, another wheel, other roots."""
    files = [str(terms.folder / allowed.FILE), *([terms.trust] if terms.trust else [])]
    inside = [found for one in folder.folders(terms.folder) for found in _inside(one)]
    return (*(found for file in files if (found := _stamp(file)) is not None), *inside)


def load(terms: Terms) -> list[Plugin | Quarantined]:
    """Return what the store holds, in the order in which it came."""
    try:
        os.scandir(terms.folder).close()
    except FileNotFoundError:
        return []
    except OSError as error:
        return [
            Quarantined("plugins", f"the store {terms.folder} cannot be read: {error.strerror}", "mend owner and mode")
        ]
    try:
        decisions: Decisions | str = allowed.read(terms.folder)
    except DomainError as error:
        decisions = error.detail
    sound = folder.stored(terms.folder)
    broken = {*folder.folders(terms.folder)} - {one.folder for one in sound}
    lost = [Quarantined(one.name, f"its {folder.RECORD} cannot be read") for one in sorted(broken)]
    return [*(_load(one, decisions, terms) for one in sound), *lost]


def _load(one: Stored, decisions: Decisions | str, terms: Terms) -> Plugin | Quarantined:
    record = one.record
    if reason := _barred(one, decisions):
        return Quarantined(record.module, *reason, record.version, record.digest)
    try:
        if terms.attestation:
            attested.demand(one, terms.attestation, terms.trust)
        manifest = _manifest(one.wheel, record.module, record.digest)
    except DomainError as error:
        remedy = "get its attestation and install it again" if terms.attestation else "remove it, and install it again"
        return Quarantined(record.module, error.detail, remedy, record.version, record.digest)
    return Plugin(record.module, one.site / record.module, manifest, str(one.python), record.digest, record.libraries)


def _barred(one: Stored, decisions: Decisions | str) -> tuple[str, str] | None:
    """Return why a plugin may not be loaded, and what to do; None when it may."""
    digest = one.record.digest
    again = "remove it, look at how that happened, and install it again"
    if (found := _digest(one.wheel)) != digest:
        return ("its wheel is not the one that was installed" if found else "its wheel is gone"), again
    if isinstance(decisions, str):
        return decisions, "mend the list, or take decisions anew"
    if not decisions.allows(digest):
        remedy = f"kithline plugins allow {digest[: folder.DIGITS]} --reason WHY"
        return f"not on the operator's list; {remedy}", remedy
    if not one.python.exists():
        return "its interpreter is gone", "remove it, and install it again"
    return None


def _inside(one: Path) -> list[Stamp]:
    """Return the state of a plugin's folder and of the files in it: wheel, record, attestation. Called at every request."""
    try:
        with os.scandir(one) as entries:
            names = sorted(entry.path for entry in entries if entry.is_file())
    except OSError:
        return []
    return [found for name in (str(one), *names) if (found := _stamp(name)) is not None]


def _stamp(file: str) -> Stamp | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - a Path would cost more than the call
    except OSError:
        return None
    return file, found.st_mtime_ns, found.st_size, found.st_ino


def _digest(wheel: Path) -> str:
    """Return the sha256 of a wheel, read again only when the file has changed; "" when it is gone."""
    found = _stamp(str(wheel))
    return "" if found is None else _hashed(found)


@lru_cache(maxsize=512)
def _hashed(file: Stamp) -> str:
    try:
        return archive.digest(Path(file[0]))
    except DomainError:
        return ""


@lru_cache(maxsize=512)
def _manifest(wheel: Path, module: str, _: str) -> Manifest:
    # Out of the wheel, whose digest is known, and not from where it was unpacked to.
    with archive.opened(wheel, archive.PLUGIN) as file:
        return reading.declared(wheel, file, module)
