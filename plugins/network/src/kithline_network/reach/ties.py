"""Ties between groups: the mixing matrix and assortativity, as between departments (silos.internal)."""

from typing import NamedTuple

import numpy as np

from kithline_network.reach.crossing import sensitive
from kithline_network.reach.crowd import Crowd
from kithline_network.reach.groups import EVERY, holds
from kithline_network.reach.params import ReachParams
from kithline_network.silos import mixing
from kithline_network.silos.cells import Cells, cells, shown_departments
from kithline_network.silos.mixing import Mixing
from kithline_network.silos.params import SilosParams
from kithline_sdk import Snapshot
from kithline_sdk.colleagues import Events, Graph
from kithline_sdk.snapshot import Bools, Ints
from kithline_sdk.staff import Staff, place_in
from kithline_sdk.ties import Contacts, Pairs, pairs


class Ties(NamedTuple):
    """Groups by name, ties within and between them, which pairs and groups may be shown."""

    names: tuple[str, ...]
    mix: Mixing
    pairs: Cells
    shown: Bools

    @property
    def assortativity(self) -> float | None:
        """Return Newman's r of the groups (2003); None for 0/0."""
        return mixing.label_correlation(self.mix)[0]


def tied(snapshot: Snapshot, contact: Contacts, params: ReachParams) -> Pairs:
    """Return the pairs in contact; ties declared in sensitive communities stay out."""
    declared = snapshot["ties"]
    declared = declared.where(~sensitive(snapshot, declared.labels("community"))[declared.codes("community")])
    return pairs(contact, min_events=params.min_events, min_days=params.min_days, declared=declared)


def between(person: Ints, found: Pairs) -> tuple[Ints, Ints]:
    """Return the ties among some people, by their places; `person` ascends."""
    low, high = place_in(person, found.low), place_in(person, found.high)
    kept = found.tied & (low >= 0) & (high >= 0)
    return low[kept], high[kept]


def ties(found: Crowd, joined: Pairs, contact: Contacts, params: ReachParams) -> Ties:
    """Return the ties among people of a known group, `other` being one; who holds k groups counts 1/k in each."""
    person, entry, group, share = _entries(found)
    held = np.unique(group)
    names = tuple(EVERY[one] for one in held.tolist())
    group = np.searchsorted(held, group)
    low, high = between(person, joined)
    ends = place_in(person, contact.actor), place_in(person, contact.target)
    known = (ends[0] >= 0) & (ends[1] >= 0)
    graph = Graph(
        np.arange(len(person)), entry, group, share, len(names), low, high, None,
        Events(ends[0][known], ends[1][known], contact.count[known]),
    )  # fmt: skip
    mix = mixing.mixing(graph)
    floor = SilosParams(floor=params.floor, no_floor=params.no_floor)
    heads = np.bincount(group, minlength=len(names))
    of = Staff(person, np.zeros(len(person), np.int64), names, entry, group, share, heads)
    shown = cells(of, graph, mix, shown_departments(graph, mix, floor), floor)
    return Ties(names, mix, shown, shown.departments)


def _entries(found: Crowd) -> tuple[Ints, Ints, Ints, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return the people of a known group who take part, and their groups as entries (place, group, share)."""
    kept = found.active & (found.mask > 0)
    person, mask = found.person[kept], found.mask[kept]
    rows = [np.flatnonzero(holds(mask, group)) for group in EVERY]
    entry = np.concatenate(rows)
    group = np.repeat(np.arange(len(EVERY)), [len(one) for one in rows])
    order = np.lexsort((group, entry))
    entry, group = entry[order], group[order]
    return person, entry, group, 1.0 / np.bincount(entry, minlength=1)[entry] if len(entry) else np.zeros(0)
