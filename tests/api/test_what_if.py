"""What-if and the shortest path over the API: an answer at once where a worker is quick, and every refusal in its words."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from helpers.explained import SETTINGS, scored
from helpers.supposing import shipped
from kithline_core import errands as performing
from kithline_core import ids
from kithline_core.sandbox import Sandbox

pytestmark = pytest.mark.anyio
WAITING = "select errand_id from errands where tenant_id = $1 and finished_at is null"
ROWS = [
    {"questionnaire": "depth", "version": "1", "assessment": "a", "item": one.item, "role": "assessor", "value": 3,
     "evidence": "minutes", "dated": "2025-11-17T09:00:00Z"}
    for one in shipped()["depth"].items
]  # fmt: skip


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


@asynccontextmanager
async def worker(world, sandbox):
    """Do whatever errand the tenant asks for."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])

    async def work():
        while True:
            async with db.tenant(tenant) as tx:
                waiting = [row["errand_id"] for row in await tx.rows(WAITING)]
            for one in waiting:
                await performing.perform(db, sandbox, SETTINGS, tenant, one)
            await asyncio.sleep(0.02)

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


@pytest.fixture(scope="module")
async def result(world, sandbox):
    """A stored result of depth: every question at three, so that the ladder is at level 3."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    sent = await world.tenant.post("/v1/answers:bulk", json=ROWS)
    assert sent.status_code == 200
    return ids.show("result", (await scored(db, sandbox, tenant, "maturity.depth")).id)


async def test_a_what_if_is_answered_at_once_beside_the_result(world, sandbox, result):
    async with worker(world, sandbox):
        answer = await world.tenant.post(
            "/v1/what-if", json={"result_id": result, "overlay": {"ceilings": {"workforce": 1}}}
        )

    told = answer.json()
    assert answer.status_code == 200
    assert (told["hypothetical"], told["result"]) == (True, result)
    assert (told["before"]["level"], told["after"]["level"], told["difference"]["level"]) == (3, 1, -2)
    stored = (await world.tenant.get(f"/v1/results/{result}")).json()
    assert stored["finding"]["level"] == 3


async def test_what_does_not_fit_is_a_problem_that_points_at_it(world, sandbox, result):
    async with worker(world, sandbox):
        answer = await world.tenant.post(
            "/v1/what-if", json={"result_id": result, "overlay": {"answers": [{"item": "nowhere", "value": 1}]}}
        )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/overlay/answers/0/item"


@pytest.mark.parametrize(
    ("overlay", "pointer"),
    [
        ({}, "/overlay"),
        ({"respondents": ["p-1"]}, "/overlay/respondents"),
        ({"answers": [{"item": "WF.1", "value": 1, "respondent": "p-1"}]}, "/overlay/answers/0/respondent"),
        ({"talks": [{"between": {"kind": "person", "name": "p-1"}, "pairs": 5}]}, "/overlay/talks/0/between/kind"),
        ({"talks": [{"between": {"kind": "department", "name": "a"}, "pairs": 0}]}, "/overlay/talks/0/pairs"),
        ({"ceilings": {"workforce": 5}}, None),
    ],
)
async def test_an_overlay_that_names_a_person_or_nothing_is_refused_before_anybody_works(
    world, result, overlay, pointer
):
    answer = await world.tenant.post("/v1/what-if", json={"result_id": result, "overlay": overlay})

    assert answer.status_code == 422
    assert pointer is None or pointer in {one["pointer"] for one in answer.json()["errors"]}


async def test_another_tenant_finds_neither_result_nor_path(world, result):
    asked = {"result_id": result, "overlay": {"ceilings": {"workforce": 1}}}

    assert (await world.other.post("/v1/what-if", json=asked)).status_code == 404
    assert (await world.other.get(f"/v1/results/{result}/path")).status_code == 404


async def test_the_path_to_the_next_level_comes_with_its_proof(world, sandbox, result):
    async with worker(world, sandbox):
        answer = await world.tenant.get(f"/v1/results/{result}/path")

    told = answer.json()
    assert answer.status_code == 200
    assert (told["level"], told["next_level"], told["kind"]) == (3, 4, "level")
    # Level 4 is reached by its answers and lacks a word from outside alone.
    assert [[step["step"] for step in one["steps"]] for one in told["sets"]] == [["confirm.4"]]
    assert told["proof"]["proven"]
    assert told["sets"][0]["level"] == 4
