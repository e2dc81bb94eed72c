"""What the engine lets out, and what it turns into an error of that one result."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.engine import spec
from kithline_core.engine import judge
from kithline_core.engine.document import decode, encode
from kithline_core.engine.numbers import digits, points
from kithline_core.plugins import Input, Limits
from kithline_sdk.contract import Driver, Finding, Note, Recommendation
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

KEY = "sha256:00"


def snapshot(rows=3):
    columns = {name: Column.of("int", list(range(rows))) for name in ("day", "actor", "target", "count")}
    return Snapshot(
        Window(0, 90 * 86_400_000_000), [Table("tie_day", {**columns, "verb": Column.of("str", ["posted"] * rows)})]
    )


def judged(finding, **changes):
    return judge.judge(spec(**changes), finding, snapshot(), KEY)


def right(**changes):
    plain = {"score": 0.5, "interval": (0.4, 0.6), "level": 1, "measures": {"ties": 3}}
    return Finding(**{**plain, **changes})


def test_a_right_finding_becomes_a_document_in_points():
    found = judged(right(bounds=(0.1, 0.9)))

    assert (found.status, found.score, found.interval, found.bounds) == ("ok", 50.0, (40.0, 60.0), (10.0, 90.0))
    assert (found.level, found.level_name, found.unit) == (1, "some", "points")
    assert found.window == ("1970-01-01T00:00:00Z", "1970-04-01T00:00:00Z")


def test_a_level_of_behaviour_is_called_an_orientation_once_whether_its_scorer_says_so_or_not():
    told = Note(code="orientation", clause="in words of its own")
    answers = Snapshot(Window(0, 10), [Table("answers", {"value": Column.of("float", [1.0])})])
    asked = [Input(table="answers", columns=["value"], required=True)]

    assert [one.code for one in judged(right()).findings] == ["orientation"]
    assert judged(right(findings=[told])).findings == [told]
    assert judged(right(level=None)).findings == []
    assert judge.judge(spec(inputs=asked), right(), answers, KEY).findings == []


def test_a_document_read_back_is_the_same_bytes():
    found = judged(right(drivers=[Driver(name="a", contribution=0.5)]))

    assert encode(decode(encode(found))) == encode(found)


@pytest.mark.parametrize("measures", [{}, {"ties": 1}, {"ties": "many"}])
def test_a_missed_minimum_takes_score_level_and_interval_and_keeps_measures(measures):
    found = judged(right(measures=measures))

    assert (found.status, found.score, found.level, found.interval) == ("insufficient", None, None, None)
    assert found.measures == measures
    assert found.missing[0].reason == "few_ties"
    assert found.missing[0].need == 2
    assert found.reasons == ["few_ties"]


def test_just_the_minimum_is_enough_and_what_is_no_number_counts_as_nothing():
    assert judged(right(measures={"ties": 2})).status == "ok"
    assert [judged(right(measures=one)).missing[0].have for one in ({}, {"ties": "many"})] == [0, 0]


@pytest.mark.parametrize(
    "edge",
    [
        {"score": 0.0, "interval": (0.0, 0.5)},
        {"score": 1.0, "interval": (0.5, 1.0)},
        {"level": 0},
        {"bounds": (-1.0, 1.0)},
        {
            "recommendations": [
                Recommendation(code="a", text="b", evidence="c", gain=(0, 0.1), effort="low", refuted_by="d")
            ]
            * 3
        },
    ],
)
def test_the_ends_of_what_is_allowed_are_allowed(edge):
    assert judged(right(**edge)).status == "ok"


def test_contributions_may_miss_the_score_by_rounding_once_a_part(monkeypatch):
    monkeypatch.setattr(judge, "SUM_TOLERANCE", 0.125)
    missed = [[0.375], [0.3125], [0.125, 0.125], [0.0625, 0.125]]

    found = [judged(right(drivers=[Driver(name="a", contribution=one) for one in parts])) for parts in missed]

    assert [one.status for one in found] == ["ok", "error", "ok", "error"]


def test_a_level_is_one_of_behaviour_where_one_table_is():
    inputs = [*spec().inputs, Input(table="answers", columns=["value"], required=False)]

    both = Snapshot(
        Window(0, 90 * 86_400_000_000),
        [*snapshot().tables.values(), Table("answers", {"value": Column.of("float", [])})],
    )

    found = judge.judge(spec(inputs=inputs), right(), both, KEY)

    assert [one.code for one in found.findings] == ["orientation"]


def test_a_document_is_as_large_as_its_limit_at_most():
    size = len(encode(judged(right())))
    fits, larger = (judged(right(), limits=Limits(output_bytes=limit)) for limit in (size, size - 1))

    assert (fits.status, larger.reasons) == ("ok", ["too_large"])


def test_what_may_not_be_read_or_shown_says_so_and_tells_no_way_to_it():
    barred = judge.not_permitted(spec(), snapshot(), KEY, "no_ground", "no ground in force")
    kept = judge.withheld(spec(), snapshot(), KEY, "few_people", "too few people")

    assert (barred.status, barred.reasons, barred.missing[0].what) == (
        "not_permitted",
        ["no_ground"],
        "no ground in force",
    )
    assert (kept.status, kept.reasons, kept.lineage) == ("withheld", ["few_people"], [])


@pytest.mark.parametrize("status", ["withheld", "not_permitted"])
def test_what_is_withheld_comes_without_measures(status):
    found = judged(right(status=status))

    assert (found.score, found.measures, found.bounds) == (None, {}, None)


def test_a_not_applicable_score_keeps_what_was_measured():
    found = judged(Finding(status="not_applicable", reasons=["no_focal"], measures={"ties": 41}))

    assert (found.status, found.score, found.measures) == ("not_applicable", None, {"ties": 41})


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ({"score": 1.2}, "outside"),
        ({"interval": None}, "without an interval"),
        ({"interval": "who knows"}, "unquantified"),
        ({"interval": (0.6, 0.7)}, "does not hold"),
        ({"interval": (0.6, 0.4)}, "does not hold"),
        ({"level": 3}, "level 3"),
        ({"interval": (0.4, 1.5)}, "does not hold"),
        ({"bounds": (0, 1e308)}, "outside -1 and 1"),
        ({"bounds": (0, 1.5)}, "outside -1 and 1"),
        ({"bounds": (-1.5, 0)}, "outside -1 and 1"),
        ({"drivers": [Driver(name="a", gain=1.7e308)]}, "outside -1 and 1"),
        (
            {"drivers": [Driver(name="a", contribution=1.7e308), Driver(name="b", contribution=1.7e308)]},
            "cannot be shown",
        ),
        ({"score": None}, "score is missing"),
        ({"measures": {"ties": math.nan}}, "not finite"),
        ({"drivers": [Driver(name="a", contribution=0.4)]}, "miss the score"),
        (
            {
                "recommendations": [
                    Recommendation(code="a", text="b", evidence="c", gain=(0, 0.1), effort="low", refuted_by="d")
                ]
                * 4
            },
            "three",
        ),
    ],
)
def test_a_finding_that_breaks_the_contract_is_an_error_with_its_reason(broken, word):
    found = judged(right(**broken))

    assert found.status == "error"
    assert found.reasons == ["invalid_finding"]
    assert word in found.missing[0].what
    assert (found.score, found.measures) == (None, {})


def test_an_unquantified_interval_needs_its_reason():
    found = judged(right(interval="unquantified: one item"))

    assert (found.status, found.interval) == ("ok", "unquantified: one item")


def test_a_scorer_without_a_unit_answers_without_a_score():
    found = judged(right(score=None, interval=None, level=None), unit="none", aggregation="none", minimum=[])

    assert found.status == "ok"


def test_every_figure_has_its_interval_or_the_word_and_one_entry_speaks_for_all_without():
    bare = judged(right(measures={"ties": 3}))
    told = judged(right(measures={"ties": 3}, intervals={"ties": (2, 5)}))
    half = judged(right(measures={"ties": 3, "lift.a.b": 4}, intervals={"ties": (2, 5)}))
    own = judged(right(measures={"ties": 3}, intervals={"*": "unquantified: a census"}))

    assert bare.intervals == {"*": judge.PLAIN}
    assert half.intervals == {"*": judge.PLAIN, "ties": (2, 5)}
    assert told.intervals == {"ties": (2, 5)}
    assert own.intervals == {"*": "unquantified: a census"}


def test_arithmetic_contributions_are_points_that_add_up_to_the_score():
    parts = [Driver(name="a", contribution=0.125), Driver(name="b", contribution=right().score - 0.125)]

    found = judged(right(drivers=parts))

    assert [one.contribution for one in found.drivers] == [12.5, pytest.approx(right().score * 100 - 12.5)]


def test_geometric_contributions_add_up_to_the_logarithm():
    parts = [
        Driver(name="a", contribution=math.log(0.5) / 2, gain=0.1),
        Driver(name="b", contribution=math.log(0.5) / 2),
    ]

    found = judged(right(drivers=parts), aggregation="geometric")

    assert found.status == "ok"
    assert math.fsum(one.contribution for one in found.drivers) == pytest.approx(math.log(0.5))
    assert found.drivers[0].gain == 10.0


def test_gains_of_recommendations_are_points_too():
    step = Recommendation(code="a", text="b", evidence="c", gain=(0.0, 0.125), effort="low", refuted_by="d")
    open_end = msgspec.structs.replace(step, gain="unquantified: new")

    found = judged(right(recommendations=[step, open_end]))

    assert [one.gain for one in found.recommendations] == [(0.0, 12.5), "unquantified: new"]


def test_a_finding_over_its_limit_is_too_large():
    found = judged(right(tables={"t": [{"x": "y" * 200_000}]}))

    assert (found.status, found.reasons) == ("error", ["too_large"])


# Every measure is absent, and is named.
NOTHING = [(f"rows to measure anything of ({', '.join(spec().measures)})", None, None)]


def test_an_empty_input_says_what_is_missing_and_how_much_more():
    found = judge.empty(spec(), snapshot(0), KEY)

    assert (found.status, found.score) == ("insufficient", None)
    assert [(one.what, one.have, one.need) for one in found.missing] == [
        ("rows of events", 0, 1),
        ("ties", 0, 2),
        *NOTHING,
    ]
    assert len(judge.empty(spec(measures={}), snapshot(0), KEY).missing) == len(found.missing) - 1


@given(st.floats(0, 1, allow_nan=False))
def test_points_are_within_half_a_tenth_and_numbers_keep_twelve_digits(share):
    assert abs(points(share) - 100 * share) <= 0.05 + 1e-9
    assert digits(share) == pytest.approx(share, rel=1e-11)


def test_halves_are_rounded_up():
    assert points(0.0005) == 0.1
    assert points(0.1235) == 12.4
    assert digits({"a": [-0.0, (1, "x", None)]}) == {"a": [0.0, (1, "x", None)]}
