"""What a score hangs on equals real runs over data without one thing, and tells of nobody."""

from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from helpers import supposing
from helpers.tenants import InProcess
from kithline_core import offline, plugins
from kithline_core.dataset import door
from kithline_core.engine import document
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import Document
from kithline_core.engine.leaving import told, units
from kithline_core.engine.leaving.told import Run
from kithline_core.engine.leaving.units import Unit, Units
from kithline_core.engine.score import again, score_one
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

pytestmark = pytest.mark.anyio
K = 5
SHOWN = ("status", "score", "level", "interval", "level_probability")
NOBODY = np.zeros(0, np.int64)


def table(name, rows, *columns):
    """A table of the catalogue from rows."""
    kinds = CATALOGUE[name]
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    made = {column: Column.of(kinds[column], cell) for column, cell in zip(columns, cells, strict=True)}
    return Table(name, made).sorted()


def snapshot(*tables):
    return Snapshot(Window(0, 10), tables)


def answers(rows):
    return table("answers", rows, "questionnaire", "item", "value", "respondent", "role")


def contacts(rows):
    return table("tie_day", rows, "day", "community", "actor", "target", "count")


def ring(room, first, size, day=1):
    """So many people in a circle, each of whom talks to the next."""
    return [(day, room, first + one, first + (one + 1) % size, 1) for one in range(size)]


def names(found):
    return [one.name for one in found.units]


async def run(key, base, unit):
    plugin, spec = plugins.installed().find(key)
    data = units.without(Snapshot.decode(base.rested.snapshot), unit).encode()
    return shown(await again(plugin, spec, data, base.rested.parameters, InProcess()))


def shown(judged):
    found = document.decode(judged.document)
    return tuple(getattr(found, name) for name in SHOWN)


async def real(found, key, bots=(), questionnaires=None):
    """Score the data as they are now, somebody being a bot."""
    plugin, spec = plugins.installed().find(key)
    data = found.dataset
    source = assemble(door.data(data), questionnaires or data.questionnaires)
    source["bots"] = Table("bots", {"person": Column.of("str", list(bots))})
    window = offline.chosen_window(spec, data, offline.Request())
    return shown(await score_one(plugin, spec, source, window, {}, InProcess()))


async def test_depth_without_a_question_is_depth_of_a_questionnaire_that_never_asked_it():
    found = supposing.tenant(1)
    base = await supposing.score(found.dataset, "maturity.depth")
    every = units.units(Snapshot.decode(base.rested.snapshot), "item", K).units
    sent = list(found.dataset.rows["answers"])
    scores = set()
    for unit in [one for one in every if one.name in ("L1.1", "L2.2", "L2.8", "WF.2")]:
        asked = [
            msgspec.structs.replace(one, items=tuple(item for item in one.items if item.item != unit.name))
            if one.questionnaire == unit.questionnaire
            else one
            for one in supposing.shipped().values()
        ]
        found.dataset.rows["answers"] = [
            row for row in sent if (row.questionnaire, row.item) != (unit.questionnaire, unit.name)
        ]
        items = assemble(door.data(found.dataset), asked)["items"]
        assert (unit.questionnaire, unit.name) not in zip(
            items.texts("questionnaire"), items.texts("item"), strict=True
        )

        left = await run("maturity.depth", base, unit)

        assert left == await real(found, "maturity.depth", questionnaires=asked)
        scores.add(left[1])
    assert len(scores) > 1


async def test_silos_without_a_person_or_a_department_is_silos_of_data_in_which_they_are_bots():
    found = supposing.tenant(1)
    base = await supposing.score(found.dataset, "silos.internal")
    cut = Snapshot.decode(base.rested.snapshot)
    people = base.rested.people
    whole = shown(base)
    chosen = [*units.units(cut, "person", K).units[:6], *units.units(cut, "department", K).units]
    assert {one.kind for one in chosen} == {"person", "department"}
    changed = 0
    for unit in chosen:
        left = await run("silos.internal", base, unit)
        changed += left != whole

        assert left == await real(found, "silos.internal", [people[one] for one in unit.people.tolist()])
    assert changed


async def test_depth_without_a_respondent_is_depth_without_their_answers():
    found = supposing.tenant(2)
    base = await supposing.score(found.dataset, "maturity.depth")
    every = units.units(Snapshot.decode(base.rested.snapshot), "person", K).units
    assert len(every) >= K
    for unit in every[:3]:
        (who,) = (base.rested.people[one] for one in unit.people.tolist())

        assert await run("maturity.depth", base, unit) == await real(found, "maturity.depth", [who])


