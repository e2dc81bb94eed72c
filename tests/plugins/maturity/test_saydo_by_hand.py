"""saydo.gap by hand: gaps, errors, who claims too much, ranks, and what is absent."""

import math

import pytest

from kithline_maturity.saydo.scorer import Saydo
from kithline_sdk.testing import run, snapshot

WINDOW = ("2025-01-01", "2026-07-01")
LOW = 1.6448536269514722  # 90 % of a normal curve lie within so many standard errors


def fields(scorer, values):
    return [
        {"scorer": scorer, "field": name, **({"text": one} if isinstance(one, str) else {"number": float(one)})}
        for name, one in values.items()
    ]


def supply(said, done, *, said_se=None, done_se=None, status="ok"):
    values = {"status": status, "measure.survey": said, "measure.two_way": done}
    for name, middle, se in (("survey", said, said_se), ("two_way", done, done_se)):
        if se is not None:
            values |= {f"interval.{name}.low": middle - LOW * se, f"interval.{name}.high": middle + LOW * se}
    return fields("supply.collaboration", values)


def score(findings, answers=(), items=(), **params):
    return run(
        Saydo(), snapshot({"findings": findings, "answers": list(answers), "items": list(items)}, WINDOW), **params
    )


def test_a_gap_its_error_and_the_claim_that_is_too_high():
    found = score(supply(0.8, 0.4, said_se=0.03, done_se=0.04))
    assert found.status == "ok"
    assert found.measures["gap.supply"] == pytest.approx(0.4)
    assert found.measures["se.supply"] == pytest.approx(0.05)
    assert found.score == pytest.approx(0.4)
    assert found.interval == pytest.approx((0.4 - LOW * 0.05, 0.4 + LOW * 0.05))
    assert [note.code for note in found.findings] == ["over_claim.supply"]


def test_the_index_is_the_mean_of_what_is_claimed_too_high():
    other = fields(
        "leadership.presence",
        {"status": "ok", "score": 70.0, "interval_low": 60.0, "interval_high": 80.0, "measure.self_reported": 0.5},
    )
    found = score([*supply(0.8, 0.4), *other])
    assert found.measures["gap.leadership"] == pytest.approx(-0.2)
    assert found.score == pytest.approx(0.2)
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(found.score)
    assert found.interval.startswith("unquantified")


@pytest.mark.parametrize(
    ("said", "se", "codes"), [(0.5, 0.01, []), (0.8, 0.3, []), (0.1, 0.01, ["under_claim.supply"]), (0.8, None, [])]
)
def test_a_claim_is_only_named_where_it_is_far_off_and_sure(said, se, codes):
    found = score(supply(said, 0.4, said_se=se, done_se=se))
    assert [note.code for note in found.findings] == codes


@pytest.mark.parametrize(
    ("findings", "why"),
    [([], "not_run"), (supply(0.8, 0.4, status="insufficient"), "insufficient"),
     (fields("supply.collaboration", {"status": "ok", "measure.two_way": 0.4}), "no_survey"),
     (fields("supply.collaboration", {"status": "ok", "measure.survey": 0.4}), "no_behaviour")],
)  # fmt: skip
def test_without_both_parts_there_is_no_gap(findings, why):
    found = score(findings)
    assert (found.status, found.score) == ("insufficient", None)
    assert {one.reason for one in found.missing if one.what == "gap.supply"} == {why}


def test_a_provisional_part_makes_the_gap_provisional():
    assert score(supply(0.8, 0.4, status="provisional")).status == "provisional"


def rows(leaders, others):
    people = [("director", 4.0)] * leaders + [("clerk", 2.0)] * others
    return [
        {"questionnaire": "q", "item": "a", "respondent": f"p{n}", "rank": rank, "value": value}
        for n, (rank, value) in enumerate(people)
    ]


ITEMS = [
    {
        "questionnaire": "q",
        "version": "1",
        "item": "a",
        "dimension": "supply",
        "minimum": 0.0,
        "maximum": 4.0,
        "reverse": False,
    }
]


def test_leaders_less_the_others_only_from_ten_and_five():
    assert score([], rows(10, 5), ITEMS).measures["rank_gap.supply"] == pytest.approx(0.5)
    for leaders, others in ((9, 5), (10, 4)):
        found = score([], rows(leaders, others), ITEMS)
        assert "rank_gap.supply" not in found.measures
        assert "floor" in {one.reason for one in found.missing if one.what == "rank_gap.supply"}
