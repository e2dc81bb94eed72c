"""The four parts of the score: reach, effective groups, contact across groups, people in several groups (card 5)."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from kithline_network.reach.mix import Kinds, spread
from kithline_network.reach.params import ReachParams
from kithline_sdk.stats import share_rise

WEIGHTS: Final = {"reach": 0.35, "effective_groups": 0.25, "cross_group": 0.25, "multi_group": 0.15}
NEEDED: Final = 0.6
CUTS: Final = (0.2, 0.4, 0.6, 0.8)


class Part(NamedTuple):
    """A raw figure and its sub-score."""

    raw: float
    value: float


class Contact(NamedTuple):
    """The share of returned events across groups (None where nothing came back), and whether anybody was addressed at all."""

    share: float | None
    known: bool


Parts = dict[str, Part]


class Raw(NamedTuple):
    """What the parts are made of: reach by group, effective groups, contact, share in several groups; None is not known."""

    shares: Mapping[str, float]
    effective: float | None
    contact: Contact
    multiple: float | None


def parts(found: Kinds, populations: Mapping[str, int], contact: Contact, params: ReachParams) -> Parts:
    """Return the parts that can be told."""
    mixed = spread(found, params.targets)
    shares = {one: found.whole(one) / size for one, size in populations.items()}
    multiple = found.multiple / found.grouped if found.grouped else None
    return valued(Raw(shares, None if mixed is None else mixed.effective, contact, multiple), params)


def valued(raw: Raw, params: ReachParams) -> Parts:
    """Return the parts of given figures."""
    told = {
        "reach": reach(raw.shares, params),
        "effective_groups": diversity(raw.effective, len(params.targets)),
        "cross_group": cross(raw.contact, params),
        "multi_group": multi(raw.multiple, params),
    }
    return {name: part for name, part in told.items() if part is not None}


def reach(shares: Mapping[str, float], params: ReachParams) -> Part | None:
    """Return the mean over the target groups whose size is known."""
    wanted = [min(1.0, shares[one]) for one in params.targets if one in shares]
    if not wanted:
        return None
    values = [share_rise(share, params.reach_half, params.reach_high) for share in wanted]
    return Part(math.fsum(wanted) / len(wanted), math.fsum(values) / len(values))


def diversity(effective: float | None, groups: int) -> Part | None:
    """Return (effective groups - 1)/(G - 1)."""
    if effective is None:
        return None
    return Part(effective, min(1.0, max(0.0, (effective - 1) / (groups - 1))))


def cross(contact: Contact, params: ReachParams) -> Part | None:
    """Return the part of contact across groups: 0 where people are addressed and nobody answers."""
    if not contact.known:
        return None
    share = contact.share or 0.0
    return Part(share, share_rise(share, params.cross_half, params.cross_high))


def multi(share: float | None, params: ReachParams) -> Part | None:
    """Return the part of people in two or more of the groups of our market."""
    return None if share is None else Part(share, share_rise(share, params.multi_half, params.multi_high))


def coverage(told: Parts) -> float:
    """Return the weight of the parts that can be told."""
    return math.fsum(WEIGHTS[name] for name in told)


def score(told: Parts) -> float:
    """Return the mean of the sub-scores; what cannot be told is spread over the rest."""
    return math.fsum(WEIGHTS[name] * part.value for name, part in told.items()) / coverage(told)


def level(value: float) -> int:
    """Return the level of a score: closed, one-sided, mixed, broad, ecosystem."""
    return sum(value >= cut for cut in CUTS)
