"""Takes a wheel out of an index: nothing is used before its digest is the signed one."""

from pathlib import Path

import msgspec

from kithline_core.errors import Invalid
from kithline_core.plugins.index.building import ATTESTATION
from kithline_core.plugins.index.catalogue import WHEELS, Entry, read
from kithline_core.plugins.wheel import archive


class Fetched(msgspec.Struct, frozen=True):
    """A wheel of an index, the folder of wheels it lies in, and its attestation."""

    wheel: Path
    wheels: Path
    attestation: Path | None


def fetch(place: Path, plugin: str, publisher: str) -> Fetched:
    """Return a plugin's wheel out of an index that this key signed. Raises Invalid, NotFound."""
    folder, catalogue = read(place, publisher)
    entry = catalogue.named(plugin)
    wheel = _inside(folder / WHEELS, entry)
    if archive.digest(wheel) != entry.digest:
        raise Invalid(f"{wheel} is not the wheel that was signed")
    attestation = wheel.with_name(wheel.name + ATTESTATION)
    return Fetched(wheel, folder / WHEELS, attestation if entry.attested else None)


def _inside(wheels: Path, entry: Entry) -> Path:
    if Path(entry.wheel).name != entry.wheel:
        raise Invalid(f"the index names {entry.wheel!r}, which lies outside it")
    return wheels / entry.wheel
