"""What an overlay may not ask: attacks that would make a what-if tell of fewer people than the floor."""

import itertools

import msgspec
import numpy as np
import pytest

from kithline_core.engine.overlay import rows
from kithline_core.engine.overlay.apply import lay, words
from kithline_core.engine.overlay.groups import covered
from kithline_core.engine.published import rounded
from kithline_core.errors import Invalid, TooFew
from kithline_core.model.overlays import Overlay
from kithline_sdk.snapshot import DAY, Snapshot, Table
from kithline_sdk.testing import at, snapshot

K = 5
WINDOW = ("2025-10-01", "2026-01-01")


def staff(department, size, **more):
    return [{"person": f"{department}-{n}", "department": department, "group": "employee", **more} for n in range(size)]


def met(one, other, day="2025-11-03"):
    return {"day": day, "actor": one, "target": other, "verb": "posted", "recipients": 1, "count": 1}


def world(memberships=None, ties=(), **tables):
    """Two departments of eight, and whatever else is said."""
    people = [*staff("a", 8), *staff("b", 8)] if memberships is None else memberships
    return snapshot({"memberships": people, "tie_day": list(ties), **tables}, WINDOW)


def over(**said):
    return msgspec.convert(said, Overlay)


def talk(pairs=5, one="a", other="b", kind="department", **more):
    side = {} if other is None else {"and": {"kind": kind, "name": other}}
    return {"between": {"kind": kind, "name": one}, **side, "pairs": pairs, **more}


def chosen(found, *talks):
    return [{frozenset(pair) for pair in one} for one in lay(found, over(talks=list(talks)), K).pairs]


def test_pairs_that_start_talking_are_the_quietest_that_never_did():
    loud = [met("a-0", f"b-{n}") for n in range(5)]

    pairs = lay(world(ties=loud), over(talks=[talk()]), K).pairs[0]

    # a is 0-7 and b is 8-15: the first of a talked most, and five of b were talked to.
    assert pairs == [(1, 13), (2, 14), (3, 15), (4, 8), (5, 9)]


def test_whoever_asks_for_more_gets_the_same_pairs_and_blocks_of_k_without_a_common_person():
    found = world(ties=[met("a-0", "b-0"), met("a-3", "b-1")])

    rising = [lay(found, over(talks=[talk(n)]), K).pairs[0] for n in (5, 10, 15, 20, 25, 30)]

    for less, more in itertools.pairwise(rising):
        assert more[: len(less)] == less
        assert len({person for pair in more[len(less) :] for person in pair}) == 2 * K
    assert len({frozenset(pair) for pair in rising[-1]}) == 30


def test_a_department_cannot_be_filled_until_one_person_is_the_only_one_left():
    found = world()

    assert len(lay(found, over(talks=[talk(30)]), K).pairs[0]) == 30
    for pairs in (35, 60, 500):
        with pytest.raises(TooFew, match="more than half"):
            lay(found, over(talks=[talk(pairs)]), K)


def test_pairs_between_two_steps_of_k_are_refused_since_they_would_tell_of_those():
    for pairs in (1, 4, 6, 9):
        with pytest.raises(Invalid, match="by 5"):
            lay(world(), over(talks=[talk(pairs)]), K)


def test_what_was_possible_does_not_tell_whether_few_talk_already():
    without = lay(world(), over(talks=[talk()]), K).added[0].possible
    few = lay(world(ties=[met("a-0", f"b-{n}") for n in range(8)]), over(talks=[talk()]), K).added[0].possible

    assert without == few == 60

    everybody = [met(f"a-{n}", f"b-{(n + k) % 8}") for n in range(8) for k in range(3)]
    assert lay(world(ties=everybody), over(talks=[talk()]), K).added[0].possible == 40


def test_whoever_talks_already_does_not_change_how_many_start():
    sizes = {
        len(lay(world(ties=[met("a-0", f"b-{n}") for n in range(many)]), over(talks=[talk(30)]), K).pairs[0])
        for many in range(8)
    }

    assert sizes == {30}


def test_groups_that_all_but_talk_already_are_refused():
    everybody = [met(f"a-{n}", f"b-{m}") for n in range(8) for m in range(8) if n != m]

    with pytest.raises(TooFew):
        lay(world(ties=everybody), over(talks=[talk(10)]), K)


