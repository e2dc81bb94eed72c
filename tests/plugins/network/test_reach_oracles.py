"""reach.ecosystem against scipy, networkx and plain sets, on random data, Davis's women and the karate club."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy, gamma

from kithline_network.reach.groups import GROUPS
from kithline_network.reach.lone import concentration
from kithline_network.reach.mix import kinds, spread
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import Contact, parts, score
from kithline_network.reach.picture import picture
from kithline_network.reach.scorer import Reach
from kithline_network.reach.sureness import gamma as drawn
from kithline_sdk.stats import Draws
from kithline_sdk.testing import declared, run, scorer_entry, snapshot

WINDOW = ("2026-01-01", "2026-04-01")
ENTRY = scorer_entry("kithline_network", "reach.ecosystem")
LABELS = [*GROUPS, "other"]
WORLDS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=60)
HELD = st.lists(st.sets(st.sampled_from(LABELS), max_size=3), min_size=16, max_size=16)


def measured(tables, **parameters):
    return run(Reach(), declared(snapshot(tables, WINDOW), ENTRY), no_floor=True, draws=100, **parameters)


def members(held):
    return [{"person": f"p{n:02}", "group": one} for n, groups in enumerate(held) for one in sorted(groups)]


@given(HELD, WORLDS)
@settings(max_examples=40)
def test_shares_overlaps_and_assortativity_are_those_of_plain_sets_scipy_and_networkx(held, ties):
    ties = [(a, b) for a, b in ties if a != b]
    rows = [{"actor": f"p{a:02}", "target": f"p{b:02}"} for a, b in ties]

    found = measured({"memberships": members(held), "ties": rows}).measures

    active = {one for tie in ties for one in tie}
    inside = {group: {one for one in active if group in held[one]} for group in LABELS}
    market = {one: [group for group in held[one] if group != "other"] for one in active}
    counts = [sum(1 / len(market[one]) for one in inside[group]) for group in ReachParams().targets]
    if sum(counts):
        assert found["shannon"] == pytest.approx(entropy(counts), abs=1e-9)
        assert found["simpson"] == pytest.approx(1 - sum((one / sum(counts)) ** 2 for one in counts), abs=1e-9)
        assert found["fractional_total"] == sum(1 for one in active if market[one])
    for a, b in combinations(sorted(group for group in LABELS if inside[group]), 2):
        both, either = inside[a] & inside[b], inside[a] | inside[b]
        assert found[f"jaccard.{a}.{b}"] == pytest.approx(len(both) / len(either), abs=1e-12)
        assert found[f"overlap.{a}.{b}"] == pytest.approx(len(both) / min(len(inside[a]), len(inside[b])), abs=1e-12)
    known = [(a, b) for a, b in ties if held[a] and held[b]]
    if known:
        apart = sum(not held[a] & held[b] for a, b in known)
        assert found["cross_group_event_share"] == pytest.approx(apart / len(known), abs=1e-12)


@given(st.lists(st.sampled_from(LABELS), min_size=16, max_size=16), WORLDS)
@settings(max_examples=40)
def test_assortativity_and_mixing_are_those_of_networkx(label, ties):
    graph = nx.Graph((a, b) for a, b in ties if a != b)
    nx.set_node_attributes(graph, dict(enumerate(label)), "group")
    rows = [{"actor": f"p{a:02}", "target": f"p{b:02}"} for a, b in graph.edges]

    found = measured({"memberships": members([{one} for one in label]), "ties": rows})

    if len({label[one] for one in graph}) > 1:
        theirs = nx.attribute_assortativity_coefficient(graph, "group")
        assert found.measures["assortativity"] == pytest.approx(theirs, abs=1e-9)
    table = {frozenset((row["a"], row["b"])): row["ties"] for row in found.tables.get("mixing", [])}
    for pair, ties_ in table.items():
        assert ties_ == sum({label[a], label[b]} == pair for a, b in graph.edges)


def test_daviss_women_share_events_as_networkx_says():
    graph = nx.davis_southern_women_graph()
    women, events = (sorted(nx.algorithms.bipartite.sets(graph)[side]) for side in (0, 1))
    rows = [
        {"day": "2026-02-01", "actor": woman, "verb": "attended", "count": 1, "community": event}
        for woman in women for event in graph[woman]
    ]  # fmt: skip

    found = measured({"activity_day": rows, "memberships": [{"person": one, "group": "customer"} for one in women]})

    assert found.measures["communities"] == 14
    for a, b in combinations(events, 2):
        one, other = set(graph[a]), set(graph[b])
        assert found.measures[f"community_jaccard.{a}.{b}"] == pytest.approx(
            len(one & other) / len(one | other), abs=1e-12
        )
        smaller = min(len(one), len(other))
        assert found.measures[f"community_overlap.{a}.{b}"] == pytest.approx(len(one & other) / smaller, abs=1e-12)


def test_the_karate_clubs_two_sides_have_their_assortativity():
    graph = nx.karate_club_graph()
    side = {node: "customer" if data["club"] == "Officer" else "employee" for node, data in graph.nodes(data=True)}
    nx.set_node_attributes(graph, side, "group")
    rows = [{"actor": f"p{a:02}", "target": f"p{b:02}"} for a, b in graph.edges]

    found = measured({"memberships": [{"person": f"p{n:02}", "group": one} for n, one in side.items()], "ties": rows})

    assert found.measures["assortativity"] == pytest.approx(
        nx.attribute_assortativity_coefficient(graph, "group"), abs=1e-9
    )
    apart = sum(side[a] != side[b] for a, b in graph.edges)
    assert found.measures["cross_group_event_share_corrected"] == pytest.approx(
        apart / graph.number_of_edges(), abs=1e-12
    )


@given(st.lists(st.integers(0, 127), min_size=1, max_size=60))
def test_miller_madow_adds_its_term(masks):
    found = spread(kinds(np.array(masks, np.int64)), GROUPS[:4])

    if found is not None:
        assert found.miller_madow == pytest.approx(found.shannon + (found.present - 1) / (2 * found.people), abs=1e-12)
        assert found.evenness <= 1 + 1e-12


@pytest.mark.parametrize("shape", [0.5, 1.5, 5.5, 40.5])
def test_gamma_numbers_have_their_quantiles(shape):
    values = np.sort(drawn(Draws(7), np.array([shape]), 20_000)[:, 0])

    for part in (0.05, 0.5, 0.95):
        assert gamma.cdf(values[int(part * 20_000)], shape) == pytest.approx(part, abs=0.008)


@given(HELD, WORLDS)
@settings(max_examples=15)
def test_concentration_is_the_largest_drop_over_everybody_left_out(held, ties):
    ties = sorted({(min(a, b), max(a, b)) for a, b in ties if a != b})
    rows = [{"actor": f"p{a:02}", "target": f"p{b:02}"} for a, b in ties]
    tables = {"memberships": members(held), "populations": [{"group": "customer", "count": 30}]}
    params = ReachParams(no_floor=True)

    def told(edges, active):
        kept = {f"p{one:02}" for one in active}
        acts = [{"day": "2026-02-01", "actor": one, "verb": "posted", "count": 1} for one in sorted(kept)]
        cut = declared(snapshot({**tables, "ties": edges, "activity_day": acts}, WINDOW), ENTRY)
        return picture(cut, params)

    everybody = set(range(16))
    whole = told(rows, everybody)
    first = parts(whole.kinds, whole.populations, whole.contact, params)
    drops = [0.0]
    for one in everybody:
        left = told([row for row in rows if f"p{one:02}" not in row.values()], everybody - {one})
        share = Contact(left.met.share, whole.contact.known)
        drops.append(score(first) - score(parts(left.kinds, left.populations, share, params)))

    assert concentration(whole.kinds, whole.populations, whole.met, whole.who, params) == pytest.approx(
        max(drops), abs=1e-9
    )
