"""Says whether a snapshot by itself, with nothing shown before it, tells of some people and of fewer than the floor."""

from typing import Final

from kithline_core.engine import difference, telling
from kithline_core.engine.facts import NONE
from kithline_core.engine.tables import Tables
from kithline_core.plugins import ScorerSpec
from kithline_sdk.snapshot import Window

_WAIT: Final = (
    "beside what was published before, or by itself, this finding would tell of fewer people than the privacy floor; "
    "wait until more has changed, or count more people, and start a new run"
)
FEW: Final = ("differencing", _WAIT)
MOST: Final = 100_000  # rows of a table that are looked at first: if they tell of enough people, so do all
_NO_SECRET: Final = b"nothing of this is kept"


def few(spec: ScorerSpec, tables: Tables, window: Window, k: int) -> bool:
    """Say whether what a scorer would read of these tables tells of some people, and of fewer than k."""
    return all(_few(spec, tables, window, k, most) for most in (MOST, None))


def _few(spec: ScorerSpec, tables: Tables, window: Window, k: int, most: int | None) -> bool:
    return difference.withheld(NONE, telling.read(spec, tables, window, _NO_SECRET, most=most), k)
