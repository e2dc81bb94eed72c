"""Questionnaires: the page's example, oracles, care, gaps, marks."""

import csv
import os
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.decomposition import FactorAnalysis

from kithline_sdk.stats.item_response import rasch, two_parameter
from kithline_sdk.stats.scaling import scalogram
from kithline_sdk.testing import check_scorer, scorer_entry, snapshot
from kithline_survey.fisher import f_quantile
from kithline_survey.quality.scorer import Quality

PAGE = (Path(__file__).parents[3] / "docs/methods/instrument.quality.md").read_text()
DATA = os.environ.get("KITHLINE_REAL_DATA")


def oracle(module):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return __import__(module)


def likert(people, items, seed, noise=1.0):
    random = np.random.default_rng(seed)
    common = random.normal(size=(people, 1)) * random.uniform(0.5, 1.5, size=items)
    return np.clip(np.rint(3 + common + noise * random.normal(size=(people, items))), 1, 5)


def test_the_example_of_the_method_page_holds(quality, answered):
    found = quality(answered([[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 5], [5, 5, 4]]), no_floor=True)

    assert f"{found.measures['alpha.d']:.6f}" == "0.936416"
    assert "= 0.936416" in PAGE
    low, high = found.intervals["alpha.d"]
    assert f"{low:.3f} to {high:.3f}" in PAGE


@pytest.mark.parametrize(("share", "above", "below"), [(p, a, b) for p in (0.05, 0.5, 0.95) for a in (1, 3.7, 300) for b in (2, 90.5, 5000)])  # fmt: skip
def test_quantiles_of_f_agree_with_scipy(share, above, below):
    assert f_quantile(share, above, below) == pytest.approx(stats.f.ppf(share, above, below), rel=1e-9)


@pytest.mark.parametrize(("people", "items", "seed"), [(40, 3, 1), (200, 7, 2), (33, 12, 3)])
def test_alpha_omega_and_item_rest_agree_with_the_oracles(quality, answered, people, items, seed):
    table = likert(people, items, seed)
    frame = pd.DataFrame(table)

    found = quality(answered(table))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, ends = oracle("pingouin").cronbach_alpha(frame, ci=0.9)
    assert found.measures["alpha.d"] == pytest.approx(value, abs=1e-9)
    assert found.intervals["alpha.d"] == pytest.approx(tuple(ends), abs=6e-4)  # the oracle rounds to three digits
    standard = (frame - frame.mean()) / frame.std(ddof=0)
    fitted = FactorAnalysis(1, tol=1e-12, max_iter=50_000).fit(standard)
    shared = fitted.components_[0].sum() ** 2
    assert found.measures["omega.d"] == pytest.approx(shared / (shared + fitted.noise_variance_.sum()), abs=1e-4)
    for place in range(items):
        rest = np.corrcoef(table[:, place], table.sum(axis=1) - table[:, place])[0, 1]
        assert found.measures[f"item_rest.i{place:02}"] == pytest.approx(rest, abs=1e-9)


def test_with_gaps_complete_and_pairwise_sheets_differ_as_pandas_says(quality, answered):
    table = likert(80, 4, 5)
    table[np.random.default_rng(6).random(table.shape) < 0.1] = np.nan
    frame = pd.DataFrame(table)

    found = quality(answered(table)).measures

    def alpha(spread):
        return 4 / 3 * (1 - np.trace(spread) / spread.sum())

    assert found["alpha.d"] == pytest.approx(alpha(frame.dropna().cov().to_numpy()), abs=1e-9)
    assert found["alpha_pairwise.d"] == pytest.approx(alpha(frame.cov().to_numpy()), abs=1e-9)
    enough = frame[frame.notna().mean(axis=1) >= 0.6]
    assert found["mean.d"] == pytest.approx(enough.mean(axis=1).mean(), abs=1e-9)
    assert found["item_mean.i02"] == pytest.approx(frame[2].mean(), abs=1e-9)
    assert (found["missing_cells"], found["complete_respondents"]) == (frame.isna().sum().sum(), len(frame.dropna()))


