"""What the card promises about people, minimum, interfaces, bridges and words."""

import itertools
import json
import random
import re

import msgspec
import pytest

from kithline_network import kithline_scorers
from kithline_sdk.checks import check_finding
from kithline_sdk.testing import check_scorer, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
JUDGING = re.compile(
    r"\b(good|bad|poor|weak|weakest|strong|high|low|healthy|unhealthy|siloed|open|closed|excellent|isolated|worst|best)\b"
)


def _departments(**sizes):
    return {f"{name}{one:03}": name for name, size in sizes.items() for one in range(size)}


def _random_ties(people, many, seed=1):
    return random.Random(seed).sample(list(itertools.combinations(sorted(people), 2)), many)


def _within(department):
    return [(a, b) for a, b in itertools.combinations(sorted(department), 2) if department[a] == department[b]]


def _event(actor, target, day="2026-02-01", **more):
    return {"day": day, "actor": actor, "target": target, "verb": "posted", "recipients": 1, "count": 1, **more}


def test_random_mixing_gives_an_index_near_nothing(score):
    department = _departments(a=60, b=50, c=40, d=30)

    found = score(department, _random_ties(department, 4000))

    assert found.measures["silo_index"] < 0.03
    assert found.interval[0] <= found.score <= found.interval[1]
    assert abs(found.measures["permutation_z"]) < 3


def test_blocks_give_an_index_near_one(score):
    department = _departments(a=20, b=20, c=20)

    apart = score(department, _within(department))
    nearly = score(department, [*_within(department), ("a000", "b000"), ("a000", "c000")])

    assert (apart.measures["silo_index"], apart.score) == (1, 0)
    assert apart.interval[0] == 0 < apart.interval[1] < 0.02
    assert 0.99 < nearly.measures["silo_index"] < 1


@pytest.mark.parametrize("crossing", [0, 40, 400])
def test_there_is_no_level_and_no_adjective_anywhere(score, entry, crossing):
    department = _departments(a=15, b=15, c=15)
    ties = [*_within(department), *_random_ties(department, crossing)]

    found = score(department, set(ties), {"interfaces": [{"side_a": "a", "side_b": "b", "why": "launch"}]})

    assert (found.level, entry["levels"]) == (None, [])
    assert not JUDGING.findall(json.dumps(msgspec.to_builtins(found)).replace('"effort": "low"', ""))
    assert not JUDGING.findall(json.dumps(entry))


def test_the_plugin_passes_the_kit(entry):
    department = {"group": "employee", "valid_from": "2025-01-01"}
    people = [{"person": one, "department": name, "rank": "engineer", **department}
              for one, name in _departments(a=9, b=7, c=6, d=3).items()]  # fmt: skip
    ids = [row["person"] for row in people]
    events = [_event(a, b, f"2026-02-{1 + day:02}") for day in range(3) for a, b in _random_ties(ids, 70, day % 2)]
    tables = {
        "memberships": [*people, {"person": ids[0], "department": "b", "group": "employee"}],
        "tie_day": events,
        "ties": [{"actor": a, "target": b, "count": 3} for a, b in _random_ties(ids, 40, 9)],
        "interfaces": [{"side_a": "a", "side_b": "b"}, {"side_a": "c", "side_b": "supplier"}],
        "populations": [{"group": "employee", "count": 30}],
    }
    scorer = next(one for one in kithline_scorers() if one.key == "silos.internal")

    ok, empty = check_scorer(scorer, entry, [snapshot(tables, WINDOW), snapshot({}, WINDOW)])

    assert (ok.status, empty.status) == ("ok", "insufficient")
    assert ok.measures["staff_share"] == 25 / 30 == ok.coverage


def test_one_department_is_not_applicable_and_says_nothing_else(score):
    department = _departments(a=12)

    found = score(department, _within(department))

    assert (found.status, found.reasons, found.measures) == ("not_applicable", ["one_department"], {})


def test_without_departments_the_score_is_insufficient(score):
    found = score({}, [("x", "y")])

    assert (found.status, found.reasons, found.score) == ("insufficient", ["no_departments"], None)
    nothing = dict.fromkeys(("departments", "departments_below_floor", "departments_at_floor"), 0)
    assert found.measures == {"people": 2, **nothing}
    assert {"active_people", "ei"} <= {one.what for one in found.missing if one.reason == "no_departments"}


def test_without_ties_there_are_counts_but_no_index(score):
    found = score(_departments(a=6, b=6))

    assert (found.status, found.reasons) == ("insufficient", ["no_ties"])
    assert (found.measures["ties"], found.measures["active_people"], found.measures["departments"]) == (0, 0, 2)
    assert not {"ei", "silo_index", "lift.a.b", "department_ei.a"} & found.measures.keys()


