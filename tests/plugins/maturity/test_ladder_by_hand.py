"""The ladder, worked by hand."""

import math

import pytest
from scipy.stats import beta

# Level 1: 5 x 1 = 1. Level 2: (1 + 3 x .75 + .5) / 5 = .75. Level 3: (.75 + 3 x .5 + .25) / 5 = .5. Level 4: .75.
HAND = {
    "L1": [4, 4, 4, 4, 4], "L2": [4, 3, 3, 3, 2], "L3": [3, 2, 2, 2, 1], "L4": [3, 3, 3, 3, 3],
    "BM": [4, 4, 4, 4, 4], "WF": [3, 3, 3, 3, 3], "LD": [2, 2, 2, 2, 2],
}  # fmt: skip
FULL = {"L1": [4] * 5, "L2": [4] * 5, "L3": [4] * 5, "L4": [4] * 5, "BM": [4] * 5, "WF": [4] * 5, "LD": [4] * 5}


def close(value, expected):
    return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)


@pytest.fixture
def hand(depth, five, answers):
    return depth(five, answers(HAND, confirmed_by="a customer"))


def test_attainments_are_the_means_of_their_level(hand):
    found = [hand.measures[f"attainment.{k}"] for k in (1, 2, 3, 4)]

    assert found == pytest.approx([1.0, 0.75, 0.5, 0.75], abs=1e-9)


def test_the_level_is_the_number_of_levels_passed_in_a_row(hand):
    assert (hand.level, hand.status) == (2, "ok")
    assert [hand.measures[f"passed.{k}"] for k in (1, 2, 3, 4)] == [1, 1, 0, 1]


def test_the_index_adds_the_open_level_as_a_share_of_its_mark(hand):
    assert close(hand.measures["index"], 2 + 0.5 / 0.7)
    assert close(hand.score, (2 + 0.5 / 0.7) / 4)


def test_a_level_passed_above_a_failed_one_is_uneven(hand):
    assert hand.measures["unevenness"] == 1
    assert "uneven" in {note.code for note in hand.findings}


def test_caps_rise_at_the_quarters_and_the_lowest_is_the_ceiling(hand):
    caps = [hand.measures[f"cap.{factor}"] for factor in ("business_model", "workforce", "leadership")]

    assert caps == [4, 4, 3]
    assert (hand.measures["ceiling"], hand.measures["binding"]) == (3, "leadership")
    assert (hand.measures["headroom"], hand.measures["binds"]) == (1, 0)


def test_p_pass_is_the_upper_tail_of_a_beta(hand):
    good = {1: 5, 2: 4, 3: 1, 4: 5}

    for k, s in good.items():
        assert close(hand.measures[f"p_pass.{k}"], beta.sf(0.70, s + 1, 5 - s + 1))


def test_contributions_add_up_to_the_score_step_by_step(hand):
    parts = {driver.name: driver.contribution for driver in hand.drivers}

    assert close(math.fsum(parts.values()), hand.score)
    assert (parts["level.1"], parts["level.2"], parts["level.4"]) == (0.25, 0.25, 0.0)
    assert close(parts["level.3"], 0.25 * 0.5 / 0.7)


def test_a_driver_gains_what_passing_its_level_would_bring(hand):
    gains = {driver.name: driver.gain for driver in hand.drivers}

    # Level 3 would pass; the ceiling is 3, so level 4 stays shut although its answers reach it.
    assert close(gains["level.3"], (3 - (2 + 0.5 / 0.7)) / 4)
    assert gains["level.1"] == gains["ceiling.leadership"] == 0.0


def test_weights_count(depth, five, answers):
    items = [{**one, "weight": 3.0 if one["item"] == "L1.1" else 1.0} for one in five]

    found = depth(items, answers({"L1": [0, 4, 4, 4, 4]}))

    assert close(found.measures["attainment.1"], 4 / 7)


