"""The four parts of the score and how sure each is: these people, their contacts being random (rulings 3.4)."""

import math

from kithline_network.leadership.params import LeadershipParams
from kithline_network.leadership.picture import Days, Figures
from kithline_network.parts import Part, spread
from kithline_sdk.stats import rise, share_rise, wilson

Ends = tuple[float, float]
WEIGHT = 0.25
HALF = 0.5
# An answer makes a tie and balances the flow.
TOGETHER = frozenset({"reach_1hop", "upward_answered", "symmetric_flow"})
# How alike they move; tried in worlds of known truth.
LIKENESS = 0.5


def parts(seen: Figures, window_days: int, params: LeadershipParams) -> list[Part] | None:
    """Return the parts with their weights spread; None where fewer than three can be computed."""
    return spread([_ratio(seen, window_days, params), _reach(seen, params), _answered(seen), _symmetric(seen)])


def of_ratio(days: Days, window_days: int) -> Ends:
    """Return the interval of the ratio of mean sending days.

    Each mean is a share of days, with Wilson's interval; the distances of the logarithms are squared and added (Zou and
    Donner 2008). Days of one person are more alike than that, so it is somewhat too wide.
    """
    shares = [(days.leader_days, days.leaders * window_days), (days.other_days, days.others * window_days)]
    (lead, low, high), (rest, least, most) = ((sum_ / n, *wilson(min(sum_, n), n)) for sum_, n in shares)
    if not lead:
        return 0.0, high / rest
    ratio = lead / rest
    below = math.hypot(math.log(lead / low), math.log(most / rest))
    above = math.hypot(math.log(high / lead), math.log(rest / least))
    return ratio * math.exp(-below), ratio * math.exp(above)


def of_symmetric(seen: Figures) -> Ends | None:
    """Return the interval of the balance, from Wilson's of the share of contact that goes down.

    Contact comes in lumps of several events a day: as many count as lumps of equal size would be (Kish 1965).
    """
    value = seen.symmetric
    if value is None or seen.flow is None:
        return None
    down, whole = seen.flow[0], sum(seen.flow)
    n = whole * whole / seen.lumps
    low, high = wilson(down / whole * n, n)
    ends = [1 - abs(1 - 2 * end) for end in (low, high)]
    top = 1.0 if low <= HALF <= high else max(ends)
    return min(*ends, value), max(top, value)


def _ratio(seen: Figures, window_days: int, params: LeadershipParams) -> Part | None:
    if seen.days is None or seen.days.ratio is None:
        return None
    low, high = of_ratio(seen.days, window_days)
    value, least, most = (rise(one, params.ratio_half, params.ratio_high) for one in (seen.days.ratio, low, high))
    return Part("active_day_ratio", seen.days.ratio, value, WEIGHT, (least, most))


def _reach(seen: Figures, params: LeadershipParams) -> Part | None:
    if not seen.reach[1]:
        return None
    share = seen.reach[0] / seen.reach[1]
    value, low, high = (share_rise(one, params.reach_half, params.reach_high) for one in (share, *wilson(*seen.reach)))
    return Part("reach_1hop", share, value, WEIGHT, (low, high))


def _answered(seen: Figures) -> Part | None:
    if not seen.answered[1]:
        return None
    share = seen.answered[0] / seen.answered[1]
    return Part("upward_answered", share, share, WEIGHT, wilson(*seen.answered))


def _symmetric(seen: Figures) -> Part | None:
    value, ends = seen.symmetric, of_symmetric(seen)
    return None if value is None or ends is None else Part("symmetric_flow", value, value, WEIGHT, ends)