@pytest.mark.parametrize("size", [1, 4])
def test_a_group_under_the_floor_cannot_be_asked_about(size):
    small = [*staff("a", size), *staff("b", 8)]

    with pytest.raises(TooFew, match="department a"):
        lay(world(small), over(talks=[talk()]), K)
    with pytest.raises(TooFew):
        lay(world(small), over(interfaces=[{"side_a": "a", "side_b": "b"}]), K)


def test_two_groups_that_differ_by_few_people_are_not_told_apart():
    nested = [*staff("a", 8), *staff("b", 8), {"person": "x", "group": "employee"}]

    with pytest.raises(TooFew):
        lay(world([*nested, {"person": "a-0", "organisation": "o"}, *staff("a", 8, organisation="o")[1:7]]),
            over(talks=[talk()]), K)  # fmt: skip
    with pytest.raises(TooFew, match="group employee"):
        lay(world([*staff("a", 8), {"person": "x", "group": "employee"}, *staff("b", 8, group="supplier")]),
            over(talks=[talk(one="employee", other="supplier", kind="group")]), K)  # fmt: skip


def test_two_talks_that_differ_by_few_pairs_are_refused_together():
    found = world([*staff("a", 8), *staff("b", 8), *staff("c", 8)])

    assert len(chosen(found, talk(), talk(one="c", other="b"))) == 2
    with pytest.raises(TooFew, match="beside the other"):
        lay(found, over(talks=[talk(), talk()]), K)


def test_a_group_may_talk_within_itself_and_nobody_with_himself():
    pairs = chosen(world([*staff("a", 12)]), talk(10, other=None))[0]

    assert len(pairs) == 10
    assert all(len(pair) == 2 for pair in pairs)


def test_fewer_than_twice_k_people_have_no_k_pairs_among_themselves():
    with pytest.raises(TooFew):
        lay(world([*staff("a", 8)]), over(talks=[talk(other=None)]), K)


def test_supplier_pairs_are_pairs_of_organisations_through_the_quietest_of_each():
    people = [
        {"person": f"s{n}-{m}", "organisation": f"s{n}", "group": "supplier"} for n in range(12) for m in range(2)
    ]
    firms = [{"organisation": f"s{n}", "role": "supplier", "circles": "castings; tools"} for n in range(12)]
    found = world(people, ties=[met("s0-0", "s1-0")], organisations=firms)

    pairs = lay(found, over(talks=[talk(10, one="castings", other=None, kind="circle")]), K).pairs[0]

    order = [int(name.split("-")[0][1:]) for name in sorted(one["person"] for one in people)]
    sides = [frozenset(order[person] for person in pair) for pair in pairs]
    assert len(set(sides)) == 10
    assert all(len(side) == 2 for side in sides)
    assert frozenset({0, 1}) not in sides
    assert chosen(found, talk(10, one="supplier", other=None, kind="role")) == [{frozenset(pair) for pair in pairs}]


def test_pairs_of_a_circle_leave_out_who_is_not_of_it():
    firms = [f"s{n}" for n in range(12)]
    people = [{"person": f"{firm}-0", "organisation": firm, "group": "supplier"} for firm in firms]
    circles = [{"organisation": firm, "role": "supplier", "circles": "castings"} for firm in firms]
    found = world([*people, *staff("a", 8, organisation="ours")], organisations=circles)

    pairs = lay(found, over(talks=[talk(30, one="castings", other=None, kind="circle")]), K).pairs[0]

    order = sorted([*(one["person"] for one in people), *(f"a-{n}" for n in range(8))])
    assert {order[person][0] for pair in pairs for person in pair} == {"s"}


def test_who_left_before_the_contacts_does_not_talk():
    left = [*staff("a", 8), *staff("b", 8), *staff("a", 12, valid_to="2025-12-20")[8:]]

    talked = {person for pair in lay(world(left), over(talks=[talk(20)]), K).pairs[0] for person in pair}

    # In the order of their ids a-8 to a-11 are 2, 3, 10 and 11.
    assert talked == {*range(20)} - {2, 3, 10, 11}


