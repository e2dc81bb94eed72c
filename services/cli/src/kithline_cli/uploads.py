"""Sends large files as imports: part by part, again after a broken connection, from where the last one stopped."""

import gzip
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from kithline_cli.client import Client, Moved, Refused
from kithline_cli.tapes import Tape
from kithline_core.errors import Unavailable

T = TypeVar("T")
Import = dict[str, Any]
Tell = Callable[[str, int], None]

# Bytes of a part; the server says how many it took.
FIRST: Final = 1_000_000
MOST: Final = 8_000_000
# Bytes that a whole line may leave over.
_LEFT: Final = 65_536
# Seconds between attempts while the server is away: half a minute in all.
WAITS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
_NEAR: Final = {"localhost", "127.0.0.1", "::1"}


class Stopped(Exception):
    """Somebody pressed Ctrl-C; the import is paused."""

    def __init__(self, one: Import) -> None:
        self.one = one


def upload(client: Client, tape: Tape, batch: str | None, resume: bool, tell: Tell) -> Import:
    """Send a file and return its import. `tell` hears the file's name and how many bytes went. Raises Stopped."""
    content = tape.content
    asked = {"file": tape.stem, "format": tape.form, "bytes": content.size, "sha256": content.sha256, "batch": batch}
    one = patiently(partial(_found, client, tape)) if resume else None
    if one is None:
        one = _announced(client, asked)
    tell(tape.stem, one["position"])
    try:
        return _sent(client, tape, one, tell)
    except KeyboardInterrupt:
        raise Stopped(client.ask("POST", one["links"]["pause"])) from None


def _found(client: Client, tape: Tape) -> Import | None:
    """Return the newest import of this file that can go on, taking parts again, or that came to its end.

    Whoever was stopped after the last part went cannot know that there is nothing left to send.
    """
    for one in client.pages("/v1/imports", sha256=tape.content.sha256):
        if one["file"] == tape.stem and one["state"] in ("open", "paused"):
            resumed: Import = client.ask("POST", one["links"]["resume"])
            return resumed
        if one["file"] == tape.stem and one["state"] == "completed":
            ended: Import = one
            return ended
    return None


def _announced(client: Client, asked: Import) -> Import:
    headers = {"idempotency-key": str(uuid4())}
    return patiently(lambda: client.ask("POST", "/v1/imports", asked, headers=headers))


def _sent(client: Client, tape: Tape, one: Import, tell: Tell) -> Import:
    size, full = FIRST, False
    while one["state"] == "open":
        start, part = one["position"], tape.read(one["position"], size)
        one = patiently(partial(_put, client, one, part))
        taken = one["position"] - start
        tell(tape.stem, taken)
        # What is left over is part of a line, or more lines than a part may have.
        full = full or (0 < taken < len(part) - _LEFT)
        size = taken if full and taken else min(MOST, 2 * size)
    if one["state"] != "completed":
        raise Refused(
            f"the import of {tape.stem} was {one['state']} meanwhile; --resume goes on with one that is paused"
        )
    return one


def _put(client: Client, one: Import, part: bytes) -> Import:
    """Send a part; where it turns out to have been taken already, say how far the import is."""
    headers = {"content-type": "application/octet-stream", "upload-offset": str(one["position"])}
    packed = {} if urlsplit(client.url).hostname in _NEAR else {"content-encoding": "gzip"}
    body = gzip.compress(part, 1) if packed else part
    try:
        answer = client.send("PATCH", one["links"]["self"], body, headers={**headers, **packed})
    except (Moved, Refused):
        now: Import = client.ask("GET", one["links"]["self"])
        if (now["position"], now["state"]) == (one["position"], one["state"]):
            raise
        return now
    taken: Import = msgspec.json.decode(answer.content)
    return taken


def patiently(act: Callable[[], T]) -> T:
    """Do something, again while the server does not answer. Raises Unavailable after half a minute."""
    for wait in WAITS:
        try:
            return act()
        except Unavailable:
            time.sleep(wait)
    return act()


def rejects(client: Client, one: Import, most: int | None = None) -> list[dict[str, Any]]:
    """Return the lines that were not taken, all of them or the first."""
    return patiently(lambda: list(islice(client.pages(one["links"]["rejects"]), most)))
