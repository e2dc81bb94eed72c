"""Raters: the page's example, oracles, gaps, levels."""

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from kithline_sdk.testing import check_scorer, scorer_entry, snapshot
from kithline_survey.raters import agreement, variance
from kithline_survey.raters.scorer import Raters

PAGE = (Path(__file__).parents[3] / "docs/methods/raters.agreement.md").read_text()
TABLE = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
NAMES = {"ICC(1,1)": "icc_1_1", "ICC(A,1)": "icc_a_1", "ICC(C,1)": "icc_c_1",
         "ICC(1,k)": "icc_1_k", "ICC(A,k)": "icc_a_k", "ICC(C,k)": "icc_c_k"}  # fmt: skip


def quiet(module):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return __import__(module)


def block(objects, raters, seed, items=1, noise=1.0):
    random = np.random.default_rng(seed)
    truth, strict = random.normal(size=(objects, 1, 1)), 0.5 * random.normal(size=(1, 1, raters))
    hard = 0.7 * random.normal(size=(1, items, 1))
    return 5 + truth + strict + hard + noise * random.normal(size=(objects, items, raters))


def test_the_example_of_the_method_page_holds(rated):
    found = rated(TABLE).measures

    told = [f"{found[name]:.4f}" for name in ("icc_1_1", "icc_a_1", "icc_c_1", "icc_1_k", "icc_a_k", "icc_c_k")]
    assert told == ["0.1657", "0.2898", "0.7148", "0.4428", "0.6201", "0.9093"]
    assert all(figure in PAGE for figure in told)
    assert rated(TABLE).level == 1


@pytest.mark.parametrize(("objects", "raters", "seed"), [(12, 2, 1), (30, 5, 2)])
def test_the_six_correlations_agree_with_pingouin(rated, objects, raters, seed):
    table = block(objects, raters, seed)[:, 0]
    long = pd.DataFrame(table).rename_axis("object").reset_index().melt("object", var_name="rater")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = quiet("pingouin").intraclass_corr(long, "object", "rater", "value").set_index("Type")["ICC"]

    found = rated(table).measures

    for theirs, ours in NAMES.items():
        assert found[ours] == pytest.approx(oracle[theirs], abs=1e-9)


def ends_of_r(table):
    """The 95 % intervals as pingouin gives them, rounded to two digits."""
    long = pd.DataFrame(table).rename_axis("object").reset_index().melt("object", var_name="rater")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = quiet("pingouin").intraclass_corr(long, "object", "rater", "value").set_index("Type")
    column = next(one for one in found.columns if one.startswith("CI95"))
    return found[column]


def test_their_intervals_agree_at_95_percent(monkeypatch):
    table = block(25, 4, 3)[:, 0]
    monkeypatch.setattr(variance, "_TAIL", 0.025)

    found, oracle = variance.intervals(variance.squares(table)), ends_of_r(table)

    for theirs, ours in NAMES.items():
        assert found[ours] == pytest.approx(tuple(oracle[theirs]), abs=0.0051)


def test_components_of_a_crossed_study_agree_with_the_expected_squares(rated):
    made = block(40, 3, 4, items=4)
    found = rated(made).measures
    n, i, j = made.shape
    frame = pd.DataFrame(
        [(o, m, r, made[o, m, r]) for o in range(n) for m in range(i) for r in range(j)], columns=["p", "i", "j", "y"]
    )

    def ms(*effect):
        # Inclusion and exclusion over the means of all margins below the effect.
        total = 0.0
        for mask in range(2 ** len(effect)):
            part = [one for bit, one in enumerate(effect) if mask >> bit & 1]
            mean = frame.groupby(part)["y"].transform("mean") if part else frame["y"].mean()
            total = total + (-1) ** (len(effect) - len(part)) * mean
        free = np.prod([{"p": n, "i": i, "j": j}[one] - 1 for one in effect])
        return float((total**2).sum() / free)

    rest = ms("p", "i", "j")
    assert found["variance.pij"] == pytest.approx(rest)
    assert found["variance.pi"] == pytest.approx((ms("p", "i") - rest) / j)
    assert found["variance.ij"] == pytest.approx((ms("i", "j") - rest) / n)
    assert found["variance.p"] == pytest.approx((ms("p") - ms("p", "i") - ms("p", "j") + rest) / (i * j))
    kept = {name: max(0.0, found[f"variance.{name}"]) for name in ("p", "pi", "pj", "pij")}
    g = kept["p"] / (kept["p"] + kept["pi"] / i + kept["pj"] / j + kept["pij"] / (i * j))
    assert found["g_relative"] == pytest.approx(g)


def test_raters_needed_is_the_fewest_that_reach_the_aim(rated):
    found = rated(block(60, 3, 5, noise=1.5)).measures

    parts = {name: found[f"variance.{name}"] for name in ("p", "j", "pj")}
    needed = found["raters_needed"]
    assert variance.generalisability(parts, 1, needed) >= 0.8 > variance.generalisability(parts, 1, needed - 1)


@pytest.mark.parametrize(
    ("parts", "needed"),
    [
        ({"p": 1.0, "pj": 0.0}, 1),
        ({"p": 1.0, "pj": 0.25}, 1),
        ({"p": 1.0, "pj": 0.26}, 2),
        ({"p": 0.0, "pj": 1.0}, None),
        ({"p": -1.0, "pj": 1.0}, None),
        ({"p": 1.0, "pi": 1.0, "pj": 0.1, "pij": 0.1}, None),
        ({"p": 1.0, "pi": 0.25, "pj": 0.1, "pij": 0.0}, None),
    ],
)
def test_raters_needed_at_the_edges(parts, needed):
    assert variance.judges_needed(parts, 1, 0.8) == needed


