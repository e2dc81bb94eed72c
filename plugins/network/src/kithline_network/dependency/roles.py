"""Roles instead of names: ranks that enough people hold."""

from collections import Counter

import numpy as np

from kithline_network.dependency.params import DependencyParams
from kithline_sdk import Snapshot, floor
from kithline_sdk.people import held
from kithline_sdk.snapshot import Ints
from kithline_sdk.staff import last_days


def roles(snapshot: Snapshot, persons: Ints, params: DependencyParams) -> list[str]:
    """Return the ranks that some of these persons hold and at least k people in all, most frequent among these first."""
    table = snapshot["memberships"]
    everybody = np.unique(table.ints("person"))
    labels = table.labels("rank")
    rank = held(table, "rank", everybody, last_days(snapshot, everybody)).first(len(everybody))
    k = 1 if params.no_floor else floor.in_force(params.floor)
    holders = np.bincount(rank[rank >= 0], minlength=len(labels))
    mine = Counter(rank[np.isin(everybody, persons) & (rank >= 0)].tolist())
    ordered = sorted(mine.items(), key=lambda one: (-one[1], labels[one[0]]))
    return [labels[code] for code, _ in ordered if holders[code] >= k]
