"""The organisation graph: units as nodes, one edge per pair in contact."""

from typing import NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats import graphs
from kithline_supply.organisations import Organisations


class Edges(NamedTuple):
    """Unordered pairs of units low < high, each once.

    `weight` is the number of distinct person pairs plus what the sender summed; `forward` and `backward` say whether
    contact from low to high, and back, was seen; `declared` whether a row says the tie stands; `vague` whether that is a
    row of organisation ties, which knows no direction.
    """

    low: Ints
    high: Ints
    weight: Floats
    forward: Bools
    backward: Bools
    declared: Bools
    vague: Bools

    def where(self, keep: Bools) -> "Edges":
        """Return the chosen edges."""
        return Edges(
            self.low[keep],
            self.high[keep],
            self.weight[keep],
            self.forward[keep],
            self.backward[keep],
            self.declared[keep],
            self.vague[keep],
        )

    @property
    def two_way(self) -> Bools:
        """Return which edges saw contact in both directions."""
        return self.forward & self.backward

    @property
    def linked(self) -> Bools:
        """Return which edges count as links: both directions, or declared (rulings 2.4)."""
        return self.two_way | self.declared


class Network(NamedTuple):
    """Edges among n units; who has a tie or event, who counts as supplier, the hub, and the pairs that compete."""

    size: int
    edges: Edges
    present: Bools
    suppliers: Bools
    hub: int | None
    rivals: tuple[Ints, Ints]

    def among_suppliers(self) -> Edges:
        """Return the ties of suppliers with each other."""
        edges = self.edges
        return edges.where(self.suppliers[edges.low] & self.suppliers[edges.high])

    def advised(self) -> Edges:
        """Return the ties of suppliers with each other, pairs that compete left out."""
        edges = self.among_suppliers()
        key = self.rivals[0] * self.size + self.rivals[1]
        return edges.where(~np.isin(edges.low * self.size + edges.high, key))

    def rival_suppliers(self) -> tuple[Ints, Ints]:
        """Return the pairs of suppliers that compete."""
        both = self.suppliers[self.rivals[0]] & self.suppliers[self.rivals[1]]
        return self.rivals[0][both], self.rivals[1][both]

    def without_hub(self) -> Edges:
        """Return the edges that do not touch the focal organisation."""
        if self.hub is None:
            return self.edges
        return self.edges.where((self.edges.low != self.hub) & (self.edges.high != self.hub))


def of(known: Organisations, edges: Edges, present: Bools, suppliers: Bools) -> Network:
    """Return the network of these edges; whoever has one is present."""
    met = present.copy()
    met[edges.low] = met[edges.high] = True
    return Network(len(known.ids), edges, met, suppliers, known.hub, known.rivals)


def merged(size: int, parts: list[Edges]) -> Edges:
    """Return all edges with each pair once: weights added, flags joined."""
    whole = Edges(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    key, place = np.unique(whole.low * size + whole.high, return_inverse=True)
    place = place.reshape(-1)
    flags = [np.bincount(place[flag], minlength=len(key)) > 0 for flag in whole[3:]]
    return Edges(
        key // max(1, size), key % max(1, size), np.bincount(place, whole.weight, len(key)).astype(np.float64), *flags
    )


def none() -> Edges:
    """Return no edges."""
    flags = np.zeros(0, np.bool_)
    return Edges(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), flags, flags, flags, flags)


def connected(edges: Edges, network: Network) -> int:
    """Return how many pairs of suppliers these edges connect."""
    root = graphs.components(edges.low, edges.high, network.size)
    return graphs.connected_pairs(root, network.suppliers)
