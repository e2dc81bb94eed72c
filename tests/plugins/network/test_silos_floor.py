"""The privacy floor: what is withheld, and that no subtraction gives it away."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def _departments(**sizes):
    return {f"{name}{one:03}": name for name, size in sizes.items() for one in range(size)}


def _ties(department, many=200, seed=3):
    pairs = list(itertools.combinations(sorted(department), 2))
    return random.Random(seed).sample(pairs, min(many, len(pairs)))


def _shown(found, measure="department_ei"):
    return {name.split(".", 1)[1] for name in found.measures if name.startswith(f"{measure}.")}


def test_a_department_below_the_floor_takes_the_smallest_other_with_it(score):
    department = _departments(a=20, b=10, c=8, d=3)

    found = score(department, _ties(department))

    assert _shown(found) == {"a", "b"}
    # With a.b, the ties between c and d would be all others less what a and b have.
    assert _shown(found, "lift") == set()
    assert found.measures["departments_below_floor"] == 1
    assert {driver.name for driver in found.drivers} == {"department.a", "department.b", "departments_withheld"}
    assert sum(driver.contribution for driver in found.drivers) == pytest.approx(found.score, abs=1e-12)
    assert "2 of 4 department_ei.<d>" in {one.what for one in found.missing if one.reason == "floor"}


def test_figures_about_the_whole_use_everybody(score):
    department = _departments(a=20, b=10, c=8, d=3)

    held, bare = score(department, _ties(department)), score(department, _ties(department), no_floor=True)

    assert _shown(bare) == {"a", "b", "c", "d"}
    assert bare.measures["departments_below_floor"] == 1
    assert {name: bare.measures[name] for name in held.measures} == held.measures
    assert held.score == bare.score


def test_a_raised_floor_counts_and_withholds_more(score):
    department = _departments(a=20, b=20, c=9, d=9)

    found = score(department, _ties(department), floor=10)

    assert _shown(found) == {"a", "b"}
    assert found.measures["departments_below_floor"] == 2


def test_a_raised_floor_does_not_raise_what_the_score_needs(score):
    department = _departments(a=20, b=20, c=9, d=4)

    found = score(department, _ties(department), floor=30)

    assert (found.measures["departments_at_floor"], found.measures["departments_below_floor"]) == (3, 4)
    assert (found.status, found.score) == ("ok", score(department, _ties(department)).score)


def test_a_department_spoken_for_by_one_person_is_withheld(score):
    department = _departments(a=20, b=20, c=20)
    quiet = [{"actor": "c000", "target": f"c{one:03}", "count": 9} for one in range(1, 20)]
    others = [{"actor": a, "target": b} for a, b in _ties(_departments(a=20, b=20))]

    found = score(department, (), {"ties": quiet + others})

    assert "c" not in _shown(found)


def test_a_pair_spoken_for_by_one_person_is_withheld_with_a_second_pair(score):
    department = _departments(a=20, b=20, c=21, d=22)
    others = [tie for tie in _ties(department, 600) if {tie[0][0], tie[1][0]} != {"a", "b"}]
    ties = [*others, *(("a000", f"b{n:03}") for n in range(6))]

    found = score(department, ties)

    lifts = _shown(found, "lift")
    assert _shown(found) == {"a", "b", "c", "d"}
    assert "a.b" not in lifts
    # Everybody's ties to all others are known: only a ring of pairs hides each of its own.
    assert lifts in ({"a.c", "b.d"}, {"a.d", "b.c"})


def _spoken_for(third=""):
    """Two or three departments; one person has all the ties between the first two."""
    names = "ab" + third
    people = {f"{one}{n}": one for one in names for n in range(6)}
    inside = [(f"{one}{n}", f"{one}{m}") for one in names for n, m in itertools.combinations(range(6), 2)]
    others = [(f"{one}{n}", f"c{n}") for one, many in (("a", 4), ("b", 3)) for n in range(many)] if third else []
    return people, [*inside, *others, *(("a0", f"b{n}") for n in range(6))]


def test_three_departments_do_not_publish_all_their_sums_beside_a_withheld_pair(score):
    found = score(*_spoken_for("c"))

    assert _shown(found) == {row["department"] for row in found.tables["departments"]} == {"a"}
    assert _shown(found, "lift") == {"b.c"}
    assert {one.name for one in found.drivers} == {"department.a", "departments_withheld"}
    assert found.score == pytest.approx(sum(one.contribution for one in found.drivers))
    assert {"2 of 3 department_ei.<d>", "2 of 3 lift.<a>.<b>"} <= {one.what for one in found.missing}


def test_the_ties_between_the_only_two_departments_are_the_whole_and_stay_public(score):
    found = score(*_spoken_for())

    assert found.measures["external_ties"] == 6
    assert _shown(found) == {"a", "b"}
    assert _shown(found, "lift") == set()


@st.composite
def _organisations(draw):
    """Departments of some sizes, ties of which single people have many."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=3, max_size=6))
    people = [f"{chr(97 + one)}{n}" for one, size in enumerate(sizes) for n in range(size)]
    busy = draw(st.lists(st.sampled_from(people), max_size=3))
    drawn = draw(st.randoms(use_true_random=False))
    pairs = [pair for pair in itertools.combinations(people, 2) if drawn.random() < 0.25]
    pairs += [(one, other) for one in busy for other in people if one != other and drawn.random() < 0.8]
    return {one: one[0] for one in people}, [(*sorted(pair), drawn.randint(1, 20)) for pair in pairs]


