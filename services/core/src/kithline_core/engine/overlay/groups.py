"""Groups of a snapshot by kind and name, who is in them, and who of two groups never talked, the quietest first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import difference
from kithline_core.engine.difference import Side
from kithline_core.engine.overlay import rows
from kithline_core.errors import Invalid
from kithline_core.model.overlays import Kind
from kithline_sdk.snapshot import DAY, Floats, Ints, Snapshot, Table

# Of these the pairs are pairs of organisations.
OF_ORGANISATIONS: Final = frozenset({"organisation", "role", "circle"})

Unit = tuple[int, ...]


class _Seat(NamedTuple):
    person: int
    group: str | None
    organisation: str | None
    department: str | None


class _Contacts(NamedTuple):
    """How much contact everybody had, by number; and the pairs that had any, each as one sorted number."""

    noise: Ints
    keys: Ints
    span: int

    def key(self, one: int, other: int) -> int:
        return min(one, other) * self.span + max(one, other)


class Groups:
    """Who belonged where on the last days of a snapshot's window, and who had anything to do with whom in it."""

    def __init__(self, snapshot: Snapshot, days: int = 1) -> None:
        self.snapshot = snapshot
        self.seats = _seats(snapshot, days)
        self.contact = _contacts(snapshot)
        self.named = _named(snapshot, self.seats)

    def people(self, kind: Kind, name: str, at: str) -> frozenset[int]:
        """Return who is in a group. Raises Invalid when this result knows none."""
        found = self.named[kind].get(name)
        if not found:
            raise Invalid(f"this result knows nobody in the {kind} {name}", pointer=at)
        return found

    def units(self, kind: Kind, members: frozenset[int]) -> list[Unit]:
        """Return what pairs are made of, by number of their first person: organisations, else people by themselves."""
        if kind not in OF_ORGANISATIONS:
            return [(one,) for one in sorted(members)]
        inside: dict[str, set[int]] = defaultdict(set)
        for seat in self.seats:
            if seat.person in members and seat.organisation is not None:
                inside[seat.organisation].add(seat.person)
        return sorted({tuple(sorted(one)) for one in inside.values()})

    def too_like(self, members: frozenset[int], k: int) -> bool:
        """Say whether another group differs from this one by some, and by fewer than k people."""
        every = {other for named in self.named.values() for other in named.values()}
        return any(0 < len(members ^ other) < k for other in every)

    def met_by_few(self, one: Iterable[int], other: Iterable[int], k: int) -> bool:
        """Say whether contact between two groups is the matter of some, and of fewer than k people."""
        return 0 < covered(self._between(one, other), k) < k

    def tied(self, left: Sequence[Unit], right: Sequence[Unit], k: int) -> int:
        """Return how many pairs of units had contact; contact of fewer than k people counts as none."""
        sides = [_of(units) for units in (left, right)]
        pairs = self._between(*sides)
        if covered(pairs, k) < k:
            return 0
        ends = [(one, other) for low, high in pairs.tolist() for one, other in ((low, high), (high, low))]
        return len(
            {frozenset((a, b)) for x, y in ends for a in sides[0].get(x, ()) for b in sides[1].get(y, ()) if a != b}
        )

    def talked(self, one: Unit, other: Unit) -> bool:
        """Say whether anybody of one unit had contact with anybody of another."""
        asked = np.array([self.contact.key(a, b) for a in one for b in other], np.int64)
        place = np.searchsorted(self.contact.keys, asked)
        inside = place < len(self.contact.keys)
        return bool((self.contact.keys[place[inside]] == asked[inside]).any())

    def _between(self, one: Iterable[int], other: Iterable[int]) -> Ints:
        """Return the pairs that had contact with an end in either group, n x 2."""
        low, high = self.contact.keys // self.contact.span, self.contact.keys % self.contact.span
        left, right = (np.isin(np.arange(self.contact.span), list(side)) for side in (one, other))
        return np.stack([low, high], axis=1)[(left[low] & right[high]) | (right[low] & left[high])]


