"""What members do: contributors, uptake, first contributions and the voluntary share, from daily activity."""

from typing import Final

import msgspec
import numpy as np

from kithline_purpose.parameters import Params
from kithline_purpose.places import Place
from kithline_sdk import Column, Snapshot, Table, Window, people
from kithline_sdk.floor import dominated, in_force, shown
from kithline_sdk.snapshot import DAY, Bools, Ints
from kithline_sdk.stats import rise, share_rise

CONTRIBUTIONS: Final = frozenset({"posted", "replied", "shared", "mentioned", "answered"})
RECENT: Final = 28  # days
_KINDS: Final = {"project": (0.10, 0.40), "practice": (0.10, 0.40), "support": (0.05, 0.20), "customer": (0.05, 0.20)}
_LARGE: Final = 100  # invited people above which a smaller share is expected


class Rate(msgspec.Struct, frozen=True):
    """So many of so many people."""

    hits: int
    of: int


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """One community's behaviour. None is unknown; `why` says why, by name."""

    contributors: int = 0
    recent: int | None = None
    uptake: float | None = None
    first: Rate | None = None
    voluntary: Rate | None = None
    why: dict[str, str] = {}


class Activity:
    """The activity rows of the window, cut by community; people count, their volume does not."""

    def __init__(self, snapshot: Snapshot, without: int | None = None) -> None:
        table = _within(snapshot["activity_day"], snapshot.window)
        self.window, self.memberships = snapshot.window, snapshot["memberships"]
        self.seen = table.rows > 0
        kept = table if without is None else table.where(table.ints("actor") != without)
        order = np.argsort(kept.codes("community"), kind="stable")
        self.table = Table(kept.name, {name: column.take(order) for name, column in kept.columns.items()})
        self.codes = {label: code for code, label in enumerate(self.table.labels("community"))}

    def of(self, community: str) -> Table:
        """Return the rows of one community."""
        code = self.codes.get(community, len(self.codes))
        first, last = np.searchsorted(self.table.codes("community"), [code, code + 1])
        return Table(self.table.name, {name: _cut(column, first, last) for name, column in self.table.columns.items()})

    def busiest(self) -> int | None:
        """Return the person with the most contributions in the window, of equal ones the first."""
        rows = given(self.table)
        actors, counts = rows.ints("actor"), rows.ints("count")
        return int(np.argmax(np.bincount(actors, counts))) if len(actors) else None

    def behaviour(self, place: Place, params: Params) -> Behaviour:
        """Return what is known of one community's members; nothing is when no event of the window is known."""
        if not self.seen:
            return Behaviour(why=dict.fromkeys(("uptake", "first_contribution_rate", "voluntary_share"), "no_events"))
        rows = self.of(place.id)
        acts = given(rows)
        active = len(np.unique(self._recent(acts).ints("actor")))
        first, voluntary = self._first(rows, acts, params), self._voluntary(acts, place.owner)
        found = {"first_contribution_rate": first, "voluntary_share": voluntary}
        told = {name: _enough(rate, params) for name, rate in found.items()}
        return Behaviour(
            contributors=len(np.unique(acts.ints("actor"))),
            recent=active,
            uptake=uptake(active, place.invited, place.kind),
            first=_rate(told["first_contribution_rate"]),
            voluntary=_rate(told["voluntary_share"]),
            why={name: reason for name, reason in told.items() if isinstance(reason, str)},
        )

    def shown(self, found: dict[str, Behaviour], params: Params) -> set[str]:
        """Return the communities whose counts of people may be shown under the floor (rulings 1.11)."""
        ids = sorted(found)
        if params.no_floor:
            return set(ids)
        rows = self._recent(given(self.table))
        cell = np.full(len(self.codes) + 1, -1, np.int64)
        for number, one in enumerate(ids):
            cell[self.codes.get(one, -1)] = number if one in self.codes else -1
        member = cell[rows.codes("community")]
        kept, numbers = rows.where(member >= 0), member[member >= 0]
        none = np.zeros(len(ids), np.bool_)
        ruled = dominated(numbers, kept.ints("actor"), kept.ints("count"), len(ids)) if kept.rows else none
        sizes = np.array([found[one].recent or 0 for one in ids], np.int64)
        show = shown(sizes, in_force(params.floor), dominated=ruled)
        return {one for one, free in zip(ids, show.tolist(), strict=True) if free}

    def _recent(self, rows: Table) -> Table:
        return rows.where(rows.ints("day") > self.window.last_day - RECENT)

    def _first(self, rows: Table, acts: Table, params: Params) -> Rate | str:
        """Count the joiners who contributed within two weeks; those who joined later than that ago are left out."""
        joined = rows.where(_is(rows, "joined"))
        since = dict[int, int]()
        for actor, moment in zip(joined.ints("actor").tolist(), _span(joined)[0].tolist(), strict=True):
            since[actor] = min(moment, since.get(actor, moment))
        due = {one: at for one, at in since.items() if at + params.join_days * DAY <= self.window.end}
        told = zip(acts.ints("actor").tolist(), *(ends.tolist() for ends in _span(acts)), strict=True)
        came = {one for one, a, b in told if one in due and b >= due[one] and a < due[one] + params.join_days * DAY}
        return Rate(len(came), len(due)) if due else "no_joiners"

    def _voluntary(self, acts: Table, owner: str | None) -> Rate | str:
        """Count contributors outside the department that owns the place: the people for whom it is no job."""
        if owner is None or owner not in self.memberships.labels("department"):
            return "no_owner_department"
        persons, row = np.unique(acts.ints("actor"), return_inverse=True)
        last = np.zeros(len(persons), np.int64)
        np.maximum.at(last, row, acts.ints("day"))
        held = people.held(self.memberships, "department", persons, last)
        staff = np.unique(held.query[held.code == self.memberships.labels("department").index(owner)])
        return Rate(len(persons) - len(staff), len(persons)) if len(persons) else "no_contributors"


