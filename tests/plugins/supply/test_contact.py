"""Who counts as whom, and what counts as contact."""

import itertools

import pytest

from kithline_sdk.checks import check_finding


def test_order_traffic_makes_no_tie(world, score, suppliers):
    made = world(suppliers(6)).talk([("F", "S000")], kind="order").talk([("F", "S001")], kind="question")

    found = score(made)

    assert [row["b"] for row in found.tables["ties"]] == ["S001"]
    assert found.measures["interactions"] == 4


def test_two_events_on_one_day_are_no_tie_but_one_each_way_is(world, score, suppliers):
    made = world(suppliers(6))
    made.say("F", "S000", days=["2026-01-05"], count=2)
    made.say("F", "S001", days=["2026-01-05"]).say("S001", "F", days=["2026-01-05"])

    assert [row["b"] for row in score(made).tables["ties"]] == ["S001"]


def test_messages_to_many_and_reactions_make_no_tie(world, score, suppliers):
    made = world(suppliers(6)).talk([("F", "S000")], recipients=11).talk([("F", "S001")], verb="reacted")

    assert score(made).measures["organisation_ties"] == 0


def test_events_count_by_the_membership_of_their_day(world, score, suppliers):
    made = world(suppliers(6))
    made.members.append(made.member("S000", "mover", valid_to="2026-02-01"))
    made.members.append(made.member("S001", "mover", valid_from="2026-02-01"))
    made.say("F", "mover", days=["2026-01-10"]).say("mover", "F", days=["2026-01-11"])
    made.say("F", "mover", days=["2026-03-10"])

    found = score(made)

    assert [(row["b"], row["two_way"]) for row in found.tables["ties"]] == [("S000", True), ("S001", False)]


def test_weight_counts_pairs_of_persons_not_messages(world, score, suppliers):
    made = world(suppliers(6))
    made.members += [made.member("F", "f2"), made.member("S000", "s000b")]
    made.talk([("F", "S000"), ("F2", "S000"), ("F2", "S000b")]).talk([("F", "S000")], days=["2026-03-01"] * 9)
    made.add("ties", {"actor": "f", "target": "s000", "count": 99})

    assert [row["weight"] for row in score(made).tables["ties"]] == [3]


def test_somebody_of_two_organisations_speaks_for_both(world, score, suppliers):
    made = world(suppliers(6))
    made.members.append(made.member("S001", "s000"))

    found = score(made.talk([("F", "S000")]))

    assert [row["b"] for row in found.tables["ties"]] == ["S000", "S001"]
    assert found.measures["interactions"] == 4


def test_people_without_organisation_are_no_tie(world, score, suppliers):
    found = score(world(suppliers(6)).talk([("F", "stranger")]))

    assert found.measures["organisation_ties"] == 0
    assert found.measures["organisations"] == 0


def test_two_suppliers_of_one_owner_are_one(world, score, suppliers):
    owner = {"owner": "family"}
    made = world(suppliers(6), S000=owner, S001=owner).talk([("F", "S001"), ("S000", "S001"), ("S001", "S002")])

    found = score(made)

    assert found.measures["suppliers"] == 5
    assert found.measures["link_coverage"] == 0.2
    assert [(row["a"], row["b"]) for row in found.tables["ties"]] == [("F", "S000"), ("S000", "S002")]


def test_an_owner_that_is_an_organisation_belongs_to_those_it_owns(world, score, suppliers):
    made = world(suppliers(6), S001={"owner": "S000"}, S002={"owner": "S001"})

    assert score(made.talk([("F", "S002")])).measures["suppliers"] == 4


def test_several_focal_organisations_are_one_hub(world, score, suppliers):
    made = world(suppliers(6))
    made.organisations.append({"organisation": "G", "role": "customer"})
    made.members.append(made.member("G"))
    made.add("focal", {"organisation": "F"}, {"organisation": "G"})
    made.talk([("F", "S000"), ("G", "S001"), ("F", "G"), ("S001", "S002")])

    found = score(made)

    assert found.measures["link_coverage"] == pytest.approx(2 / 6)
    assert found.measures["organisation_ties"] == 3
    assert found.measures["hub_dependence"] == pytest.approx(2 / 15)


def test_people_of_neutral_hosts_leave_the_graph(world, score, suppliers):
    made = world(suppliers(6))
    made.organisations.append({"organisation": "host", "role": "neutral"})
    made.members.append(made.member("host"))

    found = score(made.talk([("host", "S000"), ("host", "S001"), ("host", "F")]))

    assert (found.measures["organisations"], found.measures["organisation_ties"]) == (0, 0)
    assert found.measures["hub_independence"] == 0


def test_of_dated_rows_of_an_organisation_the_latest_holds(world, score, suppliers):
    made = world(suppliers(6))
    made.organisations += [
        {"organisation": "X", "role": "supplier", "valid_from": "2024-01-01"},
        {"organisation": "X", "role": "partner", "valid_from": "2025-01-01"},
    ]

    assert score(made).measures["suppliers"] == 6


def test_whoever_acts_is_present_without_any_tie(world, score, suppliers):
    made = world(suppliers(6)).add("activity_day", {"day": "2026-01-05", "actor": "s004", "verb": "posted", "count": 1})

    assert score(made).measures["organisations"] == 1