def test_a_reversed_question_on_another_scale_is_read_from_its_other_end(depth, five, answers):
    scale = {"minimum": 1, "maximum": 5, "reverse": True}
    items = [{**one, **(scale if one["item"] == "L1.1" else {})} for one in five]

    found = depth(items, answers({"L1": [2, 4, 4, 4, 4]}, evidence=False) + answers({"BM.1": 4}))

    assert close(found.measures["claimed_attainment.1"], (0.75 + 4) / 5)


@pytest.mark.parametrize(("mean", "cap"), [(0.0, 1), (0.24, 1), (0.25, 2), (0.5, 3), (0.74, 3), (0.75, 4), (1.0, 4)])
def test_a_cap_follows_its_mean(depth, five, answers, mean, cap):
    found = depth(
        five, answers({**FULL, "WF": [mean * 4] * 5}, confirmed_by="x") + answers({"WF.1": mean * 4}, evidence=True)
    )

    proven = depth(
        five, [{**row, "evidence": "e"} for row in answers({**FULL, "WF": [mean * 4] * 5}, confirmed_by="x")]
    )

    assert proven.measures["cap.workforce"] == cap
    assert found.measures["ceiling"] == proven.measures["ceiling"]


def test_everything_at_four_with_evidence_and_a_word_from_outside_is_the_top(depth, five, answers):
    found = depth(five, answers(FULL, confirmed_by="a supplier"))

    assert (found.score, found.level, found.status) == (1.0, 4, "ok")
    assert (found.measures["binding"], found.measures["headroom"]) == ("none", 0)
    assert found.recommendations == []


def test_all_at_zero_is_a_zero_that_was_answered(depth, five, answers):
    found = depth(five, answers({stem: [0] * 5 for stem in FULL}))

    assert (found.score, found.level, found.measures["ceiling"]) == (0.0, 0, 1)


def test_the_ceiling_caps_the_level_and_the_contradiction_is_said(depth, five, answers):
    found = depth(five, answers({**FULL, "WF": [1] * 5}, confirmed_by="x"))

    assert (found.level, found.measures["index"], found.measures["binds"]) == (2, 2.0, 1)
    assert found.measures["binding"] == "workforce"
    assert "claims beyond what people and leadership support" in {note.clause for note in found.findings}


def test_an_open_level_never_looks_passed(depth, five, answers):
    # A = .695: .695 / .70 = .993, cut at .99.
    found = depth(five, answers({**FULL, "L2": [3.9, 2, 2, 3, 3]}))

    assert close(found.measures["attainment.2"], 0.695)
    assert close(found.measures["index"], 1.99)


def test_a_failing_mandatory_question_shuts_its_level_and_holds_the_open_part_at_seventy(depth, five, answers):
    items = [{**one, "mandatory": one["item"] == "L2.5"} for one in five]

    found = depth(items, answers({**FULL, "L2": [4, 4, 4, 4, 1]}))

    assert close(found.measures["attainment.2"], 0.85)
    assert (found.level, found.measures["index"]) == (1, 1.70)
    assert found.recommendations[0].code == "improve.L2.5"


def test_level_four_needs_a_word_from_outside(depth, five, answers):
    found = depth(five, answers(FULL))

    assert (found.level, found.measures["claimed_level"]) == (3, 4)
    assert close(found.measures["index"], 3.70)
    assert "unconfirmed" in {note.code for note in found.findings}
    assert found.recommendations[0].code == "confirm.4"


def test_an_outside_respondent_confirms_too(depth, five, answers):
    rows = answers(FULL) + answers({"L4.1": 4}, respondent="o", role="outside")

    assert depth(five, rows).level == 4


def test_people_mean_the_item_and_evidence_of_one_serves_all(depth, five, answers):
    rows = [
        row
        for n, value in enumerate([4, 3, 2])
        for row in answers({"L1": [value] * 5}, respondent=f"p{n}", evidence=n == 0)
    ]

    found = depth(five, rows)

    assert close(found.measures["attainment.1"], 0.75)
    assert found.measures["respondents"] == 3