def test_items_that_count_the_other_way_are_turned(quality, answered):
    table = likert(60, 4, 8)
    turned = table.copy()
    turned[:, 1] = 6 - turned[:, 1]
    items = [{"questionnaire": "q", "version": "1", "item": "i01", "minimum": 1.0, "maximum": 5.0, "reverse": True}]

    assert quality(answered(turned), items).measures == pytest.approx(quality(answered(table)).measures)
    # Without declared ends those that were given count.
    plain = [items[0] | {"minimum": None, "maximum": None}]
    assert quality(answered(turned), plain).measures["alpha.d"] == pytest.approx(
        quality(answered(table)).measures["alpha.d"]
    )


def test_the_dimension_is_that_of_the_questionnaire_where_the_answer_names_none(quality, answered):
    rows = answered(likert(40, 3, 1), dimension=None)
    items = [{"questionnaire": "q", "version": "1", "item": f"i0{n}", "dimension": "told"} for n in range(2)]

    found = quality(rows, items)

    assert {"alpha.told", "item_mean.i00"} <= set(found.measures)
    assert "item_mean.i02" not in found.measures
    assert [(one.what, one.reason) for one in found.missing] == [("omega.told", "few_items")]


def test_a_dimension_of_two_questionnaires_is_told_apart(quality, answered):
    rows = answered(likert(40, 3, 1)) + answered(likert(40, 3, 2), questionnaire="r", items=["x", "y", "z"])

    assert {"alpha.q:d", "alpha.r:d"} <= set(quality(rows).measures)


def test_straight_lines_hurry_and_copies_are_counted(quality, answered):
    items = [f"i{n:02}" for n in range(24)]
    careful = [[(7 * person + item * item) % 5 for item in range(24)] for person in range(30)]
    straight = [[1, 2, *[3] * 20, 1, 2], [4] * 24, [0, *[2] * 19, 1, 1, 0, 3]]
    rows = answered([*careful, *straight, careful[0]], items=items)
    for row in rows:
        row["seconds"] = 1.0 if row["respondent"] in {"p0003", "p0004"} else 5.0

    found = quality(rows).measures

    assert (found["straightliners"], found["speeders"]) == (2, 2)
    copied = pd.DataFrame([*careful, *straight, careful[0]]).duplicated().sum()
    assert found["duplicates"] == copied


def test_a_straight_line_is_counted_before_items_are_turned_and_across_gaps(quality, answered):
    row = [3] * 12 + [None] * 2 + [3] * 8
    items = [{"questionnaire": "q", "version": "1", "item": f"i{n:02}", "reverse": n % 2 == 0} for n in range(22)]
    many = [[(5 * p + n * n) % 5 for n in range(22)] for p in range(10)]

    assert quality(answered([row, *many]), items).measures["straightliners"] == 1


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (lambda t: np.random.default_rng(1).integers(1, 6, t.shape).astype(float), "alpha"),
        (lambda t: np.column_stack([t[:, :-1], np.random.default_rng(2).integers(1, 6, len(t))]), "item-rest"),
        (lambda t: np.where(np.add.outer(np.arange(len(t)) % 5, np.zeros(t.shape[1])) + np.arange(t.shape[1]) == 0, np.nan, t), "missing"),
    ],
)  # fmt: skip
def test_a_dimension_that_misses_a_mark_is_told_item_by_item(quality, answered, spoil, clause):
    good = likert(100, 5, 3, noise=0.6)

    kept, spoilt = quality(answered(good)), quality(answered(spoil(good)))

    assert [one.code for one in kept.findings] == ["may_be_summed"]
    assert [(one.code, clause in one.clause) for one in spoilt.findings] == [("item_by_item", True)]
    assert (kept.measures["dimensions_summed"], spoilt.measures["dimensions_summed"]) == (1, 0)
    assert (kept.recommendations, spoilt.recommendations[0].code) == ([], "mend_dimension")


