"""Circles of suppliers: how dense they are inside, and who is two steps away without the focal organisation."""

from typing import Final, NamedTuple

import numpy as np

from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats import graphs
from kithline_sdk.ties import contributes
from kithline_supply.network import Network
from kithline_supply.organisations import Organisations
from kithline_supply.seats import seats
from kithline_supply.structure import Range, density, possible, without_one
from kithline_supply.sureness import of_share

SMALLEST_COMMUNITY: Final = 3


class Circles(NamedTuple):
    """Who is in which circle, sorted by circle and unit; `declared` says that organisations.csv names them."""

    labels: tuple[str, ...]
    circle: Ints
    unit: Ints
    declared: bool

    @property
    def members(self) -> Ints:
        """Return how many suppliers each circle has."""
        return np.bincount(self.circle, minlength=len(self.labels)).astype(np.int64)


class Inside(NamedTuple):
    """Per circle: suppliers, ties inside, possible ties; per membership: its ties and rivals inside the circle."""

    members: Ints
    ties: Ints
    possible: Ints
    own_ties: Ints
    own_rivals: Ints

    @property
    def density(self) -> Floats:
        """Return ties over possible ones, NaN where none is possible."""
        return _share(self.ties, self.possible)

    @property
    def mean(self) -> float | None:
        """Return the mean density weighted by members."""
        counted = self.possible > 0
        weight = self.members * counted
        return _mean(float((weight * np.nan_to_num(self.density)).sum()), float(weight.sum()))


class Steps(NamedTuple):
    """Ordered pairs that ought to be near: how many there are and are within two steps, in all and per unit.

    `only` counts the pairs that one unit alone brings within two steps.
    """

    pairs: Ints
    near: Ints
    only: Ints

    @property
    def share(self) -> float | None:
        """Return the share of pairs within two steps."""
        return _mean(float(self.near.sum()), float(self.pairs.sum()))


def circles(snapshot: Snapshot, known: Organisations, found: Network) -> Circles:
    """Return the declared circles or, where none is, the suppliers of each community with three or more of them."""
    pairs = [(label, one) for one in np.flatnonzero(found.suppliers).tolist() for label in sorted(known.circles[one])]
    if pairs:
        labels = sorted({label for label, _ in pairs})
        place = {label: number for number, label in enumerate(labels)}
        ends = np.array([(place[label], one) for label, one in pairs], np.int64)
        return _kept(labels, ends[:, 0], ends[:, 1], smallest=2, declared=True)
    return _communities(snapshot, known, found)


