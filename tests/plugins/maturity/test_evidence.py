"""Claimed and evidenced: what a missing upload lowers, and what it never does."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FULL = {stem: [4] * 5 for stem in ("L1", "L2", "L3", "L4", "BM", "WF", "LD")}


def close(value, expected):
    return math.isclose(value, expected, rel_tol=1e-9)


def everything(found):
    return repr(found)


def test_all_answers_at_four_without_evidence_claim_four_and_prove_nothing(depth, five, answers):
    found = depth(five, answers(FULL, evidence=False))

    assert (found.measures["claimed_level"], found.measures["evidenced_level"]) == (4, 0)
    assert [found.measures[f"attainment.{k}"] for k in (1, 2, 3, 4)] == [0.5] * 4
    assert (found.status, found.reasons) == ("provisional", ["unproven"])
    assert found.findings[0].clause == "nothing is proven yet"
    assert (found.level, found.score) == (4, 1.0)
    assert found.interval == (0.5 / 0.7 / 4, 1.0)
    assert (found.measures["level_low"], found.measures["level_high"], found.level_probability) == (0, 4, None)
    assert "not findable" not in everything(found)


def test_claimed_and_evidenced_figures_never_share_a_name(depth, five, answers):
    found = depth(five, answers(FULL, evidence=False)).measures

    for k in (1, 2, 3, 4):
        assert (found[f"attainment.{k}"], found[f"passed.{k}"]) == (0.5, 0)
        assert (found[f"claimed_attainment.{k}"], found[f"claimed_passed.{k}"]) == (1.0, 1)
        assert close(found[f"p_pass.{k}"], 0.3**6)
        assert close(found[f"claimed_p_pass.{k}"], 1 - 0.7**6)


def test_the_shipped_questionnaire_says_the_same(depth, shipped):
    items = shipped("depth")
    rows = [{"questionnaire": "depth", "assessment": "a", "item": one["item"], "value": 4} for one in items]

    found = depth(items, rows)

    assert (found.measures["claimed_level"], found.measures["evidenced_level"], found.status) == (4, 0, "provisional")
    assert found.recommendations[0].code == "evidence"


def test_once_anything_is_proven_the_evidenced_ladder_is_the_level(depth, five, answers):
    found = depth(five, answers({**FULL}, evidence=False) + answers({"L1": [4] * 5}, respondent="p"))

    assert (found.level, found.measures["evidenced_level"], found.measures["claimed_level"]) == (1, 1, 4)
    assert "claims_beyond_evidence" in {note.code for note in found.findings}


def test_advice_asks_for_evidence_where_only_evidence_is_missing(depth, five, answers):
    found = depth(five, answers(FULL, evidence=False) + answers({"L1": [4] * 5}, respondent="p"))

    assert {step.code.partition(".")[0] for step in found.recommendations} == {"evidence"}


def test_an_empty_evidence_cell_is_no_evidence(depth, five, answers):
    rows = [{**row, "evidence": ""} for row in answers(FULL, evidence=False)]

    assert depth(five, rows).measures["items_with_evidence"] == 0


@pytest.mark.parametrize("blank", [" ", "\t\n", "\u00a0", "\u200b"])
def test_evidence_and_confirmation_of_blanks_are_none(depth, five, answers, blank):
    rows = [{**row, "evidence": blank, "confirmed_by": blank} for row in answers(FULL, evidence=False)]

    found = depth(five, rows)

    assert found == depth(five, answers(FULL, evidence=False))
    assert (found.measures["items_with_evidence"], found.reasons) == (0, ["unproven"])


STEMS = ("L1", "L2", "L3", "L4", "BM", "WF", "LD")
sheets = st.fixed_dictionaries({stem: st.lists(st.integers(0, 4), min_size=5, max_size=5) for stem in STEMS})
quickly = settings(max_examples=40, deadline=None)


def proven(answers, values):
    """Every answer with evidence, so that the evidenced ladder is what is read."""
    return [{**row, "evidence": "e", "confirmed_by": "x"} for row in answers(values)]


@quickly
@given(values=sheets, stem=st.sampled_from(STEMS), place=st.integers(0, 4))
def test_raising_an_evidenced_answer_never_lowers_the_score(depth, five, answers, values, stem, place):
    raised = {**values, stem: [4 if n == place else value for n, value in enumerate(values[stem])]}

    before, after = (depth(five, proven(answers, one), draws=10) for one in (values, raised))

    assert after.score >= before.score - 1e-12
    assert after.level >= before.level


@quickly
@given(values=sheets)
def test_lifting_a_ceiling_that_is_not_the_lowest_never_changes_the_level(depth, five, answers, values):
    before = depth(five, proven(answers, values), draws=10)
    stems = {"BM": "business_model", "WF": "workforce", "LD": "leadership"}

    for stem, factor in stems.items():
        if factor != before.measures["binding"]:
            after = depth(five, proven(answers, {**values, stem: [4] * 5}), draws=10)
            assert (after.level, after.score) == (before.level, before.score)


@quickly
@given(values=sheets, gone=st.sets(st.sampled_from([f"{s}.{n}" for s in STEMS[:4] for n in range(1, 6)])))
def test_a_missing_answer_is_never_read_as_zero(depth, five, answers, values, gone):
    best = {**values, "L1": [4] * 5, "L2": [4] * 5, "L3": [4] * 5, "L4": [4] * 5}
    kept = [row for row in proven(answers, best) if row["item"] not in gone or row["item"].endswith(".1")]

    found, full = depth(five, kept, draws=10), depth(five, proven(answers, best), draws=10)

    # One question a level is left at its top: whatever else is missing, its attainment stays where it was.
    assert [found.measures[f"attainment.{k}"] for k in (1, 2, 3, 4)] == [1.0] * 4
    assert found.measures["coverage.1"] < 0.7 or full.bounds[0] >= found.bounds[0]
    if found.status != "insufficient":
        assert found.bounds[0] <= found.score <= found.bounds[1]
        assert found.measures["level_low"] <= found.level <= found.measures["level_high"]


@quickly
@given(values=sheets, seed=st.integers(0, 2**64 - 1))
def test_extremes_stay_in_range_and_the_interval_holds_the_score(depth, five, answers, values, seed):

    found = depth(five, answers(values), seed, draws=50)

    low, high = found.interval
    assert 0 <= low <= found.score <= high <= 1
    assert found.level_probability is None or 0 <= found.level_probability <= 1
