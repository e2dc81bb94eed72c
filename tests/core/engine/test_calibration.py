"""Probabilities that keep their word are told from those that do not, and what would be said instead is monotone."""

import itertools
import math
import random
from datetime import date

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from kithline_core.engine.calibration import isotonic, pooled, reliability
from kithline_core.engine.calibration.isotonic import Point
from kithline_core.engine.calibration.reliability import NOTHING, Said
from kithline_core.model.calibration import Control
from kithline_sdk.stats import wilson

TODAY = date(2026, 1, 1)


def told(said):
    return reliability.told(reliability.sums(said))


def forecaster(seed, size, true):
    """Say probabilities between .3 and 1, of which so many come true as `true` makes of them."""
    draw = random.Random(seed)
    said = [round(draw.uniform(0.3, 1.0), 3) for _ in range(size)]
    return [Said(one, draw.random() < true(one)) for one in said]


def test_brier_is_the_mean_of_squared_errors_with_its_interval():
    said = [Said(0.9, came=True)] * 8 + [Said(0.6, came=False)] * 4

    found = told(said)

    errors = [0.01] * 8 + [0.36] * 4
    half = 1.6448536269514722 * np.std(errors, ddof=1) / math.sqrt(12)
    assert found.n == 12
    assert found.brier == pytest.approx(np.mean(errors), abs=1e-12)
    assert found.interval == pytest.approx((np.mean(errors) - half, np.mean(errors) + half), abs=1e-9)


@pytest.mark.parametrize(
    ("said", "low"), [(0.0, 0.0), (0.0999, 0.0), (0.1, 0.1), (0.3, 0.3), (0.7, 0.7), (0.95, 0.9), (1.0, 0.9)]
)
def test_a_probability_lies_in_the_bin_that_begins_with_it(said, low):
    (one,) = told([Said(said, came=True)]).bins

    assert one.low == low
    assert one.high == pytest.approx(low + 0.1)


def test_a_bin_says_what_was_said_and_what_came_with_its_interval():
    (one,) = told([Said(0.84, came=True)] * 6 + [Said(0.86, came=False)] * 4).bins

    assert (one.n, one.came) == (10, 0.6)
    assert one.said == pytest.approx(0.848)
    assert one.off == pytest.approx(0.6 - 0.848)
    assert one.interval == wilson(6, 10)
    assert one.by_chance == (one.interval[0] <= 0.848 <= one.interval[1])


@pytest.mark.parametrize(
    ("n", "came", "flagged"), [(30, 24, False), (30, 23, True), (29, 20, False), (100, 80, False), (100, 79, True), (40, 40, False)]
)  # fmt: skip
def test_thirty_or_more_that_are_off_by_more_than_a_tenth_are_flagged(n, came, flagged):
    found = told([Said(0.9, came=True)] * came + [Said(0.9, came=False)] * (n - came))

    assert found.flagged is flagged


def test_nothing_said_is_unknown_and_few_have_no_interval():
    none, few = told([]), told([Said(0.8, came=True)] * 9)

    assert (none.n, none.brier, none.bins, none.flagged) == (0, None, [], False)
    assert few.brier == pytest.approx(0.04)
    assert few.interval == "unquantified: 9 predictions so far; an interval takes 10"


@pytest.mark.parametrize("seed", range(5))
def test_an_overconfident_forecaster_is_flagged_and_a_calibrated_one_is_not(seed):
    over = forecaster(seed, 3000, lambda said: 0.5 + (said - 0.5) * 0.4)
    fair = forecaster(seed, 3000, lambda said: said)

    assert told(over).flagged
    assert [one.off for one in told(over).bins if one.flagged][-1] < -0.1
    assert not told(fair).flagged
    assert told(fair).brier < told(over).brier


def test_what_is_fitted_again_is_not_flagged_any_more():
    def true(said):
        return 0.5 + (said - 0.5) * 0.4

    first, later = forecaster(1, 4000, true), forecaster(2, 4000, true)
    steps = isotonic.fit([Point(one.probability, float(one.came), 1.0) for one in first])

    def now(said):
        return next((step.fitted for step in reversed(steps) if step.low <= said), steps[0].fitted)

    assert not told([Said(now(one.probability), one.came) for one in later]).flagged


