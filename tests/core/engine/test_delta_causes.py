"""Why a row is in one of two snapshots alone: each cause by itself, row by row."""

import numpy as np
import pytest

from helpers.deltas import hashed, links
from kithline_core.engine.delta import causes
from kithline_core.engine.delta.aligned import Numbered, align, built
from kithline_core.engine.delta.causes import Cause, Known
from kithline_core.engine.delta.rules import NAMES
from kithline_core.engine.delta.stages import Limits, enough, stage, start, tables
from kithline_core.engine.telling import Scope
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

SPAN = Window(0, 10 * DAY)
NEW, CORRECTED, AFFILIATION, SCOPE, EXEMPTIONS = Cause


def seen(span=SPAN, columns=None, **rows):
    """Return a snapshot of rows whose people are names, and the hashes behind its numbers."""
    kinds = {name: {one: CATALOGUE[name][one] for one in (columns or {}).get(name, CATALOGUE[name])} for name in rows}
    cells = {name: {one: [row.get(one) for row in rows[name]] for one in kinds[name]} for name in rows}
    names = sorted(
        {cell for name in rows for one, kind in kinds[name].items() if kind == "person" for cell in cells[name][one]}
        - {None}
    )
    number = {name: place for place, name in enumerate(names)}
    made = [
        Table(name, {
            one: Column.of(kind, [number.get(cell) for cell in cells[name][one]] if kind == "person" else cells[name][one])
            for one, kind in kinds[name].items()
        }).sorted()
        for name in rows
    ]  # fmt: skip
    return Numbered(Snapshot(span, made), hashed(*names))


def moved(before, after, known=Known()):  # noqa: B008 - frozen
    """Return per table the causes of rows that are gone and of rows that came, in the order of rows."""
    both = align(before, after)
    found = causes.moves(both, known)
    for number in Cause:  # whatever is told, the last stage is the one after
        stage(both, found, number)
    assert start(both).encode() == before.snapshot.encode()
    assert stage(both, found, Cause.EXEMPTIONS).encode() == after.snapshot.encode()
    return {
        name: tuple([Cause(one) for one in side.tolist() if one >= 0] for side in (told.gone, told.came))
        for name, told in found.items()
        if (told.gone >= 0).any() or (told.came >= 0).any()
    }


def act(actor="ann", day=5, count=1, **more):
    return {"day": day, "actor": actor, "verb": "posted", "count": count, **more}


def tie(actor="ann", target="bob", day=5, count=1, **more):
    return {"day": day, "actor": actor, "target": target, "verb": "posted", "count": count, **more}


def member(person="ann", department="a", **more):
    return {"person": person, "department": department, **more}


def answer(item="i1", value=1.0, **more):
    return {"questionnaire": "q", "assessment": "x", "respondent": "ann", "item": item, "value": value, **more}


def test_every_table_has_names_for_its_rows_and_they_are_its_columns():
    assert set(NAMES) == set(CATALOGUE) - {"people"}
    assert all(set(columns) <= set(CATALOGUE[name]) for name, columns in NAMES.items())


def test_equal_snapshots_differ_in_nothing():
    same = seen(activity_day=[act(), act("bob")], memberships=[member()])

    assert moved(same, same) == {}


@pytest.mark.parametrize(
    ("before", "after", "gone", "came"),
    [
        ([act()], [act(), act("bob")], [], [NEW]),
        ([act(count=1)], [act(count=3)], [NEW], [NEW]),
        ([act(count=3)], [act(count=1)], [CORRECTED], [CORRECTED]),
        ([act(first_at=1)], [act(first_at=2)], [CORRECTED], [CORRECTED]),
        ([act(), act("bob")], [act()], [CORRECTED], []),
        # The same events say something else now; more than those are new.
        ([act(count=2), act("bob")], [act(count=2, verb="replied"), act("bob")], [CORRECTED], [CORRECTED]),
        ([act(count=1)], [act(count=3, verb="replied")], [CORRECTED], [NEW]),
        # What they say has gone to another day: a day of which nothing is left, and one that is new.
        ([act(day=5)], [act(day=6)], [CORRECTED], [NEW]),
    ],
)  # fmt: skip
def test_days_tell_late_events_from_corrected_ones(before, after, gone, came):
    assert moved(seen(activity_day=before), seen(activity_day=after)) == {"activity_day": (gone, came)}


