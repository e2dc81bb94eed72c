"""What a snapshot says about people, as hashes: one fact per pair that had to do with each other and per person.

Only a tenant's secret turns a name into its hash, and nothing here is ever shown. Answers given in a role and raters
speak of somebody else (rulings 1.11). What a fact says does not hang on how its people are called, so that renaming a
person leaves all facts as they are.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kithline_core.engine import snapshot
from kithline_core.engine.tables import Tables
from kithline_core.model import pseudonyms
from kithline_core.plugins import ScorerSpec
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Bools, Column, Table, Window

Words: TypeAlias = NDArray[np.uint64]
Places: TypeAlias = NDArray[np.uint32]

# The columns that say whom a row is about; further columns with a person make facts about pairs.
ENDS: Final = {
    "tie_day": ("actor", "target"),
    "ties": ("actor", "target"),
    "item_use": ("actor", "used_by"),
    "activity_day": ("actor",),
    "answers": ("respondent",),
    "survivals": ("unit",),
    "memberships": ("person",),
}
ROLES: Final = ("assessor", "outside")
# Set in the first end of facts about where somebody belongs; there are fewer people than that.
BELONGS: Final = np.uint32(1 << 31)
_NULL: Final = np.uint64(0x6E756C6C)


class Facts(NamedTuple):
    """Hashes of people (distinct, in no order), and per fact the places of both ends among them and what it says.

    A fact about one person has that person at both ends.
    """

    people: Words
    one: Places
    other: Places
    content: Places

    @property
    def size(self) -> int:
        """How many facts there are."""
        return len(self.one)

    def thinned(self, bits: int) -> "Facts":
        """Return one fact in 2^bits, the same ones of every snapshot, with their people."""
        chosen = mixed(self.people[self.one & ~BELONGS] + self.people[self.other])
        kept = np.flatnonzero(chosen >> np.uint64(64 - bits) == 0) if bits else np.arange(self.size)
        one, other = self.one[kept], self.other[kept]
        met, place = np.unique(np.concatenate([one & ~BELONGS, other]), return_inverse=True)
        ends = np.split(place.reshape(-1).astype(np.uint32), 2)
        return Facts(self.people[met], ends[0] | (one & BELONGS), ends[1], self.content[kept])

    def encode(self) -> tuple[bytes, bytes]:
        """Return the people (8 bytes each) and the facts (12 bytes each)."""
        columns = np.stack([self.one, self.other, self.content])
        return self.people.astype(">u8").tobytes(), columns.astype("<u4").tobytes()

    @classmethod
    def decode(cls, people: bytes, facts: bytes) -> "Facts":
        """Read them back."""
        columns = np.frombuffer(facts, "<u4").astype(np.uint32).reshape(3, -1)
        return cls(words(people), columns[0], columns[1], columns[2])

    def digest(self) -> bytes:
        """Return what tells these facts from all others, in whatever order they stand."""
        order = np.argsort(self.people)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        keys = keyed(place[self.one & ~BELONGS], place[self.other], self.one & BELONGS)
        rows = np.argsort(keys)
        parts = (self.people[order], keys[rows], self.content[rows])
        return hashlib.sha256(b"".join(part.tobytes() for part in parts)).digest()


class _Rows(NamedTuple):
    """Per row the hashes of both ends, whether it says where somebody belongs, and the hash of what it says."""

    one: Words
    other: Words
    belongs: Bools
    content: Words


NONE: Final = Facts(np.zeros(0, np.uint64), *(np.zeros(0, np.uint32) for _ in range(3)))


def facts(spec: ScorerSpec, tables: Tables, window: Window, secret: bytes) -> Facts:
    """Return the facts about people in what a scorer would read."""
    parts = [part for table in snapshot.chosen(spec, tables, window) for part in _rows(table, secret)]
    rows = _Rows(*(np.concatenate(column) for column in zip(*parts, strict=True))) if parts else None
    if rows is None or not len(rows.one):
        return NONE
    people, places = np.unique(np.concatenate([rows.one, rows.other]), return_inverse=True)
    one, other = np.split(places.reshape(-1), 2)
    return _summed(people, keyed(one, other, np.where(rows.belongs, BELONGS, 0)), one < other, rows.content)


def keyed(one: NDArray[Any], other: NDArray[Any], flag: NDArray[Any]) -> Words:
    """Return both ends, in either order the same, and the flag as one number."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    return np.asarray((low | flag.astype(np.uint64)) << np.uint64(32) | high, np.uint64)


