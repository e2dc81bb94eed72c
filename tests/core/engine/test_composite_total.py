"""A total is a tenant's own, says how much of it hangs on choices, and is never there without its parts."""

import math
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
import scipy.stats

from helpers.indices import MAP, unit, variant
from kithline_core.engine.composite import missing, total, value
from kithline_core.engine.composite.total import CHOICES, Chosen, Rule
from kithline_sdk.stats import Draws

TESTS = Path(__file__).parents[2]
ALL = {"depth": 0.7, "purpose": 0.5, "network": 0.4, "supply": 0.6, "readiness": 0.3}
EQUAL = Rule(dict.fromkeys(ALL, 0.2), geometric=True)


def whole(rule=EQUAL, half=0.1, **scores):
    (found,) = total.completed(rule, [unit(half=half, **{**ALL, **scores})])
    return found


def of(*units, **more):
    return value.of(MAP, variant(**more), units)


def test_by_default_five_indices_are_multiplied_with_equal_weights():
    found = of(unit(**ALL))

    expected = math.prod(ALL.values()) ** 0.2
    assert found.score == pytest.approx(100 * expected, abs=0.05)
    assert (found.status, found.aggregation, found.weighting) == ("ok", "geometric", "equal")
    assert found.weights == dict.fromkeys(ALL, 0.2)
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(math.log(expected), abs=1e-9)
    assert {one.index for one in found.parts} == set(ALL)


def test_added_up_instead_contributions_are_points():
    found = of(unit(**ALL), aggregation="arithmetic")

    assert found.score == 50.0
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(50.0)


def test_multiplied_a_weak_index_is_not_bought_out_by_a_strong_one():
    even, uneven = (dict.fromkeys(ALL, score) for score in (0.5, 0.5))
    uneven |= {"depth": 1.0, "purpose": 0.0}

    assert of(unit(**uneven)).score < of(unit(**even)).score
    assert of(unit(**uneven)).score > 0
    assert of(unit(**uneven), aggregation="arithmetic").score == of(unit(**even), aggregation="arithmetic").score


def test_an_unknown_index_leaves_no_total_and_the_parts_stand():
    found = of(unit(**{**ALL, "supply": None}))

    assert (found.status, found.score, found.interval, found.drivers) == ("insufficient", None, None, [])
    assert (found.measures, found.field) == ({}, [])
    assert [one.score for one in found.parts].count(None) == 1
    assert [one.what for one in found.missing] == ["the index supply"]


def test_a_total_of_some_indices_needs_only_those():
    found = of(unit(**{**ALL, "supply": None}), indices=["depth", "network"])

    assert found.score == pytest.approx(100 * math.sqrt(0.7 * 0.4), abs=0.05)
    assert [one.index for one in found.parts] == ["depth", "network"]


def test_a_provisional_index_makes_the_total_so():
    own = unit(**ALL)
    shaky = own.indices["depth"]._replace(status="provisional", reasons=["coverage"])

    found = of(own._replace(indices={**own.indices, "depth": shaky}))

    assert (found.status, found.reasons) == ("provisional", ["coverage"])


def test_switched_on_an_unknown_index_is_the_mean_of_the_other_windows_and_makes_it_provisional():
    units = [
        unit("a", **{**ALL, "supply": 0.2}),
        unit("b", **{**ALL, "supply": 0.4}),
        unit("c", **{**ALL, "supply": None}),
    ]

    found, without = of(*units, imputation="group_mean"), of(*units)

    assert without.score is None
    assert found.score == of(unit(**{**ALL, "supply": 0.3})).score
    assert (found.status, found.imputed, found.imputed_share) == ("provisional", ["supply"], 0.2)
    assert "imputed" in found.reasons
    assert found.interval[0] < found.score < found.interval[1]


def test_what_no_window_knows_is_not_imputed():
    assert of(unit(**{**ALL, "supply": None}), imputation="group_mean").score is None
    filled = missing.by_group_mean(np.array([[1.0, np.nan, np.nan], [3.0, np.nan, 2.0]]))
    assert np.array_equal(filled, [[1, np.nan, 2], [3, np.nan, 2]], equal_nan=True)


def test_the_interval_of_the_total_is_wider_than_what_its_parts_alone_would_give():
    found, certain = of(unit(**ALL)), of(unit(half=0.0, **ALL))

    assert found.interval[0] < found.score < found.interval[1]
    assert found.intervals["score"] == pytest.approx(found.interval, abs=0.05)
    assert certain.interval[1] - certain.interval[0] > 1, "choices alone make it uncertain"
    assert found.interval[1] - found.interval[0] > certain.interval[1] - certain.interval[0]


