"""A named total of indices, and what of it hangs on choices rather than on what was measured (Part C 7e to g)."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine.composite import missing
from kithline_core.engine.composite.index import Weighed, drawn
from kithline_core.engine.composite.parts import Part
from kithline_sdk.contract import Interval, unquantified
from kithline_sdk.snapshot import Bools, Floats
from kithline_sdk.stats import Draws, quantiles
from kithline_sdk.stats.sensitivity import Estimate, Sobol, correlation_ratio, sobol

DRAWS: Final = 1_000
# Under the logarithm, as in card 3: nothing of one index does not make the whole nothing.
FLOOR: Final = 0.01
# What a weight is taken times, at least and at most.
LIGHTEST, HEAVIEST = 0.75, 1.25
# What somebody could have chosen otherwise, beside where each part lies in its interval.
CHOICES: Final = ("parts", "weights", "aggregation", "inclusion")
_OTHERS: Final = 2


class Rule(NamedTuple):
    """A variant's rule: which indices with which weights (adding up to 1), and whether they are multiplied."""

    weights: Mapping[str, float]
    geometric: bool
    imputes: bool = False

    @property
    def column(self) -> Floats:
        """The weights, one row each."""
        return np.array(list(self.weights.values()))[:, None]


class Unit(NamedTuple):
    """One of a field: a window, a community or a tenant, with its indices."""

    label: str
    indices: Mapping[str, Weighed]


class Whole(NamedTuple):
    """A unit that has every index of the rule: their scores, the parts behind them, and which were imputed."""

    label: str
    scores: Floats
    used: Sequence[Sequence[Part]]
    imputed: Sequence[str]
    imputed_share: float

    @property
    def columns(self) -> int:
        """How many parts there are."""
        return sum(map(len, self.used))

    def draws(self, uniform: Floats) -> Floats:
        """Return draws of the indices, a row each, by uniform numbers for each part."""
        ends = np.cumsum([len(parts) for parts in self.used]).tolist()
        pieces = np.split(uniform, ends[:-1], axis=1)
        return np.array([np.mean(drawn(one, piece), axis=0) for one, piece in zip(self.used, pieces, strict=True)])


class Chosen(NamedTuple):
    """Choices, one a draw: weights that add up to 1 (an index a row), and whether indices are multiplied."""

    weights: Floats
    geometric: Bools


def completed(rule: Rule, units: Sequence[Unit]) -> list[Whole | None]:
    """Return the units that have every index of the rule, None in the place of others."""
    table = np.array([[_score(unit.indices[name]) for name in rule.weights] for unit in units])
    scores = missing.by_group_mean(table) if rule.imputes else table
    return [
        None if np.isnan(row).any() else _whole(rule, unit, row, units) for unit, row in zip(units, scores, strict=True)
    ]


def _score(one: Weighed) -> float:
    return float("nan") if one.score is None else one.score


def _whole(rule: Rule, unit: Unit, row: Floats, units: Sequence[Unit]) -> Whole:
    gaps = [name for name in rule.weights if unit.indices[name].score is None]
    stand_ins = {
        name: [_stand_in(name, score, [other.indices[name].score for other in units])]
        for name, score in zip(rule.weights, row.tolist(), strict=True)
        if name in gaps
    }
    used = [stand_ins.get(name) or unit.indices[name].used for name in rule.weights]
    return Whole(unit.label, row, used, gaps, math.fsum(rule.weights[name] for name in gaps))


def _stand_in(name: str, score: float, others: Sequence[float | None]) -> Part:
    """Return what stands for an unknown index: the mean, somewhere between the least and the greatest of the others."""
    known = [other for other in others if other is not None]
    return Part(part=name, status="provisional", score=score, interval=(min(known), max(known)))


