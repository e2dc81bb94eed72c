"""Against networkx, scipy and brute force, on random networks."""

import itertools
import math
import random

import networkx as nx
import pytest
from scipy.stats import entropy
from statsmodels.stats.proportion import proportion_confint

TIGHT = 1e-9


def _random_world(world, seed):
    draw = random.Random(seed)
    names = [f"S{number:02}" for number in range(draw.randint(5, 14))]
    others = ["P1", "P2"]
    circles = {one: {"circles": ";".join(draw.sample("abc", draw.randint(0, 2)))} for one in names}
    made = world(names, **circles)
    for one in others:
        made.organisations.append({"organisation": one, "role": "partner"})
        made.members.append(made.member(one))
    pairs = list(itertools.combinations(["F", *names, *others], 2))
    made.talk(draw.sample(pairs, int(len(pairs) * draw.choice([0.08, 0.2, 0.4]))))
    for one in draw.sample(names, draw.randint(0, len(names))):
        for number in range(draw.randint(1, 4)):
            made.share(one, f"{one}/{number}", draw.sample([n for n in names if n != one], draw.randint(0, 1)))
    graph = nx.Graph()
    graph.add_nodes_from(["F", *names, *others])
    graph.add_edges_from((r["actor"].upper(), r["target"].upper()) for r in made.tables["tie_day"])
    return made, graph, names


def _without_hub(graph, *gone):
    return graph.subgraph([node for node in graph if node not in {"F", *gone}])


def _independence(graph, names):
    pairs = list(itertools.combinations(names, 2))
    return sum(nx.has_path(graph, a, b) for a, b in pairs) / len(pairs)


def _near(graph, pairs):
    reach = dict(nx.all_pairs_shortest_path_length(graph, cutoff=2))
    return sum(b in reach[a] for a, b in pairs) / len(pairs)


def _circle_pairs(made, names):
    of = {row["organisation"]: set((row.get("circles") or "").split(";")) - {""} for row in made.organisations}
    groups = {c: [n for n in names if c in of[n]] for c in "abc"}
    groups = {c: members for c, members in groups.items() if len(members) > 1}
    pairs = {pair for members in groups.values() for pair in itertools.combinations(members, 2)}
    return groups, sorted(pairs) or list(itertools.combinations(names, 2))


@pytest.mark.parametrize("seed", range(25))
def test_the_structure_is_that_of_networkx(world, score, seed):
    made, graph, names = _random_world(world, seed)
    apart, size = _without_hub(graph), len(names)
    linked = [one for one in names if graph.has_edge(one, "F")]

    values = score(made).measures

    assert values["organisation_ties"] == graph.number_of_edges()
    assert values["link_coverage"] == pytest.approx(len(linked) / size, abs=TIGHT)
    assert values["supplier_density"] == pytest.approx(nx.density(graph.subgraph(names)), abs=TIGHT)
    assert values["hub_independence"] == pytest.approx(_independence(apart, names), abs=TIGHT)
    dependence = _independence(graph, names) - _independence(apart, names)
    assert values["hub_dependence"] == pytest.approx(dependence, abs=TIGHT)
    constraint = nx.constraint(graph, ["F"])["F"]
    assert values.get("hub_constraint", math.nan) == pytest.approx(constraint, abs=TIGHT, nan_ok=True)


@pytest.mark.parametrize("seed", range(25))
def test_circles_and_two_steps_are_those_of_networkx(world, score, seed):
    made, graph, names = _random_world(world, seed)
    groups, pairs = _circle_pairs(made, names)

    values = score(made).measures

    assert values["circles"] == len(groups)
    assert values["within_two_steps"] == pytest.approx(_near(_without_hub(graph), pairs), abs=TIGHT)
    if groups:
        total = sum(len(members) * nx.density(graph.subgraph(members)) for members in groups.values())
        assert values["circle_density"] == pytest.approx(total / sum(map(len, groups.values())), abs=TIGHT)


@pytest.mark.parametrize("seed", range(25))
def test_ranges_are_those_of_leaving_each_organisation_out(world, score, seed):
    made, graph, names = _random_world(world, seed)
    found = score(made)
    densities, independences = [], []
    for gone in [*names, "P1", "P2"]:
        rest = [one for one in names if one != gone]
        independences.append(_independence(_without_hub(graph, gone), rest))
        if gone in names:
            densities.append(nx.density(graph.subgraph(rest)))

    for name, others in (("supplier_density", densities), ("hub_independence", independences)):
        values = [found.measures[name], *others]
        assert found.intervals[name] == pytest.approx((min(values), max(values)), abs=TIGHT)