def test_where_nobody_differs_there_is_nothing_to_share():
    assert variance.generalisability({"p": 0.0, "pj": -1.0}, 1, 2) is None


@pytest.mark.parametrize("raters", [2, 3, 6])
def test_kappas_agree_with_the_oracles(raters):
    random = np.random.default_rng(raters)
    truth = random.integers(0, 4, 50)
    units = np.where(random.random((50, raters)) < 0.7, truth[:, None], random.integers(0, 4, (50, raters))).astype(
        float
    )

    if raters == 2:
        assert agreement.kappa(units) == pytest.approx(cohen_kappa_score(*units.T))
        weighted = cohen_kappa_score(*units.T, weights="quadratic")
        assert agreement.kappa_quadratic(units) == pytest.approx(weighted)
    else:
        assert agreement.kappa(units) == pytest.approx(fleiss_kappa(aggregate_raters(units.astype(int))[0]))
        pairs = [
            cohen_kappa_score(units[:, a], units[:, b], weights="quadratic") for a in range(raters) for b in range(a)
        ]
        assert agreement.kappa_quadratic(units) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_krippendorff_agrees_with_the_oracle_also_with_gaps(scale):
    random = np.random.default_rng(7)
    units = np.clip(np.rint(random.normal(3, 1, (40, 1)) + random.normal(0, 0.7, (40, 4))), 1, 5)
    units[random.random(units.shape) < 0.3] = np.nan

    oracle = quiet("krippendorff").alpha(units.T, level_of_measurement=scale)

    assert agreement.krippendorff(units, scale) == pytest.approx(oracle, abs=1e-12)


def test_where_all_say_the_same_agreement_beyond_chance_is_unknown(rated):
    found = rated([[3, 3]] * 12)

    assert {one.what: one.reason for one in found.missing}["kappa"] == "no_spread"
    assert found.level is None
    assert found.recommendations == []
    assert found.tables["prevalence"] == [{"value": 3.0, "share": 1.0}]


def test_what_not_all_rated_counts_for_krippendorff_alone(rated):
    table = np.full((12, 3), np.nan)
    for place in range(12):
        table[place, [place % 3, (place + 1) % 3]] = [place, place + 1]

    found = rated(table)

    reasons = {one.what: one.reason for one in found.missing}
    assert (reasons["kappa"], reasons["icc_a_k"]) == ("no_complete_objects", "no_complete_objects")
    assert "krippendorff_alpha" in found.measures
    one = rated([[place] for place in range(12)])
    assert {one.reason for one in one.missing if one.what.startswith("icc")} == {"one_rater"}


def test_nominal_scales_go_by_kappa(rated):
    table = [[one % 3, one % 3] for one in range(30)]
    table[0] = [0, 1]

    found = rated(table, scale="nominal")

    assert found.level == 2
    assert found.findings[0].evidence.startswith("kappa")
    assert {one.what: one.reason for one in found.missing}["kappa_quadratic"] == "nominal_scale"


@pytest.mark.parametrize(("noise", "level"), [(4.0, 0), (0.2, 2)])
def test_levels_follow_the_marks(rated, noise, level):
    found = rated(block(40, 3, 9, noise=noise) - np.array([0.0, 0.0, 0.0]))

    assert found.level == level
    assert [one.code for one in found.findings] == [["ratings_not_used", "", "ratings_used"][level]]
    assert bool(found.recommendations) == (level == 0)


def test_advice_says_where_more_raters_alone_will_not_do(rated):
    random = np.random.default_rng(0)
    found = rated(random.normal(size=(20, 1, 3)))

    assert found.level == 0
    words = found.recommendations[0].text
    assert ("more raters alone" in words) == ("raters_needed" not in found.measures)


def test_several_marks_of_one_rater_for_one_thing_are_one():
    rows = [
        {"object": f"o{n}", "item": "i", "rater": r, "value": float(v)}
        for n in range(12)
        for r, v in (("a", n), ("b", n + n % 2))
    ]
    twice = [*rows, {"object": "o0", "item": "i", "rater": "a", "value": 0.0}]
    window = ("2026-01-01", "2026-04-01")

    found = check_scorer(
        Raters(), scorer_entry("kithline_survey", "raters.agreement"),
        [snapshot({"ratings": given}, window) for given in (rows, twice, [])], drawn=0.2,
    )  # fmt: skip

    assert found[0].measures == found[1].measures
    assert [one.status for one in found] == ["ok", "ok", "ok"]


@pytest.mark.slow
@pytest.mark.parametrize("raters", [2, 4])
def test_the_intervals_hold_nine_of_ten_times(raters, rated):
    truth = 1.0 / (1.0 + 1.0)
    held = []
    for seed in range(200):
        random = np.random.default_rng(1000 + seed)
        table = random.normal(size=(40, 1)) + random.normal(size=(40, raters))
        low, high = variance.intervals(variance.squares(table))["icc_1_1"]
        held.append(low <= truth <= high)
    assert 0.85 <= np.mean(held) <= 0.95


def test_every_measure_of_the_manifest_stands_on_the_method_page():
    names = scorer_entry("kithline_survey", "raters.agreement")["measures"]
    told = set(re.findall(r"`([^`]+)`", PAGE))

    assert [name for name in names if name not in told] == []
