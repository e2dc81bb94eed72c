"""Corrections append: what is withdrawn counts no more, what is restored counts as before, and the history says why."""

from datetime import UTC, datetime, timedelta

import pytest

from kithline_core.db import (
    audit,
    batches,
    census,
    communities,
    corrections,
    events,
    expired_days,
    organisations,
    people,
    populations,
    rollups,
    sources,
    ties,
)
from kithline_core.errors import Conflict, Invalid, NotFound
from kithline_core.model.corrections import EventsWithdrawal, RowsWithdrawal
from kithline_core.model.rows import CommunityRow, EventRow, OrganisationRow, PersonRow, PopulationRow, TieRow
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALWAYS = Window(0, 40_000 * DAY)
WHO = "key_abc (nightly import)"


def event(name, day=0, **more):
    return EventRow(**{"id": name, "source": "s", "occurred_at": AT + timedelta(days=day), "actor": "ada",
                       "target": "ben", "verb": "posted", **more})  # fmt: skip


async def send(db, tenant, rows):
    async with db.tenant(tenant) as tx:
        return [verdict.status for verdict in await events.ingest(tx, rows)]


async def withdraw(db, tenant, **asked):
    async with db.tenant(tenant) as tx:
        return await corrections.withdraw_events(tx, EventsWithdrawal(reason="sent twice", **asked), WHO)


async def counted(db, tenant):
    """The roll-ups of everything, after dirty days were redone."""
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)
        data = (await sources.load(tx, expired_days.ROLLUPS, ALWAYS)).data
    return {
        name: sorted(map(repr, zip(*(data[name][c] for c in CATALOGUE[name]), strict=True)))
        for name in expired_days.ROLLUPS
    }


async def test_a_withdrawn_event_takes_part_in_nothing_and_stays_as_history(db, tenant, other):
    await send(db, tenant, [event("1"), event("2", 1)])
    await send(db, other, [event("1")])

    made = await withdraw(db, tenant, source="s", ids=["2"])

    assert (made.kind, made.file, made.counts) == ("withdrawn", "events", {"events": 1, "not_found": 0})
    await send(db, other, [event("2", 1)])
    assert await counted(db, tenant) != await counted(db, other)
    async with db.tenant(tenant) as tx:
        assert [row.id for row in (await events.page(tx)).rows] == ["1"]
        assert await census.span(tx) == (AT, AT)
        assert [one.id for one in await corrections.page(tx)] == [made.id]
        assert (await audit.page(tx, action="correction.withdrawn"))[0].subject == "events"


async def test_a_withdrawn_event_that_is_sent_again_stays_withdrawn(db, tenant):
    await send(db, tenant, [event("1")])
    await withdraw(db, tenant, source="s", ids=["1"])

    assert await send(db, tenant, [event("1")]) == ["duplicate"]
    assert (await counted(db, tenant))["event_day"] == []


async def test_withdrawing_dirties_the_days_that_hung_on_the_event(db, tenant):
    said = {"text": "good morning all", "visibility": "public"}
    await send(db, tenant, [event("first", 0, **said), event("again", 3, **said)])
    await send(db, tenant, [event("idea", 1, kind="practice"), event("use", 5, parent="idea", actor="eve")])
    before = await counted(db, tenant)

    await withdraw(db, tenant, source="s", ids=["first", "idea"])
    without = await counted(db, tenant)
    made = await withdraw(db, tenant, source="s", ids=["missing"])

    assert made.counts == {"events": 0, "not_found": 1}
    assert len(without["item_use"]) == 0
    assert len(without["activity_day"]) == 2  # the second to say it is now the first, and the use
    assert len(before["activity_day"]) == 3


async def test_restoring_gives_everything_back_and_is_another_correction(db, tenant):
    said = {"text": "good morning all", "visibility": "public"}
    await send(db, tenant, [event("first", 0, **said), event("again", 3, **said), event("idea", 1, kind="practice")])
    before = await counted(db, tenant)
    made = await withdraw(db, tenant, source="s", ids=["first", "idea"])
    await counted(db, tenant)

    async with db.tenant(tenant) as tx:
        restored = await corrections.restore(tx, made.id, "it was right after all", WHO)
        history = await corrections.page(tx)

    assert await counted(db, tenant) == before
    assert (restored.kind, restored.undoes_id, restored.counts) == ("restored", made.id, {"events": 2})
    assert [(one.kind, one.undone_id) for one in history] == [("restored", None), ("withdrawn", restored.id)]


async def test_what_another_event_replaces_stays_replaced(db, tenant):
    await send(db, tenant, [event("1")])
    made = await withdraw(db, tenant, source="s", ids=["1"])
    await send(db, tenant, [event("2", supersedes="1")])

    async with db.tenant(tenant) as tx:
        restored = await corrections.restore(tx, made.id, "never mind", WHO)

    assert restored.counts == {"events": 0}


