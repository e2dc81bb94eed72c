"""The figures under their published names; what cannot be computed, or may not be shown, is named with its reason."""

from typing import Final

import numpy as np

from kithline_network.organisations import FIGURES
from kithline_network.reach.groups import GROUPS
from kithline_network.reach.overlap import coefficient, jaccard
from kithline_network.reach.params import ReachParams
from kithline_network.reach.picture import Picture
from kithline_sdk import Missing, Snapshot
from kithline_sdk.names import name

Figures = dict[str, float | None]
REASONS: Final = {
    "people": "no_events",
    "events": "no_events",
    "active_people": "no_events",
    "target_groups_present": "no_groups",
    "cross_group_event_share": "no_targets",
    "cross_group_event_share_corrected": "no_targets",
    "assortativity": "no_ties",
    "communities": "no_communities",
    "boundary_ties.department": "no_ties",
    "boundary_ties.organisation": "no_ties",
    "cross_company_projects": "no_projects",
}
GROUP_PAIRS: Final = ("jaccard", "overlap")
PLACE_PAIRS: Final = ("community_jaccard", "community_overlap")


def measures(
    snapshot: Snapshot, seen: Picture, params: ReachParams
) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures and, for each that is absent, why."""
    figures = _whole(seen, params) | seen.exchange.figures()
    absent = [Missing(what=one, reason=_why(one, snapshot, seen)) for one, value in figures.items() if value is None]
    parts = (_groups(seen), _pairs(seen), _communities(seen))
    for cells, _ in parts:
        figures |= cells
    missing = [*absent, *(one for _, lacking in parts for one in lacking)]
    return {one: _plain(value) for one, value in figures.items() if value is not None}, missing


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)


def _whole(seen: Picture, params: ReachParams) -> Figures:
    found, spread, grouped = seen.kinds, seen.spread, seen.kinds.grouped
    return {
        "people": seen.crowd.people or None,
        "events": seen.crowd.events or None,
        "active_people": int(seen.crowd.active.sum()) or None,
        "target_groups_present": sum(found.whole(one) > 0 for one in params.targets) or None,
        "fractional_total": grouped or None,
        "shannon": spread and spread.shannon,
        "shannon_miller_madow": spread and spread.miller_madow,
        "evenness": spread and spread.evenness,
        "effective_groups": spread and spread.effective,
        "simpson": spread and spread.simpson,
        "multi_group_share": found.multiple / grouped if grouped else None,
        "memberships_per_person": found.memberships / grouped if grouped else None,
        "cross_group_event_share": seen.met.raw,
        "cross_group_event_share_corrected": seen.met.share,
        "assortativity": seen.ties.assortativity,
        "communities": seen.places.known or None,
        **{name("boundary_ties", one): share for one, share in seen.across.items()},
        "cross_company_projects": seen.projects,
    }


def _why(measure: str, snapshot: Snapshot, seen: Picture) -> str:
    if measure in FIGURES:
        return seen.exchange.why(measure, snapshot)
    if measure == "cross_group_event_share_corrected" and seen.met.events:
        return "no_answers"
    if measure == "assortativity" and seen.ties.mix.ties:
        return "one_group"
    return REASONS.get(measure, "no_groups")


def _groups(seen: Picture) -> tuple[Figures, list[Missing]]:
    """Return reach, heads and shares of the groups of our market."""
    figures, missing, total = Figures(), list[Missing](), seen.kinds.grouped
    for place, one in enumerate(seen.groups.names):
        if one in GROUPS and seen.groups.shares[place]:
            figures[name("share", one)] = seen.kinds.fractional(one) / total
        if one in GROUPS and seen.groups.counts[place]:
            figures[name("active", one)] = seen.kinds.whole(one)
    for one in GROUPS:
        share = seen.reach(one)
        if share is None:
            missing.append(Missing(what=name("reach", one), reason="no_population"))
        elif seen.visible(one):
            figures[name("reach", one)] = share
        else:
            missing.append(Missing(what=name("reach", one), reason="floor"))
    hidden = [one for one in seen.groups.names if one in GROUPS]
    missing += [
        Missing(what=name(measure, one), reason="floor")
        for measure in ("active", "share")
        for one in hidden
        if name(measure, one) not in figures
    ]
    if not hidden:
        missing += [Missing(what=f"{measure}.<group>", reason="no_groups") for measure in ("active", "share")]
    return figures, missing


def _pairs(seen: Picture) -> tuple[Figures, list[Missing]]:
    """Return the overlaps of groups; where fewer than the floor are in both they are those of nobody."""
    found, figures = seen.groups, Figures()
    sizes = [seen.kinds.whole(one) for one in found.names]
    for cell in np.flatnonzero(found.pairs).tolist():
        i, j = int(found.a[cell]), int(found.b[cell])
        one, other = sorted((found.names[i], found.names[j]))
        shared = 0 if found.few[cell] else int(found.shared[cell])
        figures[name("jaccard", one, other)] = jaccard(shared, sizes[i], sizes[j])
        figures[name("overlap", one, other)] = coefficient(shared, sizes[i], sizes[j])
    return figures, _withheld(GROUP_PAIRS, int((~found.pairs).sum()), len(found.a), "fewer_than_two_groups")


def _communities(seen: Picture) -> tuple[Figures, list[Missing]]:
    """Return the overlaps of the largest communities, told in the same way."""
    found, figures, names = seen.shown, Figures(), seen.places.names
    people = seen.places.people.tolist()
    for cell in np.flatnonzero(found.pairs).tolist():
        i, j = int(found.a[cell]), int(found.b[cell])
        shared = 0 if found.few[cell] else int(found.shared[cell])
        figures[name("community_jaccard", names[i], names[j])] = jaccard(shared, people[i], people[j])
        figures[name("community_overlap", names[i], names[j])] = coefficient(shared, people[i], people[j])
    missing = _withheld(PLACE_PAIRS, int((~found.pairs).sum()), len(found.a), "fewer_than_two_communities")
    if seen.places.known > len(names):
        what = f"community_jaccard.<a>.<b> beyond the {len(names)} largest communities"
        missing.append(Missing(what=what, reason="too_many_cells", have=len(names), need=seen.places.known))
    return figures, missing


def _withheld(measures_: tuple[str, ...], hidden: int, cells: int, none: str) -> list[Missing]:
    """Say of pairs how many are not shown, or why there are none."""
    if not cells:
        return [Missing(what=f"{one}.<a>.<b>", reason=none) for one in measures_]
    return [Missing(what=f"{hidden} of {cells} {one}.<a>.<b>", reason="floor") for one in measures_] if hidden else []
