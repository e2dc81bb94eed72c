"""The privacy floor: what is withheld, and that no subtraction gives it away."""

import itertools
import random

import pytest


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
    assert _shown(found, "lift") == {"a.b"}
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
    assert (found.measures["departments_below_floor"], found.measures["departments_at_floor"]) == (2, 2)


def test_a_department_spoken_for_by_one_person_is_withheld(score):
    department = _departments(a=20, b=20, c=20)
    quiet = [{"actor": "c000", "target": f"c{one:03}", "count": 9} for one in range(1, 20)]
    others = [{"actor": a, "target": b} for a, b in _ties(_departments(a=20, b=20))]

    found = score(department, (), {"ties": quiet + others})

    assert "c" not in _shown(found)


def test_a_pair_spoken_for_by_one_person_is_withheld_with_a_second_pair(score):
    department = _departments(a=20, b=20, c=21, d=22)
    others = [tie for tie in _ties(department, 600) if {tie[0][0], tie[1][0]} != {"a", "b"}]
    ties = [*others, ("a000", "b000"), ("a000", "b001")]

    found = score(department, ties)

    lifts = _shown(found, "lift")
    assert _shown(found) == {"a", "b", "c", "d"}
    assert "a.b" not in lifts
    # a's and b's ties to all others are known, so each hides a second pair.
    assert len([pair for pair in ("a.c", "a.d") if pair in lifts]) == 1
    assert len([pair for pair in ("b.c", "b.d") if pair in lifts]) == 1