def person(secret: bytes, name: str) -> int:
    """Return the hash that stands for a person."""
    return int.from_bytes(pseudonyms.digest(secret, name)[:8], "big")


def words(people: bytes) -> Words:
    """Return hashes of people from their bytes."""
    return np.frombuffer(people, ">u8").astype(np.uint64)


def mixed(words: Words) -> Words:
    """Return words every bit of which hangs on every bit (the finaliser of splitmix64)."""
    one = np.asarray(words + np.uint64(0x9E3779B97F4A7C15), np.uint64)
    one = (one ^ (one >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    one = (one ^ (one >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(one ^ (one >> np.uint64(31)), np.uint64)


def _summed(people: Words, keys: Words, ahead: Bools, content: Words) -> Facts:
    """Add up the hashes of a fact's rows, those of either direction by themselves; their order does not matter."""
    order = np.argsort(keys, kind="stable")
    keys, ahead, content = keys[order], ahead[order], content[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    nothing = np.uint64(0)
    sums = [np.add.reduceat(np.where(way, content, nothing), starts) for way in (ahead, ~ahead)]
    whole = mixed(mixed(sums[0]) + mixed(sums[1]))
    found = keys[starts]
    one = (found >> np.uint64(32)).astype(np.uint32)
    return Facts(people, one, found.astype(np.uint32), (whole >> np.uint64(32)).astype(np.uint32))


def _rows(table: Table, secret: bytes) -> Iterator[_Rows]:
    ends = [name for name in ENDS.get(table.name, ()) if name in table]
    if not ends:
        return
    table = _own(table)
    one, other = _people(table, ends[0], secret), _people(table, ends[-1], secret)
    said = _said(table, secret)
    belongs = np.full(table.rows, table.name == "memberships")
    yield _Rows(one, np.where(table.present(ends[-1]), other, one), belongs, said)
    for name in _persons(table):
        if name not in ends:
            there = table.present(name)
            yield _Rows(one[there], _people(table, name, secret)[there], belongs[there], said[there])


def _own(table: Table) -> Table:
    """Leave out answers that somebody gave in a role, and means of the answers of many."""
    if table.name != "answers":
        return table
    if "respondents" in table:
        table = table.where(~table.present("respondents"))
    if "role" not in table:
        return table
    return table.where(~np.isin(np.array([role or "" for role in table.texts("role")]), ROLES))


def _persons(table: Table) -> list[str]:
    return [name for name in table.columns if CATALOGUE[table.name][name] == "person"]


def _said(table: Table, secret: bytes) -> Words:
    """Return a hash per row over all columns that name nobody."""
    persons = _persons(table)
    said = np.full(table.rows, int.from_bytes(_label(secret, table.name), "big"), np.uint64)
    for name, column in table.columns.items():
        if name not in persons:
            said = mixed(said ^ np.where(column.present, _values(column, secret), _NULL))
    return said


def _label(secret: bytes, label: str) -> bytes:
    return hashlib.blake2b(label.encode(), key=secret[:64], digest_size=8).digest()


def _people(table: Table, name: str, secret: bytes) -> Words:
    return _coded(table.columns[name], lambda label: pseudonyms.digest(secret, label)[:8])


def _values(column: Column, secret: bytes) -> Words:
    if column.kind == "str":
        return _coded(column, lambda label: _label(secret, label))
    return np.ascontiguousarray(column.values).view(np.uint64)


def _coded(column: Column, hashed: Callable[[str], bytes]) -> Words:
    """Return the hash of each cell's label; labels that no cell uses are not hashed."""
    hashes = np.zeros(len(column.labels) + 1, np.uint64)
    for code in np.unique(column.values[column.present]).tolist():
        hashes[code] = int.from_bytes(hashed(column.labels[code]), "big")
    return hashes[column.values]
