"""Against networkx, scipy and brute force, on random networks."""

import itertools
import math
import random

import networkx as nx
import numpy as np
import pytest
from scipy.stats import entropy, norm
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from kithline_supply.sureness import jackknifed, of_share, tails

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
def test_circles_and_steps_are_as_sure_as_leaving_each_organisation_out_makes_them(world, score, seed):
    made, graph, names = _random_world(world, seed)
    found = score(made)
    groups, pairs = _circle_pairs(made, names)
    apart = _without_hub(graph)
    concerned = {one for pair in pairs for one in pair} | {
        one
        for a, b in pairs
        if not apart.has_edge(a, b)
        for common in [_common(apart, a, b)]
        if len(common) == 1
        for one in common
    }
    rests = [(one, [pair for pair in pairs if one not in pair]) for one in [*names, "P1", "P2"] if one in concerned]
    near = [_near(_without_hub(graph, one), rest) for one, rest in rests if rest]

    share, spread = found.measures["within_two_steps"], _jackknife(near)
    assert found.intervals["within_two_steps"] == pytest.approx(_as_if(share, spread, len(pairs)), abs=TIGHT)

    cells = list(groups.values()) or [names]
    dense = [
        _mean_density(graph, [[n for n in cell if n != gone] for cell in cells])
        for gone in sorted({n for cell in cells for n in cell})
    ]
    spread = _jackknife([one for one in dense if one is not None])
    whole = sum(map(len, cells))
    told = 1 / sum((len(cell) / whole) ** 2 / math.comb(len(cell), 2) for cell in cells)
    ends = _as_if(_mean_density(graph, cells), spread, told)
    assert found.intervals["density"] == pytest.approx(
        [_curve(one, len(names), bool(groups)) for one in ends], abs=TIGHT
    )


def _common(graph, a, b):
    return set(graph.neighbors(a)) & set(graph.neighbors(b)) if a in graph and b in graph else set()


def _jackknife(others):
    """Their standard error, as wide as so few organisations make it."""
    n = len(others)
    return tails(n - 1) * math.sqrt((n - 2) / (2 * n) * np.sum((others - np.mean(others)) ** 2)) if n > 2 else 0.0


def _as_if(share, spread, pairs):
    """Wilson's interval of a share seen in as many independent pairs as have this spread."""
    z2 = 1.6448536269514722**2
    middle = (share * pairs + z2 / 2) / (pairs + z2)
    n = min(pairs, middle * (1 - middle) / spread**2) if spread else pairs
    return proportion_confint(share * n, n, alpha=0.1, method="wilson")


def _mean_density(graph, cells):
    cells = [cell for cell in cells if len(cell) > 1]
    total = sum(len(cell) * nx.density(graph.subgraph(cell)) for cell in cells)
    return total / sum(map(len, cells)) if cells else None


def _rise(x, m, h):
    return 0.5 * math.erfc(-math.log(x / m) / math.log(h / m) * 1.2815515655446004 / math.sqrt(2)) if x > 0 else 0.0


def _curve(value, suppliers, circled):
    return _rise(value, 0.05, 0.3) / _rise(1, 0.05, 0.3) if circled else _rise(value * (suppliers - 1), 1, 5)


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
        low, high = _practice(counts)
        assert found.intervals["practice"] == pytest.approx((low, high), abs=TIGHT)


def _practice(counts):
    """The interval of e by its definition: Poisson counts, one item left out after the other."""
    shared, suppliers = [one for one in counts if one], len(counts)

    def at(amounts, even=None):
        even = entropy(amounts) if even is None and any(amounts) else even or 0.0
        return _rise(sum(amounts) / suppliers, 0.5, 3) * min(1.0, even / math.log(suppliers))

    def less(place):
        return [one - (place == here) for here, one in enumerate(shared)]

    items, now = sum(shared), at(shared)
    out = [at(less(place)) for place in range(len(shared))]
    spread = math.sqrt(sum(n * (one - now) ** 2 for n, one in zip(shared, out, strict=True)))
    wide = norm.ppf(0.95) * (tails(len(shared) - 1) if len(shared) > 1 else 1.0)
    below = sum(n * entropy(less(place)) for place, n in enumerate(shared)) / items if items > 1 else 0.0
    seen = 1 - min(sum(n == 1 for n in shared), items - 1) / items
    shares = [seen * n / items for n in shared]
    adjusted = sum(-p * math.log(p) / (1 - (1 - p) ** items) for p in shares if p < 1)
    middle = at(shared, max(items * entropy(shared) - (items - 1) * below, adjusted))
    more = at([*shared, 1]) if len(shared) < suppliers else now
    return max(0, min(now, *out, middle - wide * spread)), min(1, max(now, more, middle + wide * spread))


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


def test_few_degrees_of_freedom_widen_as_students_quantiles_do():
    for freedom in [*range(1, 60), 1000]:
        assert tails(freedom) == pytest.approx(student.ppf(0.95, freedom) / norm.ppf(0.95), abs=6e-3)


def test_a_share_of_no_pairs_has_no_interval_and_two_organisations_show_no_spread():
    assert of_share(None, [], 0) is None
    assert of_share(0.5, [0.4, 0.6], 0) is None
    assert jackknifed([0.0, 1.0]) == 0.0