ANSWERS = [
    {"questionnaire": "q", "version": "1", "item": "i1", "level": 1, "minimum": 0.0, "maximum": 4.0},
    {"questionnaire": "q", "version": "1", "item": "i2", "ceiling": "workforce", "minimum": 0.0, "maximum": 4.0},
]


def answered(item, who, assessment="new", dated="2025-12-01", **more):
    return {
        "questionnaire": "q", "version": "1", "assessment": assessment, "item": item, "value": 1.0, "dated": dated,
        "respondent": who, "role": "respondent" if who else "assessor", **more,
    }  # fmt: skip


def asked(*answers):
    return snapshot({"items": ANSWERS, "answers": list(answers)}, WINDOW)


def values(found, item):
    table = found["answers"]
    cells = zip(table.texts("item"), rows.cells(table, "value"), table.texts("assessment"), strict=True)
    return [(value, assessment) for one, value, assessment in cells if one == item]


def test_a_supposed_answer_takes_the_place_of_what_was_answered_last():
    found = asked(answered("i1", None), answered("i1", None, "old", "2025-10-05"), answered("i2", None))

    laid = lay(found, over(answers=[{"item": "i1", "value": 3, "evidence": True}]), K)

    assert sorted(values(laid.snapshot, "i1")) == [(1.0, "old"), (3.0, "new")]
    assert laid.added[0].set_aside == laid.added[0].rows == 1


@pytest.mark.parametrize(("many", "refused"), [(0, False), (1, True), (4, True), (5, False)])
def test_what_few_people_answered_is_not_replaced(many, refused):
    found = asked(*(answered("i1", f"p{n}") for n in range(many)), *(answered("i2", f"r{n}") for n in range(9)))
    said = over(answers=[{"item": "i1", "value": 3}])

    if refused:
        with pytest.raises(TooFew, match="answer to i1"):
            lay(found, said, K)
    else:
        laid = lay(found, said, K)
        assert len(values(laid.snapshot, "i1")) == 1
        # Whoever answered nothing else is gone, and leaves no gap in the numbers.
        assert rows.people(laid.snapshot).tolist() == list(range(9))


def test_answers_are_not_replaced_until_few_people_are_left():
    found = asked(*(answered("i1", f"p{n}") for n in range(9)), *(answered("i2", f"p{n}") for n in range(3)))

    with pytest.raises(TooFew):
        lay(found, over(answers=[{"item": "i1", "value": 3}]), K)


def test_means_over_many_and_answers_in_a_role_are_nobodys():
    found = asked(answered("i1", "p1", respondents=7), answered("i2", "p2", role="outside"))

    assert lay(found, over(answers=[{"item": "i1", "value": 3}, {"item": "i2", "value": 3}]), K).added


def test_a_supposed_ceiling_gives_way_to_no_other_that_was_declared():
    other = {**answered("cap.workforce", None), "questionnaire": "elsewhere", "value": 2.0}
    found = asked(answered("i2", None), answered("cap.workforce", None), other)

    laid = lay(found, over(ceilings={"workforce": 4}), K)

    assert values(laid.snapshot, "cap.workforce") == [(4.0, "new")]
    assert laid.added[0].set_aside == 2


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "/overlay"),
        ({"answers": [{"item": "nowhere", "value": 1}]}, "/overlay/answers/0/item"),
        ({"answers": [{"item": "i1", "value": 9}]}, "/overlay/answers/0/value"),
        ({"answers": [{"item": "i1", "value": 1}, {"item": "i1", "value": 2}]}, "/overlay/answers/1"),
        ({"ceilings": {"leadership": 2}}, "/overlay/ceilings/leadership"),
        ({"purposes": [{"community": "nowhere", "purpose": "p"}]}, "/overlay/purposes/0/community"),
        ({"interfaces": [{"side_a": "x", "side_b": "x"}]}, "/overlay/interfaces/0/side_b"),
        ({"interfaces": [{"side_a": "x", "side_b": "y"}]}, "/overlay/interfaces/0/side_a"),
        ({"talks": [talk(one="nowhere")]}, "/overlay/talks/0/between/name"),
        ({"talks": [talk(contacts=1)]}, "/overlay/talks/0/contacts"),
    ],
)
def test_what_does_not_fit_the_data_is_pointed_at(said, pointer):
    with pytest.raises(Invalid) as refused:
        lay(asked(answered("i1", None)), over(**said), K)

    assert refused.value.pointer == pointer