def test_concentration_is_what_one_person_carries(world, score, suppliers):
    made = world(suppliers(10))
    made.members += [made.member("F", f"f{number}") for number in range(10)]
    alone = score(made.talk(("F", one) for one in made.suppliers))
    made.talk((f"F{number}", one) for number, one in enumerate(made.suppliers))
    shared = score(made)

    assert alone.concentration == pytest.approx(alone.score)
    assert shared.score == alone.score
    assert shared.concentration == 0


def test_a_whale_moves_the_score_by_no_more_than_the_concentration(world, score, suppliers):
    made = world(suppliers(10)).talk(("F", one) for one in suppliers(5))
    without = score(made)
    made.members.append(made.member("F", "whale"))
    made.talk((("whale", one) for one in made.suppliers), count=500)
    found = score(made)

    assert 0 < found.score - without.score <= found.concentration + 1e-12


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [
        ("Müller GmbH", "MÜLLER  AG", True),
        ("Acme Inc.", "ACME, Inc", True),
        ("Acme S.p.A.", "acme", True),
        ("Acme", "Acne", False),
        ("GmbH", "AG", False),
    ],
)
def test_names_that_differ_by_case_spacing_or_legal_form_are_flagged_and_not_merged(world, score, name, other, alike):
    made = world(["A", "B", "C"], A={"name": name}, B={"name": other})

    found = score(made.talk([("A", "F")]))

    flagged = [note.evidence for note in found.findings if note.code == "duplicate_names"]
    assert flagged == (["A, B"] if alike else [])
    assert found.measures["suppliers"] == 3


def test_an_alias_of_another_is_flagged_and_two_names_under_one_owner_are_not(world, score):
    made = world(
        ["A", "B", "C", "D"],
        A={"name": "Alpha", "aliases": "Beta Ltd; Gamma"},
        B={"name": "beta"},
        C={"name": "Delta", "owner": "o"},
        D={"name": "delta", "owner": "o"},
    )

    flagged = [note.evidence for note in score(made.talk([("A", "F")])).findings if note.code == "duplicate_names"]

    assert flagged == ["A, B"]


def test_nothing_at_all_says_what_is_missing(score):
    found = score({})

    assert (found.status, found.score) == ("not_applicable", None)
    assert {one.what for one in found.missing} >= {"link_coverage", "two_way", "supplier_density", "practice", "survey"}


def test_a_focal_organisation_without_suppliers_is_insufficient(world, score):
    found = score(world([]))

    assert (found.status, found.reasons, found.score) == ("insufficient", ["coverage"], None)


def test_a_large_graph_shows_its_heaviest_ties_and_says_so(world, score, suppliers):
    names = suppliers(70)
    made = world(names)
    pairs = list(itertools.combinations(names, 2))
    made.add("organisation_ties", *({"organisation_a": a, "organisation_b": b, "weight": 1.0} for a, b in pairs))
    made.add("organisation_ties", {"organisation_a": names[-2], "organisation_b": names[-1], "weight": 5.0})

    found = score(made)

    assert len(found.tables["ties"]) == 2000
    assert found.tables["ties"][-1] == {"a": "S068", "b": "S069", "weight": 6, "two_way": None}
    assert ("rows of ties", 2415) in [(one.what, one.need) for one in found.missing]


def test_events_are_counted_where_there_are_any(world, score, suppliers):
    acts = [
        {"day": "2026-01-05", "actor": "s001", "verb": verb, "count": n} for verb, n in (("posted", 7), ("viewed", 5))
    ]
    made = world(suppliers(6)).add("activity_day", *acts).add("event_day", {"day": "2026-01-05", "count": 2})
    silent = score(world(suppliers(6)))

    assert score(made).measures["events"] == 12
    assert "events" not in silent.measures
    assert ("events", "no_events") in [(one.what, one.reason) for one in silent.missing]


ALONE = {
    "organisations": [{"organisation": "s1", "role": "supplier"}],
    "memberships": [{"person": "p1", "organisation": "s1"}],
    "focal": [{"organisation": "us"}],
    "communities": [{"community": "c"}],
    "tie_day": [{"day": "2026-01-05", "actor": "p1", "target": "p2", "verb": "posted", "recipients": 1, "count": 1}],
    "ties": [{"actor": "p1", "target": "p2"}],
    "organisation_ties": [{"organisation_a": "a", "organisation_b": "b"}],
    "activity_day": [{"day": "2026-01-05", "community": "c", "actor": "p1", "verb": "posted", "count": 3}],
    "item_use": [{"item": "i", "day": "2026-01-05", "actor": "p1"}],
    "event_day": [{"day": "2026-01-05", "count": 1, "ids_hash": "00"}],
    "answers": [{"questionnaire": "supply.survey", "assessment": "a", "item": "x", "dimension": "d", "value": 3.0}],
}


@pytest.mark.parametrize("table", ALONE)
def test_one_table_alone_gives_what_it_can(score, entry, table):
    found = score({table: ALONE[table]})

    reason = ("insufficient", "coverage") if table == "focal" else ("not_applicable", "no_focal_organisation")
    assert (found.status, *found.reasons) == reason
    assert found.score is None
    assert found.measures["suppliers"] == (table == "organisations")
    assert found.measures["organisations"] == (2 if table == "organisation_ties" else 0)
    assert found.measures.get("events") == (3 if table == "activity_day" else None)
    assert {"link_coverage", "practice", "survey"} <= {one.what for one in found.missing}
    check_finding(found, entry)
