"""How sure the score is: people are as they are, who of them takes part and who answers whom is chance (rulings 3.4)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from kithline_network.reach.crossing import Crossing
from kithline_network.reach.groups import bits, holds
from kithline_network.reach.mix import Kinds, spread
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import Contact, level, parts, score
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, quantiles
from kithline_sdk.stats.sampling import normal_quantile

# What Jeffreys adds to each count.
HALF: Final = 0.5


class Doubt(NamedTuple):
    """Draws of the score, and of figures of the spread over groups, by name."""

    scores: Floats
    figures: dict[str, Floats]

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 90 % interval of the score."""
        return quantiles(self.scores)

    def holding(self, reached: int) -> float:
        """Return the share of draws at a level."""
        return sum(level(one) == reached for one in self.scores.tolist()) / len(self.scores)

    def ends(self) -> dict[str, tuple[float, float]]:
        """Return the 90 % intervals of the figures."""
        return {name: quantiles(drawn) for name, drawn in self.figures.items() if len(drawn)}


def doubt(
    found: Kinds, populations: Mapping[str, int], contact: Contact, met: Crossing, params: ReachParams, seed: int
) -> Doubt:
    """Draw how many of each kind take part and how much contact crosses.

    A Bayesian bootstrap of people (Rubin 1981): the sum of a kind's weights is a Gamma number. Who is known not to take part
    narrows it, as in a binomial count. The share across is a Beta number, each answering pair being one observation.
    """
    draws = Draws(seed)
    whole = _with_absent(found, populations)
    free = np.sqrt(1 - _taken(whole, populations))
    drawn = gamma(draws, whole.count + HALF, params.draws)
    counts = np.maximum(0.0, whole.count + free * (drawn - whole.count))
    shares = beta(draws, met, params.draws)
    scores, spreads = np.zeros(params.draws), []
    for row in range(params.draws):
        one = Kinds(whole.mask, counts[row])
        share = contact.share if contact.share is None else float(shares[row])
        scores[row] = score(parts(one, populations, Contact(share, contact.known), params))
        spreads.append(spread(one, params.targets))
    mixed = [one for one in spreads if one is not None]
    names = {"shannon": "shannon", "evenness": "evenness", "effective_groups": "effective", "simpson": "simpson"}
    return Doubt(scores, {name: np.array([getattr(one, field) for one in mixed]) for name, field in names.items()})


def _with_absent(found: Kinds, populations: Mapping[str, int]) -> Kinds:
    """Add the kinds of groups that exist and of which nobody takes part."""
    absent = [bits([one]) for one, size in populations.items() if size and not found.whole(one)]
    mask = np.r_[found.mask, np.array(absent, np.int64)]
    return Kinds(mask, np.r_[found.count, np.zeros(len(absent))])


def _taken(found: Kinds, populations: Mapping[str, int]) -> Floats:
    """Return which share of its population each kind's largest group has taking part, 0 where that is not known."""
    taken = np.zeros(len(found.mask))
    for one, size in populations.items():
        mine = holds(found.mask, one)
        taken[mine] = np.maximum(taken[mine], min(1.0, found.whole(one) / size))
    return taken


def gamma(draws: Draws, shape: Floats, rows: int) -> Floats:
    """Return rows of Gamma numbers of these shapes (Wilson and Hilferty 1931; Gamma(1/2) is half a squared normal)."""
    normal = normal_quantile(draws.uniform(rows * len(shape)).reshape(rows, len(shape)))
    cubed = shape * np.maximum(0.0, 1 - 1 / (9 * shape) + normal / (3 * np.sqrt(shape))) ** 3
    return np.where(shape == HALF, normal**2 / 2, cubed)


def beta(draws: Draws, met: Crossing, rows: int) -> Floats:
    """Return shares across groups after Jeffreys."""
    share = met.share or 0.0
    both = gamma(draws, np.array([share * met.size + HALF, (1 - share) * met.size + HALF]), rows)
    return np.asarray(both[:, 0] / np.maximum(both.sum(axis=1), 1e-300), np.float64)
