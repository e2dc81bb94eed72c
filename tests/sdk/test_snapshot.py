"""Canonical bytes: what goes in comes out, and nothing that is no value goes in."""

import struct
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk import Column, Snapshot, Table, Window
from kithline_sdk.snapshot import DAY, table_hash

CELLS = {
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False),
    "str": st.text(max_size=8),
    "bool": st.booleans(),
}


@st.composite
def tables(draw):
    """A table of up to five rows with columns of every kind."""
    rows = draw(st.integers(0, 5))
    columns = {}
    for number, kind in enumerate(draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))):
        cells = draw(st.lists(st.none() | CELLS[kind], min_size=rows, max_size=rows))
        columns[f"c{number}"] = Column.of(kind, cells)
    return Table(draw(st.text(max_size=5)), columns)


def _cells(table):
    return [
        [table.texts(name) if column.kind == "str" else column.values[column.present].tolist(), column.present.tolist()]
        for name, column in table.columns.items()
    ]


@given(st.lists(tables(), max_size=3, unique_by=lambda table: table.name))
def test_a_snapshot_comes_back_from_its_bytes(made):
    whole = Snapshot(Window(-5, 10 * DAY), made)

    again = Snapshot.decode(whole.encode())

    assert again.encode() == whole.encode()
    assert (again.window.start, again.window.end) == (-5, 10 * DAY)
    assert [_cells(again[table.name]) for table in made] == [_cells(table) for table in made]


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 500])
@pytest.mark.parametrize(
    "texts", [["a", "bb", None], ["", None], ["x" * 61, "x" * 200, "ä"], ["\0\0\0\0", "\x01\0\0\0x"]]
)
def test_strings_come_back_whether_many_are_alike_or_one_is_longer_than_a_window(rows, texts):
    drawn = Random(rows)
    cells = [drawn.choice(texts) for _ in range(rows)]
    columns = {"c": Column.of("str", cells), "d": Column.of("str", cells[::-1])}
    data = Snapshot(Window(0, 1), [Table("t", columns)]).encode()

    found = Snapshot.decode(data)["t"]

    assert (found.texts("c"), found.texts("d")) == (cells, cells[::-1])
    assert found.labels("c") == tuple(sorted({cell for cell in cells if cell is not None}))
    for cut in range(1, len(data) - 30, max(1, len(data) // 150)):
        with pytest.raises(ValueError, match="cut short"):
            Snapshot.decode(data[:-cut])


@given(tables(), st.randoms(use_true_random=False))
def test_sorted_rows_have_the_same_bytes_in_whatever_order_they_came(table, random):
    order = list(range(table.rows))
    random.shuffle(order)
    shuffled = Table(
        table.name, {name: column.take(np.array(order, np.intp)) for name, column in table.columns.items()}
    )

    assert table_hash(shuffled.sorted()) == table_hash(table.sorted())


def test_rows_are_sorted_by_all_columns_strings_by_code_point_null_first():
    table = Table("t", {"a": Column.of("str", ["é", "z", None, "Z", "z"]), "b": Column.of("int", [1, 3, 2, 4, None])})

    ordered = table.sorted()

    assert ordered.texts("a") == [None, "Z", "z", "z", "é"]
    assert ordered.present("b").tolist() == [True, True, False, True, True]
    assert Table("empty", {}).sorted().rows == 0


def test_a_null_has_one_form_of_bytes_whatever_lies_beneath():
    here = np.array([True, False])
    one = Table("t", {"a": Column("int", np.array([1, 7]), here)})
    other = Table("t", {"a": Column("int", np.array([1, 0]), here)})

    assert table_hash(one) == table_hash(other)


def test_minus_nothing_is_nothing():
    assert struct.pack("<d", Column.of("float", [-0.0]).values[0]) == bytes(8)


def test_what_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="leave the cell empty"):
        Column.of("float", [float("nan")])


def test_columns_read_as_numbers_codes_and_texts():
    table = Table(
        "t",
        {"n": Column.of("int", [3, None]), "f": Column.of("float", [0.5, None]), "s": Column.of("str", ["b", None])},
    )

    assert "n" in table
    assert "m" not in table
    assert table.ints("n").tolist() == [3, 0]
    assert np.isnan(table.floats("f")).tolist() == [False, True]
    assert (table.codes("s").tolist(), table.labels("s"), table.texts("s")) == ([0, -1], ("b",), ["b", None])
    assert table.where(np.array([False, True])).texts("s") == [None]


def test_a_window_counts_the_days_it_touches():
    window = Window(0, 2 * DAY)

    assert (window.days, window.first_day, window.last_day) == (2, 0, 1)
    assert Window(DAY // 2, DAY + 1).last_day == 1
    assert Window(3 * DAY, 3 * DAY).last_day == 3


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends after it starts"):
        Window(1, 0)


@pytest.mark.parametrize("data", [b"", b"JSON", b"KLS1", b"KLS1" + bytes(16) + b"\1\0\0\0"])
def test_what_is_not_a_snapshot_is_refused(data):
    with pytest.raises(ValueError, match=r"not a snapshot|cut short"):
        Snapshot.decode(data)


def test_tables_are_looked_up_by_name():
    whole = Snapshot(Window(0, 1), [Table("t", {})])

    assert "t" in whole
    assert "u" not in whole
    assert whole["t"].rows == 0
