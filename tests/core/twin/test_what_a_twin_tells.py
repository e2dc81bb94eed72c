"""A twin has the schema and the sizes of its snapshot, and nothing in it that fewer than k people share."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_core import twin
from kithline_core.twin.sharing import Holders
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

K = 5
STRANGE = (
    "",
    " ",
    "ß",
    "naïve e\u0301",
    "a.b",
    "x;y",
    "2026-Q1",
    "2026-03-04",
    "17",
    "0" * 64,
    "long " * 80,
    "posted",
    "other",
)


def _cells(draw: random.Random, kind: str, rows: int, people: int, window: Window, empty: float) -> list[object]:
    """Draw the cells of a column; some come often, some once."""
    words = [f"id-{draw.randrange(10**9):09d}" for _ in range(draw.choice((1, 3, 30)))] + [draw.choice(STRANGE)]
    days = (window.first_day - 3, window.last_day + 3)
    make = {
        "str": lambda: draw.choice(words),
        "int": lambda: draw.choice(
            (0, 1, 2, -4, draw.randrange(100), draw.randrange(10**6), 2**40 + draw.randrange(99))
        ),
        "float": lambda: draw.choice((0.0, 1.0, 0.25, -draw.random(), draw.random() * 1e-12, draw.gauss(50, 20), 1e12)),
        "bool": lambda: draw.random() < 0.02,
        "person": lambda: min(people - 1, int(draw.expovariate(4 / people))),
        "day": lambda: draw.choice((window.first_day, window.last_day, draw.randint(*days))),
        "time": lambda: draw.randint(window.start - DAY, window.end + DAY),
    }[kind]
    return [None if draw.random() < empty else make() for _ in range(rows)]


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Snapshots of any tables of the catalogue with any of their columns, of few rows or some, with people or nobody."""
    seed = random.Random(draw(st.integers(0, 2**32)))
    names = draw(st.lists(st.sampled_from(sorted(set(CATALOGUE) - {"people"})), min_size=1, max_size=5, unique=True))
    people, window = draw(st.sampled_from((1, 4, 6, 40))), Window(20_000 * DAY, 20_090 * DAY)
    tables = []
    for name in names:
        columns = [one for one in CATALOGUE[name] if seed.random() < 0.7] or [next(iter(CATALOGUE[name]))]
        rows = draw(st.sampled_from((0, 1, 2, 7, 60, 300)))
        empty = seed.choice((0.0, 0.0, 0.01, 0.5, 1.0))
        cells = {
            one: Column.of(CATALOGUE[name][one], _cells(seed, CATALOGUE[name][one], rows, people, window, empty))
            for one in columns
        }
        tables.append(Table(name, cells).sorted())
    return Snapshot(window, tables)


def shared(table: Table, column: Column) -> dict[object, int]:
    """Return each value of a column with how many share it."""
    holders = Holders(table)
    found: dict[object, int] = {}
    for value in np.unique(column.values[column.present]).tolist():
        told = column.labels[int(value)] if column.kind == "str" else value
        found[told] = holders.many(column.present & (column.values == value))
    return found


def cells(column: Column) -> set[object]:
    """Return the values of a column."""
    values = np.unique(column.values[column.present]).tolist()
    return {column.labels[int(value)] for value in values} if column.kind == "str" else set(values)


@given(snapshots(), st.integers(0, 2**63))
@settings(max_examples=40, deadline=None)
def test_a_twin_has_the_tables_columns_types_and_sizes_of_its_snapshot(snapshot, seed):
    drawn = Snapshot.decode(twin.twin(snapshot, K, seed).encode())

    assert list(drawn.tables) == list(snapshot.tables)
    for name, table in snapshot.tables.items():
        assert [(one, column.kind) for one, column in drawn[name].columns.items()] == [
            (one, column.kind) for one, column in table.columns.items()
        ]
        holders = Holders(table)
        if not holders.personal or holders.many(np.ones(table.rows, np.bool_)) >= K:
            assert drawn[name].rows == table.rows
        else:
            assert bool(table.rows) == bool(drawn[name].rows)
            assert drawn[name].rows <= max(K, 0) or not table.rows


@given(snapshots(), st.integers(0, 2**63))
@settings(max_examples=100, deadline=None)
def test_no_value_stands_in_a_twin_that_fewer_than_k_share(snapshot, seed):
    drawn = twin.twin(snapshot, K, seed)

    for name, table in snapshot.tables.items():
        for one, column in table.columns.items():
            if column.kind == "person" or (column.kind == "bool" and not Holders(table).personal):
                continue  # the numbers of people are drawn; a flag of an organisation is nobody's
            many = shared(table, column)
            told = {value for value in cells(drawn[name].columns[one]) if 0 < many.get(value, 0) < K}
            assert all(_open(table, one, value) for value in told), (name, one, told)


def _open(table: Table, column: str, value: object) -> bool:
    """Return whether a value tells nothing: an empty text, and a word or zero where a table holds nobody."""
    if isinstance(value, str) and not value.strip():
        return True
    nobody = not Holders(table).personal
    return nobody and (
        value == 0 or (isinstance(value, str) and set(value.split(";")) <= twin.CLOSED.get(column, set()))
    )


@given(snapshots(), st.integers(0, 2**63))
@settings(max_examples=40, deadline=None)
def test_no_id_stands_anywhere_in_the_bytes_of_a_twin(snapshot, seed):
    drawn = twin.twin(snapshot, K, seed).encode()

    labels = {one for table in snapshot.tables.values() for column in table.columns.values() for one in column.labels}
    assert [one for one in labels if one.startswith("id-") and one.encode() in drawn] == []


@given(snapshots(), st.integers(0, 2**63))
@settings(max_examples=15, deadline=None)
def test_a_twin_is_a_function_of_its_shape_and_its_seed(snapshot, seed):
    assert twin.twin(snapshot, K, seed).encode() == twin.twin(snapshot, K, seed).encode()
