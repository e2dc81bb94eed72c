"""Who takes part: each rule on small data, each level, each reason, each way to game it."""

import pytest

from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import level
from kithline_network.reach.scorer import Reach
from kithline_sdk.stats import share_rise
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
ENTRY = scorer_entry("kithline_network", "reach.ecosystem")


def score(tables, window=WINDOW, **parameters):
    return run(Reach(), declared(snapshot(tables, window), ENTRY), **parameters)


def people(**groups):
    """Return memberships of people named by group and number: employee=3 is e.g. employee0 to employee2."""
    return [{"person": f"{group}{one}", "group": group} for group, many in groups.items() for one in range(many)]


def did(actor, count=1, day="2026-02-01", verb="posted", community=None):
    return {"day": day, "actor": actor, "verb": verb, "count": count, "community": community}


def said(actor, target, count=1, day="2026-02-01", verb="posted", recipients=1, community=None):
    return {**did(actor, count, day, verb, community), "target": target, "recipients": recipients}


def sizes(**groups):
    return [{"group": group, "count": count} for group, count in groups.items()]


def everybody(**groups):
    rows = people(**groups)
    return {"memberships": rows, "activity_day": [did(row["person"]) for row in rows]}


def reason(found, measure):
    return next((one.reason for one in found.missing if one.what == measure), None)


def test_to_be_written_to_is_to_be_a_person_and_not_to_take_part():
    found = score(
        {"memberships": people(employee=6, customer=9), "activity_day": [did(f"employee{n}") for n in range(6)],
         "tie_day": [said("employee0", f"customer{n}") for n in range(9)], "populations": sizes(customer=90)}
    )  # fmt: skip

    assert (found.measures["people"], found.measures["active_people"]) == (15, 6)
    assert found.measures["reach.customer"] == 0


def test_who_reacts_or_reads_is_a_person_and_does_not_take_part():
    found = score(
        {
            "memberships": people(customer=2),
            "activity_day": [did("customer0", verb="reacted"), did("customer1", verb="viewed")],
        }
    )

    assert (found.measures["people"], reason(found, "active_people")) == (2, "no_events")


def test_groups_are_those_of_the_last_active_day():
    rows = [
        {"person": "a", "group": "customer", "valid_to": "2026-02-10"},
        {"person": "a", "group": "partner", "valid_from": "2026-02-10"},
    ]

    found = score({"memberships": rows, "activity_day": [did("a"), did("a", day="2026-03-01")]}, no_floor=True)

    assert found.measures["share.partner"] == 1
    assert found.measures["multi_group_share"] == 0


def test_an_event_counts_by_the_groups_of_its_day():
    rows = [
        {"person": "a", "group": "customer", "valid_to": "2026-02-10"},
        {"person": "a", "group": "partner", "valid_from": "2026-02-10"},
        {"person": "b", "group": "customer"},
    ]
    talk = [said(*pair, day=day) for pair in ("ab", "ba") for day in ("2026-02-01", "2026-02-11", "2026-02-12")]

    found = score({"memberships": rows, "tie_day": talk})

    assert found.measures["cross_group_event_share"] == pytest.approx(4 / 6)
    assert found.measures["cross_group_event_share_corrected"] == pytest.approx(4 / 6)


def test_other_and_unknown_stay_out_of_shares_and_multi_group():
    rows = [*people(employee=6, other=5), {"person": "employee0", "group": "other"}]

    found = score(
        {"memberships": rows, "activity_day": [did(row["person"]) for row in rows] + [did("nobody")]}, no_floor=True
    )

    assert (found.measures["people"], found.measures["fractional_total"]) == (12, 6)
    assert (found.measures["share.employee"], found.measures["multi_group_share"]) == (1, 0)


def test_competitors_and_shareholders_are_counted_and_add_nothing_to_the_score():
    told = {"populations": sizes(employee=20, supplier=20, partner=20, customer=20)}
    plain = everybody(employee=8, supplier=7, partner=6, customer=9)
    more = everybody(employee=8, supplier=7, partner=6, customer=9, competitor=12, shareholder=11)
    talk = [said(*pair) for pair in (("employee0", "customer0"), ("customer0", "employee0"))]
    rivals = [said(*pair) for pair in (("employee0", "competitor0"), ("competitor0", "employee0"))]

    alone, together = score({**plain, **told, "tie_day": talk}), score({**more, **told, "tie_day": talk + rivals})

    assert together.score == alone.score
    assert together.measures["active.competitor"] == 12
    assert alone.measures["shannon"] == together.measures["shannon"]


