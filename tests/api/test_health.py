"""What answers without a key."""

import pytest

from kithline_core.db import workers

pytestmark = pytest.mark.anyio


async def test_the_process_says_that_it_lives(world):
    answer = await world.client.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_it_is_ready_when_the_database_answers_and_is_migrated(world):
    answer = await world.client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (200, "at head")


async def test_readiness_counts_how_strongly_workers_shut_plugins_in(world):
    async with world.app.state.db.platform() as tx:
        for worker, tier in (("a:1", "full"), ("a:2", "full"), ("b:1", "process")):
            await workers.seen(tx, worker, tier, {})

    counted = (await world.client.get("/readyz")).json()["sandboxes"]
    async with world.app.state.db.platform() as tx:
        for worker in ("a:1", "a:2", "b:1"):
            await workers.gone(tx, worker)

    assert (counted["full"], counted["process"]) == (2, 1)
    assert "process" not in (await world.client.get("/readyz")).json()["sandboxes"]


async def test_every_answer_carries_a_request_id_and_continues_the_trace(world):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await world.client.get("/livez", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})

    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["traceparent"].split("-")[1] == trace


async def test_a_nonsensical_trace_is_not_continued(world):
    answer = await world.client.get("/livez", headers={"traceparent": "00-zz-1-01"})

    assert len(answer.headers["traceparent"].split("-")[1]) == 32


async def test_the_page_of_an_error_explains_it(world):
    answer = await world.client.get("/errors/no-ground")

    assert answer.json()["code"] == "no_ground"
    assert (await world.client.get("/errors/no_ground")).status_code == 404


async def test_the_document_is_open_to_everybody(world):
    answer = await world.client.get("/openapi.json")

    assert answer.json()["openapi"] == "3.1.0"
