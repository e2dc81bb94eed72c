"""/metrics and the counters of plugins: for operators, of the whole installation, without a tenant's name."""

import re
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest
from asgi_lifespan import LifespanManager

from kithline_api import measured
from kithline_api.app import create_app
from kithline_api.measured import Requests
from kithline_api.routes import metrics
from kithline_core import ids
from kithline_core.db import Database, figures, replays, tasks, workers
from kithline_core.metrics import standing
from kithline_core.metrics.text import text
from kithline_core.model.results import NewResult

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
NAME = re.compile(r"`(kithline_\w+)")


@asynccontextmanager
async def served(world, **more):
    """The same installation under other settings."""
    app = create_app(msgspec.structs.replace(world.app.state.settings, **more))
    async with LifespanManager(app), httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://kithline.test"
    ) as client:  # fmt: skip
        yield client


@pytest.fixture
async def scored(world):
    """A run of the first tenant, of which one task ended in an error."""
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    await world.tenant.post("/v1/communities:bulk", json=[{"community": "c"}])
    asked = {"intended_use": "research", "scorers": ["silos.internal"]}
    made = (await world.tenant.post("/v1/runs", json=asked, headers={"idempotency-key": "of-metrics"})).json()
    async with world.app.state.db.tenant(ids.read("tenant", world.tenant.ids["tenant"])) as tx:
        claimed = await tasks.claim(tx, ids.read("task", made["tasks"][0]["id"]), "w", 30.0, tier="process")
        if claimed is not None:
            new = NewResult(
                scorer="silos.internal", version="1", status="error", key="k", document=b"{}", tier="process", seconds=0.2,
                error="timeout",
            )  # fmt: skip
            await tasks.finish(tx, claimed, new)
    return made["id"]


async def test_an_operator_reads_how_the_installation_stands(world, scored, database_urls):
    async with world.app.state.db.platform() as tx:
        await workers.seen(tx, "a:1", "process", {})
        await tx.connection.execute(replays.RAISE, replays.ALARM)
    async with Database.open(database_urls.dispatcher) as dispatch, dispatch.dispatcher() as tx:
        await figures.tell(tx)

    answer = await world.operator.get("/metrics")
    async with world.app.state.db.platform() as tx:
        await workers.gone(tx, "a:1")
        await tx.connection.execute("update alarms set raised_at = now() - interval '8 days'")
    lines = answer.text.splitlines()

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "kithline_database_up 1" in lines
    assert 'kithline_workers{tier="process"} 1' in lines
    assert 'kithline_alarms_total{alarm="replay_differs"} 1' in lines
    assert [
        line for line in lines if line.startswith('kithline_worker_seen_timestamp_seconds{worker="a:1",tier="process"}')
    ]
    assert [line for line in lines if 'scorer="silos.internal",outcome="error",reason="timeout"} ' in line]
    assert [line for line in lines if line.startswith('kithline_plugin{plugin="kithline-network",version="')]
    assert [line for line in lines if line.startswith("kithline_process_start_time_seconds ")]
    assert not [line for line in lines if "auren" in line or world.tenant.ids["tenant"] in line]


def test_the_page_explains_every_figure_and_no_other():
    page = (ROOT / "docs" / "operations.md").read_text().partition("## Metrics")[2].partition("\n## ")[0]
    described = {
        name for row in re.findall(r"^\| (`kithline_.*?) \|", page, re.MULTILINE) for name in NAME.findall(row)
    }
    source = "".join(Path(module.__file__).read_text() for module in (standing, measured, metrics))

    assert described == {f"kithline_{name}" for name in re.findall(r'(?:Family|_by)\(\s*"(\w+)"', source)}


async def test_the_tier_of_a_task_stands_in_its_run(world, scored):
    shown = (await world.tenant.get(f"/v1/runs/{scored}")).json()

    assert [task["tier"] for task in shown["tasks"]] == ["process"]