def test_the_heaviest_come_first():
    cut = snapshot(contacts([*ring("a", 0, 6), (2, "a", 3, 4, 50), (3, "a", 5, 0, 9)]))

    found = units.units(cut, "person", K).units

    assert [one.people.tolist() for one in found] == [[3], [4], [0], [5], [1], [2]]
    assert {one.name for one in found} == {""}


def test_fewer_people_than_the_floor_are_withheld_as_a_whole():
    few, enough = (units.units(snapshot(contacts(ring("a", 0, size))), "person", K) for size in (4, 5))

    assert (few.units, few.withheld) == ([], 0)
    assert "fewer than 5" in few.why
    assert len(enough.units) == 5


def test_who_does_nearly_everything_is_not_left_out():
    rows = ring("a", 0, 10)
    loud, quiet = (units.units(snapshot(contacts([*rows, (2, "a", 3, 4, count)])), "person", K) for count in (60, 40))

    assert loud.units == []
    assert "85 %" in loud.why
    assert len(quiet.units) == 10


def test_a_community_of_few_or_beside_few_or_of_one_voice_is_withheld():
    loud = [*ring("loud", 50, 12), (2, "loud", 50, 51, 99)]
    found = units.units(snapshot(contacts([*ring("large", 0, 14), *ring("small", 20, 8), *loud])), "community", K)

    # Contacts in a circle of eight are explained by four people.
    assert names(found) == ["large"]
    assert found.withheld == 2
    beside = units.units(snapshot(contacts([*ring("large", 0, 12), *ring("small", 20, 3)])), "community", K)
    assert names(beside) == []
    texts = snapshot(table("communities", [("a",), ("b",)], "community"))
    assert names(units.units(texts, "community", K)) == ["a", "b"]


def test_the_community_with_most_in_it_comes_first_and_equal_ones_by_name():
    cut = snapshot(contacts([*ring("b", 0, 14), *ring("a", 20, 14), *ring("z", 40, 16)]))

    assert names(units.units(cut, "community", K)) == ["z", "a", "b"]


def test_rows_of_one_person_each_are_of_as_many_as_they_name():
    columns = ("day", "community", "actor", "count")
    rows = [(1, "few", one % 4, 1) for one in range(12)] + [(1, "many", 10 + one % 6, 1) for one in range(12)]
    more = [*rows, (2, "few", 4, 1), (2, "few", 5, 1)]
    thin, full = (units.units(snapshot(table("activity_day", told, *columns)), "community", K) for told in (rows, more))

    assert (names(thin), thin.withheld) == ([], 2)
    assert names(full) == ["few", "many"]


def members(rows):
    return table("memberships", rows, "person", "organisation", "department", "manager")


def staffed(sizes, *, focal="acme", more=()):
    """Departments of so many people who talk in circles."""
    seats, talk, first = [*more], [], 0
    for name, size in sizes.items():
        seats += [(first + one, "acme", name, None) for one in range(size)]
        talk += ring(None, first, size)
        first += size
    return snapshot(members(seats), contacts(talk), table("focal", [(focal,)], "organisation"))


def test_departments_below_the_floor_or_nearly_like_another_are_withheld():
    found = units.units(staffed({"a": 12, "b": 7, "c": 4}), "department", K)

    assert (names(found), found.withheld) == (["a", "b"], 1)
    twins = [(one, "acme", "twin", None) for one in range(11)]
    beside = units.units(staffed({"a": 12, "b": 7, "c": 9}, more=twins), "department", K)
    assert (names(beside), beside.withheld) == (["a", "c", "b"], 1)


def test_a_department_beside_fewer_than_the_floor_is_withheld():
    assert names(units.units(staffed({"a": 12, "b": 4}), "department", K)) == []


def test_organisations_are_named_whatever_their_size_but_not_the_one_in_focus():
    cut = staffed({"a": 12, "b": 7}, more=[(40, "lone", None, None)])
    ties = table("organisation_ties", [("acme", "far")], "organisation_a", "organisation_b")
    both = Snapshot(cut.window, [*cut.tables.values(), ties])

    assert names(units.units(both, "organisation", K)) == ["lone", "far"]
    left = units.without(both, Unit("organisation", "far", NOBODY))
    assert left["organisation_ties"].rows == 0
    assert left["focal"].rows == 1


