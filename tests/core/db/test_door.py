"""The door: pseudonyms where a ground says so, nothing of erased people, competitors' people only counted."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from kithline_core.db import (
    answers,
    arrivals,
    door,
    events,
    grounds,
    identities,
    people,
    ratings,
    rollups,
    survivals,
    ties,
)
from kithline_core.errors import ModeNotAllowed
from kithline_core.model import pseudonyms
from kithline_core.model.grounds import from_template
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rows import FILES, AnswerRow, EventRow, PersonRow, RatingRow, SurvivalRow, TieRow
from kithline_sdk.catalogue import CATALOGUE

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HASHED = msgspec.structs.replace(from_template("synthetic", "a test"), mode="pseudonymous")
ERASE = "insert into erased_people (tenant_id, digest) select $1, unnest($2::bytea[])"
EXPIRE = "insert into expired_days (tenant_id, day, received_at) values ($1, $2, now())"
COUNTED = "select day, community, count from competitor_day where tenant_id = $1 order by day, community"
DIRTY = "select day from dirty_days where tenant_id = $1 order by day"
CLEAN = "delete from dirty_days where tenant_id = $1"


def event(name, at=NOON, **more):
    return EventRow(**{"id": name, "occurred_at": at, "actor": "ann", "verb": "posted", **more})


def rival(person="eve"):
    return PersonRow(person=person, group="competitor")


# A row of every file that names people, with two of them where it can.
ROWS = {
    "people": (people, PersonRow(person="ann", group="employee", manager="bob")),
    "events": (events, event("1", target="bob")),
    "ties": (ties, TieRow(actor="ann", target="bob")),
    "answers": (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent="ann", confirmed_by="bob")),
    "ratings": (ratings, RatingRow(object="o", rater="ann", item="i", value=1)),
    "survivals": (survivals, SurvivalRow(unit="ann", duration=1, ended=True)),
    "identities": (identities, IdentityRow(kind="person", id="ann", same_as="bob")),
}  # fmt: skip


def upsert(module):
    return events.ingest if module is events else module.upsert


async def send(db, tenant, *rows):
    module = next(module for module, row in ROWS.values() if isinstance(rows[0], type(row)))
    async with db.tenant(tenant) as tx:
        return [verdict.status for verdict in await upsert(module)(tx, rows)]


async def everything(db, tenant):
    """Every row of every file that names people, as it would be sent again."""
    async with db.tenant(tenant) as tx:
        return {stem: (await module.page(tx)).rows for stem, (module, _) in ROWS.items()}


async def ask(db, tenant, sql):
    async with db.tenant(tenant) as tx:
        return [tuple(row) for row in await tx.rows(sql)]


async def erase(db, tenant, person):
    async with db.tenant(tenant) as tx:
        await tx.run(ERASE, list(pseudonyms.digests((await door.load(tx)).secret, person)))


@pytest.fixture
async def hashed(db, bare):
    """A tenant that keeps people under pseudonyms."""
    async with db.tenant(bare) as tx:
        await grounds.create(tx, HASHED)
    return bare


def test_every_file_that_names_people_goes_through_the_door():
    tables = {"people": "memberships"}
    naming = {stem for stem in FILES if "person" in CATALOGUE.get(tables.get(stem, stem), {}).values()}

    assert set(door.PEOPLE) == set(ROWS) == naming | {"events", "identities"}
    for stem, columns in door.PEOPLE.items():
        said = {name for name, kind in CATALOGUE.get(tables.get(stem, stem), {}).items() if kind == "person"}
        assert said <= {*columns, door.ASIDE.get(stem)}


@pytest.mark.parametrize("stem", ROWS)
async def test_no_id_of_a_person_is_stored_where_a_ground_says_so(db, hashed, stem):
    _, row = ROWS[stem]
    assert await send(db, hashed, row) == ["accepted"]
    (stored,) = (await everything(db, hashed))[stem]

    told = msgspec.json.encode(stored)
    assert b'"ann"' not in told
    assert b'"bob"' not in told
    async with db.tenant(hashed) as tx:
        secret = (await door.load(tx)).secret
    first = door.PEOPLE[stem][0]
    assert getattr(stored, first) == pseudonyms.pseudonym(secret, "ann")
    assert await send(db, hashed, row) == await send(db, hashed, stored) == ["duplicate"]


async def test_a_thread_or_an_object_made_of_a_persons_id_is_hashed_like_it(db, hashed):
    row = EventRow(id="1", occurred_at=NOON, actor="ann", target="bob", verb="replied", thread="bob", object="ann")
    await send(db, hashed, row)

    (stored,) = (await everything(db, hashed))["events"]
    assert (stored.thread, stored.object) == (stored.target, stored.actor)
    assert stored.thread.startswith("p-")


async def test_an_organisations_ids_are_no_peoples(db, hashed):
    link = IdentityRow(kind="organisation", id="auren", same_as="auren ag")
    await send(db, hashed, link)

    assert [(row.id, row.same_as) for row in (await everything(db, hashed))["identities"]] == [("auren", "auren ag")]


@pytest.mark.parametrize("stem", ROWS)
async def test_nothing_comes_in_about_somebody_who_was_erased(db, tenant, other, stem):
    module, row = ROWS[stem]
    await erase(db, tenant, "ann")

    async with db.tenant(tenant) as tx:
        (verdict,) = await upsert(module)(tx, [row])

    assert (verdict.status, verdict.code, verdict.pointer) == ("rejected", "erased", f"/{door.PEOPLE[stem][0]}")
    assert await send(db, other, row) == ["accepted"]


@pytest.mark.parametrize("stem", sorted(door.ASIDE))
async def test_an_erased_person_named_aside_goes_blank(db, tenant, stem):
    await erase(db, tenant, "bob")

    assert await send(db, tenant, ROWS[stem][1]) == ["accepted"]
    assert [getattr(row, door.ASIDE[stem]) for row in (await everything(db, tenant))[stem]] == [None]


@pytest.mark.parametrize(("erased", "sent"), [("ann", "pseudonym"), ("pseudonym", "ann"), ("ann", "ann")])
async def test_an_erased_person_is_known_under_id_and_pseudonym(db, hashed, erased, sent):
    async with db.tenant(hashed) as tx:
        names = {"ann": "ann", "pseudonym": pseudonyms.pseudonym((await door.load(tx)).secret, "ann")}
    await erase(db, hashed, names[erased])

    assert await send(db, hashed, event("1", actor=names[sent]), event("2", actor="bob")) == ["rejected", "accepted"]


async def test_a_day_whose_events_are_gone_takes_no_more(db, tenant):
    async with db.tenant(tenant) as tx:
        await tx.run(EXPIRE, NOON.toordinal() - events.EPOCH_DAY)
        told = await events.ingest(tx, [event("1"), event("2", NOON + DAY)])

    assert [(one.status, one.code, one.pointer) for one in told] == [
        ("rejected", "expired_day", "/occurred_at"), ("accepted", None, None),
    ]  # fmt: skip


async def test_without_rows_about_people_nobody_may_send_any(db, bare):
    ground = msgspec.structs.replace(HASHED, mode="aggregates")
    async with db.tenant(bare) as tx:
        await grounds.create(tx, ground)
        with pytest.raises(ModeNotAllowed):
            await events.ingest(tx, [event("1")])


PARTS = {
    "person": [rival()],
    "more of them": [PersonRow(person="eve", group="partner"), PersonRow(person="ann", group="employee", manager="eve")],
    "events": [
        event("1", actor="eve", community="c", count=3), event("2", target="eve", community="c"), event("3"),
        event("4", NOON + DAY, actor="eve", text="good morning", visibility="public"),
        event("5", NOON + 2 * DAY, text="good morning", visibility="public"),
    ],
    "ties": [TieRow(actor="eve", target="ann"), TieRow(actor="ann", target="bob")],
    "answers": [AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent="eve")],
    "ratings": [RatingRow(object="o", rater="eve", item="i", value=1)],
    "survivals": [SurvivalRow(unit="eve", duration=1, ended=True)],
    "identities": [IdentityRow(kind="person", id="eve", same_as="ann")],
}  # fmt: skip


@pytest.mark.parametrize("first", PARTS)
async def test_competitors_people_are_counted_and_never_kept_whatever_comes_first(db, tenant, provision, first):
    outcomes = []
    for order in ([first, *(name for name in PARTS if name != first)], list(reversed(PARTS))):
        tenant = await provision()
        for name in order:
            await send(db, tenant, *PARTS[name])
        async with db.tenant(tenant) as tx:
            await rollups.refresh(tx)
        activity = await ask(db, tenant, "select day, actor from activity_day where tenant_id = $1 order by day, actor")
        stored = await everything(db, tenant)
        # Each tenant has its own hash of a text.
        stored["events"] = [msgspec.structs.replace(row, text=None) for row in stored["events"]]
        outcomes.append((stored, await ask(db, tenant, COUNTED), activity))

    stored, counted, activity = outcomes[0]
    day = NOON.toordinal() - events.EPOCH_DAY
    assert outcomes[0] == outcomes[1]
    assert b'"eve"' not in msgspec.json.encode(stored)
    assert [row.id for row in stored["events"]] == ["3", "5"]
    assert [row.person for row in stored["people"]] == ["ann"]
    assert len(stored["ties"]) == 1
    assert counted == [(day, "c", 4), (day + 1, None, 1)]
    assert activity == [(day, "ann"), (day + 2, "ann")]


async def test_an_event_of_theirs_counts_once_however_often_it_comes(db, tenant):
    sent = [event("1", actor="eve"), event("2")]
    before = await send(db, tenant, *sent)
    await send(db, tenant, rival())
    again = await send(db, tenant, *sent)
    await send(db, tenant, rival())
    twice = await send(db, tenant, event("3", target="eve"), event("3", target="eve"), event("1", actor="eve"))

    assert (before, again, twice) == (["accepted"] * 2, ["duplicate"] * 2, ["accepted", "duplicate", "duplicate"])
    assert [count for _, _, count in await ask(db, tenant, COUNTED)] == [2]


async def test_what_was_withdrawn_is_not_counted(db, tenant):
    await send(db, tenant, event("1", actor="eve"), event("2", supersedes="1"))
    await send(db, tenant, rival())
    await send(db, tenant, event("1", actor="eve"))

    assert await ask(db, tenant, COUNTED) == []


async def test_days_that_they_leave_are_rolled_up_again(db, tenant):
    said = {"text": "good morning", "visibility": "public"}
    await send(db, tenant, event("1", actor="eve", **said), event("2", NOON + 5 * DAY, **said), event("3", NOON + DAY))
    await ask(db, tenant, CLEAN)

    await send(db, tenant, rival())

    days = [day for (day,) in await ask(db, tenant, DIRTY)]
    assert days == [NOON.toordinal() - events.EPOCH_DAY + n for n in (0, 5)]


async def test_a_pseudonymous_tenants_competitors_are_known_by_both_names(db, hashed):
    await send(db, hashed, event("1", actor="eve"))
    (stored,) = (await everything(db, hashed))["events"]
    await send(db, hashed, rival())

    assert await send(db, hashed, event("2", actor=stored.actor), event("3", actor="eve")) == ["accepted"] * 2
    assert (await everything(db, hashed))["events"] == []
    assert [count for _, _, count in await ask(db, hashed, COUNTED)] == [3]


async def test_events_of_a_competitor_and_a_new_competitor_do_not_wait_for_each_other(db, tenant, monkeypatch):
    await send(db, tenant, rival())
    await send(db, tenant, event("1", actor="ann"))
    storing, met, take = asyncio.Event(), asyncio.Event(), arrivals.take

    async def slow(*args, **more):
        storing.set()
        await met.wait()
        return await take(*args, **more)

    monkeypatch.setattr(arrivals, "take", slow)
    coming = asyncio.create_task(send(db, tenant, event("2", actor="eve"), event("3", actor="bob")))
    await storing.wait()
    meeting = asyncio.create_task(send(db, tenant, rival("ann")))
    await asyncio.sleep(0.3)  # it has come as far as it can
    met.set()

    assert await asyncio.gather(coming, meeting) == [["accepted", "accepted"], ["accepted"]]
    assert await counted(db, tenant) == 2


async def test_another_tenants_competitors_are_people(db, tenant, other):
    await send(db, tenant, rival())

    assert await send(db, other, event("1", actor="eve")) == ["accepted"]
    assert [row.actor for row in (await everything(db, other))["events"]] == ["eve"]


async def counted(db, tenant):
    async with db.tenant(tenant) as tx:
        return sum(row["count"] for row in await tx.rows(COUNTED))


def replacing(*pairs):
    return [event(name, NOON + number * DAY, supersedes=over) for number, (name, over) in enumerate(pairs)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_an_event_that_is_replaced_takes_part_in_nothing_whichever_comes_first(db, tenant, order):
    rows = replacing(("a", None), ("b", "a"), ("c", "b"))
    for place in order:
        assert await send(db, tenant, rows[place]) == ["accepted"]
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)

    assert [row.id for row in (await everything(db, tenant))["events"]] == ["c"]
    days = await ask(db, tenant, "select day, count from event_day where tenant_id = $1")
    assert days == [(NOON.toordinal() - events.EPOCH_DAY + 2, 1)]
    assert await send(db, tenant, *rows) == ["duplicate"] * 3


async def test_an_event_of_another_source_replaces_nothing(db, tenant):
    await send(db, tenant, event("a", source="s"), event("b", source="t", supersedes="a"))

    assert [row.id for row in (await everything(db, tenant))["events"]] == ["a", "b"]


async def test_what_is_replaced_marks_its_day_and_those_it_had_changed(db, tenant):
    said = {"text": "good morning", "visibility": "public"}
    await send(db, tenant, event("a", **said), event("later", NOON + 5 * DAY, **said), event("else", NOON + DAY))
    await ask(db, tenant, CLEAN)

    await send(db, tenant, event("b", NOON + 9 * DAY, supersedes="a"))

    days = [day for (day,) in await ask(db, tenant, DIRTY)]
    assert days == [NOON.toordinal() - events.EPOCH_DAY + n for n in (0, 5, 9)]
