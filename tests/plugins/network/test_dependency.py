"""people.dependency: levels, reasons, volume and broadcasts, roles, and agreement with plain counting and networkx."""

import itertools
import math
import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kithline_network.dependency.scorer import Dependency
from kithline_sdk.stats import rise
from kithline_sdk.testing import check_scorer, declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
ENTRY = scorer_entry("kithline_network", "people.dependency")


def made(tables):
    return declared(snapshot(tables, WINDOW), ENTRY)


def score(tables, **parameters):
    return run(Dependency(), made(tables), **parameters)


def did(person, count=1, verb="answered", day="2026-02-01"):
    return {"day": day, "actor": person, "verb": verb, "count": count}


def talk(*pairs):
    """Ties by one event in each direction."""
    return [
        {"day": "2026-02-01", "actor": a, "target": b, "verb": "answered", "recipients": 1, "count": 1}
        for one, other in pairs
        for a, b in ((one, other), (other, one))
    ]


def ring(people):
    return list(zip(people, [*people[1:], people[0]], strict=True))


PEOPLE = [f"p{one:02}" for one in range(20)]
RING = {"activity_day": [did(one) for one in PEOPLE], "tie_day": talk(*ring(PEOPLE))}
STAR = {
    "activity_day": [
        *(did(PEOPLE[0], day=f"2026-02-{one:02}") for one in range(1, 16)),
        *(did(one) for one in PEOPLE[1:]),
    ],
    "tie_day": talk(*((PEOPLE[0], one) for one in PEOPLE[1:])),
}
STARS = {
    "activity_day": [did(PEOPLE[0], 15), *(did(one, 2) for one in PEOPLE[1:])],
    "tie_day": talk(*((PEOPLE[0], one) for one in PEOPLE[1:]), *itertools.pairwise(PEOPLE[:12])),
}  # fmt: skip


@pytest.mark.parametrize(("tables", "level", "name"), [(STAR, 0, "fragile"), (STARS, 1, "watch"), (RING, 2, "sound")])
def test_each_level_is_reached(tables, level, name):
    found = score(tables)

    drop = found.measures["reach_drop_5pct_corrected"]
    assert found.score == pytest.approx(
        0.5 * rise(found.measures["absence_factor_50_corrected"], 3, 10) + 0.5 * (1 - drop)
    )
    assert (found.level, ENTRY["levels"][found.level]) == (level, name)
    assert 0 < found.level_probability <= 1
    assert sum(one.contribution for one in found.drivers) == pytest.approx(found.score)


def test_a_star_falls_apart_without_its_middle_and_a_ring_does_not():
    star, around = score(STAR), score(RING)

    assert (star.measures["reach_drop_5pct"], around.measures["reach_drop_5pct"]) == (1, 0)
    assert [one.code for one in star.recommendations] == ["connect_around_the_top", "share_the_work"]
    assert around.recommendations == []