async def test_a_withdrawal_is_undone_once_and_nothing_else_is(db, tenant, other):
    await send(db, tenant, [event("1")])
    made = await withdraw(db, tenant, source="s", ids=["1"])
    async with db.tenant(tenant) as tx:
        restored = await corrections.restore(tx, made.id, "right", WHO)

    async with db.tenant(tenant) as tx:
        with pytest.raises(Conflict, match="already"):
            await corrections.restore(tx, made.id, "again", WHO)
        with pytest.raises(Conflict, match="only a withdrawal"):
            await corrections.restore(tx, restored.id, "again", WHO)
    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await corrections.restore(tx, made.id, "not mine", WHO)


@pytest.mark.parametrize("asked", [{}, {"ids": ["1"], "batch": "monday"}])
async def test_events_are_named_by_ids_or_by_an_import(db, tenant, asked):
    with pytest.raises(Invalid, match="name the events"):
        await withdraw(db, tenant, **asked)


ROWS = {
    "organisations": (organisations, OrganisationRow(organisation="acme", valid_from=AT, role="focal"),
                      {"organisation": "acme", "valid_from": AT.isoformat()}),
    "people": (people, PersonRow(person="ada", group="employee", department="d"),
               {"person": "ada", "group": "employee", "department": "d"}),
    "populations": (populations, PopulationRow(group="employee", count=9), {"group": "employee"}),
    "ties": (ties, TieRow(actor="ada", target="ben", count=3, first_at=AT, last_at=AT + timedelta(days=3)),
             {"actor": "ada", "target": "ben", "first_at": AT.isoformat()}),
    "communities": (communities, CommunityRow(community="c", name="Works council"), {"community": "c"}),
}  # fmt: skip


@pytest.mark.parametrize("stem", sorted(ROWS))
async def test_a_row_is_withdrawn_by_what_identifies_it_and_comes_back_as_it_was(db, tenant, stem):
    noun, row, name = ROWS[stem]
    async with db.tenant(tenant) as tx:
        await noun.upsert(tx, [row])
        made = await corrections.withdraw_rows(tx, stem, RowsWithdrawal(reason="wrong file", rows=[name]), WHO)
        gone = (await noun.page(tx)).rows
        restored = await corrections.restore(tx, made.id, "it was right", WHO)
        back = (await noun.page(tx)).rows

    assert (made.counts, gone) == ({"rows": 1, "not_found": 0}, [])
    assert (restored.counts, back) == ({"rows": 1}, [row])


async def test_a_row_that_was_sent_again_meanwhile_stands_as_it_was_sent(db, tenant):
    async with db.tenant(tenant) as tx:
        await populations.upsert(tx, [PopulationRow(group="employee", count=9)])
        asked = RowsWithdrawal(reason="wrong", rows=[{"group": "employee"}, {"group": "supplier"}])
        made = await corrections.withdraw_rows(tx, "populations", asked, WHO)
        await populations.upsert(tx, [PopulationRow(group="employee", count=11)])
        restored = await corrections.restore(tx, made.id, "it was right", WHO)
        rows = (await populations.page(tx)).rows

    assert (made.counts, restored.counts) == ({"rows": 1, "not_found": 1}, {"rows": 0})
    assert rows == [PopulationRow(group="employee", count=11)]


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"group": "employee", "count": 3}, "/rows/0"),
        ({"group": "nobody"}, "/rows/0/group"),
        ({}, "/rows/0/group"),
    ],
)
async def test_a_name_that_names_no_row_of_the_file_is_refused(db, tenant, row, pointer):
    async with db.tenant(tenant) as tx:
        with pytest.raises(Invalid) as refused:
            await corrections.withdraw_rows(tx, "populations", RowsWithdrawal(reason="r", rows=[row]), WHO)

    assert refused.value.pointer == pointer


async def test_what_a_withdrawn_row_said_is_forgotten_in_time(db, tenant):
    async with db.tenant(tenant) as tx:
        await populations.upsert(tx, [PopulationRow(group="employee", count=9)])
        asked = RowsWithdrawal(reason="wrong", rows=[{"group": "employee"}])
        made = await corrections.withdraw_rows(tx, "populations", asked, WHO)
        kept, gone = [await corrections.expire(tx, AT.replace(year=year), 10) for year in (2020, 2999)]
        restored = await corrections.restore(tx, made.id, "it was right", WHO)

    assert (kept, gone, restored.counts) == (0, 1, {"rows": 0})


async def test_the_rest_of_a_large_import_is_left_for_the_next_call(db, tenant, monkeypatch):
    async with db.tenant(tenant) as tx:
        await batches.under(tx, "monday")
        await events.ingest(tx, [event(str(n)) for n in range(3)])
    monkeypatch.setattr(corrections, "MOST", 2)

    counts = [(await withdraw(db, tenant, batch="monday")).counts for _ in range(2)]

    assert counts == [{"events": 2, "more": 1}, {"events": 1, "more": 0}]
