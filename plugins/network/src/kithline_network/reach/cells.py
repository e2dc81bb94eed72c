"""What the privacy floor lets be shown of groups and communities. Counts of heads: nobody can dominate them."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from kithline_network.reach.groups import EVERY, bits, holds, many
from kithline_network.reach.mix import Kinds
from kithline_network.reach.overlap import Communities
from kithline_network.reach.params import ReachParams
from kithline_sdk import floor
from kithline_sdk.snapshot import Bools, Ints


class Groups(NamedTuple):
    """Groups that somebody holds: whether the count may be shown, and the fractional share beside it; pairs a < b.

    `few` pairs have fewer people in common than the floor, or none: which of the two is not told, they are shown as none.
    """

    names: tuple[str, ...]
    counts: Bools
    shares: Bools
    a: Ints
    b: Ints
    shared: Ints
    pairs: Bools
    few: Bools


class Places(NamedTuple):
    """Communities: whether the count may be shown; per pair the people in common, whether shown, whether few; outsiders."""

    counts: Bools
    a: Ints
    b: Ints
    shared: Ints
    pairs: Bools
    few: Bools
    outside: Bools


def least(params: ReachParams) -> int:
    """Return how many people a cell needs."""
    return 1 if params.no_floor else floor.in_force(params.floor)


def groups(found: Kinds, mask: Ints, sized: frozenset[str], params: ReachParams) -> Groups:
    """Return what may be shown of groups, `mask` being those of everybody who takes part, `sized` of known size.

    A count and a fractional share together tell how many people of a group hold another one too: the share is shown where
    these are none, or k. All memberships, all people with several, the sums over a group's pairs, and the mean reach of the target groups are known.
    """
    names = tuple(one for one in EVERY if found.whole(one))
    sizes = np.array([found.whole(one) for one in names], np.int64)
    a, b = _pairs(len(names))
    shared = np.array([found.both(names[i], names[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)], np.int64)
    everything, all_pairs = np.ones(len(names), np.bool_), np.ones(len(a), np.bool_)
    if params.no_floor:
        return Groups(names, everything, everything, a, b, shared, all_pairs, ~all_pairs)
    k = least(params)
    averaged = np.array([one in sized and one in params.targets for one in names], np.bool_)
    counts = floor.shown(sizes, k, totals=[averaged], members=_members(names, mask))
    several = np.array([_several(found, one) for one in names], np.int64)
    quiet = counts & (several == 0)
    shares = quiet | (counts & floor.shown(several, k, members=_members(names, np.where(many(mask) > 1, mask, 0))))
    shown, few = _shown_pairs(names, (a, b, shared), (counts, sizes), mask, k, shares)
    if floor.given_away((shared > 0) & (few | ~shown), [all_pairs, *_rows(shares, a, b)]).any():
        # Then the sums over a group's pairs go, and with them the shares.
        shares = np.zeros(len(names), np.bool_)
        shown, few = _shown_pairs(names, (a, b, shared), (counts, sizes), mask, k, shares)
    return Groups(names, counts, shares, a, b, shared, shown, few)


def communities(found: Communities, params: ReachParams) -> Places:
    """Return what may be shown of communities: nothing of fewer than k people, no part of fewer than k that two differ by."""
    size = len(found.names)
    people, k = found.people, least(params)
    a, b = _pairs(size)
    shared = found.shared[a, b] if size else np.zeros(0, np.int64)
    if params.no_floor:
        return Places(people > 0, a, b, shared, np.ones(len(a), np.bool_), np.zeros(len(a), np.bool_), people > 0)
    counts = people >= k
    few = counts[a] & counts[b] & (shared < k)
    shown = counts[a] & counts[b] & ~few & ~_nested(people[a], people[b], shared, k)
    if size == 2 and len(a) and not shown.any():  # noqa: PLR2004 - with two, all people together would tell what they share
        counts = counts & (np.arange(2) == int(people.argmax()))
        few = few & False
    apart = found.outside
    outside = counts & (apart >= k) & ((people - apart >= k) | (people == apart))
    return Places(counts, a, b, shared, shown | few, few, outside)


def _shown_pairs(
    names: tuple[str, ...], pairs: tuple[Ints, Ints, Ints], sized: tuple[Bools, Ints], mask: Ints, k: int, shares: Bools
) -> tuple[Bools, Bools]:
    (a, b, shared), (counts, sizes) = pairs, sized
    both = counts[a] & counts[b]
    close = _nested(sizes[a], sizes[b], shared, k)
    cell, person = [], []
    for place, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        who = np.flatnonzero(holds(mask, names[i]) & holds(mask, names[j]))
        cell.append(np.full(len(who), place))
        person.append(who)
    members = (np.concatenate([np.zeros(0, np.int64), *cell]), np.concatenate([np.zeros(0, np.int64), *person]))
    shown = floor.shown(shared, k, dominated=close | ~both, totals=_rows(shares, a, b), members=members)
    few = both & (shared < k)
    return shown | few, few


def _pairs(size: int) -> tuple[Ints, Ints]:
    found = np.array(list(combinations(range(size), 2)), np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _rows(groups_: Bools, a: Ints, b: Ints) -> list[Bools]:
    return [np.asarray((a == one) | (b == one), np.bool_) for one in np.flatnonzero(groups_).tolist()]


def _nested(one: Ints, other: Ints, shared: Ints, k: int) -> Bools:
    """Return where one side has 1 to k - 1 people whom the other has not."""
    left, right = one - shared, other - shared
    return np.asarray(((left > 0) & (left < k)) | ((right > 0) & (right < k)), np.bool_)


def _several(found: Kinds, group: str) -> float:
    mine = holds(found.mask, group) & (many(found.mask) > 1)
    return float(found.count[mine].sum())


def _members(names: tuple[str, ...], mask: Ints) -> tuple[Ints, Ints]:
    rows = [(place, np.flatnonzero(mask & bits([one]))) for place, one in enumerate(names)]
    cell = np.concatenate([np.zeros(0, np.int64), *(np.full(len(who), place) for place, who in rows)])
    return cell, np.concatenate([np.zeros(0, np.int64), *(who for _, who in rows)])
