"""Gini, absence factor and top shares: by hand, and Gini against the mean difference of all pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_sdk.stats import absence_factor, gini, top, top_share

AMOUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=30)


@given(amounts=AMOUNTS.filter(any))
def test_gini_is_half_the_relative_mean_difference(amounts):
    held = np.array(amounts, float)
    every = np.abs(held[:, None] - held[None, :]).mean()

    assert gini(held) == pytest.approx(every / (2 * held.mean()), abs=1e-9)


@given(amounts=AMOUNTS.filter(any), share=st.sampled_from([0.5, 0.8, 1.0]))
def test_the_absence_factor_is_the_fewest_with_the_share(amounts, share):
    held = sorted(amounts, reverse=True)

    fewest = absence_factor(np.array(amounts, float), share)

    assert sum(held[:fewest]) >= share * sum(held) * (1 - 1e-9)
    assert sum(held[: fewest - 1]) < share * sum(held)


def test_by_hand():
    held = np.array([50.0, 30.0, 10.0, 10.0])

    assert gini(held) == pytest.approx((2 * (10 + 20 + 90 + 200) / (4 * 100)) - 5 / 4)
    assert (absence_factor(held), absence_factor(held, 0.8), top_share(held, 0.01)) == (1, 2, 0.5)
    assert (top(40, 0.05), top(41, 0.05), top(3, 0.01)) == (2, 3, 1)


def test_of_nothing_there_is_no_share():
    assert (gini(np.zeros(3)), absence_factor(np.zeros(3)), top_share(np.zeros(0), 0.5)) == (None, None, None)