def test_one_of_two_equal_rows_may_be_gone():
    columns = {"activity_day": ["actor", "count"]}
    two, one = (seen(columns=columns, activity_day=[act()] * times) for times in (2, 1))

    assert moved(two, one) == {"activity_day": ([CORRECTED], [])}
    assert moved(one, two) == {"activity_day": ([], [NEW])}


def test_what_leaves_with_the_window_and_what_enters_is_new_data():
    later = Window(3 * DAY, 13 * DAY)
    before = seen(
        activity_day=[act(day=1), act(day=5)],
        answers=[answer(dated=1)],
        incidents=[{"incident": "i", "occurred_at": 1}],
    )
    after = seen(later, activity_day=[act(day=5), act(day=12)], answers=[], incidents=[])

    assert moved(before, after) == {
        "activity_day": ([NEW], [NEW]), "answers": ([NEW], []), "incidents": ([NEW], []),
    }  # fmt: skip
    assert moved(after, before)["activity_day"] == ([NEW], [NEW])


def test_the_look_back_belongs_to_the_window():
    later = Window(3 * DAY, 13 * DAY)
    before, after = seen(activity_day=[act(day=1), act(day=2)]), seen(later, activity_day=[act(day=2)])

    assert moved(before, after, Known(lookback_days=2)) == {"activity_day": ([CORRECTED], [])}


def test_where_a_scorer_reads_no_dates_all_is_new_when_the_windows_differ():
    columns, later = {"activity_day": ["actor", "count"]}, Window(DAY, 11 * DAY)

    found = moved(seen(columns=columns, activity_day=[act()]), seen(later, columns=columns, activity_day=[act("bob")]))

    assert found == {"activity_day": ([NEW], [NEW])}


@pytest.mark.parametrize(
    ("name", "before", "after", "cause"),
    [
        ("answers", answer(value=1.0), answer(value=2.0), CORRECTED),
        ("answers", answer(evidence=None), answer(evidence="a page"), NEW),
        ("answers", answer(evidence="a page"), answer(evidence=None), CORRECTED),
        ("ideas", {"idea": "x", "status": "open"}, {"idea": "x", "status": "open", "decided_at": 5}, NEW),
        ("communities", {"community": "x", "purpose": "a"}, {"community": "x", "purpose": "b"}, CORRECTED),
        ("survivals", {"unit": "ann", "duration": 3.0}, {"unit": "ann", "duration": 9.0}, NEW),
        ("survivals", {"unit": "ann", "duration": 9.0}, {"unit": "ann", "duration": 3.0}, CORRECTED),
        ("memberships", member(), member(department="b"), AFFILIATION),
        (
            "organisations",
            {"organisation": "x", "role": "supplier"},
            {"organisation": "x", "role": "partner"},
            AFFILIATION,
        ),
        ("populations", {"group": "employee", "count": 5}, {"group": "employee", "count": 6}, AFFILIATION),
        ("findings", {"scorer": "x", "number": 1.0}, {"scorer": "x", "number": 2.0}, NEW),
    ],
)
def test_a_row_that_says_something_else_is_of_one_cause(name, before, after, cause):
    assert moved(seen(**{name: [before]}), seen(**{name: [after]})) == {name: ([cause], [cause])}


def test_whoever_is_new_and_does_something_comes_with_new_data_and_not_as_affiliation():
    before = seen(activity_day=[act()], memberships=[member()])
    after = seen(activity_day=[act(), act("cid")], memberships=[member(), member("bob"), member("cid")])

    assert moved(before, after) == {"activity_day": ([], [NEW]), "memberships": ([], [AFFILIATION, NEW])}


def test_a_membership_that_began_since_is_affiliation_and_one_that_ended_before_is_not():
    later = Window(3 * DAY, 13 * DAY)
    before = seen(memberships=[member(), member("bob", valid_to=2 * DAY)])
    after = seen(later, memberships=[member(valid_to=11 * DAY), member(department="b", valid_from=11 * DAY)])

    assert moved(before, after) == {"memberships": ([AFFILIATION, NEW], [AFFILIATION, AFFILIATION])}


def test_a_newcomer_whose_membership_began_since_is_new_data_beside_somebody_who_moved_since():
    before = seen(activity_day=[act()], memberships=[member()])
    after = seen(
        Window(3 * DAY, 13 * DAY),
        activity_day=[act(), act("bob", day=12)],
        memberships=[member(), member(department="b", valid_from=11 * DAY), member("bob", valid_from=11 * DAY)],
    )

    assert moved(before, after)["memberships"] == ([], [AFFILIATION, NEW])


