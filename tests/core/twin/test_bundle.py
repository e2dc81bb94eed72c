"""The file of a bundle comes from others: it is what it says, or it is refused, whatever is in it."""

import hashlib
import io
import random
import zipfile

import msgspec
import pytest

from helpers.bugs import world
from kithline_core import twin
from kithline_core.errors import Invalid
from kithline_core.twin import bundle
from kithline_core.twin.bundle import Record
from kithline_core.twin.failing import Failure
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

WINDOW = Window(0, 90 * DAY)
TIES = Table("ties", {"actor": Column.of("person", [0, 1]), "count": Column.of("int", [3, None])})


def record(data: bytes, **more: object) -> Record:
    """Return the record of a twin."""
    told = {
        "scorer": "acme.echo", "version": "1.0.0", "plugin": "acme-echo", "plugin_version": "1.0.0", "engine": "2+abc",
        "floor": 5, "parameters": {"floor": 5}, "failure": Failure("crash", "KeyError"), "reproduces": True,
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    return msgspec.convert({**told, **more}, Record)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name.replace("_", "."), content)
    return file.getvalue()


def of(snapshot: Snapshot) -> bytes:
    """Return a bundle around a snapshot."""
    data = snapshot.encode()
    return bundle.packed(record(data), data)


def test_a_bundle_is_read_as_it_was_written_and_equal_content_is_equal_bytes():
    data = twin.twin(world.ordinary(), 5, 1).encode()
    file = bundle.packed(record(data), data)

    read = bundle.read(file)

    assert (read.record, read.data, read.snapshot.encode()) == (record(data), data, data)
    assert bundle.packed(record(data), data) == file


def told(data: bytes = TIES.name.encode(), **more: object) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(record(data)), **more})


GOOD = Snapshot(WINDOW, [TIES]).encode()


def encrypted() -> bytes:
    """Return a bundle whose directory says that its members are encrypted."""
    file, mark = bytearray(of(Snapshot(WINDOW, [TIES]))), b"PK\x01\x02"
    for place in (file.find(mark), file.rfind(mark)):
        file[place + 8] |= 1
    return bytes(file)


BROKEN = {
    "encrypted": encrypted(),
    "no zip": b"PK\x03\x04 but no more",
    "nothing": b"",
    "other members": zipped(bundle_json=told(), more=b"x"),
    "one member": zipped(bundle_json=told()),
    "no json": zipped(bundle_json=b"{", snapshot_kls=GOOD),
    "another format": zipped(bundle_json=told(GOOD, format="kithline-bundle-2"), snapshot_kls=GOOD),
    "a member too many": zipped(bundle_json=told(GOOD, more=1), snapshot_kls=GOOD),
    "an unknown code": zipped(bundle_json=told(GOOD, failure={"code": "boredom"}), snapshot_kls=GOOD),
    "another snapshot": zipped(bundle_json=told(b"another"), snapshot_kls=GOOD),
    "no snapshot": zipped(bundle_json=told(b"KLS1 no"), snapshot_kls=b"KLS1 no"),
    "a record of a gigabyte's kind": zipped(bundle_json=b" " * (bundle.RECORD_BYTES + 1), snapshot_kls=GOOD),
    "an unknown table": of(Snapshot(WINDOW, [Table("secrets", TIES.columns)])),
    "an unknown column": of(Snapshot(WINDOW, [Table("ties", {"salary": TIES.columns["count"]})])),
    "another type": of(Snapshot(WINDOW, [Table("ties", {"count": Column.of("float", [1.0])})])),
    "people with gaps": of(Snapshot(WINDOW, [Table("ties", {"actor": Column.of("person", [0, 2**40])})])),
    "people below zero": of(Snapshot(WINDOW, [Table("ties", {"actor": Column.of("person", [0, -1])})])),
    "a number without end": of(Snapshot(WINDOW, [Table("answers", {"value": Column.of("float", [float("inf")])})])),
    "a day beyond the calendar": of(Snapshot(WINDOW, [Table("event_day", {"day": Column.of("day", [2**40])})])),
    "a flag of two": of(Snapshot(WINDOW, [Table("survivals", {"ended": Column.of("bool", [2])})])),
    "a window beyond the calendar": of(Snapshot(Window(0, 2**62), [TIES])),
}


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_is_no_bundle_is_refused(name):
    with pytest.raises(Invalid):
        bundle.read(BROKEN[name])


def test_whatever_is_made_of_a_bundle_by_chance_is_refused_or_read_and_nothing_else():
    """A thousand bundles with some bytes changed, cut or doubled: no error but the refusal."""
    draw, file = random.Random(7), of(Snapshot(WINDOW, [TIES]))
    for _ in range(1000):
        changed = bytearray(file)
        for _ in range(draw.randint(1, 6)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        changed = changed[: draw.randint(1, len(changed))] if draw.random() < 0.3 else changed
        try:
            bundle.read(bytes(changed))
        except Invalid:
            continue


def test_a_file_that_is_too_large_is_not_opened(monkeypatch):
    monkeypatch.setattr(bundle, "LARGEST", 100)

    with pytest.raises(Invalid, match="at most"):
        bundle.read(b"x" * 101)
    with pytest.raises(Invalid, match="smaller scope"):
        bundle.packed(record(GOOD), GOOD)


def test_a_member_that_unpacks_to_too_much_is_not_unpacked_whole(monkeypatch):
    monkeypatch.setattr(bundle, "UNPACKED", 1000)
    bomb = zipped(bundle_json=told(b"0" * 10**6), snapshot_kls=b"0" * 10**6)

    with pytest.raises(Invalid, match="unpacks to more than 1000 bytes"):
        bundle.read(bomb)
