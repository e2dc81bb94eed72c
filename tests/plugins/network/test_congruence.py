"""interfaces.congruence: levels, reasons, gaming, competitors, and that what is withheld stays so."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_network.congruence.scorer import Congruence
from kithline_sdk.stats import wilson
from kithline_sdk.testing import check_scorer, declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
ENTRY = scorer_entry("kithline_network", "interfaces.congruence")
NAMES = "abcdefgh"


def staff(size=6, names=NAMES):
    return [
        {"person": f"{name}{one}", "group": "employee", "organisation": "us", "department": name, "rank": "engineer"}
        for name in names
        for one in range(size)
    ]


def both(*pairs):
    return [{"actor": a, "target": b} for one, other in pairs for a, b in ((one, other), (other, one))]


def pair(a, b, people=2):
    """Ties between so many people of each of two departments."""
    return [(f"{a}{one}", f"{b}{one}") for one in range(people)]


def faces(*pairs, **columns):
    return [{"side_a": a, "side_b": b, **columns} for a, b in pairs]


def made(tables):
    return declared(snapshot({"memberships": staff(), "focal": [{"organisation": "us"}], **tables}, WINDOW), ENTRY)


def score(tables, **parameters):
    return run(Congruence(), made(tables), **parameters)


FIVE = (("a", "b"), ("a", "c"), ("a", "d"), ("a", "e"), ("a", "f"))


@pytest.mark.parametrize(("met", "level"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 3), (5, 3)])
def test_each_level_is_reached_by_the_share_that_is_met(met, level):
    ties = [("g0", "g1"), *(tie for a, b in FIVE[:met] for tie in pair(a, b))]

    found = score({"interfaces": faces(*FIVE), "ties": both(*ties)})

    assert (found.measures["met"], found.score, found.level) == (met, met / 5, level)
    assert found.intervals["congruence_unweighted"] == wilson(met, 5) == found.interval
    assert sum(one.contribution for one in found.drivers) == pytest.approx(met / 5)
    assert ENTRY["levels"][level] == ["disconnected", "patchy", "mostly", "connected"][level]
    assert 0 < found.level_probability <= 1


def test_a_pair_takes_two_people_of_each_side():
    fan = [("a0", "b0"), ("a0", "b1"), ("a0", "b2")]
    square = [("a0", "b0"), ("a1", "b0"), ("a0", "b1")]

    seen = [score({"interfaces": faces(*FIVE), "ties": both(*ties)}) for ties in (fan, square)]

    assert [one.measures["met"] for one in seen] == [0, 1]
    assert [one.measures["begun"] for one in seen] == [1, 0]
    assert score({"interfaces": faces(*FIVE), "ties": both(*fan)}, people_per_side=1).measures["met"] == 1


def test_a_departments_missing_pair_is_named_with_its_weight_why_and_roles():
    found = score({"interfaces": faces(*FIVE, weight=2.0, why="orders"), "ties": both(*pair("a", "b"))})

    assert found.measures["missing.a.c"] == 2
    assert found.tables["missing"][0] == {
        "a": "a", "b": "c", "why": "orders", "weight": 2.0, "people_a": 6, "people_b": 6,
        "roles_a": "engineer", "roles_b": "engineer", "competing": False,
    }  # fmt: skip
    (step,) = found.recommendations
    assert step.text == "Bring a (engineer) and c (engineer) together on orders: 2 people of each at least."
    assert step.gain == (0.0, 0.2)


def test_no_weight_is_one_the_heaviest_declaration_holds_and_weight_nothing_is_not_needed():
    rows = [
        *faces(("a", "b"), ("c", "a")), *faces(("b", "a"), weight=3.0, why="later"), *faces(("a", "d"), weight=0.0), *faces(("e", "e"))
    ]  # fmt: skip

    found = score({"interfaces": rows, "ties": both(*pair("a", "b"))})

    assert (found.measures["needed"], found.score) == (2, 0.75)


def test_a_supplier_by_its_alias_and_a_community_are_sides():
    suppliers = [{"person": f"s{one}", "group": "supplier", "organisation": "S-old"} for one in range(2)]
    active = [
        {"day": "2026-02-01", "community": "axle", "actor": one, "verb": "posted", "count": 1}
        for one in ("g0", "g1", "h0")
    ]
    tables = {
        "memberships": staff() + suppliers,
        "organisations": [{"organisation": "S", "aliases": "S-old; S2"}],
        "communities": [{"community": "axle"}],
        "activity_day": [*active, {**active[0], "actor": "a5", "verb": "left"}],
        "interfaces": faces(("a", "S"), ("S", "axle"), ("b", "axle")),
        "ties": both(("a0", "s0"), ("a1", "s1"), ("s0", "g0"), ("s1", "h0"), ("a5", "b1"), ("g0", "b0")),
    }

    found = score(tables)

    assert (found.measures["needed"], found.measures["met"], found.measures["begun"]) == (3, 2, 1)
    assert "missing.axle.b" not in found.measures  # three people of the community are under the floor
    assert score(tables, no_floor=True).measures["missing.axle.b"] == 1


def test_a_sensitive_community_is_no_side():
    active = [{"day": "2026-02-01", "community": "x", "actor": "a0", "verb": "posted", "count": 1}]

    found = score({
        "communities": [{"community": "x", "sensitive": True}], "activity_day": active,
        "interfaces": faces(("a", "x"), ("a", "b")), "ties": both(("a0", "b0")),
    })  # fmt: skip

    assert (found.measures["needed"], found.measures["unknown_sides"]) == (1, 1)


def test_a_side_nobody_knows_is_told_and_one_without_people_is_not_met():
    tables = {
        "organisations": [{"organisation": "silent"}],
        "interfaces": faces(("a", "silent"), ("a", "nowhere"), ("a", "b")),
        "ties": both(*pair("a", "b")),
    }

    found = score(tables)

    assert (found.measures["needed"], found.measures["met"], found.score) == (2, 1, 0.5)
    assert found.coverage == pytest.approx(2 / 3)
    assert "unknown_side" in {one.reason for one in found.missing}
    assert found.measures["missing.a.silent"] == 1
    assert [one.code for one in found.recommendations] == ["meet_heaviest_missing", "mend_interfaces"]


def test_competitors_are_never_advised_to_meet_whatever_was_declared():
    suppliers = [
        {"person": f"{one}{two}", "group": "supplier", "organisation": one} for one in "pqr" for two in range(6)
    ]
    tables = {
        "memberships": staff() + suppliers,
        "organisations": [
            {"organisation": "p", "competing": "The Q company"}, {"organisation": "q", "name": "The Q company", "owner": "holding"},
            {"organisation": "r", "owner": "holding"},
        ],
        "interfaces": [*faces(("q", "p"), ("p", "r"), weight=9.0), *faces(*FIVE)],
        "ties": both(*pair("p", "q", 1), *pair("g", "h")),
    }  # fmt: skip

    found = score(tables)

    assert {row["b"] for row in found.tables["missing"] if row["competing"]} == {"q", "r"}
    assert found.recommendations
    for step in found.recommendations:
        assert not {"p", "q", "r"} & set(step.text.replace(",", " ").split())


def test_surplus_is_listed_without_departments_that_share_people():
    shared = [{"person": "a0", "group": "employee", "department": "h"}]

    found = score({
        "memberships": staff() + shared, "interfaces": faces(*FIVE),
        "ties": both(*pair("g", "b"), *pair("a", "h"), *pair("c", "d", 1)),
    })  # fmt: skip

    assert found.measures["surplus"] == 1
    assert found.tables["surplus"] == [{"a": "b", "b": "g"}]


@pytest.mark.parametrize(
    ("tables", "reasons"),
    [
        ({}, {"met": "no_interfaces", "congruence": "no_interfaces", "missing.<a>.<b>": "no_interfaces", "surplus": "direction_unknown", "events": "no_events"}),
        ({"interfaces": faces(*FIVE)}, {"met": "direction_unknown", "congruence": "direction_unknown", "missing.<a>.<b>": "direction_unknown"}),
        ({"interfaces": faces(*FIVE), "ties": [{"actor": "a0", "target": "b0"}]}, {"congruence": "direction_unknown", "begun": "direction_unknown"}),
        ({"interfaces": faces(("a", "b")), "ties": both(*pair("a", "b"))}, {"congruence_without_one_low": "one_interface", "missing.<a>.<b>": "all_met"}),
    ],
)  # fmt: skip
def test_an_absent_measure_has_its_reason(tables, reasons):
    found = score(tables)

    told = {one.what: one.reason for one in found.missing}
    assert {key: told.get(key) for key in reasons} == reasons
    assert (found.score is None) == ("congruence" in reasons)


def test_posts_that_nobody_answers_broadcasts_and_reactions_meet_no_pair():
    day = {"day": "2026-02-01", "recipients": 1, "count": 1000, "verb": "posted"}
    one_way = [{**day, "actor": f"a{one}", "target": f"{other}{one}"} for one in range(6) for other in "bcdef"]
    back = [
        {**day, "actor": row["target"], "target": row["actor"], **more}
        for row, more in zip(one_way, itertools.cycle([{"recipients": 11}, {"verb": "reacted"}]), strict=False)
    ]

    found = score({"interfaces": faces(*FIVE), "tie_day": one_way + back})

    assert (found.score, found.measures["begun"], found.measures["congruence"]) == (0.0, 0, 0)


def test_volume_and_one_busy_person_change_nothing_beyond_concentration():
    ties = [("g0", "g1"), *pair("a", "b"), *pair("a", "c")]
    whale = [("h0", f"{name}{one}") for name in "abcdef" for one in range(6)]
    tables = {"interfaces": faces(*FIVE), "ties": both(*ties)}

    quiet, loud = score(tables), score({**tables, "ties": [{**row, "count": 10_000} for row in both(*ties, *whale)]})

    assert abs(loud.score - quiet.score) <= loud.concentration
    assert quiet.concentration == pytest.approx(0.4)


def test_a_small_department_is_withheld_with_a_second_pair_of_its_weight():
    people = [row for row in staff() if row["department"] != "f" or row["person"] in {"f0", "f1"}]

    found = score({"memberships": people, "interfaces": faces(*FIVE), "ties": both(*pair("a", "b"))})

    assert "missing.a.f" not in found.measures
    assert {one.name for one in found.drivers} >= {"other_pairs"}
    assert not any(row["b"] == "f" for row in found.tables["missing"])
    assert not any("f" in step.text.replace(",", " ").split() for step in found.recommendations)
    hidden = [one for one in found.missing if one.reason == "floor"]
    assert hidden[0].what == "2 of 5 missing.<a>.<b>"


def test_a_lone_withheld_surplus_pair_takes_another_with_it():
    people = [row for row in staff() if row["department"] != "h" or row["person"] in {"h0", "h1"}]
    ties = both(*pair("g", "h"), *pair("b", "c"), *pair("c", "d"))

    found = score({"memberships": people, "interfaces": faces(*FIVE), "ties": ties})

    assert found.measures["surplus"] == 3
    assert len(found.tables["surplus"]) == 1
    assert found.tables["surplus"][0]["b"] != "h"


def _drawn(seed):
    draw = random.Random(seed)
    people = [f"{name}{one}" for name in NAMES for one in range(6)]
    ties = [draw.sample(people, 2) for _ in range(draw.randrange(1, 160))]
    wanted = draw.sample(list(itertools.combinations(NAMES, 2)), draw.randrange(2, 20))
    return ties, [(a, b, draw.choice([None, 0.5, 1.0, 2.0, 4.0])) for a, b in wanted]


@given(st.integers(0, 10_000))
def test_figures_agree_with_plain_counting(seed):
    ties, wanted = _drawn(seed)
    rows = [{"side_a": a, "side_b": b, "weight": weight} for a, b, weight in wanted]

    found = score({"interfaces": rows, "ties": both(*ties)})

    across = {frozenset(tie) for tie in ties if tie[0] != tie[1]}

    def met(a, b):
        ends = [sorted(tie, key=lambda one: one[0] != a) for tie in across if {one[0] for one in tie} == {a, b}]
        return all(len({tie[side] for tie in ends}) >= 2 for side in (0, 1))

    weights = {(a, b): 1.0 if weight is None else weight for a, b, weight in wanted}
    shares = [
        sum(w for key, w in weights.items() if met(*key) and key != left)
        / sum(w for key, w in weights.items() if key != left)
        for left in (None, *weights)
    ]
    assert found.score == pytest.approx(shares[0], abs=1e-12)
    assert found.measures["congruence_without_one_low"] == pytest.approx(min(shares[1:]), abs=1e-12)
    assert found.measures["congruence_without_one_high"] == pytest.approx(max(shares[1:]), abs=1e-12)
    others = set(itertools.combinations(NAMES, 2)) - set(weights)
    assert found.measures["surplus"] == sum(met(*one) for one in others)


@given(st.integers(0, 10_000))
def test_a_further_tie_never_lowers_the_score(seed):
    ties, wanted = _drawn(seed)
    rows = [{"side_a": a, "side_b": b, "weight": weight} for a, b, weight in wanted]

    less = score({"interfaces": rows, "ties": both(*ties)})
    more = score({"interfaces": rows, "ties": both(*ties, ("a5", "b5"), ("c5", "d5"))})

    assert more.score >= less.score - 1e-12


def test_the_kit_passes_on_drawn_organisations():
    snapshots = []
    for seed in range(3):
        ties, wanted = _drawn(seed)
        rows = [{"side_a": a, "side_b": b, "weight": weight} for a, b, weight in wanted]
        snapshots.append(made({"interfaces": rows, "ties": both(*ties)}))

    assert [one.status for one in check_scorer(Congruence(), ENTRY, snapshots)] == ["ok"] * 3
