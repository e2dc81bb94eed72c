"""Who may be read under which grounds, with which floor, and why not."""

from datetime import UTC, datetime, timedelta

import pytest

from kithline_core.db import permission
from kithline_core.db.permission import Reader
from kithline_core.model.grounds import Ground
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = Window(100 * DAY, 200 * DAY)
SILOS = Reader("silos.internal", ["identified", "pseudonymous"])


def ground(*groups, **changes):
    plain = {
        "id": None, "title": "", "basis": "contract", "purposes": [], "groups": list(groups), "legal_entity": None,
        "country": None, "documents": [], "works_agreement": None, "impact_assessment": None, "scorers": [],
        "mode": "identified", "floor": 5, "retention_days": None, "valid_from": NOW, "valid_to": None,
        "signed_by": "x", "created_at": NOW - timedelta(days=1),
    }  # fmt: skip
    return Ground(**{**plain, **changes})


def table(name, *rows):
    return {column: [row.get(column) for row in rows] for column in CATALOGUE[name]}


def member(person, group=None, begins=None, ends=None, manager=None, organisation=None):
    return {
        "person": person, "group": group, "valid_from": begins, "valid_to": ends, "manager": manager,
        "organisation": organisation,
    }  # fmt: skip


def cells(*groups):
    """Cells of groups in which somebody was active."""
    activity = table("group_activity", *({"period": "2026", "group": group, "contributors": 9} for group in groups))
    return {"memberships": table("memberships"), "group_activity": activity}


def read_cells(rows, *in_force, modes=("identified", "aggregates")):
    reader = Reader("silos.internal", modes)
    return read(rows, *in_force, reader=reader, asked=["group_activity", "group_ties"])


def data(*memberships, **tables):
    ties = [{"actor": row["person"], "target": row["person"]} for row in memberships]
    return {"memberships": table("memberships", *memberships), "ties": table("ties", *ties), **tables}


def read(rows, *in_force, reader=SILOS, asked=("ties",)):
    return permission.permitted(rows, list(in_force), reader, WINDOW, asked)


def people(found):
    return sorted(set(found.data["ties"]["actor"]))


def test_a_second_membership_lifts_no_missing_ground():
    rows = data(member("both", "employee"), member("both", "customer"), member("half", "employee"), member("half"))

    assert people(read(rows, ground("customer"))) == []
    assert people(read(rows, ground("employee"))) == ["half"]
    assert people(read(rows, ground("employee"), ground("customer"))) == ["both", "half"]
    assert people(read(rows, ground())) == ["both", "half"]


def test_somebody_of_whom_no_group_is_known_comes_under_any_ground():
    rows = data(member("unknown"))

    assert people(read(rows, ground("supplier"))) == ["unknown"]
    assert people(read(rows)) == []


def test_a_group_held_outside_the_window_counts_only_where_none_is_held_inside():
    rows = data(
        member("left", "employee", ends=100 * DAY), member("left", "customer", begins=100 * DAY),
        member("comes", "employee", begins=200 * DAY), member("comes", "customer", ends=200 * DAY),
        member("stays", "employee", ends=100 * DAY + 1), member("stays", "customer"),
        member("gone", "employee", ends=50 * DAY), member("gone"),
    )  # fmt: skip

    found = read(rows, ground("customer"))

    assert people(found) == ["comes", "left"]
    assert set(found.data["memberships"]["group"]) == {"customer"}


def test_a_membership_is_read_under_its_own_groups_ground():
    rows = data(member("left", "employee", ends=50 * DAY), member("left", "supplier"), member("left"))

    assert list(read(rows, ground("supplier")).data["memberships"]["group"]) == ["supplier", None]


def test_whoever_is_named_aside_goes_blank():
    answers = table("answers", {"item": "i", "confirmed_by": "boss"}, {"item": "j", "respondent": "boss"})
    rows = data(member("boss", "employee"), member("ann", "customer", manager="boss"), answers=answers)

    found = read(rows, ground("customer"))

    assert found.data["memberships"]["manager"] == [None]
    assert found.data["answers"]["confirmed_by"] == [None]
    assert found.data["answers"]["item"] == ["i"]
    assert read(rows).data["answers"]["confirmed_by"] == [None]


def test_a_confirmation_that_names_nobody_stays():
    answers = table("answers", {"item": "i", "confirmed_by": "given"})

    assert read(data(answers=answers)).data["answers"]["confirmed_by"] == ["given"]


def test_the_floor_is_the_highest_of_the_grounds_that_cover_whom_is_read():
    rows = data(member("ann", "employee"), member("sue", "supplier"))
    grounds = [ground(), ground("employee", floor=20), ground("customer", floor=99), ground(scorers=["x"], floor=98)]

    assert read(rows, *grounds).floor == 20
    assert read(rows, ground("supplier", floor=7), ground("employee", floor=20, mode="local")).floor == 7
    assert read(data(member("unknown")), *grounds).floor == 99
    assert read(data(), *grounds).floor == 0
    assert read(rows, asked=[]).floor == 0


