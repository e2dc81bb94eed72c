"""The figures under their published names; what cannot be computed stays absent, with its reason."""

import math

import numpy as np

from kithline_network.silos import mixing
from kithline_network.silos.interfaces import unmet, untied
from kithline_network.silos.params import SilosParams
from kithline_network.silos.picture import Picture
from kithline_sdk import Missing, Snapshot, floor
from kithline_sdk.names import name
from kithline_sdk.staff import population

Figures = dict[str, float | None]
# Over the declared pairs that may be shown.
DECLARED = ("declared_pairs", "declared_pairs_without_tie", "declared_pairs_without_two_way_tie")


def measures(
    snapshot: Snapshot, seen: Picture, params: SilosParams
) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures and, for each that is absent, why."""
    figures = {**_counts(snapshot, seen, params), **_whole(seen), **_interfaces(seen)}
    cells, withheld = _cells(seen)
    if params.persons and "people" in snapshot:
        cells |= _persons(snapshot, seen)
    absent = [Missing(what=key, reason=_why(key, seen)) for key, value in figures.items() if value is None]
    return {key: _plain(value) for key, value in (figures | cells).items() if value is not None}, absent + withheld


def _plain(value: float) -> float | int:
    """Return a whole number as one."""
    return int(value) if float(value).is_integer() else float(value)


def share_of_staff(snapshot: Snapshot, seen: Picture) -> float | None:
    """Return which share of the staff is in the data: of the populations, else of the people listed."""
    staff = population(snapshot) or len(seen.found.person)
    met = np.isin(seen.found.person, _met(snapshot))
    return int(np.count_nonzero(met)) / staff if staff else None


def _met(snapshot: Snapshot) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the distinct actors and targets, of whatever kind of event."""
    tables = (snapshot["tie_day"], snapshot["ties"])
    ends = [table.ints(end) for table in tables for end in ("actor", "target")]
    return np.unique(np.concatenate([snapshot["activity_day"].ints("actor"), *ends]))


def _counts(snapshot: Snapshot, seen: Picture, params: SilosParams) -> Figures:
    heads, k = seen.found.heads, floor.in_force(params.floor)
    known = bool(seen.graph.departments)
    people, events = len(_met(snapshot)), int(snapshot["activity_day"].ints("count").sum())
    return {
        "people": people or None,
        "events": events or None,
        "staff_share": share_of_staff(snapshot, seen),
        "departments": len(heads),
        "departments_below_floor": int(np.count_nonzero(heads < k)),
        "departments_at_floor": int(np.count_nonzero(heads >= floor.K)),
        "active_people": seen.mix.people if known else None,
        "ties": seen.mix.ties if known else None,
        "internal_ties": seen.mix.within if known else None,
        "external_ties": seen.mix.across if known else None,
    }


def _whole(seen: Picture) -> Figures:
    mix, value = seen.mix, mixing.score(seen.mix)
    errors = mixing.person_errors(mix) or (None, None)
    assortativity, modularity = mixing.label_correlation(mix)
    known = seen.who.constraint[~np.isnan(seen.who.constraint)]
    return {
        "ei": mixing.index(mix),
        "ei_expected": mixing.expected(mix),
        "silo_index": None if value is None else 1 - value,
        "ei_tie_se": mixing.tie_error(mix),
        "ei_jackknife_se": errors[0],
        "ei_person_se": errors[1],
        "permutation_mean": mixing.expected(mix) if mix.ties else None,
        "permutation_z": mixing.permutation_z(seen.graph, mix),
        "assortativity": assortativity,
        "modularity": modularity,
        "constraint_mean": math.fsum(known.tolist()) / len(known) if len(known) else None,
    }


def _interfaces(seen: Picture) -> Figures:
    declared = seen.declared.declared & seen.pairs.shown
    if not declared.any():
        return dict.fromkeys(DECLARED)
    silent = unmet(seen.declared, seen.pairs)
    return {
        "declared_pairs": int(np.count_nonzero(declared)),
        "declared_pairs_without_tie": int(np.count_nonzero(untied(seen.declared, seen.pairs))),
        "declared_pairs_without_two_way_tie": None if silent is None else int(np.count_nonzero(silent)),
    }


def _cells(seen: Picture) -> tuple[Figures, list[Missing]]:
    mix, names, pairs, figures = seen.mix, seen.found.departments, seen.pairs, Figures()
    for one in np.flatnonzero(seen.departments).tolist():
        own, out = float(mix.own[one]), float(mix.outward[one])
        if own + out:
            figures[name("department_ei", names[one])] = (out - own) / (out + own)
            figures[name("department_ei_by_degree", names[one])] = (out - 2 * own) / (out + 2 * own)
    # Without ties there is nothing to be above or below.
    for cell in np.flatnonzero(pairs.shown).tolist() if mix.ties else []:
        figures[name("lift", names[int(pairs.a[cell])], names[int(pairs.b[cell])])] = float(pairs.lift[cell])
    return figures, _withheld(seen)


def _withheld(seen: Picture) -> list[Missing]:
    """Say how many cells are not shown, and why; and which departments have nothing to show."""
    mix, shown, count = seen.mix, seen.departments, len(seen.found.departments)
    quiet = np.flatnonzero(shown & (mix.own + mix.outward == 0)).tolist()
    lacking = [Missing(what=name("department_ei", seen.found.departments[one]), reason="no_ties") for one in quiet]
    if hidden := int(np.count_nonzero(~shown)):
        lacking.append(Missing(what=f"{hidden} of {count} department_ei.<d>", reason="floor"))
    if hidden := int(np.count_nonzero(~seen.pairs.shown)):
        lacking.append(Missing(what=f"{hidden} of {seen.pairs.places.total} lift.<a>.<b>", reason="floor"))
    if count > seen.pairs.places.size:
        what = f"lift.<a>.<b> beyond the {seen.pairs.places.size} largest departments"
        lacking.append(Missing(what=what, reason="too_many_cells", have=seen.pairs.places.size, need=count))
    return lacking


def _persons(snapshot: Snapshot, seen: Picture) -> Figures:
    table, who = snapshot["people"], seen.who
    ids = dict(zip(table.ints("person").tolist(), table.texts("id"), strict=True))
    figures = Figures()
    persons = seen.found.person[seen.graph.member].tolist()
    for person, constraint, size in zip(persons, who.constraint.tolist(), who.effective_size.tolist(), strict=True):
        for measure, value in (("constraint", constraint), ("effective_size", size)):
            if not math.isnan(value):
                figures[name(measure, str(ids[person]))] = value
    return figures


def _why(measure: str, seen: Picture) -> str:
    """Return the reason for an absent measure."""
    if measure in {"people", "events"}:
        return "no_events"
    if measure == "staff_share":
        return "no_population"
    if measure in DECLARED:
        return "direction_unknown" if (seen.declared.declared & seen.pairs.shown).any() else "no_interfaces"
    if not seen.graph.departments:
        return "no_departments"
    if not seen.mix.ties and measure != "ei_expected":
        return "no_ties"
    return "one_active_department" if measure == "silo_index" else "too_few_people"
