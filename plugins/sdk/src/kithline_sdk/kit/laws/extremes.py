"""The ends of what data can be: everybody in one place, nobody answered but so, a billion events, one day."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from kithline_sdk.checks import check_finding, run
from kithline_sdk.kit.bench import Bench
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

_HUGE: Final = 1_000_000
_PLACES: Final = ("department", "organisation", "community")


def extremes(bench: Bench, world: Snapshot, _: int) -> str | None:
    """Go to every end: the finding keeps its contract."""
    for name, extreme in _ends(world):
        try:
            check_finding(run(bench.scorer, extreme), bench.entry)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None
        except Exception as error:
            raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error
    return None


def _ends(world: Snapshot) -> Iterator[tuple[str, Snapshot]]:
    changes: dict[str, Callable[[Table], Table]] = {
        "every count a million times as large": lambda table: _mapped(table, ("count",), _times),
        "every answer the lowest": lambda table: _mapped(table, ("value",), lambda c: _all(c, np.min)),
        "every answer the highest": lambda table: _mapped(table, ("value",), lambda c: _all(c, np.max)),
        "everybody in one place": lambda table: _mapped(table, _PLACES, _one_label),
        "one row a table": lambda table: table.where(np.arange(table.rows) == 0),
    }
    for name, change in changes.items():
        yield name, Snapshot(world.window, [change(table).sorted() for table in world.tables.values()])
    start = world.window.start
    yield "a window without length", Snapshot(Window(start, start), world.tables.values())


def _mapped(table: Table, names: tuple[str, ...], change: Callable[[Column], Column]) -> Table:
    return Table(table.name, {name: change(c) if name in names else c for name, c in table.columns.items()})


def _times(column: Column) -> Column:
    return Column(column.kind, column.values * _HUGE, column.present)


def _all(column: Column, choose: Callable[..., np.float64]) -> Column:
    if column.kind != "float" or not column.present.any():
        return column
    return Column(column.kind, np.full_like(column.values, choose(column.values[column.present])), column.present)


def _one_label(column: Column) -> Column:
    if not column.labels:
        return column
    return Column(column.kind, np.where(column.present, 0, column.values), column.present, column.labels[:1])
