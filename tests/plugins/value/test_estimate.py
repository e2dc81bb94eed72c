"""The estimate by hand, against scipy and closed forms, and every guard of the card."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kithline_sdk.testing import check_scorer, snapshot
from kithline_value.estimate import Estimate
from kithline_value.pert import Range
from kithline_value.worth import present_values

PAGE = (Path(__file__).parents[3] / "docs/methods/value.estimate.md").read_text()
STAFF = {"name": "staff", "side": "cost", "count": (1, 1, 1), "unit": (8000, 10000, 12000), "attribution": None}
EXACT = {"count": (1, 1, 1), "attribution": (1, 1, 1)}


@settings(max_examples=40, deadline=None)
@given(low=st.floats(0, 100), width=st.floats(0.01, 1000), place=st.floats(0, 1))
def test_a_factor_is_the_beta_distribution_of_the_card(low, width, place):
    one = Range(low, low + place * width, low + width)
    shape = stats.beta(1 + 4 * place, 5 - 4 * place, loc=low, scale=width)
    shares = np.linspace(0.001, 0.999, 101)

    assert np.abs(one.at(shares) - shape.ppf(shares)).max() <= 1e-6 * width
    assert (one.mean, one.variance) == (pytest.approx(shape.mean()), pytest.approx(shape.var()))


def test_the_example_of_the_method_page_holds(score, line):
    found = score([line("answers"), line(**STAFF)])
    mean = 1000 * 30 * 0.5 - 10000
    spread = (1000**2 + 10000 / 7) * (30**2 + 100 / 7) * (0.5**2 + 0.01 / 7) - 15000**2 + 4e6 / 7

    assert f"{spread - 4e6 / 7:,.0f}" in PAGE
    assert f"{math.sqrt(spread):,.0f} together" in PAGE
    error = math.sqrt(spread / 20_000)
    assert found.measures["p50"] == pytest.approx(mean, abs=8 * error)
    assert found.measures["p90"] - found.measures["p10"] == pytest.approx(2 * 1.2816 * math.sqrt(spread), rel=0.05)
    assert (found.measures["break_even_month"], found.level, found.score) == (1, 4, None)


def test_sums_have_the_mean_and_variance_of_the_closed_form(score, line):
    lines = [line(f"b{one}", count=(one, one + 3, one + 9), unit=(1, 2, 8)) for one in range(1, 6)]

    found = score(lines, seed=3)

    def moments(row):
        factors = [
            Range(*(row[f"{f}_{e}"] for e in ("low", "likely", "high"))) for f in ("count", "unit", "attribution")
        ]
        second = math.prod(one.variance + one.mean**2 for one in factors)
        mean = math.prod(one.mean for one in factors)
        return mean, second - mean**2

    mean, variance = (sum(one) for one in zip(*map(moments, lines), strict=True))
    # A sum of fifteen factors is close to normal: its median is near its mean.
    assert found.measures["p50"] == pytest.approx(mean, abs=0.15 * math.sqrt(variance))
    assert found.measures["p90"] - found.measures["p10"] == pytest.approx(2.563 * math.sqrt(variance), rel=0.06)


def test_a_month_is_worth_a_twelfth_on_the_ramp_discounted_at_its_end(score):
    class Plain:
        horizon_months, ramp_months = 3, 2

    worth = present_values(0.05, Plain, 1)

    by_hand = [0.0, 0.5 / 12 * 1.05 ** (-2 / 12), 1 / 12 * 1.05 ** (-3 / 12)]
    assert worth.tolist() == pytest.approx(np.cumsum(by_hand).tolist())


def test_it_breaks_even_in_the_month_after_which_it_is_never_below_again(score, line):
    cost = line(**STAFF | {"unit": (100, 100, 100)})
    late = line("late", unit=(40, 40, 40), start_month=6, **{**EXACT, "count": (10, 10, 10)})
    lines = [late | {"evidence": "A"}, cost]

    # 100 / 12 a month against 400 / 12 from the seventh month on: level after 8 of 12 months.
    assert score(lines).measures["break_even_month"] == 8
    never = score([cost, line(**{"name": "small", "unit": (1, 1, 1), **EXACT})])
    assert "break_even_month" not in never.measures
    assert [(one.reason, one.have) for one in never.missing if one.what == "break_even_month"] == [
        ("not_within_horizon", 12)
    ]


def test_lines_that_share_a_driver_share_its_draw(score, line):
    one = {"unit": (1, 1, 1), "attribution": (0.5, 0.5, 0.5), "count": (0, 50, 100)}
    apart = score([line("a", **one), line("b", **one)])
    together = score([line("a", driver="calls", **one), line("b", driver="calls", **one)])

    def width(found):
        return found.measures["p90"] - found.measures["p10"]

    assert width(together) == pytest.approx(width(apart) * math.sqrt(2), rel=0.05)
    assert set(together.measures) & {"swing.driver:calls", "swing.a:count"} == {"swing.driver:calls"}


def test_of_lines_that_overlap_the_larger_is_kept(score, line):
    small, large = line("a", unit=(1, 2, 3)), line("b", unit=(10, 20, 30), overlaps="a")
    chained = line("c", unit=(4, 5, 6), overlaps="b")

    found = score([small, large, chained])

    assert found.measures["p50"] == score([line("b", unit=(10, 20, 30))]).measures["p50"]
    assert {one.what: one.reason for one in found.missing if one.reason == "overlaps"} == {
        "a": "overlaps",
        "c": "overlaps",
    }


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"count": None}, "no_count"),
        ({"unit": None}, "no_unit_value"),
        ({"attribution": None}, "no_attribution"),
        ({"count": (5, 4, 9)}, "range_out_of_order"),
        ({"attribution": (0.5, 1, 2)}, "attribution_above_one"),
        ({"kind": "broadcast"}, "no_cap"),
    ],
)
def test_a_line_that_cannot_be_valued_is_listed_with_its_reason(score, line, given, reason):
    found = score([line(), line("b", **given)])

    assert [(one.what, one.reason) for one in found.missing][-3:].count(("b", reason)) == 1
    assert [row["not_valued"] for row in found.tables["lines"]] == [None, reason]
    assert found.measures["p50"] == score([line()]).measures["p50"]


def test_without_any_line_there_is_no_estimate(score, line):
    found = score([line(count=None)])

    assert (found.status, found.reasons, found.level) == ("insufficient", ["no_lines"], None)
    assert {"p10", "p50", "break_even_month"} <= {one.what for one in found.missing}


def test_weak_evidence_attributes_less_and_costs_stay(score, line):
    wide = {"count": (500, 1000, 1500), "unit": (20, 30, 40)}
    full, estimated, borrowed = (score([line(evidence=one, **wide)]).measures["p50"] for one in "BCD")
    cost = {one: score([line(side="cost", evidence=one, **wide)]).measures["p50"] for one in "BD"}

    assert (estimated / full, borrowed / full) == (pytest.approx(0.7), pytest.approx(0.4))
    assert cost["B"] == cost["D"]


def test_a_narrow_range_needs_a_comparison(score, line):
    exact = {"count": (1000, 1000, 1000), "unit": (30, 30, 30), "attribution": (0.5, 0.5, 0.5)}
    shown, claimed = score([line(**exact)]), score([line(evidence="B", **exact)])

    assert shown.measures["p90"] == shown.measures["p10"] == pytest.approx(15_000)
    assert claimed.measures["p90"] > 15_500
    assert [one.code for one in claimed.findings] == ["narrow_range"]


def test_one_driver_is_not_claimed_twice(score, line):
    half = {"driver": "calls", "attribution": (0.8, 0.8, 0.8)}

    found = score([line("a", **half), line("b", **half)])

    whole = score([line("a", driver="calls", attribution=(0.5, 0.5, 0.5)), line("b", driver="calls", attribution=(0.5, 0.5, 0.5))])  # fmt: skip
    assert found.measures["p50"] == pytest.approx(whole.measures["p50"])
    assert [(one.code, one.evidence) for one in found.findings] == [("attributed_twice", "calls: 1.60 of 1")]


def test_productivity_above_a_quarter_of_the_payroll_has_to_be_justified(score, line):
    lines = [line(kind="productivity")]  # 15,000 a year
    fine, unknown = score(lines, payroll=100_000.0), score(lines)
    refused = score(lines, payroll=50_000.0)
    justified = score(lines, payroll=50_000.0, justification="two shifts became one")

    assert (fine.status, fine.findings) == ("ok", [])
    assert [one.code for one in unknown.findings] == ["payroll_unknown"]
    assert (refused.status, refused.reasons) == ("insufficient", ["productivity_above_potential"])
    assert "p50" not in refused.measures
    assert justified.measures["p50"] == fine.measures["p50"]
    assert "two shifts" in justified.findings[0].evidence


def test_the_potential_stands_beside_and_needs_payroll_and_adoption(score, line):
    whole = score([line()], payroll=1000.0, adoption=0.5)
    nobody = score([line()], payroll=1000.0)

    assert (whole.measures["potential_low"], whole.measures["potential_high"]) == (100, 125)
    assert whole.measures["p50"] == nobody.measures["p50"]
    assert {one.reason for one in nobody.missing} == {"no_adoption"}


def test_a_broadcast_is_worth_its_cap_however_far_it_reaches(score, line):
    near = line("posts", kind="broadcast", count=(1e5, 1e5, 1e5))
    far = line("posts", kind="broadcast", count=(1e12, 1e12, 1e12))

    assert score([near], broadcast_cap=500.0).measures["p50"] == pytest.approx(500)
    assert score([far], broadcast_cap=500.0).measures["p50"] == pytest.approx(500)
    assert score([far], broadcast_cap=500.0).findings[0].code == "broadcast_capped"
    assert score([near | {"unit_likely": 1e-6, "unit_low": 0.0, "unit_high": 2e-6}], broadcast_cap=500.0).findings == []


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ([{"side": "cost"}], 0),
        ([{"evidence": "D"}], 1),
        ([{"evidence": "B"}, {"side": "cost", "unit": (2, 28, 60)}], 2),
        ([{"evidence": "B"}], 3),
        ([{"evidence": "A"}, {"evidence": "B", "count": (10, 20, 30)}], 4),
    ],
)
def test_levels(score, line, lines, level):
    found = score([line(str(place), **one) for place, one in enumerate(lines)])

    assert found.level == level
    assert 0.5 <= found.level_probability <= 1


def test_the_largest_swing_is_the_first_advice(score, line):
    found = score([line("a", unit=(29, 30, 31)), line("b", count=(0, 1000, 5000), evidence="B")])

    assert found.recommendations[0].text.startswith("Find out more about b:count")
    assert found.recommendations[1].text.startswith("Hold b against")
    assert max((v, k) for k, v in found.measures.items() if k.startswith("swing."))[1] == "swing.b:count"
    assert score([line(unit=(30, 30, 30), count=(1, 1, 1), attribution=(1, 1, 1))]).recommendations == []


def test_a_thousand_lines_fit_into_memory_and_time(score, line):
    found = score([line(f"l{one}") for one in range(1000)], horizon_months=120)

    assert found.measures["lines_valued"] == 1000


def test_the_monte_carlo_error_is_what_other_draws_differ_by(score, line):
    ends = [score([line(), line(**STAFF)], seed=seed, draws=2000).measures for seed in range(40)]

    spread = float(np.std([one["p10"] for one in ends]))
    # Stratified draws differ less than plain ones would: the error told is the larger.
    assert 0.3 * ends[0]["mc_error_p10"] <= spread <= 1.5 * ends[0]["mc_error_p10"]


def test_the_scorer_passes_the_kit(entry, line):
    whole = snapshot({"value_lines": [line(), line(**STAFF), line("c", count=None)]}, ("2026-01-01", "2027-01-01"))
    empty = snapshot({}, ("2026-01-01", "2027-01-01"))

    found = check_scorer(Estimate(), entry, [whole, empty], drawn=0.05)

    assert [one.status for one in found] == ["ok", "insufficient"]


def test_every_measure_of_the_manifest_stands_on_the_method_page(entry):
    assert [name for name in entry["measures"] if f"`{name}`" not in PAGE] == []
