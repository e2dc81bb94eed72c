"""Ties across departments and companies, and projects that several companies share: how far working together is the norm."""

from typing import Final

import numpy as np

from kithline_network.reach.crossing import sensitive
from kithline_network.reach.crowd import Crowd
from kithline_network.reach.ties import between
from kithline_network.silos.mixing import mixing
from kithline_sdk import Snapshot
from kithline_sdk.colleagues import Events, Graph
from kithline_sdk.grouping import by_pair
from kithline_sdk.people import held
from kithline_sdk.snapshot import Ints
from kithline_sdk.ties import Pairs

BOUNDARIES: Final = ("department", "organisation")
PROJECT: Final = "project"
NONE: Final = np.zeros(0, np.int64)


def ties_across(snapshot: Snapshot, found: Crowd, tied: Pairs, boundary: str) -> float | None:
    """Return the share of ties whose ends have no department, or organisation, in common; None without such ties.

    Both ends' are known, as of each one's last active day; who is in several splits the tie.
    """
    table = snapshot["memberships"]
    person = found.person[found.active]
    of = held(table, boundary, person, found.day[found.active])
    kept = np.unique(of.query)
    entry = np.searchsorted(kept, of.query)
    low, high = between(person[kept], tied)
    size = len(table.labels(boundary))
    mix = mixing(Graph(np.arange(len(kept)), entry, of.code, of.share, size, low, high, None, Events(NONE, NONE, NONE)))
    return mix.across / mix.ties if mix.ties else None


def shared_projects(snapshot: Snapshot) -> float | None:
    """Return the share of projects in which people of two or more organisations did something; None without projects."""
    table, activity = snapshot["communities"], snapshot["activity_day"]
    told = zip(table.texts("community"), table.texts("kind"), strict=True)
    labels = activity.labels("community")
    projects = {one for one, kind in told if one is not None and kind == PROJECT}
    open_ = np.array([*(one in projects for one in labels), False], np.bool_) & ~sensitive(snapshot, labels)
    rows = activity.where(open_[activity.codes("community")])
    days = by_pair(rows.ints("actor"), rows.ints("day"))
    of = held(snapshot["memberships"], "organisation", days.one, days.other)
    where = by_pair(days.of, rows.codes("community"))
    place, organisation = _joined(where.one, where.other, of.query, of.code)
    met = by_pair(place, organisation)
    several = np.bincount(met.one, minlength=len(labels)) > 1
    active = np.unique(rows.codes("community"))
    return int(np.count_nonzero(several)) / len(active) if len(active) else None


def _joined(left: Ints, value: Ints, right: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return (value, other) for every pair of rows with equal keys; both keys ascend."""
    start, stop = np.searchsorted(right, left, "left"), np.searchsorted(right, left, "right")
    times = stop - start
    row = np.repeat(start, times) + np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(value, times), other[row]
