"""Contacts between people and when they amount to a tie (rulings 2.2 and 2.3)."""

from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import Bools, Ints, Snapshot, Table

# What counts as a contribution; reactions, views, follows and the like make no tie.
CONTRIBUTIONS: Final = frozenset({"posted", "replied", "shared", "mentioned", "answered"})


class Contacts(NamedTuple):
    """Counted events per day and ordered pair, after the caps; `row` is the row of tie_day behind it."""

    day: Ints
    actor: Ints
    target: Ints
    count: Ints  # type: ignore[assignment]  # a tuple's own `count` is of no use here
    row: Ints


class Pairs(NamedTuple):
    """Unordered pairs low < high: counts in both directions, days, whether declared, whether a tie."""

    low: Ints
    high: Ints
    forward: Ints
    backward: Ints
    days: Ints
    declared: Bools
    tied: Bools


def contributes(table: Table) -> Bools:
    """Return which rows carry a verb that is a contribution (the closed list, and every custom verb)."""
    counts = [label in CONTRIBUTIONS or label.startswith("custom:") for label in table.labels("verb")]
    return np.array([*counts, False], np.bool_)[table.codes("verb")]


def contacts(ties: Table, pair_day_cap: int, max_recipients: int, *, keep: Bools | None = None) -> Contacts:
    """Return capped contacts from tie_day: contributions to somebody else, broadcasts left out, 0 = no cap.

    At most `pair_day_cap` events count per ordered pair and day over the whole scope; the table's order decides which.
    """
    actor, target = ties.ints("actor"), ties.ints("target")
    wanted = contributes(ties) & (actor != target)
    if max_recipients:
        wanted &= ties.ints("recipients") <= max_recipients
    if keep is not None:
        wanted &= keep
    row = np.flatnonzero(wanted)
    row = row[np.lexsort((row, target[row], actor[row], ties.ints("day")[row]))]
    day, actor, target, count = ties.ints("day")[row], actor[row], target[row], ties.ints("count")[row]
    if pair_day_cap and len(row):
        count = _capped(day, actor, target, count, pair_day_cap)
    counted = count > 0
    return Contacts(day[counted], actor[counted], target[counted], count[counted], row[counted])


def _capped(day: Ints, actor: Ints, target: Ints, count: Ints, cap: int) -> Ints:
    starts = np.r_[True, (np.diff(day) != 0) | (np.diff(actor) != 0) | (np.diff(target) != 0)]
    total = np.cumsum(count)
    before_group = (total - count)[starts][np.cumsum(starts) - 1]
    upto = np.minimum(total - before_group, cap)
    return np.asarray(upto - np.minimum(total - count - before_group, cap), np.int64)


def pairs(found: Contacts, *, min_events: int, min_days: int, declared: Table | None = None) -> Pairs:
    """Return the pairs in contact. A tie is `min_events` events on `min_days` days, one event each way, or declared."""
    actor, target, count, day = found.actor, found.target, found.count, found.day
    known = np.zeros(len(actor), np.bool_)
    if declared is not None and declared.rows:
        actor, target = np.r_[actor, declared.ints("actor")], np.r_[target, declared.ints("target")]
        sums = np.where(declared.present("count"), declared.ints("count"), 1)
        count, day = np.r_[count, sums], np.r_[day, np.full(declared.rows, -1)]
        known = np.r_[known, np.ones(declared.rows, np.bool_)]
    ends = np.stack([np.minimum(actor, target), np.maximum(actor, target)])
    apart = ends[0] != ends[1]
    return _sum_up(
        ends[:, apart], (actor < target)[apart], count[apart], day[apart], known[apart], (min_events, min_days)
    )


def _sum_up(ends: Ints, ahead: Bools, count: Ints, day: Ints, known: Bools, need: tuple[int, int]) -> Pairs:
    found = by_pair(ends[0], ends[1])
    inverse, size = found.of, found.size
    forward = np.bincount(inverse[ahead], count[ahead], size).astype(np.int64)
    backward = np.bincount(inverse[~ahead], count[~ahead], size).astype(np.int64)
    days = np.bincount(by_pair(inverse[~known], day[~known]).one, minlength=size).astype(np.int64)
    declared = np.bincount(inverse[known], minlength=size) > 0
    observed = np.bincount(inverse[~known], count[~known], size)
    both = (np.bincount(inverse[ahead & ~known], minlength=size) > 0) & (
        np.bincount(inverse[~ahead & ~known], minlength=size) > 0
    )
    tied = declared | both | ((observed >= need[0]) & (days >= need[1]))
    return Pairs(found.one, found.other, forward, backward, days, declared, tied)


def two_way(found: Pairs) -> Bools:
    """Return which pairs were in contact in both directions."""
    return np.asarray((found.forward > 0) & (found.backward > 0), np.bool_)


def has_events(snapshot: Snapshot) -> bool:
    """Say whether any contact was observed as an event (else direction of declared sums is unknown)."""
    return "tie_day" in snapshot and snapshot["tie_day"].rows > 0