@pytest.mark.parametrize("seed", range(40))
def test_the_fit_is_that_of_an_independent_implementation(seed):
    draw = random.Random(seed)
    size = draw.randint(1, 60)
    said = draw.sample(range(1000), size)
    points = [Point(one / 1000, draw.choice([0.0, 1.0, draw.random()]), draw.uniform(0.5, 9)) for one in said]

    steps = isotonic.fit(points)

    ordered = sorted(points)
    other = isotonic_regression([one.came for one in ordered], weights=[one.weight for one in ordered]).x
    mine = [next(step.fitted for step in steps if step.low <= one.said <= step.high) for one in ordered]
    assert mine == pytest.approx(other, abs=1e-12)
    assert all(one.fitted < two.fitted for one, two in itertools.pairwise(steps))


def test_points_of_one_probability_are_one_and_order_does_not_matter():
    points = [Point(0.5, 1.0, 1), Point(0.5, 0.0, 3), Point(0.7, 0.2, 2)]

    (one,) = isotonic.fit(points)

    assert (one.low, one.high) == (0.5, 0.7)
    assert one.fitted == pytest.approx((1 + 0 + 0.4) / 6)
    assert isotonic.fit(points[::-1]) == [one]
    assert isotonic.fit([]) == []


def bins(*said):
    return reliability.sums([Said(*one) for one in said])


def test_a_bin_of_nine_tenants_or_with_a_third_of_one_is_not_pooled():
    alike = [bins((0.85, True), (0.45, False)) for _ in range(10)]

    both = pooled.pool(alike)
    nine = pooled.pool([*alike[:9], bins((0.45, False))])
    third = pooled.pool([*alike[:9], bins(*[(0.85, True)] * 4, (0.45, False))])

    assert [one.n for one in both if one.n] == [10, 10]
    assert [one.n for one in nine] == [0, 0, 0, 0, 10, 0, 0, 0, 0, 0]
    assert third[8] == NOTHING
    assert pooled.fair([1] * 10)
    assert pooled.fair([3.8] + [1] * 9)
    assert not pooled.fair([4.0] + [1] * 9)
    assert not pooled.fair([])


def test_only_what_is_flagged_is_fitted_again():
    off = reliability.sums([Said(0.95, came=number % 10 < 7) for number in range(100)] + [Said(0.55, came=True)] * 2)
    fair = reliability.sums([Said(0.75, came=number % 4 < 3) for number in range(100)])

    steps = pooled.refitted(off, reliability.told(off))

    (one,) = steps
    assert (one.low, one.high, one.fitted) == (0.55, 0.95, 0.71)
    assert one.interval == (0.62, 0.78)
    assert pooled.refitted(fair, reliability.told(fair)) is None


def test_control_points_are_the_median_and_the_ninetieth_percentile_as_five_tenants_around_them_have_it():
    even = [float(one) for one in range(1, 22)]
    uneven = [*even[:-3], 20.0, 21.0, 29.4]

    found = pooled.control(even, [], TODAY)

    assert found == Control(median=11.0, ninetieth=19.0, tenants=21, announced_on=TODAY)
    assert found.interval.startswith("unquantified: ")
    # Ranks 17 to 21: 17, 18, 20, 21 and 29.4 make 21.08.
    assert pooled.control(uneven[::-1], [], TODAY).ninetieth == 21.0


@pytest.mark.parametrize(("announced", "moves"), [(date(2025, 1, 1), True), (date(2025, 1, 2), False)])
def test_control_points_move_once_a_year(announced, moves):
    kept = [Control(median=1, ninetieth=2, tenants=10, announced_on=date(2020, 1, 1)),
            Control(median=1, ninetieth=2, tenants=10, announced_on=announced)]  # fmt: skip

    found = pooled.control([float(one) for one in range(1, 22)], kept, TODAY)

    assert isinstance(found, Control) is moves
    assert moves or found == f"points were announced on {announced}; they move once a year"


@pytest.mark.parametrize("values", [[1.0] * 21, [0.0] * 14 + [1.0] * 7, [-1.0] * 21, [1.001] * 14 + [1.002] * 7])
def test_a_distribution_that_does_not_rise_gives_no_curve(values):
    assert "no rise" in pooled.control(values, [], TODAY)


@pytest.mark.parametrize(("tenants", "have"), [(0, "fewer than ten"), (9, "fewer than ten"), (10, "10"), (20, "20")])
def test_too_few_tenants_give_no_curve_and_under_ten_are_not_counted(tenants, have):
    assert pooled.control([1.0] * tenants, [], TODAY) == f"{have} tenants have the figure; 21 are needed"


def test_of_no_probabilities_every_bin_adds_up_to_nothing():
    assert set(reliability.sums([])) == {NOTHING}
