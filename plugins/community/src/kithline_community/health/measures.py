"""The figures under their published names, their intervals, the table of growth, and why others are absent."""

import math
from typing import Final

import numpy as np

from kithline_community.health.pace import THREE_MONTHS, accounts, retention, stage
from kithline_community.health.params import HealthParams
from kithline_community.health.picture import Picture, Place
from kithline_sdk import Interval, Missing, Snapshot, floor, names
from kithline_sdk.contract import Value
from kithline_sdk.stats import gini, kaplan_meier, wilson

MARGIN: Final = 28


class Figures:
    """Measures, intervals, tables and what is absent, gathered one by one."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.measures: dict[str, float | int | str] = {}
        self.intervals: dict[str, Interval] = {}
        self.missing: list[Missing] = []
        self.growth: list[dict[str, Value]] = []

    def put(self, name: str, value: float | str | None, reason: str, ends: tuple[float, float] | None = None) -> None:
        """Add a figure, or say why it is absent."""
        if value is None:
            self.missing.append(Missing(what=name, reason=reason))
            return
        self.measures[name] = value
        if ends is not None:
            self.intervals[name] = ends


def figures(snapshot: Snapshot, seen: Picture, params: HealthParams) -> Figures:
    """Return all figures."""
    found = Figures()
    _place(found, "", seen.scope, snapshot)
    shown = _shown(seen, params)
    for name, place in seen.places.items():
        prefix = f"community:{names.part(name)}."
        if name in shown:
            _place(found, prefix, place, snapshot)
        else:
            found.put(f"{prefix}people", None, "below_floor")
    # A period of a few people is a cell like any other.
    k = 1 if params.no_floor else floor.in_force(params.floor)
    found.growth = [row for row in found.growth if row["community"] is None or _count(row) >= k]
    _survivals(found, snapshot, params)
    return found


def _count(row: dict[str, Value]) -> int:
    return int(row["active"] or 0)


def _shown(seen: Picture, params: HealthParams) -> set[str]:
    ids = list(seen.places)
    if params.no_floor or not ids:
        return set(ids)
    sizes = np.array([seen.places[one].contributors for one in ids], np.int64)
    cell = np.repeat(np.arange(len(ids)), sizes)
    person = np.concatenate([seen.places[one].person for one in ids])
    amount = np.concatenate([seen.places[one].amount for one in ids])
    k = floor.in_force(params.floor)
    one_makes_it = floor.dominated(cell, person, amount, len(ids))
    open_ = floor.shown(sizes, k, dominated=one_makes_it, members=(cell, person))
    return {one for one, free in zip(ids, open_.tolist(), strict=True) if free}


def _place(found: Figures, prefix: str, place: Place, snapshot: Snapshot) -> None:
    silent = "no_contributions"
    put = found.put
    put(f"{prefix}people", place.people or None, "no_events")
    put(f"{prefix}contributors", place.contributors, silent)
    put(f"{prefix}days", place.days, silent)
    put(f"{prefix}mau_last_day", place.pace.now if place.contributors else None, silent)
    put(f"{prefix}mau_max", int(place.pace.monthly.max(initial=0)) if place.contributors else None, silent)
    put(f"{prefix}stickiness_mean", *_pair(place.sticky, "short_window" if place.contributors else silent))
    put(f"{prefix}growth_rate", *_pair(place.rate, _why_no_rate(place)))
    put(f"{prefix}answered_7d", *_pair(place.soon, "no_openings"))
    rows = accounts(place.ever.person, place.ever.day, place.days)
    found.growth += [{"community": prefix[10:-1] or None, **row} for row in rows]
    put(f"{prefix}stage", stage(place.pace, rows) if place.contributors else None, silent)
    _lasting(found, prefix, place)
    _exchange(found, prefix, place, snapshot)


def _pair(
    known: tuple[float, tuple[float, float]] | None, reason: str
) -> tuple[float | None, str, tuple[float, float] | None]:
    return (None, reason, None) if known is None else (known[0], reason, known[1])


def _why_no_rate(place: Place) -> str:
    return "short_window" if place.days < MARGIN + THREE_MONTHS else "no_contributions"


def _lasting(found: Figures, prefix: str, place: Place) -> None:
    silent = None if place.contributors else "no_contributions"
    for weeks in (1, 4, 8):
        hits, n = retention(place.ever.person, place.ever.day, place.days, weeks)
        ends = wilson(hits, n) if n else None
        found.put(f"{prefix}cohort_retention_w{weeks}", hits / n if n else None, silent or "short_window", ends)
    found.put(f"{prefix}lapsed_people", None if silent else place.stay.lapsed, "no_contributions")
    for days in (28, 56, 90):
        known = place.stay.at(days) if not silent and days <= place.window.days - MARGIN else None
        found.put(f"{prefix}km_survival_{days}d", *_pair(known, silent or "short_window"))
    found.put(f"{prefix}km_median_days", place.stay.curve.median(), silent or "half_still_there")


def _exchange(found: Figures, prefix: str, place: Place, snapshot: Snapshot) -> None:
    known = place.exchange
    found.put(f"{prefix}directed_ties", known.ties or None, "no_ties")
    # Declared ties that go one way know nothing of the way back (rulings 2.3).
    told = known.ties and (snapshot["tie_day"].rows or known.mutual)
    ends = known.span if told else None
    reason = "direction_unknown" if known.ties else "no_ties"
    found.put(f"{prefix}reciprocity", known.reciprocity if told else None, reason, ends)
    found.put(f"{prefix}gini", gini(place.amount), "no_contributions")


def _survivals(found: Figures, snapshot: Snapshot, params: HealthParams) -> None:
    table = snapshot["survivals"]
    fit = table.where(table.present("duration") & table.present("ended") & (table.codes("group") >= 0))
    labels, code = fit.labels("group"), fit.codes("group")
    sizes = np.bincount(code, minlength=len(labels)).astype(np.int64)
    open_ = sizes > 0 if params.no_floor or not len(labels) else floor.shown(sizes, floor.in_force(params.floor))
    if not fit.rows:
        found.put("km_median.<group>", None, "no_survivals")
        found.put("km_at.<group>.<t>", None, "no_survivals")
    for number in np.flatnonzero(sizes).tolist():
        median = names.name("km_median", labels[number])
        at = names.name("km_at", labels[number], f"{params.survival_at:g}")
        if not open_[number]:
            found.put(median, None, "below_floor")
            found.put(at, None, "below_floor")
            continue
        mine = fit.where(code == number)
        durations, ended = mine.floats("duration"), mine.ints("ended") > 0
        curve = kaplan_meier(durations, ended)
        found.put(median, curve.median(), "half_still_there")
        longest = math.fsum([float(durations.max())])
        known = params.survival_at <= longest or curve.at(longest) == 0
        value = curve.at(params.survival_at) if known else None
        found.put(at, value, "short_window", curve.interval(params.survival_at) if known else None)
