"""Which answers count: the newest assessment of each questionnaire, and what stands in it."""

import pytest

ALL = {stem: [3] * 5 for stem in ("L1", "L2", "L3", "L4", "BM", "WF", "LD")}


def test_the_newest_assessment_is_the_state(depth, five, answers):
    old = answers({"L1": [4] * 5}, assessment="b", dated="2025-02-01")
    new = answers({"L1": [2] * 5}, assessment="a", dated="2026-02-01")

    assert depth(five, old + new).measures["claimed_attainment.1"] == 0.5


def test_of_undated_assessments_the_last_by_id_is_the_state(depth, five, answers):
    rows = answers({"L1": [4] * 5}, assessment="a9") + answers({"L1": [1] * 5}, assessment="a10")

    assert depth(five, rows).measures["claimed_attainment.1"] == 1.0


def test_the_quick_scan_counts_only_while_nothing_else_was_answered(depth, five, answers):
    quick = [{**one, "questionnaire": "depth.quick"} for one in five]
    scan = [{**row, "questionnaire": "depth.quick"} for row in answers({"L1": [0] * 5})]

    alone, beside = depth(five + quick, scan), depth(five + quick, scan + answers(ALL))

    assert (alone.score, "quick_scan" in alone.reasons) == (0.0, True)
    assert (beside.measures["claimed_attainment.1"], "quick_scan" in beside.reasons) == (0.75, False)


def test_an_answer_names_its_version_else_the_newest_is_read(depth, five, answers):
    wide = [{**one, "version": "10", "maximum": 8} for one in five]
    old = [{**one, "version": "9"} for one in five]

    unnamed = depth(wide + old, answers({"L1": [4] * 5}))
    named = depth(wide + old, answers({"L1": [4] * 5}, version="9"))

    assert unnamed.measures["claimed_attainment.1"] == 0.5
    assert named.measures["claimed_attainment.1"] == 1.0


def test_own_questionnaires_stand_beside_the_shipped_one(depth, five, answers):
    own = [{**one, "questionnaire": "ours"} for one in five if one["item"].startswith("L1")]
    rows = answers({"L1": [4] * 5}) + [{**row, "questionnaire": "ours"} for row in answers({"L1": [2] * 5})]

    found = depth(five + own, rows)

    assert found.measures["claimed_attainment.1"] == 0.75
    assert found.measures["answered.1"] == 10


def test_an_answer_outside_its_scale_is_left_out_and_named(depth, five, answers):
    found = depth(five, answers({"L1": [4, 4, 4, 7, -1]}))

    assert found.measures["answered.1"] == 3
    assert {"outside_scale": 2}.items() <= {one.reason: one.have for one in found.missing}.items()


def test_an_answer_to_no_known_question_changes_nothing(depth, five, answers):
    stray = [*answers({"X.1": 4}), {"questionnaire": "path", "assessment": "z", "item": "L1.1", "value": 0}]

    assert depth(five, answers(ALL) + stray) == depth(five, answers(ALL))


def test_a_question_without_a_scale_or_a_place_is_none(depth, five, answers):
    useless = [
        {"questionnaire": "depth", "version": "1", "item": "T.1"},
        {"questionnaire": "depth", "version": "1", "item": "T.2", "level": 1, "minimum": 4, "maximum": 4},
    ]

    assert depth(five + useless, answers({"T": [4, 4], **ALL})) == depth(five, answers(ALL))


def test_an_upload_sent_twice_changes_nothing(depth, five, answers):
    rows = [row for who in range(6) for row in answers({"L1": [who % 5] * 5, "L2": [3] * 5}, respondent=f"p{who}")]

    once, twice = depth(five, rows), depth(five, rows + rows)

    assert once == twice


def test_an_empty_cell_is_no_answer(depth, five, answers):
    rows = [{**row, "value": None if row["item"] == "L1.5" else row["value"]} for row in answers(ALL)]

    assert depth(five, rows).measures["answered.1"] == 4


@pytest.mark.parametrize("items", [[], None])
def test_without_an_answer_everything_is_missing_and_nothing_is_zero(depth, five, items):
    found = depth(five if items is None else items, [])

    assert (found.status, found.score, found.level, found.interval) == ("insufficient", None, None, None)
    assert {one.what.partition(" (")[0] for one in found.missing} >= {f"answers of level {k}" for k in (1, 2, 3, 4)}
    assert "attainment.1" not in found.measures