def test_all_active_people_in_one_department_leave_the_index_open(score):
    department = _departments(a=6, b=6)

    found = score(department, [("a000", "a001"), ("a001", "a002")])

    assert (found.status, found.reasons) == ("insufficient", ["one_active_department"])
    assert found.measures["ei_expected"] == -1
    assert next(one.reason for one in found.missing if one.what == "silo_index") == "one_active_department"


def test_two_active_people_have_neither_spread_nor_concentration(score):
    found = score({"a": "a", "b": "b"}, [("a", "b")], no_floor=True)

    assert (found.score, found.concentration) == (1, None)
    assert {"ei_jackknife_se", "permutation_z"} <= {one.what for one in found.missing if one.reason == "too_few_people"}


def test_the_department_of_the_last_active_day_counts(score):
    moved = [
        {"person": "m", "group": "employee", "department": "a", "valid_to": "2026-02-10"},
        {"person": "m", "group": "employee", "department": "b", "valid_from": "2026-02-10"},
        {"person": "n", "group": "employee", "department": "a"},
        {"person": "o", "group": "employee", "department": "b"},
    ]

    def internal(day):
        events = [_event("m", "n", "2026-02-01"), _event("n", "m", day), _event("m", "n", day), _event("o", "n", day)]
        return score({}, (), {"memberships": moved, "tie_day": events}, no_floor=True).measures["internal_ties"]

    assert (internal("2026-02-09"), internal("2026-02-10")) == (1, 0)


def test_somebody_who_only_receives_is_active_on_that_day(score):
    moved = [
        {"person": "m", "group": "employee", "department": "a", "valid_to": "2026-02-10"},
        {"person": "m", "group": "employee", "department": "b", "valid_from": "2026-02-10"},
        {"person": "n", "group": "employee", "department": "a"},
    ]
    events = [_event("n", "m", "2026-02-01"), _event("n", "m", "2026-02-02")]

    found = score({}, (), {"memberships": moved, "tie_day": events}, no_floor=True)

    # Nobody holds b on a day that counts.
    assert found.status == "not_applicable"


def test_a_declared_tie_is_dated_by_its_last_contact(score):
    moved = [
        {"person": "m", "group": "employee", "department": "a", "valid_to": "2026-02-10"},
        {"person": "m", "group": "employee", "department": "b", "valid_from": "2026-02-10"},
        {"person": "n", "group": "employee", "department": "a"},
        {"person": "o", "group": "employee", "department": "b"},
    ]
    tie = {"actor": "n", "target": "m", "last_at": "2026-02-01"}

    found = score({}, (), {"memberships": moved, "ties": [tie]}, no_floor=True)

    assert found.measures["internal_ties"] == 1


def test_members_are_employees_or_of_the_focal_organisation(score):
    people = [
        {"person": "e", "group": "employee", "organisation": "sub", "department": "a"},
        {"person": "f", "organisation": "us", "department": "b"},
        {"person": "s", "group": "supplier", "organisation": "them", "department": "b"},
    ]
    ties = [{"actor": "e", "target": "f"}, {"actor": "f", "target": "s"}]

    found = score({}, (), {"memberships": people, "ties": ties, "focal": [{"organisation": "us"}]}, no_floor=True)

    assert (found.measures["people"], found.measures["ties"], found.measures["active_people"]) == (3, 1, 2)


def test_where_neither_is_known_everybody_with_a_department_is_looked_at(score):
    people = [{"person": "x", "department": "a"}, {"person": "y", "department": "b"}, {"person": "z"}]

    found = score({}, (), {"memberships": people, "ties": [{"actor": "x", "target": "y"}]}, no_floor=True)

    assert (found.measures["ties"], found.measures["staff_share"]) == (1, 1)


def test_active_is_who_has_a_counted_event_with_anybody(score):
    events = [_event("a000", "customer"), _event("b000", "a001", verb="reacted"), _event("b001", "b001")]

    found = score(_departments(a=5, b=5), [("a002", "b002")], {"tie_day": events})

    assert found.measures["active_people"] == 3
    assert found.measures["people"] == 7


def _act(actor, day="2026-02-01", **more):
    return {"day": day, "actor": actor, "verb": "posted", "count": 1, **more}


