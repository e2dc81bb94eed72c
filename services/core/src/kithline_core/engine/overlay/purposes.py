"""Supposed purposes of communities, and interfaces that would be declared."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from kithline_core.engine.overlay import refusals, rows
from kithline_core.engine.overlay.groups import Groups
from kithline_core.errors import Invalid
from kithline_core.model.overlays import Added, SupposedInterface, SupposedPurpose
from kithline_sdk.snapshot import Snapshot

FIELDS: Final = ("purpose", "audience", "activity", "object", "outcome", "measure", "due")


def reworded(snapshot: Snapshot, asked: Sequence[SupposedPurpose], k: int) -> tuple[Snapshot, list[Added]]:
    """Return the snapshot with other purposes. Raises Invalid, TooFew."""
    added = list[Added]()
    for place, one in enumerate(asked):
        at = f"/overlay/purposes/{place}"
        table = refusals.table(snapshot, "communities", ("community", "purpose"), at)
        said = {name: value or None for name in FIELDS if (value := getattr(one, name)) is not None}
        hit = np.array([name == one.community for name in table.texts("community")], np.bool_)
        if not hit.any():
            raise Invalid(f"this result counts no community {one.community}", pointer=f"{at}/community")
        if 0 < _active(snapshot, one.community) < k:
            raise refusals.few("another purpose of a community of so few", k, at)
        snapshot = rows.swapped(snapshot, rows.changed(table, hit, said))
        added.append(Added(what=f"purpose of {one.community}", at=at, rows=int(np.count_nonzero(hit))))
    return snapshot, added


def declared(snapshot: Snapshot, asked: Sequence[SupposedInterface], k: int) -> tuple[Snapshot, list[Added]]:
    """Return the snapshot with further interfaces between groups of at least k people. Raises Invalid, TooFew."""
    added, groups = list[Added](), Groups(snapshot)
    for place, one in enumerate(asked):
        at = f"/overlay/interfaces/{place}"
        table = refusals.table(snapshot, "interfaces", ("side_a", "side_b"), at)
        if one.side_a == one.side_b:
            raise Invalid("the sides of an interface are two", pointer=f"{at}/side_b")
        left, right = (groups.people("interface", name, f"{at}/{end}") for end, name in _ends(one))
        if min(len(left), len(right)) < k or groups.met_by_few(left, right, k):
            raise refusals.few("an interface between these two", k, at)
        row = {"side_a": one.side_a, "side_b": one.side_b, "why": one.why, "weight": one.weight}
        snapshot = rows.swapped(snapshot, rows.put(table, [row]))
        added.append(Added(what=f"interface between {one.side_a} and {one.side_b}", at=at, rows=1))
    return snapshot, added


def _ends(one: SupposedInterface) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("side_a", one.side_a), ("side_b", one.side_b)


def _active(snapshot: Snapshot, community: str) -> int:
    """Return how many people did anything in a community."""
    if "activity_day" not in snapshot or "community" not in snapshot["activity_day"]:
        return 0
    table = snapshot["activity_day"]
    here = np.array([name == community for name in table.texts("community")], np.bool_)
    return len(np.unique(table.ints("actor")[here & table.present("actor")]))