def test_people_who_are_one_now_are_affiliation_and_so_are_those_who_are_two_again():
    apart = seen(tie_day=[tie("ann", "cid"), tie("ben", "cid"), tie("ann", "ben", day=6)])
    one = seen(tie_day=[tie("ann", "cid", count=2)])
    known = Known(people=links({"ben": "ann"}))

    assert moved(apart, one, known) == {"tie_day": ([AFFILIATION] * 3, [AFFILIATION])}
    assert moved(one, apart, known) == {"tie_day": ([AFFILIATION], [AFFILIATION] * 3)}


def test_late_events_of_people_who_were_linked_are_new_data_all_the_same():
    before, after = seen(activity_day=[act("ben")]), seen(activity_day=[act("ann"), act("ann", day=6)])

    assert moved(before, after, Known(people=links({"ben": "ann"})))["activity_day"] == (
        [AFFILIATION],
        [AFFILIATION, NEW],
    )


def test_organisations_that_are_one_now_are_affiliation():
    before = seen(organisation_ties=[{"organisation_a": "x", "organisation_b": "old", "weight": 1.0}])
    after = seen(organisation_ties=[{"organisation_a": "x", "organisation_b": "new", "weight": 1.0}])

    found = moved(before, after, Known(organisations={"old": "new"}))

    assert found == {"organisation_ties": ([AFFILIATION], [AFFILIATION])}
    assert moved(before, after) == {"organisation_ties": ([CORRECTED], [NEW])}


def test_rows_that_only_one_of_two_scopes_counts_are_scope():
    before = seen(activity_day=[act(community="x"), act(community="y"), act()], communities=[{"community": "y"}])
    after = seen(activity_day=[act(community="x"), act(community="x", day=6)], communities=[])

    found = moved(before, after, Known(scopes=(Scope(), Scope(communities=["x"]))))

    assert found == {"activity_day": ([SCOPE, SCOPE], [NEW]), "communities": ([SCOPE], [])}


def test_where_a_scorer_does_not_read_by_what_scopes_choose_all_inside_is_scope():
    columns = {"activity_day": ["day", "actor", "count"]}
    before, after = seen(columns=columns, activity_day=[act()]), seen(columns=columns, activity_day=[act("bob")])
    known = Known(scopes=(Scope(channels=["mail"]), Scope()))

    assert moved(before, after, known) == {"activity_day": ([SCOPE], [SCOPE])}
    assert causes.vague(align(before, after), known) == ["activity_day"]
    assert causes.vague(align(before, after), Known()) == []


def test_people_who_may_not_be_counted_are_exemptions_wherever_they_are_named():
    full = seen(
        tie_day=[tie("ann", "bob"), tie("cid", "ann")], memberships=[member("ann"), member("bob", manager="ann")]
    )
    rest = seen(tie_day=[], memberships=[member("bob")])
    nobody = np.zeros(0, np.uint64)

    gone = moved(full, rest, Known(barred=(nobody, hashed("ann"))))
    came = moved(rest, full, Known(barred=(hashed("ann"), nobody)))

    assert gone == {"tie_day": ([EXEMPTIONS] * 2, []), "memberships": ([EXEMPTIONS] * 2, [EXEMPTIONS])}
    assert came == {"tie_day": ([], [EXEMPTIONS] * 2), "memberships": ([EXEMPTIONS], [EXEMPTIONS] * 2)}


def test_days_of_events_and_items_of_questionnaires_follow_what_they_stand_for():
    columns = {"items": ["questionnaire", "version", "item"]}
    before = seen(
        columns=columns, activity_day=[act()], event_day=[{"day": 5, "count": 1}, {"day": 7, "count": 1}],
        answers=[answer(version="1", dated=5)], items=[{"questionnaire": "q", "version": "1", "item": "i1"}],
    )  # fmt: skip
    after = seen(
        columns=columns, activity_day=[], event_day=[{"day": 7, "count": 2}], answers=[], items=[],
    )  # fmt: skip

    found = moved(before, after, Known(barred=(np.zeros(0, np.uint64), hashed("ann"))))

    assert found["event_day"] == ([EXEMPTIONS, NEW], [NEW])
    assert found["items"] == ([EXEMPTIONS], [])


def test_days_of_events_stand_for_themselves_where_nothing_else_is_read():
    found = moved(seen(event_day=[{"day": 5, "count": 1}]), seen(event_day=[{"day": 5, "count": 2}]))

    assert found == {"event_day": ([NEW], [NEW])}


