"""Opens a wheel as the zip of a stranger: sizes, names and every file's hash are looked at before anything is used."""

import base64
import csv
import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from kithline_core.errors import Invalid

MIB: Final = 1024 * 1024
CHUNK: Final = MIB
# Text of ten thousand equal lines shrinks to a hundredth; what shrinks further is a bomb or holds nothing.
RATIO: Final = 200
SMALL: Final = 8 * MIB
LONGEST: Final = 240
HASHES: Final = ("sha256", "sha384", "sha512")
# A wheel may carry signatures of its RECORD, which its RECORD cannot name.
UNRECORDED: Final = ("RECORD", "RECORD.jws", "RECORD.p7s")
# Python runs these by itself when an interpreter starts.
RUN_AT_START: Final = re.compile(r"(^|/)((sitecustomize|usercustomize)(\.|/|$)|[^/]*\.pth$)", re.IGNORECASE)
UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError
)  # fmt: skip


class Caps(msgspec.Struct, frozen=True):
    """How large a wheel may be: as a file, unpacked, and in entries."""

    file_bytes: int
    unpacked_bytes: int
    entries: int


PLUGIN: Final = Caps(64 * MIB, 256 * MIB, 5_000)
LIBRARY: Final = Caps(1024 * MIB, 4096 * MIB, 50_000)


@contextmanager
def opened(path: Path, caps: Caps) -> Iterator[zipfile.ZipFile]:
    """Open a wheel whose sizes and names are in order. Raises Invalid, also for what goes wrong while it is read."""
    try:
        if path.stat().st_size > caps.file_bytes:
            raise Invalid(f"{path.name} is larger than {caps.file_bytes // MIB} MiB")
        with zipfile.ZipFile(path) as file:
            sized(path, file, caps)
            named(path, file)
            yield file
    except UNREADABLE as error:
        raise Invalid(f"{path.name} is no wheel that can be read: {error}") from None


def digest(path: Path) -> str:
    """Return the sha256 of a file. Raises Invalid."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from None


def sized(path: Path, file: zipfile.ZipFile, caps: Caps) -> None:
    """Refuse what would unpack to more than it may. Raises Invalid."""
    items = file.infolist()
    unpacked = sum(item.file_size for item in items)
    if len(items) > caps.entries or unpacked > caps.unpacked_bytes:
        raise Invalid(f"{path.name} unpacks to {len(items)} files of {unpacked // MIB} MiB, which is too much")
    size = path.stat().st_size
    if unpacked > SMALL and unpacked > RATIO * size:
        raise Invalid(f"{path.name} unpacks to {unpacked // size} times its size")
    if sum(item.compress_size for item in items) > size:
        raise Invalid(f"{path.name} holds files that overlap")


def named(path: Path, file: zipfile.ZipFile) -> None:
    """Refuse names that lead elsewhere, come twice, or run by themselves. Raises Invalid."""
    seen: set[str] = set()
    for item in file.infolist():
        name = item.filename
        folded = name.rstrip("/").casefold()
        if fault := _unfit(item) or ("comes twice" if folded in seen else ""):
            raise Invalid(f"{path.name}: {name[:100]!r} {fault}")
        seen.add(folded)


def _unfit(item: zipfile.ZipInfo) -> str:
    name = item.orig_filename
    parts = name.removesuffix("/").split("/")
    if name != item.filename or "\\" in name or ":" in name or not name.isprintable() or len(name) > LONGEST:
        return "is no name for a file of a wheel"
    if any(part in {"", ".", ".."} for part in parts):
        return "leads out of the wheel"
    if stat.S_ISLNK(item.external_attr >> 16) or item.flag_bits & 1:
        return "is a link or encrypted"
    if RUN_AT_START.search(name):
        return "would be run whenever the interpreter starts"
    return ""


def recorded(path: Path, file: zipfile.ZipFile, info: str) -> dict[str, str]:
    """Return the hash of every file after holding it against RECORD. Raises Invalid for the first that differs."""
    told = record(file.read(f"{info}/RECORD").decode())
    free = {f"{info}/{name}" for name in UNRECORDED}
    names = [item.filename for item in file.infolist() if not item.is_dir() and item.filename not in free]
    if odd := set(names) ^ (told.keys() - free):
        raise Invalid(f"{path.name}: {min(odd)!r} stands in RECORD or in the wheel, not in both")
    for name in names:
        kind, _, value = told[name].partition("=")
        if kind not in HASHES or hashed(file, name, kind) != value:
            raise Invalid(f"{path.name}: {name!r} is not as RECORD says")
    return {name: told[name] for name in names}


def record(text: str) -> dict[str, str]:
    """Return path → hash as a RECORD tells them. Raises ValueError."""
    rows = list(csv.reader(text.splitlines()))
    if any(len(row) != 3 for row in rows):  # noqa: PLR2004 - path, hash, size
        raise ValueError("RECORD has a line that is none")
    told = {row[0]: row[1] for row in rows}
    if len(told) != len(rows):
        raise ValueError("RECORD names a file twice")
    return told


def hashed(file: zipfile.ZipFile, name: str, kind: str) -> str:
    """Return a file's hash as RECORD writes it, without its kind."""
    digest = hashlib.new(kind)
    with file.open(name) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return encoded(digest.digest())


def encoded(digest: bytes) -> str:
    """Return a digest as RECORD writes it."""
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