def test_the_score_is_the_cards_sum():
    rows = everybody(employee=10, supplier=5, partner=5, customer=20)
    rows["memberships"] += [{"person": f"customer{n}", "group": "partner"} for n in range(6)]
    talk = [
        said(*pair) for one, other in (("employee0", "customer0"), ("employee1", "employee2"))
        for pair in ((one, other), (other, one))
    ]  # fmt: skip

    found = score({**rows, "tie_day": talk, "populations": sizes(employee=50, supplier=50, partner=100, customer=400)})

    reach = sum(share_rise(one, 0.05, 0.25) for one in (10 / 50, 5 / 50, 11 / 100, 20 / 400)) / 4
    eff = found.measures["effective_groups"]
    expected = (
        0.35 * reach + 0.25 * (eff - 1) / 3 + 0.25 * share_rise(0.5, 0.15, 0.5) + 0.15 * share_rise(6 / 40, 0.03, 0.15)
    )
    assert found.score == pytest.approx(expected, abs=1e-12)
    assert found.status == "ok"
    assert sum(one.contribution for one in found.drivers) == pytest.approx(found.score, abs=1e-12)
    assert found.interval[0] < found.score < found.interval[1]


def test_a_size_that_is_not_known_makes_it_provisional():
    found = score({**everybody(employee=12, customer=12), "populations": sizes(employee=40)})

    assert (found.status, found.reasons) == ("provisional", ["no_population"])
    assert reason(found, "reach.customer") == "no_population"
    assert any(one.code == "count_populations" for one in found.recommendations)


def test_without_sizes_and_without_targets_too_little_can_be_told():
    found = score(everybody(employee=12, customer=12))

    assert (found.status, found.reasons, found.score) == ("insufficient", ["coverage"], None)
    assert found.measures["effective_groups"] == 2


@pytest.mark.parametrize(
    ("tables", "measure", "code"),
    [
        ({}, "people", "no_events"),
        ({}, "organisations", "no_events"),
        (everybody(employee=6), "cross_group_event_share", "no_targets"),
        (everybody(employee=6), "assortativity", "no_ties"),
        (everybody(employee=6), "communities", "no_communities"),
        (everybody(employee=6), "cross_company_projects", "no_projects"),
        (everybody(employee=6), "organisations", "no_organisations"),
        (everybody(employee=6), "jaccard.<a>.<b>", "fewer_than_two_groups"),
        (everybody(employee=4, customer=9), "active.employee", "floor"),
        ({"activity_day": [did("a")]}, "shannon", "no_groups"),
        ({"activity_day": [did("a")]}, "share.<group>", "no_groups"),
        ({**everybody(employee=6, customer=6), "tie_day": [said("employee0", "customer0")]}, "cross_group_event_share_corrected", "no_answers"),
        ({**everybody(employee=6), "ties": [{"actor": "employee0", "target": "employee1"}]}, "assortativity", "one_group"),
    ],
)  # fmt: skip
def test_an_absent_measure_has_its_reason(tables, measure, code):
    assert reason(score(tables), measure) == code


@pytest.mark.parametrize(("value", "expected"), [(0.19, 0), (0.2, 1), (0.4, 2), (0.6, 3), (0.8, 4), (1.0, 4)])
def test_each_level_begins_at_its_cut_off(value, expected):
    assert level(value) == expected


def _crowd(share):
    whole = {"employee": 40, "supplier": 40, "partner": 40, "customer": 40}
    tables = everybody(**{group: max(1, round(size * share)) for group, size in whole.items()})
    return {**tables, "populations": sizes(**whole)}


def test_a_company_among_itself_is_closed_and_a_mixed_one_with_contact_is_an_ecosystem():
    alone = everybody(employee=25)
    talk = [said(f"employee{n}", f"employee{n + 1}") for n in range(20)] + [
        said(f"employee{n + 1}", f"employee{n}") for n in range(20)
    ]
    closed = score(
        {**alone, "tie_day": talk, "populations": sizes(employee=1000, supplier=400, partner=400, customer=9000)}
    )
    mixed = _crowd(0.6)
    mixed["memberships"] += [{"person": f"customer{n}", "group": "partner"} for n in range(15)]
    pairs = [(f"employee{n}", f"customer{n}") for n in range(20)] + [(f"supplier{n}", f"partner{n}") for n in range(20)]
    wide = score({**mixed, "tie_day": [said(*ends) for a, b in pairs for ends in ((a, b), (b, a))]})

    assert (closed.level, wide.level) == (0, 4)
    assert wide.status == "ok"