def covered(pairs: Ints, stop: int) -> int:
    """Return how many people it takes to explain some pairs (n x 2), exact enough up to `stop`."""
    ends = np.sort(pairs, axis=1).astype(np.uint64)
    return difference.cover(Side(ends[:, 0], ends[:, 1], np.zeros(len(ends), np.bool_)), stop)


def _of(units: Sequence[Unit]) -> dict[int, list[Unit]]:
    """Return which units each person is in."""
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        for person in unit:
            found[person].append(unit)
    return found


def _seats(snapshot: Snapshot, days: int) -> list[_Seat]:
    """Return who belongs where through all of the last days."""
    if "memberships" not in snapshot:
        return []
    table = snapshot["memberships"]
    names = ("person", "group", "organisation", "department", "valid_from", "valid_to")
    columns = [rows.cells(table, name) if name in table else [None] * table.rows for name in names]
    end = snapshot.window.end
    return [
        _Seat(int(str(who)), *(None if cell is None else str(cell) for cell in where))
        for who, *where, start, stop in zip(*columns, strict=True)
        if who is not None
        and (not isinstance(start, int) or start <= end - days * DAY)
        and (not isinstance(stop, int) or stop >= end)
    ]


def _contacts(snapshot: Snapshot) -> _Contacts:
    """Return how much contact everybody had, and which pairs had any, of whatever kind."""
    tables = [snapshot[name] for name in ("tie_day", "ties") if name in snapshot and "actor" in snapshot[name]]
    ends = np.concatenate(
        [np.zeros((0, 2), np.int64), *(np.stack([one.ints("actor"), one.ints("target")], axis=1) for one in tables)]
    )
    counts = np.concatenate([np.zeros(0), *(_counts(one) for one in tables)])
    everybody = rows.people(snapshot)
    span = int(everybody[-1]) + 1 if len(everybody) else 1
    noise = np.bincount(ends.ravel(), np.repeat(counts, 2), span)
    ends.sort(axis=1)
    return _Contacts(noise.astype(np.int64), np.unique(ends[:, 0] * span + ends[:, 1]), span)


def _counts(table: Table) -> Floats:
    return np.where(table.present("count"), table.ints("count"), 1) if "count" in table else np.ones(table.rows)


def _named(snapshot: Snapshot, seats: Sequence[_Seat]) -> dict[Kind, dict[str, frozenset[int]]]:
    found: dict[Kind, dict[str, set[int]]] = {
        kind: defaultdict(set) for kind in ("group", "department", "organisation", "role", "circle", "interface")
    }
    of = _organisations(snapshot)
    for seat in seats:
        roles, circles = of.get(seat.organisation or "", ((), ()))
        names: tuple[tuple[Kind, Iterable[str | None]], ...] = (
            ("group", (seat.group,)), ("department", (seat.department,)), ("organisation", (seat.organisation,)),
            ("role", roles), ("circle", circles), ("interface", (seat.department, seat.organisation)),
        )  # fmt: skip
        for kind, every in names:
            for name in every:
                if name is not None:
                    found[kind][name].add(seat.person)
    return {kind: {name: frozenset(one) for name, one in named.items()} for kind, named in found.items()}


def _organisations(snapshot: Snapshot) -> dict[str, tuple[set[str], set[str]]]:
    """Return the roles and circles of each organisation."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    if "organisations" not in snapshot:
        return found
    table = snapshot["organisations"]
    columns = [rows.cells(table, name) if name in table else [None] * table.rows for name in ("role", "circles")]
    for name, role, circles in zip(table.texts("organisation"), *columns, strict=True):
        roles, inside = found.setdefault(str(name), (set(), set()))
        roles |= {str(role)} if role else set()
        inside |= {one.strip() for one in str(circles or "").split(";") if one.strip()}
    return found