def test_an_item_of_two_questionnaires_has_to_be_named():
    items = [*ANSWERS, {**ANSWERS[0], "questionnaire": "r"}, {**ANSWERS[0], "version": "2", "maximum": None}]
    other = {**answered("i1", None), "questionnaire": "r"}
    found = snapshot({"items": items, "answers": [answered("i1", None), other]}, WINDOW)
    alone = snapshot({"items": items, "answers": [other]}, WINDOW)

    assert lay(alone, over(answers=[{"item": "i1", "value": 1}]), K).snapshot["answers"].texts("questionnaire") == ["r"]
    with pytest.raises(Invalid, match="several"):
        lay(found, over(answers=[{"item": "i1", "value": 1}]), K)
    laid = lay(found, over(answers=[{"item": "i1", "value": 0, "questionnaire": "q"}]), K)
    assert "2" in laid.snapshot["answers"].texts("version")


def test_a_scorer_that_reads_no_such_table_is_named():
    bare = Snapshot(world().window, [world()["memberships"]])

    for said in ({"answers": [{"item": "i", "value": 1}]}, {"talks": [talk()]}, {"purposes": [{"community": "c"}]}):
        with pytest.raises(Invalid, match="reads no"):
            lay(bare, over(**said), K)


def test_contacts_do_not_outlast_the_window():
    short = snapshot({"memberships": [*staff("a", 8), *staff("b", 8)]}, ("2025-12-30", "2026-01-01"))

    with pytest.raises(Invalid, match="fewer days"):
        lay(short, over(talks=[talk(contacts=3)]), K)


@pytest.mark.parametrize(("active", "refused"), [(0, False), (1, True), (4, True), (5, False)])
def test_the_purpose_of_a_community_of_few_is_not_supposed(active, refused):
    acts = [
        {"day": "2025-11-03", "community": "c", "actor": f"p{n}", "verb": "posted", "count": 1} for n in range(active)
    ]
    found = snapshot(
        {"communities": [{"community": "c", "purpose": "old", "due": "soon"}], "activity_day": acts}, WINDOW
    )
    said = over(purposes=[{"community": "c", "purpose": "new", "due": ""}])

    if refused:
        with pytest.raises(TooFew):
            lay(found, said, K)
    else:
        table = lay(found, said, K).snapshot["communities"]
        assert (table.texts("purpose"), table.texts("due")) == (["new"], [None])


def test_an_interface_where_few_people_talk_is_not_supposed():
    said = over(interfaces=[{"side_a": "a", "side_b": "b", "weight": 2}])

    assert lay(world(), said, K).snapshot["interfaces"].rows == 1
    with pytest.raises(TooFew):
        lay(world(ties=[met("a-0", f"b-{n}") for n in range(5)]), said, K)
    assert lay(world(ties=[met(f"a-{n}", f"b-{n}") for n in range(5)]), said, K).snapshot["interfaces"].rows == 1


def test_every_text_of_an_overlay_is_told_so_that_none_can_name_somebody():
    said = over(
        purposes=[{"community": "c", "purpose": "p", "due": "d"}],
        interfaces=[{"side_a": "x", "side_b": "y"}],
        talks=[talk(), talk(other=None)],
    )

    assert [text for text, _ in words(said)] == ["p", "d", "x", "y", "a", "b", "a"]


def test_contacts_of_a_hub_are_the_matter_of_one():
    assert covered(np.array([(n, 0) for n in range(1, 9)]), K) == 1
    assert covered(np.zeros((0, 2), np.int64), K) == 0


