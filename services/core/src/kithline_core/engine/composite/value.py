"""The value of a named total as it is shown: never without the indices it is made of, nor them without their parts."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from kithline_core.engine.compare import ranking
from kithline_core.engine.composite import missing, ranks, total
from kithline_core.engine.composite.index import sealed, show, weakest
from kithline_core.engine.composite.maps import IndexMap
from kithline_core.engine.composite.shown import Figures, Index, interval_of, pair
from kithline_core.engine.composite.total import Rule, Unit, Whole
from kithline_core.engine.document import ShownDriver
from kithline_core.engine.numbers import digits, points
from kithline_core.model.indices import IndexVariant
from kithline_sdk.contract import Interval, Missing, unquantified
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, quantiles

IMPUTED: Final = "imputed"
BANDED: Final = "bands, not ranks: a rank's interval spans more than a third of the field"


class FieldPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A window of the field: its total and its place among the others. `rank` is null where only bands can be told.

    `holds`: in which share of draws it stands above the next one below; null for the last.
    """

    window_end: str
    score: float
    interval: tuple[float, float]
    rank: int | None
    rank_interval: tuple[int, int]
    band: int
    holds: float | None


class IndexTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A named total in points. `parts` are its indices with their own parts; `field` the windows it is ranked among."""

    variant: str
    title: str | None
    status: str
    reasons: list[str]
    score: float | None
    unit: str
    interval: Interval | None
    aggregation: str
    weighting: str
    weights: dict[str, float]
    imputed: list[str]
    imputed_share: float
    parts: list[Index]
    field: list[FieldPlace]
    measures: dict[str, float | str]
    intervals: dict[str, Interval]
    drivers: list[ShownDriver]
    missing: list[Missing]
    not_for: list[str]
    map: int
    key: str


def of(found: IndexMap, variant: IndexVariant, units: Sequence[Unit]) -> IndexTotal:
    """Return the total of the last unit, ranked among all that have one. There is at least one unit."""
    rule = Rule(
        dict(variant.weights),
        variant.aggregation == "geometric",
        variant.imputation == "group_mean",
    )
    own = units[-1]
    told = [[unit.label, *(unit.indices[name].key for name in rule.weights)] for unit in units]
    key, seed = sealed("total", found.sha256, _definition(variant), told)
    wholes = total.completed(rule, units)
    last, others = wholes[-1], [one for one in wholes if one is not None]
    figures, places, interval = Figures(), list[FieldPlace](), None
    if last is not None:
        places, interval = _measured(figures, rule, others, Draws(seed))
    parts = [show(found, spec, own.indices[spec.index]) for spec in found.indices if spec.index in rule.weights]
    status, reasons = _status(rule, own, last)
    return IndexTotal(
        variant=variant.variant, title=variant.title, status=status, reasons=reasons, unit="points",
        score=None if last is None else points(total.score(rule, last)), interval=interval_of(interval),
        aggregation=variant.aggregation, weighting=_weighting(variant), weights=dict(rule.weights),
        imputed=[] if last is None else list(last.imputed),
        imputed_share=0.0 if last is None else digits(last.imputed_share), parts=parts, field=places,
        measures=figures.measures, intervals=figures.intervals, drivers=_drivers(rule, last),
        missing=[*_missing(rule, own), *_unmeasured(rule, figures, last is None)],
        not_for=sorted({use for part in parts for use in part.not_for}), map=found.version, key=key,
    )  # fmt: skip


def _definition(variant: IndexVariant) -> list[object]:
    """Return what of a variant makes its value: neither its name nor its reason does."""
    return [dict(variant.weights), variant.aggregation, variant.imputation]


def _weighting(variant: IndexVariant) -> str:
    if variant.budget is None:
        return "equal"
    return f"budget of {len(variant.budget.allocations)} people: {variant.budget.document}"


def _status(rule: Rule, own: Unit, whole: Whole | None) -> tuple[str, list[str]]:
    """Return the weakest index's status; where it was imputed, provisional above a tenth."""
    indices = [own.indices[name] for name in rule.weights]
    known = [one for one in indices if one.score is not None]
    reasons = sorted({reason for one in indices for reason in one.reasons})
    if whole is None:
        return weakest([one.status for one in indices if one.score is None]), reasons
    filled = ["provisional"] if whole.imputed_share > missing.MOST else []
    return weakest([*(one.status for one in known), *filled]), sorted({*reasons, *([IMPUTED] if whole.imputed else [])})


