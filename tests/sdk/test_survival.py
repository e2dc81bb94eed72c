"""Kaplan-Meier with Greenwood's intervals, against lifelines."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_sdk.stats import kaplan_meier

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the oracle's own imports warn of is not ours
    from lifelines import KaplanMeierFitter

UNIT = st.tuples(st.integers(0, 12), st.booleans())


def fitted(durations, ended):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of intervals that are not defined
        return KaplanMeierFitter(alpha=0.1).fit(durations, ended)


@settings(deadline=None, max_examples=60)
@given(units=st.lists(UNIT, min_size=1, max_size=40).filter(lambda units: any(ended for _, ended in units)))
def test_curve_and_interval_agree_with_lifelines(units):
    durations, ended = np.array([float(at) for at, _ in units]), np.array([over for _, over in units])
    oracle = fitted(durations, ended)

    curve = kaplan_meier(durations, ended)

    for time in range(14):
        assert curve.at(time) == pytest.approx(float(oracle.predict(time)), abs=1e-12)
        low, high = oracle.confidence_interval_.asof(time)
        if 0 < curve.at(time) < 1:
            assert curve.interval(time) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
        else:
            assert curve.interval(time) == (0.0, 1.0)
    median = oracle.median_survival_time_
    # The oracle adds logarithms: a curve that stands at one half exactly is a rounding above or below it there.
    if not np.isclose(curve.survival, 0.5, atol=1e-9).any():
        assert curve.median() == (None if np.isinf(median) else median)


def test_by_hand():
    # Five people: silent after 2, 4 and 4 weeks; two still there after 3 and 6.
    curve = kaplan_meier(np.array([2.0, 3.0, 4.0, 4.0, 6.0]), np.array([True, False, True, True, False]))

    assert (curve.at(1), curve.at(2), curve.at(3.9)) == (1.0, pytest.approx(4 / 5), pytest.approx(4 / 5))
    assert curve.at(4) == pytest.approx(4 / 5 * 1 / 3)
    assert curve.median() == 4.0


def test_weights_count_like_as_many_units():
    durations, ended = np.array([1.0, 2.0, 5.0]), np.array([True, False, True])

    weighted = kaplan_meier(durations, ended, np.array([2.0, 1.0, 3.0]))
    plain = kaplan_meier(np.repeat(durations, [2, 1, 3]), np.repeat(ended, [2, 1, 3]))

    assert [weighted.at(t) for t in (0, 1, 2, 5)] == [plain.at(t) for t in (0, 1, 2, 5)]
    assert weighted.interval(1) == plain.interval(1)


def test_where_it_happened_to_nobody_the_curve_stays_at_one():
    curve = kaplan_meier(np.array([3.0, 4.0]), np.array([False, False]))

    assert (curve.at(9), curve.interval(9), curve.median()) == (1.0, (0.0, 1.0), None)
