"""The ladder of each stakeholder group."""

import pytest

GROUPS = ("customer", "employee", "partner", "shareholder", "supplier")
FULL = {stem: [4] * 5 for stem in ("L1", "L2", "L3", "L4", "BM", "WF", "LD")}


@pytest.fixture(scope="session")
def tagged(five):
    """The nth question of each level is about the nth group."""
    return [
        {**one, "group": GROUPS[int(one["item"][-1]) - 1] if one["level"] else None}
        for one in five
    ]  # fmt: skip


def ladders(found):
    return {name.removeprefix("ladder."): value for name, value in found.measures.items() if name.startswith("ladder.")}


def test_each_group_climbs_its_own_ladder(depth, tagged, answers):
    values = {**FULL, "L2": [4, 4, 4, 4, 2], "L3": [4, 4, 2, 1, 4]}

    found = depth(tagged, answers(values, confirmed_by="x"))

    assert ladders(found) == {"customer": 4, "employee": 4, "partner": 2, "shareholder": 2, "supplier": 1}
    assert found.measures["group_attainment.supplier.2"] == 0.5


def test_no_group_climbs_above_the_ceiling(depth, tagged, answers):
    found = depth(tagged, answers({**FULL, "WF": [1] * 5}, confirmed_by="x"))

    assert set(ladders(found).values()) == {2}


def test_level_four_with_a_group_needs_the_word_from_outside_too(depth, tagged, answers):
    assert set(ladders(depth(tagged, answers(FULL))).values()) == {3}


def test_a_group_whose_first_level_has_no_answer_is_absent_with_its_reason(depth, tagged, answers):
    found = depth(tagged, answers({**FULL, "L1": [4, 4, 4, 4]}, confirmed_by="x"))

    assert "supplier" not in ladders(found)
    assert any("ladder.supplier" in one.what for one in found.missing)


def test_a_group_stops_at_the_level_without_an_answer_and_says_so(depth, tagged, answers):
    found = depth(tagged, answers({**FULL, "L3": [4, 4, 4, 4]}, confirmed_by="x"))

    assert ladders(found)["supplier"] == 2
    assert "an answer about supplier on level 3" in {one.what for one in found.missing}


def test_the_probability_comes_from_respondents_where_there_are_five(depth, tagged, answers):
    rows = [row for n in range(6) for row in answers({"L1": [4 * (n % 2)] * 5}, respondent=f"p{n}")]

    few, many = depth(tagged, answers({"L1": [4] * 5})), depth(tagged, rows)

    assert few.measures["group_p.customer.1"] == pytest.approx(1 - 0.7**2, abs=1e-9)
    assert 0 < many.measures["group_p.customer.1"] < 0.5


def test_a_failed_mandatory_question_about_nobody_fails_its_level_for_every_group(depth, tagged, answers):
    gate = {**tagged[0], "item": "L1.6", "group": None, "mandatory": True}

    found = depth([*tagged, gate], answers({**FULL, "L1": [4, 4, 4, 4, 4, 1]}, confirmed_by="x"))

    assert set(ladders(found).values()) == {0}
    assert {found.measures[f"group_passed.{group}.1"] for group in GROUPS} == {0}
    assert {found.measures[f"group_p.{group}.1"] for group in GROUPS} == {0}
    assert {found.measures[f"group_passed.{group}.2"] for group in GROUPS} == {1}


def test_a_mandatory_question_about_one_group_is_a_gate_for_that_group_alone(depth, tagged, answers):
    items = [{**one, "mandatory": one["item"] == "L2.1"} for one in tagged]

    found = depth(items, answers({**FULL, "L2": [1, 4, 4, 4, 4]}, confirmed_by="x"))

    assert ladders(found) == {"customer": 1, "employee": 4, "partner": 4, "shareholder": 4, "supplier": 4}


def test_a_mandatory_question_fails_in_the_draws_of_respondents_in_which_it_is_below_its_mark(depth, tagged, answers):
    gate = {**tagged[0], "item": "L1.6", "group": None, "mandatory": True}
    rows = [row for n in range(6) for row in answers({"L1": [4, 4, 4, 4, 4, 4 * (n % 2)]}, respondent=f"p{n}")]

    found = depth([*tagged, gate], rows)

    assert found.measures["group_passed.customer.1"] == 1
    assert 0.3 < found.measures["group_p.customer.1"] < 0.95


def test_an_unanswered_mandatory_question_leaves_a_group_undecided(depth, tagged, answers):
    first, third = ({**tagged[0], "item": f"L{k}.6", "level": k, "group": None, "mandatory": True} for k in (1, 3))

    low, high = (depth([*tagged, gate], answers(FULL, confirmed_by="x")) for gate in (first, third))

    assert ladders(low) == {}
    assert any("ladder.customer" in one.what for one in low.missing)
    assert set(ladders(high).values()) == {2}
    assert "group_passed.customer.3" not in high.measures
    assert any("group_passed.customer.3" in one.what for one in high.missing)


def test_a_group_needs_seven_tenths_of_its_own_questions(depth, tagged, answers):
    more = [{**tagged[5], "item": f"L2.{n}", "group": "customer"} for n in (6, 7)]

    found = depth([*tagged, *more], answers(FULL, confirmed_by="x"))

    assert (ladders(found)["customer"], ladders(found)["employee"]) == (1, 4)
    assert found.measures["group_attainment.customer.2"] == 1