def test_choices_are_drawn_as_they_are_told():
    drawn = total.choices(EQUAL, Draws(1).uniform(60_000 * 7).reshape(-1, 7))

    assert np.sum(drawn.weights, axis=0) == pytest.approx(np.ones(60_000))
    left_out = np.sum(drawn.weights == 0, axis=0)
    assert set(left_out.tolist()) == {0, 1}
    assert np.mean(left_out == 0) == pytest.approx(1 / 6, abs=0.01)
    assert np.mean(drawn.geometric) == pytest.approx(0.5, abs=0.01)
    everybody = drawn.weights[:, left_out == 0]
    assert (everybody.max(axis=0) / everybody.min(axis=0)).max() == pytest.approx(1.25 / 0.75, rel=0.05)
    skewed = total.choices(Rule({"depth": 0.9, "supply": 0.1}, geometric=True), np.full((1, 4), 0.3))
    assert skewed.weights[:, 0].tolist() == pytest.approx([0.9, 0.1])


def test_the_sobol_indices_are_those_of_an_independent_computation():
    unit_, rule = whole(half=0.2), EQUAL
    ours = total.sensitivity(rule, unit_, Draws(4))

    def by_hand(order):
        """Brute force over whole groups: variance of conditional means, by nested draws."""
        outer, inner, columns = 400, 400, unit_.columns + 7
        groups = dict(zip(CHOICES, (range(5), range(5, 10), [10], [11]), strict=True))
        rng = np.random.default_rng(1)
        fixed, free = rng.random((outer, columns)), rng.random((outer, inner, columns))
        whole_variance = np.var(_totals(rule, unit_, free.reshape(-1, columns)))
        found = {}
        for name, group in groups.items():
            mixed = free.copy()
            held = list(group) if order == "first" else [c for c in range(columns) if c not in set(group)]
            mixed[:, :, held] = fixed[:, None, held]
            totals = _totals(rule, unit_, mixed.reshape(-1, columns)).reshape(outer, inner)
            inside = np.mean(totals.var(axis=1, ddof=1))
            found[name] = (
                np.var(totals.mean(axis=1)) - inside / inner if order == "first" else inside
            ) / whole_variance
        return found

    first, rest = by_hand("first"), by_hand("total")
    assert {name: one.first.value for name, one in ours.items()} == pytest.approx(first, abs=0.08)
    assert {name: one.total.value for name, one in ours.items()} == pytest.approx(rest, abs=0.08)


def _totals(rule, one, uniform):
    chosen = total.choices(rule, uniform[:, one.columns :])
    ends = [(score - 0.2, score + 0.2) for score in one.scores]
    spread = 0.2 / scipy.stats.norm.ppf(0.95)
    drawn = np.array([scipy.stats.norm.ppf(column, (low + high) / 2, spread) for column, (low, high) in
                      zip(uniform[:, : one.columns].T, ends, strict=True)])  # fmt: skip
    return total.combined(np.clip(drawn, 0, 1), chosen)


def test_the_published_names_are_those_of_the_appendix():
    found = of(unit("a", **ALL), unit("b", **ALL))

    names = {
        "score", "rank_interval", "leave_one_out_shift",
        *(f"effective_weight.{name}" for name in ALL), *(f"leave_one_out_shift.{name}" for name in ALL),
        *(f"{order}.{choice}" for order in ("sobol_first", "sobol_total") for choice in CHOICES),
    }  # fmt: skip
    assert names <= set(found.measures) <= names | {"rank", "band"}
    assert set(found.intervals) == set(found.measures)


def test_shares_of_the_variance_are_told_with_intervals_that_hold_them():
    found = of(unit(**ALL))

    for choice in CHOICES:
        first, whole_ = found.measures[f"sobol_first.{choice}"], found.measures[f"sobol_total.{choice}"]
        assert 0 <= first <= 1
        assert first <= whole_ + 0.1
        low, high = found.intervals[f"sobol_total.{choice}"]
        assert low <= whole_ <= high
    assert sum(found.measures[f"sobol_first.{choice}"] for choice in CHOICES) <= 1.1


def test_without_the_weakest_index_the_total_rises_by_what_is_published():
    found = of(unit(**ALL), aggregation="arithmetic")

    assert found.measures["leave_one_out_shift.readiness"] == pytest.approx(55 - 50)
    assert abs(found.measures["leave_one_out_shift"]) == pytest.approx(5)
    low, high = found.intervals["leave_one_out_shift.readiness"]
    assert low < 5 < high


