"""Why results differ, over the API: asked, computed by a worker, kept, and given again at once."""

from uuid import UUID

import pytest

from helpers.explained import SETTINGS, STAFF, member, pairs, scored, send
from kithline_core import errands as performing
from kithline_core import ids
from kithline_core.db import people, replays
from kithline_core.sandbox import Sandbox

pytestmark = pytest.mark.anyio
DUE = "select errand_id from errands where tenant_id = $1 and finished_at is null"


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture(scope="module")
async def two(world, sandbox):
    """Two results of the tenant, between which ties came in."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [member(one) for one in STAFF])
    await send(db, tenant, pairs(0))
    before = await scored(db, sandbox, tenant)
    await send(db, tenant, pairs(1))
    after = await scored(db, sandbox, tenant)
    return [ids.show("result", one.id) for one in (before, after)]


async def worked(world, sandbox):
    """Do what a worker would; return how many errands that were."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    async with db.tenant(tenant) as tx:
        due: list[UUID] = [row["errand_id"] for row in await tx.rows(DUE)]
    for one in due:
        await performing.perform(db, sandbox, SETTINGS, tenant, one)
    return len(due)


async def answered(world, sandbox, answer):
    assert answer.status_code == 202, answer.text
    await worked(world, sandbox)
    return (await world.tenant.get(answer.headers["location"])).json()


async def test_a_difference_is_computed_by_a_worker_and_then_there_at_once(world, sandbox, two):
    address = "/v1/results/{}/delta/{}".format(*two)
    asked, again = await world.tenant.get(address), await world.tenant.get(address)

    assert asked.headers["location"] == again.headers["location"]
    told = (await answered(world, sandbox, asked))["answer"]
    kept = await world.tenant.get(address)

    assert (kept.status_code, kept.json()) == (200, told)
    assert sum(one["part"] for one in told["stages"]) == told["difference"]
    assert [one["stage"] for one in told["stages"] if one["changed"]] == ["new_data"]
    assert [told[end]["result"] for end in ("before", "after")] == two


async def test_results_of_others_have_no_difference(world, two):
    answer = await world.other.get("/v1/results/{}/delta/{}".format(*two))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_result_is_replayed_and_the_installation_shows_when_one_differs(world, sandbox, two):
    asked = await world.tenant.post(f"/v1/results/{two[0]}/replay")
    told = (await answered(world, sandbox, asked))["answer"]
    before = (await world.client.get("/readyz")).json()["replays"]
    async with world.app.state.db.platform() as tx:
        await tx.connection.execute(replays.RAISE, replays.ALARM)

    after = await world.client.get("/readyz")

    assert (told["result"], told["outcome"], told["path"]) == (two[0], "identical", None)
    assert before == "ok"
    assert (after.status_code, after.json()["replays"]) == (200, "differ")


async def test_a_bridge_is_empty_without_results_and_needs_the_newer_version(world, sandbox, two):
    empty = await world.other.get("/v1/scorers/silos.internal/bridge?from=0.9.0&to=1.0.0")
    missing = await world.tenant.get("/v1/scorers/silos.internal/bridge?from=1.0.0&to=9.0.0")
    told = await answered(
        world, sandbox, await world.tenant.get("/v1/scorers/silos.internal/bridge?from=0.9.0&to=1.0.0")
    )

    assert empty.json() == {"scorer": "silos.internal", "from": "0.9.0", "to": "1.0.0", "spans": []}
    assert (missing.status_code, missing.json()["code"]) == (422, "unknown_scorer")
    assert [one["result"] for one in told["answer"]["spans"]] == [two[1]]
    assert told["answer"]["spans"][0]["method"] == 0


async def test_what_is_refused_by_a_worker_is_refused_to_the_asker(world, sandbox, two):
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    async with db.tenant(tenant) as tx:
        await tx.run("delete from kept_snapshots where tenant_id = $1")

    gone = await world.tenant.get("/v1/results/{}/delta/{}".format(*two[::-1]))
    told = await answered(world, sandbox, await world.tenant.post(f"/v1/results/{two[0]}/replay"))

    assert (gone.status_code, gone.json()["code"]) == (409, "inputs_gone")
    assert (told["answer"]["outcome"], told["answer"]["reason"]) == ("impossible", "inputs_gone")
