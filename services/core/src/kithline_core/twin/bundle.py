"""The file of a failure bundle: what failed and how, and a twin. It comes from others, and is read as if from an enemy."""

import hashlib
import io
import math
import struct
import zipfile
import zlib
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np
from msgspec import Meta

from kithline_core.errors import Invalid
from kithline_core.twin.failing import Failure
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Column, Snapshot

RECORD, DATA = "bundle.json", "snapshot.kls"
LARGEST: Final = 32 * 1024 * 1024  # of the file
UNPACKED: Final = 256 * 1024 * 1024
RECORD_BYTES: Final = 256 * 1024
DATE: Final = (1980, 1, 1, 0, 0, 0)  # equal content, equal bytes
METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED: Final = 1
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # the years 1 to 9999
# What reading a file raises that is no zip, no JSON or no snapshot.
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, msgspec.MsgspecError, ValueError, NotImplementedError, EOFError,
)  # fmt: skip

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What failed, by which versions, with which parameters, how; and whether the twin fails alike (None: not tried)."""

    format: Literal["kithline-bundle-1"] = "kithline-bundle-1"
    scorer: Name
    version: Name
    plugin: Name
    plugin_version: Name
    engine: Name
    floor: Annotated[int, Meta(ge=1, le=1_000_000)]
    parameters: dict[str, Any]
    failure: Failure
    reproduces: bool | None
    sha256: Hash


class Bundle(msgspec.Struct, frozen=True):
    """A bundle that was read: its record, and the twin as canonical bytes and as tables."""

    record: Record
    data: bytes
    snapshot: Snapshot


def packed(record: Record, data: bytes) -> bytes:
    """Return the file. Raises Invalid where it would be too large."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in ((RECORD, msgspec.json.encode(record)), (DATA, data)):
            out.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    if file.tell() > LARGEST or len(data) > UNPACKED:
        raise Invalid(f"the twin is larger than a bundle may be, {LARGEST // 1024**2} MiB; score a smaller scope")
    return file.getvalue()


def read(file: bytes) -> Bundle:
    """Read a bundle. Raises Invalid for anything that is not exactly one."""
    if len(file) > LARGEST:
        raise Invalid(f"a bundle has at most {LARGEST // 1024**2} MiB, and this file has more")
    try:
        record, data = _members(file)
        told = msgspec.json.decode(record, type=Record)
        if hashlib.sha256(data).hexdigest() != told.sha256:
            raise Invalid("the bundle was changed or damaged: its snapshot is not the one its record names")
        snapshot = Snapshot.decode(data)
    except BROKEN as error:
        raise Invalid(f"this is no failure bundle: {error}"[:300]) from None
    if fault := _fault(snapshot):
        raise Invalid(f"the snapshot of the bundle is none that an engine makes: {fault}")
    return Bundle(told, data, snapshot)


def _members(file: bytes) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        members = archive.infolist()
        if sorted(one.filename for one in members) != sorted((RECORD, DATA)):
            raise Invalid(f"a bundle holds {RECORD} and {DATA}, and nothing else")
        if any(one.compress_type not in METHODS or one.flag_bits & ENCRYPTED for one in members):
            raise Invalid("the members of a bundle are deflated or stored, and not encrypted")
        return _member(archive, RECORD, RECORD_BYTES), _member(archive, DATA, UNPACKED)


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return what a member unpacks to; what its header says of its size is not believed."""
    with archive.open(name) as member:
        found = member.read(most + 1)
    if len(found) > most:
        raise Invalid(f"{name} unpacks to more than {most} bytes")
    return found


def _fault(snapshot: Snapshot) -> str | None:
    """Return what no snapshot of an engine has: other tables, columns or types, numbers without end, gaps in people."""
    if not FIRST_DAY * DAY <= snapshot.window.start <= snapshot.window.end <= LAST_DAY * DAY:
        return "its window lies outside the calendar"
    people: list[int] = []
    for table in snapshot.tables.values():
        for name, column in table.columns.items():
            kind = CATALOGUE.get(table.name, {}).get(name)
            if kind != column.kind:
                return f"{table.name[:50]}.{name[:50]} is not a column, or not of its type"
            if not _sound(column):
                return f"{table.name}.{name} holds what no cell can"
            people += np.unique(column.values[column.present]).tolist() if kind == "person" else []
    return "people are numbered with gaps" if set(people) != set(range(len(set(people)))) else None


def _sound(column: Column) -> bool:
    values = column.values[column.present]
    if column.kind == "float":
        return bool(np.isfinite(values).all())
    limits = {"day": (FIRST_DAY, LAST_DAY), "time": (FIRST_DAY * DAY, LAST_DAY * DAY), "bool": (0, 1)}
    low, high = limits.get(column.kind, (-math.inf, math.inf))
    return bool(((values >= low) & (values <= high)).all())