def combined(values: Floats, chosen: Chosen) -> Floats:
    """Return a total for each column of index scores."""
    plain = np.sum(chosen.weights * values, axis=0)
    product = np.exp(np.sum(chosen.weights * np.log(np.maximum(values, FLOOR)), axis=0))
    return np.asarray(np.where(chosen.geometric, product, plain), np.float64)


def nominal(rule: Rule) -> Chosen:
    """Return the variant's own choices."""
    return Chosen(rule.column, np.array([rule.geometric]))


def without(rule: Rule, place: int) -> Chosen:
    """Return the variant's own choices without one index."""
    weights = rule.column.copy()
    weights[place] = 0.0
    return Chosen(weights / np.sum(weights), np.array([rule.geometric]))


def choices(rule: Rule, uniform: Floats) -> Chosen:
    """Return choices drawn: weights times 0.75 to 1.25, arithmetic or geometric, all indices or all but one."""
    count = len(rule.weights)
    weights = rule.column * (LIGHTEST + (HEAVIEST - LIGHTEST) * uniform[:, :count].T)
    left_out = np.floor(uniform[:, count + 1] * (count + 1)).astype(np.int64) - 1
    weights = np.where(np.arange(count)[:, None] == left_out, 0.0, weights)
    return Chosen(weights / np.sum(weights, axis=0), np.asarray(uniform[:, count] < 1 / 2))


def field(rule: Rule, units: Sequence[Whole], draws: Draws) -> Floats:
    """Return 1000 draws of every unit's total, a row each: parts of their own, the same choices for all."""
    shared = choices(rule, _uniform(draws, len(rule.weights) + _OTHERS))
    return np.array([combined(unit.draws(_uniform(draws, unit.columns)), shared) for unit in units])


def _uniform(draws: Draws, columns: int) -> Floats:
    return draws.uniform(DRAWS * columns).reshape(DRAWS, columns)


def sensitivity(rule: Rule, unit: Whole, draws: Draws) -> dict[str, Sobol]:
    """Return the Sobol indices of each choice by its name; empty where nothing varies."""
    parts, count = unit.columns, len(rule.weights)

    def model(uniform: Floats) -> Floats:
        return combined(unit.draws(uniform[:, :parts]), choices(rule, uniform[:, parts:]))

    groups = [range(parts), range(parts, parts + count), [parts + count], [parts + count + 1]]
    return dict(zip(CHOICES, sobol(model, groups, draws) or (), strict=False))


def effects(rule: Rule, units: Sequence[Whole], draws: Draws) -> dict[str, Estimate]:
    """Return each index's effective weight in the variant's own total, over all units and what is known of them."""
    rows = [unit.draws(_uniform(draws, unit.columns)) for unit in units]
    totals = np.concatenate([combined(one, nominal(rule)) for one in rows])
    values = np.concatenate(rows, axis=1)
    found = {name: correlation_ratio(values[place], totals) for place, name in enumerate(rule.weights)}
    return {name: one for name, one in found.items() if one is not None}


def shifts(rule: Rule, unit: Whole, draws: Draws) -> dict[str, tuple[float, Interval]]:
    """Return by how much the total moves without each index, with its interval."""
    values = unit.draws(_uniform(draws, unit.columns))
    whole, whole_drawn = _once(unit, nominal(rule)), combined(values, nominal(rule))
    found = {}
    for place, name in enumerate(rule.weights):
        rest = without(rule, place)
        value = _once(unit, rest) - whole
        found[name] = value, _span(combined(values, rest) - whole_drawn, value)
    return found


def _span(moved: Floats, value: float) -> Interval:
    if moved.min() == moved.max():
        return unquantified("no part has an interval")
    low, high = quantiles(moved)
    return min(low, value), max(high, value)


def _once(unit: Whole, chosen: Chosen) -> float:
    return float(combined(unit.scores[:, None], chosen)[0])


def score(rule: Rule, unit: Whole) -> float:
    """Return a unit's total by the variant's own choices."""
    return _once(unit, nominal(rule))
