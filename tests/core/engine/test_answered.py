"""Answers behind a figure: an item that few people answered is not among those that are listed, and cannot be had by subtraction."""

from collections import Counter

import pytest

from kithline_core.engine import answered
from kithline_core.engine.listable import Cell
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Column, Table


def answers(*given, **more):
    """Return answers: an item and who answered it, part by part."""
    rows = [(item, person) for item, people in given for person in people]
    cells = {"item": [item for item, _ in rows], "respondent": [person for _, person in rows], **more}
    return Table("answers", {name: Column.of(CATALOGUE["answers"][name], of) for name, of in cells.items()})


def listed(table, k=5):
    return dict(Counter(answered.listed(table, k).texts("item")))


def test_items_are_listed_from_ten_people_on_or_from_a_higher_floor():
    table = answers(("a", range(12)), ("b", range(10)), ("c", range(10, 22)))

    assert listed(table) == {"a": 12, "b": 10, "c": 12}
    assert listed(table, 11) == {"c": 12}


def test_the_only_item_of_few_takes_the_smallest_other_along():
    assert listed(answers(("a", range(15)), ("b", range(12)), ("c", range(3)))) == {"a": 15}


def test_items_of_few_are_left_out_together_where_enough_people_answered_them():
    table = answers(("a", range(15)), ("b", range(6)), ("c", range(6, 12)))
    same = answers(("a", range(15)), ("b", range(6)), ("c", range(6)))

    assert listed(table) == {"a": 15}
    assert listed(same) == {}


def test_an_item_answered_twice_by_some_is_counted_by_people():
    table = answers(("a", range(15)), ("b", [*range(8), *range(8)]), ("c", range(12)))

    assert "b" not in listed(table)


def test_the_same_item_of_another_assessment_is_another():
    table = answers(("a", range(24)), assessment=["one"] * 12 + ["two"] * 12)
    few = answers(("a", range(26)), assessment=["one"] * 20 + ["two"] * 6)

    assert listed(table) == {"a": 24}
    assert listed(few) == {}


def test_what_was_answered_in_a_role_alone_is_listed():
    table = answers(("a", range(12)), ("b", [0]), ("c", [None]), role=[None] * 12 + ["assessor", None])
    both = answers(("a", range(12)), ("b", range(4)), ("c", range(12)), role=[None] * 12 + ["outside"] + [None] * 15)

    assert listed(table) == {"a": 12, "b": 1, "c": 1}
    assert listed(both) == {"c": 12}


def test_no_answers_and_answers_of_whom_nobody_reads_stay_as_they_are():
    assert listed(answers()) == {}
    nobody = Table("answers", {"item": Column.of("str", ["a"])})
    assert answered.listed(nobody, 5) is nobody


def of(*parts):
    """Return answers of departments: department, item and who, part by part."""
    return answers(
        *((item, people) for _, item, people in parts),
        department=[name for name, _, people in parts for _ in people],
    )


def whole(table, label):
    return answered.whole(table, Cell("department", label), 5)


BUYING, MAKING, SELLING = range(12), range(20, 35), range(40, 60)


def test_a_department_is_listed_where_each_of_its_items_is():
    table = of(*((name, item, people) for name, people in (("buying", BUYING), ("making", MAKING)) for item in "ab"))

    assert whole(table, "buying")
    assert whole(table, "making")
    assert whole(table, "nowhere")


@pytest.mark.parametrize("label", ["buying", "making"])
def test_a_department_in_which_few_answered_one_item_is_not_listed_nor_the_one_that_would_give_it_away(label):
    table = of(
        ("buying", "a", BUYING), ("making", "a", MAKING), ("selling", "a", SELLING),
        ("buying", "b", range(4)), ("making", "b", MAKING), ("selling", "b", SELLING),
    )  # fmt: skip

    assert not whole(table, label)
    assert whole(table, "selling")


def test_a_department_is_not_listed_with_an_item_that_is_left_out_of_the_list_of_all():
    table = of(
        ("buying", "a", range(11)), ("making", "a", MAKING),
        ("buying", "b", BUYING), ("making", "b", MAKING), ("selling", "c", range(3)),
    )  # fmt: skip

    assert listed(table) == {"b": 27}
    assert not whole(table, "buying")
    assert not whole(table, "making")