def _communities(snapshot: Snapshot, known: Organisations, found: Network) -> Circles:
    activity, places = snapshot["activity_day"], snapshot["communities"]
    hidden = {
        name for name, bad in zip(places.texts("community"), places.ints("sensitive").tolist(), strict=True) if bad
    }
    labels = activity.labels("community")
    open_to = np.array([*(label not in hidden for label in labels), False], np.bool_)[activity.codes("community")]
    acts = activity.where(open_to & contributes(activity))
    row, unit = seats(snapshot["memberships"], known, acts.ints("actor"), acts.ints("day")).spread()
    row, unit = row[found.suppliers[unit]], unit[found.suppliers[unit]]
    key = graphs.distinct(acts.codes("community")[row] * found.size + unit)
    size = max(1, found.size)
    return _kept(list(labels), key // size, key % size, smallest=SMALLEST_COMMUNITY, declared=False)


def _kept(labels: list[str], circle: Ints, unit: Ints, *, smallest: int, declared: bool) -> Circles:
    sizes = np.bincount(circle, minlength=len(labels))
    big = sizes >= smallest
    number = np.cumsum(big) - 1
    keep = big[circle]
    circle, unit = number[circle[keep]], unit[keep]
    order = np.lexsort((unit, circle))
    names = tuple(label for label, enough in zip(labels, big.tolist(), strict=True) if enough)
    return Circles(names, circle[order], unit[order], declared)


def inside(found: Network, known: Circles) -> Inside:
    """Return the ties inside circles, pairs that compete left out."""
    edges, members = found.advised(), known.members
    ties, own_ties = _shared(found, known, edges.low, edges.high)
    rivals, own_rivals = _shared(found, known, *found.rival_suppliers())
    return Inside(members, ties, members * (members - 1) // 2 - rivals, own_ties, own_rivals)


def _shared(found: Network, known: Circles, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return how many of these pairs lie in each circle and at each membership."""
    order = np.argsort(known.unit, kind="stable")
    start = np.searchsorted(known.unit[order], np.arange(found.size + 1))
    times = np.diff(start)[a]
    one = order[graphs.runs(start[a], times)]
    key, wanted = known.circle * found.size + known.unit, known.circle[one] * found.size + np.repeat(b, times)
    other = np.searchsorted(key, wanted)
    both = key[np.minimum(other, len(key) - 1)] == wanted if len(key) else np.zeros(0, np.bool_)
    one, other = one[both], other[both]
    own = np.bincount(one, minlength=len(key)) + np.bincount(other, minlength=len(key))
    return np.bincount(known.circle[one], minlength=len(known.labels)), own


def inside_interval(found: Network, known: Circles, now: Inside) -> Range | None:
    """Return the 90 % interval of the mean density inside circles."""
    counted = now.possible > 0
    weight = now.members * counted
    shares = weight[counted] / max(1, weight.sum())
    # So many pairs of one circle would be as telling as all of them together.
    pairs = 1 / float((shares**2 / now.possible[counted]).sum()) if counted.any() else 0.0
    return of_share(now.mean, _inside_without(found, known, now), pairs)


def _inside_without(found: Network, known: Circles, now: Inside) -> list[float]:
    """Return the mean density inside circles without each supplier in turn."""
    at, counted = known.circle, now.possible > 0
    # Whoever leaves takes the ties and the possible ties to every other member along.
    members = now.members[at] - 1
    possible = now.possible[at] - members + now.own_rivals
    left = members * np.nan_to_num(_share(now.ties[at] - now.own_ties, possible))
    term, weight = now.members * np.nan_to_num(now.density), now.members * counted
    top = term.sum() + np.bincount(known.unit, left - term[at], found.size)
    below = weight.sum() + np.bincount(known.unit, members * (possible > 0) - weight[at], found.size)
    who = graphs.distinct(known.unit)
    who = who[below[who] > 0]
    return [float(one) for one in np.clip(top[who] / below[who], 0, 1)]


def ties_per_supplier(found: Network) -> float | None:
    """Return the mean number of other suppliers a supplier is tied with, pairs that compete left out."""
    return _mean(2.0 * len(found.advised().low), float(found.suppliers.sum()))


def ties_interval(found: Network) -> Range | None:
    """Return the 90 % interval of the mean number of other suppliers a supplier is tied with."""
    ends, suppliers = of_share(density(found), without_one(found), possible(found)), int(found.suppliers.sum())
    if ends is None:
        return None
    each = 2 * possible(found) / suppliers
    return ends[0] * each, ends[1] * each


def steps(found: Network, known: Circles) -> Steps:
    """Count the pairs within two steps without the hub: inside circles where there are any, else all suppliers."""
    edges, n = found.without_hub(), found.size
    around = graphs.Adjacency(edges.low, edges.high, n)
    rivals = graphs.Adjacency(*found.rival_suppliers(), n)
    pairs, near, only = (np.zeros(n, np.int64) for _ in range(3))
    for one in np.flatnonzero(found.suppliers).tolist():
        peers = _peers(found, known, rivals, one)
        direct = np.zeros(n, np.bool_)
        direct[around.of(one)] = True
        ways, broker = around.ways(one)
        pairs[one] = peers.sum()
        near[one] = (peers & (direct | (ways > 0))).sum()
        only += np.bincount(broker[peers & ~direct & (ways == 1)], minlength=n)
    return Steps(pairs, near, only)


def _peers(found: Network, known: Circles, rivals: graphs.Adjacency, one: int) -> Bools:
    """Return who ought to be near a supplier; the pairs are symmetric."""
    if known.labels:
        mine = np.zeros(len(known.labels), np.bool_)
        mine[known.circle[known.unit == one]] = True
        peers = np.zeros(found.size, np.bool_)
        peers[known.unit[mine[known.circle]]] = True
    else:
        peers = found.suppliers.copy()
    peers[one] = False
    peers[rivals.of(one)] = False
    return peers


def steps_interval(counted: Steps) -> Range | None:
    """Return the 90 % interval of the share within two steps."""
    pairs = counted.pairs.sum() - 2 * counted.pairs
    near = counted.near.sum() - 2 * counted.near - counted.only
    usable = (pairs > 0) & ((counted.pairs > 0) | (counted.only > 0))
    return of_share(counted.share, (near[usable] / pairs[usable]).tolist(), float(counted.pairs.sum()) / 2)


def _share(part: Ints, whole: Ints) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0), np.float64)


def _mean(total: float, weight: float) -> float | None:
    return total / weight if weight else None
