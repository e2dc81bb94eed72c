"""An import that is undone leaves what was there without it, in whatever order imports came and went."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kithline_core.db import (
    audit,
    batches,
    communities,
    corrections,
    events,
    expired_days,
    images,
    people,
    populations,
    results,
    rollups,
    runs,
    sources,
    tasks,
    ties,
    undoing,
)
from kithline_core.errors import NotFound
from kithline_core.model.corrections import EventsWithdrawal, RowsWithdrawal
from kithline_core.model.results import NewResult
from kithline_core.model.rows import CommunityRow, EventRow, PersonRow, PopulationRow, TieRow
from kithline_core.model.runs import NewRun, Pinned
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALWAYS = Window(0, 40_000 * DAY)
TABLES = (*expired_days.ROLLUPS, "memberships", "populations", "ties", "communities")
WHO = "key_abc (nightly import)"


def event(name, day=0, **more):
    return EventRow(**{"id": name, "source": "s", "occurred_at": AT + timedelta(days=day), "actor": "ada",
                       "target": "ben", "verb": "posted", **more})  # fmt: skip


async def send(db, tenant, batch, *, said=(), **files):
    """Send rows of files and events, under a name or under none."""
    nouns = {"people": people, "populations": populations, "ties": ties, "communities": communities}
    async with db.tenant(tenant) as tx:
        if batch is not None:
            await batches.under(tx, batch)
        for stem, rows in files.items():
            await nouns[stem].upsert(tx, rows)
        return [verdict.status for verdict in await events.ingest(tx, list(said))]


async def undo(db, tenant, batch, **more):
    async with db.tenant(tenant) as tx:
        return await undoing.undo(tx, batch, "wrong file", WHO, **more)


async def everything(db, tenant):
    """All that a scorer could be given: the same here means the same keys."""
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)
        data = (await sources.load(tx, TABLES, ALWAYS)).data
    return {name: sorted(map(repr, zip(*(data[name][c] for c in CATALOGUE[name]), strict=True))) for name in TABLES}


async def test_what_an_import_brought_is_gone_and_what_it_changed_is_back(db, tenant):
    await send(db, tenant, None, populations=[PopulationRow(group="employee", count=9)], said=[event("kept")])
    before = await everything(db, tenant)
    await send(
        db, tenant, "monday", said=[event("1"), event("2", 1)], people=[PersonRow(person="ada", group="employee")],
        populations=[PopulationRow(group="employee", count=90), PopulationRow(group="supplier", count=5)],
    )  # fmt: skip
    assert await everything(db, tenant) != before

    undone = await undo(db, tenant, "monday")

    assert await everything(db, tenant) == before
    assert (undone.done, undone.events, undone.removed, undone.restored, undone.left) == (True, 2, 2, 1, [])
    async with db.tenant(tenant) as tx:
        (record,) = await corrections.page(tx)
        assert (record.kind, record.batch, record.made_by) == ("undone", "monday", WHO)
        assert record.counts == {"events": 2, "removed": 2, "restored": 1, "left_alone": 0}
        assert len(await audit.page(tx, action="correction.undone")) == 1


async def test_undoing_again_changes_nothing_and_writes_nothing_down(db, tenant):
    await send(db, tenant, "monday", said=[event("1")])
    await undo(db, tenant, "monday")

    again = await undo(db, tenant, "monday")

    assert (again.done, again.events, again.removed, again.left_alone) == (True, 0, 0, 0)
    async with db.tenant(tenant) as tx:
        assert len(await corrections.page(tx)) == 1


async def test_an_undone_import_can_be_sent_again(db, tenant):
    sent = {"said": [event("1")], "populations": [PopulationRow(group="employee", count=9)]}
    await send(db, tenant, "monday", **sent)
    first = await everything(db, tenant)
    await undo(db, tenant, "monday")

    assert await send(db, tenant, "monday", **sent) == ["accepted"]

    assert await everything(db, tenant) == first
    async with db.tenant(tenant) as tx:
        assert (await batches.get(tx, "monday")).undone_at is None
    await undo(db, tenant, "monday")
    assert (await everything(db, tenant))["event_day"] == []


async def test_a_row_that_somebody_changed_since_is_left_alone_and_named(db, tenant):
    await send(db, tenant, "monday", populations=[PopulationRow(group="employee", count=9)])
    await send(db, tenant, None, populations=[PopulationRow(group="employee", count=12)])

    undone = await undo(db, tenant, "monday")

    async with db.tenant(tenant) as tx:
        assert (await populations.page(tx)).rows == [PopulationRow(group="employee", count=12)]
    assert (undone.left_alone, undone.removed) == (1, 0)
    assert [(one.file, one.row) for one in undone.left] == [("populations", {"group": "employee"})]


async def test_a_change_without_a_name_between_two_imports_is_what_the_second_goes_back_to(db, tenant):
    for batch, count in (("one", 1), (None, 2), ("two", 3)):
        await send(db, tenant, batch, populations=[PopulationRow(group="employee", count=count)])

    first = await undo(db, tenant, "one")
    second = await undo(db, tenant, "two")

    async with db.tenant(tenant) as tx:
        assert (await populations.page(tx)).rows == [PopulationRow(group="employee", count=2)]
    assert (first.left_alone, second.restored) == (1, 1)


async def test_what_two_imports_sent_stays_until_both_are_undone(db, tenant):
    row = PopulationRow(group="employee", count=9)
    await send(db, tenant, "one", said=[event("1"), event("2")], populations=[row])
    told = await send(
        db, tenant, "two", said=[event("1"), event("2", text="other", visibility="public")], populations=[row]
    )

    first = await undo(db, tenant, "one")
    async with db.tenant(tenant) as tx:
        left = [one.id for one in (await events.page(tx)).rows], (await populations.page(tx)).rows
    second = await undo(db, tenant, "two")

    assert told == ["duplicate", "conflict"]
    assert left == (["1"], [row])
    assert (first.events, second.events) == (1, 1)
    async with db.tenant(tenant) as tx:
        assert ((await events.page(tx)).rows, (await populations.page(tx)).rows) == ([], [])


async def test_what_an_import_replaced_comes_back_unless_it_is_replaced_otherwise(db, tenant):
    await send(db, tenant, None, said=[event("1"), event("2", 1), event("3", 2)])
    before = await everything(db, tenant)
    await send(db, tenant, "monday", said=[event("1b", supersedes="1"), event("2b", 1, supersedes="2")])
    await send(db, tenant, "tuesday", said=[event("2c", 1, supersedes="2")])
    async with db.tenant(tenant) as tx:
        await corrections.withdraw_events(tx, EventsWithdrawal(reason="r", source="s", ids=["3"]), WHO)
    await send(db, tenant, "tuesday", said=[event("3b", 2, supersedes="3")])

    await undo(db, tenant, "monday")
    async with db.tenant(tenant) as tx:
        assert [row.id for row in (await events.page(tx)).rows] == ["1", "2c", "3b"]
    await undo(db, tenant, "tuesday")
    async with db.tenant(tenant) as tx:
        assert [row.id for row in (await events.page(tx)).rows] == ["1", "2"]
        (withdrawal,) = [one for one in await corrections.page(tx) if one.kind == "withdrawn"]
        await corrections.restore(tx, withdrawal.id, "right", WHO)

    assert await everything(db, tenant) == before


async def test_what_comes_back_counts_on_its_own_day(db, tenant):
    await send(db, tenant, None, said=[event("1")])
    before = await everything(db, tenant)
    await send(db, tenant, "monday", said=[event("1b", 3, supersedes="1")])
    assert await everything(db, tenant) != before

    await undo(db, tenant, "monday")

    assert await everything(db, tenant) == before


async def test_a_large_import_is_undone_in_steps(db, tenant):
    await send(db, tenant, "monday", said=[event(str(n)) for n in range(5)],
               populations=[PopulationRow(group="employee", count=1)])  # fmt: skip

    steps = [await undo(db, tenant, "monday", most=2) for _ in range(3)]

    assert [(one.done, one.events, one.removed) for one in steps] == [(False, 2, 0), (False, 2, 0), (True, 1, 1)]


async def test_only_results_that_counted_what_came_with_it_turn_stale(db, tenant):
    await send(db, tenant, "monday", said=[event("1")], ties=[TieRow(actor="a", target="b", first_at=AT, last_at=AT)])
    march, later = AT - timedelta(days=1), AT + timedelta(days=30)
    asked = [(reads, start) for reads in ("activity_day", "ties", "answers") for start in (march, later)]
    made = []
    for reads, start in asked:
        pinned = Pinned(scorer="a", version="1", plugin="p", plugin_version="1", window_start=start,
                        window_end=start + timedelta(days=7))  # fmt: skip
        async with db.tenant(tenant) as tx:
            run = await runs.insert(tx, NewRun(intended_use="research", tasks=[pinned]))
            held = await tasks.claim(tx, (await runs.tasks(tx, run.id))[0].id, "w", 60)
            new = NewResult(scorer="a", version="1", status="ok", key="k", document=b"{}", reads=[reads])
            made.append(await tasks.finish(tx, held, new))

    await undo(db, tenant, "monday")

    async with db.tenant(tenant) as tx:
        stale = [(await results.get(tx, one.id)).stale_since is not None for one in made]
    assert stale == [True, False, True, False, False, False]


async def test_what_rows_were_before_is_forgotten_in_time_and_undoing_says_so(db, tenant):
    await send(
        db, tenant, None, populations=[PopulationRow(group="employee", count=1), PopulationRow(group="other", count=1)]
    )
    await send(db, tenant, "monday", populations=[PopulationRow(group=one, count=9) for one in ("employee", "other")])
    long_ago, soon = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)

    async with db.tenant(tenant) as tx:
        gone = [await batches.expire(tx, at, 1) for at in (long_ago, soon, soon, soon)]
        found = await batches.get(tx, "monday")
    undone = await undo(db, tenant, "monday")

    assert gone == [0, 1, 1, 0]
    assert (found.rows, found.expired_at is not None) == (0, True)
    assert (undone.expired, undone.restored) == (True, 0)
    async with db.tenant(tenant) as tx:
        assert {row.count for row in (await populations.page(tx)).rows} == {9}


async def test_nothing_of_a_competitors_people_is_put_back(db, tenant):
    rows = [PersonRow(person="eve", group="employee"), PersonRow(person="ada", group="employee")]
    await send(
        db, tenant, "monday", people=rows, ties=[TieRow(actor="eve", target="ada"), TieRow(actor="ada", target="ben")]
    )
    async with db.tenant(tenant) as tx:
        named = RowsWithdrawal(reason="r", rows=[{"person": "eve", "group": "employee"}])
        made = await corrections.withdraw_rows(tx, "people", named, WHO)
    await send(db, tenant, None, people=[PersonRow(person="eve", group="competitor")])

    async with db.tenant(tenant) as tx:
        restored = await corrections.restore(tx, made.id, "r", WHO)
        kept = [row.person for row in (await people.page(tx)).rows]
    undone = await undo(db, tenant, "monday")

    assert (restored.counts, kept) == ({"rows": 0}, ["ada"])
    assert (undone.removed, undone.left_alone) == (2, 0)


async def test_imports_are_listed_with_what_stands_for_them(db, tenant, other):
    for name in ("one", "two", "three"):
        await send(db, tenant, name, said=[event(name)], populations=[PopulationRow(group="other", count=len(name))])
    await send(db, other, "theirs", said=[event("1")])
    await undo(db, tenant, "two")

    async with db.tenant(tenant) as tx:
        listed = await batches.page(tx)
        behind = await batches.page(tx, "three")

    assert [(one.batch, one.events, one.undone_at is None) for one in listed] == [
        ("three", 1, True), ("two", 0, False), ("one", 1, True),
    ]  # fmt: skip
    assert [one.batch for one in behind] == ["two", "one"]


async def test_another_tenants_import_is_not_there(db, tenant, other):
    await send(db, other, "theirs", said=[event("1")])

    with pytest.raises(NotFound, match="theirs"):
        await undo(db, tenant, "theirs")


async def test_a_row_that_somebody_makes_at_the_same_moment_is_looked_at_again(db, tenant):
    async with db.tenant(tenant) as tx:
        await populations.upsert(tx, [PopulationRow(group="employee", count=1)])
        (row_id,) = await images.named(tx, "populations", [("employee", None)])
        await batches.under(tx, "monday")
        with pytest.raises(Exception, match="meanwhile"):
            await batches.note(tx, "populations", {}, [], [row_id])


async def test_an_answer_about_a_community_turns_results_stale_that_carry_communities(db, tenant):
    await send(db, tenant, None, communities=[CommunityRow(community="c", name="Betriebsrat")])
    pinned = Pinned(
        scorer="a", version="1", plugin="p", plugin_version="1", window_start=AT, window_end=AT + timedelta(days=7)
    )
    async with db.tenant(tenant) as tx:
        assert [(one.community, one.topic) for one in await communities.questions(tx)] == [("c", "works council")]
        run = await runs.insert(tx, NewRun(intended_use="research", tasks=[pinned]))
        held = await tasks.claim(tx, (await runs.tasks(tx, run.id))[0].id, "w", 60)
        made = await tasks.finish(
            tx, held, NewResult(scorer="a", version="1", status="ok", key="k", document=b"{}", reads=["tie_day"])
        )
    await send(
        db, tenant, None, communities=[CommunityRow(community="c", name="Betriebsrat", owner="ada", sensitive=True)]
    )
    async with db.tenant(tenant) as tx:
        fresh = (await results.get(tx, made.id)).stale_since

    await send(db, tenant, None, communities=[CommunityRow(community="c", name="Betriebsrat", sensitive=False)])

    async with db.tenant(tenant) as tx:
        assert await communities.questions(tx) == []
        assert fresh is None
        assert (await results.get(tx, made.id)).stale_since is not None


def maybe(*values):
    return st.sampled_from([None, *values])


# Few identities, so that imports meet in the same rows and events. An event's body hangs on its id alone.
SAID = st.sets(st.integers(0, 5), min_size=1, max_size=4).map(sorted)
COUNTS = st.dictionaries(st.sampled_from(["employee", "supplier", "other"]), st.integers(0, 3), max_size=3)
HELD = st.dictionaries(st.sampled_from(["ada", "ben"]), maybe("1", "2"), max_size=2)
IMPORTS = st.lists(st.tuples(SAID, COUNTS, HELD), min_size=2, max_size=4)
UNNAMED = st.tuples(st.just([]) | SAID, COUNTS, HELD)


def said(number):
    return event(
        str(number), number % 3, actor="abc"[number % 3], text=("hello", None, "good morning")[number % 3],
        visibility="public", kind="practice" if number % 4 == 0 else None, parent=str(number - number % 4),
        community=("c", None)[number % 2],
    )  # fmt: skip


async def bring(db, tenant, name, one):
    numbers, counts, held = one
    await send(
        db, tenant, name, said=[said(number) for number in numbers],
        populations=[PopulationRow(group=group, count=count) for group, count in counts.items()],
        people=[PersonRow(person=person, group="employee", rank=rank) for person, rank in held.items()],
    )  # fmt: skip


HISTORIES = given(
    imports=IMPORTS, unnamed=UNNAMED, undone=st.permutations(range(4)), most=st.integers(1, 4), rolled=st.booleans()
)


async def as_if_they_had_never_come(db, provision, imports, unnamed, undone, most, rolled):
    tenant, never = await provision(), await provision()
    gone = [place for place in undone[:most] if place < len(imports)]
    for home, missing in ((tenant, []), (never, gone)):
        await bring(db, home, None, unnamed)
        for place, one in enumerate(imports):
            if place not in missing:
                await bring(db, home, f"import {place}", one)
    if rolled:
        await everything(db, tenant)

    for place in gone:
        assert (await undo(db, tenant, f"import {place}")).done

    assert await everything(db, tenant) == await everything(db, never)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@HISTORIES
async def test_imports_undone_in_any_order_are_as_if_they_had_never_come(
    imports, unnamed, undone, most, rolled, db, provision
):
    await as_if_they_had_never_come(db, provision, imports, unnamed, undone, most, rolled)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@HISTORIES
async def test_imports_undone_in_a_hundred_orders_are_as_if_they_had_never_come(
    imports, unnamed, undone, most, rolled, db, provision
):
    await as_if_they_had_never_come(db, provision, imports, unnamed, undone, most, rolled)