def _talking():
    tables = _crowd(0.3)
    pairs = [(f"employee{n}", f"employee{n + 1}") for n in range(8)] + [
        (f"employee{n}", f"customer{n}") for n in range(3)
    ]
    return {
        **tables,
        "tie_day": [
            said(*ends, day=f"2026-02-0{1 + n % 9}") for n, (a, b) in enumerate(pairs) for ends in ((a, b), (b, a))
        ],
    }


@pytest.mark.parametrize("times", [1, 10])
def test_a_million_posts_to_nobody_change_nothing_but_one_head(times):
    quiet = _talking()
    one = {
        **quiet,
        "memberships": [*quiet["memberships"], {"person": "brand", "group": "employee"}],
        "activity_day": [*quiet["activity_day"], did("brand")],
    }
    loud = {**one, "activity_day": [*quiet["activity_day"], did("brand", 1_000_000 * times)]}

    assert score(loud).score == score(one).score
    assert abs(score(loud).score - score(quiet).score) <= score(loud).concentration + 1e-9


@pytest.mark.parametrize("times", [1, 10])
def test_posts_to_customers_who_do_not_answer_lift_the_cards_share_and_not_the_score(times):
    quiet = _talking()
    spam = [
        said("employee0", f"customer{n}", 2 * times, day=f"2026-03-{d:02}") for n in range(4, 12) for d in range(1, 29)
    ]

    loud, before = score({**quiet, "tie_day": [*quiet["tie_day"], *spam]}), score(quiet)

    assert loud.score == before.score
    assert loud.measures["cross_group_event_share"] > before.measures["cross_group_event_share"]
    assert loud.measures["cross_group_event_share_corrected"] == before.measures["cross_group_event_share_corrected"]


def test_a_pair_that_writes_without_end_counts_as_twenty_events():
    quiet = _talking()
    chat = [
        said(*ends, 20, day=f"2026-03-{d:02}")
        for d in range(1, 29)
        for ends in (("employee9", "customer9"), ("customer9", "employee9"))
    ]

    found, before = score({**quiet, "tie_day": [*quiet["tie_day"], *chat]}), score(quiet)

    assert found.measures["cross_group_event_share_corrected"] == pytest.approx((6 + 20) / (22 + 20))
    assert found.score - before.score <= found.concentration + 1e-9


def test_a_broadcast_is_no_contact():
    found = score(
        {
            **everybody(employee=6, customer=12),
            "tie_day": [said("employee0", f"customer{n}", recipients=12) for n in range(12)],
        }
    )

    assert reason(found, "cross_group_event_share") == "no_targets"


def test_people_addressed_who_do_not_answer_count_nothing_and_a_note_says_so():
    rows = {**_crowd(0.3), "tie_day": [said("employee0", "customer0")]}

    found = score(rows)

    assert next(one for one in found.drivers if one.name == "cross_group").contribution == 0
    assert "nobody_answers" in {one.code for one in found.findings}


def _place(kind="customer", customers=20, employees=6, **more):
    rows = everybody(customer=customers, employee=employees)
    rows["activity_day"] = [{**row, "community": "forum"} for row in rows["activity_day"]]
    return {**rows, "communities": [{"community": "forum", "kind": kind, **more}]}


def _blind(tables, **parameters):
    return [one.evidence for one in score(tables, **parameters).findings if one.code == "customers_only"]


def test_a_customer_community_where_others_are_names_the_missed_groups():
    found = score(_place())

    assert [one.evidence for one in found.findings if one.code == "customers_only"] == [
        "forum: missed groups employee 6"
    ]


@pytest.mark.parametrize(
    "tables",
    [_place(kind="practice"), _place(customers=60), _place(employees=4, customers=8), _place(sensitive=True), _place("support", audience="Customers and suppliers")],
)  # fmt: skip
def test_who_is_not_run_for_customers_only_or_has_few_others_is_not_blind(tables):
    assert _blind(tables) == []


def test_an_audience_of_customers_alone_is_customers_only_too():
    assert _blind(_place("support", audience="Our customers")) == ["forum: missed groups employee 6"]


def test_others_in_groups_below_the_floor_are_not_told_apart():
    rows = everybody(customer=10, employee=3, supplier=3)
    rows["activity_day"] = [{**row, "community": "forum"} for row in rows["activity_day"]]

    assert _blind({**rows, "communities": [{"community": "forum", "kind": "customer"}]}) == [
        "forum: missed groups each of fewer people than may be told"
    ]


def test_counting_customers_only_is_blind_as_well():
    assert _blind({**everybody(customer=20, employee=6), "populations": sizes(customer=100)}) == [
        "all: missed groups employee 6"
    ]


