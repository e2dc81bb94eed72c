"""Card 1's coverage rule: 0.7 within a level and all mandatory answered, else a range from the worst cases."""

import pytest

from kithline_sdk.testing import scorer_entry

FULL = {stem: [4] * 5 for stem in ("L1", "L2", "L3", "L4", "BM", "WF", "LD")}


def test_seventy_percent_of_a_level_is_enough(depth, five, answers):
    found = depth(five, answers({**FULL, "L2": [4, 4, 4, 4]}, confirmed_by="x"))

    assert (found.status, found.measures["level_low"], found.measures["level_high"]) == ("ok", 4, 4)


def test_below_it_the_level_is_a_range(depth, five, answers):
    found = depth(five, answers({**FULL, "L2": [4, 4, 4]}, confirmed_by="x"))

    assert (found.status, found.reasons, found.level) == ("provisional", ["coverage"], 1)
    assert (found.measures["level_low"], found.measures["level_high"]) == (1, 4)
    assert "passed.2" not in found.measures
    assert (found.measures["attainment.2"], found.measures["coverage.2"]) == (1.0, 0.6)
    assert found.level_probability is None
    assert "the level lies between 1 (findable) and 4 (collaborative)" in {note.clause for note in found.findings}


def test_the_range_reaches_the_worst_case_and_the_interval_holds_it(depth, five, answers):
    found = depth(five, answers({**FULL, "L2": [4, 4, 4]}, confirmed_by="x"))

    worst = (1 + 0.6 / 0.7) / 4
    assert found.bounds == pytest.approx((worst, 1.0), abs=1e-9)
    assert found.interval == pytest.approx((worst, 1.0), abs=1e-9)


def test_a_range_names_what_is_lacking_and_how_much(depth, five, answers):
    found = depth(five, answers({**FULL, "L2": [4, 4, 4]}, confirmed_by="x"))

    (lack,) = [one for one in found.missing if one.reason == "coverage"]
    assert (lack.what, lack.have, lack.need) == ("coverage of level 2 (passed.2, claimed_passed.2)", 0.6, 0.7)


def test_an_unanswered_mandatory_question_makes_a_range_too(depth, five, answers):
    items = [{**one, "mandatory": one["item"] == "L2.5"} for one in five]

    found = depth(items, answers({**FULL, "L2": [4, 4, 4, 4]}, confirmed_by="x"))

    assert (found.measures["level_low"], found.measures["level_high"], found.level) == (1, 4, 1)
    assert found.measures["mandatory_answered.2"] == 0
    assert "the answer to L2.5 (passed.2, claimed_passed.2)" in {one.what for one in found.missing}


def test_a_gap_above_the_first_failed_level_decides_nothing(depth, five, answers):
    found = depth(five, answers({**FULL, "L2": [1] * 5, "L4": [4]}))

    assert (found.status, found.level) == ("ok", 1)
    assert found.bounds[0] == found.bounds[1]


def test_an_open_level_without_answers_adds_nothing_and_leaves_the_range_open(depth, five, answers):
    found = depth(five, answers({"L1": [4] * 5, "BM": [4] * 5, "WF": [4] * 5, "LD": [4] * 5}))

    assert (found.level, found.score, found.measures["level_high"]) == (1, 0.25, 4)
    assert "attainment.2" not in found.measures
    assert any(one.reason == "no_answers" and "attainment.2" in one.what for one in found.missing)
    assert "answer.2" in {step.code for step in found.recommendations}


def test_one_answer_on_level_one_is_no_level(depth, shipped, answers):
    found = depth(shipped("depth"), answers({"L1.2": 4}))

    assert (found.status, found.score, found.level, found.interval) == ("insufficient", None, None, None)
    assert found.reasons == ["coverage", "mandatory"]
    assert (found.measures["level_low"], found.measures["level_high"], found.bounds[1]) == (0, 4, 1.0)
    assert (found.measures["coverage.1"], found.measures["mandatory_answered.1"]) == (pytest.approx(1 / 9), 0)
    assert not {"claimed_level", "evidenced_level", "index", "ladder.employee"} & found.measures.keys()
    assert [step.code for step in found.recommendations] == ["answer.1"]


def test_level_one_below_seven_tenths_is_insufficient(depth, five, answers):
    found = depth(five, answers({**FULL, "L1": [4, 4, 4]}, confirmed_by="x"))

    assert (found.status, found.reasons, found.level) == ("insufficient", ["coverage"], None)
    assert (found.measures["level_low"], found.measures["level_high"]) == (0, 4)
    assert found.bounds == pytest.approx((0.6 / 0.7 / 4, 1.0), abs=1e-9)


def test_an_unanswered_mandatory_question_of_level_one_is_insufficient(depth, five, answers):
    items = [{**one, "mandatory": one["item"] == "L1.5"} for one in five]

    found = depth(items, answers({**FULL, "L1": [4, 4, 4, 4]}, confirmed_by="x"))

    assert (found.status, found.reasons) == ("insufficient", ["mandatory"])


def test_the_manifest_holds_the_same_minimum_as_the_scorer():
    entry = scorer_entry("kithline_maturity", "maturity.depth")

    rules = {rule["measure"]: rule["at_least"] for rule in entry["minimum"]}

    assert rules == {"coverage.1": entry["parameters"]["minimum_coverage"], "mandatory_answered.1": 1}


def test_an_undecided_level_below_a_passed_one_is_not_uneven(depth, five, answers):
    found = depth(five, answers({**FULL, "L2": [4, 4, 4]}, confirmed_by="x"))

    assert found.measures["unevenness"] == 0


def test_without_an_answer_on_level_one_there_is_no_score(depth, five, answers):
    found = depth(five, answers({"L2": [4] * 5, "WF": [4] * 5}))

    assert (found.status, found.score, found.level, found.interval) == ("insufficient", None, None, None)
    assert found.measures["attainment.2"] == 1.0
    assert "claimed_level" not in found.measures
    assert found.measures["cap.workforce"] == 4


def test_coverage_is_the_weight_answered(depth, five, answers):
    items = [{**one, "weight": 3.0 if one["item"] == "L1.1" else 1.0} for one in five]

    assert depth(items, answers({"L1": [4]})).coverage == pytest.approx(3 / 37, abs=1e-12)


def test_a_level_of_fewer_than_five_questions_is_provisional(depth, five, answers):
    items = [one for one in five if one["item"] != "L1.5"]

    found = depth(items, answers({**FULL, "L1": [4] * 4}, confirmed_by="x"))

    assert (found.status, found.reasons) == ("provisional", ["few_items"])