@pytest.mark.parametrize("times", [1, 10])
@pytest.mark.parametrize("named", [0, 3])
def test_a_million_posts_that_nobody_answers_change_nothing(times, named):
    days = [f"2026-0{1 + one // 28}-{1 + one % 28:02}" for one in range(56)]
    posts = [did("brand", times * 1_000_000 // 56, "posted", day) for day in days]
    sent = [
        {"day": day, "actor": "brand", "target": one, "verb": "posted", "recipients": 1, "count": times * 500}
        for day in days
        for one in PEOPLE[:named]
    ]

    quiet = score(STARS)
    loud = score({"activity_day": STARS["activity_day"] + posts, "tie_day": STARS["tie_day"] + sent})

    said = [(one.score, one.level, one.status, one.interval, one.recommendations) for one in (quiet, loud)]
    assert said[0] == said[1]
    assert (loud.measures["broadcasters"], loud.measures["absence_factor_50"]) == (1, 1)


def test_whoever_is_answered_counts_but_no_more_than_twenty_a_day():
    tables = [
        {
            "activity_day": [*RING["activity_day"], did("brand", many, "posted")],
            "tie_day": talk(*ring([*PEOPLE, "brand"])),
        }
        for many in (20, 200, 2_000)
    ]

    found = [score(one) for one in tables]

    assert [one.measures["broadcasters"] for one in found] == [0, 0, 0]
    assert len({one.score for one in found}) == 1
    assert found[0].measures["absence_factor_50_corrected"] == 1
    assert score(tables[0], person_day_cap=0).score == found[0].score
    assert score(tables[2], person_day_cap=0).measures["absence_factor_50_corrected"] == 1


@pytest.mark.parametrize("more", [did("x", 1, "replied"), did("x", 1, "answered")])
def test_who_responds_is_no_broadcaster(more):
    alone = [did("x", 5, "posted")]

    without, with_ = (
        score({**RING, "activity_day": RING["activity_day"] + rows}).measures["broadcasters"]
        for rows in (alone, [*alone, more])
    )

    assert (without, with_) == (1, 0)


def test_who_writes_to_many_without_answer_broadcasts_and_who_writes_to_few_does_not():
    def sent(many):
        rows = [
            {"day": f"2026-02-0{day}", "actor": "x", "target": one, "verb": "posted", "recipients": 1, "count": 1}
            for one in PEOPLE[:many]
            for day in (1, 2)
        ]
        return score(
            {"activity_day": RING["activity_day"] + [did("x", 2 * many, "posted")], "tie_day": RING["tie_day"] + rows}
        )

    assert [sent(many).measures["broadcasters"] for many in (10, 11)] == [0, 1]


def test_where_nobody_is_addressed_nobody_is_taken_for_a_broadcaster():
    found = score({"activity_day": [did(one, 3, "posted") for one in PEOPLE]})

    assert (found.measures["broadcasters"], found.measures["absence_factor_50_corrected"]) == (0, 10)
    assert (found.status, found.reasons) == ("insufficient", ["no_ties"])


def test_a_reaction_weighs_a_fifth_and_makes_nobody_a_contributor():
    found = score(
        {"activity_day": [did("a", 2), did("a", 5, "reacted"), did("b", 9, "reacted"), did("c", 1, "custom:x.y")]}
    )

    assert (found.measures["contributors"], found.measures["contributions"]) == (2, 4)
    assert (
        score({"activity_day": [did("a", 2), did("a", 5, "reacted")]}, reaction_weight=1.0).measures["contributions"]
        == 7
    )


def test_a_declared_tie_is_so_many_contributions_of_its_actor():
    rows = [{"actor": "a", "target": "b", "count": 90, "days": 2}, {"actor": "b", "target": "c"}]

    found = score({"ties": rows})

    assert (found.measures["contributions"], found.measures["contributors"]) == (91, 2)
    assert found.measures["top1pct_share"] == pytest.approx(90 / 91)
    assert found.measures["absence_factor_50_corrected"] == 1


def test_the_elephant_factor_counts_events_by_the_organisation_of_their_day():
    members = [
        {"person": "a", "organisation": "x", "valid_to": "2026-02-01"}, {"person": "a", "organisation": "y", "valid_from": "2026-02-01"},
        {"person": "b", "organisation": "z"},
    ]  # fmt: skip
    events = [did("a", 3, "viewed", "2026-01-31"), did("a", 3), did("b", 3), did("nobody", 90)]

    assert score({"memberships": members, "activity_day": events}).measures["elephant_factor"] == 2


def _departments(**sizes):
    return [
        {"person": f"{name}{one}", "group": "employee", "department": name, "rank": rank}
        for name, size in sizes.items()
        for one in range(size)
        for rank in ["engineer" if one else "head"]
    ]


def test_the_only_one_with_ties_into_two_departments_is_a_bridge_and_named_by_departments_alone():
    people = _departments(aa=6, bb=6, cc=2)
    ties = [("aa0", "aa1"), ("aa0", "bb0"), ("bb2", "cc1"), ("cc0", "cc1"), ("cc0", "bb3")]

    found = score({"memberships": people, "tie_day": talk(*ties), "activity_day": [did("aa0", 3), did("bb0", 2)]})

    # aa0 alone has ties into aa and bb; cc1 has none into cc but by cc0, who reaches bb and cc; cc1 does as well.
    assert found.measures["single_bridges"] == 1
    (step,) = [one for one in found.recommendations if one.code == "second_bridge"]
    assert "first aa and bb" in step.text
    assert "aa0" not in step.text + step.evidence


def test_a_bridge_to_a_small_department_is_counted_but_not_placed():
    people = _departments(aa=6, cc=2)

    found = score({"memberships": people, "tie_day": talk(("aa0", "aa1"), ("aa0", "cc0"))})

    (step,) = [one for one in found.recommendations if one.code == "second_bridge"]
    assert found.measures["single_bridges"] == 1
    assert "cc" not in step.text + step.evidence


@pytest.mark.parametrize(("holders", "told"), [(5, True), (4, False)])
def test_roles_are_named_only_where_five_people_hold_them(holders, told):
    people = [
        {"person": one, "group": "employee", "department": "a", "rank": "head" if place < holders else f"r{place}"}
        for place, one in enumerate(PEOPLE)
    ]

    found = score({**STAR, "memberships": people})

    (step,) = [one for one in found.recommendations if one.code == "share_the_work"]
    assert ("(roles: head)" in step.text) == told
    assert not any(one in step.text for one in PEOPLE)


@pytest.mark.parametrize(
    ("tables", "reasons"),
    [
        ({}, {"people": "no_events", "events": "no_events", "absence_factor_50": "no_contributions", "gini": "no_contributions",
              "elephant_factor": "no_events", "single_bridges": "too_few_departments", "reach_drop_5pct": "no_contributions"}),
        ({"activity_day": [did("a"), did("b")]}, {"reach_drop_1pct": "no_ties", "reach_drop_5pct_corrected": "no_ties", "elephant_factor": "no_organisations"}),
        ({"activity_day": [did("a")], "tie_day": talk(("a", "b"))}, {"reach_drop_2pct": "too_few_people"}),
        ({"activity_day": [did("x", 5, "posted")], "tie_day": talk(("a", "b"))}, {"absence_factor_50_corrected": "broadcasts_only"}),
    ],
)  # fmt: skip
def test_an_absent_measure_has_its_reason(tables, reasons):
    found = score(tables)

    told = {one.what: one.reason for one in found.missing}
    assert {key: told.get(key) for key in reasons} == reasons
    assert found.score is None
    assert found.status == "insufficient"


def test_a_curve_that_does_not_rise_is_refused():
    with pytest.raises(ValueError, match="absence_high"):
        Dependency.Params(absence_half=3.0, absence_high=3.0)


def _drawn(seed):
    draw = random.Random(seed)
    people = [f"q{one:02}" for one in range(draw.randrange(6, 40))]
    # No two alike, so that who goes first is no question.
    amounts = dict(zip(people, draw.sample(range(1, 400), len(people)), strict=True))
    pairs = list(itertools.combinations(people, 2))
    return people, amounts, draw.sample(pairs, draw.randrange(3, min(len(pairs), 60)))


@given(st.integers(0, 10_000))
def test_figures_agree_with_plain_counting_and_networkx(seed):
    people, amounts, ties = _drawn(seed)
    homes = {one: "xyz"[place % 3] for place, one in enumerate(people)}
    members = [{"person": one, "group": "employee", "department": home} for one, home in homes.items()]
    activity = [did(one, many) for one, many in amounts.items()]

    found = score({"activity_day": activity, "tie_day": talk(*ties), "memberships": members}, person_day_cap=0).measures

    values = sorted(amounts.values(), reverse=True)
    half = next(one for one in range(1, len(values) + 1) if 2 * sum(values[:one]) >= sum(values))
    assert found["absence_factor_50"] == found["absence_factor_50_corrected"] == half
    pairwise = np.abs(np.subtract.outer(values, values)).sum() / (2 * len(values) * sum(values))
    assert found["gini"] == pytest.approx(pairwise, abs=1e-9)
    graph = nx.Graph(ties)
    for name, part in (("1pct", 0.01), ("2pct", 0.02), ("5pct", 0.05)):
        gone = sorted(people, key=lambda one: -amounts[one])[: max(1, math.ceil(part * len(people)))]
        left = graph.copy()
        left.remove_nodes_from(gone)
        shares = [
            sum(len(one) * (len(one) - 1) for one in nx.connected_components(g)) / (len(g) * (len(g) - 1))
            for g in (graph, left)
        ]
        assert found[f"reach_drop_{name}"] == pytest.approx(1 - shares[1] / shares[0], abs=1e-9)
    reach = {one: {homes[other] for other in graph[one]} for one in graph}
    only = [[one for one in graph if {a, b} <= reach[one]] for a, b in itertools.combinations("xyz", 2)]
    assert found["single_bridges"] == len({one[0] for one in only if len(one) == 1})


def test_the_karate_club_loses_a_third_of_its_pairs_without_its_two_most_tied():
    club = nx.karate_club_graph()
    ties = talk(*((f"k{a:02}", f"k{b:02}") for a, b in club.edges))
    activity = [did(f"k{one:02}", 2 * degree) for one, degree in club.degree]

    found = score({"activity_day": activity, "tie_day": ties}, person_day_cap=0)

    left = club.copy()
    left.remove_nodes_from([33, 0])
    share = sum(len(one) * (len(one) - 1) for one in nx.connected_components(left)) / (32 * 31)
    assert found.measures["reach_drop_5pct"] == pytest.approx(1 - share, abs=1e-12)
    assert found.measures["absence_factor_50"] == 8


@given(st.integers(0, 10_000))
def test_the_score_lies_in_its_interval_and_no_whale_moves_it_beyond_concentration(seed):
    people, amounts, ties = _drawn(seed)
    tables = {"activity_day": [did(one, many) for one, many in amounts.items()], "tie_day": talk(*ties)}
    whale = [(people[0], "whale"), *(("whale", one) for one in people[1:])]

    quiet = score(tables, draws=100)
    loud = score(
        {"activity_day": [*tables["activity_day"], did("whale", 10_000)], "tie_day": talk(*ties, *whale)}, draws=100
    )

    assert quiet.interval[0] <= quiet.score <= quiet.interval[1]
    if quiet.measures["connected_people"] == len(people):
        assert abs(loud.score - quiet.score) <= loud.concentration + 1e-9


def test_the_kit_passes_on_drawn_organisations():
    snapshots = []
    for seed in range(4):
        _, amounts, ties = _drawn(seed + 50)
        snapshots.append(
            made({"activity_day": [did(one, many) for one, many in amounts.items()], "tie_day": talk(*ties)})
        )

    check_scorer(Dependency(), ENTRY, [*snapshots, made(STAR), made(RING)])


def test_four_times_the_contributions_narrow_the_absence_factor():
    draw = random.Random(3)
    rates = [draw.choice([2, 5, 9, 14]) for _ in PEOPLE]

    widths = []
    for times in (1, 4, 16):
        activity = [
            did(one, 1, day=f"2026-0{1 + day // 28}-{1 + day % 28:02}")
            for one, rate in zip(PEOPLE, rates, strict=True)
            for day in range(min(80, rate * times))
        ]
        found = score({"activity_day": activity, "tie_day": talk(*ring(PEOPLE))}, person_day_cap=0)
        low, high = found.intervals["absence_factor_50_corrected"]
        widths.append(high - low)

    assert widths[0] >= widths[1]
