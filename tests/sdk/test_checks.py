"""The kit catches what a plugin author may get wrong, and says what it was."""

import math
from typing import ClassVar

import msgspec
import pytest

from kithline_sdk import Driver, Finding, Missing, Recommendation, unquantified
from kithline_sdk.checks import check_finding, check_scorer, run
from kithline_sdk.relabelling import relabelled
from kithline_sdk.testing import snapshot

ENTRY = {
    "key": "toy.reach",
    "version": "1.0.0",
    "unit": "points",
    "aggregation": "arithmetic",
    "levels": ["none", "some"],
    "inputs": [{"table": "ties", "columns": ["actor", "target"], "required": True},
               {"table": "memberships", "columns": ["person", "department"], "required": False}],
    "minimum": [{"what": "ties", "measure": "ties", "at_least": 1, "reason": "few_ties"}],
    "parameters": {"enough": 10},
    "measures": {"ties": {}, "people.<department>": {}, "label": {}},
}  # fmt: skip
SMALL = snapshot(
    {
        "ties": [{"actor": 0, "target": 1}, {"actor": 1, "target": 2}, {"actor": 3, "target": 2}],
        "memberships": [{"person": 0, "department": "b"}, {"person": 1, "department": "a"}, {"person": 2}],
    },
    ("2026-01-01", "2026-04-01"),
)
STEP = Recommendation(code="x", text="x", evidence="x", gain=(0, 0), effort="low", refuted_by="x")


class Params(msgspec.Struct, frozen=True, kw_only=True):
    enough: int = 10
    persons: bool = False
    floor: int = 5
    no_floor: bool = False


class Toy:
    """Scores how many ties there are out of enough."""

    key: ClassVar[str] = "toy.reach"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = Params

    def score(self, snapshot, params, seed):
        ties, members = snapshot["ties"], snapshot["memberships"]
        people = {f"people.{name}": members.texts("department").count(name) for name in members.labels("department")}
        if not ties.rows:
            missing = [Missing(what="ties", reason="no_ties", have=0, need=1)]
            return Finding(status="insufficient", reasons=["no_ties"], missing=missing)
        score = min(1.0, ties.rows / params.enough)
        return Finding(
            score=score,
            level=1,
            interval=(score / 2, score),
            measures={"ties": ties.rows, "label": "few", **people},
            drivers=[Driver(name="ties", raw=ties.rows, sub_score=score, weight=1, contribution=score, gain=0)],
        )


def _broken(**changes):
    """Return a toy whose finding is changed where it has a score."""

    class Broken(Toy):
        def score(self, snapshot, params, seed):
            found = super().score(snapshot, params, seed)
            return msgspec.structs.replace(found, **changes) if found.score is not None else found

    return Broken()


def test_a_sound_scorer_passes_and_its_findings_come_back():
    (found,) = check_scorer(Toy(), ENTRY, [SMALL])

    assert found.score == 0.3
    assert check_scorer(Toy(), ENTRY, []) == []
    assert run(Toy(), SMALL, enough=3).score == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"score": 1.5}, r"1\.5 lies outside \[0, 1\]"),
        ({"coverage": -0.1}, r"-0\.1 lies outside"),
        ({"concentration": 30.0}, r"30\.0 lies outside"),
        ({"bounds": (0.0, 2.0)}, r"2\.0 lies outside"),
        ({"interval": None}, r"a score without an interval; use unquantified\(reason\)"),
        ({"interval": "unknown"}, r"'unknown' is not `unquantified: reason`"),
        ({"interval": (0.4, 0.9)}, r"the interval \(0\.4, 0\.9\) does not hold the score 0\.3"),
        ({"level": 2}, r"level 2 of 2 levels"),
        ({"score": None}, r"status ok without score"),
        ({"status": "withheld"}, r"status withheld without a reason"),
        ({"drivers": []}, r"contributions add up to 0\.0, not 0\.3"),
        ({"drivers": [Driver(name="x", sub_score=2.0)]}, r"sub_score 2\.0 of driver 'x' lies outside"),
        ({"drivers": [Driver(name="x", gain=-1.0)]}, r"gain -1\.0 of driver 'x' lies outside"),
        ({"drivers": [Driver(name="x", contribution=1.3), Driver(name="y", contribution=-1.0)]}, r"contribution 1\.3"),
        ({"measures": {"tees": 3}}, r"'tees' has no pattern in the manifest's `measures`"),
        ({"measures": {"people.a.b": 3}}, r"'people\.a\.b' has no pattern"),
        ({"measures": {"ties": math.nan}}, r"'ties' is nan; leave it out instead"),
        ({"recommendations": [STEP] * 4}, r"4 recommendations, 3 allowed"),
    ],
)
def test_a_finding_that_breaks_the_contract_is_caught(changes, message):
    with pytest.raises(AssertionError, match=message):
        check_scorer(_broken(**changes), ENTRY, [SMALL])


def test_an_interval_may_be_unquantified_and_a_measure_of_a_community():
    check_scorer(_broken(interval=unquantified("a toy")), ENTRY, [SMALL])
    check_finding(Finding(status="provisional", measures={"community:c 1.ties": 3}), {**ENTRY, "unit": "none"})


