"""Sums over contacts between two sides, and which of them at least k people stand behind."""

from typing import NamedTuple

import numpy as np

from kithline_core.aggregate.view import Ends, Met
from kithline_sdk import floor
from kithline_sdk.snapshot import Bools, Ints


class Cells(NamedTuple):
    """Per pair of codes low <= high: people on each side, in all, tied pairs of people, events each way, dominated."""

    low: Ints
    high: Ints
    people_low: Ints
    people_high: Ints
    people: Ints
    ties: Ints
    forward: Ints
    backward: Ints
    declared: Bools
    dominated: Bools

    def tied(self) -> "Cells":
        """Return the cells with a tie."""
        here = self.ties > 0
        return Cells(
            self.low[here], self.high[here], self.people_low[here], self.people_high[here], self.people[here],
            self.ties[here], self.forward[here], self.backward[here], self.declared[here], self.dominated[here],
        )  # fmt: skip


def cells(found: Met, ends: Ends) -> Cells:
    """Return the sums over all contacts between two codes."""
    width = 1 + max(int(ends.a.max(initial=0)), int(ends.b.max(initial=0)))
    key, of = np.unique(np.minimum(ends.a, ends.b) * width + np.maximum(ends.a, ends.b), return_inverse=True)
    of, size = of.reshape(-1), len(key)
    ahead, actor, target = ends.a <= ends.b, found.actor[ends.row], found.target[ends.row]
    amount = found.amount[ends.row]
    bond = found.tied.tied[found.pair[ends.row]]
    low, high = np.where(ahead, actor, target), np.where(ahead, target, actor)
    # Within one side nobody stands on the other.
    apart = (key // width != key % width)[of]
    return Cells(
        low=key // width,
        high=key % width,
        people_low=_distinct(np.r_[of, of[~apart]], np.r_[low, high[~apart]], size),
        people_high=_distinct(of[apart], high[apart], size),
        people=_distinct(np.r_[of, of], np.r_[actor, target], size),
        ties=_distinct(of[bond], found.pair[ends.row][bond], size),
        forward=np.bincount(of[ahead], amount[ahead], size).astype(np.int64),
        backward=np.bincount(of[~ahead], amount[~ahead], size).astype(np.int64),
        declared=np.bincount(of[bond & found.said[ends.row]], minlength=size) > 0,
        dominated=floor.dominated(of, actor, amount, size),
    )


def of_people(found: Cells, k: int) -> Bools:
    """Return which cells of groups of people may be shown: k people on either side, nobody dominating, no subtraction."""
    apart = found.low != found.high
    fit = (found.people_low >= k) & (~apart | (found.people_high >= k)) & ~found.dominated
    return floor.shown(found.people, k, dominated=~fit)


def of_organisations(found: Cells, k: int) -> Bools:
    """Return which sums over organisations may be shown: k people in all, nobody dominating; no sum of them is told."""
    return (found.people >= k) & ~found.dominated


def _distinct(cell: Ints, what: Ints, size: int) -> Ints:
    """Return how many different numbers each cell holds."""
    width = 1 + int(what.max(initial=0))
    return np.bincount(np.unique(cell * width + what) // width, minlength=size).astype(np.int64)
