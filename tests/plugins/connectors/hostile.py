"""Three hundred exports made to hurt, from a fixed seed: (what it is, connector, file name, bytes, options)."""

import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import Any

from plugins.connectors import samples
from plugins.connectors.samples import zipped

Hostile = tuple[str, str, str, bytes, dict[str, Any]]


def _tricks() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("../../etc/passwd", "/etc/passwd", "C:\\users.json", "..\\users.json", "a/../users.json"):
            archive.writestr(name, "[]")
    return file.getvalue()


def _encrypted() -> bytes:
    data = bytearray(zipped({"users.json": "[]", "channels.json": "[]", "Messages.csv": "id\n", "a.json": "{}"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


ZIPS = {"slack.export": zipped(samples.SLACK), "viva.engage": zipped(samples.VIVA),
        "discourse.export": zipped({"12.json": samples.DISCOURSE_TOPIC})}  # fmt: skip
CSVS = {"hr.list": ("staff.csv", {}), "csv.mapped": ("x.csv", {"mapping": json.dumps(samples.TICKETS_MAPPING)}),
        "discourse.export": ("user-list.csv", {})}  # fmt: skip
JSONS = {"hr.scim": ("users.json", samples.SCIM_LIST), "discourse.export": ("12.json", samples.DISCOURSE_TOPIC)}


def _archives(draw: random.Random) -> Iterator[Hostile]:
    for key, whole in ZIPS.items():
        for _ in range(30):
            yield "cut", key, "x.zip", whole[: draw.randrange(len(whole) - 1)], {}
        for _ in range(15):
            yield "noise", key, "x.zip", b"PK\x03\x04" + draw.randbytes(draw.randrange(1, 4_000)), {}
        yield "tricks", key, "x.zip", _tricks(), {}
        yield "encrypted", key, "x.zip", _encrypted(), {}
        yield "empty", key, "x.zip", b"", {}
    packed = b"id,thread_id,sender_id,created_at\n" + b"\n" * 50_000_000
    yield "bomb", "slack.export", "x.zip", zipped({**samples.SLACK, "makers/2026-01-07.json": b" " * 50_000_000}), {}
    yield "bomb", "viva.engage", "x.zip", zipped({"Messages.csv": packed}), {}
    yield "bomb", "discourse.export", "x.zip", zipped({"bomb.json": b"0" * 50_000_000}), {}


def _tables(draw: random.Random) -> Iterator[Hostile]:
    head = b"Ticket,Created,From,To,Type,person,id,username,trust_level"
    for key, (name, options) in CSVS.items():
        yield "a million columns", key, name, b",".join(b"c%d" % one for one in range(1_000_000)) + b"\n", options
        yield "an endless line", key, name, b"a" * 3_000_000, options
        yield "an endless cell", key, name, head + b'\n"' + b"a" * 200_000 + b'"\n', options
        yield "a column twice", key, name, head + b",person\n", options
        yield "too many cells", key, name, head + b"\n" + b"x," * 40 + b"\n", options
        yield "empty", key, name, b"", options
        for encoding in ("utf-16-le", "utf-32", "cp037"):
            yield "another encoding", key, name, (head.decode() + "\n").encode(encoding), options
        for _ in range(20):
            yield "noise", key, name, draw.randbytes(500) + b"\xff\n", options
        for _ in range(8):
            yield "cut in a quote", key, name, head + b'\n1,2026-01-05,"' + b"a" * draw.randrange(1, 50), options
    yield "no encoding", "hr.list", "x.csv", b"person\na\n", {"encoding": "klingon"}
    yield "no delimiter", "hr.list", "x.csv", b"person\na\n", {"delimiter": "||"}


def _documents(draw: random.Random) -> Iterator[Hostile]:
    for key, (name, document) in JSONS.items():
        whole = json.dumps(document).encode()
        for _ in range(25):
            yield "cut", key, name, whole[: draw.randrange(len(whole) - 1)], {}
        yield "deep", key, name, b"[" * 100_000, {}
        yield "deep", key, name, b'{"a":' * 100_000, {}
        yield "another encoding", key, name, whole.decode().encode("utf-16"), {}
        yield "another kind", key, name, b'{"id": {"a": 1}, "Resources": 3, "post_stream": []}', {}


def _mails(draw: random.Random) -> Iterator[Hostile]:
    for _ in range(20):
        yield "noise", "mail.mbox", "x.mbox", draw.randbytes(draw.randrange(1, 4_000)), {}
    yield "endless headers", "mail.mbox", "x.mbox", b"From a\n" + b"X: y\n" * 100_000, {}
    yield "an endless line", "mail.mbox", "x.mbox", b"From a\n" + b"x" * 3_000_000, {}


_draw = random.Random(20261122)
HOSTILE = [one for made in (_archives, _tables, _documents, _mails) for one in made(_draw)]