def test_contributions_of_a_geometric_score_add_up_to_its_logarithm():
    entry = {**ENTRY, "aggregation": "geometric"}
    parts = [Driver(name="x", contribution=math.log(0.3)), Driver(name="y")]

    check_scorer(_broken(drivers=parts), entry, [SMALL])
    with pytest.raises(AssertionError, match=r"contributions add up to"):
        check_scorer(Toy(), entry, [SMALL])


def test_a_score_of_no_aggregation_needs_no_contributions():
    check_scorer(_broken(drivers=[]), {**ENTRY, "aggregation": "none"}, [SMALL])


def test_a_finding_that_is_too_large_is_caught():
    with pytest.raises(AssertionError, match=r"bytes, allowed are 100"):
        check_scorer(Toy(), {**ENTRY, "limits": {"output_bytes": 100}}, [SMALL])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "toy.other"}, r"the scorer's key: got 'toy\.reach', expected 'toy\.other'"),
        ({"version": "2.0.0"}, r"the scorer's version"),
        ({"parameters": {"enough": 11}}, r"the defaults of Params"),
        ({"minimum": [{"measure": "tees"}]}, r"minimum asks for 'tees', not in `measures`"),
        ({"constructs": [{"measure": "tees"}]}, r"constructs asks for 'tees', not in `measures`"),
    ],
)
def test_code_and_manifest_must_agree(changes, message):
    with pytest.raises(AssertionError, match=message):
        check_scorer(Toy(), {**ENTRY, **changes}, [])


class Counting(Toy):
    """Remembers how often it was asked."""

    def __init__(self):
        self.times = 0

    def score(self, snapshot, params, seed):
        self.times += 1
        return msgspec.structs.replace(super().score(snapshot, params, seed), reasons=[str(self.times)])


class Forgetful(Toy):
    """Differs from one process to the next."""

    made = 0

    def __init__(self):
        Forgetful.made += 1
        self.number = Forgetful.made

    def score(self, snapshot, params, seed):
        return msgspec.structs.replace(super().score(snapshot, params, seed), reasons=[str(self.number)])


class Writing(Toy):
    """Writes into its input."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        snapshot["ties"].columns["actor"].values[:] = 9
        return found


class Snobbish(Toy):
    """Counts the people with small numbers."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        return msgspec.structs.replace(found, measures={"ties": int((snapshot["ties"].ints("actor") == 3).sum())})


class Boastful(Toy):
    """Takes no data for no problem."""

    def score(self, snapshot, params, seed):
        if snapshot["ties"].rows:
            return super().score(snapshot, params, seed)
        return Finding(score=0.0, interval=(0.0, 0.0), drivers=[Driver(name="x", contribution=0.0)])


class Silent(Toy):
    """Does not say what is missing."""

    def score(self, snapshot, params, seed):
        found = super().score(snapshot, params, seed)
        return msgspec.structs.replace(found, missing=[])


@pytest.mark.parametrize(
    ("scorer", "message"),
    [
        (Counting(), r"the same snapshot scored again: got"),
        (Forgetful(), r"a new scorer on decoded bytes: got"),
        (Writing(), r"the scorer changed its snapshot; it is read-only"),
        (Snobbish(), r"the measure ties after relabelling: got \[\d\], expected \[\d\]"),
        (Boastful(), r"without data the score is 0\.0, level None"),
        (Silent(), r"without data `missing` says nothing"),
    ],
)
def test_a_scorer_that_misbehaves_is_caught(scorer, message):
    with pytest.raises(AssertionError, match=message):
        check_scorer(scorer, ENTRY, [SMALL])


def test_what_is_drawn_may_move_a_little():
    class Drawn(Toy):
        def score(self, snapshot, params, seed):
            found = super().score(snapshot, params, seed)
            if found.score is None:
                return found
            first = float(snapshot["ties"].ints("actor")[0]) / 1000
            return msgspec.structs.replace(found, interval=(0.1 + first, 0.9), measures={"ties": 3 + first})

    busy = snapshot({"ties": [{"actor": 1, "target": 0}, {"actor": 2, "target": 1}]}, ("2026-01-01", "2026-04-01"))
    check_scorer(Drawn(), ENTRY, [busy], drawn=0.01)
    with pytest.raises(AssertionError, match="after relabelling"):
        check_scorer(Drawn(), ENTRY, [busy])


def test_relabelling_renames_lists_of_names_alike():
    made = snapshot(
        {"organisations": [{"organisation": "a", "competing": "b;elsewhere"}, {"organisation": "b"}]},
        ("2026-01-01", "2026-04-01"),
    )

    again = relabelled(made)["organisations"]

    assert again.texts("organisation") == ["r000001", "r000002"]
    assert again.texts("competing") == [None, "r000001;elsewhere"]


def test_long_differences_are_cut_to_a_screenful():
    with pytest.raises(AssertionError) as caught:
        check_scorer(_broken(findings=[]), {**ENTRY, "key": "k" * 3000}, [])

    assert str(caught.value).endswith("...")
