"""Outliers, goalposts, benchmarks and places: the smaller steps of a composite."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from kithline_core.engine.composite import benchmark, ranks, treatment
from kithline_sdk.stats import Draws
from kithline_sdk.stats.sampling import between, normal_quantile

CALM = normal_quantile(Draws(1).uniform(60))
COLUMNS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40).map(np.array)


@given(st.lists(st.integers(-50, 50), min_size=4, max_size=40).map(np.array))
def test_moments_agree_with_scipy(values):
    if len(set(values.tolist())) > 1:
        expected = (scipy.stats.skew(values, bias=False), scipy.stats.kurtosis(values, bias=False))
        assert treatment.moments(values.astype(float)) == pytest.approx(expected, abs=1e-9)


def test_few_or_equal_values_have_no_moments():
    assert treatment.moments(np.array([1.0, 2.0, 9.0])) == treatment.moments(np.ones(9)) == (0, 0)


def test_calm_values_stay_as_they_are_and_nothing_is_logged():
    found = treatment.outliers(CALM)

    assert (found.values.tolist(), found.log) == (CALM.tolist(), [])


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("count", [1, 2])
def test_outliers_are_drawn_in_to_the_next_value_and_logged(side, count):
    values = CALM.copy()
    values[:count] = side * (30 + np.arange(count))

    found = treatment.outliers(values)

    rest = values[count:]
    assert found.values[:count].tolist() == [rest.max() if side > 0 else rest.min()] * count
    assert found.values[count:].tolist() == rest.tolist()
    assert found.log == [f"winsorised {count} of 60"]


@pytest.mark.parametrize("side", [1, -1])
def test_where_five_are_not_enough_the_logarithm_is_taken_in_the_same_order(side):
    values = side * np.exp(6 * CALM)

    found = treatment.outliers(values)

    assert found.log == ["logarithm, since 5 winsorised of 60 were not enough"]
    assert np.argsort(found.values).tolist() == np.argsort(values).tolist()
    assert abs(treatment.moments(found.values)[0]) < abs(treatment.moments(values)[0])


@given(COLUMNS)
def test_treatment_keeps_the_order_and_moves_five_at_most(values):
    found = treatment.outliers(values)

    assert np.isfinite(found.values).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(found.values[order]) >= 0).all()
    if not found.log or found.log[0].startswith("winsorised"):
        assert np.sum(found.values != values) <= treatment.MOST_POINTS


@pytest.mark.parametrize("tiny", [9.70397266e-158, 1e-300])
def test_the_scale_of_a_column_does_not_matter(tiny):
    found = treatment.outliers(np.array([0.0, 0.0, 0.0, tiny]))

    assert np.isfinite(found.values).all()
    assert treatment.moments(np.array([0.0, 0.0, 0.0, tiny])) == pytest.approx((2.0, 4.0))


def test_a_column_at_the_end_of_what_numbers_can_say_stays_finite():
    assert np.isfinite(treatment.outliers(np.array([0.0, 0.0, 0.0, 5e-324])).values).all()


def test_goalposts_are_fixed_so_that_others_do_not_move_mine():
    alone = treatment.to_goalposts(np.array([30.0]), 10, 50)
    among = treatment.to_goalposts(np.array([30.0, 500.0, -3.0, 10.0, 50.0, 49.0]), 10, 50)

    assert alone.values[0] == among.values[0] == 0.5
    assert among.values.tolist() == [0.5, 1, 0, 0, 1, 0.975]
    assert alone.log == ["scaled from 10 (worst) to 50 (best)"]
    assert among.log == [*alone.log, "2 outside the goalposts"]


def test_what_is_better_when_it_is_less_has_its_goalposts_the_other_way_round():
    assert treatment.to_goalposts(np.array([10.0, 20.0, 50.0]), 50, 10).values.tolist() == [1, 0.75, 0]


def test_over_a_sample_the_least_is_nothing_and_the_greatest_everything():
    found = treatment.over_sample(np.array([3.0, 5.0, 4.0]))

    assert (found.values.tolist(), found.log) == ([0, 1, 0.5], ["scaled over the sample, 3 to 5"])


def test_a_scale_without_length_is_refused():
    with pytest.raises(ValueError, match="one place"):
        treatment.to_goalposts(np.ones(2), 3, 3)
    with pytest.raises(ValueError, match="all alike"):
        treatment.over_sample(np.ones(2))


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        ([1.0] * 10, None),
        ([1.0] * 9, "few_tenants"),
        ([1.0] * 9 + [0.0], "few_tenants"),
        ([3.0] + [7 / 9] * 9, None),
        ([3.01] + [6.99 / 9] * 9, "one_too_large"),
        ([], "few_tenants"),
    ],
)
def test_a_benchmark_needs_ten_tenants_none_above_thirty_percent(weights, why):
    assert benchmark.refusal(weights) == why


def rows(middles, half):
    uniform = Draws(5).uniform(1000 * len(middles)).reshape(len(middles), -1)
    drawn = [between(one, m, m - half, m + half) for one, m in zip(uniform, middles, strict=True)]
    return np.array(middles), np.array(drawn)


def test_units_that_stand_apart_are_ranked():
    found = ranks.places(*rows([0.2, 0.8, 0.5, 0.4], 0.02))

    assert [one.rank for one in found] == [4, 1, 2, 3]
    assert [one.interval for one in found] == [(4, 4), (1, 1), (2, 2), (3, 3)]
    assert [one.band for one in found] == [4, 1, 2, 3]


def test_a_rank_that_spans_more_than_a_third_of_the_field_makes_all_of_them_bands():
    found = ranks.places(*rows([0.9, 0.89, 0.88, 0.5, 0.2], 0.04))

    assert [one.rank for one in found] == [None] * 5
    assert [one.band for one in found] == [1, 1, 1, 2, 3]
    assert found[0].interval == (1, 3)


def test_a_rank_that_spans_a_third_is_still_one():
    found = ranks.places(*rows([0.9, 0.899, 0.5, 0.4, 0.2, 0.1], 0.01))

    assert [one.rank for one in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].interval == (1, 2)


def test_of_three_units_two_that_change_places_span_a_third_and_are_ranked():
    found = ranks.places(*rows([0.9, 0.899, 0.1], 0.01))

    assert [(one.rank, one.interval) for one in found] == [(1, (1, 2)), (2, (1, 2)), (3, (3, 3))]


def test_equal_units_share_the_better_rank():
    scores = np.array([0.5, 0.5, 0.1, 0.05])
    found = ranks.places(scores, np.repeat(scores[:, None], 20, axis=1))

    assert [one.rank for one in found] == [1, 1, 3, 4]
    assert [one.band for one in found] == [1, 1, 2, 3]
