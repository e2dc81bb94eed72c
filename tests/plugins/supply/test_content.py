"""Practices shared and taken up, and the survey."""

import numpy as np
import pytest

from kithline_sdk.testing import snapshot
from kithline_supply import kithline_scorers
from kithline_supply.params import SupplyParams
from kithline_supply.survey import interval, survey

DIMENSIONS = ("information_sharing", "decision_synchronisation", "incentive_alignment")


def _answers(made, people, value=4.0, **more):
    """Let some people answer one item of each dimension."""
    for dimension in DIMENSIONS:
        made.add(
            "items",
            {
                "questionnaire": "supply.survey",
                "version": "1",
                "item": dimension[:3],
                "dimension": dimension,
                "minimum": 1.0,
                "maximum": 5.0,
                "reverse": False,
            },
        )
    rows = (
        {
            "questionnaire": "supply.survey",
            "version": "1",
            "assessment": "a",
            "respondent": f"r{n}",
            "item": d[:3],
            "value": value,
            "department": f"d{n % 2}",
            **more,
        }
        for n in range(people)
        for d in DIMENSIONS
    )
    return made.add("answers", *rows)


def _star(world, suppliers, size=10):
    made = world(suppliers(size))
    return made.talk(("F", one) for one in made.suppliers)


def test_one_sharer_has_evenness_nought_and_nobody_none(world, score, suppliers):
    nobody = score(_star(world, suppliers)).measures
    one = score(_star(world, suppliers).share("S000", "i1").share("S000", "i2", ["S001"])).measures

    assert not {"practice_evenness", "practice"} & nobody.keys()
    assert (one["practice_evenness"], one["practice"], one["adoption"]) == (0, 0, 0.5)
    assert (one["practice_items"], one["practice_rate"], one["sharing_suppliers"]) == (2, 0.2, 1)


def test_practices_of_others_than_suppliers_do_not_count(world, score, suppliers):
    found = score(_star(world, suppliers).share("F", "ours", ["S000"]).share("stranger", "theirs", ["S000"]))

    assert "practice_items" not in found.measures


def test_only_another_supplier_takes_a_practice_up(world, score, suppliers):
    made = (
        _star(world, suppliers)
        .share("S000", "a", ["F"])
        .share("S001", "b", ["s001b"])
        .share("S002", "c", ["S003", "S004"])
    )
    made.members.append(made.member("S001", "s001b"))

    assert score(made).measures["adoption"] == pytest.approx(1 / 3)


def test_an_item_of_two_suppliers_counts_half_for_each(world, score, suppliers):
    made = _star(world, suppliers).share("S000", "a")
    made.members.append(made.member("S001", "s000"))

    found = score(made)

    assert found.measures["practice_items"] == 1
    assert [row["practices"] for row in found.tables["organisations"][1:3]] == [0.5, 0.5]


def test_a_use_of_an_item_from_before_the_window_is_no_item(world, score, suppliers):
    made = _star(world, suppliers).add(
        "item_use", {"item": "old", "day": "2026-01-05", "actor": "s000", "used_by": "s001"}
    )

    assert "practice_items" not in score(made).measures


def test_practices_count_per_quarter_of_ninety_days(world, score, suppliers):
    made = _star(world, suppliers)
    for one in made.suppliers:
        made.share(one, one)

    assert score(made).measures["practice_rate"] == 1
    assert score(made, window=("2025-10-03", "2026-04-01")).measures["practice_rate"] == 0.5


def test_the_survey_is_the_mean_of_its_dimensions(world, score, suppliers):
    made = _answers(_star(world, suppliers), 6)
    made.tables["answers"][0]["value"] = 1.0

    found = score(made)

    assert found.measures["survey.information_sharing"] == pytest.approx((5 * 0.75 + 0) / 6)
    assert found.measures["survey"] == pytest.approx((0.625 + 0.75 + 0.75) / 3)
    assert found.measures["respondents"] == 6
    low, high = found.intervals["survey"]
    assert low < found.measures["survey"] < high


def test_fewer_respondents_than_the_floor_stay_unknown(world, score, suppliers):
    made = _answers(_star(world, suppliers), 4)

    found = score(made)

    assert not [name for name in found.measures if name.startswith(("survey", "respondents"))]
    assert ("survey", "below_floor") in [(one.what, one.reason) for one in found.missing]
    assert "survey" in score(made, no_floor=True).measures
    assert "survey" not in score(_answers(_star(world, suppliers), 6), floor=7).measures
    assert "survey" in score(_answers(_star(world, suppliers), 2, role="assessor")).measures


def test_a_dimension_that_too_few_answered_is_withheld_from_the_index_too(world, score, suppliers):
    made = _answers(_star(world, suppliers), 6)
    secret = {**made.tables["answers"][0], "item": "own", "dimension": "secret", "value": 1.0}
    made.add("answers", *({**secret, "respondent": f"r{n}"} for n in range(4)))

    found = score(made)
    bare = score(made, no_floor=True)

    assert "survey.secret" not in found.measures
    assert ("survey.secret", "below_floor") in [(one.what, one.reason) for one in found.missing]
    assert (found.measures["survey"], found.measures["respondents"]) == (0.75, 6)
    assert found.intervals["survey"] == (0.75, 0.75)
    assert (bare.measures["survey.secret"], bare.measures["survey"]) == (0, pytest.approx(0.75 * 3 / 4))


