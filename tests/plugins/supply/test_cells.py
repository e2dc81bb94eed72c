"""The same level from ties whose direction is known, and from cells."""

import pytest

from kithline_sdk.testing import check_scorer, snapshot
from kithline_supply.collaboration import Collaboration

PERIOD = "2026-Q1"
NAMES = [f"S{number}" for number in range(6)]


def tie(a, b, direction="both", declared=False, **more):
    return {
        "organisation_a": a, "organisation_b": b, "period": PERIOD, "direction": direction, "declared": declared, **more,
    }  # fmt: skip


def role(a, b, forward=20, backward=20, **more):
    return {"period": PERIOD, "level": "role", "a": a, "b": b, "forward": forward, "backward": backward, **more}


def told(ties, *roles, **tables):
    firms = [{"organisation": "F", "role": "focal"}, *({"organisation": one, "role": "supplier"} for one in NAMES)]
    return {"organisations": firms, "organisation_ties": list(ties), "group_ties": list(roles), **tables}


ALL = [tie("F", one) for one in NAMES] + [tie(a, b) for a in NAMES for b in NAMES if a < b]
PRACTICES = {"items": 12, "adopted": 9, "sharing": 4, "evenness": 0.9}


def test_ties_that_were_seen_to_go_both_ways_link(score, world):
    people = world(NAMES).talk([("F", one) for one in NAMES] + [(a, b) for a in NAMES for b in NAMES if a < b])

    from_events, from_cells = score(people), score(told(ALL, role("focal", "supplier")))

    for name in ("link_coverage", "two_way", "supplier_density", "hub_independence", "within_two_steps", "density"):
        assert from_cells.measures[name] == pytest.approx(from_events.measures[name])
    assert from_cells.level == from_events.level == 2
    assert from_cells.reasons == from_events.reasons == ["content_unknown"]


def test_practices_of_the_cells_lift_the_level(score):
    found = score(told(ALL, role("focal", "supplier"), role("supplier", "supplier", 9, None, **PRACTICES)))

    assert found.level == 4
    assert (found.measures["practice_items"], found.measures["sharing_suppliers"]) == (12, 4)
    assert found.measures["practice_evenness"] == 0.9
    assert found.measures["adoption"] == 0.75
    assert found.measures["interactions"] == 49


def test_one_way_contact_touches_and_does_not_link(score):
    found = score(told([tie("F", one, "forward") for one in NAMES], role("focal", "supplier", 40, 0)))

    assert (found.measures["link_coverage"], found.measures["link_coverage_one_way"]) == (0.0, 1.0)
    assert found.level == 0
    assert "declared_only" not in found.reasons


def test_a_tie_that_was_declared_links_whichever_way_it_was_seen_to_go(score):
    found = score(told([tie(one, "F", "forward", declared=True) for one in NAMES], role("focal", "supplier")))

    assert (found.measures["link_coverage"], found.measures["two_way"]) == (1.0, 0.0)
    assert found.level == 1


def test_somebody_speaking_to_the_hub_shows_that_both_directions_could_be_seen(score):
    sent = told([*(tie("F", one, "forward", declared=True) for one in NAMES[:3])], role("focal", "supplier"))
    heard = told([*sent["organisation_ties"], tie("S5", "F", "forward")], role("focal", "supplier"))

    assert "two_way" not in score(sent).measures
    assert score(heard).measures["two_way"] == 0.0


def test_ties_without_a_direction_stay_what_they_were(score):
    rows = [{"organisation_a": "F", "organisation_b": one, "weight": 9.0, "period": PERIOD} for one in NAMES]

    found = score(told(rows))

    assert found.level == 1
    assert "declared_only" in found.reasons
    assert found.measures["interactions"] == 54


def test_cells_beside_people_count_nothing_twice(score, world):
    people = world(NAMES).talk([("F", one) for one in NAMES]).rows()

    alone, beside = score(people), score({**people, "group_ties": [role("focal", "supplier"), role("supplier", None)]})

    assert beside.measures["interactions"] == alone.measures["interactions"]


def test_a_cell_of_all_suppliers_counts_their_interactions(score):
    found = score(told(ALL, role("supplier", None, 31, None), role("focal", "partner")))

    assert found.measures["interactions"] == 31


def test_practices_without_a_cell_are_unknown(score):
    found = score(told(ALL, role("focal", "supplier")))

    assert "practice" not in found.measures
    assert found.level == 2


def test_means_of_answers_are_read_where_enough_people_stand_behind_them(score):
    rows = [
        {"questionnaire": "supply.survey", "version": "1", "assessment": "a", "item": item, "dimension": dimension,
         "value": 4.0, "respondents": people}
        for item, dimension, people in (("x", "one", 9), ("y", "two", 7))
    ]  # fmt: skip

    found = score(told(ALL, role("focal", "supplier"), answers=rows))
    raised = score(told(ALL, role("focal", "supplier"), answers=rows), floor=8)

    assert (found.measures["survey"], found.measures["respondents"]) == (0.75, 7)
    assert found.intervals["survey"].startswith("unquantified: ")
    assert "survey" not in raised.measures
    assert [one.reason for one in raised.missing if one.what == "survey"] == ["below_floor"]


def test_cells_pass_the_kit(entry):
    rows = told(ALL, role("focal", "supplier"), role("supplier", "supplier", 9, None, **PRACTICES))

    check_scorer(Collaboration(), entry, [snapshot(rows, ("2026-01-01", "2026-04-01"))])
