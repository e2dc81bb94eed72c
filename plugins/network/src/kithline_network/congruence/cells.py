"""Which pairs may be shown: none with a department or community under the floor, and no subtraction leads to one."""

import numpy as np

from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Picture
from kithline_network.congruence.sides import ORGANISATION
from kithline_sdk import floor
from kithline_sdk.snapshot import Bools


def open_sides(seen: Picture, params: CongruenceParams) -> Bools:
    """Return which sides may be named: organisations, and others with k people; nobody hides behind nobody."""
    k = least(params)
    exempt = np.array([kind == ORGANISATION for kind in seen.known.kinds], np.bool_)
    return np.asarray(exempt | (seen.known.heads >= k), np.bool_)


def least(params: CongruenceParams) -> int:
    """Return how many people a cell needs."""
    return 1 if params.no_floor else floor.in_force(params.floor)


def shown_pairs(seen: Picture, params: CongruenceParams) -> Bools:
    """Return which needed pairs may be shown.

    The share of all pairs and, as weights differ, that of the pairs of each weight count as known: of each, what is
    withheld covers at least two pairs and k people, or all.
    """
    number, fit = seen.known.number, open_sides(seen, params)
    ends = [(number.get(pair.need.a, -1), number.get(pair.need.b, -1)) for pair in seen.pairs]
    if params.no_floor or not ends:
        return np.ones(len(ends), np.bool_)
    heads = np.r_[seen.known.heads, 0]
    # A side of which nobody is in the data has nobody to hide.
    open_ = np.r_[fit | (seen.known.heads == 0), True]
    places = np.array(ends, np.int64)
    allowed = open_[places].all(axis=1)
    if allowed.all():
        return np.asarray(allowed, np.bool_)
    weights = np.array([pair.weight for pair in seen.pairs])
    people = np.maximum(1, heads[places].sum(axis=1))
    totals = [np.asarray(weights == one, np.bool_) for one in np.unique(weights)]
    return floor.shown(people, least(params), dominated=~allowed, totals=totals)


def shown_surplus(seen: Picture, params: CongruenceParams) -> list[tuple[int, int]]:
    """Return the surplus pairs whose sides may both be named; of the others at least two are withheld, or none."""
    fit = open_sides(seen, params)
    shown = [pair for pair in seen.surplus if fit[pair[0]] and fit[pair[1]]]
    alone = len(seen.surplus) - len(shown) == 1
    heads = seen.known.heads
    smallest = min(shown, key=lambda pair: (int(heads[pair[0]] + heads[pair[1]]), pair), default=None)
    return [pair for pair in shown if not (alone and pair == smallest)]