def binary(people, items, seed, slopes=True):
    random = np.random.default_rng(seed)
    ability, hard = random.normal(size=(people, 1)), np.linspace(-1.5, 1.5, items)
    slope = random.uniform(0.8, 1.8, items) if slopes else np.ones(items)
    return (random.random((people, items)) < 1 / (1 + np.exp(-slope * (ability - hard)))).astype(np.int64)


def log_likelihood(flags, slope, difficulty):
    """The marginal likelihood by scipy's own quadrature of one pattern after the other."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    chance = 1 / (1 + np.exp(-slope[:, None] * (nodes[None, :] - difficulty[:, None])))
    score = flags @ np.log(chance) + (1 - flags) @ np.log(1 - chance)
    return float(np.log(np.exp(score) @ weights).sum())


@pytest.mark.parametrize(("people", "items", "seed"), [(500, 5, 1), (1500, 10, 2)])
def test_the_two_parameter_model_is_at_least_as_likely_as_that_of_the_oracle(people, items, seed):
    flags = binary(people, items, seed)

    ours, theirs = two_parameter(flags), oracle("girth").twopl_mml(flags.T)

    assert ours.discrimination == pytest.approx(theirs["Discrimination"], abs=0.01)
    assert ours.difficulty == pytest.approx(theirs["Difficulty"], abs=0.01)
    here = log_likelihood(flags, ours.discrimination, ours.difficulty)
    assert here == pytest.approx(ours.log_likelihood, abs=1e-4)
    assert here >= log_likelihood(flags, theirs["Discrimination"], theirs["Difficulty"]) - 1e-6


@pytest.mark.parametrize(("people", "items", "seed"), [(1000, 10, 4), (2000, 6, 5)])
def test_the_rasch_model_is_at_least_as_likely_as_that_of_the_oracle(people, items, seed):
    flags = binary(people, items, seed, slopes=False)

    ours, theirs = rasch(flags), oracle("girth").rasch_mml(flags.T)["Difficulty"]

    assert ours.difficulty - ours.difficulty.mean() == pytest.approx(theirs - theirs.mean(), abs=0.01)
    one = np.ones(items)
    assert log_likelihood(flags, one, ours.difficulty) >= log_likelihood(flags, one, theirs) - 1e-6


def test_a_dimension_of_yes_and_no_has_a_scale(quality, answered):
    flags = binary(300, 5, 7)

    found = quality(answered(flags)).measures

    scale = scalogram(flags)
    assert (found["guttman_errors.d"], found["reproducibility.d"]) == (scale.errors, scale.reproducibility)
    assert found["loevinger_h.d"] == scale.loevinger_h
    fitted = two_parameter(flags)
    assert found["irt_difficulty.i03"] == pytest.approx(fitted.difficulty[3], abs=1e-7)
    assert sum(found[f"rasch_difficulty.i0{n}"] for n in range(5)) == pytest.approx(0, abs=1e-6)


def test_items_that_all_or_nobody_passes_have_no_difficulty(quality, answered):
    flags = binary(150, 4, 7)
    flags[:, 2] = 1

    found = quality(answered(flags))

    assert "irt_difficulty.i02" not in found.measures
    assert ("irt_difficulty.i02", "all_or_none") in {(one.what, one.reason) for one in found.missing}
    few = quality(answered(binary(40, 4, 7)))
    assert ("irt_difficulty.i00", "few_respondents") in {(one.what, one.reason) for one in few.missing}
    alone = binary(150, 2, 3)
    alone[:, 0] = 0
    assert not any(one.startswith("irt") for one in quality(answered(alone)).measures)


def by_sets(flags):
    """The scalogram counted unit by unit."""
    order = sorted(range(len(flags[0])), key=lambda item: (-sum(row[item] for row in flags), item))
    errors = observed = 0
    for row in flags:
        said = [row[item] for item in order]
        errors += sum(one != (place < sum(said)) for place, one in enumerate(said))
        observed += sum(not said[a] and said[b] for a in range(len(said)) for b in range(a + 1, len(said)))
    passed = [sum(row[item] for row in flags) for item in order]
    pairs = [(a, b) for a in range(len(order)) for b in range(a + 1, len(order))]
    expected = sum(passed[b] * (len(flags) - passed[a]) / len(flags) for a, b in pairs)
    return errors, None if not expected else 1 - observed / expected


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda k: st.lists(st.lists(st.integers(0, 1), min_size=k, max_size=k), min_size=1, max_size=12)
    )
)
def test_the_scalogram_is_what_counting_gives(flags):
    found = scalogram(np.array(flags))

    errors, h = by_sets(flags)
    assert found.errors == errors
    assert found.loevinger_h == (None if h is None else pytest.approx(h))
    share = np.mean(flags, axis=0)
    mmr = np.maximum(share, 1 - share).mean()
    assert found.minimal_marginal_reproducibility == pytest.approx(mmr)
    assert found.scalability == (None if mmr == 1 else pytest.approx((found.reproducibility - mmr) / (1 - mmr)))


def test_a_perfect_scale_has_no_errors():
    found = scalogram(np.tril(np.ones((5, 4), int), -1))

    assert (found.errors, found.reproducibility, found.scalability, found.loevinger_h) == (0, 1, 1, 1)


def test_figures_of_fewer_than_five_people_are_absent(quality, answered):
    table = likert(30, 4, 1)
    table[4:, 1] = np.nan

    found = quality(answered(table))

    reasons = {one.what: one.reason for one in found.missing}
    assert (reasons["alpha.d"], reasons["item_mean.i01"]) == ("floor", "floor")
    assert "alpha.d" not in found.measures
    assert "item_mean.i00" in found.measures
    assert set(quality(answered(table[:3])).measures) == {"respondents", "dimensions", "dimensions_summed"}
    nobody = likert(30, 2, 1)
    nobody[::2, 0], nobody[1::2, 1] = np.nan, np.nan
    assert {one.what: one.reason for one in quality(answered(nobody)).missing}["alpha.d"] == "no_complete_rows"


def test_what_has_no_spread_has_no_alpha(quality, answered):
    found = quality(answered([[3, 3, 3]] * 30))

    assert {one.reason for one in found.missing} == {"no_spread"}
    assert quality(answered([[n % 5] for n in range(30)])).measures["item_mean.i00"] == 2.0


@pytest.mark.skipif(DATA is None, reason="KITHLINE_REAL_DATA is not set")
def test_the_attitude_survey_has_its_known_alpha(quality, answered):
    with (Path(DATA) / "attitude_survey" / "attitude.csv").open() as file:
        rows = [
            {name: float(value) for name, value in row.items() if name != "rownames"} for row in csv.DictReader(file)
        ]

    found = quality(answered([list(row.values()) for row in rows], items=list(rows[0])))

    assert f"{found.measures['alpha.d']:.4f}" == "0.8431"


def test_the_scorer_passes_the_kit(answered):
    window = ("2026-01-01", "2026-04-01")
    full = snapshot({"answers": answered(likert(40, 4, 2))}, window)
    yes = snapshot({"answers": answered(binary(120, 4, 2))}, window)

    found = check_scorer(
        Quality(), scorer_entry("kithline_survey", "instrument.quality"), [full, yes, snapshot({}, window)]
    )

    assert [one.status for one in found] == ["ok", "ok", "ok"]


def test_every_measure_of_the_manifest_stands_on_the_method_page():
    names = scorer_entry("kithline_survey", "instrument.quality")["measures"]
    told = set(re.findall(r"`([^`]+)`", PAGE))

    assert [name for name in names if name not in told] == []
