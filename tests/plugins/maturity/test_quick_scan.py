"""The quick scan: sixteen questions, no upload, a range, the likeliest ceiling, three steps, what to send next."""

import pytest


@pytest.fixture(scope="session")
def scan(depth, shipped):
    def score(value, **others):
        items = shipped("depth.quick") + shipped("depth")
        rows = [
            {"questionnaire": "depth.quick", "assessment": "q", "item": one["item"],
             "value": others.get(one["item"].partition(".")[0], value)}
            for one in shipped("depth.quick")
        ]  # fmt: skip
        return depth(items, rows)

    return score


def test_it_is_provisional_and_says_why(scan):
    found = scan(3)

    assert found.status == "provisional"
    assert {"quick_scan", "unproven"} <= set(found.reasons)


def test_it_gives_the_ladder_as_a_range(scan):
    found = scan(4, L3=2, L4=0)

    assert (found.measures["level_low"], found.level, found.measures["level_high"]) == (2, 2, 2)


def test_a_split_answer_widens_the_range(depth, shipped):
    items = shipped("depth.quick")
    rows = [
        {"questionnaire": "depth.quick", "assessment": "q", "item": one["item"], "value": 4 if n % 2 else 2}
        for n, one in enumerate(items)
    ]

    found = depth(items, rows)

    assert found.measures["level_low"] < found.measures["level_high"]
    assert "range" in {note.code for note in found.findings}


def test_it_names_the_ceiling_most_likely_to_bind_from_two_answers_each(scan):
    found = scan(3, WF=1)

    assert found.measures["likely_binding"] == "workforce"
    assert "cap.workforce" not in found.measures


def test_it_gives_three_steps_and_says_what_to_send_next(scan):
    found = scan(2)

    assert len(found.recommendations) == 3
    assert "send_next" in {note.code for note in found.findings}


def test_it_reads_the_ladders_of_customers_and_employees(scan):
    ladders = {name for name in scan(3).measures if name.startswith("ladder.")}

    assert ladders == {"ladder.customer", "ladder.employee"}