def _missing(rule: Rule, own: Unit) -> list[Missing]:
    return [
        Missing(what=f"the index {name}", reason=(own.indices[name].reasons or [own.indices[name].status])[0])
        for name in rule.weights
        if own.indices[name].score is None
    ]


def _unmeasured(rule: Rule, figures: Figures, unknown: bool) -> list[Missing]:
    """Return why a measure is not there: nothing varies, there is one window, or bands are told in place of ranks."""
    if unknown:
        return []
    alone = "rank_interval" not in figures.measures
    places = [("rank", "one_window" if alone else "banded"), ("rank_interval", "one_window")]
    names = [f"effective_weight.{name}" for name in rule.weights]
    names += [f"{order}.{choice}" for choice in total.CHOICES for order in ("sobol_first", "sobol_total")]
    told = [*places, *((name, "nothing_varies") for name in names)]
    return [Missing(what=name, reason=reason) for name, reason in told if name not in figures.measures]


def _drivers(rule: Rule, whole: Whole | None) -> list[ShownDriver]:
    """Return what each index adds: points where they are added, logarithms where they are multiplied."""
    if whole is None:
        return []
    return [
        ShownDriver(
            name=name, raw=points(score), sub_score=digits(score), weight=weight, gain=None,
            contribution=digits(weight * (math.log(max(score, total.FLOOR)) if rule.geometric else 100 * score)),
        )
        for (name, weight), score in zip(rule.weights.items(), whole.scores.tolist(), strict=True)
    ]  # fmt: skip


def _measured(figures: Figures, rule: Rule, wholes: Sequence[Whole], draws: Draws) -> tuple[list[FieldPlace], Interval]:
    """Put down the figures of the last unit; return the field and the last unit's interval."""
    scores = np.array([total.score(rule, one) for one in wholes])
    drawn = total.field(rule, wholes, draws)
    spans = [_span(row, score) for row, score in zip(drawn, scores.tolist(), strict=True)]
    figures.add("score", 100 * float(scores[-1]), (100 * spans[-1][0], 100 * spans[-1][1]))
    for name, (value, moved) in total.shifts(rule, wholes[-1], draws).items():
        figures.add(f"leave_one_out_shift.{name}", 100 * value, _scaled(moved))
    _largest_shift(figures, rule)
    for name, effect in total.effects(rule, wholes, draws).items():
        figures.share(f"effective_weight.{name}", effect)
    for choice, found in total.sensitivity(rule, wholes[-1], draws).items():
        figures.share(f"sobol_first.{choice}", found.first)
        figures.share(f"sobol_total.{choice}", found.total)
    return _field(figures, wholes, scores, drawn, spans), spans[-1]


def _largest_shift(figures: Figures, rule: Rule) -> None:
    names = [f"leave_one_out_shift.{name}" for name in rule.weights]
    worst = max(names, key=lambda name: abs(float(figures.measures[name])))
    figures.add("leave_one_out_shift", figures.measures[worst], figures.intervals[worst])


def _field(
    figures: Figures, wholes: Sequence[Whole], scores: Floats, drawn: Floats, spans: Sequence[tuple[float, float]]
) -> list[FieldPlace]:
    if len(wholes) == 1:
        return []
    places = ranks.places(scores, drawn)
    low, high = places[-1].interval
    figures.add("rank_interval", f"{low}-{high}", unquantified("it is one"))
    if places[-1].rank is None:
        figures.add("band", places[-1].band, unquantified(BANDED))
    else:
        figures.add("rank", places[-1].rank, (low, high))
    holds = {one.above: digits(one.holds) for one in ranking(drawn)}
    return [
        FieldPlace(
            window_end=whole.label, score=points(score), interval=pair(span), rank=place.rank,
            rank_interval=place.interval, band=place.band, holds=holds.get(number),
        )
        for number, (whole, score, span, place) in enumerate(zip(wholes, scores.tolist(), spans, places, strict=True))
    ]  # fmt: skip


def _span(row: Floats, score: float) -> tuple[float, float]:
    low, high = quantiles(row)
    return min(low, score), max(high, score)


def _scaled(interval: Interval) -> Interval:
    return (100 * interval[0], 100 * interval[1]) if isinstance(interval, tuple) else interval
