"""What members do: contributors, uptake, first contributions and the voluntary share, from daily activity."""

from typing import Final

import msgspec
import numpy as np
from kithline_sdk import Snapshot, Table, Window, people
from kithline_sdk.floor import dominated, in_force, shown
from kithline_sdk.snapshot import DAY, Bools, Ints
from kithline_sdk.stats import rise, share_rise

from kithline_purpose.parameters import Params
from kithline_purpose.places import Place

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
    """The activity rows of the window's communities, sliced by community; people count, their volume does not."""

    def __init__(self, snapshot: Snapshot, without: int | None = None) -> None:
        self.window = snapshot.window
        table = _within(snapshot["activity_day"], self.window)
        self.seen = table.rows > 0
        self.table = table if without is None else table.where(table.ints("actor") != without)
        self.memberships = snapshot.tables.get("memberships")
        verbs = self.table.labels("verb")
        counted = np.array([verb in CONTRIBUTIONS or verb.startswith("custom:") for verb in verbs] or [False])
        self.given: Bools = counted[self.table.codes("verb")] & (self.table.codes("verb") >= 0)
        self.codes = {label: code for code, label in enumerate(self.table.labels("community"))}

    def rows(self, community: str) -> Bools:
        """Return which rows are of one community."""
        code = self.codes.get(community)
        return np.zeros(self.table.rows, np.bool_) if code is None else self.table.codes("community") == code

    def contributors(self, community: str) -> Ints:
        """Return the distinct people who contributed in the window, in order."""
        return np.unique(self.table.ints("actor")[self.rows(community) & self.given])

    def busiest(self) -> int | None:
        """Return the person with the most contributions in the window, of equal ones the first."""
        actors, counts = self.table.ints("actor")[self.given], self.table.ints("count")[self.given]
        return int(np.argmax(np.bincount(actors, counts))) if len(actors) else None

    def behaviour(self, place: Place, params: Params) -> Behaviour:
        """Return what is known of one community's members; nothing is when no event of the window is known."""
        if not self.seen:
            return Behaviour(why=dict.fromkeys(("uptake", "first_contribution_rate", "voluntary_share"), "no_events"))
        rows = self.rows(place.id)
        recent = rows & self.given & (self.table.ints("day") > self.window.last_day - RECENT)
        active = len(np.unique(self.table.ints("actor")[recent]))
        first, voluntary = self._first(rows, params), self._voluntary(rows & self.given, place.owner)
        found = {"first_contribution_rate": first, "voluntary_share": voluntary}
        few = {name: f"few_people:{in_force(params.floor)}" for name, rate in found.items() if _few(rate, params)}
        none = {name: reason for name, reason in found.items() if isinstance(reason, str)}
        return Behaviour(
            contributors=len(self.contributors(place.id)),
            recent=active,
            uptake=uptake(active, place.invited, place.kind),
            first=first if isinstance(first, Rate) and not _few(first, params) else None,
            voluntary=voluntary if isinstance(voluntary, Rate) and not _few(voluntary, params) else None,
            why={name: reason.partition(":")[0] for name, reason in few.items()} | none,
        )

    def shown(self, found: dict[str, Behaviour], params: Params) -> set[str]:
        """Return the communities whose counts of people may be shown under the floor (rulings 1.11)."""
        ids = sorted(found)
        if params.no_floor:
            return set(ids)
        sizes = np.array([found[one].recent or 0 for one in ids], np.int64)
        recent = self.given & (self.table.ints("day") > self.window.last_day - RECENT)
        member = np.full(self.table.rows, -1, np.int64)
        for number, one in enumerate(ids):
            member[self.rows(one)] = number
        rows = recent & (member >= 0)
        cells = (member[rows], self.table.ints("actor")[rows], self.table.ints("count")[rows])
        ruled = dominated(*cells, len(ids)) if rows.any() else np.zeros(len(ids), np.bool_)
        show = shown(sizes, in_force(params.floor), dominated=ruled)
        return {one for one, free in zip(ids, show.tolist(), strict=True) if free}

    def _first(self, rows: Bools, params: Params) -> Rate | str:
        """Count the joiners who contributed within two weeks; those who joined later than that ago are left out."""
        verbs = self.table.labels("verb")
        joined = rows & (self.table.codes("verb") == (verbs.index("joined") if "joined" in verbs else -2))
        actors, begin, end = self.table.ints("actor"), *_span(self.table)
        since = dict[int, int]()
        for actor, moment in zip(actors[joined].tolist(), begin[joined].tolist(), strict=True):
            since[actor] = min(moment, since.get(actor, moment))
        due = {one: at for one, at in since.items() if at + params.join_days * DAY <= self.window.end}
        given = rows & self.given
        acts = zip(actors[given].tolist(), begin[given].tolist(), end[given].tolist(), strict=True)
        came = {one for one, a, b in acts if one in due and b >= due[one] and a < due[one] + params.join_days * DAY}
        return Rate(len(came), len(due)) if due else "no_joiners"

    def _voluntary(self, given: Bools, owner: str | None) -> Rate | str:
        """Count contributors outside the department that owns the place: the people for whom it is no job."""
        if self.memberships is None or owner is None or owner not in self.memberships.labels("department"):
            return "no_owner_department"
        actors = self.table.ints("actor")[given]
        persons = np.unique(actors)
        last = np.zeros(len(persons), np.int64)
        np.maximum.at(last, np.searchsorted(persons, actors), self.table.ints("day")[given])
        held = people.held(self.memberships, "department", persons, last)
        staff = np.unique(held.query[held.code == self.memberships.labels("department").index(owner)])
        return Rate(len(persons) - len(staff), len(persons)) if len(persons) else "no_contributors"


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


def _few(rate: Rate | str, params: Params) -> bool:
    return isinstance(rate, Rate) and rate.of < in_force(params.floor)


def _within(table: Table, window: Window) -> Table:
    days = table.ints("day")
    return table.where((days >= window.first_day) & (days <= window.last_day))


def _span(table: Table) -> tuple[Ints, Ints]:
    """Return the first and last instant of each row, the day's own where they are not told."""
    day = table.ints("day") * DAY
    begin = np.where(table.present("first_at"), table.ints("first_at"), day)
    end = np.where(table.present("last_at"), table.ints("last_at"), day + DAY - 1)
    return begin, end
