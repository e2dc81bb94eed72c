"""Objections and restrictions: in force with the request, whatever the person is called, until they are lifted."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from helpers.jobs import done
from kithline_core import privacy
from kithline_core.db import (
    answers,
    assessments,
    audit,
    events,
    identities,
    people,
    ratings,
    rights,
    rollups,
    sources,
    survivals,
    ties,
)
from kithline_core.engine.tables import micros
from kithline_core.errors import NotFound
from kithline_core.model.assessments import NewAssessment
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rights import AskedLift, AskedRight
from kithline_core.model.rows import AnswerRow, EventRow, PersonRow, RatingRow, SurvivalRow, TieRow
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Window

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
WINDOW = Window(micros(START - timedelta(days=30)), micros(START + timedelta(days=30)))
TABLES = (
    "activity_day", "tie_day", "ties", "item_use", "opening", "memberships", "answers", "ratings", "survivals", "event_day",
)  # fmt: skip
RESULT = """
    insert into results (tenant_id, result_id, run_id, task_id, scorer, version, status, key, finding, sha256, attempt,
                         tier, seconds, window_start, window_end, reads)
    values ($1, gen_random_uuid(), $2, gen_random_uuid(), 's', '1', 'ok', 'k', '{}', 'x', 1, 'none', 1, $3, $4, $5)
