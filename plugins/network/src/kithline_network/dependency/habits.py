"""What people are wont to contribute, drawn from what they did in one window."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws
from kithline_sdk.stats.sampling import normal_quantile

# Who stands behind so many has no say in who makes half, unless half takes as many: the curve is at its top there.
DRAWN: Final = 400
# How many stand for all when it is asked how rates are spread, and over how many rates.
ASKED: Final = 500
GRID: Final = 160
# Few enough that the spread stays smooth: more would gather it in single points.
STEPS: Final = 200


def absences(amount: Floats, scatter: Floats, draws: int, stream: Draws) -> Floats:
    """Return draws of the absence factor of what people are wont to contribute.

    Counts scatter about that, so the counts themselves are more unequal than it is. How rates are spread over people is
    found from all counts together, each person's rate is drawn from that spread in the light of the own count (Poisson,
    nonparametric empirical Bayes); a day's contributions count as one lump, so that busy days are not many proofs.
    """
    ranked = np.argsort(-amount, kind="stable")
    counts, lumps = amount[ranked], np.maximum(1e-9, scatter[ranked] / np.maximum(amount[ranked], 1e-9))
    counts, lumps = counts[counts > 0], lumps[counts > 0]
    edges = _edges(counts, lumps)
    middle = np.sqrt(edges[1:] * edges[:-1])
    asked = np.unique(np.linspace(0, len(counts) - 1, min(len(counts), ASKED)).astype(np.int64))
    spread = _spread(_likelihood(counts[asked], lumps[asked], middle))
    belief = _likelihood(counts[:DRAWN], lumps[:DRAWN], middle) * spread
    rates = _rates(np.cumsum(belief, axis=1), edges, draws, stream)
    rest = math.fsum(counts[DRAWN:].tolist())
    reached = np.cumsum(-np.sort(-rates, axis=1), axis=1)
    half = (reached[:, -1] + rest) / 2
    # The whole scatters as its parts do; what the spread, once found, hides of that is added.
    lacking = max(0.0, math.fsum((counts * lumps).tolist()) / 4 - float(half.var()))
    half = (half + math.sqrt(lacking) * normal_quantile(stream.uniform(draws))) * (1 - 1e-12)
    return np.asarray(np.minimum((reached < half[:, None]).sum(axis=1) + 1, len(counts)), np.float64)


def _rates(upto: Floats, edges: Floats, draws: int, stream: Draws) -> Floats:
    """Return draws (rows) of each person's rate from the cells' summed probabilities, even within a cell."""
    rates = np.empty((draws, len(upto)))
    for one in range(len(upto)):
        cell = np.searchsorted(upto[one], stream.uniform(draws) * upto[one, -1], "right")
        cell = np.minimum(cell, GRID - 1)
        rates[:, one] = edges[cell] + stream.uniform(draws) * (edges[cell + 1] - edges[cell])
    return rates


def _edges(counts: Floats, lumps: Floats) -> Floats:
    """Return the ends of the cells of rates, each as many times the one before."""
    wide = 3 * np.sqrt(counts * lumps)
    low, high = float(np.maximum(counts / 4, counts - wide).min()), float((counts + wide).max())
    ratio = math.log(high / low) / GRID
    return np.array([low * math.exp(ratio * one) for one in range(GRID + 1)])


def _likelihood(counts: Floats, lumps: Floats, rates: Floats) -> Floats:
    """Return how likely each count (a row) is at each rate, over the most likely rate's: Poisson, in lumps."""
    logs = _each(math.log, rates)
    power = (counts[:, None] * logs - rates) / lumps[:, None]
    return _each(math.exp, np.maximum(-700.0, power - power.max(axis=1, keepdims=True)))


def _spread(likely: Floats) -> Floats:
    """Return how rates are spread over people, smooth: the first steps of expectation and maximisation (Laird 1978)."""
    share = np.full(likely.shape[1], 1 / likely.shape[1])
    for _ in range(STEPS):
        belief = likely * share
        share = (belief / belief.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.asarray(share, np.float64)


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    """Apply a function of the standard library, whose digits do not depend on the processor's features."""
    return np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size).reshape(values.shape)
