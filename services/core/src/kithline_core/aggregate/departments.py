"""Contact within and between departments, and the staff as a whole."""

import math
from typing import NamedTuple

import numpy as np

from kithline_core.aggregate.view import NEEDS
from kithline_core.model.cells import GroupTieRow
from kithline_sdk import floor
from kithline_sdk.colleagues import Ends, Graph, graph, split, sums
from kithline_sdk.snapshot import Bools, Floats, Ints, Snapshot
from kithline_sdk.staff import Staff, staff


class Pairs(NamedTuple):
    """Departments a <= b, each pair once: ties between them (1/k of an end in k), events each way, who dominates."""

    a: Ints
    b: Ints
    ties: Floats
    forward: Floats
    backward: Floats
    dominated: Bools


def departments(seen: Snapshot, period: str, k: int) -> list[GroupTieRow]:
    """Return the staff as a whole, then the departments and pairs of them that may be shown."""
    found = staff(seen)
    if not len(found.person):
        return []
    ties = graph(seen, found, NEEDS)
    if not len(found.departments):
        return [_whole(seen, found, ties, period)] if len(found.person) >= k else []
    pairs = _pairs(ties)
    whole = [_whole(seen, found, ties, period)] if len(found.person) >= k else []
    return whole + _cells(found, ties, pairs, period, k)


def _whole(seen: Snapshot, found: Staff, ties: Graph, period: str) -> GroupTieRow:
    ends = split(ties, ties.low, ties.high)
    within = math.fsum(ends.weight[ends.a == ends.b].tolist())
    everyone = [seen["activity_day"].ints("actor")]
    everyone += [seen[table].ints(end) for table in ("tie_day", "ties") for end in ("actor", "target")]
    return GroupTieRow(
        period=period,
        level="staff",
        people_a=ties.people,
        ties=float(ties.ties),
        members=len(found.person),
        met=int(np.isin(found.person, np.concatenate(everyone)).sum()),
        departments=len(found.departments),
        departments_at_floor=int(np.count_nonzero(found.heads >= floor.K)),
        within=within,
        expected=_expected(ties),
    )


def _expected(ties: Graph) -> float | None:
    """Return the share of pairs of active people in different departments; None for fewer than two people."""
    active = sums(ties.department, ties.share, ties.departments)
    alike = sums(ties.entry, ties.share * active[ties.department], ties.people)
    alike -= sums(ties.entry, ties.share**2, ties.people)
    pairs = ties.people * (ties.people - 1)
    return min(1.0, max(0.0, 1 - math.fsum(alike.tolist()) / pairs)) if pairs else None


def _pairs(ties: Graph) -> Pairs:
    size = ties.departments
    low, high = np.triu_indices(size)
    bonds, events = split(ties, ties.low, ties.high), split(ties, ties.events.actor, ties.events.target)
    amount = ties.events.amount[events.row] * events.weight
    ahead = events.a <= events.b
    cell = _cell(events.a, events.b, size)
    return Pairs(
        low,
        high,
        sums(_cell(bonds.a, bonds.b, size), bonds.weight, len(low)),
        sums(cell[ahead], amount[ahead], len(low)),
        sums(cell[~ahead], amount[~ahead], len(low)),
        floor.dominated(cell, ties.events.actor[events.row], amount, len(low)),
    )


def _cell(one: Ints, other: Ints, size: int) -> Ints:
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.asarray(low * size - low * (low - 1) // 2 + high - low, np.int64)


def _cells(found: Staff, ties: Graph, pairs: Pairs, period: str, k: int) -> list[GroupTieRow]:
    own = pairs.a == pairs.b
    itself = floor.shown(found.heads, k, dominated=_touched(ties))
    a, b = pairs.a[~own], pairs.b[~own]
    allowed = itself[a] & itself[b] & ~pairs.dominated[~own]
    kept = floor.crossed(itself, found.heads, a, b, allowed, k)
    show = np.zeros(len(pairs.a), np.bool_)
    # Ties within are told of all together: no department by itself may be what lacks.
    show[own] = floor.shown(found.heads, k, dominated=~kept.groups | pairs.dominated[own])
    show[~own] = kept.pairs
    active = np.round(sums(ties.department, ties.share, ties.departments)).astype(np.int64)
    return [_row(found, pairs, active, one, period) for one in np.flatnonzero(show).tolist()]


def _touched(ties: Graph) -> Bools:
    """Return in which departments one person makes most of the events that touch them."""
    events: Ends = split(ties, ties.events.actor, ties.events.target)
    amount, person = ties.events.amount[events.row] * events.weight, ties.events.actor[events.row]
    apart = events.a != events.b
    cell = np.r_[events.a, events.b[apart]]
    return floor.dominated(cell, np.r_[person, person[apart]], np.r_[amount, amount[apart]], ties.departments)


def _row(found: Staff, pairs: Pairs, active: Ints, one: int, period: str) -> GroupTieRow:
    a, b = int(pairs.a[one]), int(pairs.b[one])
    apart = a != b
    return GroupTieRow(
        period=period,
        level="department",
        a=found.departments[a],
        b=found.departments[b],
        people_a=int(found.heads[a]),
        people_b=int(found.heads[b]) if apart else None,
        ties=float(pairs.ties[one]),
        forward=round(float(pairs.forward[one])),
        backward=round(float(pairs.backward[one])) if apart else None,
        met=None if apart else int(active[a]),
    )
