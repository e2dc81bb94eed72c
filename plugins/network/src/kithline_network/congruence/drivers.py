"""What each needed pair adds to the score."""

import math
from typing import Final

from kithline_network.congruence.picture import Pair, Picture
from kithline_sdk import Driver
from kithline_sdk.names import name
from kithline_sdk.snapshot import Bools

MOST: Final = 200
OTHERS: Final = "other_pairs"


def drivers(seen: Picture, shown: Bools) -> list[Driver]:
    """Return one driver per pair that may be shown, heaviest first, and one for all others."""
    order = sorted(range(len(seen.pairs)), key=lambda place: (-seen.pairs[place].weight, place))
    single = [place for place in order if shown[place]][:MOST]
    named = set(single)
    rest = [pair for place, pair in enumerate(seen.pairs) if place not in named]
    found = [_driver(seen, [seen.pairs[place]], _name(seen.pairs[place])) for place in single]
    return found + ([_driver(seen, rest, OTHERS)] if rest else [])


def _name(pair: Pair) -> str:
    return name("pair", pair.need.a, pair.need.b)


def _driver(seen: Picture, pairs: list[Pair], label: str) -> Driver:
    """Sub-score: the share of the weight that is met. The gain is what meeting the rest would add."""
    own = math.fsum(pair.weight for pair in pairs)
    met = math.fsum(pair.weight for pair in pairs if pair.met)
    return Driver(
        name=label, raw=met / own, sub_score=met / own, weight=own / seen.weight, contribution=met / seen.weight,
        gain=(own - met) / seen.weight,
    )  # fmt: skip
