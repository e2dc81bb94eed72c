"""Curves, intervals, evenness, hypotheses and random numbers against scipy, statsmodels and closed forms."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from kithline_sdk.stats import Draws, fall, pielou, quantiles, rise, shannon, share_rise, wilson
from kithline_sdk.stats.hypotheses import discoveries, normal_below, student_below

POSITIVE = st.floats(1e-6, 1e6)


@given(POSITIVE, st.floats(0.01, 100), st.floats(1.01, 10))
def test_rise_is_the_log_normal_curve_through_its_two_points(x, m, ratio):
    h = m * ratio
    spread = math.log(h / m) / scipy.stats.norm.ppf(0.9)

    assert rise(x, m, h) == pytest.approx(scipy.stats.norm.cdf((math.log(x) - math.log(m)) / spread), abs=1e-12)
    assert rise(m, m, h) == pytest.approx(0.5)
    assert rise(h, m, h) == pytest.approx(0.9)
    assert rise(0, m, h) == rise(-1, m, h) == 0


@given(POSITIVE, st.floats(0.01, 100), st.floats(1.01, 10))
def test_fall_mirrors_it(x, m, ratio):
    g = m / ratio
    spread = math.log(m / g) / scipy.stats.norm.ppf(0.9)

    assert fall(x, m, g) == pytest.approx(1 - scipy.stats.norm.cdf((math.log(x) - math.log(m)) / spread), abs=1e-12)
    assert fall(m, m, g) == pytest.approx(0.5)
    assert fall(g, m, g) == pytest.approx(0.9)
    assert fall(0, m, g) == 1


def test_a_full_share_has_the_full_score():
    assert share_rise(1, 0.3, 0.8) == 1
    assert share_rise(0.3, 0.3, 0.8) == pytest.approx(0.5 / rise(1, 0.3, 0.8))


@given(st.integers(1, 500), st.data())
def test_wilson_agrees_with_statsmodels(n, data):
    successes = data.draw(st.integers(0, n))

    assert wilson(successes, n) == pytest.approx(proportion_confint(successes, n, alpha=0.1, method="wilson"), abs=1e-9)


@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_its_estimate(n, data):
    successes = data.draw(st.integers(0, n))
    low, high = wilson(successes, n)

    assert 0 <= low <= successes / n <= high <= 1


def test_a_share_of_nothing_has_no_interval():
    with pytest.raises(ValueError, match="share of nothing"):
        wilson(0, 0)


def test_quantiles_are_numbers_that_were_drawn():
    assert quantiles(np.arange(100.0)[::-1]) == (5, 94)
    assert quantiles(np.array([3.0])) == (3, 3)
    assert quantiles(np.arange(11.0), 0, 0.5) == (0, 5)


@given(st.lists(st.just(0.0) | st.floats(1e-9, 1e6), max_size=20))
def test_entropy_agrees_with_scipy(weights):
    expected = scipy.stats.entropy(weights) if any(weights) else 0

    assert shannon(weights) == pytest.approx(expected, abs=1e-9)


def test_a_share_too_small_for_a_float_adds_nothing():
    assert shannon([5e-324, 1e6]) == 0


def test_evenness_is_full_when_all_are_alike_and_nothing_for_one():
    assert pielou([2, 2, 2], 3) == pytest.approx(1)
    assert pielou([2, 2], 2) == pytest.approx(1)
    assert pielou([2, 2], 4) == pytest.approx(0.5)
    assert pielou([5], 1) == 0


@given(st.lists(st.floats(0, 1), max_size=40), st.floats(0.01, 0.5))
def test_discoveries_agree_with_scipy(p, rate):
    found = discoveries(np.array(p), rate)

    adjusted = scipy.stats.false_discovery_control(p) if p else np.zeros(0)
    clear = np.abs(adjusted - rate) > 1e-12
    assert (found[clear] == (adjusted <= rate)[clear]).all()


def test_the_normal_probability_agrees_with_scipy():
    for z in (-40.0, -1.3, 0.0, 2.0, math.inf):
        assert normal_below(z) == pytest.approx(scipy.stats.norm.cdf(z), rel=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30, 101])
def test_students_probability_agrees_with_scipy(freedom):
    for t in (-1e9, -2.5, 0.0, 0.3, 40.0):
        assert student_below(t, freedom) == pytest.approx(scipy.stats.t.cdf(t, freedom), abs=1e-12)


def test_a_seed_gives_the_same_numbers_for_ever():
    assert Draws(7).uniform(3).tolist() == [0.625095466604667, 0.8972138009695755, 0.7756856902451935]
    assert Draws(2**64 - 1).below(10, 8).tolist() == Draws(2**64 - 1).below(10, 8).tolist()


def test_draws_are_uniform():
    draws = Draws(1)

    assert scipy.stats.kstest(draws.uniform(20_000), "uniform").pvalue > 0.001
    counts = np.bincount(draws.below(7, 70_000), minlength=7)
    assert len(counts) == 7
    assert scipy.stats.chisquare(counts).pvalue > 0.001
