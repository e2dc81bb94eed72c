"""The floor at the last hop: ids are listed only where enough people stand behind them, and behind what is left beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_core import plugins
from kithline_core.engine import listable
from kithline_core.engine.listable import FEW, ONLY_PEOPLE, Cell
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Column, Table

SILOS = plugins.installed().find("silos.internal")[1]


def crowd(place, size, first=0, count=3):
    return [(place, f"{place}-{number}", count) for number in range(first, first + size)]


def acts(*parts):
    return listable.acts([row for part in parts for row in part])


@pytest.mark.parametrize(
    ("measure", "cells"),
    [
        ("ei", []),
        ("department_ei.r%2Ed", [("department", "r.d")]),
        ("lift.a.b", [("department", "a"), ("department", "b")]),
        ("community:a%25b.needed", [("community", "a%b")]),
    ],
)
def test_a_measure_says_by_its_name_what_it_speaks_of(measure, cells):
    assert [tuple(one) for one in listable.cells(SILOS, measure)] == cells


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([crowd("a", 5)], None),
        ([crowd("a", 4)], FEW),
        ([], FEW),
        ([crowd("a", 20, count=1), [("a", "whale", 200)]], FEW),
        ([crowd("a", 20, count=1), [("a", "whale", 90)]], None),
    ],
)
def test_of_everybody_ids_are_listed_from_five_people_on_and_where_nobody_makes_most_of_them(parts, why):
    assert listable.of_all(acts(*parts), 5) == why


def test_a_community_is_listed_unless_it_or_what_is_left_beside_it_is_of_too_few():
    large, other, small = crowd("a", 9), crowd("b", 8), crowd("c", 2)

    assert listable.of_community(acts(large, other), "a", 5) is None
    assert listable.of_community(acts(large, other), "b", 10) == FEW
    assert listable.of_community(acts(large, small), "c", 5) == FEW
    # All less the community would be the two others.
    assert listable.of_community(acts(large, small), "a", 5) == FEW
    assert listable.of_community(acts(large, other, small), "a", 5) is None
    assert listable.of_community(acts(large, other, small), "b", 5) == FEW
    assert listable.of_community(acts(large), "nowhere", 5) == FEW


def test_events_of_no_community_are_what_is_left_as_well():
    nowhere = [(None, name, 3) for name in ("x", "y")]

    assert listable.of_community(acts(crowd("a", 9), nowhere), "a", 5) == FEW


def people(**departments):
    return {name: [of] for of, names in departments.items() for name in names}


def some(prefix, size):
    return [f"{prefix}{number}" for number in range(size)]


def test_a_department_is_listed_where_enough_of_it_act_and_enough_others():
    members = people(buying=some("b", 6), making=some("m", 7), selling=some("s", 2))

    def listed(*people):
        return listable.labels(acts([("a", one, 1) for of in people for one in of]), members, 5)

    everybody = (some("b", 6), some("m", 7))
    assert listed(*everybody) == ["buying", "making"]
    assert listed(*everybody, some("s", 2)) == ["making"]  # buying goes so that selling does not follow
    assert listed(some("b", 6), some("m", 3)) == []
    assert listed(some("b", 6), some("of no department ", 6)) == ["buying"]
    assert listed() == []


def test_a_department_is_not_listed_where_a_community_has_few_of_it():
    members = people(buying=some("b", 8), making=some("m", 8))
    both = [("a", one, 1) for one in (*some("b", 8), *some("m", 8))]

    few = [*both, *(("c", one, 1) for one in (*some("b", 2), *some("m", 8)))]

    assert listable.labels(acts(both), members, 5) == ["buying", "making"]
    assert listable.labels(acts(few), members, 5) == []


def test_two_departments_with_one_member_in_common_are_not_both_listed():
    members = {**people(buying=some("b", 8), making=some("m", 9)), "both": ["buying", "making"]}
    everybody = acts([("a", one, 1) for one in members])

    assert listable.labels(everybody, members, 5) == ["making"]


def test_a_community_that_few_of_no_department_act_in_closes_nothing_but_itself():
    members = people(buying=some("b", 8), making=some("m", 8))
    outsiders = [("c", one, 1) for one in some("outside", 2)]
    found = acts([("a", one, 1) for one in members], [("b", one, 1) for one in members], outsiders)

    assert listable.communities(found, 5) == ["b"]  # a goes with c
    assert listable.labels(found, members, 5) == ["making"]


def test_a_department_that_is_nearly_one_persons_goes_and_no_smaller_one_for_it():
    members = people(buying=some("b", 8), making=some("m", 8), selling=some("s", 9))
    rows = [("a", one, 90 if one == "s0" else 1) for one in members]

    assert listable.labels(acts(rows), members, 5) == ["making"]  # buying goes with selling: the rest would be one's


PLACED = st.tuples(st.sampled_from([None, "x", "y", "z"]), st.integers(0, 11), st.integers(1, 9))
PEOPLE = st.lists(st.sets(st.sampled_from("abc"), max_size=2), min_size=12, max_size=12)


@given(st.lists(PLACED, max_size=60), PEOPLE, st.integers(2, 4))
def test_no_lists_taken_together_or_from_each_other_leave_events_of_fewer_than_k(rows, belonging, k):
    found = acts([(place, f"p{one}", times) for place, one, times in rows])
    members = {f"p{one}": sorted(of) for one, of in enumerate(belonging)}
    if listable.of_all(found, k) is not None:
        return
    events = [(place or "", f"p{one}") for place, one, _ in rows]
    lists = [{at for at, (place, _) in enumerate(events) if place == one} for one in listable.communities(found, k)]
    lists += [
        {at for at, (_, who) in enumerate(events) if one in members[who]} for one in listable.labels(found, members, k)
    ]

    # Whatever intersections and differences leave is a union of these.
    parts = {}
    for at, (_, who) in enumerate(events):
        parts.setdefault(tuple(at in one for one in lists), set()).add(who)

    assert all(len(of) >= k for of in parts.values())


def answers(respondents, **more):
    kinds = CATALOGUE["answers"]
    cells = {"item": ["i"] * len(respondents), "respondent": respondents, **more}
    return Table("answers", {name: Column.of(kinds[name], of) for name, of in cells.items()})


def test_answers_of_people_are_what_they_think_and_listed_from_ten_on():
    assert listable.of_answers(answers(range(10)), None, 5) is None
    assert listable.of_answers(answers(range(9)), None, 5) == FEW
    assert listable.of_answers(answers(range(10)), None, 11) == FEW
    assert listable.of_answers(answers([0] * 90 + list(range(1, 10))), None, 5) == FEW


def test_answers_in_a_role_speak_of_nobody():
    assert listable.of_answers(answers([0, 1], role=["assessor", "outside"]), None, 5) is None
    assert listable.of_answers(answers([None, None]), None, 5) is None
    assert listable.of_answers(answers([0, 1], role=["assessor", None]), None, 5) == FEW


def test_answers_of_a_department_are_held_to_the_floor_beside_those_of_others():
    both = answers(range(30), department=["a"] * 15 + ["b"] * 15)
    uneven = answers(range(20), department=["a"] * 15 + ["b"] * 5)

    assert listable.of_answers(both, Cell("department", "a"), 5) is None
    assert listable.of_answers(uneven, Cell("department", "a"), 5) == FEW
    assert listable.of_answers(uneven, Cell("community", "a"), 5) is None


def test_answers_whose_respondents_are_not_read_cannot_be_held_to_the_floor():
    table = Table("answers", {"item": Column.of("str", ["i"])})

    assert listable.of_answers(table, None, 5) == ONLY_PEOPLE
