"""Events: once per source and id, texts never kept, touched days marked."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from kithline_core.db import events, people, texts
from kithline_core.errors import NoGround
from kithline_core.model import tokens
from kithline_core.model.rows import EventRow, PersonRow

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DIRTY = "select day from dirty_days where tenant_id = $1 order by day"
CLEAN = "delete from dirty_days where tenant_id = $1"


def event(name, at=NOON, **more):
    return EventRow(**{"id": name, "occurred_at": at, "actor": "ann", "verb": "posted", **more})


def day(at):
    return at.toordinal() - events.EPOCH_DAY


async def ingest(db, tenant, *rows):
    async with db.tenant(tenant) as tx:
        return [verdict.status for verdict in await events.ingest(tx, rows)]


async def dirty(db, tenant, *, clean=False):
    async with db.tenant(tenant) as tx:
        found = [row["day"] for row in await tx.rows(DIRTY)]
        if clean:
            await tx.run(CLEAN)
        return found


async def everything(db, tenant, size=2):
    found, after = [], None
    async with db.tenant(tenant) as tx:
        while True:
            page = await events.page(tx, after, size)
            found += page.rows
            after = page.after
            if after is None:
                return found


async def test_an_event_sent_again_is_a_duplicate_and_another_body_a_conflict(db, tenant):
    first = await ingest(db, tenant, event("a"), event("a"), event("a", verb="shared"), event("a", source="s"))
    second = await ingest(db, tenant, event("a"), event("a", count=2), event("b"))

    assert first == ["accepted", "duplicate", "conflict", "accepted"]
    assert second == ["duplicate", "conflict", "accepted"]


async def test_a_conflict_says_which_event(db, tenant):
    async with db.tenant(tenant) as tx:
        _, verdict = await events.ingest(tx, [event("a"), event("a", verb="shared")])

    assert (verdict.code, verdict.pointer) == ("conflict", "/verb")
    assert "'a'" in verdict.detail
    assert verdict.detail.endswith("it differs in verb")


async def test_one_instant_in_two_zones_is_one_event(db, tenant):
    there = datetime.fromisoformat("2026-03-01T14:00:00+02:00")

    assert await ingest(db, tenant, event("a"), event("a", there)) == ["accepted", "duplicate"]


async def test_nothing_sent_is_nothing_done(db, bare):
    assert await ingest(db, bare) == []


async def test_people_do_nothing_without_a_ground(db, bare):
    with pytest.raises(NoGround, match="no processing ground is in force for people"):
        await ingest(db, bare, event("a"))


async def test_direct_messages_of_employees_are_refused(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann", group="employee"), PersonRow(person="bob", group="customer")])

    told = await ingest(
        db, tenant,
        event("1", visibility="direct"), event("2", actor="bob", target="ann", visibility="direct"),
        event("3", actor="bob", visibility="direct"), event("4", visibility="members"),
    )  # fmt: skip

    assert told == ["rejected", "rejected", "accepted", "accepted"]


async def test_a_direct_message_that_came_before_its_employee_is_removed(db, tenant):
    sent = [event("1", visibility="direct"), event("2", NOON + DAY, actor="bob", target="ann", visibility="direct")]
    await ingest(db, tenant, *sent, event("3", actor="bob", visibility="direct"), event("4", NOON + 2 * DAY))
    await dirty(db, tenant, clean=True)

    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann", group="employee"), PersonRow(person="bob", group="customer")])

    assert [row.id for row in await everything(db, tenant)] == ["3", "4"]
    assert await dirty(db, tenant) == [day(NOON), day(NOON + DAY)]
    assert await ingest(db, tenant, *sent) == ["rejected", "rejected"]


async def test_no_text_is_kept_anywhere(db, tenant, database_urls):
    await ingest(db, tenant, event("a", text="the secret sauce", visibility="public"))
    connection = await asyncpg.connect(database_urls.superuser)
    (row,) = await connection.fetch("select events::text as told from events where tenant_id = $1", tenant)
    length = await connection.fetchval("select text_length from events where tenant_id = $1", tenant)
    await connection.close()

    assert "sauce" not in row["told"]
    assert length == len("the secret sauce")


async def test_a_text_that_is_not_public_is_refused_and_one_of_unknown_visibility_not_read(db, tenant):
    told = await ingest(db, tenant, event("a", text="whisper", visibility="members"), event("b", text="whisper"))

    assert told == ["rejected", "accepted"]
    assert [(row.id, row.text) for row in await everything(db, tenant)] == [("b", None)]


async def test_an_export_sent_again_is_a_duplicate_and_identical_texts_stay_identical(db, tenant, other):
    said = {"text": "good morning", "visibility": "public"}
    await ingest(db, tenant, event("a", **said), event("b", **said), event("c", text="else", visibility="public"))

    exported = await everything(db, tenant)
    again = await ingest(db, tenant, *exported)
    elsewhere = await ingest(db, other, *exported)

    one, two, three = (row.text for row in exported)
    assert again == ["duplicate"] * 3
    assert elsewhere == ["accepted"] * 3
    assert one == two != three
    assert tokens.TOKEN.fullmatch(one)
    assert await everything(db, other) == exported


async def test_two_tenants_hash_one_text_differently(db, tenant, other):
    for one in (tenant, other):
        await ingest(db, one, event("a", text="good morning", visibility="public"))

    assert (await everything(db, tenant))[0].text != (await everything(db, other))[0].text


def test_a_text_that_only_looks_like_a_token_is_a_text():
    # The last of 52 base32 digits carries one bit of the hash and one of the length; others there are not ours.
    ours = texts.show(bytes(32))
    forged = ours[:-1] + "c"

    assert texts.digest(ours, "public", b"k").hash == bytes(32)
    assert texts.digest(forged, "public", b"k").hash != bytes(32)
    assert texts.digest(forged, "public", b"k").length == len(forged)


async def test_every_field_comes_back_as_it_was_sent(db, tenant):
    full = EventRow(
        id="i", source="s", occurred_at=NOON, actor="a", verb="custom:x.y", target="t", community="c", channel="ch",
        thread="th", parent="p", object="o", kind="practice", visibility="members", count=7, sent_at=NOON + DAY,
    )  # fmt: skip
    await ingest(db, tenant, full, event("bare"))

    assert {row.id: row for row in await everything(db, tenant, 1)} == {"i": full, "bare": event("bare")}


async def test_touched_days_are_marked_and_others_are_not(db, tenant):
    await ingest(db, tenant, event("a"), event("b", NOON + DAY), event("old", datetime(1969, 12, 31, 23, tzinfo=UTC)))
    first = await dirty(db, tenant, clean=True)
    await ingest(db, tenant, event("a"))

    assert first == [-1, day(NOON), day(NOON + DAY)]
    assert await dirty(db, tenant) == []


async def test_a_batch_that_is_partly_here_marks_the_days_of_the_rest(db, tenant):
    await ingest(db, tenant, event("a"), event("said", NOON + 2 * DAY, visibility="public", text="same"))
    await dirty(db, tenant, clean=True)

    await ingest(db, tenant, event("a"), event("b", NOON + DAY))
    assert await dirty(db, tenant, clean=True) == [day(NOON + DAY)]

    await ingest(db, tenant, event("a"), event("c", NOON + DAY, visibility="public", text="same"))
    assert await dirty(db, tenant) == [day(NOON + DAY), day(NOON + 2 * DAY)]


async def test_a_text_said_earlier_marks_the_days_where_it_was_repeated(db, tenant):
    said = {"text": "good morning", "visibility": "public"}
    await ingest(db, tenant, event("late", NOON + 5 * DAY, **said), event("later", NOON + 9 * DAY, **said))
    await dirty(db, tenant, clean=True)

    await ingest(db, tenant, event("repeated", NOON + 7 * DAY, **said))
    repeated = await dirty(db, tenant, clean=True)
    await ingest(db, tenant, event("first", NOON, **said))

    assert repeated == [day(NOON + 7 * DAY)]
    assert await dirty(db, tenant) == [day(NOON + n * DAY) for n in (0, 5, 7, 9)]


async def test_a_practice_that_arrives_late_marks_the_days_of_its_uses(db, tenant):
    await ingest(db, tenant, event("use", NOON + 3 * DAY, parent="practice", actor="bob"))
    await dirty(db, tenant, clean=True)

    await ingest(db, tenant, event("practice", kind="practice"))

    assert await dirty(db, tenant) == [day(NOON), day(NOON + 3 * DAY)]


async def test_a_storm_of_resends_from_four_senders_stores_each_event_once(db, tenant):
    rows = [event(str(number), NOON + timedelta(hours=number)) for number in range(200)]

    async def sender(seed):
        shuffled = random.Random(seed).sample(rows, len(rows))
        return [await ingest(db, tenant, *shuffled) for _ in range(3)]

    told = [status for sent in await asyncio.gather(*map(sender, range(4))) for batch in sent for status in batch]

    assert told.count("accepted") == 200
    assert set(told) == {"accepted", "duplicate"}
    assert len(await everything(db, tenant, 1000)) == 200


async def test_a_verdict_names_its_line_in_few_bytes():
    assert msgspec.json.encode(events.Verdict(3, "accepted")) == b'{"index":3,"status":"accepted"}'


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z"])
def test_an_event_at_the_edge_of_time_is_refused_in_words(edge):
    line = f'{{"id":"a","occurred_at":"{edge}","actor":"a","verb":"posted"}}'

    with pytest.raises(msgspec.ValidationError, match="occurred_at lies outside the years 1 to 9999"):
        msgspec.json.decode(line, type=EventRow)
