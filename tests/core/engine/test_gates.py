"""The shortest path: exact on every small system, and proven by branches that are checked without the search."""

import itertools
import random
from fractions import Fraction

import pytest

from kithline_core.engine.gates import model, proof, search
from kithline_core.engine.gates.model import COST, UNIT, Step, StepRow, System
from kithline_core.errors import Invalid

SYSTEMS = 1_000


def step(name, cost, adds, choice=None):
    row = StepRow(step=name, choice=choice or name, gate=next(iter(adds), "g"), adds=0, effort=cost, what=name)
    return Step(name, choice or name, None if cost is None else round(cost * COST), adds, row)


def drawn(seed):
    """A system of up to four gates and seven choices, many of them alike, with costs of all kinds."""
    draw = random.Random(seed)
    gates = [f"gate-{n}" for n in range(draw.randint(1, 4))]
    costs = draw.choice([(1, 2, 3), (1,), (0, 1, 2), (0.5, 1.25, 7)])
    amounts = draw.choice([(0.1, 0.2, 0.3), (1 / 3, 0.25), (0.05, 0.11, 0.4)])
    choices = []
    for number in range(draw.randint(0, 7)):
        options = []
        for place in range(draw.choice([1, 1, 2, 3])):
            moved = draw.sample(gates, draw.randint(1, min(2, len(gates))))
            adds = {gate: model.units(draw.choice(amounts)) for gate in moved}
            options.append(step(f"{number}.{place}", draw.choice(costs), adds, str(number)))
        choices.append(options)
    return System({gate: model.units(draw.choice((0.2, 0.45, 0.7, 1.1))) for gate in gates}, choices)


def brute(system):
    """Every set there is: the least cost, and the cheapest sets of which no step can be left out."""
    best, sets = None, []
    for taken in itertools.product(*([*choice, None] for choice in system.choices)):
        one = [found for found in taken if found is not None]
        if any(sum(found.adds.get(gate, 0) for found in one) < need for gate, need in system.needs.items()):
            continue
        cost = sum(found.cost for found in one)
        if best is None or cost < best:
            best, sets = cost, []
        if cost == best:
            sets.append(one)
    minimal = [
        one
        for one in sets
        if all(
            any(
                sum(found.adds.get(gate, 0) for found in one if found is not left) < need
                for gate, need in system.needs.items()
            )
            for left in one
        )
    ]
    return best, {frozenset(found.name for found in one) for one in minimal}


def test_the_cheapest_sets_of_a_thousand_small_systems_are_those_of_brute_force_and_proven():
    reached = ties = 0
    for seed in range(SYSTEMS):
        system = drawn(seed)
        cost, sets = brute(system)

        found = search.cheapest(system)

        told = {frozenset(one.name for one in steps) for steps in found.sets}
        assert (found.cost, found.proven) == (cost, True), seed
        assert told <= sets, seed
        assert len(told) == len(found.sets) == min(len(sets), search.SHOWN), seed
        assert found.more == (len(sets) > search.SHOWN), seed
        assert proof.holds(search.order(system), cost, found.branches), seed
        reached, ties = reached + (cost is not None), ties + (len(sets) > 1)
    assert reached > SYSTEMS // 4
    assert ties > SYSTEMS // 20


def test_no_proof_holds_for_a_cost_that_is_not_the_least():
    wrong = 0
    for seed in range(100):
        system = drawn(seed)
        found = search.cheapest(system)
        if found.cost is not None:
            assert not proof.holds(search.order(system), None, found.branches)
            assert not proof.holds(search.order(system), found.cost + 1, found.branches)
            wrong += 1
    assert wrong


def test_a_proof_with_a_branch_left_out_or_a_reason_that_is_none_does_not_hold():
    checked = 0
    for seed in range(60):
        system = drawn(seed)
        found = search.cheapest(system)
        ordered = search.order(system)
        for place, one in enumerate(found.branches):
            rest = [*found.branches[:place], *found.branches[place + 1 :]]
            assert not proof.holds(ordered, found.cost, rest)
            for why in ("met", "unreachable", "dear"):
                lie = one._replace(why=why, gate=one.gate or next(iter(system.needs)))
                if why != one.why and proof.holds(ordered, found.cost, [*rest, lie]):
                    # Without prices a branch is dear only where what was spent is enough: then it is no lie.
                    assert why == "dear", seed
            if one.prices:
                below = one._replace(prices=dict.fromkeys(one.prices, -1))
                assert not proof.holds(ordered, found.cost, [*rest, below])
            checked += 1
    assert checked > 100


def test_a_system_too_large_to_search_says_that_nothing_is_proven():
    draw = random.Random(3)
    steps = [[step(f"s{n:02}", draw.uniform(1, 2), {"g": draw.randrange(1, UNIT)})] for n in range(60)]

    found = search.cheapest(System({"g": 20 * UNIT}, steps), patience=20)

    assert not found.proven
    assert proof.told(System({}, []), found)["statement"].startswith("the search was given up")
    assert proof.told(System({}, []), found)["tree"] is None
    assert len(found.sets) <= 1


