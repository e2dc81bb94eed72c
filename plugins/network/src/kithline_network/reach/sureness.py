"""How sure the score is: people are as they are, who of them takes part and who answers whom is chance (rulings 3.4)."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from kithline_network.reach.crossing import Crossing
from kithline_network.reach.groups import bits, holds, many
from kithline_network.reach.mix import Kinds, Spread, spread
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import Contact, Raw, level, parts, score, valued
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import Draws, quantiles, wilson
from kithline_sdk.stats.sampling import normal_quantile

# What Jeffreys adds to each count.
HALF: Final = 0.5
# Plain draws held the truth of skewed worlds in 84 of 100.
STRETCH: Final = 1.1


class Doubt(NamedTuple):
    """Draws of the score, and of figures of the spread over groups, by name."""

    scores: Floats
    figures: dict[str, Floats]

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 90 % interval of the score, stretched about its middle."""
        low, high = quantiles(self.scores)
        middle, half = (low + high) / 2, STRETCH * (high - low) / 2
        return max(0.0, middle - half), min(1.0, middle + half)

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
    crossing = beta(draws, met, params.draws).tolist()
    mixed = _mixed(whole.mask, counts, spread(found, params.targets), params.targets)
    effective = mixed["effective_groups"].tolist() if mixed else None
    reached = {
        one: (counts[:, holds(whole.mask, one)].sum(axis=1) / size).tolist() for one, size in populations.items()
    }
    several = _several(whole.mask, counts) if found.grouped else None
    scores = [
        score(
            valued(
                Raw(
                    {one: values[row] for one, values in reached.items()},
                    None if effective is None else effective[row],
                    Contact(None if contact.share is None else crossing[row], contact.known),
                    None if several is None else several[row],
                ),
                params,
            )
        )
        for row in range(params.draws)
    ]
    # The curves bend: draws lie below the score on average, and the score below the truth by as much again.
    before = score(parts(found, populations, contact, params))
    return Doubt(np.clip(np.array(scores) + 2 * (before - np.mean(scores)), 0.0, 1.0), mixed)


def _mixed(mask: Ints, counts: Floats, told: Spread | None, targets: tuple[str, ...]) -> dict[str, Floats]:
    """Return draws of entropy and of what follows from it, freed of the bias that chance among few people gives it.

    They are moved so that their mean is what was found.
    """
    if told is None:
        return {}
    parts_ = np.stack([_fraction(mask, counts, one) for one in targets], axis=1)
    share = parts_ / np.maximum(parts_.sum(axis=1, keepdims=True), 1e-300)
    entropy = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=1)
    top = math.log(len(targets))
    entropy = np.clip(entropy + (told.shannon - entropy.mean()), 0.0, top)
    simpson = 1 - (share**2).sum(axis=1)
    simpson = np.clip(simpson + (told.simpson - simpson.mean()), 0.0, 1 - 1 / len(targets))
    return {"shannon": entropy, "evenness": entropy / top, "effective_groups": np.exp(entropy), "simpson": simpson}


def _fraction(mask: Ints, counts: Floats, group: str) -> Floats:
    """Return draws of a group's fractional count."""
    mine = holds(mask, group)
    return np.asarray((counts[:, mine] / many(mask[mine])).sum(axis=1), np.float64)


def _several(mask: Ints, counts: Floats) -> list[float]:
    """Return draws of the share of people in two or more groups of our market."""
    held = many(mask)
    whole, twice = counts[:, held > 0].sum(axis=1), counts[:, held > 1].sum(axis=1)
    return [float(one) for one in twice / np.maximum(whole, 1e-300)]


def _with_absent(found: Kinds, populations: Mapping[str, int]) -> Kinds:
    """Add the kinds of groups that exist and of which nobody takes part."""
    absent = [bits([one]) for one, size in populations.items() if size and not found.whole(one)]
    mask = np.r_[found.mask, np.array(absent, np.int64)]
    return Kinds(mask, np.r_[found.count, np.zeros(len(absent))])


def _taken(found: Kinds, populations: Mapping[str, int]) -> Floats:
    """Return which share of its population each kind's largest group surely has taking part, 0 where that is not known.

    The lower end of Wilson's interval: what is only estimated may not narrow the doubt.
    """
    taken = np.zeros(len(found.mask))
    for one, size in populations.items():
        mine = holds(found.mask, one)
        taken[mine] = np.maximum(taken[mine], wilson(min(found.whole(one), size), size)[0])
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