async def test_answers_are_counted_by_route_and_never_by_what_was_asked_for(world):
    await world.tenant.get("/v1/runs/run_of_nobody")
    await world.client.get("/no-such-page")
    await world.client.request("BREW", "/livez")
    lines = (await world.operator.get("/metrics")).text.splitlines()

    counted = [line for line in lines if line.startswith("kithline_http_request_duration_seconds_count")]
    assert [line for line in counted if '{route="/v1/runs/{run}",method="GET",status="404"}' in line]
    assert [line for line in counted if '{route="none",method="GET",status="404"}' in line]
    assert not [line for line in counted if "run_of_nobody" in line or "no-such-page" in line or "BREW" in line]


def test_times_fall_into_buckets():
    requests = Requests()
    for seconds in (0.001, 0.02, 60.0):
        requests.add("/livez", "GET", 200, seconds)

    lines = text(requests.families()).splitlines()

    labels = 'route="/livez",method="GET",status="200"'
    assert f'kithline_http_request_duration_seconds_bucket{{{labels},le="0.005"}} 1' in lines
    assert f'kithline_http_request_duration_seconds_bucket{{{labels},le="10"}} 2' in lines
    assert f'kithline_http_request_duration_seconds_bucket{{{labels},le="+Inf"}} 3' in lines
    assert f"kithline_http_request_duration_seconds_count{{{labels}}} 3" in lines


@pytest.mark.parametrize("who", ["tenant", "partner"])
async def test_nobody_elses_key_opens_it(world, who):
    refused = [await getattr(world, who).get(path) for path in ("/metrics", "/v1/plugin-counters")]

    assert [one.status_code for one in refused] == [403, 403]
    assert (await world.client.get("/metrics")).status_code == 401


async def test_the_operator_may_open_it_to_everybody_or_to_nobody(world, monkeypatch):
    for setting in ("open", "off"):
        monkeypatch.setattr(
            world.app.state, "settings", msgspec.structs.replace(world.app.state.settings, metrics=setting)
        )
        if setting == "open":
            opened, unknown = await world.client.get("/metrics"), await world.client.get("/metrics?tenant=auren")
    closed = await world.operator.get("/metrics")

    assert (opened.status_code, unknown.status_code, closed.status_code) == (200, 400, 404)
    assert "KITHLINE_METRICS says off" in closed.json()["detail"]


async def test_where_the_database_is_away_the_page_says_so(world):
    async with served(world, metrics="open", database_url="postgresql://nobody@127.0.0.1:1/none") as client:
        answer = await client.get("/metrics")

    assert (answer.status_code, "kithline_database_up 0" in answer.text.splitlines()) == (200, True)
    assert "kithline_plugin{" in answer.text


async def test_an_operator_reads_the_counters_of_plugins(world, scored):
    async def read(query=""):
        found = (await world.operator.get(f"/v1/plugin-counters{query}")).json()["data"]
        return [one for one in found if one["scorer"] == "silos.internal"]

    (one,) = await read()
    (day,) = await read("?by=day&plugin=kithline-network")

    assert (one["attempts"], one["tenants"], one["outcomes"]) == (1, 1, {"error:timeout": 1})
    assert (day["tiers"], day["seconds"]["p95"]) == ({"process": 1}, [0.1, 0.25])
    assert await read(f"?since={day['began']}&by=week") != []
    assert await read("?plugin=acme") == []
    assert await read("?version=9") == []


@pytest.mark.parametrize("query", ["?by=tenant", "?since=null", "?tenant=auren", "?plugin="])
async def test_what_cannot_be_asked_is_refused(world, query):
    assert (await world.operator.get(f"/v1/plugin-counters{query}")).status_code == 400


async def test_a_day_that_is_in_no_calendar_is_refused_with_its_place(world):
    answer = await world.operator.get("/v1/plugin-counters?since=2026-02-30")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/since")
