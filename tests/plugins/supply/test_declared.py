"""Organisation ties and person ties that the sender has summed."""

import itertools

import pytest

from kithline_supply.declared import span


def _summed(world, suppliers, pairs, **more):
    made = world(suppliers)
    return made.add(
        "organisation_ties", *({"organisation_a": a, "organisation_b": b, "weight": 10.0, **more} for a, b in pairs)
    )


def test_organisation_ties_alone_are_provisional_and_level_one_at_most(world, score, suppliers):
    names = suppliers(8)

    found = score(_summed(world, names, itertools.combinations(["F", *names], 2)))

    assert (found.status, found.level) == ("provisional", 1)
    assert found.coverage == pytest.approx(0.55)
    assert found.measures["supplier_density"] == 1
    assert "two_way" not in found.measures
    assert {"two_way", "direction_unknown"} <= {one.what for one in found.missing} | {
        one.reason for one in found.missing
    }
    assert found.tables["ties"][0]["two_way"] is None
    assert "declared_only" in [note.code for note in found.findings]


def test_a_single_period_stands_for_the_window(world, score, suppliers):
    names = suppliers(6)

    found = score(_summed(world, names, itertools.combinations(names, 2), period="2016"))

    assert found.measures["organisation_ties"] == found.measures["period:2016.organisation_ties"] == 15
    assert found.measures["suppliers"] == found.measures["period:2016.suppliers"] == 6
    assert found.measures["days"] == 366


def test_of_several_periods_those_in_the_window_count(world, score, suppliers):
    names = suppliers(6)
    made = _summed(world, names, [("F", names[0])], period="2025")
    made.add(
        "organisation_ties",
        *(
            {"organisation_a": a, "organisation_b": b, "period": "2026-Q1"}
            for a, b in itertools.combinations(names[:4], 2)
        ),
    )
    made.add("organisation_ties", {"organisation_a": "F", "organisation_b": names[1], "period": "before the merger"})
    made.add("organisation_ties", {"organisation_a": "F", "organisation_b": names[2]})

    found = score(made)

    assert found.measures["organisation_ties"] == 7
    assert found.measures["suppliers"] == 4
    assert found.measures["period:2025.organisation_ties"] == 1
    assert found.measures["period:2026-Q1.supplier_density"] == 1
    assert found.measures["period:before the merger.link_coverage"] == 1
    assert found.measures["period:2025.link_coverage"] == 1


def test_a_period_keeps_its_name_whatever_stands_in_it(world, score, suppliers):
    found = score(_summed(world, suppliers(3), [("F", "S000")], period="v1.0%"))

    assert found.measures["period:v1%2E0%25.organisation_ties"] == 1


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("2016", 366),
        ("2025-Q1", 90),
        ("2025-Q4", 92),
        ("2024-02", 29),
        ("2025-12", 31),
        ("0000", None),
        ("2025-13", None),
        ("H1", None),
        ("\u0662\u0660\u0662\u0665", None),
        ("2025-Q\u0661", None),
    ],
)
def test_periods_are_read_in_three_forms(name, days):
    found = span(name)

    assert (found.days if found else None) == days


def test_neutral_hosts_leave_the_graph_but_their_partners_stay_suppliers(world, score, suppliers):
    made = _summed(world, suppliers(6), [("S000", "S001"), ("S002", "host"), ("host", "S001"), ("host", "F")])
    made.organisations.append({"organisation": "host", "role": "neutral"})

    found = score(made)

    assert found.measures["organisation_ties"] == 1
    assert found.measures["organisations"] == 2
    assert found.measures["suppliers"] == 3


def test_order_traffic_and_weightless_rows_are_no_ties(world, score, suppliers):
    made = _summed(world, suppliers(6), [("S000", "S001")], kind="order")
    made.add("organisation_ties", {"organisation_a": "S002", "organisation_b": "S003", "weight": 0.0})
    made.add("organisation_ties", {"organisation_a": "S002", "organisation_b": "S002"})
    made.add("organisation_ties", {"organisation_a": "S004", "organisation_b": "S005"})

    found = score(made)

    assert found.measures["organisation_ties"] == 1
    assert found.measures["suppliers"] == 4


def test_weights_of_both_orders_add_up_and_make_interactions(world, score, suppliers):
    made = _summed(world, suppliers(5), [("S000", "S001"), ("S001", "S000"), ("F", "S002")])

    found = score(made)

    assert [row["weight"] for row in found.tables["ties"]] == [10, 20]
    assert found.measures["interactions"] == 30


def test_a_fraction_of_an_interaction_stays_a_fraction(world, score):
    made = world(["A", "B"]).add("organisation_ties", {"organisation_a": "A", "organisation_b": "B", "weight": 1.5})

    assert score(made).measures["interactions"] == 1.5


def test_declared_person_ties_link_without_a_direction(world, score, suppliers):
    made = world(suppliers(10))
    made.add("ties", *({"actor": one.lower(), "target": "f", "count": 5} for one in made.suppliers))

    found = score(made)

    assert found.measures["link_coverage"] == 1
    assert found.measures["interactions"] == 50
    assert "two_way" not in found.measures


def test_declared_person_ties_in_both_directions_are_two_way(world, score, suppliers):
    made = world(suppliers(10))
    made.add("ties", *({"actor": one.lower(), "target": "f"} for one in made.suppliers))
    made.add("ties", *({"actor": "f", "target": one.lower()} for one in made.suppliers[:4]))

    assert score(made).measures["two_way"] == 0.4


def test_declared_ties_read_memberships_on_their_last_day(world, score, suppliers):
    made = world(suppliers(6))
    made.members.append(made.member("S000", "mover", valid_to="2026-02-01"))
    made.members.append(made.member("S001", "mover", valid_from="2026-02-01"))
    made.add("ties", {"actor": "mover", "target": "f", "last_at": "2026-01-20T10:00:00Z"})
    early = score(made).tables["ties"]
    made.tables["ties"][0].pop("last_at")
    late = score(made).tables["ties"]

    assert [row["b"] for row in early] == ["S000"]
    assert [row["b"] for row in late] == ["S001"]


def test_contact_and_declared_sums_join_on_one_edge(world, score, suppliers):
    made = world(suppliers(6)).talk([("F", "S000")])
    made.add("organisation_ties", {"organisation_a": "S000", "organisation_b": "F", "weight": 4.0})
    made.add("organisation_ties", {"organisation_a": "S001", "organisation_b": "F", "weight": 4.0})

    found = score(made)

    assert [(row["b"], row["weight"], row["two_way"]) for row in found.tables["ties"]] == [
        ("S000", 5, True),
        ("S001", 4, None),
    ]
    assert found.measures["link_coverage"] == pytest.approx(2 / 6)
    assert found.measures["two_way"] == 1


def test_without_a_focal_organisation_the_rest_is_computed(world, score, suppliers):
    names = suppliers(6)
    made = world(names, focal=None).talk(itertools.combinations(names[:4], 2))

    found = score(made)

    assert (found.status, found.score, found.level) == ("not_applicable", None, None)
    assert found.measures["organisation_ties"] == 6
    assert found.measures["hub_independence"] == pytest.approx(6 / 15)
    absent = {one.what: one.reason for one in found.missing}
    for name in ("link_coverage", "two_way", "hub_dependence", "hub_constraint"):
        assert name not in found.measures
        assert absent[name] == "no_focal_organisation"
