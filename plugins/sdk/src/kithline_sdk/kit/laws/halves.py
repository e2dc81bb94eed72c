"""What the manifest calls additive adds up: two halves of a window give the whole."""

import math
from typing import Final

import numpy as np

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.checks import CLOSE, need, pattern_of, run
from kithline_sdk.contract import Finding
from kithline_sdk.kit.bench import Bench
from kithline_sdk.snapshot import DAY, Snapshot, Table, Window

# Instants that say since when something is so, and not when something happened.
_STANDING: Final = frozenset({"valid_from", "valid_to", "launched_at", "first_at", "last_at"})


def halves(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Cut the window in two: additive measures sum up to those of the whole."""
    additive = [name for name, one in bench.spec.measures.items() if one.additive]
    if not additive:
        return "the manifest calls no measure `additive`"
    middle = (world.window.first_day + world.window.last_day + 1) // 2 * DAY
    parts = [Window(world.window.start, middle), Window(middle, world.window.end)]
    sums = [_sums(run(bench.scorer, half(bench, world, one)), bench, additive) for one in parts]
    whole = _sums(run(bench.scorer, world), bench, additive)
    for name, value in whole.items():
        total = math.fsum(one.get(name, 0) for one in sums)
        need(
            abs(total - value) <= CLOSE * max(1, abs(value)),
            f"the halves of {name} are {[one.get(name) for one in sums]}, the whole is {value}",
        )
    return None


def half(bench: Bench, world: Snapshot, window: Window) -> Snapshot:
    """Return the world as it would be for a window of its own; what has no date belongs to every window."""
    first = window.start - bench.spec.lookback_days * DAY
    return Snapshot(window, [_cut(table, first, window.end) for table in world.tables.values()])


def _cut(table: Table, start: int, end: int) -> Table:
    kinds = {name: CATALOGUE[table.name][name] for name in table.columns}
    days = [name for name, kind in kinds.items() if kind == "day"]
    times = [name for name, kind in kinds.items() if kind == "time" and name not in _STANDING]
    if not days and not times:
        return table
    instant = table.ints(days[0]) * DAY if days else table.ints(times[0])
    dated = table.present((days or times)[0])
    keep = np.where(dated, (instant >= start) & (instant < end), True)
    if "answered_at" in table:  # what was answered later nobody knows yet
        keep &= ~(table.present("answered_at") & (table.ints("answered_at") >= end))
    return table.where(keep)


def _sums(found: Finding, bench: Bench, additive: list[str]) -> dict[str, float]:
    return {
        name: value
        for name, value in found.measures.items()
        if not isinstance(value, str) and pattern_of(name, bench.entry) in additive
    }