def given(rows: Table) -> Table:
    """Return the contributions among rows; reactions, views and memberships are none."""
    verbs = rows.labels("verb")
    counted = np.array([*(verb in CONTRIBUTIONS or verb.startswith("custom:") for verb in verbs), False])
    return rows.where(counted[rows.codes("verb")])


def uptake(recent: int, invited: int | None, kind: str | None) -> float:
    """Return the first part of card 7: contributors of the last 28 days among the invited, read by kind and size."""
    if not invited:
        return rise(recent, 10, 40)
    m, h = _KINDS.get(kind or "", _KINDS["project"])
    size = (max(invited, _LARGE) / _LARGE) ** -0.35
    return share_rise(min(1.0, recent / invited), m * size, h * size)


def rate_part(rate: Rate, m: float, h: float) -> float:
    """Return a rate read on its curve; shares cannot pass 1 (rulings 3.1)."""
    return share_rise(rate.hits / rate.of, m, h)


def _enough(rate: Rate | str, params: Params) -> Rate | str:
    """Return a rate of enough people to be read, else why there is none."""
    return "few_people" if isinstance(rate, Rate) and rate.of < in_force(params.floor) else rate


def _rate(told: Rate | str) -> Rate | None:
    return told if isinstance(told, Rate) else None


def _is(rows: Table, verb: str) -> Bools:
    return np.asarray(
        np.array([*(label == verb for label in rows.labels("verb")), False])[rows.codes("verb")], np.bool_
    )


def _cut(column: Column, first: int, last: int) -> Column:
    return Column(column.kind, column.values[first:last], column.present[first:last], column.labels)


def _within(table: Table, window: Window) -> Table:
    days = table.ints("day")
    return table.where((days >= window.first_day) & (days <= window.last_day))


def _span(table: Table) -> tuple[Ints, Ints]:
    """Return the first and last instant of each row, the day's own where they are not told."""
    day = table.ints("day") * DAY
    begin = np.where(table.present("first_at"), table.ints("first_at"), day)
    end = np.where(table.present("last_at"), table.ints("last_at"), day + DAY - 1)
    return begin, end
