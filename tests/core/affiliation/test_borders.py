"""Dates of memberships: counts shift exactly at their borders, whoever said them, whoever took over."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from helpers.days import day
from kithline_core.affiliation import steps
from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.assemble import assemble
from kithline_core.engine.tables import micros
from kithline_core.model.datasets import Affiliation
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import OrganisationRow, PersonRow
from kithline_sdk.people import held
from kithline_sdk.snapshot import DAY, Column, Table

FIRST = day("2026-01-01")
PRIORITY = ["hr", "crm"]
EDGES = st.none() | st.integers(0, 12)


def at(number):
    return None if number is None else FIRST + timedelta(days=number)


def a_person(organisation, source, begins, ends):
    return PersonRow(person="ann", organisation=organisation, source=source, valid_from=at(begins), valid_to=at(ends))


ROWS = st.lists(
    st.builds(a_person, st.sampled_from("XYZ"), st.sampled_from([None, "hr", "crm", "mail"]), EDGES, EDGES),
    max_size=5,
    unique_by=lambda row: (row.organisation, row.valid_from, row.source),
)


def counted(rows, firms=()):
    dataset = Dataset(settings=Settings(affiliation=Affiliation(sources=PRIORITY)))
    dataset.rows["people"], dataset.rows["organisations"] = list(rows), list(firms)
    return door.data(dataset)


def there(row, instant):
    begins, ends = row["valid_from"], row["valid_to"]
    return (begins is None or begins <= instant) and (ends is None or instant < ends)


def seats(data, instant):
    cells = data["memberships"]
    rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    return {row["organisation"] for row in rows if there(row, instant)}


def said(rows, instant):
    """Who speaks at an instant, by looking at every row there: the rule, written down a second time."""
    active = [
        row for row in rows if there({"valid_from": _stamp(row.valid_from), "valid_to": _stamp(row.valid_to)}, instant)
    ]
    if not active:
        return set()

    def order(row):
        rank = PRIORITY.index(row.source) if row.source in PRIORITY else len(PRIORITY)
        return rank, -(_stamp(row.valid_from) if row.valid_from else -(10**18)), row.source or ""

    speaker = min(active, key=order).source
    return {row.organisation for row in active if row.source == speaker}


def _stamp(instant):
    return None if instant is None else micros(instant)


INSTANTS = [micros(FIRST) + number * DAY + step for number in range(-1, 14) for step in (-1, 0, 1)]


@given(ROWS)
def test_at_any_instant_the_first_source_speaks_and_nobody_else(rows):
    data = counted(rows)

    assert [seats(data, instant) for instant in INSTANTS] == [said(rows, instant) for instant in INSTANTS]


@given(ROWS, st.integers(0, 12))
def test_a_takeover_moves_everybody_at_its_first_moment(rows, number):
    rows = [row for row in rows if row.source == "hr"]
    firms = [OrganisationRow(organisation="X", valid_to=at(number), successor="W")]
    moment = micros(at(number))

    before, after = counted(rows), counted(rows, firms)

    for instant in INSTANTS:
        was = seats(before, instant)
        assert seats(after, instant) == ({"W" if one == "X" else one for one in was} if instant >= moment else was)


@given(ROWS)
def test_on_any_day_the_sdk_finds_the_memberships_that_overlap_it(rows):
    data = counted(rows)
    table = assemble(data, [])["memberships"]
    persons = Table("memberships", {**table.columns, "person": Column.of("person", [0] * table.rows)})
    days = np.arange(FIRST.toordinal() - day("1970-01-01").toordinal() - 1, FIRST.toordinal() - 719_163 + 14)

    found = held(persons, "organisation", np.zeros(len(days), np.int64), days)

    for query, number in enumerate(days.tolist()):
        codes = found.code[found.query == query].tolist()
        instants = (number * DAY, number * DAY + DAY // 2, (number + 1) * DAY - 1)
        assert {persons.labels("organisation")[code] for code in codes} == set().union(
            *(seats(data, one) for one in instants)
        )


def test_the_steps_hand_over_the_columns_of_the_catalogue_and_no_more():
    data = counted([a_person("X", "hr", 0, 3)])

    assert "source" in steps.columns("memberships")
    assert "source" not in data["memberships"]
    assert "identities" not in data