def test_a_dimension_that_few_assessors_answered_is_open(world, score, suppliers):
    made = _answers(_star(world, suppliers), 6, role="assessor")
    made.add("answers", {**made.tables["answers"][0], "item": "own", "dimension": "secret", "value": 1.0})

    assert score(made).measures["survey.secret"] == 0


def test_six_people_who_each_answered_another_dimension_are_no_six(world, score, suppliers):
    made = _answers(_star(world, suppliers), 6)
    made.tables["answers"] = [row for n, row in enumerate(made.tables["answers"]) if n % 3 == n // 3 % 3]

    assert ("survey", "below_floor") in [(one.what, one.reason) for one in score(made).missing]


def test_the_last_assessment_counts(world, score, suppliers):
    made = _answers(_star(world, suppliers), 6, dated="2026-01-05")
    for row in list(made.tables["answers"]):
        made.add("answers", {**row, "assessment": "earlier", "dated": "2026-01-02", "value": 1.0})

    assert score(made).measures["survey"] == 0.75


def test_reversed_items_and_other_scales_are_keyed(world, score, suppliers):
    made = _answers(_star(world, suppliers), 5, value=2.0)
    for row in made.tables["items"]:
        row["reverse"], row["minimum"], row["maximum"] = True, 0.0, 10.0

    assert score(made).measures["survey"] == pytest.approx(0.8)


def test_answers_may_name_their_dimension_themselves(world, score, suppliers):
    made = _star(world, suppliers)
    row = {"questionnaire": "supply.survey", "version": "9", "assessment": "a", "item": "x", "dimension": "trust"}
    made.add("answers", *({**row, "respondent": f"r{n}", "value": 3.0} for n in range(5)))
    made.add("items", {"questionnaire": "supply.survey", "version": "1", "item": "x", "dimension": "other"})

    assert score(made).measures["survey.trust"] == 0.5


@pytest.mark.parametrize("broken", [{"value": None}, {"item": "unheard of"}, {"questionnaire": "other"}])
def test_answers_without_value_or_dimension_say_nothing(world, score, suppliers, broken):
    assert ("survey", "no_survey") in [
        (one.what, one.reason) for one in score(_answers(_star(world, suppliers), 6, **broken)).missing
    ]


def test_an_absent_survey_is_spread_over_the_rest(world, score, suppliers):
    bare = score(_star(world, suppliers))
    asked = score(_answers(_star(world, suppliers), 6, value=5.0))

    assert bare.score == pytest.approx(0.40 / 0.85)
    assert asked.score == pytest.approx(0.55)
    assert bare.bounds == (pytest.approx(0.4), pytest.approx(0.7))


def test_declared_ties_of_unknown_direction_reach_level_one_with_a_survey(world, score, suppliers):
    made = world(suppliers(10))
    made.add("ties", *({"actor": one.lower(), "target": "f"} for one in made.suppliers))
    bare = score(made)
    asked = score(_answers(made, 6))

    assert (bare.status, bare.missing[-1].have, bare.missing[-1].need) == ("insufficient", pytest.approx(0.55), 0.6)
    assert (asked.level, asked.coverage) == (1, pytest.approx(0.70))
    assert asked.level_probability > 0.99


def test_an_item_without_a_proper_scale_is_read_from_one_to_five(world, score, suppliers):
    made = _answers(_star(world, suppliers), 5, value=3.0)
    for row in made.tables["items"]:
        row["minimum"] = row["maximum"] = 2.0
    made.tables["items"][0].update(minimum=None, maximum=None)

    assert score(made).measures["survey"] == 0.5


def test_one_respondent_has_no_interval(world, score, suppliers):
    found = score(_answers(_star(world, suppliers), 1), no_floor=True)

    assert found.intervals["survey"].startswith("unquantified: ")


def test_respondents_each_alone_in_a_department_show_no_spread(world, score, suppliers):
    made = _answers(_star(world, suppliers), 6)
    for row in made.tables["answers"]:
        row["department"] = f"d{row['respondent']}"

    assert score(made).intervals["survey"].startswith("unquantified: ")


def test_the_bootstrap_is_as_wide_as_the_standard_error_says():
    draw = np.random.Generator(np.random.PCG64(3))
    rows = [
        {
            "questionnaire": "supply.survey",
            "assessment": "a",
            "respondent": f"r{n:03}",
            "item": "x",
            "dimension": "d",
            "value": float(v),
        }
        for n, v in enumerate(draw.integers(1, 6, 200))
    ]
    asked, _ = survey(snapshot({"answers": rows}, ("2026-01-01", "2026-04-01")), SupplyParams())

    low, high = interval(asked, 2000, 7)

    spread = np.std(asked.means) / np.sqrt(200) * 1.645
    assert high - low == pytest.approx(2 * spread, rel=0.1)
    assert interval(asked, 2000, 7) == (low, high)


def test_the_plugin_offers_its_scorer():
    assert [scorer.key for scorer in kithline_scorers()] == ["supply.collaboration"]