@pytest.mark.parametrize(
    ("in_force", "code"),
    [
        ([], "no_ground"),
        ([ground(scorers=["purpose.clarity"])], "scorer_not_allowed"),
        ([ground(mode="aggregates"), ground(mode="local")], "mode_not_allowed"),
        ([ground("customer")], "not_covered"),
    ],
)
def test_the_reason_says_what_is_lacking(in_force, code):
    found = read(data(member("ann", "employee")), *in_force)

    assert people(found) == []
    assert found.refusal.code == code


def test_without_people_nothing_is_refused():
    assert read(data()).refusal is None
    assert read(data(member("ann", "employee")), asked=["organisations"]).refusal is None
    assert read(data(member("ann", "employee")), ground("employee")).refusal is None


def test_whoever_is_no_scorer_reads_under_any_ground():
    rows = data(member("ann", "employee"))

    assert people(read(rows, ground("employee", scorers=["x"], mode="local"), reader=None)) == ["ann"]
    assert read(rows, reader=None).refusal.code == "no_ground"
    assert read(rows, ground("customer"), reader=None).refusal.code == "not_covered"


def test_a_ground_of_a_legal_entity_covers_its_members_alone():
    rows = data(
        member("ann", "employee", organisation="auren-de"), member("bob", "employee", organisation="auren-fr"),
        member("cyd", "employee"), member("dan"),
    )  # fmt: skip

    found = read(rows, ground("employee", legal_entity="auren-de"))

    assert people(found) == ["ann", "dan"]
    assert list(found.data["memberships"]["person"]) == ["ann", "dan"]


def test_rows_about_people_are_not_read_under_grounds_for_cells():
    every = Reader("silos.internal", ["identified", "pseudonymous", "aggregates", "local"])

    for mode in ("aggregates", "local"):
        found = read(data(member("ann", "employee")), ground("employee", mode=mode), reader=every)
        assert (people(found), found.refusal.code) == ([], "mode_not_allowed")


def test_the_grounds_are_those_that_somebody_comes_under():
    rows = data(member("ann", "employee"), member("bob", "customer"), member("who"))
    one, two, three = ground("employee", id=1), ground("customer", id=2), ground("supplier", id=3)

    assert read(rows, one, two, three).grounds == [1, 2]
    assert read(data(member("who")), one, three).grounds == [1, 3]
    assert read(data(), one).grounds == []
    assert read(rows, ground(id=4)).grounds == [4]


@pytest.mark.parametrize("mode", ["identified", "aggregates"])
def test_cells_are_read_where_every_group_they_speak_of_is_covered(mode):
    covering = ground("employee", mode=mode, floor=9, id=1, legal_entity="auren-de")

    found = read_cells(cells("employee", "customer", None), covering)

    assert list(found.data["group_activity"]["group"]) == ["employee", None]
    assert (found.grounds, found.floor, found.refusal) == ([1], 9, None)


def test_cells_of_two_groups_need_both_covered():
    ties = table(
        "group_ties", {"period": "2026", "level": "group", "a": "employee", "b": "customer"},
        {"period": "2026", "level": "department", "a": "d1", "b": "d2"}, {"period": "2026", "level": "role"},
    )  # fmt: skip
    rows = {**cells(), "group_ties": ties}

    assert list(read_cells(rows, ground("employee")).data["group_ties"]["level"]) == ["department", "role"]
    assert list(read_cells(rows, ground("customer")).data["group_ties"]["level"]) == ["role"]
    both = read_cells(rows, ground("employee", id=1), ground("customer", id=2), ground("supplier", id=3))
    assert (len(both.data["group_ties"]["level"]), both.grounds) == (3, [1, 2])


@pytest.mark.parametrize(
    ("in_force", "modes", "code"),
    [
        ([], ["aggregates"], "no_ground"),
        ([ground("employee", mode="local")], ["aggregates", "local"], "mode_not_allowed"),
        ([ground("employee", mode="aggregates")], ["identified"], "mode_not_allowed"),
        ([ground("customer", mode="aggregates")], ["aggregates"], "not_covered"),
    ],
)
def test_where_no_cell_may_be_read_the_reason_says_what_is_lacking(in_force, modes, code):
    found = read_cells(cells("employee"), *in_force, modes=modes)

    assert list(found.data["group_activity"]["group"]) == []
    assert found.refusal.code == code


def test_cells_nobody_asked_for_decide_nothing():
    found = read(cells("employee"), ground("customer"), asked=["ties"])

    assert (found.refusal, found.grounds) == (None, [])
