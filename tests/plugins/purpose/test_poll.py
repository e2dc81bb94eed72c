"""The members' poll: lower Wilson ends, double weight, ten answers and a fifth of those asked."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from kithline_purpose.activity import Rate
from kithline_purpose.parts import wilson_at
from kithline_sdk.stats import Z90

TEXT = "Welders of the body shop compare seam defects every week at the bench."


def needs(finding):
    return {lack.what.rpartition(".")[2]: lack for lack in finding.missing if "poll" in lack.what}


def test_a_poll_counts_by_the_lower_end_of_its_wilson_interval(score, answers):
    place = {"community": "c1", "purpose": TEXT, "asked": 20}
    found = score([place], answers=answers("c1", need=[5] * 9 + [4] * 3 + [2] * 3))

    low, high = proportion_confint(12, 15, alpha=0.1, method="wilson")
    assert found.measures["needed"] == pytest.approx((0.5 + 2 * low) / 3, abs=1e-9)
    assert found.measures["poll_need"] == 12 / 15
    assert found.intervals["poll_need"] == pytest.approx((low, high), abs=1e-9)
    assert found.status == "ok"


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (7, 10), (33, 50), (50, 50)])
def test_draws_of_a_share_meet_wilson_at_both_ends(hits, of):
    drawn = wilson_at(Rate(hits, of), np.array([-Z90, Z90]))

    assert drawn == pytest.approx(proportion_confint(hits, of, alpha=0.1, method="wilson"), abs=1e-9)


def test_what_members_want_weighs_double_in_motivating(score, answers):
    place = {"community": "c1", "purpose": f"{TEXT} Bring a worn torch tip.", "asked": 10}
    found = score([place], answers=answers("c1", want=[5] * 10))

    low = proportion_confint(10, 10, alpha=0.1, method="wilson")[0]
    assert found.measures["motivating"] == pytest.approx((0.25 + 2 * low) / 3, abs=1e-9)


@pytest.mark.parametrize(
    ("asked", "values", "reason", "have"),
    [
        (20, [5] * 9, "few_answers", 9),
        (20, [5] * 3, "few_answers", None),
        (20, [], "few_answers", 0),
        (60, [5] * 10, "low_response", 10 / 60),
        (None, [5] * 10, "no_asked", None),
    ],
)
def test_a_poll_too_small_is_unknown_and_says_what_it_lacks(score, answers, asked, values, reason, have):
    found = score([{"community": "c1", "purpose": TEXT, "asked": asked}], answers=answers("c1", need=values))

    assert (needs(found)["poll_need"].reason, needs(found)["poll_need"].have) == (reason, have)
    assert "poll_need" not in found.measures
    assert found.status == "provisional"


def test_a_raised_floor_raises_what_a_poll_needs(score, answers):
    place = {"community": "c1", "purpose": TEXT, "asked": 12}
    rows = answers("c1", need=[5] * 12)

    assert "poll_need" in score([place], answers=rows).measures
    assert "poll_need" not in score([place], answers=rows, params={"floor": 13}).measures
    assert "poll_need" in score([place], answers=rows, params={"floor": 13, "no_floor": True}).measures


def test_the_latest_answer_of_a_person_counts_and_others_questionnaires_do_not(score, answers):
    rows = [{**row, "dated": "2025-11-01"} for row in answers("c1", need=[1] * 10)]
    rows += [{**row, "dated": "2025-12-01"} for row in answers("c1", need=[5] * 10)]
    rows += [{**row, "questionnaire": "other"} for row in answers("c1", need=[1] * 10)]
    rows += answers("c1", other=[1] * 10) + answers("c1", need=[9] * 3)

    assert score([{"community": "c1", "purpose": TEXT, "asked": 10}], answers=rows).measures["poll_need"] == 1.0


def test_answers_without_a_name_are_as_many_people(score, answers):
    rows = [{**row, "respondent": None} for row in answers("c1", know=[4] * 10)]

    assert score([{"community": "c1", "purpose": TEXT, "asked": 10}], answers=rows).measures["poll_know"] == 1.0
