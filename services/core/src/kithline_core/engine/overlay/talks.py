"""Pairs of two groups that start talking: the quietest that never did, in blocks of k pairs without a common person.

Whoever asks for more gets the same pairs and further blocks, so that two questions differ by k people at least; and at
most half of all pairs may start, for what is then left would tell who talks already.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import published
from kithline_core.engine.overlay import refusals, rows
from kithline_core.engine.overlay.groups import Groups, Unit, covered
from kithline_core.errors import Invalid
from kithline_core.model.overlays import Added, Side, SupposedTalk
from kithline_sdk.snapshot import DAY, Snapshot, Table

# A contribution that no data hold: what is supposed is never added to what was counted.
VERB: Final = "custom:what-if.contact"
SUPPOSED: Final = "supposed"

Pair = tuple[int, int]


class _Asked(NamedTuple):
    """The groups of a talk as units; of a talk within one group both are the same."""

    left: list[Unit]
    right: list[Unit]

    @property
    def all(self) -> int:
        """How many pairs there are, whether they talk or not: one of two units of both groups counts once."""
        both = len(set(self.left) & set(self.right))
        return len(self.left) * len(self.right) - both * (both + 1) // 2


def talking(
    snapshot: Snapshot, asked: Sequence[SupposedTalk], k: int
) -> tuple[Snapshot, list[Added], list[list[Pair]]]:
    """Return the snapshot with further contacts, and which pairs they are of. Raises Invalid, TooFew."""
    if not asked:
        return snapshot, [], []
    added, pairs = list[Added](), list[list[Pair]]()
    base = snapshot
    for place, one in enumerate(asked):
        at = f"/overlay/talks/{place}"
        _fits(base, one, k, at)
        groups = Groups(base, one.contacts)
        sides = _sides(groups, one, k, at)
        chosen = _chosen(groups, sides, one.pairs, k, at)
        snapshot = _spoken(snapshot, chosen, one)
        pairs.append(chosen)
        possible = published.rounded(sides.all - groups.tied(sides.left, sides.right, k))
        added.append(Added(what=_what(one), at=at, rows=len(chosen) * one.contacts, pairs=one.pairs, possible=possible))
    _apart(pairs, k)
    return snapshot, added, pairs


def _fits(snapshot: Snapshot, one: SupposedTalk, k: int, at: str) -> None:
    """Refuse what this result cannot hold. Raises Invalid."""
    refusals.table(snapshot, "tie_day", ("day", "actor", "target", "verb"), at)
    refusals.table(snapshot, "memberships", ("person",), at)
    if one.two_way and one.contacts < 2:  # noqa: PLR2004 - there and back
        raise Invalid("two-way contact takes two contacts of a pair", pointer=f"{at}/contacts")
    if one.contacts > snapshot.window.days:
        raise Invalid("the window has fewer days than contacts were asked for", pointer=f"{at}/contacts")
    if one.pairs % k:
        raise Invalid(f"pairs start talking by {k}, the privacy floor: {k}, {2 * k} and so on", pointer=f"{at}/pairs")


def _sides(groups: Groups, one: SupposedTalk, k: int, at: str) -> _Asked:
    """Return the units of both groups, each of k people or more that no other group nearly is. Raises Invalid, TooFew."""
    ends: list[tuple[Side, str]] = [(one.between, f"{at}/between"), *([(one.and_, f"{at}/and")] if one.and_ else [])]
    found = list[list[Unit]]()
    for side, where in ends:
        members = groups.people(side.kind, side.name, f"{where}/name")
        if len(members) < k or groups.too_like(members, k):
            raise refusals.few(f"the {side.kind} {side.name}", k, where)
        found.append(groups.units(side.kind, members))
    return _Asked(found[0], found[-1])


def _chosen(groups: Groups, asked: _Asked, wanted: int, k: int, at: str) -> list[Pair]:
    """Return the pairs of people that start talking. Raises TooFew."""
    if wanted > asked.all // 2:
        raise refusals.few("so many pairs of these groups (more than half of all)", k, f"{at}/pairs")
    turns = _Turns(groups, asked)
    found = list[Pair]()
    while len(found) < wanted:
        block = turns.block(k)
        if len(block) < k or covered(np.array(block, np.int64), k) < k:
            raise refusals.few("so many pairs of these groups", k, f"{at}/pairs")
        found += block
    return found


class _Turns:
    """Whose turn it is: who was chosen least, was quietest, and comes first by number."""

    def __init__(self, groups: Groups, asked: _Asked) -> None:
        self.groups, self.asked = groups, asked
        self.units, self.persons = Counter[Unit](), Counter[int]()
        self.taken = set[frozenset[Unit]]()
        self.noise: list[int] = groups.contact.noise.tolist()
        self.loud = {unit: sum(self.noise[one] for one in unit) for unit in {*asked.left, *asked.right}}

    def block(self, k: int) -> list[Pair]:
        """Return k pairs no two of which share a unit or a person; fewer where there are no more."""
        busy, found = set[int](), list[Pair]()
        # Whoever is chosen is busy, so that ranks do not change within a block.
        left, right = (sorted(side, key=self._rank) for side in (self.asked.left, self.asked.right))
        for unit in left:
            if len(found) == k:
                break
            other = None if busy & {*unit} else self._partner(unit, right, busy)
            if other is None:
                continue
            busy |= {*unit, *other}
            self.taken.add(frozenset((unit, other)))
            self.units.update((unit, other))
            pair = (self._speaker(unit), self._speaker(other))
            self.persons.update(pair)
            found.append(pair)
        return found

    def _partner(self, unit: Unit, right: Sequence[Unit], busy: set[int]) -> Unit | None:
        free = (
            other for other in right if not ({*other} & {*busy, *unit}) and frozenset((unit, other)) not in self.taken
        )
        return next((other for other in free if not self.groups.talked(unit, other)), None)

    def _rank(self, unit: Unit) -> tuple[int, int, Unit]:
        return self.units[unit], self.loud[unit], unit

    def _speaker(self, unit: Unit) -> int:
        return min(unit, key=lambda one: (self.persons[one], self.noise[one], one))


def _apart(pairs: Sequence[Sequence[Pair]], k: int) -> None:
    """Refuse talks that differ from each other by few: one of them left out would tell of those. Raises TooFew."""
    alike = [{frozenset(pair) for pair in one} for one in pairs]
    for place, one in enumerate(alike):
        rest = set[frozenset[int]]().union(*alike[:place], *alike[place + 1 :])
        own = np.array([sorted(pair) for pair in one - rest], np.int64).reshape(-1, 2)
        if rest and covered(own, k) < k:
            raise refusals.few("this beside the other talks", k, f"/overlay/talks/{place}")


def _spoken(snapshot: Snapshot, pairs: Sequence[Pair], one: SupposedTalk) -> Snapshot:
    """Return the snapshot with a contact of each pair on each of the last days, there and back in turns if two-way."""
    last, ties = snapshot.window.last_day, list[rows.Row]()
    spoke, days = Counter[tuple[int, int]](), Counter[int]()
    for number in range(one.contacts):
        day = last - number
        at = day * DAY + DAY // 2
        for pair in pairs:
            actor, target = pair[::-1] if one.two_way and number % 2 else pair
            ties.append(
                {"day": day, "actor": actor, "target": target, "verb": VERB, "recipients": 1, "count": 1,
                 "first_at": at, "last_at": at}
            )  # fmt: skip
            spoke[day, actor] += 1
            days[day] += 1
    snapshot = rows.swapped(snapshot, rows.put(snapshot["tie_day"], ties))
    if "activity_day" in snapshot:
        snapshot = rows.swapped(
            snapshot, rows.put(snapshot["activity_day"], [_act(*key, n) for key, n in spoke.items()])
        )
    return rows.swapped(snapshot, _counted(snapshot["event_day"], days)) if "event_day" in snapshot else snapshot


def _act(day: int, actor: int, count: int) -> rows.Row:
    at = day * DAY + DAY // 2
    return {"day": day, "actor": actor, "verb": VERB, "count": count, "first_at": at, "last_at": at}


def _counted(table: Table, days: Counter[int]) -> Table:
    """Return how many events there are a day; of days that are supposed in part there is no hash of ids."""
    held = {name: rows.cells(table, name) for name in table.columns}
    counts = dict(zip(held["day"], held.get("count", [0] * table.rows), strict=True))
    left = table.where(~np.isin(table.ints("day"), list(days)))
    return rows.put(
        left,
        [{"day": day, "count": int(str(counts.get(day) or 0)) + n, "ids_hash": SUPPOSED} for day, n in days.items()],
    )


def _what(one: SupposedTalk) -> str:
    whom = f"inside {one.between.kind} {one.between.name}"
    if one.and_ is not None:
        whom = f"between {one.between.kind} {one.between.name} and {one.and_.kind} {one.and_.name}"
    return f"{one.pairs} pairs {whom} start talking"
