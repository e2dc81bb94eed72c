"""What business model, workforce and leadership allow."""

import pytest

FULL = {stem: [4] * 5 for stem in ("L1", "L2", "L3", "L4", "BM", "WF", "LD")}
UNDERTAKER = {"item": "cap.business_model", "value": 3, "evidence": "nobody plans a funeral with strangers"}


def declare(rows, **more):
    return [*rows, {"questionnaire": "depth", "assessment": "a1", "role": "assessor", **UNDERTAKER, **more}]


@pytest.fixture(scope="session")
def top(answers):
    return answers(FULL, confirmed_by="x")


def test_a_ceiling_with_two_answers_is_unknown_and_the_others_hold(depth, five, answers):
    found = depth(five, answers({**FULL, "WF": [0, 0], "LD": [2] * 5}, confirmed_by="x"))

    assert (found.status, found.reasons) == ("provisional", ["ceiling_unknown"])
    assert "cap.workforce" not in found.measures
    assert (found.measures["ceiling"], found.level) == (3, 3)
    assert {"ceiling_unknown": 2}.items() <= {one.reason: one.have for one in found.missing}.items()


def test_three_answers_are_enough(depth, five, answers):
    assert depth(five, answers({**FULL, "WF": [0, 0, 0]}, confirmed_by="x")).measures["cap.workforce"] == 1


def test_no_known_ceiling_is_no_ceiling(depth, five, answers):
    found = depth(five, answers({k: v for k, v in FULL.items() if k.startswith("L") and k != "LD"}, confirmed_by="x"))

    assert (found.level, found.status) == (4, "provisional")
    assert not {"ceiling", "binding", "headroom", "binds"} & found.measures.keys()


def test_a_declared_cap_holds_and_gets_no_advice_beyond_it(depth, five, top):
    found = depth(five, declare(top))

    assert (found.level, found.measures["cap.business_model"], found.measures["binding"]) == (3, 3, "business_model")
    assert found.recommendations == []
    assert any(note.code == "declared_cap" and "transparent" in note.clause for note in found.findings)


def test_a_declared_cap_needs_a_reason(depth, five, top):
    found = depth(five, declare(top, evidence=None))

    assert (found.level, "cap_without_reason" in {note.code for note in found.findings}) == (4, True)


@pytest.mark.parametrize("wrong", [{"role": "respondent"}, {"value": 0}, {"value": 5}, {"item": "cap.weather"}])
def test_only_an_assessor_declares_a_cap_between_one_and_four(depth, five, top, wrong):
    assert depth(five, declare(top, **wrong)).level == 4


def test_a_declared_cap_never_lifts_what_the_answers_allow(depth, five, answers):
    found = depth(five, declare(answers({**FULL, "BM": [1] * 5}, confirmed_by="x")))

    assert found.measures["cap.business_model"] == 2
    assert {step.code.partition(".BM")[0] for step in found.recommendations} == {"improve"}


def test_a_declared_cap_makes_an_unanswered_ceiling_known(depth, five, answers):
    found = depth(five, declare(answers({**FULL, "BM": []}, confirmed_by="x")))

    assert (found.status, found.measures["cap.business_model"], found.recommendations) == ("ok", 3, [])


def test_the_lower_of_two_declared_caps_holds(depth, five, top):
    assert depth(five, declare(declare(top), value=2)).measures["cap.business_model"] == 2


def test_when_the_ceiling_binds_advice_is_about_the_binding_factor_alone(depth, five, answers):
    found = depth(five, answers({**FULL, "L4": [0] * 5, "WF": [2, 1, 1, 0, 2]}, confirmed_by="x"))

    assert (found.level, found.measures["binds"]) == (2, 1)
    assert [step.code for step in found.recommendations] == ["improve.WF.4", "improve.WF.2", "improve.WF.3"]


def test_of_equal_caps_the_lower_mean_binds(depth, five, answers):
    found = depth(five, answers({**FULL, "WF": [2] * 5, "LD": [2, 2, 2, 2, 3]}, confirmed_by="x"))

    assert (found.measures["cap.workforce"], found.measures["cap.leadership"]) == (3, 3)
    assert found.measures["binding"] == "workforce"


def test_missing_evidence_holds_a_ceiling_at_three(depth, five, answers):
    rows = [{**row, "evidence": None if row["item"].startswith("LD") else row["evidence"]} for row in answers(FULL)]

    assert depth(five, rows).measures["cap.leadership"] == 3


def test_the_likeliest_ceiling_is_named_with_its_probability(depth, five, answers):
    found = depth(five, answers({**FULL, "WF": [0] * 5}, confirmed_by="x"))

    assert (found.measures["likely_binding"], found.measures["p_binding.workforce"]) == ("workforce", 1.0)
    assert depth(five, answers(FULL, confirmed_by="x")).measures["likely_binding"] == "none"
    assert "likely_binding" not in depth(five, answers({"L1": [4] * 5})).measures