"""


@pytest.fixture
async def look(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


def event(number, actor, target=None, **more):
    at = START + timedelta(hours=number)
    return EventRow(
        **{"id": f"e{number}", "occurred_at": at, "actor": actor, "verb": "replied", "target": target, **more}
    )


async def filled(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [
            PersonRow(person="ann", group="employee", manager="bob", valid_from=START, valid_to=START + timedelta(days=9)),
            PersonRow(person="bob", group="employee", manager="ann", valid_from=START),
            PersonRow(person="cleo", group="customer"),
        ])  # fmt: skip
        await ties.upsert(tx, [TieRow(actor="ann", target="bob"), TieRow(actor="bob", target="cleo")])
        await events.ingest(tx, [event(1, "ann", "bob"), event(2, "bob", "cleo", kind="practice"),
                                 event(3, "ann", "cleo", parent="e2")])  # fmt: skip
        await ratings.upsert(tx, [RatingRow(object="o", rater=one, item="i", value=1) for one in ("ann", "bob")])
        await survivals.upsert(tx, [SurvivalRow(unit=one, duration=1.0, ended=True) for one in ("ann", "bob")])
        await answers.upsert(tx, [
            AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent="ann"),
            AnswerRow(questionnaire="q", assessment="a", item="i", value=2, respondent="bob", confirmed_by="ann"),
        ])  # fmt: skip
        (one,) = await assessments.page(tx)
        await assessments.close(tx, one.id)
        await rollups.refresh(tx)


async def load(db, tenant):
    async with db.tenant(tenant, frozen=True) as tx:
        return (await sources.load(tx, TABLES, WINDOW)).data


async def ask(db, tenant, right, person="ann"):
    async with db.tenant(tenant) as tx:
        return await privacy.request(tx, right, AskedRight(person=person, reason="r"))


async def lift(db, tenant, right):
    async with db.tenant(tenant) as tx:
        return await privacy.request(tx, "lift", AskedLift(person="ann", reason="r", right=right))


def everybody(data):
    return {
        cell
        for table in TABLES
        for column, kind in CATALOGUE[table].items()
        if kind == "person" or column == "confirmed_by"
        for cell in data[table][column]
    } - {None}


@pytest.mark.parametrize("right", ["object", "restrict"])
async def test_from_the_request_on_no_snapshot_holds_the_person(db, tenant, right):
    await filled(db, tenant)
    assert everybody(await load(db, tenant)) == {"ann", "bob", "cleo"}

    await ask(db, tenant, right)

    data = await load(db, tenant)
    assert everybody(data) == {"bob", "cleo"}
    assert list(data["ties"]["actor"]) == ["bob"]
    assert dict(zip(data["memberships"]["person"], data["memberships"]["manager"], strict=True))["bob"] is None
    assert list(data["answers"]["confirmed_by"]) == [None]
    assert sum(data["event_day"]["count"]) == 3


async def test_whatever_ids_are_linked_are_one_person(db, tenant):
    await filled(db, tenant)
    async with db.tenant(tenant) as tx:
        await identities.upsert(tx, [IdentityRow(kind="person", id="annie", same_as="ann")])
    await ask(db, tenant, "object", "annie")

    assert everybody(await load(db, tenant)) == {"bob", "cleo"}
    async with db.tenant(tenant) as tx:
        assert await rights.uncounted(tx) == {"ann", "annie"}
        assert await rights.linked(tx, "annie") == ["annie", "ann"]
        (link,) = await identities.history(tx)
        await identities.undo(tx, link.id)
    assert everybody(await load(db, tenant)) == {"ann", "bob", "cleo"}


async def test_it_ends_when_it_is_lifted(db, tenant):
    await filled(db, tenant)
    await ask(db, tenant, "restrict")
    await ask(db, tenant, "restrict")
    await ask(db, tenant, "object")

    await lift(db, tenant, "restrict")
    assert everybody(await load(db, tenant)) == {"bob", "cleo"}
    await lift(db, tenant, "object")

    assert everybody(await load(db, tenant)) == {"ann", "bob", "cleo"}
    with pytest.raises(NotFound, match="no object is in force"):
        await lift(db, tenant, "object")


async def test_another_tenants_person_of_that_name_is_counted_on(db, tenant, other):
    await filled(db, tenant)
    await filled(db, other)

    await ask(db, tenant, "object")

    assert "ann" in everybody(await load(db, other))


async def test_lists_leave_out_whoever_is_restricted_and_show_whoever_objected(db, tenant):
    await filled(db, tenant)

    async def listed():
        async with db.tenant(tenant) as tx:
            found = [await noun.page(tx) for noun in (people, ties, events, answers, ratings, survivals)]
        return [len(page.rows) for page in found]

    assert await listed() == [3, 2, 3, 2, 2, 2]
    await ask(db, tenant, "object")
    assert await listed() == [3, 2, 3, 2, 2, 2]
    await ask(db, tenant, "restrict")
    assert await listed() == [2, 1, 1, 1, 1, 1]
    async with db.tenant(tenant) as tx:
        assert [row.manager for row in (await people.page(tx)).rows] == [None, None]
        assert [row.confirmed_by for row in (await answers.page(tx)).rows] == [None]


async def test_results_that_may_have_counted_the_person_turn_stale_and_others_do_not(db, tenant, look):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [
            PersonRow(person="ann", group="employee", valid_from=START, valid_to=START + timedelta(days=9))
        ])  # fmt: skip
        await events.ingest(tx, [event(1, "ann", "bob")])
        await rollups.refresh(tx)
    await look.execute("set session_replication_role = replica")
    spans = {
        "during": (START - timedelta(days=5), START + timedelta(days=5), ["tie_day"]),
        "before": (START - timedelta(days=50), START - timedelta(days=5), ["tie_day"]),
        "nobody": (START - timedelta(days=5), START + timedelta(days=5), ["organisation_ties"]),
    }
    runs = {name: await look.fetchval("select gen_random_uuid()") for name in spans}
    for name, span in spans.items():
        await look.execute(RESULT, tenant, runs[name], *span)

    await ask(db, tenant, "object")

    stale = await look.fetch("select run_id from results where tenant_id = $1 and stale_since is not null", tenant)
    assert [row["run_id"] for row in stale] == [runs["during"]]


async def test_access_makes_nothing_stale(db, tenant, look):
    await filled(db, tenant)
    await look.execute("set session_replication_role = replica")
    run = await look.fetchval("select gen_random_uuid()")
    await look.execute(RESULT, tenant, run, START, START + timedelta(days=5), ["tie_day", "memberships"])

    await ask(db, tenant, "access")

    assert await look.fetchval("select stale_since from results where tenant_id = $1", tenant) is None


async def test_every_request_is_written_down_without_the_id(db, tenant):
    await filled(db, tenant)
    for right, person in (("access", "ann-jones"), ("object", "ann-jones")):
        async with db.tenant(tenant) as tx:
            await privacy.request(tx, right, AskedRight(person=person, reason="a letter of ann-jones"))

    async with db.tenant(tenant) as tx:
        acts = [act for act in await audit.page(tx) if act.action.startswith("privacy.")]

    assert [act.action for act in acts] == ["privacy.object", "privacy.access"]
    assert {act.details["reason"] for act in acts} == {"a letter of (the person)"}
    assert "ann-jones" not in repr(acts)


async def test_an_assessment_that_bears_a_name_keeps_its_answers(db, tenant, look):
    async with db.tenant(tenant) as tx:
        await assessments.create(tx, NewAssessment(questionnaire="q", assessment="of ann-jones"))
        await answers.upsert(tx, [AnswerRow(questionnaire="q", assessment="of ann-jones", item="i", value=1)])

    job = await ask(db, tenant, "erase", "ann-jones")
    await done(db, tenant, job.id)

    rows = await look.fetch("select assessment from answers where tenant_id = $1", tenant)
    assert rows[0]["assessment"].startswith("of erased-")
