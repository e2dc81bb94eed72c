"""Periods as senders write them."""

import pytest

from kithline_sdk.periods import latest, overlaps, span
from kithline_sdk.snapshot import DAY, Window
from kithline_sdk.testing import at

QUARTER = Window(at("2026-01-01"), at("2026-04-01"))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2025-11-05/2025-12-10", "2025-11-05", "2025-12-10"),
    ],
)
def test_a_period_is_the_days_it_names(period, start, end):
    found = span(period)

    assert (found.start, found.end) == (at(start), at(end))
    assert found.days == (at(end) - at(start)) / DAY


@pytest.mark.parametrize(
    "period",
    ["", "9999", "0000", "2026-13", "2026-Q5", "٢٠٢٦", "2025-12-10/2025-11-05", "2025-13-01/2026-01-01", "spring"],
)
def test_any_other_name_is_no_period(period):
    assert span(period) is None
    assert not overlaps(span(period), QUARTER)


def test_the_latest_period_of_a_window_counts_and_of_two_the_longest():
    assert latest(["2025-Q4", "2026-Q1", "2026-Q2", "2026-02", None, "spring"], QUARTER) == "2026-Q1"
    assert latest(["2026-Q1", "2026-03"], QUARTER) == "2026-Q1"
    assert latest(["2026-01", "2026-02"], QUARTER) == "2026-02"
    assert latest(["2025-Q4", "spring"], QUARTER) is None