def test_more_people_than_there_are_is_told():
    found = score({**everybody(customer=20, employee=6), "populations": sizes(customer=10, employee=10)})

    assert [one.evidence for one in found.findings if one.code == "population_outdated"] == ["customer: 10 told"]
    assert found.measures["reach.customer"] == 2


def test_the_invitation_goes_to_the_largest_gap_by_way_of_a_shared_community():
    rows = _place(kind="practice")

    found = score(
        {**rows, "populations": sizes(customer=1000, employee=10), "tie_day": [said("customer0", "employee0")]}
    )

    step = found.recommendations[0]
    assert step.code == "invite_group"
    assert "group customer" in step.text
    assert "Begin in forum" in step.text
    assert step.gain[0] < step.gain[1]


def test_a_sensitive_community_leaves_contact_and_overlap():
    rows = _place(kind="practice", sensitive=True)
    talk = [said(*pair, community="forum") for pair in (("employee0", "customer0"), ("customer0", "employee0"))]

    found = score({**rows, "tie_day": talk})

    assert reason(found, "communities") == "no_communities"
    assert reason(found, "cross_group_event_share") == "no_targets"
    assert "mixing" not in found.tables or all(row["ties"] == 0 for row in found.tables["mixing"])
    assert found.measures["active_people"] == 26


def test_outsiders_and_bridges_of_communities_are_told():
    rows = everybody(employee=10, customer=10, other=8)
    where = {"employee": ("one", "two"), "customer": ("one", "three"), "other": ("one",)}
    acts = [did(row["person"], community=place) for row in rows["memberships"] for place in where[row["group"]]]

    found = score({**rows, "activity_day": acts})

    told = {row["community"]: row["outside_our_market"] for row in found.tables["communities"]}
    assert told == {"one": 8, "three": None, "two": None}
    assert [row["community"] for row in found.tables["bridging_communities"]] == ["one"]
    assert found.measures["community_overlap.one.two"] == 1
    assert found.measures["community_jaccard.one.three"] == pytest.approx(10 / 28)


def test_ties_across_departments_and_companies_and_shared_projects():
    rows = [
        {
            "person": f"p{n}",
            "group": "employee",
            "organisation": "us" if n < 3 else "them",
            "department": "a" if n % 2 else "b",
        }
        for n in range(6)
    ]
    ties = [
        {"actor": "p0", "target": "p1"},
        {"actor": "p1", "target": "p3"},
        {"actor": "p0", "target": "p2"},
        {"actor": "p2", "target": "p4"},
    ]
    acts = [did("p0", community="x"), did("p3", community="x"), did("p1", community="y"), did("p4", community="z")]
    places = [{"community": one, "kind": "project"} for one in "xy"] + [{"community": "z", "kind": "practice"}]

    found = score({"memberships": rows, "ties": ties, "activity_day": acts, "communities": places})

    assert found.measures["boundary_ties.department"] == pytest.approx(1 / 4)
    assert found.measures["boundary_ties.organisation"] == pytest.approx(2 / 4)
    assert found.measures["cross_company_projects"] == pytest.approx(1 / 2)


CELLS = [
    {"period": "2026-Q1", "group": "employee", "contributors": 12, "contributions": 40, "events": 60},
    {"period": "2026-Q1", "group": "customer", "contributors": 30, "contributions": 50, "events": 70},
    {"period": "2026-Q1", "group": "customer", "community": "c", "contributors": 9, "contributions": 5, "events": 7},
    {"period": "2025-Q4", "group": "customer", "contributors": 99, "contributions": 50, "events": 70},
]


def test_cells_tell_reach_and_no_more():
    found = score({"group_activity": CELLS, "populations": sizes(employee=24, supplier=9)})

    assert (found.status, found.reasons) == ("insufficient", ["aggregates"])
    assert found.measures == {
        "active.employee": 12,
        "active.customer": 30,
        "reach.employee": 0.5,
        "target_groups_present": 2,
    }
    assert (reason(found, "reach.supplier"), reason(found, "shannon")) == ("no_cell", "aggregates")


def test_people_come_before_cells():
    assert score({**everybody(employee=6), "group_activity": CELLS}).measures["active_people"] == 6


@pytest.mark.parametrize(
    "given",
    [
        {"target_groups": "employee"},
        {"target_groups": "employee;friends"},
        {"reach_half": 0.3},
        {"cross_half": 0.5},
        {"multi_half": 0.0},
    ],
)
def test_parameters_that_make_no_sense_are_refused(given):
    with pytest.raises(ValueError, match=r"target_groups|must be above"):
        ReachParams(**given)


def test_targets_are_read_in_the_order_of_groups():
    assert ReachParams(target_groups="customer; employee").targets == ("employee", "customer")
