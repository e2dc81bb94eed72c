"""The kit's builders."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kithline_sdk import Window
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY
from kithline_sdk.testing import at, day, declared, scorer_entry, snapshot


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (5, 5),
        ("1970-01-02", DAY),
        ("1970-01-02T00:00:00Z", DAY),
        ("1970-01-02T01:00:00+01:00", DAY),
        (date(1970, 1, 2), DAY),
        (datetime(1970, 1, 2, 1, tzinfo=timezone(timedelta(hours=1))), DAY),
        (datetime(1970, 1, 2, tzinfo=UTC), DAY),
    ],
)
def test_moments_become_microseconds(moment, expected):
    assert at(moment) == expected


def test_days_are_counted_from_1970():
    assert (day("1970-01-03"), day(7), day(date(1970, 1, 2))) == (2, 7, 1)


def test_columns_left_out_are_null_and_tables_left_out_empty():
    made = snapshot({"ties": [{"actor": "b", "target": "a"}]}, ("2026-01-01", "2026-04-01"))

    assert list(made["ties"].columns) == list(CATALOGUE["ties"])
    assert not made["ties"].present("count").any()
    assert made["answers"].rows == 0
    assert "people" not in made
    assert made.window.days == 90


def test_people_become_numbers_in_the_order_of_their_ids_over_all_tables():
    made = snapshot({"ties": [{"actor": "c", "target": "a"}], "people": [{"person": "b", "id": "b"}]}, Window(0, DAY))

    assert (made["ties"].ints("actor").tolist(), made["ties"].ints("target").tolist()) == ([2], [0])
    assert made["people"].ints("person").tolist() == [1]


def test_rows_are_sorted_and_times_and_days_read():
    made = snapshot(
        {
            "tie_day": [{"day": "1970-01-03", "actor": 1, "first_at": "1970-01-03T00:00:00Z"}, {"day": 1, "actor": 9}],
            "memberships": [{"person": 4, "leader": True}],
        },
        (0, DAY),
    )

    assert made["tie_day"].ints("day").tolist() == [1, 2]
    assert made["tie_day"].ints("first_at").tolist() == [0, 2 * DAY]
    assert made["memberships"].ints("leader").tolist() == [1]


def test_an_unknown_table_or_column_is_refused_with_what_there_is():
    with pytest.raises(ValueError, match="no table is called 'tie'"):
        snapshot({"tie": []}, (0, 1))
    with pytest.raises(ValueError, match="table ties has no column 'weight'; it has actor"):
        snapshot({"ties": [{"weight": 1}]}, (0, 1))


def test_a_scorer_gets_what_its_manifest_declares():
    entry = {"inputs": [{"table": "ties", "columns": ["target", "actor"]}, {"table": "people", "columns": ["id"]}]}

    cut = declared(snapshot({"ties": [{"actor": 0, "target": 2}, {"actor": 1, "target": 1}]}, (0, 1)), entry)

    assert list(cut.tables) == ["ties"]
    assert list(cut["ties"].columns) == ["target", "actor"]
    assert cut["ties"].ints("target").tolist() == [1, 2]


def test_rows_that_the_manifest_does_not_want_stay_out():
    wanted = {"table": "answers", "columns": ["item"], "where": {"questionnaire": ["poll"]}}
    rows = [{"questionnaire": one, "item": one} for one in ("poll", "depth", None)]

    cut = declared(snapshot({"answers": rows}, (0, 1)), {"inputs": [wanted]})

    assert cut["answers"].texts("item") == ["poll"]


def test_an_entry_is_found_in_its_package_by_key():
    assert scorer_entry("kithline_network", "silos.internal")["key"] == "silos.internal"
    with pytest.raises(LookupError, match=r"declares no scorer 'no\.such'"):
        scorer_entry("kithline_network", "no.such")