def test_who_acts_without_a_tie_is_among_the_people_and_active(score):
    acts = [_act("a000"), _act("a001", verb="viewed"), _act("stranger", count=3)]
    crowd = [_event("b000", f"a00{one}", recipients=11) for one in (2, 3)]

    found = score(_departments(a=5, b=5), [("a004", "b004")], {"activity_day": [*acts, _act("b000", count=11)],
                                                              "tie_day": crowd})  # fmt: skip

    # a000 and b000, who wrote to eleven, beside the two of the tie.
    assert found.measures["active_people"] == 4
    assert found.measures["people"] == 8
    assert found.measures["events"] == 16
    assert found.measures["ties"] == 1


def test_the_last_day_somebody_acted_on_decides_even_without_a_tie(score):
    moved = [
        {"person": "m", "group": "employee", "department": "a", "valid_to": "2026-02-10"},
        {"person": "m", "group": "employee", "department": "b", "valid_from": "2026-02-10"},
        {"person": "n", "group": "employee", "department": "a"},
        {"person": "o", "group": "employee", "department": "b"},
    ]
    tie = {"actor": "n", "target": "m", "last_at": "2026-02-01"}

    found = score({}, (), {"memberships": moved, "ties": [tie], "activity_day": [_act("m", "2026-02-11")]})

    assert found.measures["internal_ties"] == 0


ALONE = {
    "memberships": [{"person": f"p{n}", "group": "employee", "department": "ab"[n % 2]} for n in range(12)],
    "activity_day": [_act("p1"), _act("p2", count=2)],
    "tie_day": [_event("p1", "p2")],
    "ties": [{"actor": "p1", "target": "p2"}],
    "event_day": [{"day": "2026-02-01", "count": 2, "ids_hash": "00"}],
    "populations": [{"group": "employee", "count": 30}],
    "interfaces": [{"side_a": "a", "side_b": "b"}],
    "focal": [{"organisation": "us"}],
}


@pytest.mark.parametrize("table", ALONE)
def test_one_table_alone_gives_what_it_can(entry, score, table):
    found = score({}, (), {"memberships": [], "ties": [], table: ALONE[table]})

    assert (found.status, found.score) == ("insufficient", None)
    assert found.measures["departments"] == (2 if table == "memberships" else 0)
    assert found.measures.get("events") == (3 if table == "activity_day" else None)
    assert "ei" in {one.what for one in found.missing}
    check_finding(found, entry)


@pytest.mark.parametrize(
    ("events", "ties"),
    [
        ([_event("a000", "b000")], 0),
        ([_event("a000", "b000", count=2)], 0),
        ([_event("a000", "b000"), _event("a000", "b000", "2026-02-02")], 1),
        ([_event("a000", "b000"), _event("b000", "a000")], 1),
        ([_event("a000", "b000", recipients=11), _event("b000", "a000")], 0),
    ],
)
def test_a_tie_needs_two_days_or_both_directions_and_no_crowd(score, events, ties):
    assert score(_departments(a=5, b=5), (), {"tie_day": events}).measures["ties"] == ties


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([], 0.2),
        ([{"group": "supplier", "count": 900}], 0.2),
        ([{"group": "employee", "count": 20}], 0.1),
        (
            [
                {"group": "employee", "department": "a", "count": 12},
                {"group": "employee", "department": "b", "count": 8},
            ],
            0.1,
        ),
        ([{"group": "employee", "department": "a", "count": 20}, {"group": "employee", "count": 20}], 0.1),
        ([{"group": "employee", "department": "a", "count": 12}, {"group": "employee", "count": 8}], 0.1),
    ],
)
def test_staff_is_the_population_else_the_people_listed(score, rows, share):
    found = score(_departments(a=5, b=5), [("a000", "b000")], {"populations": rows})

    assert found.measures["staff_share"] == share == found.coverage


def test_a_declared_pair_without_two_way_tie_is_named_first(score):
    department = _departments(a=10, b=10, c=10)
    one_way = [_event("a000", "b000", "2026-02-01"), _event("a000", "b000", "2026-02-02")]
    both = [_event("a001", "c001"), _event("c001", "a001")]
    declared = [
        {"side_a": "b", "side_b": "a", "why": "painting", "weight": 1.0},
        {"side_a": "a", "side_b": "b", "why": "launch", "weight": 2.0},
        {"side_a": "a", "side_b": "b", "weight": 5.0},
        {"side_a": "a", "side_b": "c", "why": "audit"},
        {"side_a": "a", "side_b": "a"},
        {"side_a": "a", "side_b": "a supplier"},
    ]

    found = score(department, _within(department), {"tie_day": one_way + both, "interfaces": declared}, no_floor=True)

    (row,) = found.tables["interfaces_without_two_way_tie"]
    assert (row["a"], row["b"], row["why"], row["weight"], row["ties"]) == ("a", "b", "launch", 5, 1)
    assert found.measures["declared_pairs"] == 2
    assert found.measures["declared_pairs_without_tie"] == 0
    assert found.measures["declared_pairs_without_two_way_tie"] == 1
    assert found.recommendations[0].code == "declared_pair_below_chance"
    assert found.recommendations[0].text == "Bring a and b together where their work meets (launch)."
    low, high = found.recommendations[0].gain
    assert 0 < low < high < 1


