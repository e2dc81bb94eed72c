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
from kithline_sdk.snapshot import DAY, Snapshot

# Of these the pairs are pairs of organisations.
OF_ORGANISATIONS: Final = frozenset({"organisation", "role", "circle"})

Unit = tuple[int, ...]
Pair = tuple[int, int]


class _Seat(NamedTuple):
    person: int
    group: str | None
    organisation: str | None
    department: str | None


class Groups:
    """Who belonged where on the last days of a snapshot's window, and who had anything to do with whom in it."""

    def __init__(self, snapshot: Snapshot, days: int = 1) -> None:
        self.snapshot = snapshot
        self.seats = _seats(snapshot, days)
        self.noise, self.met = _contacts(snapshot)
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
        return 0 < self._met(frozenset(one), frozenset(other), k) < k

    def untied(self, left: Sequence[Unit], right: Sequence[Unit], k: int) -> int:
        """Return how many pairs of units never had contact; contact of fewer than k people counts as none."""
        pairs = {frozenset((a, b)) for a in left for b in right if a != b}
        one, other = (frozenset(person for unit in units for person in unit) for units in (left, right))
        if self._met(one, other, k) < k:
            return len(pairs)
        return sum(not self.talked(*pair) for pair in pairs)

    def talked(self, one: Unit, other: Unit) -> bool:
        """Say whether anybody of one unit had contact with anybody of another."""
        return any((min(a, b), max(a, b)) in self.met for a in one for b in other)

    def _met(self, one: frozenset[int], other: frozenset[int], stop: int) -> int:
        hit = [(a, b) for a, b in self.met if (a in one and b in other) or (a in other and b in one)]
        return covered(hit, stop)


def covered(pairs: Sequence[Pair], stop: int) -> int:
    """Return how many people it takes to explain some pairs, exact enough up to `stop`."""
    ends = np.array(sorted(pairs), np.uint64).reshape(-1, 2)
    return difference.cover(Side(ends[:, 0], ends[:, 1], np.zeros(len(ends), np.bool_)), stop)


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


def _contacts(snapshot: Snapshot) -> tuple[dict[int, int], set[Pair]]:
    """Return how much contact everybody had, and which pairs had any, of whatever kind."""
    noise: dict[int, int] = defaultdict(int)
    met = set[Pair]()
    for name in ("tie_day", "ties"):
        if name in snapshot and "actor" in snapshot[name]:
            table = snapshot[name]
            counts = (
                np.where(table.present("count"), table.ints("count"), 1) if "count" in table else np.ones(table.rows)
            )
            ends = zip(table.ints("actor").tolist(), table.ints("target").tolist(), counts.tolist(), strict=True)
            for one, other, count in ends:
                noise[one] += int(count)
                noise[other] += int(count)
                met.add((min(one, other), max(one, other)))
    return noise, met


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
