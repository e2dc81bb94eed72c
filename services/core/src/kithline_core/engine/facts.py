"""What a snapshot says about people, as hashes: one fact per pair that had to do with each other and per person.

Facts lie in cells: of some days, of one community and channel, about what people did or where they belong. Two
snapshots can so be compared in what both of them select. Only a tenant's secret turns a name into its hash, and nothing
here is ever shown. What a fact says does not hang on how its people are called, so that renaming somebody changes none.
Answers given in a role, and raters, speak of somebody else (rulings 1.11).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kithline_core.model import pseudonyms
from kithline_sdk.snapshot import Bools

Words: TypeAlias = NDArray[np.uint64]
Places: TypeAlias = NDArray[np.uint32]

# A day that is before, or behind, all others.
FIRST: Final = -(2**31)
LAST: Final = 2**31 - 2
# Per cell: whether it is about belonging, first and last day, community and channel, and the block of facts it holds.
CELL: Final = np.dtype(
    [("belongs", "u1"), ("first", "<i4"), ("last", "<i4"), ("community", "<u4"), ("channel", "<u4"), ("block", "<u8")]
)
Cells: TypeAlias = NDArray[np.void]
# In the place of a community or channel: the table knows none, the row names none.
NOWHERE: Final = 0
UNNAMED: Final = 1


class Block(NamedTuple):
    """Facts of one cell: hashes of both ends, one <= other, of one person twice the same; and of what they say."""

    one: Words
    other: Words
    content: Words

    def encode(self) -> tuple[bytes, bytes]:
        """Return the people (8 bytes each, both ends of a fact in a row) and what is said of them."""
        return np.stack([self.one, self.other], axis=1).astype(">u8").tobytes(), self.content.astype("<u8").tobytes()

    @classmethod
    def decode(cls, people: bytes, said: bytes) -> "Block":
        """Read it back."""
        ends = words(people).reshape(-1, 2)
        # Whoever was renamed may stand on the other side now.
        return cls(ends.min(axis=1), ends.max(axis=1), np.frombuffer(said, "<u8").astype(np.uint64))

    def name(self) -> int:
        """Return what tells these facts from all others."""
        parts = (self.one, self.other, self.content)
        return int.from_bytes(hashlib.sha256(b"".join(part.tobytes() for part in parts)).digest()[:8], "big")


class Selection(NamedTuple):
    """Which rows a snapshot takes: of which days, and of which communities and channels (None: all)."""

    first: int
    last: int
    communities: frozenset[int] | None = None
    channels: frozenset[int] | None = None

    def holds(self, cells: Cells) -> Bools:
        """Return which cells it takes, as far as they lie in its days."""
        days = (cells["first"] <= self.last) & (cells["last"] >= self.first)
        return np.asarray(
            days & _among(cells["community"], self.communities) & _among(cells["channel"], self.channels), np.bool_
        )


class Facts(NamedTuple):
    """The cells of a snapshot, its blocks by name, and what it selects."""

    cells: Cells
    blocks: Mapping[int, Block]
    selection: Selection

    @property
    def size(self) -> int:
        """How many facts there are."""
        return sum(len(block.one) for block in self.blocks.values())

    def digest(self) -> bytes:
        """Return what tells this snapshot from all others."""
        taken = [None if one is None else sorted(one) for one in self.selection[2:]]
        said = repr((self.selection.first, self.selection.last, taken)).encode()
        return hashlib.sha256(said + np.sort(self.cells, order=CELL.names).tobytes()).digest()

    def people(self) -> Words:
        """Return everybody's hash."""
        ends = [end for block in self.blocks.values() for end in (block.one, block.other)]
        return np.unique(np.concatenate(ends)) if ends else np.zeros(0, np.uint64)


class Rows(NamedTuple):
    """Rows of a table: cells without blocks, hashes of both ends and of what each says."""

    cells: Cells
    one: Words
    other: Words
    said: Words


# A snapshot of nothing, which selects nothing.
NONE: Final = Facts(np.zeros(0, CELL), {}, Selection(LAST + 1, FIRST))


def gathered(parts: Sequence[Rows], selection: Selection) -> Facts:
    """Return rows as facts: the hashes of a fact's rows are added up, so that their order does not matter."""
    if not sum(len(part.one) for part in parts):
        return Facts(NONE.cells, {}, selection)
    rows = Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    _, place, cell = np.unique(keys(rows.cells), return_index=True, return_inverse=True)
    cells, cell = rows.cells[place], cell.reshape(-1)
    one, other = np.minimum(rows.one, rows.other), np.maximum(rows.one, rows.other)
    order = np.lexsort((other, one, cell))
    cell, one, other = cell[order], one[order], other[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(cell) != 0) | (one[1:] != one[:-1]) | (other[1:] != other[:-1])])
    content = _content(rows.one[order] == one, rows.said[order], starts)
    blocks = _blocks(Block(one[starts], other[starts], content), cell[starts], cells)
    return Facts(cells, blocks, selection)


def _content(ahead: Bools, said: Words, starts: NDArray[np.intp]) -> Words:
    """Add up per fact, those of either direction by themselves."""
    nothing = np.uint64(0)
    sums = [np.add.reduceat(np.where(way, said, nothing), starts) for way in (ahead, ~ahead)]
    return mixed(mixed(sums[0]) + mixed(sums[1]))


def _blocks(facts: Block, cell: NDArray[np.int64], cells: Cells) -> dict[int, Block]:
    """Cut facts into their cells' blocks, and name those in the cells."""
    bounds = np.searchsorted(cell, np.arange(len(cells) + 1)).tolist()
    found: dict[int, Block] = {}
    for place in range(len(cells)):
        block = Block(*(column[bounds[place] : bounds[place + 1]] for column in facts))
        cells["block"][place] = name = block.name()
        found[name] = block
    return found


def keys(cells: Cells) -> Words:
    """Return one number per cell, whatever block it holds."""
    found = np.zeros(len(cells), np.uint64)
    for name in CELL.names or ():
        if name != "block":
            found = mixed(found ^ cells[name].astype(np.int64).view(np.uint64))
    return found


def person(secret: bytes, name: str) -> int:
    """Return the hash that stands for a person."""
    return int.from_bytes(pseudonyms.digest(secret, name)[:8], "big")


def place(secret: bytes, name: str) -> int:
    """Return the number that stands for a community or channel."""
    return max(UNNAMED + 1, int.from_bytes(label(secret, name)[:4], "big"))


def label(secret: bytes, text: str) -> bytes:
    """Return the 8 bytes that stand for a text."""
    return hashlib.blake2b(text.encode(), key=secret[:64], digest_size=8).digest()


def words(people: bytes) -> Words:
    """Return hashes of people from their bytes."""
    return np.frombuffer(people, ">u8").astype(np.uint64)


def mixed(one: Words) -> Words:
    """Return words every bit of which hangs on every bit (the finaliser of splitmix64)."""
    one = np.asarray(one + np.uint64(0x9E3779B97F4A7C15), np.uint64)
    one = (one ^ (one >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    one = (one ^ (one >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(one ^ (one >> np.uint64(31)), np.uint64)


def _among(places: NDArray[Any], wanted: frozenset[int] | None) -> Bools:
    if wanted is None:
        return np.ones(len(places), np.bool_)
    return np.isin(places, np.array([NOWHERE, *wanted], np.uint32))
