"""The same figures from cells of at least k people, where nothing about people is there."""

from typing import Final, NamedTuple

import msgspec
import numpy as np

from kithline_network.silos.drivers import WHOLE
from kithline_network.silos.params import SilosParams
from kithline_sdk import Driver, Finding, Missing, Snapshot, Table
from kithline_sdk.names import name
from kithline_sdk.periods import latest
from kithline_sdk.staff import population
from kithline_sdk.stats import wilson

STAFF: Final = "staff"
DEPARTMENT: Final = "department"
# What takes people, or pairs that cells withhold.
UNKNOWN: Final = (
    "people", "events", "departments_below_floor", "ei_jackknife_se", "ei_person_se", "permutation_z", "assortativity", "modularity", "constraint_mean",
)  # fmt: skip


class Whole(NamedTuple):
    """The staff as a whole: members, met in the data, active; departments; ties; the share chance sends across."""

    members: int
    met: int
    active: int
    departments: int
    at_floor: int
    ties: float
    within: float
    chance: float | None

    @property
    def across(self) -> float:
        """Return the ties between departments."""
        return self.ties - self.within


def read(snapshot: Snapshot) -> tuple[Whole, Table] | None:
    """Return the staff as a whole and the cells of departments, of the latest period; None where people are in the data."""
    table = snapshot["group_ties"]
    if any(snapshot[one].rows for one in ("tie_day", "ties", "activity_day", "memberships")):
        return None
    period = latest(table.labels("period"), snapshot.window)
    table = table.where(_is(table, "period", period))
    staff = table.where(_is(table, "level", STAFF))
    return (_whole(staff), table.where(_is(table, "level", DEPARTMENT))) if staff.rows else None


def finding(snapshot: Snapshot, whole: Whole, cells: Table, params: SilosParams) -> Finding:
    """Return the finding: score and interval as from people; what takes people is missing."""
    staff = population(snapshot) or whole.members
    share = whole.met / staff if staff else None
    figures = _figures(whole, share) | _lifts(whole, cells, params)
    missing = [Missing(what=one, reason="aggregates") for one in UNKNOWN]
    plain = Finding(coverage=None if share is None else min(1.0, share), measures=figures, missing=missing)
    if not whole.ties or not whole.chance:
        reason = "no_departments" if not whole.departments else "one_active_department" if whole.ties else "no_ties"
        return msgspec.structs.replace(plain, status="insufficient", reasons=[reason])
    return _scored(plain, whole, whole.chance)


def _scored(plain: Finding, whole: Whole, chance: float) -> Finding:
    share = whole.across / whole.ties
    value = min(1.0, max(0.0, share / chance))
    low, high = wilson(min(max(whole.across, 0.0), whole.ties), whole.ties)
    ends = (min(1.0, low / chance, value), max(min(1.0, high / chance), value))
    driver = Driver(
        name=WHOLE, raw=share, sub_score=share, weight=value / share if share else 0.0, contribution=value,
        gain=1.0 - value,
    )  # fmt: skip
    return msgspec.structs.replace(
        plain,
        score=value,
        interval=ends,
        intervals={"ei": (2 * low - 1, 2 * high - 1), "silo_index": (1 - ends[1], 1 - ends[0])},
        drivers=[driver],
    )


def _figures(whole: Whole, share: float | None) -> dict[str, float | int | str]:
    figures: dict[str, float | None] = {
        "staff_share": share,
        "departments": whole.departments,
        "departments_at_floor": whole.at_floor,
        "active_people": whole.active,
        "ties": whole.ties,
        "internal_ties": whole.within,
        "external_ties": whole.across,
        "ei_expected": None if whole.chance is None else 2 * whole.chance - 1,
    }
    if whole.ties:
        ei = (whole.across - whole.within) / whole.ties
        figures |= {"ei": ei, "ei_tie_se": float(np.sqrt(max(0.0, 1 - ei * ei) / whole.ties))}
        figures["permutation_mean"] = figures["ei_expected"]
        if whole.chance:
            figures["silo_index"] = 1 - min(1.0, max(0.0, whole.across / whole.ties / whole.chance))
    return {
        key: int(value) if float(value).is_integer() else value for key, value in figures.items() if value is not None
    }


def _lifts(whole: Whole, cells: Table, params: SilosParams) -> dict[str, float | int | str]:
    """Return the lift of every pair of departments whose cell, and whose active people, are there."""
    a, b, met = cells.texts("a"), cells.texts("b"), cells.ints("met").tolist()
    active = {str(one): met[row] for row, one in enumerate(a) if one == b[row]}
    pairs = whole.active * (whole.active - 1) / 2
    figures: dict[str, float | int | str] = {}
    for row, ties in enumerate(np.nan_to_num(cells.floats("ties")).tolist()):
        one, other = str(a[row]), str(b[row])
        if one != other and one in active and other in active and pairs:
            chance = active[one] * active[other] * whole.ties / pairs
            figures[name("lift", one, other)] = (ties + params.smoothing) / (chance + params.smoothing)
    return figures


def _whole(staff: Table) -> Whole:
    counts = {name: int(staff.ints(name)[0]) for name in ("members", "met", "departments")}
    ties, within, chance = (float(staff.floats(one)[0]) for one in ("ties", "within", "expected"))
    return Whole(
        **counts,
        active=int(staff.ints("people_a")[0]),
        at_floor=int(staff.ints("departments_at_floor")[0]),
        ties=float(np.nan_to_num(ties)),
        within=float(np.nan_to_num(within)),
        chance=None if np.isnan(chance) else chance,
    )


def _is(table: Table, column: str, wanted: str | None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([text == wanted for text in table.texts(column)], np.bool_)
