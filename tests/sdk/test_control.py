"""The cumulative sum: its limit gives the false alarms it promises, and a change is found."""

import math

import numpy as np
import pytest
import scipy.stats

from kithline_sdk.stats import Draws
from kithline_sdk.stats.control import SLACK, cusum, limit_for, run_length
from kithline_sdk.stats.sampling import normal_quantile

MONTHS = 24


def siegmund(limit, slack):
    """The approximation for long runs: overshoot 1.166 (Siegmund 1985)."""
    b = limit + 1.166
    return (math.exp(2 * slack * b) - 2 * slack * b - 1) / (2 * slack**2)


@pytest.mark.parametrize(("slack", "limit"), [(0.25, 8), (0.5, 4), (0.5, 5)])
def test_the_run_length_agrees_with_siegmund(slack, limit):
    assert run_length(limit, slack) == pytest.approx(siegmund(limit, slack), rel=0.03)


def test_the_run_length_agrees_with_published_tables():
    # Montgomery, Introduction to Statistical Quality Control, table 9.3: both sums, k = 0.5.
    assert run_length(4.0) / 2 == pytest.approx(168, rel=0.01)
    assert run_length(5.0) / 2 == pytest.approx(465, rel=0.01)


def test_without_a_limit_the_first_value_above_the_slack_alarms():
    assert run_length(0.0, 0.5) == pytest.approx(1 / scipy.stats.norm.sf(0.5), rel=1e-9)


@pytest.mark.parametrize("slack", [0.25, 0.5, 1.0])
def test_an_unchanged_series_alarms_once_in_24_months(slack):
    draws = normal_quantile(Draws(11).uniform(240_000))

    alarms = cusum(draws, limit_for(MONTHS, slack), slack).alarms.sum()

    expected = 240_000 / MONTHS
    assert alarms == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_a_shift_of_one_standard_deviation_is_found_in_months_not_years():
    waits = []
    for seed in range(200):
        (found,) = np.nonzero(cusum(normal_quantile(Draws(seed).uniform(60)) + 1.0, limit_for(MONTHS)).alarms)
        waits.append(found[0] + 1)

    assert np.mean(waits) < 6


def test_up_and_down_are_told_apart_and_begin_anew_after_an_alarm():
    found = cusum(np.array([3.0, 0.0, -3.0, -3.0]), 2.0)

    assert found.up.tolist() == [2.5, 0, 0, 0]
    assert found.down.tolist() == [0, 0, 2.5, 2.5]
    assert found.alarms.tolist() == [True, False, True, True]


def test_the_limit_grows_with_the_time_between_alarms():
    assert limit_for(12) < limit_for(24) < limit_for(120)
    assert run_length(limit_for(24), SLACK) == pytest.approx(48, rel=1e-9)


def test_alarms_cannot_be_asked_for_more_often_than_they_can_come():
    with pytest.raises(ValueError, match="no limit alarms every 1 values"):
        limit_for(1)


def test_a_limit_lies_below_one_where_alarms_may_come_often():
    assert run_length(limit_for(2), SLACK) == pytest.approx(4, rel=1e-9)
