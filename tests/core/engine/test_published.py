"""The published view: counts of people and of what they did, no finer than they are known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_core.engine import published

UNITS = {
    "ties": "ties", "people": "people", "events": "events", "departments": "count", "ei": "index",
    "lift.<a>.<b>": "ratio", "events_of.<group>": "events",
}  # fmt: skip


def shown(**finding):
    return published.view(finding, UNITS)


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, 0), (1, 1), (7, 7), (12, 10), (61.5, 60), (97, 100), (1919, 1900), (6411, 6400), (58_123, 58_100)],
)
def test_a_count_without_an_interval_is_known_as_well_as_a_poissons(count, told):
    assert shown(measures={"ties": count})["measures"] == {"ties": told}


def test_a_count_with_an_interval_is_known_as_well_as_that_says():
    found = shown(
        measures={"ties": 6411, "people": 6411}, intervals={"ties": [5000, 8000], "people": "unquantified: x"}
    )

    assert found["measures"] == {"ties": 6000, "people": 6400}


def test_what_counts_nobody_stays_as_it_is():
    plain = {"departments": 6411, "ei": 0.123456, "lift.a.b": 6411.0, "unknown": 6411, "people": "many", "events": True}

    assert shown(measures=plain)["measures"] == plain


def test_prefixes_and_places_of_a_name_are_no_matter():
    found = shown(measures={"community:a%2Eb.events": 1919, "period:2025-Q1.community:a.events_of.staff": 1919})

    assert set(found["measures"].values()) == {1900}


def test_tables_and_lineage_are_rounded_alike():
    row = {
        "a": "it",
        "people_a": 1919,
        "people_b": None,
        "ties": 6411.0,
        "lift": 1919.0,
        "events": 1919,
        "departments": 61,
    }
    found = shown(tables={"pairs": [row]}, lineage=[{"table": "events", "count": 1919}])

    assert found["tables"]["pairs"] == [{**row, "people_a": 1900, "ties": 6400, "events": 1900}]
    assert found["lineage"] == [{"table": "events", "count": 1900}]


def test_what_a_document_lacks_is_not_made_up():
    assert shown(said="x") == {"said": "x"}


@given(st.integers(0, 10**12))
def test_rounding_moves_a_count_by_at_most_half_its_interval(count):
    assert abs(published.rounded(count) - count) <= published.Z90 * math.sqrt(count) / 2 + 0.5
