"""The tables behind the pictures: reach, people in common, ties between groups, and the communities that bridge."""

from typing import Final

import numpy as np

from kithline_network.reach.cells import least
from kithline_network.reach.groups import EVERY, GROUPS
from kithline_network.reach.overlap import coefficient, jaccard
from kithline_network.reach.params import ReachParams
from kithline_network.reach.picture import Picture
from kithline_sdk.contract import Value
from kithline_sdk.stats import shannon

Rows = list[dict[str, Value]]
BRIDGES: Final = 3
TWO: Final = 2


def tables(seen: Picture, params: ReachParams) -> dict[str, Rows]:
    """Return reach, group pairs, mixing, communities, community pairs and the three bridging communities."""
    found = {
        "reach": _reach(seen),
        "group_overlap": _group_pairs(seen),
        "mixing": _mixing(seen),
        "communities": _places(seen),
        "community_overlap": _place_pairs(seen),
        "bridging_communities": _bridges(seen, params),
    }
    return {name: rows for name, rows in found.items() if rows}


def _reach(seen: Picture) -> Rows:
    rows: Rows = []
    for one in GROUPS:
        if (one in seen.groups.names or one in seen.populations) and seen.visible(one):
            held = one in seen.groups.names
            share = held and bool(seen.groups.shares[seen.groups.names.index(one)])
            rows.append(
                {
                    "group": one,
                    "active": int(seen.kinds.whole(one)),
                    "population": seen.populations.get(one),
                    "reach": seen.reach(one),
                    "share": seen.kinds.fractional(one) / seen.kinds.grouped if share else None,
                }
            )
    return rows


def _group_pairs(seen: Picture) -> Rows:
    found = seen.groups
    sizes = [int(seen.kinds.whole(one)) for one in found.names]
    rows = []
    for cell in np.flatnonzero(found.pairs).tolist():
        ends = [(found.names[one], sizes[one]) for one in (int(found.a[cell]), int(found.b[cell]))]
        rows.append(_pair(ends, int(found.shared[cell]), bool(found.few[cell])))
    return rows


def _place_pairs(seen: Picture) -> Rows:
    found, names, people = seen.shown, seen.places.names, seen.places.people.tolist()
    rows = []
    for cell in np.flatnonzero(found.pairs).tolist():
        ends = [(names[one], people[one]) for one in (int(found.a[cell]), int(found.b[cell]))]
        rows.append(_pair(ends, int(found.shared[cell]), bool(found.few[cell])))
    return rows


def _pair(ends: list[tuple[str, int]], shared: int, few: bool) -> dict[str, Value]:
    (a, people_a), (b, people_b) = sorted(ends)
    count = 0 if few else shared
    return {
        "a": a,
        "b": b,
        "people_a": people_a,
        "people_b": people_b,
        "shared": count,
        "jaccard": jaccard(count, people_a, people_b),
        "overlap": coefficient(count, people_a, people_b),
    }


def _mixing(seen: Picture) -> Rows:
    found, names = seen.ties.pairs, seen.ties.names
    rows: Rows = [
        {"a": names[one], "b": names[one], "ties": float(seen.ties.mix.own[one])}
        for one in np.flatnonzero(seen.ties.shown).tolist()
    ]
    rows += [
        {"a": names[int(found.a[cell])], "b": names[int(found.b[cell])], "ties": float(found.ties[cell])}
        for cell in np.flatnonzero(found.shown).tolist()
    ]
    return rows


def _places(seen: Picture) -> Rows:
    """Return communities with who of theirs is outside our market: in no group, or in `other`."""
    outside, people = seen.places.outside.tolist(), seen.places.people.tolist()
    return [
        {
            "community": seen.places.names[one],
            "people": people[one],
            "outside_our_market": outside[one] if seen.shown.outside[one] else None,
        }
        for one in np.flatnonzero(seen.shown.counts).tolist()
    ]


def _bridges(seen: Picture, params: ReachParams) -> Rows:
    """Return the three communities where most people would meet somebody of another group: people x (1 - sum p^2).

    Only groups of k or more of the community's people count, so that none of a few shows.
    """
    found, k = seen.places, least(params)
    counts = np.where(found.groups >= k, found.groups, 0)[:, : len(GROUPS)]
    whole = counts.sum(axis=1)
    share = counts / np.maximum(whole, 1)[:, None]
    meeting = found.people * (1 - (share**2).sum(axis=1))
    fit = seen.shown.counts & ((counts > 0).sum(axis=1) >= TWO)
    order = [one for one in np.lexsort((np.arange(len(meeting)), -meeting.round(9))).tolist() if fit[one]]
    return [_bridge(seen, one, counts[one].tolist(), k) for one in order[:BRIDGES]]


def _bridge(seen: Picture, one: int, counts: list[int], k: int) -> dict[str, Value]:
    people, elsewhere = int(seen.places.people[one]), int(seen.places.elsewhere[one])
    told = elsewhere >= k and (people - elsewhere >= k or people == elsewhere)
    return {
        "community": seen.places.names[one],
        "people": people,
        "groups": ";".join(group for group, count in zip(EVERY, counts, strict=False) if count),
        "effective_groups": float(np.exp(shannon(counts))),
        "also_elsewhere": elsewhere if told else None,
    }