def test_nothing_can_be_taken_out_of_sums():
    sums = table("group_ties", [("2025-Q4", "a", "b")], "period", "a", "b")

    for kind in ("person", "department", "organisation"):
        assert "sums (group_ties)" in units.units(snapshot(sums), kind, K).why


@pytest.mark.parametrize("kind", units.KINDS)
def test_what_a_scorer_does_not_read_is_told_with_the_reason(kind):
    empty = table("event_day", [(1, 2)], "day", "count")

    assert units.units(snapshot(empty), kind, K).why


def test_a_question_that_few_answered_is_withheld_and_one_in_a_role_is_not():
    few = [("q", "rare", 1.0, who, None) for who in range(4)]
    many = [("q", "common", 1.0, who, None) for who in range(12)]
    role = [("q", "asked", 1.0, 90, "assessor"), ("q", "asked", 2.0, None, "assessor")]
    caps = [("q", "cap.workforce", 3.0, None, "assessor")]
    asks = table("items", [("q", one) for one in ("rare", "common", "asked", "never")], "questionnaire", "item")

    found = units.units(snapshot(answers([*few, *many, *role, *caps]), asks), "item", K)

    assert names(found) == ["asked"]
    assert found.withheld == 2  # without the common one fewer than five stay


def rated(raters, more=()):
    rows = [("x", who, "i", 1.0) for who in raters]
    return snapshot(table("ratings", rows, "object", "rater", "item", "value"), *more)


@pytest.mark.parametrize(("size", "open_"), [(9, False), (10, True)])
def test_what_answers_or_ratings_hang_on_is_told_of_ten_people_and_more(size, open_):
    rows = [("q", item, 1.0, who, None) for who in range(size) for item in ("one", "two")]
    role = [("q", "three", 1.0, None, "assessor")]
    named = snapshot(answers([*rows, *role]))

    assert bool(units.units(snapshot(answers(rows)), "person", K).units) is open_
    assert bool(units.units(rated(range(size)), "person", K).units) is open_
    assert ("one" in names(units.units(named, "item", K))) is open_
    if not open_:
        assert "fewer than 10" in units.units(rated(range(size)), "person", K).why


def test_few_who_answered_among_many_who_talk_are_withheld():
    few = answers([("q", "one", 1.0, who, None) for who in range(9)])

    found = units.units(snapshot(few, contacts(ring("a", 0, 30))), "person", K)

    assert (found.units, "fewer than 10 who answered" in found.why) == ([], True)


@pytest.mark.parametrize("kind", ["organisation", "department"])
@pytest.mark.parametrize(("said", "open_"), [(0, True), (9, False), (10, True)])
def test_an_organisation_or_department_of_few_who_answered_is_withheld(kind, said, open_):
    label = {"organisation": ("far", None), "department": ("acme", "far")}[kind]
    seats = [(one, *(label if one < 15 else ("acme", "near")), None) for one in range(40)]
    talk = contacts(ring(None, 0, 15) + ring(None, 15, 25))
    spoke = [("q", "one", 1.0, who, None) for who in (*range(said), *range(15, 40))]
    cut = snapshot(members(seats), talk, answers(spoke), table("focal", [("acme",)], "organisation"))

    found = units.units(cut, kind, K)

    assert ("far" in names(found)) is open_
    assert bool(found.withheld) is not open_


def test_ratings_without_raters_are_of_nobody():
    bare = snapshot(table("ratings", [("x", "i", 1.0)], "object", "item", "value"), contacts(ring("a", 0, 12)))

    assert len(units.units(bare, "person", K).units) == 12


def test_a_manager_who_is_left_out_still_manages():
    cut = snapshot(members([(0, "acme", "a", 1), (1, "acme", "a", None), (2, "acme", "a", 1)]))

    left = units.without(cut, Unit("person", "", np.array([1])))

    assert left["memberships"].ints("person").tolist() == [0, 2]
    assert left["memberships"].ints("manager").tolist() == [1, 1]


def finding(score=50.0, level=1):
    plain = dict.fromkeys(Document.__struct_fields__)
    return SimpleNamespace(**{**plain, "score": score, "level": level, "status": "ok", "reasons": []})


def runs(*found, kind="item"):
    return [Run(Unit(kind, f"u{place}", NOBODY, "q"), *one) for place, one in enumerate(found)]