def test_where_no_part_has_an_interval_nothing_is_effective_and_shifts_are_unquantified():
    found = of(unit(half=0.0, **ALL))

    lacking = {one.what: one.reason for one in found.missing}
    assert lacking["effective_weight.depth"] == "nothing_varies"
    assert found.intervals["leave_one_out_shift"] == "unquantified: no part has an interval"
    assert found.measures["sobol_total.parts"] == 0


def test_where_choices_change_nothing_there_is_no_sensitivity():
    alike = dict.fromkeys(ALL, 0.5)
    found = of(unit(half=0.0, **alike))

    assert {one.reason for one in found.missing if one.what.startswith("sobol")} == {"nothing_varies"}
    assert found.interval == (50.0, 50.0)


def test_an_effective_weight_is_seen_over_windows_too():
    units = [unit(str(n), 0.0, depth=0.1 + 0.08 * n, network=0.5) for n in range(11)]

    found = of(*units, indices=["depth", "network"], aggregation="arithmetic")

    assert found.measures["effective_weight.depth"] > 0.95
    assert "effective_weight.network" not in found.measures


def test_one_window_has_no_rank():
    found = of(unit(**ALL))

    assert {one.what: one.reason for one in found.missing if "rank" in one.what} == {
        "rank": "one_window", "rank_interval": "one_window",
    }  # fmt: skip


def test_windows_that_stand_apart_have_ranks():
    units = [unit(str(n), 0.01, **dict.fromkeys(ALL, 0.1 + 0.2 * n)) for n in range(4)]

    found = of(*units)

    assert [one.rank for one in found.field] == [4, 3, 2, 1]
    assert [one.band for one in found.field] == [4, 3, 2, 1]
    assert (found.measures["rank"], found.intervals["rank"], found.measures["rank_interval"]) == (1, (1, 1), "1-1")
    assert [one.holds for one in found.field] == [None, 1.0, 1.0, 1.0]
    assert found.field[-1].window_end == "3"
    assert found.field[-1].interval == found.interval


def test_windows_that_cannot_be_told_apart_have_bands_and_no_ranks():
    units = [unit(str(n), 0.2, **dict.fromkeys(ALL, 0.5 + n / 1000)) for n in range(5)]

    found = of(*units)

    assert [one.rank for one in found.field] == [None] * 5
    assert {one.band for one in found.field} == {1}
    assert all(0.4 < one.holds < 0.6 for one in found.field if one.holds is not None)
    assert {one.what: one.reason for one in found.missing} == {"rank": "banded"}
    assert found.measures["band"] == 1


def test_windows_without_a_total_are_not_in_the_field():
    found = of(unit("a", **{**ALL, "depth": None}), unit("b", **ALL), unit("c", **ALL))

    assert [one.window_end for one in found.field] == ["b", "c"]


def test_neither_name_nor_reason_enters_the_key():
    one = value.of(MAP, variant(), [unit(**ALL)])
    other = value.of(MAP, msgspec.structs.replace(variant(), variant="x", reason="y"), [unit(**ALL)])

    assert (one.key, one.measures) == (other.key, other.measures)
    assert of(unit(**ALL), aggregation="arithmetic").key != one.key


PROGRAM = """
import sys, msgspec
sys.path.insert(0, {path!r})
from helpers.indices import MAP, unit, variant
from kithline_core.engine.composite import value
found = value.of(MAP, variant(), [unit("a", **{ALL!r}), unit("b", **{{**{ALL!r}, "depth": 0.2}})])
sys.stdout.buffer.write(msgspec.json.encode(found))
"""


@pytest.mark.parametrize(("seed", "features"), [("7", "X86_V4"), ("random", "X86_V3 X86_V4")])
def test_the_same_results_give_the_same_bytes_under_any_hash_seed_and_processor(seed, features):
    here = msgspec.json.encode(of(unit("a", **ALL), unit("b", **{**ALL, "depth": 0.2})))

    there = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(path=str(TESTS), ALL=ALL)],
        env={**os.environ, "PYTHONHASHSEED": seed, "NPY_DISABLE_CPU_FEATURES": features},
        capture_output=True, check=True,
    )  # fmt: skip

    assert there.stdout == here


def test_equal_weights_and_a_chosen_mean_are_plain_arithmetic():
    chosen = Chosen(np.array([[0.5], [0.5]]), np.array([False, True]))

    assert total.combined(np.array([[0.2, 0.2], [0.8, 0.8]]), chosen) == pytest.approx([0.5, 0.4])
