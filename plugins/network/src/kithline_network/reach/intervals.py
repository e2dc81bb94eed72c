"""Intervals of what is shown: shares after Wilson, the share of answered contact as a share of pairs."""

from collections.abc import Mapping

from kithline_network.reach.groups import GROUPS
from kithline_network.reach.picture import Picture
from kithline_sdk import Interval, unquantified
from kithline_sdk.names import name
from kithline_sdk.stats import wilson


def intervals(seen: Picture, shown: Mapping[str, float | int | str]) -> dict[str, Interval]:
    """Return the interval of each share among the measures that are published."""
    people, found = seen.kinds.grouped, dict[str, Interval]()
    for one in GROUPS:
        whole, size = seen.kinds.whole(one), seen.populations.get(one, 0)
        if size >= whole and size:
            found[name("reach", one)] = wilson(whole, size)
        if people:
            found[name("share", one)] = wilson(seen.kinds.fractional(one), people)
    if people:
        found["multi_group_share"] = wilson(seen.kinds.multiple, people)
    if seen.met.share is not None and seen.met.size > 0:
        found["cross_group_event_share_corrected"] = wilson(seen.met.share * seen.met.size, seen.met.size)
    found["cross_group_event_share"] = unquantified("one account's volume can move it at will")
    return {measure: ends for measure, ends in found.items() if measure in shown}
