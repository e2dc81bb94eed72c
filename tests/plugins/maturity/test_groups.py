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
