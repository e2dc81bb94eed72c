"""Reach from cells of at least k people, where nothing about people is there."""

from typing import Final

import numpy as np

from kithline_network.organisations import FIGURES
from kithline_network.reach.groups import GROUPS
from kithline_network.reach.params import ReachParams
from kithline_sdk import Finding, Missing, Snapshot, Table
from kithline_sdk.contract import Interval
from kithline_sdk.names import name
from kithline_sdk.periods import latest
from kithline_sdk.staff import population
from kithline_sdk.stats import wilson

# What takes people, who may be in several cells.
UNKNOWN: Final = (
    "people", "events", "active_people", "share.<group>", "fractional_total", "shannon", "shannon_miller_madow", "evenness",
    "effective_groups", "simpson", "multi_group_share", "memberships_per_person", "cross_group_event_share",
    "cross_group_event_share_corrected", "assortativity", "communities", "jaccard.<a>.<b>", "overlap.<a>.<b>",
    "community_jaccard.<a>.<b>", "community_overlap.<a>.<b>", "boundary_ties.<boundary>", "cross_company_projects", *FIGURES,
)  # fmt: skip


def finding(snapshot: Snapshot, params: ReachParams) -> Finding | None:
    """Return what cells tell: who contributed, by group; None where people are in the data, or no cell is."""
    rows = _cells(snapshot)
    if any(snapshot[one].rows for one in ("activity_day", "tie_day", "ties")) or not rows.rows:
        return None
    told = zip(rows.texts("group"), rows.ints("contributors").tolist(), strict=True)
    people = {str(one): count for one, count in told}
    measures: dict[str, float | int | str] = {name("active", one): count for one, count in people.items()}
    intervals, missing = dict[str, Interval](), [Missing(what=one, reason="aggregates") for one in UNKNOWN]
    for one in GROUPS:
        size = population(snapshot, one)
        if size and one in people:
            measures[name("reach", one)] = people[one] / size
            intervals[name("reach", one)] = wilson(min(people[one], size), size)
        else:
            missing.append(Missing(what=name("reach", one), reason="no_cell" if size else "no_population"))
    measures["target_groups_present"] = sum(one in people for one in params.targets)
    return Finding(
        status="insufficient", reasons=["aggregates"], measures=measures, intervals=intervals, missing=missing
    )


def _cells(snapshot: Snapshot) -> Table:
    """Return the cells over all communities of the latest period."""
    table = snapshot["group_activity"]
    period = latest(table.texts("period"), snapshot.window)
    inside = np.array([one == period for one in table.texts("period")], np.bool_)
    known = np.array([*(label in GROUPS for label in table.labels("group")), False], np.bool_)[table.codes("group")]
    return table.where(inside & known & ~table.present("community"))
