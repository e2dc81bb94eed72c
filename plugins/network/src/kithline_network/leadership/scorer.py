"""Do leaders take part or only approve? (scoring card 13)."""

from typing import ClassVar, Final

import msgspec
import numpy as np

from kithline_network import parts as joined
from kithline_network.leadership.advice import advice, notes
from kithline_network.leadership.asked import asked
from kithline_network.leadership.cells import Departments, departments
from kithline_network.leadership.contact import Contact, contact, raw
from kithline_network.leadership.measures import intervals, measures
from kithline_network.leadership.params import LeadershipParams
from kithline_network.leadership.parts import LIKENESS, TOGETHER, WEIGHT, parts
from kithline_network.leadership.picture import figures
from kithline_network.leadership.tree import Tree, tree
from kithline_sdk import Finding, Missing, Snapshot
from kithline_sdk.contract import Value

# Fewer are too few to stay anonymous.
LEADERS: Final = 5
ALL: Final = round(1 / WEIGHT)


class Leadership:
    """How far leaders are present among those they lead: days, reach, answers, balance."""

    key: ClassVar[str] = "leadership.presence"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = LeadershipParams

    def score(self, snapshot: Snapshot, params: LeadershipParams, seed: int) -> Finding:  # noqa: ARG002 - nothing is drawn
        """Return the finding; `withheld` where there are leaders, but fewer than five."""
        found = tree(snapshot, params)
        count = len(found.leaders)
        if 0 < count < LEADERS and not params.no_floor:
            lacking = Missing(what="leaders", reason="few_leaders", have=count, need=LEADERS)
            return Finding(status="withheld", reasons=["few_leaders"], missing=[lacking])
        return _finding(snapshot, found, params)


def _finding(snapshot: Snapshot, found: Tree, params: LeadershipParams) -> Finding:
    days = snapshot.window.last_day - snapshot.window.first_day + 1
    counted = raw(snapshot, found, params)
    whole = contact(counted, found, params, mapped=True)
    seen = figures(found, whole)
    own = parts(seen, days, params)
    rest = (
        parts(figures(found, contact(counted, found, params, mapped=False)), days, params)
        if len(found.assistants)
        else None
    )
    without = None if rest is None else joined.total(rest)
    cells = departments(snapshot, found, whole, params)
    published, absent = measures(snapshot, found, seen, asked(snapshot, params), without)
    value = None if own is None else joined.total(own)
    plain = Finding(
        measures=published,
        missing=absent,
        tables=_tables(cells),
        findings=notes(found, value, without),
        recommendations=advice(seen, cells, own, params),
        intervals=intervals(seen, days),
        coverage=_coverage(found),
    )
    if own is None:
        reason = "few_parts" if len(found.leaders) and len(found.others) else "no_reporting_tree"
        return msgspec.structs.replace(plain, status="insufficient", reasons=[reason])
    partial = len(own) < ALL
    return msgspec.structs.replace(
        plain,
        status="provisional" if partial else "ok",
        reasons=["part_absent"] if partial else [],
        score=value,
        interval=joined.interval(own, TOGETHER, LIKENESS),
        concentration=_concentration(found, whole, days, params),
        drivers=joined.drivers(own),
    )


def _concentration(found: Tree, seen: Contact, days: int, params: LeadershipParams) -> float | None:
    """Return by how much the score moves at most without one of the most active: by flow, or by sending days."""
    whole = parts(figures(found, seen), days, params)
    ends, size = np.r_[seen.flow.sender, seen.flow.target], len(seen.role)
    flow = np.bincount(ends, np.r_[seen.flow.amount, seen.flow.amount], size)
    sent = np.zeros(size) if seen.days is None else seen.days
    # Of several alike each is tried, but no more than a handful.
    busiest = {
        int(one)
        for role in (1, 2)
        for amount in (flow, sent)
        for one in np.flatnonzero((seen.role == role) & (amount == amount[seen.role == role].max(initial=0)))[:3]
    }
    without = [parts(figures(found, seen.without(one)), days, params) for one in sorted(busiest)]
    if whole is None:
        return None
    return max((abs(joined.total(whole) - joined.total(one)) for one in without if one is not None), default=None)


def _coverage(found: Tree) -> float | None:
    """Return the share of the staff that stands in the tree."""
    inside = len(found.leaders) + len(found.others) + len(found.assistants)
    return inside / (inside + found.outside) if inside else None


def _tables(cells: Departments) -> dict[str, list[dict[str, Value]]]:
    rows: list[dict[str, Value]] = [
        {"department": name, "people": people, "reached": met, "share": met / people}
        for name, people, met in cells.rows()
    ]
    return {"departments": rows} if rows else {}