def test_more_ties_than_can_be_walked_are_said_to_be_more():
    steps = [[step(f"s{n:02}", 1, {"g": UNIT // 10})] for n in range(14)]

    found = search.cheapest(System({"g": UNIT // 2}, steps))
    few = search.cheapest(System({"g": UNIT // 2}, steps), patience=40)

    assert (found.cost, len(found.sets), found.more) == (5 * COST, search.SHOWN, True)
    assert few.cost is None or few.cost >= found.cost


@pytest.mark.parametrize("seed", [3, 17, 29, 101])
def test_whenever_the_search_is_given_up_nothing_false_is_said(seed):
    steps = [
        [step(f"s{n:02}", 1 + n % 3, {"g": UNIT // (4 + n % 5), "h": UNIT // (3 + (n + seed) % 7)})] for n in range(9)
    ]
    system = System({"g": UNIT, "h": UNIT}, steps)
    best, sets = brute(system)

    for patience in range(1, 120, 2):
        found = search.cheapest(system, patience)
        told = {frozenset(one.name for one in steps) for steps in found.sets}
        assert found.cost is None or found.cost >= best
        if found.proven:
            assert found.cost == best
            assert told
            assert told <= sets
            assert found.more or told == sets


@pytest.mark.parametrize("seed", range(5))
def test_what_is_told_of_a_proof_names_every_branch(seed):
    system = drawn(seed)
    found = search.cheapest(system)

    told = proof.told(search.order(system), found)

    assert sum(told["branches"].values()) == len(found.branches) == len(told["tree"])
    assert told["proven"] is True
    assert len(told["sha256"]) == 64


def rows(gates, steps=()):
    plain = {"level": 2, "kind": "level", "what": "w", "have": 0.5, "need": 0.7}
    return {
        "gates": [{**plain, **one} for one in gates],
        "steps": [{"choice": one["step"], "effort": 1, "what": "w", **one} for one in steps],
    }


def test_only_the_ceiling_is_the_goal_where_one_binds_and_only_of_the_next_level():
    gates, _ = model.rows(
        rows(
            [
                {"gate": "level.2"},
                {"gate": "ceiling.a", "kind": "ceiling"},
                {"gate": "done", "have": 0.7},
                {"gate": "level.3", "level": 3},
            ]
        )
    )

    goal = model.goal(gates)

    assert (goal.level, goal.kind) == (2, "ceiling")
    assert [row.gate for row in goal.unmet] == ["ceiling.a"]
    assert [row.gate for row in goal.then] == ["level.2"]
    assert model.goal(row for row in gates if row.met) is None


def test_a_gate_is_met_up_to_rounding_and_never_while_it_is_unknown():
    gates, _ = model.rows(
        rows(
            [
                {"gate": "a", "have": 0.7 - 5e-10},
                {"gate": "b", "have": 0.7 - 2e-9},
                {"gate": "c", "have": None, "need": 0},
            ]
        )
    )

    assert [row.met for row in gates] == [True, False, False]


def test_a_step_moves_all_its_gates_and_only_those_that_are_asked_for():
    gates, steps = model.rows(
        rows(
            [{"gate": "a"}, {"gate": "b"}],
            [
                {"step": "s", "gate": "a", "adds": 0.3},
                {"step": "s", "gate": "b", "adds": 0.1},
                {"step": "s", "gate": "elsewhere", "adds": 1},
                {"step": "other", "gate": "elsewhere", "adds": 1},
            ],
        )
    )

    system = model.system(gates, model.steps(steps))

    assert [[one.adds for one in choice] for choice in system.choices] == [[{"a": 3 * UNIT // 10, "b": UNIT // 10}]]
    assert model.hopeless(system) == ["b"]
    assert model.hopeless(system, ["a"]) == ["a", "b"]


@pytest.mark.parametrize(
    "tables",
    [
        {"gates": [{"gate": "a"}]},
        rows([{"gate": "a", "kind": "wall"}]),
        rows([{"gate": "a"}, {"gate": "a"}]),
        {"gates": [], "steps": [{"step": "s"}]},
        rows([{"gate": "a", "have": 1e9}]),
    ],
)
def test_tables_in_another_form_are_refused(tables):
    with pytest.raises(Invalid):
        model.rows(tables)


@pytest.mark.parametrize("change", [{"effort": 2}, {"choice": "x"}, {"gate": "a"}])
def test_rows_of_a_step_that_contradict_each_other_are_refused(change):
    one = {"step": "s", "gate": "a", "adds": 0.1}
    _, steps = model.rows(rows([], [one, {**one, "gate": "b", **change}]))

    with pytest.raises(Invalid):
        model.steps(steps)


def test_a_proof_that_prices_a_free_step_does_not_hold():
    free = System({"g": UNIT}, [[step("a", 0, {"g": UNIT})]])

    assert not proof.holds(free, 1, [search.Branch((), "dear", prices={"g": Fraction(1, UNIT)})])


def test_a_step_that_moves_another_gate_pays_nothing_towards_a_price():
    both = System({"g": 1, "h": 1}, [[step("a", 10, {"g": 1})], [step("b", 0, {"h": 1})]])

    assert proof.holds(both, 10 * COST, [search.Branch((), "dear", prices={"g": Fraction(10 * COST)})])


def test_one_price_below_nothing_among_others_proves_nothing():
    cheap = System({"g": 1}, [[step("a", 5, {"g": 1, "h": 1})]])
    prices = {"g": Fraction(10 * COST), "h": Fraction(-5 * COST)}

    assert not proof.holds(cheap, 10 * COST, [search.Branch((), "dear", prices=prices)])


def test_each_branch_is_told_by_its_steps_and_the_reason_it_is_closed_for():
    system = System({"g": UNIT}, [[step("a", 1, {"g": UNIT})]])

    tree = proof.told(system, search.cheapest(system))["tree"]

    assert [(one["taken"], one["why"], one["gate"]) for one in tree] == [
        (["a"], "met", ""),
        (["not a"], "unreachable", "g"),
    ]


def test_a_gate_that_no_step_moves_is_hopeless_however_little_it_lacks():
    assert model.hopeless(System({"g": 1, "h": 1}, [[step("a", 1, {"h": 1})]])) == ["g"]


def test_patience_counts_the_branches_that_are_looked_at():
    met = System({}, [])

    assert [search.cheapest(met, patience).proven for patience in (0, 1)] == [False, True]
