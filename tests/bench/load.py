"""Events as a sender has them, and a sender: as little work as possible, so that the servers are what is measured."""

import asyncio
import hashlib
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import msgspec

START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = 90 * 86_400
VERBS = ("posted", "replied", "reacted", "shared", "mentioned")
LINES = 5_000
CONNECTIONS = 4


def rows(count: int, seed: int = 1, *, first: int = 0, span: int = QUARTER) -> list[dict[str, Any]]:
    """Events of two thousand people in thirty communities over a quarter: some with a text, a third in threads."""
    chance = random.Random(seed)
    return [_row(chance, first + number, span * number / count) for number in range(count)]


def _row(chance: random.Random, number: int, second: float) -> dict[str, Any]:
    row = {
        "id": f"{number:09d}-{chance.getrandbits(24):06x}",
        "source": "chat",
        "occurred_at": (START + timedelta(seconds=int(second))).isoformat().replace("+00:00", "Z"),
        "actor": f"person-{chance.randrange(2_000):05d}",
        "verb": chance.choice(VERBS),
        "target": f"person-{chance.randrange(2_000):05d}",
        "community": f"community-{chance.randrange(30)}",
        "channel": f"channel-{chance.randrange(200)}",
        "visibility": "public",
    }
    if chance.random() < 0.3:
        row["thread"] = f"thread-{number // 5}"
        row["text"] = (
            f"Parts {chance.randrange(10**6)} of order {chance.randrange(10**6)} were checked twice, thank you."
        )
    return row


def bodies(events: Sequence[dict[str, Any]], lines: int = LINES) -> list[bytes]:
    """Return the events as bodies of so many lines."""
    encoded = [msgspec.json.encode(row) + b"\n" for row in events]
    return [b"".join(encoded[at : at + lines]) for at in range(0, len(encoded), lines)]


COLUMNS = (
    "tenant_id", "source", "id", "day", "occurred_at", "actor", "verb", "target", "community", "channel", "thread",
    "visibility", "text_hash", "text_length",
)  # fmt: skip


def records(events: Sequence[dict[str, Any]], tenant_id: Any) -> list[tuple[Any, ...]]:
    """Return the same events as records of the table itself."""
    return [_record(row, tenant_id) for row in events]


def _record(row: dict[str, Any], tenant_id: Any) -> tuple[Any, ...]:
    at, text = datetime.fromisoformat(row["occurred_at"]), row.get("text")
    return (
        tenant_id, row["source"], row["id"], (at - datetime(1970, 1, 1, tzinfo=UTC)).days, at, row["actor"], row["verb"],
        row["target"], row["community"], row["channel"], row.get("thread"), row["visibility"],
        hashlib.sha256(text.encode()).digest() if text else None, len(text) if text else None,
    )  # fmt: skip


class Sender:
    """One kept connection that posts bodies and reads the answers."""

    def __init__(self, port: int, path: str, key: str) -> None:
        self._port = port
        self._head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-ndjson\r\nauthorization: Bearer {key}\r\n"

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """Return the status and the answer's body."""
        self._writer.write(f"{self._head}content-length: {len(body)}\r\n\r\n".encode())
        self._writer.write(body)
        await self._writer.drain()
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head.split(b" ", 2)[1]), await self._reader.readexactly(length)


async def send(port: int, path: str, key: str, sent: Sequence[bytes], connections: int = CONNECTIONS) -> float:
    """Post all bodies over so many connections; return the seconds. Every line must have been taken."""
    waiting = list(reversed(sent))

    async def work() -> None:
        async with Sender(port, path, key) as sender:
            while waiting:
                body = waiting.pop()
                status, answer = await sender.post(body)
                assert status == 200, answer[:500]
                assert msgspec.json.decode(answer)["accepted"] == body.count(b"\n"), answer[:500]

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    return time.perf_counter() - began