def test_events_of_a_day_are_added_to_those_there_were():
    held = [{"day": "2025-12-31", "count": 7, "ids_hash": "h"}, {"day": "2025-12-01", "count": 2, "ids_hash": "g"}]
    acts = [
        {
            "day": "2025-12-31",
            "actor": "a-0",
            "verb": "posted",
            "count": 1,
            "first_at": "2025-12-31",
            "last_at": "2025-12-31",
        }
    ]

    laid = lay(world(event_day=held, activity_day=acts), over(talks=[talk(contacts=2)]), K)
    found = laid.snapshot

    assert [(one.rows, one.pairs) for one in laid.added] == [(10, 5)]
    table = found["event_day"]
    last = at("2025-12-31") // (86_400 * 1_000_000)
    assert list(zip(table.ints("day").tolist(), table.ints("count").tolist(), table.texts("ids_hash"), strict=True)) == [
        (last - 30, 2, "g"), (last - 1, 5, "supposed"), (last, 12, "supposed"),
    ]  # fmt: skip
    done = found["activity_day"]
    assert done.rows == 1 + 2 * 5
    assert np.array_equal(done.ints("first_at") // DAY, done.ints("day"))
    assert np.array_equal(done.ints("first_at"), done.ints("last_at"))
    assert found["tie_day"].rows == 2 * 5
    assert np.add.reduce(found["tie_day"].ints("actor") < 8) == 5


def without(table, *names):
    return Table(table.name, {name: column for name, column in table.columns.items() if name not in names})


def test_answers_without_people_or_dates_are_nobodys_and_undated():
    whole = asked(answered("i1", "p1"), answered("i1", None, "older"))
    bare = Snapshot(whole.window, [without(whole["answers"], "respondent", "respondents", "dated"), whole["items"]])

    laid = lay(bare, over(answers=[{"item": "i1", "value": 3}]), K)

    assert sorted(values(laid.snapshot, "i1")) == [(1.0, "new"), (3.0, "older")]


def test_people_are_counted_where_nothing_says_for_how_many_they_speak():
    whole = asked(*(answered("i1", f"p{n}") for n in range(4)))
    bare = Snapshot(whole.window, [without(whole["answers"], "respondents"), whole["items"]])

    with pytest.raises(TooFew):
        lay(bare, over(answers=[{"item": "i1", "value": 3}]), K)


def test_a_purpose_is_supposed_where_no_activity_is_read_and_columns_that_are_not_stay_out():
    whole = snapshot({"communities": [{"community": "c", "purpose": "old"}, {"community": "d"}]}, WINDOW)
    bare = Snapshot(whole.window, [without(whole["communities"], "due")])

    table = lay(bare, over(purposes=[{"community": "c", "purpose": "new", "due": "June"}]), K).snapshot["communities"]

    assert table.texts("purpose") == ["new", None]
    assert "due" not in table


def test_two_groups_that_are_all_but_one_are_refused_together():
    shared = [*staff("a", 8), *(dict(one, group="lent") for one in staff("a", 4)), *staff("b", 8, group="lent")]

    with pytest.raises(TooFew):
        lay(world(shared), over(talks=[{"between": {"kind": "department", "name": "a"},
                                        "and": {"kind": "group", "name": "employee"}, "pairs": 5}]), K)  # fmt: skip


def test_a_snapshot_without_activity_or_events_takes_contacts_alone():
    whole = world()
    bare = Snapshot(whole.window, [whole["memberships"], whole["tie_day"]])

    assert lay(bare, over(talks=[talk(two_way=False, contacts=1)]), K).snapshot["tie_day"].rows == 5


def test_a_contact_without_a_count_is_as_loud_as_one():
    ties = [met(f"a-{n}", f"b-{n}") | ({} if n else {"count": None}) for n in range(8)]

    pairs = lay(world(ties=ties), over(talks=[talk()]), K).pairs[0]

    assert sorted(one for one, _ in pairs) == [0, 1, 2, 3, 4]


def test_a_pair_of_people_of_both_groups_is_possible_once():
    both = [*staff("a", 12), *staff("a", 6, group="supplier"), *staff("b", 6, group="supplier")]

    asked = talk(other=None) | {"and": {"kind": "group", "name": "supplier"}}

    # Twelve and twelve, six of them in both: 6 * 6 + 6 * 6 + 6 * 6 apart, and 15 among the six.
    assert lay(world(both), over(talks=[asked]), K).added[0].possible == rounded(123)
