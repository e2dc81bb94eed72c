"""The parts of the score: sub-scores, weights and how sure each is."""

import math
from typing import Final, NamedTuple

from kithline_sdk import Interval
from kithline_sdk.stats import rise, share_rise
from kithline_supply import circles, practice, structure, survey
from kithline_supply.params import SupplyParams
from kithline_supply.picture import Picture
from kithline_supply.structure import Range
from kithline_supply.survey import Survey

# Card 4; half of the content's .15 each for what is shared and what is taken up.
WEIGHTS: Final = {
    "link_coverage": 0.25,
    "two_way": 0.15,
    "density": 0.15,
    "within_two_steps": 0.15,
    "practice": 0.075,
    "adoption": 0.075,
    "survey": 0.15,
}
# What rests on the same contacts.
BLOCKS: Final = (
    ("link_coverage",),
    ("two_way",),
    ("density", "within_two_steps"),
    ("practice", "adoption"),
    ("survey",),
)
CONTENT: Final = ("practice", "adoption")
CAP: Final = 0.6
NEEDED, NEEDED_ALONE = 0.6, 0.5


class Part(NamedTuple):
    """One input: raw value, sub-score, and whether it is measured; what is not measured may still count as 0."""

    raw: float | None
    value: float
    known: bool


class Scored(NamedTuple):
    """The score, what it was before the cap, the weight that counted and the weight that was measured."""

    score: float
    uncapped: float
    weight: float
    coverage: float


def parts(seen: Picture, asked: Survey | None, params: SupplyParams) -> dict[str, Part]:
    """Return every part that counts, measured or not."""
    values = seen.structure.values
    done = seen.practice
    found = {
        "link_coverage": _plain(values.get("link_coverage")),
        "two_way": _two_way(seen),
        "density": _density(seen, params),
        "within_two_steps": _plain(seen.steps.share),
        "practice": _content(done.rate, practice.value(done, params)),
        "adoption": _content(done.adoption, done.adoption),
        "survey": _plain(asked.value if asked else None),
    }
    return {name: part for name, part in found.items() if part is not None}


def _plain(value: float | None) -> Part | None:
    return None if value is None else Part(value, value, known=True)


def _two_way(seen: Picture) -> Part | None:
    """Return b; where nobody is linked nothing can be two-way, which counts 0 while the measure is absent."""
    known = _plain(seen.structure.values.get("two_way"))
    if known is None and not seen.alone and seen.structure.absent["two_way"] == "no_linked_supplier":
        return Part(None, 0.0, known=True)
    return known


def _content(raw: float | None, value: float | None) -> Part:
    return Part(raw, value or 0.0, known=value is not None)


def _density(seen: Picture, params: SupplyParams) -> Part | None:
    """Return C: the curve of the mean density inside circles or, without any circle, of the ties per supplier."""
    raw = seen.inside.mean if seen.circles.labels else circles.ties_per_supplier(seen.network)
    return None if raw is None else Part(raw, _curve(raw, seen, params), known=True)


def _curve(raw: float, seen: Picture, params: SupplyParams) -> float:
    if seen.circles.labels:
        return share_rise(raw, params.density_half, params.density_high)
    return rise(raw, params.ties_half, params.ties_high)


def scored(found: dict[str, Part]) -> Scored:
    """Return the weighted mean: what is absent is spread over the rest, absent content counts 0 and caps at 60."""
    weight = math.fsum(WEIGHTS[name] for name in found)
    value = math.fsum(WEIGHTS[name] * part.value for name, part in found.items()) / weight
    coverage = math.fsum(WEIGHTS[name] for name, part in found.items() if part.known)
    return Scored(value if content(found) else min(CAP, value), value, weight, coverage)


def content(found: dict[str, Part]) -> bool:
    """Say whether anything is known of what suppliers share."""
    return found["practice"].known


def ends(seen: Picture, asked: Survey | None, params: SupplyParams, seed: int) -> dict[str, Interval]:
    """Return how sure each sub-score is: shares by Wilson, structure by jackknife, the survey by bootstrap."""
    found: dict[str, Interval | None] = {
        **structure.shares(seen.network, aimed=seen.aimed),
        "density": _density_interval(seen, params),
        "within_two_steps": circles.steps_interval(seen.steps),
        "practice": practice.value_interval(seen.practice, params),
        "adoption": seen.practice.adoption_interval,
        "survey": survey.interval(asked, params.draws, seed) if asked else None,
    }
    return {name: span for name, span in found.items() if span is not None}


def _density_interval(seen: Picture, params: SupplyParams) -> Range | None:
    """Return the interval of C; the curve is monotone, so ends map to ends."""
    around, found = seen.circles, seen.network
    raw = circles.inside_interval(found, around, seen.inside) if around.labels else circles.ties_interval(found)
    return None if raw is None else (_curve(raw[0], seen, params), _curve(raw[1], seen, params))


def interval(found: dict[str, Part], spans: dict[str, Interval], value: Scored) -> Range:
    """Join the parts' intervals: square root of the sum of squared weighted distances, each side for itself.

    This is the method of variance estimates recovery (Zou and Donner 2008) for a weighted sum of independent parts. What
    rests on the same ties or items moves together, and its distances are added before they are squared.
    """
    below, above = [], []
    for block in BLOCKS:
        sides = [
            _distances(found[name], spans.get(name), WEIGHTS[name] / value.weight) for name in block if name in found
        ]
        below.append(math.fsum(low for low, _ in sides) ** 2)
        above.append(math.fsum(high for _, high in sides) ** 2)
    top = 1.0 if content(found) else CAP
    low = value.uncapped - math.sqrt(math.fsum(below))
    high = value.uncapped + math.sqrt(math.fsum(above))
    return max(0.0, min(low, value.score)), min(top, max(high, value.score))


def _distances(part: Part, span: Interval | None, weight: float) -> Range:
    """Return how far a part's ends lie from it in the score; not at all where it is not measured."""
    if not part.known or not isinstance(span, tuple):
        return 0.0, 0.0
    return weight * (part.value - span[0]), weight * (span[1] - part.value)


def bounds(found: dict[str, Part]) -> Range:
    """Return the score if everything absent were 0, and if it were 1."""
    sure = math.fsum(WEIGHTS[name] * part.value for name, part in found.items() if part.known)
    open_weight = 1.0 - math.fsum(WEIGHTS[name] for name, part in found.items() if part.known)
    low = sure if content(found) else min(CAP, sure)
    return low, min(1.0, sure + open_weight)
