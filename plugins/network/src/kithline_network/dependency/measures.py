"""The figures under their published names; what cannot be computed stays absent, with its reason."""

from typing import Final

import numpy as np

from kithline_network.dependency.network import left
from kithline_network.dependency.picture import Picture
from kithline_sdk import Missing, Snapshot
from kithline_sdk.stats import absence_factor, gini, top_share

Figures = dict[str, float | None]
DROPS: Final = {"reach_drop_1pct": 0.01, "reach_drop_2pct": 0.02, "reach_drop_5pct": 0.05}
REASONS: Final = {
    "people": "no_events",
    "events": "no_events",
    "single_bridges": "too_few_departments",
}


def measures(snapshot: Snapshot, seen: Picture) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures and, for each that is absent, why."""
    figures = {**_counts(snapshot, seen), **_given(seen), **_network(seen)}
    absent = [Missing(what=key, reason=_why(key, snapshot, seen)) for key, value in figures.items() if value is None]
    return {key: _plain(value) for key, value in figures.items() if value is not None}, absent


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)


def _counts(snapshot: Snapshot, seen: Picture) -> Figures:
    tables = (snapshot["tie_day"], snapshot["ties"])
    ends = [table.ints(end) for table in tables for end in ("actor", "target")]
    people = int(np.count_nonzero(np.bincount(np.concatenate([snapshot["activity_day"].ints("actor"), *ends]))))
    return {
        "people": people or None,
        "events": int(snapshot["activity_day"].ints("count").sum()) or None,
        "contributors": seen.given.people,
        "contributions": float(seen.given.amount.sum().round(6)),
        "broadcasters": int(np.count_nonzero(seen.given.broadcasts)),
        "connected_people": seen.ties.people,
        "ties": len(seen.ties.low),
    }


def _given(seen: Picture) -> Figures:
    return {
        "absence_factor_50": absence_factor(seen.given.amount),
        "absence_factor_50_corrected": seen.counted.absence,
        "gini": gini(seen.given.amount),
        "top1pct_share": top_share(seen.given.amount, 0.01),
        "elephant_factor": seen.organisations.figures()["elephant_factor"],
    }


def _network(seen: Picture) -> Figures:
    rests = {name: left(seen.ties, seen.given.person, seen.ordered, part) for name, part in DROPS.items()}
    drops = {name: None if rest is None or not seen.given.people else rest.drop for name, rest in rests.items()}
    rest = seen.counted.left if len(seen.counted.person) else None
    return {
        "single_bridges": None if seen.bridges is None else seen.bridges.people,
        **drops,
        "reach_drop_5pct_corrected": None if rest is None else rest.drop,
    }


def _why(measure: str, snapshot: Snapshot, seen: Picture) -> str:
    if measure in REASONS:
        return REASONS[measure]
    if measure == "elephant_factor":
        return seen.organisations.why(measure, snapshot)
    if not seen.given.people:
        return "no_contributions"
    if measure.startswith("reach_drop"):
        ties = seen.counted.ties if measure.endswith("_corrected") else seen.ties
        return "too_few_people" if len(ties.low) else "no_ties"
    return "broadcasts_only"
