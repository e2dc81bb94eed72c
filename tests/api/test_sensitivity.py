"""What a score hangs on over the API: an answer or a place to wait for it, and another tenant's is not found."""

import pytest

from helpers.explained import SETTINGS, scored
from helpers.supposing import shipped
from kithline_core import errands as performing
from kithline_core import ids
from kithline_core.engine.leaving import units
from kithline_core.questions import varying
from kithline_core.sandbox import Sandbox

pytestmark = pytest.mark.anyio
ROWS = [
    {"questionnaire": "depth", "version": "1", "assessment": "a", "item": one.item, "role": "assessor", "value": 2,
     "evidence": "minutes", "dated": "2025-11-17T09:00:00Z"}
    for one in shipped()["depth"].items
]  # fmt: skip


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture(scope="module")
async def result(world, sandbox):
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    assert (await world.tenant.post("/v1/answers:bulk", json=ROWS)).status_code == 200
    return ids.show("result", (await scored(db, sandbox, tenant, "maturity.depth")).id)


async def test_it_is_answered_where_the_errand_says_once_a_worker_was_there(world, sandbox, result, monkeypatch):
    monkeypatch.setattr(varying, "MOST", dict.fromkeys(units.KINDS, 2))
    waiting = await world.tenant.get(f"/v1/results/{result}/sensitivity")
    errand = ids.read("errand", waiting.headers["location"].rpartition("/")[2])
    tenant = ids.read("tenant", world.tenant.ids["tenant"])
    await performing.perform(world.app.state.db, sandbox, SETTINGS, tenant, errand)

    told = (await world.tenant.get(waiting.headers["location"])).json()["answer"]

    assert waiting.status_code == 202
    assert (told["hypothetical"], told["result"]) == (True, result)
    assert [one["kind"] for one in told["left_out"]] == ["item", "community", "organisation", "department", "person"]
    assert told["left_out"][0]["tried"] == 2
    assert told["alone"]


async def test_another_tenant_finds_nothing(world, result):
    assert (await world.other.get(f"/v1/results/{result}/sensitivity")).status_code == 404
