"""Failure bundles over the API: asked by name, made by a worker, written down."""

import base64

import pytest

from helpers.engine import Answering
from helpers.explained import SETTINGS, STAFF, member, pairs, scored, send
from kithline_core import errands as performing
from kithline_core import ids
from kithline_core.db import people
from kithline_core.sandbox.outcomes import Failed
from kithline_core.twin import bundle

pytestmark = pytest.mark.anyio
CRASHING = Answering(Failed("crash", "KeyError: 'nobody'"))
ALL = {"releases": ["synthetic_twin", "failure", "parameters"]}


@pytest.fixture(scope="module")
async def failed(world):
    """A result of the tenant that is an error."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [member(one) for one in STAFF])
    await send(db, tenant, pairs(0))
    return ids.show("result", (await scored(db, CRASHING, tenant)).id)


async def test_a_bundle_is_made_by_a_worker_and_the_release_is_in_the_audit(world, failed):
    asked = await world.tenant.post(f"/v1/results/{failed}/bundle", json=ALL)
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    errand = ids.read("errand", asked.headers["location"].rpartition("/")[2])
    await performing.perform(db, CRASHING, SETTINGS, tenant, errand)

    told = (await world.tenant.get(asked.headers["location"])).json()["answer"]
    audited = (await world.tenant.get("/v1/audit?action=bundle.released")).json()["data"]

    assert asked.status_code == 202
    assert (told["result"], told["failure"], told["reproduces"]) == (
        failed,
        {"code": "crash", "error": "KeyError", "place": None},
        True,
    )
    assert bundle.read(base64.b64decode(told["bundle"])).record.scorer == "silos.internal"
    assert [(one["subject"], one["details"]["releases"]) for one in audited] == [(failed, sorted(ALL["releases"]))]


@pytest.mark.parametrize("releases", [[], ["failure"], ["failure"] * 3, ["everything", "failure", "parameters"]])
async def test_who_does_not_name_every_part_releases_nothing(releases, world, failed):
    answer = await world.tenant.post(f"/v1/results/{failed}/bundle", json={"releases": releases})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/releases")


async def test_a_result_of_others_has_no_bundle(world, failed):
    answer = await world.other.post(f"/v1/results/{failed}/bundle", json=ALL)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