@pytest.mark.parametrize("seed", range(25))
def test_ranges_of_circles_and_steps_are_those_of_leaving_each_organisation_out(world, score, seed):
    made, graph, names = _random_world(world, seed)
    found = score(made)
    groups, pairs = _circle_pairs(made, names)
    near, dense = [found.measures["within_two_steps"]], [found.measures["density"]]
    for gone in [*names, "P1", "P2"]:
        left = [pair for pair in pairs if gone not in pair]
        if left:
            near.append(_near(_without_hub(graph, gone), left))
        if gone in names:
            cells = [[one for one in members if one != gone] for members in groups.values()]
            cells = [cell for cell in cells if len(cell) > 1]
            dense.append(_curve(graph, [n for n in names if n != gone], cells, bool(groups)))

    assert found.intervals["within_two_steps"] == pytest.approx((min(near), max(near)), abs=TIGHT)
    dense = [one for one in dense if one is not None]
    assert found.intervals["density"] == pytest.approx((min(dense), max(dense)), abs=TIGHT)


def _rise(x, m, h):
    return 0.5 * math.erfc(-math.log(x / m) / math.log(h / m) * 1.2815515655446004 / math.sqrt(2)) if x > 0 else 0.0


def _curve(graph, names, cells, circled):
    if not circled:
        return _rise(2 * graph.subgraph(names).number_of_edges() / len(names), 1, 5)
    if not cells:
        return None
    mean = sum(len(c) * nx.density(graph.subgraph(c)) for c in cells) / sum(map(len, cells))
    return _rise(mean, 0.05, 0.3) / _rise(1, 0.05, 0.3)


@pytest.mark.parametrize("seed", range(25))
def test_evenness_and_practice_are_those_of_scipy(world, score, seed):
    made, graph, names = _random_world(world, seed)
    items = [row for row in made.tables["item_use"] if "used_by" not in row]
    counts = [sum(row["actor"] == one.lower() for row in items) for one in names]
    degrees = [degree for _, degree in graph.subgraph(names).degree()]

    found = score(made)

    if any(degrees):
        assert found.measures["evenness"] == pytest.approx(entropy(degrees) / math.log(len(names)), abs=TIGHT)
    if items:
        even = entropy(counts) / math.log(len(names))
        assert found.measures["practice_evenness"] == pytest.approx(even, abs=TIGHT)
        assert found.measures["practice"] == pytest.approx(_rise(len(items) / len(names), 0.5, 3) * even, abs=TIGHT)
        used = {row["item"] for row in made.tables["item_use"] if "used_by" in row}
        assert found.measures["adoption"] == pytest.approx(len(used) / len(items), abs=TIGHT)
        low, high = proportion_confint(len(used), len(items), alpha=0.1, method="wilson")
        assert found.intervals["adoption"] == pytest.approx((low, high), abs=TIGHT)
        others = [_left_out(counts, place) for place, count in enumerate(counts) if count]
        ends = [found.measures["practice"], *others]
        assert found.intervals["practice"] == pytest.approx((min(ends), max(ends)), abs=TIGHT)


def _left_out(counts, place):
    rest = [*counts[:place], *counts[place + 1 :]]
    even = entropy(rest) / math.log(len(rest)) if any(rest) else 0.0
    return _rise(sum(rest) / len(rest), 0.5, 3) * even


@pytest.mark.parametrize("seed", range(25))
def test_shares_carry_wilson_intervals_and_the_score_adds_up(world, score, seed):
    made, graph, names = _random_world(world, seed)
    linked = sum(graph.has_edge(one, "F") for one in names)

    found = score(made)

    ends = proportion_confint(linked, len(names), alpha=0.1, method="wilson")
    assert found.intervals["link_coverage"] == pytest.approx(ends, abs=TIGHT)
    assert math.fsum(driver.contribution for driver in found.drivers) == pytest.approx(found.score, abs=TIGHT)
    assert found.bounds[0] <= found.score <= found.bounds[1]
    assert found.interval[0] <= found.score <= found.interval[1]
