"""The figures of presence, of some contact."""

from typing import NamedTuple

import numpy as np

from kithline_network.leadership.contact import LEADER, OTHER, Contact
from kithline_network.leadership.tree import Tree
from kithline_sdk.snapshot import Bools, Ints


class Days(NamedTuple):
    """Sending days of leaders and of others, and how many of each there are."""

    leaders: int
    leader_days: int
    others: int
    other_days: int

    @property
    def ratio(self) -> float | None:
        """The ratio of mean sending days, zeros included; None where the others sent nothing."""
        if not self.leaders or not self.other_days:
            return None
        return self.leader_days / self.leaders / (self.other_days / self.others)


class Figures(NamedTuple):
    """Counts behind the figures; a pair is what is so, and of how many. `lumps` is the sum of squared amounts of flow."""

    days: Days | None
    reach: tuple[int, int]
    answered: tuple[int, int]
    lines: tuple[int, int]
    flow: tuple[int, int] | None
    lumps: int
    across: int
    within: int
    to_leader: tuple[int, int] | None

    @property
    def symmetric(self) -> float | None:
        """1 - |down - up|/(down + up); None without contact or direction."""
        if self.flow is None or not sum(self.flow):
            return None
        down, up = self.flow
        return 1 - abs(down - up) / (down + up)


def figures(found: Tree, seen: Contact) -> Figures:
    """Return the figures."""
    role, pairs = seen.role, seen.pairs
    tied = pairs.tied
    one, two = role[pairs.low], role[pairs.high]
    across = tied & (one + two == OTHER + LEADER) & (one != two)
    amount, down = seen.flow.amount, seen.flow.down
    own = role[pairs.low] * role[pairs.high] > 0
    return Figures(
        _days(seen),
        (int(reached(seen).sum()), int((role == OTHER).sum())),
        (int(seen.first.answered.sum()), len(seen.first.answered)),
        _lines(found, seen),
        (int(amount[down].sum()), int(amount[~down].sum())) if seen.directed else None,
        int((amount**2).sum()),
        int(across.sum()),
        int((tied & own & ~across).sum()),
        _to_leader(seen) if seen.directed else None,
    )


def reached(seen: Contact) -> Bools:
    """Return, per person, who is no leader and has a tie to one."""
    role, pairs = seen.role, seen.pairs
    low, high = pairs.low[pairs.tied], pairs.high[pairs.tied]
    found = np.zeros(len(role), np.bool_)
    found[low[(role[low] == OTHER) & (role[high] == LEADER)]] = True
    found[high[(role[high] == OTHER) & (role[low] == LEADER)]] = True
    return found


def _days(seen: Contact) -> Days | None:
    if seen.days is None:
        return None
    leaders, others = seen.role == LEADER, seen.role == OTHER
    return Days(int(leaders.sum()), int(seen.days[leaders].sum()), int(others.sum()), int(seen.days[others].sum()))


def _lines(found: Tree, seen: Contact) -> tuple[int, int]:
    """Return the reporting lines that are ties, and those with both ends in the data."""
    role, met = seen.role, seen.met
    a, b = found.reports, found.managers
    known = (role[a] > 0) & (role[b] > 0) & met[a] & met[b]
    wanted = _keys(np.minimum(a, b)[known], np.maximum(a, b)[known], len(role))
    tied = _keys(seen.pairs.low[seen.pairs.tied], seen.pairs.high[seen.pairs.tied], len(role))
    return int(np.isin(wanted, tied).sum()), len(wanted)


def _keys(low: Ints, high: Ints, size: int) -> Ints:
    return low * size + high


def _to_leader(seen: Contact) -> tuple[int, int]:
    """Return the directed ties others send, to a leader and to anybody in the tree."""
    role, pairs = seen.role, seen.pairs
    sender = np.r_[pairs.low[pairs.forward > 0], pairs.high[pairs.backward > 0]]
    target = np.r_[pairs.high[pairs.forward > 0], pairs.low[pairs.backward > 0]]
    mine = role[sender] == OTHER
    return int((role[target[mine]] == LEADER).sum()), int((role[target[mine]] > 0).sum())
