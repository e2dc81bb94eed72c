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


@pytest.fixture(scope="session")
def proven_rows(shipped):
    def rows(value, **others):
        return [
            {"questionnaire": "depth.quick", "assessment": "q", "item": one["item"], "evidence": "e",
             "confirmed_by": "x", "value": others.get(one["item"], value)}
            for one in shipped("depth.quick")
        ]  # fmt: skip

    return rows


@pytest.fixture(scope="session")
def proven_scan(depth, shipped, proven_rows):
    """A scan that carries evidence and a word from outside, beyond what it asks for."""

    def score(value, **others):
        return depth(shipped("depth.quick"), proven_rows(value, **others))

    return score


def test_it_is_provisional_and_says_why(scan):
    found = scan(3)

    assert found.status == "provisional"
    assert {"quick_scan", "unproven"} <= set(found.reasons)


def test_it_gives_the_ladder_as_a_range(scan):
    found = scan(4, L3=2, L4=0)

    assert (found.measures["level_low"], found.level, found.measures["level_high"]) == (0, 2, 2)


def test_equal_answers_leave_the_doubt_of_so_few_questions(proven_scan):
    found = proven_scan(4)

    # Three, two, three and two questions: P(Beta(n + 1, 1) >= .7) = 1 - .7^(n + 1).
    three, two = 1 - 0.7**4, 1 - 0.7**3
    at_least = [1, three, three * two, three**2 * two, three**2 * two**2]
    assert [row["probability"] for row in found.tables["levels"]] == pytest.approx(
        [high - low for high, low in zip(at_least, [*at_least[1:], 0], strict=True)], abs=1e-9
    )
    assert (found.status, found.level) == ("provisional", 4)
    assert (found.measures["level_low"], found.measures["level_high"]) == (0, 4)
    assert found.interval == (0.0, 1.0)
    assert found.level_probability == pytest.approx(at_least[4], abs=1e-9)


@pytest.mark.parametrize("value", [0, 1, 2, 3])
def test_no_answer_makes_a_quick_scan_certain(scan, value):
    low, high = scan(value).interval

    assert low < high


def test_a_level_without_answers_is_as_open_as_before_anything_was_asked(depth, shipped):
    rows = [
        {"questionnaire": "depth.quick", "assessment": "q", "item": one["item"], "value": 4}
        for one in shipped("depth.quick")
        if one["level"] != 4
    ]

    found = depth(shipped("depth.quick"), rows)

    assert found.tables["levels"][4]["probability"] == pytest.approx(0.3 * (1 - 0.7**4) ** 2 * (1 - 0.7**3), abs=1e-9)


def test_a_failing_mandatory_answer_ends_the_range(proven_scan):
    found = proven_scan(4, **{"L3.6": 1})

    assert (found.level, found.measures["level_high"]) == (2, 2)
    assert found.interval[1] == pytest.approx(2.70 / 4, abs=1e-9)


def test_a_declared_cap_ends_the_range(depth, shipped, proven_rows):
    cap = {"questionnaire": "depth.quick", "assessment": "q", "item": "cap.workforce", "value": 2, "evidence": "rule"}

    found = depth(shipped("depth.quick"), [*proven_rows(4), cap])

    assert (found.level, found.measures["level_high"], found.interval[1]) == (2, 2, 0.5)
    assert found.level_probability == pytest.approx((1 - 0.7**4) * (1 - 0.7**3), abs=1e-9)


def test_every_question_of_its_first_level_must_be_answered(depth, shipped, proven_rows):
    rows = [row for row in proven_rows(4) if row["item"] != "L1.2"]

    found = depth(shipped("depth.quick"), rows)

    assert found.measures["coverage.1"] == 0.75
    assert (found.status, found.reasons, found.level) == ("insufficient", ["coverage"], None)
    assert {"coverage": 1}.items() <= {one.reason: one.need for one in found.missing}.items()


def test_it_never_makes_a_social_business(verdict, as_fields, proven_scan):
    found = verdict({"maturity.depth": as_fields(proven_scan(4))})

    assert (found.measures["label"], found.measures["distance"]) == ("on the way", 1)
    assert {"gate": "full questionnaire", "met": 0, "probability": 0.0} in found.tables["gates"]


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