def whole(made):
    return Units([one.unit for one in made])


LEVELS = ["none", "some", "much"]


def test_a_range_names_what_moves_the_score_most_and_shares_of_levels():
    made = runs((48.0, 1), (54.5, 2), (None, None), (50.0, 1))

    found = told.told("item", finding(), Units([one.unit for one in made], withheld=3), made, LEVELS)

    assert (found.tried, found.of, found.withheld, found.unscored) == (4, 7, 3, 1)
    assert (found.score, found.change) == ((48.0, 54.5), (-2.0, 4.5))
    assert (found.most.name, found.most.change, found.most.level) == ("u1", 4.5, 2)
    assert found.levels == {"some": 2 / 3, "much": 1 / 3}
    assert (found.level_holds, found.why) == (False, None)


def test_a_score_of_nothing_is_told_as_such():
    made = runs((0.0, 0), (50.0, 1))

    found = told.told("item", finding(), Units([one.unit for one in made]), made, LEVELS)

    assert (found.most.score, found.change) == (0.0, (-50.0, 0.0))


def test_of_people_no_more_than_bounds_in_whole_points_are_told():
    made = runs((49.9, 1), (50.0, 1), (46.7, 1), kind="person")

    found = told.told("person", finding(), whole(made), made, LEVELS)

    assert (found.change, found.score) == ((-4.0, 0.0), (46.0, 50.0))
    assert (found.levels, found.most, found.unscored, found.level_holds) == (None, None, None, True)


def test_bounds_stay_on_the_scale():
    made = runs((99.8, 1), (98.9, 1), kind="person")

    assert told.told("person", finding(99.5), whole(made), made, LEVELS).score == (98.5, 100.0)


def test_that_the_score_hangs_on_somebody_is_told_without_a_figure():
    made = runs((49.9, 1), (None, None), kind="person")

    found = told.told("person", finding(), whole(made), made, LEVELS)

    assert (found.score, found.change, found.unscored, found.level_holds) == (None, None, None, False)
    assert "would be no score" in found.why


def test_how_many_people_there_are_is_rounded_and_what_was_tried_is_stated():
    made = runs(*[(50.0, 1)] * 40, kind="person")
    many = Units([one.unit for one in made] * 8 + [made[0].unit] * 17)

    some, every = (told.told("person", finding(), of, made, LEVELS) for of in (many, whole(made)))

    assert (some.tried, some.of) == (40, 340)
    assert (every.tried, every.of) == (40, 40)


@pytest.mark.parametrize(
    ("before", "found", "made", "why"),
    [
        (finding(score=None), whole(runs((1.0, 1))), [], "no score; its status is ok"),
        (finding(), Units([], why="nobody asked"), [], "nobody asked"),
        (finding(), Units([], withheld=2), [], "too few people"),
        (finding(), whole(runs((1.0, 1))), [], "time was up"),
        (finding(), whole(runs((None, None))), runs((None, None)), "lacked what the scorer needs"),
    ],
)
def test_what_is_unknown_says_why(before, found, made, why):
    told_ = told.told("item", before, found, made, LEVELS)

    assert told_.why.startswith("unknown: ")
    assert why in told_.why
    assert told_.score is None


def test_equal_names_are_told_with_their_questionnaire_and_nothing_is_most_where_nothing_moves():
    one, other = (Unit("item", "same", NOBODY, name) for name in ("q", "r"))
    units_ = Units([one, other])

    moved = told.told("item", finding(level=None), units_, [Run(one, 50.0, None), Run(other, 51.0, None)], LEVELS)
    still = told.told("item", finding(level=None), units_, [Run(one, 50.0, None)], LEVELS)

    assert (moved.most.name, moved.levels, moved.level_holds) == ("r/same", None, None)
    assert still.most is None


def test_bounds_do_not_fall_below_the_scale():
    made = runs((0.0, 1), kind="person")

    assert told.told("person", finding(0.5), whole(made), made, LEVELS).score == (0.0, 0.5)


@pytest.mark.parametrize(
    ("reasons", "said"), [([], "its status is ok"), (["few", "old"], "its status is ok (few, old)")]
)
def test_a_result_without_a_score_says_its_reasons_where_it_has_any(reasons, said):
    before = finding(score=None)
    before.reasons = reasons

    assert told.told("item", before, whole([]), [], LEVELS).why == f"unknown: the result has no score; {said}"
