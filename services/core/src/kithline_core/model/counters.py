"""Counters of plugin versions: how often, how it went, how long it took; never whose."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from kithline_core.model.shapes import Stored

Period = Literal["all", "week", "day"]
Kind = Literal["all", "ended", "outcome", "tier", "bucket"]

# Seconds. Longer than the last is a bucket of its own; a worker's time limit ends what takes an hour.
BOUNDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
UNFINISHED: Final = -1
# What an error may be called. A word that a plugin made up could say anything about anybody.
ERRORS: Final = frozenset(
    {"crash", "timeout", "too_large", "out_of_memory", "invalid_finding", "invalid_parameter", "below_tier"}
)


class Counted(Stored, frozen=True):
    """One figure over tenants: attempts of a plugin version's scorer in a period, all of them or a part.

    `name` is finished or unfinished, an outcome (`error:timeout`; of the unfinished `given_back` for a reason of ours or
    `lost` with its worker, `:dead` behind the last of a task's), a tier, or the place of a bucket; `tenants` stand behind it, one of them with `largest`.
    """

    began: date
    plugin: str
    plugin_version: str
    scorer: str
    kind: Kind
    name: str
    attempts: int
    seconds: float
    tenants: int
    largest: int


def bucket(seconds: float) -> int:
    """Return the place of a duration among the bounds; a bound belongs to the bucket it ends."""
    return bisect_left(BOUNDS, seconds)


def named(outcome: str, reason: str) -> str:
    """Return the kind of an error; "" of anything else, "other" for a word that is not ours."""
    if outcome != "error":
        return ""
    return reason if reason in ERRORS else "other"


def quantile(buckets: Mapping[int, int], share: float) -> tuple[float, float | None] | None:
    """Return the bounds between which the nearest-rank quantile lies, in seconds; None at the end: there is no bound."""
    total, seen = sum(buckets.values()), 0
    for place in sorted(buckets):
        seen += buckets[place]
        if seen >= share * total and buckets[place]:
            return (BOUNDS[place - 1] if place else 0.0), (BOUNDS[place] if place < len(BOUNDS) else None)
    return None