@given(_organisations(), st.sampled_from([5, 7]))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_withheld_can_be_solved_for_from_everything_published(score, organisation, k):
    people, ties = organisation
    found = score(people, (), {"ties": [{"actor": a, "target": b, "count": n} for a, b, n in ties]}, floor=k)
    names = sorted(set(people.values()))
    cells = [*names, *itertools.combinations(names, 2)]
    rows = _equations(found, names, cells)

    solved = _solved(rows, len(cells))

    shown = {(row["a"], row["b"]) for row in found.tables.get("pairs", [])}
    shown |= {row["department"] for row in found.tables.get("departments", [])}
    assert {cell for cell, known in zip(cells, solved, strict=True) if known} <= shown


def _equations(found, names, cells):
    """Every linear equation about ties within departments and between two that the finding states."""

    def row(weights):
        return [weights.get(cell, 0.0) for cell in cells]

    def around(name, own, out):
        return row({name: own} | {pair: out for pair in cells[len(names) :] if name in pair})

    rows = [row(dict.fromkeys(names, 1.0)), row(dict.fromkeys(cells[len(names) :], 1.0))]
    for one in found.tables.get("departments", []):
        rows += [around(one["department"], 1.0, 0.0), around(one["department"], 0.0, 1.0)]
    rows += [row({(one["a"], one["b"]): 1.0}) for one in found.tables.get("pairs", [])]
    for measure, ends in (("department_ei.", 1.0), ("department_ei_by_degree.", 2.0)):
        ratios = {name[len(measure) :]: value for name, value in found.measures.items() if name.startswith(measure)}
        rows += [around(name, -ends * (1 + ratio), 1 - ratio) for name, ratio in ratios.items()]
    lifts = [name.split(".")[1:] for name in found.measures if name.startswith("lift.")]
    rows += [row({tuple(pair): 1.0}) for pair in lifts]
    for driver in found.drivers:
        told = [driver.name.partition(".")[2]] if driver.name.startswith("department.") else _hidden(found, names)
        for own, out in ((2.0, 1.0), (0.0, 1.0)):
            rows.append(np.sum([around(name, own, out) for name in told], axis=0).tolist())
    return rows


def _hidden(found, names):
    return sorted(set(names) - {row["department"] for row in found.tables.get("departments", [])})


def _solved(rows, cells):
    _, values, ways = np.linalg.svd(np.array(rows, np.float64))
    free = ways[np.count_nonzero(values > 1e-9) :]
    return (np.abs(free.reshape(-1, cells)) < 1e-9).all(axis=0)


def test_members_without_a_tie_hide_nobody(score):
    department = _departments(a=20, b=20, c=20, d=3)
    ghosts = {f"ghost{n}": "d" for n in range(9)}

    found = score({**department, **ghosts}, _ties(department))

    assert "d" not in _shown(found)
    assert not any("d" in pair.split(".") for pair in _shown(found, "lift"))
    assert found.measures["departments_below_floor"] == 0


@pytest.mark.parametrize(("own", "shown"), [(2, {"a", "b", "c"}), (5, {"a", "b", "c", "e", "f"})])
def test_two_departments_that_differ_by_a_few_people_are_not_both_shown(score, own, shown):
    both = {f"both{n}": ["e", "f"] for n in range(8)}
    several = {**_departments(a=20, b=20, c=20, e=own if own > 2 else 0, f=own), **both}

    assert _shown(score(several, _ties(several))) == shown


def test_a_rank_that_only_members_without_a_tie_share_is_not_named(score):
    tied, ghosts = _departments(a=6, b=6), {f"ghost{n}": "a" for n in range(5)}
    ranked = [
        {
            "person": one,
            "group": "employee",
            "department": name,
            "rank": "chief" if one == "a000" or one in ghosts else "x",
        }
        for one, name in {**tied, **ghosts}.items()
    ]
    across = [("a000", f"b{n:03}") for n in range(6)]

    found = score(
        {}, (), {"memberships": ranked, "ties": [{"actor": a, "target": b} for a, b in [*across, *_ties(tied)]]}
    )

    assert "chief" not in {row["rank"] for row in found.tables["bridges"]}
    assert "x" in {row["rank"] for row in found.tables["bridges"]}


@pytest.mark.parametrize("across", [[], [("a000", "b000")], [("a000", "b000"), ("a000", "b001"), ("a001", "b000")]])
def test_between_two_departments_no_tie_and_ties_of_a_few_people_look_alike(score, across):
    department = _departments(a=20, b=20, c=20, d=20)
    others = [tie for tie in _ties(department, 600) if {tie[0][0], tie[1][0]} != {"a", "b"}]

    found = score(department, [*others, *across])

    (row,) = (row for row in found.tables["pairs"] if (row["a"], row["b"]) == ("a", "b"))
    assert row["ties"] == 0
    assert found.measures["lift.a.b"] == 5 / (row["ties_by_chance"] + 5)
    assert "no or few ties" in found.recommendations[0].evidence
    assert "c.d" not in _shown(found, "lift")


def test_ties_of_few_people_within_a_department_are_withheld(score):
    department = _departments(a=20, b=20, c=20, d=20)
    others = [tie for tie in _ties(department, 600) if tie[0][0] != tie[1][0] or tie[0][0] != "d"]

    found = score(department, [*others, ("d000", "d001")])

    assert "d" not in _shown(found)
