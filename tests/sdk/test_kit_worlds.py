"""Made-up organisations: every table of the catalogue, plausible, the same from the same seed."""

import msgspec
import pytest

from helpers.sharing import ENTRY
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.kit.worlds import SIZES, snapshot_factory
from kithline_sdk.kit.worlds.registers import CELLS
from kithline_sdk.testing import snapshot

FINDINGS = ["toy.other"]


def entry(*tables, **more):
    inputs = [{"table": one, "columns": list(CATALOGUE[one])} for one in tables]
    return {**ENTRY, "inputs": inputs, "after": FINDINGS, **more}


@pytest.mark.parametrize("table", [name for name in CATALOGUE if name != "people"])
def test_every_table_has_rows_and_every_column_values_of_its_kind(table):
    made = snapshot_factory(entry(table), 200, 1)[table]

    assert made.rows
    assert list(made.columns) == list(CATALOGUE[table])
    empty = {name for name, column in made.columns.items() if not column.present.any()}
    assert empty <= {"valid_from", "valid_to", "period", "community", "respondents"}


def test_who_is_behind_a_number_is_never_there():
    assert snapshot_factory(entry("people"), 10, 1)["people"].rows == 0


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    wanted = entry("tie_day", "memberships", "answers", "ideas")
    one, again, other = (snapshot_factory(wanted, 30, seed).encode() for seed in (1, 1, 2))

    assert one == again != other


@pytest.mark.parametrize("people", [1, 2, 3, 7, 200])
def test_any_number_of_people_makes_a_world(people):
    world = snapshot_factory(entry("memberships", "tie_day", "answers", "interfaces"), people, 3)

    assert len(set(world["memberships"].ints("person").tolist())) == people


def test_sizes_have_names():
    sizes = [snapshot_factory(entry("survivals"), size)["survivals"].rows for size in SIZES]

    assert sizes == list(SIZES.values()) == [40, 200, 1000]


def test_rows_lie_in_the_window_or_what_it_looks_back_on():
    world = snapshot_factory(entry("tie_day", window_days=30, lookback_days=10), 40, 1)
    days = world["tie_day"].ints("day")

    assert (world.window.days, days.max() <= world.window.last_day) == (30, True)
    assert world.window.first_day - 10 <= days.min() < world.window.first_day


def test_no_two_departments_are_of_one_size():
    world = snapshot_factory(entry("memberships"), 400, 1)
    members = world["memberships"]
    told = members.where(~members.present("valid_to")).texts("department")
    sizes = [told.count(name) for name in set(told) - {None}]

    assert len(set(sizes)) == len(sizes) > 5


def test_a_plugins_own_questionnaires_are_asked_and_its_choice_is_kept():
    items = [{"item": "q1", "maximum": 5, "minimum": 1, "text": {"en": "Well?"}, "dimension": "d"}]
    asked = [{"questionnaire": "poll", "version": "2", "items": items}]
    wanted = entry("answers", "items")
    world = snapshot_factory(wanted, 30, 1, questionnaires=asked)

    assert world["items"].texts("text") == ["Well?"]
    assert set(world["answers"].texts("item")) == {"q1"}
    assert set(world["answers"].floats("value").tolist()) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    chosen = {"table": "answers", "columns": ["questionnaire", "item"], "where": {"questionnaire": ["poll"]}}
    assert set(snapshot_factory({**ENTRY, "inputs": [chosen]}, 30, 1)["answers"].texts("questionnaire")) == {"poll"}


@pytest.mark.parametrize("table", CELLS)
def test_cells_are_for_scorers_that_read_no_people(table):
    assert snapshot_factory(entry(table, "memberships"), 40, 1)[table].rows == 0
    assert snapshot_factory(entry(table), 40, 1)[table].rows


def test_parts_of_a_cell_are_no_larger_than_the_whole():
    cells = snapshot_factory(entry("waits"), 40, 1)["waits"]

    for one, other in (("openings", "answered"), ("answered", "within_168h"), ("within_168h", "within_24h")):
        assert (cells.ints(one) >= cells.ints(other)).all()


def test_nothing_is_remedied_before_it_happened():
    made = snapshot_factory(entry("incidents"), 100, 1)["incidents"]
    both = made.present("occurred_at") & made.present("remedied_at")

    assert (made.ints("remedied_at")[both] >= made.ints("occurred_at")[both]).all()


def test_a_practice_is_shared_once_by_one_author_and_used_by_others_from_then_on():
    uses = snapshot_factory(entry("item_use"), 200, 3)["item_use"]
    rows = zip(*(uses.texts("item"), *(uses.ints(one).tolist() for one in ("day", "actor", "used_by"))), strict=True)
    shared, used = {}, []
    for row, is_use in zip(rows, uses.present("used_by").tolist(), strict=True):
        used += [row] if is_use else []
        if not is_use:
            assert row[0] not in shared
            shared[row[0]] = row

    assert (len(shared), len(used) > 100) == (100, True)
    assert all(day >= shared[item][1] and author == shared[item][2] != user for item, day, author, user in used)


def test_an_answer_comes_after_what_was_asked_and_by_somebody_else():
    table = snapshot_factory(entry("opening"), 200, 3)["opening"]
    names = ("asker", "opened_at", "answerer", "answered_at")
    cells = [table.texts(one) for one in ("community", "kind")] + [table.ints(one).tolist() for one in names]
    rows = list(zip(*cells, strict=True))
    there = table.present("answerer").tolist()

    asked = {row[:4] for row, answered in zip(rows, there, strict=True) if not answered}
    answers = [row for row, answered in zip(rows, there, strict=True) if answered]
    assert 0.5 < len({row[:4] for row in answers}) / len(asked) < 0.7
    assert all(row[:4] in asked and row[4] != row[2] and row[5] > row[3] for row in answers)
    assert len({row[:5] for row in answers}) == len(answers)


def test_a_world_is_as_the_engine_would_hand_it_over():
    world = snapshot_factory(ENTRY, 20, 1)
    rows = [{"person": 0, "group": "employee"}]

    assert list(world.tables) == ["activity_day", "memberships"]
    assert type(world) is type(snapshot({"memberships": rows}, (0, 1)))
    assert msgspec.json.encode(ENTRY["inputs"])
