import random

import pytest
from kithline_sdk import Finding
from kithline_sdk.testing import run, scorer_entry, snapshot

from reused_answers import AnswersReuse

ENTRY = scorer_entry("reused_answers", "answers.reuse")
WINDOW = ("2026-01-01", "2026-04-01")


def shared(item: str, author: str, day: str = "2026-01-10") -> dict[str, object]:
    return {"item": item, "day": day, "actor": author}


def used(item: str, author: str, user: str, day: str = "2026-01-20") -> dict[str, object]:
    return {"item": item, "day": day, "actor": author, "used_by": user}


def scored(rows: list[dict[str, object]], **parameters: object) -> Finding:
    return run(AnswersReuse(), snapshot({"item_use": rows}, WINDOW), **parameters)


TWO_OF_FOUR = [
    *(shared(item, author) for item, author in (("one", "a"), ("two", "a"), ("three", "b"), ("four", "c"))),
    *(used("one", "a", user) for user in "bc"),
    *(used("three", "b", user) for user in "cd"),
    used("two", "a", "d"),
]


def test_the_example_of_the_method_page():
    found = scored([*TWO_OF_FOUR, shared("five", "d", "2026-03-20")], value_low=20, value_likely=40, value_high=60)

    assert found.score == 0.5
    assert (found.measures["answers"], found.measures["reused"], found.measures["young"]) == (4, 2, 1)
    assert found.measures["avoided_cost"] == 5 * 40
    assert found.intervals["avoided_cost"] == (100, 300)
    assert found.concentration == 0.5
    assert found.interval == pytest.approx((0.145, 0.855), abs=0.001)


def test_clicking_often_counts_once():
    often = [used("two", "a", "d", f"2026-01-{day}") for day in range(11, 29)]

    assert scored([*TWO_OF_FOUR, *often]).score == 0.5


def test_using_an_answer_of_ones_own_counts_for_nothing():
    assert scored([*TWO_OF_FOUR, used("two", "a", "a")]).measures == scored(TWO_OF_FOUR).measures


@pytest.mark.parametrize("day", ["2026-01-09", "2026-02-07"])
def test_a_use_outside_the_horizon_does_not_count_for_the_score(day):
    late = scored([*TWO_OF_FOUR, used("two", "a", "c", day)])

    assert (late.score, late.measures["reuses"]) == (0.5, 6)


def test_the_last_day_of_the_horizon_counts():
    assert scored([*TWO_OF_FOUR, used("two", "a", "c", "2026-02-06")]).score == 0.75


def test_an_older_answer_is_worth_something_and_is_no_part_of_the_share():
    found = scored([*TWO_OF_FOUR, used("older", "e", "a")], value_likely=10, value_high=10)

    assert (found.measures["answers"], found.measures["avoided_cost"]) == (4, 60)


def test_without_a_declared_value_there_is_no_money():
    found = scored(TWO_OF_FOUR)

    assert "avoided_cost" not in found.measures
    assert [one.reason for one in found.missing] == ["no_value_declared"]


def test_answers_that_are_all_too_young_give_no_score():
    found = scored([shared("one", "a", "2026-03-20")])

    assert (found.status, found.score, found.measures["young"]) == ("insufficient", None, 1)


def test_one_author_s_answers_are_as_uncertain_as_one_answer():
    by_one = scored([shared(f"i{n}", "a") for n in range(20)])
    by_many = scored([shared(f"i{n}", f"p{n}") for n in range(20)])

    assert by_one.interval == pytest.approx((0, 0.730), abs=0.001)
    assert by_many.interval == pytest.approx((0, 0.119), abs=0.001)


def test_two_who_use_each_other_s_answers_are_noted():
    friends = [shared("one", "a"), shared("two", "b"), used("one", "a", "b"), used("two", "b", "a")]

    assert [note.code for note in scored(friends).findings] == ["mutual"]
    assert scored(TWO_OF_FOUR).findings == []


def test_a_score_that_hangs_on_one_person_is_provisional():
    assert (scored(TWO_OF_FOUR).status, scored(TWO_OF_FOUR).reasons) == ("provisional", ["one_person"])


def test_unused_answers_are_advised_about_with_what_would_refute_it():
    lonely = [shared(f"i{n}", f"p{n}") for n in range(6)]

    assert [step.code for step in scored([*TWO_OF_FOUR, *lonely]).recommendations] == ["link", "find"]
    assert [step.code for step in scored(TWO_OF_FOUR).recommendations] == ["link"]
    assert "85%" in scored(TWO_OF_FOUR).recommendations[0].refuted_by


@pytest.mark.parametrize("refused", [{"horizon_days": 0}, {"least_users": 0}, {"value_low": 2.0}, {"value_low": -1.0}])
def test_parameters_that_mean_nothing_are_refused(refused):
    with pytest.raises(ValueError, match="low|or more"):
        scored(TWO_OF_FOUR, **refused)


@pytest.mark.parametrize("seed", range(5))
def test_the_concentration_is_what_leaving_each_one_out_shows(seed):
    draw = random.Random(seed)
    rows = [shared(f"i{n}", draw.choice("abcdefgh")) for n in range(30)]
    rows += [used(row["item"], row["actor"], draw.choice("abcdefgh")) for row in rows for _ in range(draw.randrange(4))]
    whole = scored(rows)

    moves = []
    for person in "abcdefgh":
        rest = scored([row for row in rows if person not in (row["actor"], row.get("used_by"))])
        moves.append(abs(whole.score - rest.score))

    assert whole.concentration == pytest.approx(max(moves))


@pytest.mark.parametrize("seed", range(3))
def test_it_passes_the_kit(seed, check_scorer, snapshot_factory):
    check_scorer(AnswersReuse(), ENTRY, [snapshot_factory(ENTRY, "small", seed)])


def test_its_findings_are_what_they_were(golden):
    golden(AnswersReuse())
