"""The scorer of assessors."""

from collections.abc import Callable
from typing import ClassVar, Final

import msgspec
import numpy as np

from kithline_sdk import Finding, Missing, Note, Recommendation, Snapshot, unquantified
from kithline_sdk.contract import Value
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws, quantiles
from kithline_survey.raters import agreement, variance
from kithline_survey.raters.marks import Marks, marks
from kithline_survey.raters.params import RatersParams

NOT_USED, PROVISIONAL, USED = range(3)
FORMS: Final = ("icc_1_1", "icc_a_1", "icc_c_1", "icc_1_k", "icc_a_k", "icc_c_k")
COMPONENTS: Final = ("p", "i", "j", "pi", "pj", "ij", "pij")
_TWO: Final = 2

Figures = dict[str, float | None]


class Raters:
    """Says how far several assessors of the same objects agree, and how many it takes (card 10)."""

    key: ClassVar[str] = "raters.agreement"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = RatersParams

    def score(self, snapshot: Snapshot, params: RatersParams, seed: int) -> Finding:
        """Return the figures and whether ratings may count for levels, without a score."""
        given = marks(snapshot)
        if not given.values.size:
            return Finding(missing=[Missing(what="icc_a_k", reason="no_ratings")])
        objects, items, raters = given.values.shape
        found, reasons = _figures(given, params)
        ends = _ends(given, found, params, seed)
        known = {name: value for name, value in found.items() if value is not None}
        rule = "kappa" if params.scale == "nominal" else "icc_a_k"
        level = _level(known.get(rule), params)
        absent = [
            Missing(what=name, reason=reasons.get(name, "no_spread")) for name, value in found.items() if value is None
        ]
        return Finding(
            level=level,
            measures={"objects": objects, "items": items, "raters": raters, **known},
            intervals=ends,
            tables={"prevalence": _prevalence(given)},
            findings=_notes(known, rule, level, params),
            missing=absent,
            recommendations=_advice(known, rule, level, params),
        )


def _figures(given: Marks, params: RatersParams) -> tuple[Figures, dict[str, str]]:
    """Return all figures, None for an absent one, and the reasons that are not a lack of spread."""
    found: Figures = {
        "kappa": agreement.kappa(given.units),
        "krippendorff_alpha": agreement.krippendorff(given.units, params.scale),
        "kappa_quadratic": None if params.scale == "nominal" else agreement.kappa_quadratic(given.units),
    }
    reasons = {"kappa_quadratic": "nominal_scale"} if params.scale == "nominal" else {}
    found |= _by_variance(given, params, reasons)
    if given.values.shape[2] < _TWO:
        reasons["kappa"] = "one_rater"
    elif not len(given.units[~np.isnan(given.units).any(axis=1)]):
        reasons["kappa"] = "no_complete_objects"
    return found, reasons


def _by_variance(given: Marks, params: RatersParams, reasons: dict[str, str]) -> Figures:
    crossed = given.crossed()
    objects, items, raters = crossed.shape
    parts = COMPONENTS if items > 1 else ("p", "j", "pj")
    names = [*FORMS, *(f"variance.{one}" for one in parts), "g_relative", "raters_needed"]
    if objects < _TWO or raters < _TWO:
        reasons |= dict.fromkeys(names, "no_complete_objects" if raters >= _TWO else "one_rater")
        return dict.fromkeys(names)
    found: Figures = dict.fromkeys(FORMS) | variance.correlations(variance.squares(crossed.mean(axis=1)))
    components = variance.components(crossed)
    found |= {f"variance.{name}": value for name, value in components.items()}
    found["g_relative"] = variance.generalisability(components, items, raters)
    found["raters_needed"] = variance.judges_needed(components, items, params.least_g)
    if found["raters_needed"] is None:
        reasons["raters_needed"] = "no_number_suffices"
    return found


def _ends(given: Marks, found: Figures, params: RatersParams, seed: int) -> dict[str, tuple[float, float] | str]:
    """Return intervals: of correlations by F, of kappa and alpha by a bootstrap of what was rated."""
    ends: dict[str, tuple[float, float] | str] = {}
    crossed = given.crossed()
    if len(crossed) >= _TWO and crossed.shape[2] >= _TWO:
        exact = variance.intervals(variance.squares(crossed.mean(axis=1)))
        ends |= {name: _around(found[name], one) for name, one in exact.items() if found.get(name) is not None}
    draws = Draws(seed)
    figures: dict[str, Callable[[Floats], float | None]] = {
        "kappa": agreement.kappa,
        "kappa_quadratic": agreement.kappa_quadratic,
        "krippendorff_alpha": lambda units: agreement.krippendorff(units, params.scale),
    }
    for name, figure in figures.items():
        value = found[name]
        if value is not None:
            ends[name] = _resampled(given.values, figure, value, draws, params.draws)
    return ends


def _resampled(
    values: Floats, figure: Callable[[Floats], float | None], value: float, draws: Draws, times: int
) -> tuple[float, float] | str:
    size = len(values)
    drawn = [figure(values[draws.below(size, size)].reshape(-1, values.shape[2])) for _ in range(times)]
    known = np.array([one for one in drawn if one is not None])
    if len(known) < times * 0.9:
        return unquantified("most of what was rated is rated alike")
    low, high = quantiles(known)
    return _around(value, (low, high))


def _around(value: float | None, ends: tuple[float, float]) -> tuple[float, float]:
    middle = 0.0 if value is None else value
    return min(middle, ends[0]), min(1.0, max(middle, ends[1]))


def _level(value: float | None, params: RatersParams) -> int | None:
    if value is None:
        return None
    return USED if value >= params.least_sure else PROVISIONAL if value >= params.least_used else NOT_USED


def _prevalence(given: Marks) -> list[dict[str, Value]]:
    """Return how often each value was given: kappa is small where nearly all have one value."""
    said = given.values[~np.isnan(given.values)]
    values, times = np.unique(said, return_counts=True)
    order = np.argsort(-times, kind="stable")[:50]
    return [{"value": float(values[one]), "share": float(times[one] / len(said))} for one in order.tolist()]


def _notes(known: dict[str, float], rule: str, level: int | None, params: RatersParams) -> list[Note]:
    if level is None:
        return []
    words = {
        NOT_USED: ("ratings_not_used", f"{rule} below {params.least_used:g}: ratings do not count for levels"),
        PROVISIONAL: (
            "ratings_provisional",
            f"{rule} below {params.least_sure:g}: levels that rest on ratings are provisional",
        ),
        USED: ("ratings_used", f"{rule} of {params.least_sure:g} or more: ratings may count for levels"),
    }
    code, clause = words[level]
    return [Note(code=code, clause=clause, evidence=f"{rule} {known[rule]:.2f}")]


def _advice(known: dict[str, float], rule: str, level: int | None, params: RatersParams) -> list[Recommendation]:
    if level in {None, USED}:
        return []
    needed = known.get("raters_needed")
    more = (
        f"take {needed:.0f} raters"
        if needed is not None
        else "agree on examples of each value first; more raters alone will not do"
    )
    return [
        Recommendation(
            code="train_raters",
            text=f"Rate ten objects together, write down where you differ and why, then {more}.",
            evidence=f"{rule} {known[rule]:.2f}; relative G of {params.least_g:g} is the aim",
            gain=unquantified("this result has no score"),
            effort="medium",
            refuted_by="the next round of ratings agrees as little as this one",
        )
    ]
