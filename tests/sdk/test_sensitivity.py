"""Sobol indices, correlation ratio, stratified draws: against closed forms and scipy."""

import math

import numpy as np
import pytest
import scipy.stats

from kithline_sdk.stats import Draws, quantiles
from kithline_sdk.stats.sampling import between, normal_quantile, stratified
from kithline_sdk.stats.sensitivity import BASE, correlation_ratio, sobol

A, B = 7.0, 0.1


def ishigami(uniform):
    x = (uniform - 0.5) * 2 * math.pi
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def closed_form():
    """First and total indices of the Ishigami function."""
    whole = A**2 / 8 + B * math.pi**4 / 5 + B**2 * math.pi**8 / 18 + 0.5
    one, two = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8
    together = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    return [one / whole, two / whole, 0.0], [(one + together) / whole, two / whole, together / whole]


def single(columns):
    return [[column] for column in range(columns)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_indices_of_the_ishigami_function_are_those_of_its_closed_form(seed):
    found = sobol(ishigami, single(3), Draws(seed))
    first, total = closed_form()

    assert [one.first.value for one in found] == pytest.approx(first, abs=0.04)
    assert [one.total.value for one in found] == pytest.approx(total, abs=0.04)


def test_the_intervals_of_the_indices_are_as_wide_as_what_chance_does_to_them():
    drawn = [sobol(ishigami, single(3), Draws(seed)) for seed in range(40)]

    for column in (0, 1):
        for kind in ("first", "total"):
            found = [getattr(one[column], kind) for one in drawn]
            chance = 1.645 * np.std([one.value for one in found])
            assert 1 <= np.mean([one.high - one.low for one in found]) / 2 / chance < 1.3


def test_shares_stay_shares_however_few_rows_there_are():
    found = [
        estimate
        for seed in range(20)
        for index in sobol(lambda uniform: uniform[:, 0] - 0.5, single(2), Draws(seed), rows=4)
        for estimate in index
    ]

    assert all(0.0 <= one.low <= one.value <= one.high <= 1.0 for one in found)
    assert {1.0, 0.0} <= {end for one in found for end in one}


def test_scipy_finds_the_same_indices():
    uniform = scipy.stats.uniform(0, 1)
    theirs = scipy.stats.sobol_indices(func=lambda x: ishigami(x.T), n=BASE, dists=[uniform] * 3, rng=1)
    ours = sobol(ishigami, single(3), Draws(1))

    assert [one.first.value for one in ours] == pytest.approx(theirs.first_order.tolist(), abs=0.04)
    assert [one.total.value for one in ours] == pytest.approx(theirs.total_order.tolist(), abs=0.04)


@pytest.mark.parametrize("weights", [(1.0, 2.0, 3.0), (0.0, 1.0, 1.0)])
def test_in_a_sum_first_and_total_are_the_squared_weights(weights):
    squares = [weight**2 / sum(one**2 for one in weights) for weight in weights]

    found = sobol(lambda x: x @ np.array(weights), single(3), Draws(5))

    assert [one.first.value for one in found] == pytest.approx(squares, abs=0.03)
    assert [one.total.value for one in found] == pytest.approx(squares, abs=0.03)


def test_a_group_has_what_its_columns_have_together():
    found = sobol(lambda x: x[:, 0] + x[:, 1] * 2 + x[:, 2] * 2, [[0, 1], [2]], Draws(5))

    assert [one.first.value for one in found] == pytest.approx([5 / 9, 4 / 9], abs=0.03)


def test_in_a_product_only_the_total_sees_what_two_do_together():
    found = sobol(lambda x: (x[:, 0] - 0.5) * (x[:, 1] - 0.5), single(2), Draws(8))

    assert [one.first.value for one in found] == pytest.approx([0, 0], abs=0.05)
    assert [one.total.value for one in found] == pytest.approx([1, 1], abs=0.05)


def test_the_intervals_hold_the_closed_form_about_as_often_as_they_say():
    first, total = closed_form()
    held = []
    for seed in range(40):
        found = sobol(ishigami, single(3), Draws(seed), rows=1024)
        held += [one.first.low <= truth <= one.first.high for one, truth in zip(found, first, strict=True)]
        held += [one.total.low <= truth <= one.total.high for one, truth in zip(found, total, strict=True)]

    # Stratified draws vary less than the intervals, which are made for independent ones.
    assert 0.85 <= np.mean(held) <= 1


def test_what_does_not_vary_has_no_indices():
    assert sobol(lambda x: np.full(len(x), 0.7), single(2), Draws(1)) is None


def test_what_varies_by_rounding_only_has_none_either():
    assert sobol(lambda x: 1e6 + 1e-5 * x[:, 0], single(1), Draws(1)) is None
    assert sobol(lambda x: 1e6 + x[:, 0], single(1), Draws(1)) is not None


def test_a_latin_hypercube_has_one_number_in_each_part_of_each_column():
    drawn = stratified(Draws(3), 50, 4)

    assert drawn.shape == (50, 4)
    assert (np.sort(np.floor(drawn * 50), axis=0) == np.arange(50.0)[:, None]).all()
    assert abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 0.5
    assert drawn.max() < 1


def test_the_normal_quantile_agrees_with_scipy():
    shares = np.array([[1e-12, 0.05, 0.5], [0.9, 0.999, 1 - 2**-53]])

    assert normal_quantile(shares) == pytest.approx(scipy.stats.norm.ppf(shares), rel=1e-12, abs=1e-12)
    assert -9 < normal_quantile(np.zeros(1))[0] < -8
    assert 8 < normal_quantile(np.ones(1))[0] < 9


def test_draws_between_two_ends_have_them_as_their_quantiles():
    drawn = between(stratified(Draws(2), 20_000, 1)[:, 0], 0.6, 0.5, 0.9)

    assert quantiles(drawn) == pytest.approx((0.5, 0.9), abs=2e-3)
    assert np.median(drawn) == pytest.approx(0.6, abs=2e-3)


def test_the_correlation_ratio_of_a_sum_is_the_share_of_its_variance():
    drawn = stratified(Draws(4), 4000, 2)
    whole = drawn[:, 0] + 2 * drawn[:, 1]

    found = [correlation_ratio(drawn[:, column], whole) for column in (0, 1)]

    assert [one.value for one in found] == pytest.approx([0.2, 0.8], abs=0.03)
    assert all(one.low < truth < one.high for one, truth in zip(found, (0.2, 0.8), strict=True))


def test_the_correlation_ratio_sees_a_curve_that_a_correlation_does_not():
    x = stratified(Draws(4), 4000, 1)[:, 0] - 0.5

    assert abs(np.corrcoef(x, x**2)[0, 1]) < 0.05
    assert correlation_ratio(x, x**2).value > 0.95


def test_the_correlation_ratio_and_its_interval_are_those_computed_by_hand():
    part, whole = np.arange(40.0), np.repeat([1.0, 2.0, 4.0, 8.0], 10) + np.tile([-0.5, 0.5], 20)

    found = correlation_ratio(part, whole, bins=4)

    inside, total = 40 * 0.25, float(np.sum((whole - whole.mean()) ** 2))
    value = 1 - (inside / 36) / (total / 39)
    half = 1.6448536269514722 * 2 * math.sqrt(value) * (1 - value) / math.sqrt(40)
    assert found == pytest.approx((value, value - half, value + half))
    assert math.sqrt(value) != pytest.approx(value, abs=1e-3)


def test_of_few_values_the_interval_stays_a_share():
    found = correlation_ratio(np.arange(8.0), np.array([0.0, 0.4, 0.0, 0.4, 1.0, 1.4, 1.0, 1.4]), bins=2)

    assert (found.low, found.high) == (pytest.approx(0.67, abs=0.01), 1.0)
    assert 0.8 < found.value < 0.9


def test_bins_explain_nothing_by_chance():
    drawn = stratified(Draws(9), 1000, 2)

    assert correlation_ratio(drawn[:, 0], drawn[:, 1]).value < 0.02


def test_a_part_of_which_one_value_differs_is_not_constant():
    part = np.array([0.0] * 39 + [1.0])

    assert correlation_ratio(part, part) is not None


@pytest.mark.parametrize(("part", "whole"), [(np.ones(50), np.arange(50.0)), (np.arange(50.0), np.ones(50))])
def test_what_is_constant_has_no_correlation_ratio(part, whole):
    assert correlation_ratio(part, whole) is None
