"""Undirected simple graphs as two arrays of ends: each edge once, no loops, nodes 0 to n - 1.

Memory follows edges, never pairs of nodes. Sums over neighbours run in a fixed order, so the same edges in the same
order give the same bytes.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk.snapshot import Bools, Floats, Ints

CHUNK: Final = 1 << 20  # two-step paths looked at together


class Triangles(NamedTuple):
    """Some triangles: three corners and, opposite to each, the number of the edge between the other two."""

    u: Ints
    v: Ints
    w: Ints
    vw: Ints
    uw: Ints
    uv: Ints


class Adjacency:
    """Neighbours of every node in compressed rows, in ascending order."""

    __slots__ = ("degree", "n", "start", "target")

    def __init__(self, a: Ints, b: Ints, n: int) -> None:
        source, target = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.lexsort((target, source))
        self.n, self.target = n, target[order]
        self.degree = np.bincount(source, minlength=n).astype(np.int64)
        self.start = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.degree)])

    def of(self, node: int) -> Ints:
        """Return the neighbours of one node."""
        return self.target[self.start[node] : self.start[node + 1]]

    def ways(self, node: int) -> tuple[Ints, Ints]:
        """Return, per other node, how many neighbours it shares with `node`, and the sum of their numbers.

        With exactly one shared neighbour the sum is that neighbour: the pair's only broker.
        """
        through = self.of(node)
        step = runs(self.start[through], self.degree[through])
        reached, broker = self.target[step], np.repeat(through, self.degree[through])
        ways = np.bincount(reached, minlength=self.n)
        sums = np.bincount(reached, broker.astype(np.float64), self.n)  # whole numbers: exact
        ways[node], sums[node] = 0, 0
        return ways.astype(np.int64), sums.astype(np.int64)


def runs(start: Ints, length: Ints) -> Ints:
    """Return start[0], start[0] + 1, ... for `length[0]` numbers, then the same from start[1], and so on."""
    ends = np.cumsum(length)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - (ends - length), length), np.int64)


def distinct(values: Ints) -> Ints:
    """Return the distinct numbers in ascending order: np.unique by sorting, which is faster than its hash table here."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def simple(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the distinct edges low < high of any list of pairs: loops and repetitions dropped, sorted."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    low, high = low[low != high], high[low != high]
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    fresh = np.ones(len(low), np.bool_)
    fresh[1:] = (np.diff(low) != 0) | (np.diff(high) != 0)
    return low[fresh], high[fresh]


def degrees(a: Ints, b: Ints, n: int) -> Ints:
    """Return how many edges each node has."""
    return (np.bincount(a, minlength=n) + np.bincount(b, minlength=n)).astype(np.int64)


def components(a: Ints, b: Ints, n: int) -> Ints:
    """Return per node the smallest node it is connected with, itself when alone."""
    root = np.arange(n)
    while True:
        low, high = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        apart = low != high
        if not apart.any():
            return root
        np.minimum.at(root, high[apart], low[apart])
        root = _flat(root)


def connected_pairs(root: Ints, counted: Bools) -> int:
    """Return how many pairs of counted nodes lie in one component, from the roots of `components`."""
    sizes = np.bincount(root[counted])
    return int((sizes * (sizes - 1) // 2).sum())


def density(edges: int, nodes: int) -> float | None:
    """Return edges over possible edges, None for fewer than two nodes."""
    return edges / (nodes * (nodes - 1) / 2) if nodes > 1 else None


def constraint(a: Ints, b: Ints, n: int) -> Floats:
    """Return Burt's constraint of every node, unweighted, over the whole network; NaN for a node without edges.

    c_i = sum over neighbours j of (1/d_i + sum over shared neighbours q of 1/(d_i d_q))^2 (Burt 1992; equals
    networkx.constraint without weights).
    """
    degree = degrees(a, b, n).astype(np.float64)
    shared = np.zeros(len(a))
    for found in triangles(a, b, n):
        for edge, corner in ((found.vw, found.u), (found.uw, found.v), (found.uv, found.w)):
            shared += np.bincount(edge, 1.0 / degree[corner], len(a))
    squares = (1.0 + shared) ** 2
    total = np.bincount(a, squares, n) + np.bincount(b, squares, n)
    return np.asarray(np.divide(total, degree**2, out=np.full(n, np.nan), where=degree > 0), np.float64)


def effective_size(a: Ints, b: Ints, n: int) -> Floats:
    """Return Burt's effective size of every node, unweighted: degree - 2 t / degree with t ties among its neighbours.

    NaN for a node without edges (Burt 1992 in the form of Borgatti 1997; equals networkx.effective_size).
    """
    degree = degrees(a, b, n).astype(np.float64)
    closed = np.zeros(n)
    for found in triangles(a, b, n):
        for corner in (found.u, found.v, found.w):
            closed += np.bincount(corner, minlength=n)
    return np.asarray(degree - np.divide(2 * closed, degree, out=np.full(n, np.nan), where=degree > 0), np.float64)


def triangles(a: Ints, b: Ints, n: int, chunk: int = CHUNK) -> Iterator[Triangles]:
    """Yield every triangle once, some at a time.

    Edges point from the lower to the higher degree, so that no node has more than sqrt(2 m) successors.
    """
    if not len(a):
        return
    rank = np.argsort(np.argsort(degrees(a, b, n), kind="stable"), kind="stable")
    tail, head = np.where(rank[a] < rank[b], a, b), np.where(rank[a] < rank[b], b, a)
    order = np.lexsort((head, tail))
    tail, head = tail[order], head[order]
    start = np.searchsorted(tail, np.arange(n + 1))
    length = np.diff(start)[head]
    for first, last in _batches(length, chunk):
        edge = np.repeat(np.arange(first, last), length[first:last])
        onward = runs(start[head[first:last]], length[first:last])
        key = tail[edge] * n + head[onward]
        closing = np.minimum(np.searchsorted(tail * n + head, key), len(tail) - 1)
        ring = (tail * n + head)[closing] == key
        edge, onward, closing = edge[ring], onward[ring], closing[ring]
        yield Triangles(tail[edge], head[edge], head[onward], order[onward], order[closing], order[edge])


def _flat(root: Ints) -> Ints:
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root
        root = further


def _batches(length: Ints, chunk: int) -> Iterator[tuple[int, int]]:
    ends, first = np.cumsum(length), 0
    while first < len(length):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + chunk, "right")))
        yield first, last
        first = last
