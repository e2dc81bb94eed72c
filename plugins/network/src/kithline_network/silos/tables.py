"""The tables behind the pictures: only what may be shown."""

import numpy as np

from kithline_network.silos.brokers import bridges
from kithline_network.silos.interfaces import unmet, untied
from kithline_network.silos.params import SilosParams
from kithline_network.silos.picture import Picture
from kithline_sdk import Snapshot, floor
from kithline_sdk.contract import Value
from kithline_sdk.staff import held_texts

Rows = list[dict[str, Value]]


def tables(snapshot: Snapshot, seen: Picture, params: SilosParams) -> dict[str, Rows]:
    """Return departments, pairs (the heat map), the pairs furthest below chance, silent interfaces and bridges."""
    pairs = seen.pairs
    silent = unmet(seen.declared, pairs)
    lacking = untied(seen.declared, pairs) if silent is None else silent
    lowest = np.flatnonzero(pairs.shown & (pairs.lift < 1))
    order = np.lexsort((lowest, -pairs.expected[lowest].round(9), pairs.lift[lowest].round(12)))
    found = {
        "departments": [_department(seen, one) for one in np.flatnonzero(seen.departments).tolist()],
        "pairs": [_pair(seen, cell) for cell in np.flatnonzero(pairs.shown).tolist()],
        "pairs_furthest_below_chance": [_pair(seen, cell) for cell in lowest[order][:5].tolist()],
        "interfaces_without_two_way_tie": [_interface(seen, cell) for cell in np.flatnonzero(lacking).tolist()],
        "bridges": _bridges(snapshot, seen, params),
    }
    return {name: rows for name, rows in found.items() if rows}


def _department(seen: Picture, one: int) -> dict[str, Value]:
    mix, chance = seen.mix, 0.0
    if mix.people > 1:
        chance = float(mix.ties * mix.active[one] * (mix.active[one] - 1)) / (mix.people * (mix.people - 1))
    return {
        "department": seen.found.departments[one],
        "people": int(seen.found.heads[one]),
        "active": float(mix.active[one]),
        "internal_ties": float(mix.own[one]),
        "external_ties": float(mix.outward[one]),
        "internal_by_chance": chance,
    }


def _pair(seen: Picture, cell: int) -> dict[str, Value]:
    pairs, names, heads = seen.pairs, seen.names(cell), seen.heads(cell)
    return {
        "a": names[0],
        "b": names[1],
        "people_a": heads[0],
        "people_b": heads[1],
        "ties": float(pairs.ties[cell]),
        "ties_by_chance": float(pairs.expected[cell]),
        "lift": float(pairs.lift[cell]),
        "p_below": float(pairs.below[cell]),
    }


def _interface(seen: Picture, cell: int) -> dict[str, Value]:
    return {"why": seen.declared.why.get(cell), "weight": float(seen.declared.weight[cell]), **_pair(seen, cell)}


def _bridges(snapshot: Snapshot, seen: Picture, params: SilosParams) -> Rows:
    ranks = held_texts(snapshot, seen.found, "rank")
    k = 1 if params.no_floor else floor.in_force(params.floor)
    found = bridges(seen.graph, seen.who, ranks, seen.departments, k)
    names = seen.found.departments
    return [
        {"department": names[one.department], "rank": one.rank, "departments_reached": one.reached} for one in found
    ]