def test_where_no_direction_is_known_declared_pairs_without_any_tie_are_named(score):
    department = _departments(a=6, b=6)

    found = score(department, _within(department), {"interfaces": [{"side_a": "a", "side_b": "b"}]})

    assert "declared_pairs_without_two_way_tie" not in found.measures
    assert found.measures["declared_pairs_without_tie"] == 1
    assert [row["ties"] for row in found.tables["interfaces_without_two_way_tie"]] == [0]
    assert next(one.reason for one in found.missing if "two_way" in one.what) == "direction_unknown"


def test_a_pair_that_hangs_on_one_person_is_protected(score):
    department = _departments(a=8, b=8, c=8)
    apart = [tie for tie in _within(department) if "a007" not in tie]
    bridge = [("a000", f"b00{one}") for one in range(4)]
    others = [(f"b00{one}", f"c00{two}") for one in range(8) for two in range(8) if (one + two) % 3 == 0]

    found = score(department, [*apart, *bridge, *others], no_floor=True)

    codes = [step.code for step in found.recommendations]
    assert codes == ["pair_below_chance", "protect_only_bridge", "declare_interfaces"]
    assert "between a and b" in found.recommendations[1].text
    assert found.recommendations[1].gain.startswith("unquantified: ")


def test_the_only_bridge_with_the_lowest_constraint_should_rotate(score):
    department = _departments(a=8, b=8)
    bridge = [("a000", f"b00{one}") for one in range(8)]

    found = score(department, [*_within(department), *bridge], no_floor=True)

    assert "rotate_only_bridge" in [step.code for step in found.recommendations]


def test_mixing_beyond_chance_is_scored_full_and_still_adds_up(score):
    department = _departments(a=10, b=10)
    across = [(a, b) for a in department for b in department if department[a] < department[b]]

    found = score(department, across)

    assert found.measures["ei"] == 1
    assert (found.score, found.measures["silo_index"]) == (1, 0)
    assert sum(driver.contribution for driver in found.drivers) == pytest.approx(1, abs=1e-12)


def test_bridges_are_named_by_role_only_where_enough_people_share_it(score):
    department = _departments(a=10, b=10)
    rows = [
        {"person": one, "group": "employee", "department": name, "rank": "head" if one == "a000" else "engineer"}
        for one, name in department.items()
    ]
    ties = [{"actor": a, "target": b} for a, b in [*_within(department), ("a000", "b000"), ("a001", "b001")]]

    found = score({}, (), {"memberships": rows, "ties": ties})

    assert {(row["department"], row["rank"]) for row in found.tables["bridges"]} <= {
        ("a", None), ("a", "engineer"), ("b", "engineer"),
    }  # fmt: skip
    assert len(found.tables["bridges"]) == 3
    assert "a000" not in json.dumps(msgspec.to_builtins(found))


def test_per_person_measures_come_on_request_only(score):
    department = _departments(a=5, b=5)
    people = {"people": [{"person": one, "id": one} for one in department]}

    asked = score(department, [("a000", "b000")], people, persons=True, no_floor=True)
    unasked = score(department, [("a000", "b000")], people, no_floor=True)

    assert asked.measures["constraint.a000"] == 1
    assert "constraint.a001" not in asked.measures
    assert not [name for name in unasked.measures if name.startswith("constraint.")]


def test_ids_with_dots_and_percent_signs_are_written_escaped(score):
    department = {"x": "R&D 50%", "y": "Dr. Who"}

    found = score(department, [("x", "y")], no_floor=True)

    assert "lift.Dr%2E Who.R&D 50%25" in found.measures


def test_lifts_are_published_for_the_largest_departments(score):
    department = _departments(**{f"d{one:02}": 5 for one in range(70)}, big=6)

    found = score(department, _random_ties(department, 500), no_floor=True)

    lifts = [name for name in found.measures if name.startswith("lift.")]
    assert len(lifts) == 63 * 62 // 2
    assert "lift.big.d00" in lifts
    assert any(one.reason == "too_many_cells" and (one.have, one.need) == (63, 71) for one in found.missing)
