"""Differential item functioning: figures agree with independent ones, what is planted is found, and little else is."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from kithline_core.engine.fairness import groups, mantel, sheets
from kithline_core.engine.fairness import scale as scales
from kithline_core.engine.fairness.scale import Effects, Scale, classed
from kithline_core.engine.fairness.sheets import Item, Sheet
from kithline_core.engine.tables import build

PLANTED = 3
STEPS = (-1.5, -0.5, 0.5, 1.5)


def world(seed, people=400, items=10, planted=0.0, steps=STEPS):
    """Answers by one trait; the focal group has less of it, and less still of one item when something is planted."""
    draw = np.random.default_rng(seed)
    focal = draw.random(people) < 0.4
    trait = draw.normal(size=people) - 0.5 * focal
    leaning = trait[:, None] - np.linspace(-1.2, 1.2, items)[None, :]
    leaning[:, PLANTED] -= planted * focal
    noisy = 1.2 * leaning + draw.logistic(size=leaning.shape)
    return sum((noisy > step).astype(np.float64) for step in steps), focal


def scale(values):
    return Scale("s", [f"i{place}" for place in range(values.shape[1])], values)


def fourfolds(values, focal, matched):
    for score in np.unique(matched):
        right, inside = values[matched == score] == 1, focal[matched == score]
        table = [[np.sum(said & who) for said in (right, ~right)] for who in (~inside, inside)]
        if np.sum(table, axis=1).all():
            yield np.array(table, float)


@pytest.mark.parametrize("seed", range(5))
def test_of_two_answers_ratio_error_and_test_are_those_of_statsmodels(seed):
    values, focal = world(seed, planted=0.5, steps=(0.0,))
    matched = values.sum(axis=1)
    ours = mantel.effect(values[:, PLANTED], focal, matched)
    theirs = StratifiedTable(list(fourfolds(values[:, PLANTED], focal, matched)))

    assert ours.log_odds == pytest.approx(theirs.logodds_pooled, abs=1e-6)
    assert ours.error == pytest.approx(theirs.logodds_pooled_se, abs=1e-6)
    assert ours.p == pytest.approx(theirs.test_null_odds(correction=True).pvalue, abs=1e-6)


def liu_agresti(values, focal, matched):
    """The estimator as it is published: sums over strata and cut-points of fourfold tables."""
    over = under = 0.0
    for score, cut in itertools.product(np.unique(matched), range(len(STEPS))):
        here = matched == score
        low, inside = values[here] <= cut, focal[here]
        if 0 < inside.sum() < here.sum():
            over += np.sum(~low & ~inside) * np.sum(low & inside) / here.sum()
            under += np.sum(low & ~inside) * np.sum(~low & inside) / here.sum()
    return math.log(over / under)


@pytest.mark.parametrize("seed", range(3))
def test_of_more_answers_it_is_the_cumulative_ratio_with_a_jackknife(seed):
    values, focal = world(seed, people=120, planted=0.5)
    matched, item = np.round(values.sum(axis=1) / 8), values[:, PLANTED]
    ours = mantel.effect(item, focal, matched)
    mixed = [one for one in range(len(item)) if len(set(focal[matched == matched[one]])) > 1]
    left = [liu_agresti(*(np.delete(column, one) for column in (item, focal, matched))) for one in mixed]

    assert ours.log_odds == pytest.approx(liu_agresti(item, focal, matched), abs=1e-9)
    assert ours.error == pytest.approx(math.sqrt((len(left) - 1) * np.var(left)), abs=1e-9)


def test_a_large_company_takes_no_more_memory_than_its_people():
    draw = np.random.default_rng(3)
    values, focal = (draw.random((40_000, 4)) < 0.5).astype(np.float64), draw.random(40_000) < 0.5
    tracemalloc.start()
    mantel.effect(values[:, 0], focal, values.sum(axis=1))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 32 * 1024**2


def test_the_test_of_more_answers_knows_the_moments_of_every_way_to_deal_out_the_group():
    values = np.array([0.0, 1.0, 2.0, 2.0, 4.0, 3.0, 0.0, 1.0, 4.0, 3.0])
    focal = np.array([1, 0, 1, 0, 0, 1, 1, 0, 0, 0], bool)
    matched = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    mean = variance = 0.0
    for score in (0, 1):
        here = values[matched == score]
        sums = [sum(one) for one in itertools.combinations(here, int(focal[matched == score].sum()))]
        mean, variance = mean + np.mean(sums), variance + np.var(sums)
    apart = abs(values[focal].sum() - mean) / math.sqrt(variance)

    assert mantel.effect(values, focal, matched).p == pytest.approx(math.erfc(apart / math.sqrt(2)), abs=1e-9)


def test_nothing_is_said_where_answers_lie_one_way_or_hang_on_single_people():
    focal = np.array([True, False] * 3)

    assert mantel.effect(np.array([0.0, 1.0] * 3), focal, np.zeros(6)) is None
    assert mantel.effect(np.ones(6), focal, np.zeros(6)) is None
    assert mantel.effect(np.arange(6.0), focal, np.arange(6.0)) is None
    # Two pairs that lie across each other: without any one of the four nothing is left on its side.
    one, other = np.array([0.0, 1.0, 3.0, 2.0]), np.array([True, False, True, False])
    assert mantel.effect(one, other, np.array([0, 0, 1, 1])) is None
    assert classed([Effects("s", "i", None)])[0].reason == "no_contrast"


def test_a_stratum_with_one_of_the_group_counts():
    right, missed = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.0, 1.0, 1.0, 0.0])
    focal, matched = np.array([True, False, False, False] * 2), np.repeat([0, 1], 4)

    found = mantel.effect(np.concatenate([right, missed]), focal, matched)

    theirs = StratifiedTable(list(fourfolds(np.concatenate([right, missed]), focal, matched)))
    assert found.log_odds == pytest.approx(theirs.logodds_pooled, abs=1e-9)


def flags(seed, **more):
    values, focal = world(seed, **more)
    return [one.flag in {"B", "C"} for one in classed(scales.tested(scale(values), focal))]


@pytest.mark.parametrize("steps", [(0.0,), STEPS])
def test_what_is_planted_is_found_and_an_even_questionnaire_raises_an_alarm_once_in_ten(steps):
    found = [flags(seed, planted=1.0, steps=steps)[PLANTED] for seed in range(20)]
    false = [any(flags(seed, steps=steps)) for seed in range(100, 160)]

    assert np.mean(found) >= 0.9
    assert np.mean(false) <= 0.15


def test_what_is_flagged_first_leaves_the_score_by_which_others_are_matched():
    values, focal = world(7, people=800, items=5, planted=2.5)
    once = classed([Effects("s", "i", mantel.effect(column, focal, values.sum(axis=1))) for column in values.T])
    twice = classed(scales.tested(scale(values), focal))
    others = [place for place in range(5) if place != PLANTED]

    assert twice[PLANTED].flag == "C"
    assert twice[PLANTED].delta_interval[0] < twice[PLANTED].delta < twice[PLANTED].delta_interval[1] < -1.5
    assert sum(abs(twice[one].delta) for one in others) < sum(abs(once[one].delta) for one in others)


def test_classes_follow_size_and_certainty():
    sizes = {0.3: "A", 0.5: "B", 0.75: "C"}
    sure = [Effects("s", str(one), mantel.Effect(one, 0.02, 1e-9)) for one in sizes]

    assert [one.flag for one in classed(sure)] == list(sizes.values())
    assert [one.flag for one in classed([Effects("s", "i", mantel.Effect(0.75, 0.3, 1e-9))])] == ["B"]
    assert [one.flag for one in classed([Effects("s", "i", mantel.Effect(0.75, 0.5, 0.2))])] == ["A"]


def test_just_large_is_large(monkeypatch):
    monkeypatch.setattr(scales, "LARGE", abs(scales.DELTA * 0.75))

    assert [one.flag for one in classed([Effects("s", "i", mantel.Effect(0.75, 0.02, 1e-9))])] == ["C"]


def respondents(values, labels, **more):
    return [
        Sheet({f"i{place}": value for place, value in enumerate(row)}, {"language": label, **more})
        for row, label in zip(values.tolist(), labels, strict=True)
    ]


def test_each_group_is_held_against_the_largest_and_none_below_the_floor_is():
    values, focal = world(1, people=300, planted=1.5)
    labels = np.where(focal, "de", "en").astype(object)
    labels[:9] = "fr"
    filled = respondents(values, labels, rank="staff")
    told = groups.told(filled, sheets.scales(filled, {}), 5)

    assert [(one.attribute, one.reference, one.group) for one in told.compared] == [("language", "en", "de")]
    assert [one.item for one in told.compared[0].items if one.flag == "C"] == [f"i{PLANTED}"]
    assert told.withheld == {"language": 1}
    assert "fr" not in str(told)
    assert [(one.reason, one.have, one.need) for one in told.missing] == [("one_rank", 1, 2)]


def test_short_scales_and_those_that_few_of_a_group_finished_are_unknown():
    values, focal = world(1, people=300, items=6)
    filled = respondents(values, np.where(focal, "de", "en"))
    for one in [one for one in filled if one.groups["language"] == "de"][:-9]:
        del one.answers["i5"]
    known = {f"i{place}": Item("short" if place < 2 else "long") for place in range(6)}
    told = groups.told(filled, sheets.scales(filled, known), 5)

    unknown = {(one.scale, one.flag, one.reason) for one in told.compared[0].items}
    assert unknown == {("short", None, "few_items"), ("long", None, "few_whole")}
    assert ("few_items", 2, 4) in [(one.reason, one.have, one.need) for one in told.missing]
    assert "no_rank" in [one.reason for one in told.missing]


def test_a_sheet_holds_the_latest_answers_of_its_respondent_turned_round_where_reversed():
    columns = ("questionnaire", "assessment", "respondent", "role", "item", "value", "dated", "language", "rank")
    rows = [
        ("q", "a", "ann", None, "i1", 1.0, 5, "EN", None), ("q", "b", "ann", None, "i1", 3.0, 9, None, None),
        ("q", "a", "ann", None, "i2", 1.0, None, None, None), ("q", "a", "ben", "assessor", "i1", 4.0, 1, "en", None),
        ("q", "a", None, None, "i1", 2.5, 1, None, None), ("q", "a", "cid", None, "i3", 4.0, 1, "de", "board"),
    ]  # fmt: skip
    answers = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    items = {
        "questionnaire": ["q", "q", "q", "other"], "version": ["1"] * 4, "item": ["i1", "i2", "i3", "i1"],
        "dimension": [None, "trust", None, "x"], "level": [2, None, None, None], "minimum": [0.0] * 4, "maximum": [4.0] * 4,
        "reverse": [False, True, False, False],
    }  # fmt: skip
    tables = build({"answers": answers, "items": items})
    known = sheets.described(tables["items"], "q")

    assert known == {"i1": Item("level 2"), "i2": Item("trust", 4.0), "i3": Item("all")}
    assert sheets.sheets(tables["answers"], known, {"ann": "staff", "ben": "staff"}) == [
        Sheet({"i1": 3.0, "i2": 3.0}, {"language": "en", "rank": "staff"}),
        Sheet({"i3": 4.0}, {"language": "de", "rank": "board"}),
    ]


def test_a_group_of_just_the_floor_is_not_withheld():
    values, _ = world(1, people=300)
    filled = respondents(values, ["fr"] * groups.FLOOR + ["en"] * (300 - groups.FLOOR))

    assert groups.told(filled, [], 5).withheld == {}
