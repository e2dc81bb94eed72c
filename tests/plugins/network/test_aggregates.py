"""The same score from cells: what takes people is missing, and says so."""

import pytest

from kithline_network import Silos
from kithline_sdk.testing import check_scorer, snapshot

PERIOD = "2026-Q1"
STAFF = {
    "period": PERIOD, "level": "staff", "people_a": 38, "members": 40, "met": 39, "departments": 3,
    "departments_at_floor": 2, "ties": 80.0, "within": 60.0, "expected": 0.6,
}  # fmt: skip
PARTS = [
    {"period": PERIOD, "level": "department", "a": "a", "b": "a", "people_a": 20, "met": 18, "ties": 40.0},
    {"period": PERIOD, "level": "department", "a": "b", "b": "b", "people_a": 15, "met": 15, "ties": 20.0},
    {"period": PERIOD, "level": "department", "a": "a", "b": "b", "people_a": 20, "people_b": 15, "ties": 12.0},
    {"period": PERIOD, "level": "department", "a": "a", "b": "c", "people_a": 20, "people_b": 5, "ties": 3.0},
    {"period": "2025-Q4", "level": "department", "a": "a", "b": "b", "people_a": 20, "people_b": 15, "ties": 99.0},
]


def cells(*rows, **staff):
    return {"group_ties": [{**STAFF, **staff}, *rows]}


def test_the_score_is_the_share_across_over_its_expectation(score):
    found = score(tables=cells(*PARTS))

    assert found.status == "ok"
    assert found.score == pytest.approx(20 / 80 / 0.6)
    assert found.measures["silo_index"] == pytest.approx(1 - found.score)
    assert found.measures["ei"] == pytest.approx(-0.5)
    assert found.measures["ei_expected"] == pytest.approx(0.2)
    assert (found.measures["active_people"], found.measures["departments"]) == (38, 3)
    assert found.coverage == found.measures["staff_share"] == 39 / 40
    assert found.drivers[0].contribution == found.score
    assert {one.what for one in found.missing} >= {"people", "permutation_z", "constraint_mean"}


def test_lifts_are_there_for_pairs_whose_departments_are(score):
    found = score(tables=cells(*PARTS))

    chance = 18 * 15 * 80 / (38 * 37 / 2)
    lifts = {name: value for name, value in found.measures.items() if name.startswith("lift.")}
    assert lifts == {"lift.a.b": pytest.approx((12 + 5) / (chance + 5))}


def test_cells_and_people_in_one_folder_are_read_from_people(score):
    rows = cells()["group_ties"]

    found = score({f"p{n}": "a" if n < 6 else "b" for n in range(12)}, [("p0", "p7")], {"group_ties": rows})

    assert found.measures["ties"] == 1


@pytest.mark.parametrize(
    ("staff", "status", "reason"),
    [
        ({"departments": 1}, "not_applicable", "one_department"),
        ({"ties": 0.0, "within": 0.0}, "insufficient", "no_ties"),
        ({"expected": 0.0}, "insufficient", "one_active_department"),
        ({"departments": 0, "ties": None, "within": None, "expected": None}, "insufficient", "no_departments"),
        ({"period": "2025-Q3"}, "insufficient", "no_departments"),
    ],
)
def test_without_ties_or_departments_there_is_no_score(score, staff, status, reason):
    found = score(tables=cells(**staff))

    assert (found.status, found.reasons, found.score) == (status, [reason], None)


def test_the_number_of_employees_is_that_of_the_populations(score):
    found = score(tables={**cells(), "populations": [{"group": "employee", "count": 78}]})

    assert found.coverage == 0.5


def test_more_across_than_chance_is_a_full_score(score):
    found = score(tables=cells(within=10.0))

    assert (found.score, found.interval[1]) == (1.0, 1.0)
    assert found.drivers[0].gain == 0.0


def test_ties_all_within_are_a_score_of_zero(score):
    found = score(tables=cells(within=80.0))

    assert found.score == 0.0
    assert found.drivers[0].contribution == 0.0


def test_cells_pass_the_kit(entry):
    check_scorer(Silos(), entry, [snapshot(cells(*PARTS), ("2026-01-01", "2026-04-01"))])
