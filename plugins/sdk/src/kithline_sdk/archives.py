"""Zip archives from strangers: read member by member under limits, never extracted."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from kithline_sdk.connecting import Unreadable

MEMBERS: Final = 100_000
MEMBER_BYTES: Final = 2 * 1024**3
RATIO: Final = 200  # text packs 5 to 20 times, a bomb a thousand times
FREE_BYTES: Final = 1024**2  # small members may pack as well as they like


class Archive:
    """A zip file whose members can be read. Raises Unreadable for what is no archive, or one that is a trap."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"this is no zip archive, or it is cut short: {error}") from None
        members = [one for one in self._zip.infolist() if not one.is_dir()]
        if len(members) > MEMBERS:
            raise Unreadable(f"the archive has {len(members)} members, allowed are {MEMBERS}")
        self._members = {one.filename: one for one in members if _plain(one.filename)}

    def names(self) -> list[str]:
        """Return the members' names, sorted; names that lead out of the archive are not among them."""
        return sorted(self._members)

    def chunks(self, name: str, most: int = MEMBER_BYTES) -> Iterator[bytes]:
        """Yield a member's bytes. Raises Unreadable when it is encrypted, broken, or unpacks to more than it should."""
        member, seen = self._members[name], 0
        allowed = min(most, max(FREE_BYTES, member.compress_size * RATIO))
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(65_536):
                    seen += len(chunk)
                    if seen > allowed:
                        raise Unreadable(f"{name} unpacks to more than {allowed} bytes; this looks like a trap")
                    yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
            raise Unreadable(f"{name} cannot be unpacked: {error}") from None

    def read(self, name: str, most: int) -> bytes:
        """Return a whole member of at most so many bytes. Raises Unreadable."""
        return b"".join(self.chunks(name, most))


def _plain(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not name.startswith(("/", "\\")) and ".." not in parts and ":" not in parts[0] and "\0" not in name


def lines(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield lines with their ends; one of more than `most` bytes raises Unreadable before it is held."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        if max(map(len, (*whole, rest))) > most:
            raise Unreadable(f"a line is longer than {most} bytes")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest
