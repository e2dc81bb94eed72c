"""A result rests on grounds, tables and an instant; from the moment one of its grounds ends it is withheld."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import msgspec
import pytest

from helpers import work
from helpers.agreed import employees
from kithline_core import reading, scoring
from kithline_core.db import Database, grounds, people, results, runs, ties
from kithline_core.errors import Withheld
from kithline_core.model.grounds import from_template
from kithline_core.model.results import Earlier, Seen
from kithline_core.model.rows import PersonRow, TieRow
from kithline_core.plugins import Input, Installed
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
SETTINGS = Settings()


@pytest.fixture(autouse=True)
def reading_ties(monkeypatch):
    plugin = work.hostile()
    inputs = [Input(table="ties", columns=["actor", "target"], required=True)]
    specs = [msgspec.structs.replace(one, inputs=inputs) for one in plugin.manifest.scorers]
    changed = msgspec.structs.replace(plugin, manifest=msgspec.structs.replace(plugin.manifest, scorers=specs))
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: Installed([changed], []))


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def sandbox():
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    """A tenant with ties among employees and among suppliers, enough of each, a ground for each, and no other."""
    made = await work.provision(db)
    async with db.tenant(made) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
        await grounds.create(tx, employees(mode="identified"))
        await grounds.create(tx, from_template("suppliers", "the board"))
        for group, names in (("employee", "abcdefgh"), ("supplier", "stuvwxyz")):
            await people.upsert(tx, [PersonRow(person=one, group=group) for one in names])
            await ties.upsert(tx, [TieRow(actor=one, target=other) for one, other in pairwise(names)])
    return made


async def performed(db, tenant, sandbox, *scorers):
    run = await work.order(db, tenant, scorers)
    async with db.tenant(tenant) as tx:
        made = {task.scorer: task.id for task in await runs.tasks(tx, run.id)}
    return [await scoring.perform(db, sandbox, SETTINGS, tenant, made[f"hostile.{name}"]) for name in scorers]


async def in_force(db, tenant):
    async with db.tenant(tenant) as tx:
        return {ground.title: ground.id for ground in await grounds.in_force(tx)}


async def end(db, tenant, ground_id, at=None):
    async with db.tenant(tenant) as tx:
        await grounds.end(tx, ground_id, at)


async def seen(db, tenant, result):
    async with db.tenant(tenant) as tx:
        one, (listed,) = await results.get(tx, result.id), await results.page(tx, run_id=result.run_id)
    assert one == listed
    return one


async def test_a_result_names_its_grounds_its_tables_and_when_they_were_read(db, tenant, sandbox):
    before = datetime.now(UTC)

    (result,) = await performed(db, tenant, sandbox, "steady")

    assert set(result.grounds) == set((await in_force(db, tenant)).values())
    assert result.reads == ["memberships", "ties"]
    assert before <= result.snapshot_at <= datetime.now(UTC)
    assert (result.origin, result.lapsed) == ("here", False)


async def test_only_the_grounds_somebody_is_counted_under_are_named(db, tenant, sandbox):
    held = await in_force(db, tenant)
    async with db.tenant(tenant) as tx:
        await grounds.create(tx, from_template("customers", "the board"))
        await ties.upsert(tx, [TieRow(actor="1", target="2")])  # of whom no group is known

    (result,) = await performed(db, tenant, sandbox, "steady")

    assert set(result.grounds) == set(held.values())


async def test_a_result_is_withheld_from_the_moment_one_of_its_grounds_ends_and_no_job_has_to_run(db, tenant, sandbox):
    (result,) = await performed(db, tenant, sandbox, "steady")
    ground = (await in_force(db, tenant))["Contacts at suppliers and partners"]
    await end(db, tenant, ground, datetime.now(UTC) + timedelta(days=1))
    assert (await seen(db, tenant, result)).status == "ok"

    await end(db, tenant, ground)

    found = await seen(db, tenant, result)
    assert (found.status, found.reasons, found.score, found.level) == ("withheld", ["ground_ended"], None, None)
    async with db.tenant(tenant) as tx:
        with pytest.raises(Withheld, match="start a new run"):
            await results.finding_bytes(tx, result.id)


async def test_a_new_ground_of_the_same_terms_brings_no_result_back_but_a_new_run_does(db, tenant, sandbox):
    (result,) = await performed(db, tenant, sandbox, "steady")
    await end(db, tenant, (await in_force(db, tenant))["Contacts at suppliers and partners"])
    async with db.tenant(tenant) as tx:
        await grounds.create(tx, from_template("suppliers", "the board"))

    (again,) = await performed(db, tenant, sandbox, "steady")

    assert (await seen(db, tenant, result)).status == "withheld"
    assert (again.status, again.key) == ("ok", result.key)


async def test_the_end_of_a_ground_nobody_was_counted_under_withholds_nothing(db, tenant, sandbox):
    async with db.tenant(tenant) as tx:
        other = await grounds.create(tx, from_template("customers", "the board"))
    (result,) = await performed(db, tenant, sandbox, "steady")

    await end(db, tenant, other.id)

    assert (await seen(db, tenant, result)).status == "ok"


async def test_what_reads_an_earlier_finding_rests_on_its_grounds_too_and_reads_nothing_that_is_withheld(
    db, tenant, sandbox
):
    first, second = await performed(db, tenant, sandbox, "steady", "well")
    assert (first.grounds, first.reads) == (second.grounds, second.reads)
    assert second.snapshot_at == first.snapshot_at

    await end(db, tenant, (await in_force(db, tenant))["Contacts at suppliers and partners"])

    async with db.tenant(tenant) as tx:
        assert await results.earlier(tx, first.run_id, ["hostile.steady"]) == []


def test_what_rests_on_two_findings_is_as_old_as_the_older():
    one, other, at = uuid4(), uuid4(), datetime(2026, 1, 1, tzinfo=UTC)
    own = reading.Basis([one], ["ties"], at, Seen(at=at, snapshot=""), at)
    before = Earlier(document=b"", grounds=[other], reads=["answers"], snapshot_at=at - timedelta(days=1))

    both = own.joined([before])

    assert (both.grounds, both.reads, both.at) == (sorted([one, other]), ["answers", "ties"], before.snapshot_at)
    assert own.joined([msgspec.structs.replace(before, snapshot_at=None)]).at == at
    assert msgspec.structs.replace(own, at=None).joined([]).at is None
