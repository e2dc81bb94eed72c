"""Comparisons: different only where the interval of the difference excludes 0; a series is watched at a known price."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from kithline_core.engine import compare
from kithline_core.engine.compare import Difference, Scored
from kithline_sdk.stats import Draws
from kithline_sdk.stats.sampling import between, normal_quantile

SHARE = st.floats(0, 1)


def normal(seed, rows, columns):
    return normal_quantile(Draws(seed).uniform(rows * columns)).reshape(rows, columns)


@st.composite
def scores(draw):
    low, score, high = sorted(draw(SHARE) for _ in range(3))
    return Scored(score, low, high)


@given(scores(), scores())
def test_the_interval_of_a_difference_holds_it_and_mirrors(one, other):
    there, back = compare.by_widths(one, other), compare.by_widths(other, one)

    assert there.low <= there.value <= there.high
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert there.p == pytest.approx(back.p)
    assert there.method == "widths"


def test_halves_add_up_as_squares():
    found = compare.by_widths(Scored(0.5, 0.47, 0.56), Scored(0.8, 0.72, 0.84))

    assert found[:3] == pytest.approx((0.3, 0.3 - 0.1, 0.3 + 0.05))
    assert found.different


@given(scores(), scores())
def test_different_and_the_p_value_say_the_same(one, other):
    found = compare.by_widths(one, other)

    # Closer to nothing than this, rounding decides on either.
    if min(abs(found.low), abs(found.high)) > 1e-6:
        assert found.different == (found.p < 0.1)


def test_without_any_width_equal_scores_are_alike_and_others_are_not():
    exact = Scored(0.5, 0.5, 0.5)

    assert (compare.by_widths(exact, exact).p, compare.by_widths(exact, exact).different) == (1.0, False)
    assert compare.by_widths(exact, Scored(0.6, 0.6, 0.6)).p == 0


def test_pairs_are_compared_as_pairs():
    people = Draws(1).uniform(200)
    after = people + 0.02 + 0.01 * normal(2, 1, 200)[0]

    found = compare.paired(people, after)

    low, high = scipy.stats.norm.interval(0.9, np.mean(after - people), scipy.stats.sem(after - people))
    assert found[:3] == pytest.approx((np.mean(after - people), low, high))
    assert found.method == "paired"
    assert found.p == pytest.approx(2 * scipy.stats.norm.sf(found.value / scipy.stats.sem(after - people)), rel=1e-6)
    assert found.different, "a shift smaller than people differ by is seen in pairs"


def test_one_pair_is_not_enough():
    with pytest.raises(ValueError, match="one pair says nothing"):
        compare.paired(np.ones(1), np.zeros(1))


def test_scores_drawn_together_are_compared_draw_by_draw():
    common, noise = normal(3, 2, 1000)

    found = compare.by_draws(common, common + 1 + noise / 10)
    same = compare.by_draws(common, common.copy())

    assert found.value == pytest.approx(1, abs=0.02)
    assert (found.low, found.high) == pytest.approx((1 - 0.164, 1 + 0.164), abs=0.02)
    assert found.different
    assert found.p == 1 / 1000
    assert (same.value, same.low, same.high, same.p, same.different) == (0, 0, 0, 1, False)


def test_two_alike_are_called_different_as_often_as_the_interval_says():
    called = []
    for one, other in normal(4, 4000, 2):
        before, after = (Scored(x, x - 1.6448536, x + 1.6448536) for x in (one, other))
        called.append(compare.by_widths(before, after).different)

    assert np.mean(called) == pytest.approx(0.1, abs=0.02)


def test_of_many_comparisons_few_are_called_different_by_chance():
    found = [Difference(0, 0, 0, "widths", p) for p in (0.001, 0.5, 0.03, 0.9, 0.06)]

    assert compare.many(found).tolist() == [True, False, True, False, True]
    assert compare.many(found, 0.05).tolist() == [True, False, False, False, False]
    assert compare.many([]).tolist() == []


def test_a_ranking_says_in_which_share_of_draws_each_order_holds():
    uniform = Draws(6).uniform(30_000).reshape(3, -1)
    rows = np.array([between(uniform[n], m, m - 0.1, m + 0.1) for n, m in enumerate((0.3, 0.9, 0.35))])

    first, second = compare.ranking(rows)

    assert (first.above, first.below, second.above, second.below) == (1, 2, 2, 0)
    assert first.holds == 1
    spread = math.sqrt(2) * 0.1 / 1.6448536
    assert second.holds == pytest.approx(scipy.stats.norm.cdf(0.05 / spread), abs=0.02)


def test_two_alike_hold_in_half_of_the_draws():
    (only,) = compare.ranking(np.ones((2, 10)))

    assert only == compare.Order(0, 1, 0.5)


def test_an_unchanged_series_of_months_alarms_once_in_24_though_nothing_of_it_is_known():
    alarms = sum(compare.trend(series).watch.alarms.sum() for series in normal(7, 300, 60) * 4 + 50)

    expected = 300 * 58 / compare.MONTHS
    assert alarms == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_each_month_departs_from_those_before_it_as_a_normal_number():
    departures = np.concatenate([compare.trend(series).departures[2:] for series in normal(8, 100, 40) * 4 + 50])

    assert scipy.stats.kstest(departures, "norm").pvalue > 0.001


def test_a_lasting_change_is_found():
    series = 50 + normal(9, 1, 48)[0]
    series[24:] += 3

    found = compare.trend(series)

    assert found.watch.alarms[24:30].any()


def test_what_has_not_varied_yet_departs_by_nothing():
    found = compare.trend(np.array([50.0, 50.0, 50.0, 51.0, 50.0]))

    assert found.departures[:4].tolist() == [0, 0, 0, 0]
    assert found.departures[4] != 0
    assert not found.watch.alarms.any()
    assert compare.trend(np.zeros(0)).departures.tolist() == []
