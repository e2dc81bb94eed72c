"""Erasure: afterwards the id stands nowhere, in no table, sample or dump, and all but the name is as it was."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from helpers import planting
from helpers.jobs import SETTINGS, done
from kithline_core import jobs as performing
from kithline_core import privacy
from kithline_core.db import (
    audit,
    datasets,
    erasure,
    events,
    grounds,
    identities,
    jobs,
    people,
    places,
    rights,
    rollups,
    sources,
    ties,
)
from kithline_core.db.places import ABOUT
from kithline_core.engine.tables import micros
from kithline_core.errors import NotFound
from kithline_core.model import pseudonyms
from kithline_core.model.datasets import Dataset
from kithline_core.model.grounds import from_template
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import EventRow, PersonRow, TieRow
from kithline_sdk.snapshot import Window

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
WINDOW = Window(micros(START - timedelta(days=30)), micros(START + timedelta(days=30)))
# With what regular expressions, JSON and COPY treat specially.
PERSON = 'q.villeneuve+7"é\\x'
TABLES = ("activity_day", "tie_day", "ties", "item_use", "opening", "memberships")


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


async def filled(db, tenant, person):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person=one, group="employee") for one in (person, "bob", "cleo")])
        await ties.upsert(tx, [TieRow(actor=person, target="bob", count=3)])
        await events.ingest(tx, [
            event(1, person, "bob"), event(2, "bob", person), event(30, "cleo", "bob"), event(31, person, "cleo"),
            event(32, "cleo", kind="practice"), event(33, person, "cleo", parent="e32"),
            event(34, "cleo", kind="question"), event(35, person, parent="e34"), event(36, person, kind="question"),
        ])  # fmt: skip
        await rollups.refresh(tx)


async def erased(db, tenant, person, settings=SETTINGS):
    async with db.tenant(tenant) as tx:
        job = await privacy.request(tx, "erase", AskedRight(person=person, reason=f"{person} asked us to"))
    return await done(db, tenant, job.id, settings)


async def cells(db, tenant):
    async with db.tenant(tenant, frozen=True) as tx:
        found = await sources.load(tx, TABLES, WINDOW)
    return {name: sorted(zip(*found.data[name].values(), strict=True), key=repr) for name in TABLES}


def called(rows, old, new):
    return {
        name: sorted((tuple(new if cell == old else cell for cell in row) for row in table), key=repr)
        for name, table in rows.items()
    }


async def test_every_column_that_could_hold_a_name_is_declared(look):
    said = planting.declared()
    found = {
        (column["table"], column["name"])
        for column in await planting.columns(look)
        if column["type"] in planting.SEARCHED
    }

    assert sorted(found - said.keys()) == []
    assert sorted(said.keys() - found) == []


async def test_names_that_other_tables_refer_to_are_followed_by_them(look):
    said = planting.declared()
    rows = await look.fetch(
        """
        select conname, confrelid::regclass::text as table, attname as column
          from pg_constraint
          join pg_attribute on attrelid = confrelid and attnum = any(confkey)
         where contype = 'f' and confupdtype <> 'c' and connamespace = 'public'::regnamespace
        """
    )

    assert [row["conname"] for row in rows if said.get((row["table"], row["column"]), "free") != "free"] == []


async def test_an_erased_person_stands_in_no_table_no_sample_and_no_dump(db, tenant, look, database_urls):
    needle = "q.villeneuve+7"
    planted = await planting.plant(look, tenant, PERSON)
    await look.execute(
        "update results set finding = $1 where tenant_id = $2",
        msgspec.json.encode({"owner": PERSON, "lines": f"a\n{PERSON}\nb", "other": "bob"}), tenant,
    )  # fmt: skip
    await look.execute("analyze")
    before = await planting.places_with(look, needle.encode())
    assert planted > 100
    assert {"pg_statistic", "memberships", "batch_rows", "audit_events", "results"} <= set(before)
    assert planting.mentions(planting.dump(database_urls.superuser), needle.encode())

    job = await erased(db, tenant, PERSON)

    assert job.state == "succeeded"
    assert job.receipt["rows"]["memberships"] == 1
    assert await planting.places_with(look, needle.encode()) == []
    assert not planting.mentions(planting.dump(database_urls.superuser), needle.encode())
    result = await look.fetchrow("select finding, sha256 from results where tenant_id = $1", tenant)
    assert result["sha256"] == hashlib.sha256(result["finding"]).hexdigest()
    assert set(msgspec.json.decode(result["finding"])) == {"owner", "lines", "other"}


async def test_all_but_the_name_is_as_it_was(db, tenant):
    await filled(db, tenant, "ann-77")
    before = await cells(db, tenant)

    job = await erased(db, tenant, "ann-77")

    after = await cells(db, tenant)
    (name,) = {row[0] for row in after["ties"]}
    assert name.startswith("erased-")
    assert after == called(before, "ann-77", name)
    assert job.receipt["rows"]["events"] == 6
    assert job.receipt["ids"] == 1


async def test_from_the_request_on_snapshots_know_the_new_name_alone(db, tenant):
    await filled(db, tenant, "ann-77")
    before = await cells(db, tenant)
    async with db.tenant(tenant) as tx:
        await privacy.request(tx, "erase", AskedRight(person="ann-77", reason="asked"))

    after = await cells(db, tenant)

    (name,) = {row[0] for row in after["ties"]}
    assert name.startswith("erased-")
    assert after == called(before, "ann-77", name)


async def test_half_way_through_snapshots_are_whole(db, tenant, monkeypatch):
    await filled(db, tenant, "ann-77")
    before = await cells(db, tenant)
    monkeypatch.setattr(erasure, "BATCH", 1)
    monkeypatch.setattr(performing, "SLICE_SECONDS", 0.0)
    async with db.tenant(tenant) as tx:
        job = await privacy.request(tx, "erase", AskedRight(person="ann-77", reason="asked"))
    names = set()
    async with asyncio.timeout(60):
        while job.finished_at is None:
            after = await cells(db, tenant)
            names |= (found := {row[0] for row in after["ties"]})
            assert after == called(before, "ann-77", *found)
            await performing.perform(db, SETTINGS, tenant, job.id)
            async with db.tenant(tenant) as tx:
                job = await jobs.get(tx, job.id)
    assert len(names) == 1


async def test_the_door_refuses_an_erased_person_and_so_does_every_right(db, tenant):
    await filled(db, tenant, "ann-77")
    await erased(db, tenant, "ann-77")

    async with db.tenant(tenant) as tx:
        verdicts = await events.ingest(tx, [event(50, "ann-77"), event(51, "bob")])
        (row,) = await people.upsert(tx, [PersonRow(person="ann-77", group="customer")])
        with pytest.raises(privacy.Erased):
            await privacy.request(tx, "object", AskedRight(person="ann-77", reason="again"))

    assert [(verdict.status, verdict.code) for verdict in verdicts] == [("rejected", "erased"), ("accepted", None)]
    assert row.code == "erased"


async def test_other_ids_that_begin_alike_are_left_alone(db, tenant, look):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [
            PersonRow(person=one, group="employee", department="the house of p-17", manager="p-171")
            for one in ("p-17", "p-171", "p-17-2", "xp-17")
        ])  # fmt: skip
        await audit.record(tx, "a.b", "p-171", {"p-17": ["p-17", "p-171 and p-17."]})

    await erased(db, tenant, "p-17")

    rows = await look.fetch(
        'select person, department, manager from memberships where tenant_id = $1 order by person collate "C"', tenant
    )
    name = rows[0]["person"]
    assert [row["person"] for row in rows] == [name, "p-17-2", "p-171", "xp-17"]
    assert {row["department"] for row in rows} == {f"the house of {name}"}
    assert {row["manager"] for row in rows} == {"p-171"}
    async with db.tenant(tenant) as tx:
        acts = [act for act in await audit.page(tx) if act.action == "a.b"]
    assert (acts[0].subject, acts[0].details) == ("p-171", {name: [name, f"p-171 and {name}."]})


@pytest.mark.parametrize("person", ["al", "2026"])
async def test_a_short_id_is_replaced_where_it_is_the_value_and_not_inside_of_words(db, tenant, look, person):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person=person, group="employee", department=f"in {person} only")])
        await events.ingest(tx, [event(1, person, object=person, community=person), event(2, "bob", "cleo")])
        await audit.record(tx, "a.b", "c", {"said": f"since {person}", "person": person})

    await erased(db, tenant, person)

    row = await look.fetchrow("select person, department from memberships where tenant_id = $1", tenant)
    said = await look.fetchrow(
        "select actor, object, community, id from events where tenant_id = $1 order by id", tenant
    )
    assert row["person"].startswith("erased-")
    assert row["department"] == f"in {person} only"
    assert (said["actor"], said["object"]) == (row["person"], row["person"])
    assert (said["community"], said["id"]) == (person, "e1")


async def test_everything_that_is_linked_goes_and_a_guess_does_not(db, tenant, look):
    await filled(db, tenant, "ann-77")
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person=one, group="employee") for one in ("annie", "anna-guess")])
        await identities.upsert(tx, [
            IdentityRow(kind="person", id="annie", same_as="ann-77"),
            IdentityRow(kind="person", id="anna-guess", same_as="ann-77", confidence=0.2),
        ])  # fmt: skip
        await identities.upsert(tx, [IdentityRow(kind="organisation", id="annie", same_as="acme")])

    job = await erased(db, tenant, "annie")

    left = {row["person"] for row in await look.fetch("select person from memberships where tenant_id = $1", tenant)}
    assert job.receipt["ids"] == 2
    assert {one for one in left if not one.startswith("erased-")} == {"bob", "cleo", "anna-guess"}
    linked = await look.fetch("select kind, id, same_as from identities where tenant_id = $1 order by id", tenant)
    assert not {"annie", "ann-77"} & {cell for row in linked for cell in row.values()}


async def test_an_erasure_waits_for_those_who_may_not_have_seen_it(db, tenant):
    await filled(db, tenant, "ann-77")
    async with db.tenant(tenant) as late:
        await late.rows("select $1::uuid as tenant_id")
        async with db.tenant(tenant) as tx:
            job = await privacy.request(tx, "erase", AskedRight(person="ann-77", reason="asked"))
        await performing.perform(db, SETTINGS, tenant, job.id)
        async with db.tenant(tenant) as tx:
            waiting = await jobs.get(tx, job.id)
        assert (waiting.state, waiting.done) == ("running", 0)
        assert "rows" not in waiting.receipt

    assert (await done(db, tenant, job.id)).state == "succeeded"


async def test_but_not_for_ever(db, tenant, monkeypatch):
    monkeypatch.setattr(privacy, "PATIENCE_SECONDS", 0.3)
    await filled(db, tenant, "ann-77")
    async with db.tenant(tenant) as late:
        await late.rows("select $1::uuid as tenant_id")

        assert (await erased(db, tenant, "ann-77")).state == "succeeded"


async def test_a_pseudonymous_tenant_is_asked_about_the_person_it_does_not_know(db, bare, look):
    async with db.tenant(bare) as tx:
        key = await rights.secret(tx)
        await datasets.put(tx, Dataset(nature="synthetic"))
    await look.execute("update processing_grounds set mode = 'pseudonymous' where tenant_id = $1", bare)
    await filled(db, bare, "ann-77")

    job = await erased(db, bare, "ann-77")

    shown = pseudonyms.shown(key, pseudonyms.pseudonym(key, "ann-77"))
    assert (job.subject, job.receipt["rows"]["memberships"]) == (shown, 1)
    async with db.tenant(bare) as tx:
        with pytest.raises(privacy.Erased):
            await privacy.request(tx, "erase", AskedRight(person=pseudonyms.pseudonym(key, "ann-77"), reason="again"))


async def test_answers_that_were_given_before_do_not_come_back(db, tenant, look):
    for key, body in {"one": '{"person":"ann-77"}', "ann-77/x": "{}", "other": "{}"}.items():
        await look.execute(
            "insert into idempotency_keys (tenant_id, operation, idempotency_key, body_sha256, body, expires_at)"
            " values ($1, 'op', $2, 'x', $3, now() + interval '1 day')", tenant, key, body.encode(),
        )  # fmt: skip

    await erased(db, tenant, "ann-77")

    kept = await look.fetch("select idempotency_key from idempotency_keys where tenant_id = $1", tenant)
    assert [row["idempotency_key"] for row in kept] == ["other"]


async def test_a_tombstone_is_all_that_can_be_written(db, tenant):
    for name in ("mallory", "erased-", "erased-" + "a" * 26 + "\nx"):
        with pytest.raises(asyncpg.PostgresError, match="tombstone"):
            async with db.tenant(tenant) as tx:
                await tx.rows(erasure.RENAME, "audit_events", None, ["subject"], [], "x", name, 10)
        with pytest.raises(asyncpg.PostgresError, match="tombstone"):
            async with db.tenant(tenant) as tx:
                await tx.rows(erasure.RENAME_IN_FINDINGS, "x", name, 10)


async def test_another_tenants_rows_keep_the_name(db, tenant, other, look):
    await filled(db, tenant, "ann-77")
    await filled(db, other, "ann-77")

    await erased(db, tenant, "ann-77")

    for table in ABOUT:
        assert not await look.fetchval(
            f"select count(*) from {table} as had where tenant_id = $1 and had::text like '%ann-77%'",
            tenant,
        ), table
    assert (
        await look.fetchval("select count(*) from memberships where tenant_id = $1 and person = 'ann-77'", other) == 1
    )


async def test_the_samples_of_other_databases_tables_are_not_touched(db, tenant):
    with pytest.raises(asyncpg.PostgresError, match="no table of tenants"):
        async with db.tenant(tenant) as tx:
            await erasure.forget_statistics(tx, "pg_class")


def test_places_are_all_about_somebody():
    assert all(place.people or place.names or place.texts or place.images for place in places.PLACES)
    assert "memberships" in ABOUT


async def test_an_unknown_job_is_not_found(db, tenant):
    async with db.tenant(tenant) as tx:
        with pytest.raises(NotFound):
            await jobs.get(tx, tenant)


async def test_a_ground_of_pseudonyms_is_what_decides(db, tenant):
    async with db.tenant(tenant) as tx:
        assert {ground.mode for ground in await grounds.in_force(tx)} == {"identified"}
        assert await rights.stored(tx, "ann-77") == "ann-77"


@pytest.mark.parametrize("person", ["synthetic", "nature", "status"])
async def test_settings_and_findings_can_be_read_whatever_the_person_was_called(db, tenant, look, person):
    await filled(db, tenant, person)
    async with db.tenant(tenant) as tx:
        await datasets.put(tx, Dataset(nature="synthetic", title="ours"))

    job = await erased(db, tenant, person)

    assert job.receipt["rows"]["memberships"] == 1
    async with db.tenant(tenant) as tx:
        assert await datasets.get(tx) == Dataset(nature="synthetic", title="ours")
    assert "memberships" not in await cells_with(look, tenant, person)


@pytest.fixture
async def later(db, tenant, look):
    """A tenant whose ground for pseudonyms began after people came in under their ids, as none can any more."""
    async with db.tenant(tenant) as tx:
        made = await grounds.create(tx, from_template("suppliers", "the board"))
    await filled(db, tenant, "ann-77")
    await look.execute("update processing_grounds set mode = 'pseudonymous' where ground_id = $1", made.id)
    return tenant


async def test_what_came_before_pseudonyms_were_asked_for_is_erased_too(db, later, look):
    async with db.tenant(later) as tx:
        await ties.upsert(tx, [TieRow(actor="ann-77", target="bob", count=3)])

    job = await erased(db, later, "ann-77")

    assert (job.receipt["ids"], job.receipt["rows"]["ties"]) == (2, 2)
    assert await cells_with(look, later, "ann-77") == []


async def test_what_came_as_pseudonyms_is_erased_when_ids_are_kept_again(db, tenant):
    async with db.tenant(tenant) as tx:
        key = await rights.secret(tx)
        ground = msgspec.structs.replace(from_template("suppliers", "the board"), mode="pseudonymous")
        made = await grounds.create(tx, ground)
    await filled(db, tenant, "ann-77")
    async with db.tenant(tenant) as tx:
        await grounds.end(tx, made.id)

    job = await erased(db, tenant, "ann-77")

    assert job.receipt["rows"]["ties"] == 1
    assert pseudonyms.pseudonym(key, "ann-77") not in repr(await cells(db, tenant))


async def test_an_objection_holds_for_ids_and_pseudonyms(db, later):
    async with db.tenant(later) as tx:
        await privacy.request(tx, "object", AskedRight(person="ann-77", reason="asked"))

    assert "ann-77" not in repr(await cells(db, later))


async def test_a_roll_up_that_read_the_old_name_meanwhile_does_not_bring_it_back(db, tenant, look):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann-77", group="customer")])
        await events.ingest(tx, [event(1, "ann-77", "bob")])
        job = await privacy.request(tx, "erase", AskedRight(person="ann-77", reason="asked"))
    async with db.tenant(tenant) as tx:
        held = await jobs.claim(tx, job.id, 60)
    held = await stepped(db, tenant, held)
    async with db.tenant(tenant) as racing:
        await rollups.refresh(racing)
        while (held := await stepped(db, tenant, held)).place.get("looks", 0) < 2:
            assert held.done < held.total
    while held.done < held.total:
        held = await stepped(db, tenant, held)

    assert await cells_with(look, tenant, "ann-77") == []


async def stepped(db, tenant, held):
    async with db.tenant(tenant) as tx:
        return await jobs.advance(tx, held, await privacy.erase(tx, held))


async def cells_with(look, tenant, needle):
    """Return the tables of a tenant in which a text stands."""
    tables = {column["table"] for column in await planting.columns(look)}
    found = [
        (table, await look.fetchval(
            f"select count(*) from {table} as had where tenant_id = $1 and strpos(had::text, $2) > 0",
            tenant, needle,
        ))
        for table in sorted(tables)
    ]  # fmt: skip
    return [table for table, count in found if count]


BAIT = """
    create temporary table bait (tenant_id uuid, person text);
    grant all on bait to public;
    create function pg_temp.act() returns trigger language plpgsql as 'begin return new; end';
    create trigger act before update on bait for each row execute function pg_temp.act();
    insert into bait select current_setting('app.tenant')::uuid, 'ann'
"""


@pytest.mark.parametrize(
    "call",
    [
        "select rename_person('pg_temp.bait'::regclass, null, '{person}', '{}', 'ann', 'erased-' || repeat('a', 26), 1)",
        "select forget_statistics('pg_temp.bait'::regclass)",
    ],
)
async def test_nothing_of_the_callers_own_runs_as_the_owner(db, tenant, call):
    async with db.tenant(tenant) as tx:
        await tx.connection.execute(BAIT)
        with pytest.raises(asyncpg.InvalidParameterValueError, match="no table of tenants"):
            await tx.connection.execute(call)


@pytest.mark.parametrize("name", ["rename_person_anywhere", "forget_statistics_anywhere"])
async def test_what_looks_at_no_table_is_not_for_the_app(db, tenant, name):
    async with db.tenant(tenant) as tx:
        allowed = await tx.connection.fetchval(
            "select bool_or(has_function_privilege(oid, 'execute')) from pg_proc where proname = $1", name
        )

    assert allowed is False
