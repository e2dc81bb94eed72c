"""A result turns stale when what it counted has changed, and only then."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest

from kithline_core.db import (
    answers,
    assessments,
    datasets,
    events,
    grounds,
    marks,
    people,
    questionnaires,
    results,
    runs,
    stale,
    tasks,
    ties,
)
from kithline_core.model.assessments import NewAssessment
from kithline_core.model.datasets import Dataset
from kithline_core.model.grounds import from_template
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.results import NewResult
from kithline_core.model.rows import AnswerRow, EventRow, PersonRow, TieRow
from kithline_core.model.runs import NewRun, Pinned

pytestmark = pytest.mark.anyio
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
FIRST_DAY = 20_454  # the day of START, since 1970
numbers = count(1)


async def claimed(db, tenant, *scorers, start=START, end=END):
    """The claimed tasks of a run of these scorers, each of which reads the findings of the one before it."""
    pinned = [
        Pinned(scorer=scorer, version="1.0.0", plugin="p", plugin_version="1.0.0", window_start=start, window_end=end,
               after=list(scorers[max(0, place - 1) : place]))
        for place, scorer in enumerate(scorers)
    ]  # fmt: skip
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="research", tasks=pinned))
        every = await runs.tasks(tx, run.id)
        held = {one.scorer: await tasks.claim(tx, one.id, "a worker", 60) for one in every}
    return [held[scorer] for scorer in scorers]


def finding(scorer, reads, **more):
    return NewResult(
        scorer=scorer, version="1.0.0", status="ok", key=f"sha256:{next(numbers)}", document=b"{}", reads=list(reads),
        **more,
    )  # fmt: skip


async def stored(db, tenant, *reads, start=START, end=END, lookback=0, seen=None):
    """A fresh result of that window which read these tables."""
    (held,) = await claimed(db, tenant, "a", start=start, end=end)
    new = finding("a", reads, seen=seen, reach_start=start - timedelta(days=lookback))
    async with db.tenant(tenant) as tx:
        return await tasks.finish(tx, held, new)


async def is_stale(db, tenant, result):
    async with db.tenant(tenant) as tx:
        return (await results.get(tx, result.id)).stale_since is not None


async def test_days_that_changed_turn_what_counted_them_stale_and_nothing_else(db, tenant):
    counted = await stored(db, tenant, "tie_day", "memberships")
    of_answers = await stored(db, tenant, "answers", "memberships")
    of_later = await stored(db, tenant, "tie_day", start=END, end=END + timedelta(days=90))

    async with db.tenant(tenant) as tx:
        marked = await stale.days(tx, [FIRST_DAY + 3, FIRST_DAY + 3])

    assert marked == 1
    assert [await is_stale(db, tenant, one) for one in (counted, of_answers, of_later)] == [True, False, False]


@pytest.mark.parametrize(("day", "expected"), [(-1, False), (0, True), (89, True), (90, False)])
async def test_a_window_ends_where_it_says(db, tenant, day, expected):
    result = await stored(db, tenant, "activity_day")

    async with db.tenant(tenant) as tx:
        await stale.days(tx, [FIRST_DAY + day])

    assert await is_stale(db, tenant, result) is expected


async def test_the_look_back_counts_as_read(db, tenant):
    looking_back = await stored(db, tenant, "event_day", lookback=30)

    async with db.tenant(tenant) as tx:
        await stale.days(tx, [FIRST_DAY - 30])

    assert await is_stale(db, tenant, looking_back)


async def test_events_that_come_in_turn_what_counted_their_days_stale_and_nothing_else(db, tenant, other):
    windows = [(START + timedelta(days=day), START + timedelta(days=day + 1)) for day in range(3)]
    counted = [await stored(db, tenant, "tie_day", "memberships", start=start, end=end) for start, end in windows]
    elsewhere = await stored(db, other, "tie_day", "memberships")

    async with db.tenant(tenant) as tx:
        first = windows[1][0]
        sent = [
            EventRow(id=str(at), occurred_at=at, actor="a", verb="posted")
            for at in (first, first + timedelta(hours=23))
        ]
        await events.ingest(tx, sent)

    assert [await is_stale(db, tenant, one) for one in counted] == [False, True, False]
    assert not await is_stale(db, other, elsewhere)


async def test_a_batch_that_is_partly_here_turns_what_counted_the_rest_stale(db, tenant):
    row = EventRow(id="1", occurred_at=START, actor="a", verb="posted")
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [row])
    ends = [START + timedelta(days=day) for day in range(4)]
    had, fresh, after = [
        await stored(db, tenant, "tie_day", "memberships", start=start, end=start + timedelta(days=1))
        for start in ends[:3]
    ]

    async with db.tenant(tenant) as tx:
        verdicts = await events.ingest(tx, [row, msgspec.structs.replace(row, id="2", occurred_at=ends[1])])

    assert [one.status for one in verdicts] == ["duplicate", "accepted"]
    assert [await is_stale(db, tenant, one) for one in (had, fresh, after)] == [False, True, False]


async def test_more_than_500_days_are_told_from_the_first_to_the_last(db, tenant):
    days = range(FIRST_DAY, FIRST_DAY + 1004, 2)
    start = START + timedelta(days=801)
    between = await stored(db, tenant, "tie_day", start=start, end=start + timedelta(days=1))
    behind = await stored(db, tenant, "tie_day", start=START + timedelta(days=1004), end=START + timedelta(days=1005))

    async with db.tenant(tenant) as tx:
        await stale.days(tx, days[2:])
        few = await is_stale(db, tenant, between)
        marked = await stale.days(tx, days)

    assert (few, marked) == (False, 1)
    assert [await is_stale(db, tenant, one) for one in (between, behind)] == [True, False]


async def test_no_days_and_no_spans_change_nothing(db, tenant):
    result = await stored(db, tenant, "tie_day", "ties")

    async with db.tenant(tenant) as tx:
        marked = await stale.days(tx, []) + await stale.spans(tx, "ties", [])

    assert (marked, await is_stale(db, tenant, result)) == (0, False)


async def test_a_stale_result_keeps_the_moment_it_turned_stale(db, tenant):
    result = await stored(db, tenant, "tie_day")
    async with db.tenant(tenant) as tx:
        await stale.days(tx, [FIRST_DAY])
        first = (await results.get(tx, result.id)).stale_since

    async with db.tenant(tenant) as tx:
        marked = await stale.days(tx, [FIRST_DAY])
        again = (await results.get(tx, result.id)).stale_since

    assert (marked, again) == (0, first)


@pytest.mark.parametrize(
    ("changed", "read", "expected"),
    [
        ("ties", "ties", True),
        ("ties", "answers", False),
        ("memberships", "answers", True),
        ("memberships", "populations", False),
        ("sensitive", "item_use", True),
        ("sensitive", "opening", True),
        ("person_rights", "opening", True),
        ("sensitive", "answers", False),
        ("identities", "organisation_ties", True),
        ("person_rights", "tie_day", True),
        ("questionnaires", "items", True),
    ],
)
async def test_a_table_reaches_what_hangs_on_it(db, tenant, changed, read, expected):
    result = await stored(db, tenant, *stale.rested_on([read]))

    async with db.tenant(tenant) as tx:
        await stale.table(tx, changed)

    assert await is_stale(db, tenant, result) is expected


async def test_dated_rows_reach_the_windows_they_lie_in(db, tenant):
    early = await stored(db, tenant, "answers")
    late = await stored(db, tenant, "answers", start=END, end=END + timedelta(days=90))

    async with db.tenant(tenant) as tx:
        await stale.table(tx, "answers", END, END + timedelta(seconds=1))

    assert [await is_stale(db, tenant, one) for one in (early, late)] == [False, True]


async def test_a_span_written_backwards_and_more_spans_than_can_be_told_still_mark(db, tenant):
    backwards, many = await stored(db, tenant, "ties"), await stored(db, tenant, "ratings")
    open_ended = await stored(db, tenant, "survivals")

    async with db.tenant(tenant) as tx:
        await stale.spans(tx, "ties", [(END, START)], "[]")
        every = [(START + timedelta(hours=hour), START + timedelta(hours=hour + 1)) for hour in range(600)]
        await stale.spans(tx, "ratings", every)
        await stale.spans(tx, "survivals", [(None, one) for one, _ in every])

    assert [await is_stale(db, tenant, one) for one in (backwards, many, open_ended)] == [True, True, True]


async def test_what_reads_a_stale_finding_is_stale_with_it(db, tenant):
    held = await claimed(db, tenant, "a", "b", "c")
    async with db.tenant(tenant) as tx:
        reads = ["tie_day"], ["findings"], ["findings"]
        three = [
            await tasks.finish(tx, one, finding(one.scorer, names)) for one, names in zip(held, reads, strict=True)
        ]

    async with db.tenant(tenant) as tx:
        marked = await stale.days(tx, [FIRST_DAY])

    assert (marked, [await is_stale(db, tenant, one) for one in three]) == (3, [True, True, True])


async def test_what_reads_a_finding_that_turned_stale_meanwhile_is_born_stale(db, tenant):
    first, second = await claimed(db, tenant, "a", "b")
    async with db.tenant(tenant) as tx:
        await tasks.finish(tx, first, finding("a", ["tie_day"]))
        await stale.days(tx, [FIRST_DAY])

    async with db.tenant(tenant) as tx:
        result = await tasks.finish(tx, second, finding("b", ["findings"]))

    assert result.stale_since is not None


async def test_a_change_between_reading_and_storing_makes_the_result_stale_at_birth(db, tenant):
    async with db.tenant(tenant) as tx:
        await stale.days(tx, [FIRST_DAY])
    async with db.tenant(tenant) as tx:
        seen = await stale.seen(tx)
    before = await stored(db, tenant, "tie_day", seen=seen)
    async with db.tenant(tenant) as tx:
        await stale.days(tx, [FIRST_DAY])

    touched = await stored(db, tenant, "tie_day", seen=seen)
    untouched = await stored(db, tenant, "answers", seen=seen)

    assert before.stale_since is None
    assert (touched.stale_since is not None, untouched.stale_since) == (True, None)


async def test_a_change_that_began_before_and_was_committed_after_the_reading_is_not_missed(db, tenant):
    async with db.tenant(tenant) as changing:
        await stale.days(changing, [FIRST_DAY])
        async with db.tenant(tenant) as tx:
            seen = await stale.seen(tx)
        storing = asyncio.create_task(stored(db, tenant, "tie_day", seen=seen))
        await asyncio.sleep(0.2)
        waited = not storing.done()

    result = await storing

    assert waited
    assert result.stale_since is not None


async def test_a_change_waits_for_a_result_that_is_being_stored_and_finds_it(db, tenant):
    (held,) = await claimed(db, tenant, "a")

    async def change():
        async with db.tenant(tenant) as tx:
            return await stale.days(tx, [FIRST_DAY])

    async with db.tenant(tenant) as tx:
        result = await tasks.finish(tx, held, finding("a", ["tie_day"]))
        changing = asyncio.create_task(change())
        await asyncio.sleep(0.2)
        waited = not changing.done()

    assert (waited, await changing) == (True, 1)
    assert await is_stale(db, tenant, result)


async def test_what_another_tenant_changes_leaves_results_as_they_are(db, tenant, other):
    result = await stored(db, tenant, "tie_day")

    async with db.tenant(other) as tx:
        marked = await stale.days(tx, [FIRST_DAY])

    assert (marked, await is_stale(db, tenant, result)) == (0, False)


async def test_what_stands_beside_rows_turns_results_stale_too(db, tenant):
    of_answers, of_focal, of_items = [await stored(db, tenant, name) for name in ("answers", "focal", "items")]

    async with db.tenant(tenant) as tx:
        await datasets.put(tx, Dataset(nature="synthetic", focal=["acme"]))
    focal = [await is_stale(db, tenant, one) for one in (of_answers, of_focal, of_items)]
    async with db.tenant(tenant) as tx:
        sat = await assessments.create(tx, NewAssessment(questionnaire="q", assessment="a"))
        await assessments.close(tx, sat.id)
    closed = [await is_stale(db, tenant, one) for one in (of_answers, of_items)]
    async with db.tenant(tenant) as tx:
        asked = Questionnaire(questionnaire="q", version="1", items=[Item(item="i", text={"en": "t"})])
        await questionnaires.put(tx, asked)

    assert (focal, closed) == ([False, True, False], [True, False])
    assert await is_stale(db, tenant, of_items)


async def test_rows_reach_the_windows_they_are_dated_in_and_an_update_all_it_may_have_come_from(db, tenant):
    early, late = [
        await stored(db, tenant, "answers", "ties", start=at, end=at + timedelta(days=30)) for at in (START, END)
    ]
    row = AnswerRow(questionnaire="q", assessment="a", item="i", value=1, dated=END)
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, [row])
        await ties.upsert(tx, [TieRow(actor="a", target="b", first_at=END, last_at=END)])
    inserted = [await is_stale(db, tenant, one) for one in (early, late)]

    async with db.tenant(tenant) as tx:
        again = await answers.upsert(tx, [row])
        unchanged = await is_stale(db, tenant, early)
        await answers.upsert(tx, [msgspec.structs.replace(row, value=2)])

    assert ([one.status for one in again], inserted, unchanged) == (["duplicate"], [False, True], False)
    assert await is_stale(db, tenant, early)


@pytest.mark.parametrize(
    ("row", "reaches"),
    [
        (PersonRow(person="p", group="employee", valid_from=END), False),
        (PersonRow(person="p", group="employee", valid_from=START), True),
        (PersonRow(person="p", group="employee", valid_from=END, bot=True), True),
        (PersonRow(person="p", group="employee", valid_from=END, bot_confidence=0.2), True),
    ],
)
async def test_a_membership_reaches_its_own_time_and_a_bot_all_times(db, tenant, row, reaches):
    result = await stored(db, tenant, "tie_day", "memberships")

    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [row])

    assert await is_stale(db, tenant, result) is reaches


async def test_a_membership_that_not_every_ground_covers_reaches_all_times(db, tenant):
    result = await stored(db, tenant, "tie_day", "memberships")

    async with db.tenant(tenant) as tx:
        await grounds.create(tx, from_template("customers", "a test"))
        await people.upsert(tx, [PersonRow(person="p", group="employee", valid_from=END)])

    assert await is_stale(db, tenant, result)


async def test_a_membership_that_changes_reaches_all_times(db, tenant):
    row = PersonRow(person="p", group="employee", valid_from=END)
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [row])
    result = await stored(db, tenant, "tie_day", "memberships")

    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [msgspec.structs.replace(row, rank="2")])

    assert await is_stale(db, tenant, result)


async def test_a_batch_and_a_correction_that_mark_one_result_do_not_wait_for_each_other(db, tenant):
    result = await stored(db, tenant, "tie_day", "memberships")
    queued = asyncio.Event()

    async def correct():
        async with db.tenant(tenant) as tx:
            await tx.rows(marks.QUEUE)
            queued.set()
            await asyncio.sleep(0.5)  # the batch has come as far as it can
            await stale.days(tx, [FIRST_DAY + 1])

    correcting = asyncio.create_task(correct())
    await queued.wait()
    async with db.tenant(tenant) as tx:
        (verdict,) = await events.ingest(tx, [EventRow(id="1", occurred_at=START, actor="a", verb="posted")])
    await correcting

    assert verdict.status == "accepted"
    assert await is_stale(db, tenant, result)