def test_items_stand_for_themselves_where_their_version_is_not_read():
    columns = {"items": ["questionnaire", "item"]}
    before = seen(columns=columns, answers=[answer(version="1", dated=5)], items=[{"questionnaire": "q", "item": "i1"}])
    after = seen(columns=columns, answers=[], items=[])

    found = moved(before, after, Known(barred=(np.zeros(0, np.uint64), hashed("ann"))))

    assert found["answers"] == ([EXEMPTIONS], [])
    assert found["items"] == ([CORRECTED], [])


def test_everybody_keeps_their_order_in_a_common_numbering():
    before, after = seen(activity_day=[act(one) for one in "acfg"]), seen(activity_day=[act(one) for one in "bcdgh"])

    both = align(before, after)

    for table, people in ((both.before, before.people), (both.after, after.people)):
        assert both.people[table["activity_day"].ints("actor")].tolist() == people.tolist()
    assert len(set(both.people.tolist())) == len(both.people) == 7


def test_snapshots_that_do_not_fit_are_refused():
    one = seen(activity_day=[act("ann"), act("bob")])
    crossed = Numbered(one.snapshot, one.people[::-1])

    with pytest.raises(ValueError, match="different orders"):
        align(one, crossed)
    with pytest.raises(ValueError, match="different tables"):
        align(one, seen(tie_day=[tie()]))
    with pytest.raises(ValueError, match="different columns"):
        align(one, seen(columns={"activity_day": ["actor"]}, activity_day=[act()]))


def test_a_snapshot_without_people_has_an_order_too():
    nobody = seen(organisation_ties=[{"organisation_a": "x", "organisation_b": "y"}])

    both = align(nobody, nobody)

    assert built(both, {"organisation_ties": (np.ones(1, np.bool_), np.zeros(1, np.bool_))}, SPAN).encode() == (
        nobody.snapshot.encode()
    )


def pairs(number, first="x"):
    return [tie(f"{first}{one}", f"{first}-{one}") for one in range(number)]


@pytest.mark.parametrize(("number", "told"), [(0, True), (4, False), (5, True)])
def test_a_cause_is_told_of_nobody_or_of_enough(number, told):
    both = align(seen(tie_day=[tie()]), seen(tie_day=[tie(), *pairs(number)]))
    found = causes.moves(both, Known())

    assert enough(both, found, [NEW], Limits(5)) is told
    assert enough(both, found, [CORRECTED], Limits(5))
    assert enough(both, found, [NEW], Limits(5, hashed("ann"))) is (number == 0)


def test_what_goes_and_what_comes_have_to_be_enough_each_and_so_have_belongings():
    both = align(
        seen(tie_day=pairs(9), memberships=[member(f"x{one}") for one in range(9)]),
        seen(tie_day=[*pairs(9)[5:], *pairs(4, "y")], memberships=[member(f"x{one}", "b" if one < 4 else "a") for one in range(9)]),
    )  # fmt: skip
    found = causes.moves(both, Known())

    assert enough(both, found, [CORRECTED], Limits(5))
    assert not enough(both, found, [NEW, CORRECTED], Limits(5))
    assert not enough(both, found, [AFFILIATION], Limits(5))
    assert tables(found, AFFILIATION) == ["memberships"]


def test_answers_in_a_role_and_means_over_many_are_nobodys():
    rows = [
        answer(role="assessor"),
        answer("i2", respondents=9),
        {**answer("i3"), "respondent": None, "role": "assessor"},
    ]
    both = align(seen(answers=[]), seen(answers=rows))

    assert enough(both, causes.moves(both, Known()), [NEW], Limits(5))


def test_what_lies_outside_the_other_window_is_held_to_the_floor_by_itself():
    later = Window(3 * DAY, 13 * DAY)
    before = seen(tie_day=[tie()])
    after = seen(later, tie_day=[tie(), *pairs(5), *[tie(f"y{one}", f"z{one}", day=12) for one in range(3)]])
    both = align(before, after)

    assert not enough(both, causes.moves(both, Known()), [NEW], Limits(5))


def test_other_people_of_a_row_make_pairs_of_their_own():
    before = seen(memberships=[member(f"x{one}", manager="boss") for one in range(6)])
    after = seen(memberships=[member(f"x{one}", manager="head") for one in range(6)])
    both = align(before, after)

    assert enough(both, causes.moves(both, Known()), [AFFILIATION], Limits(5))
