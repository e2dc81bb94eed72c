"""Trends over the API: of each window the newest result, a level that holds, no change across methods."""

from itertools import count

import msgspec
import pytest

from kithline_core import ids
from kithline_core.db import tasks
from kithline_core.model.results import NewResult

pytestmark = pytest.mark.anyio
numbers = count()
METHOD = {"version": "1.0.0", "parameters": "a", "word_lists": "", "engine": "1"}
ADDRESS = "/v1/trends/silos.internal"


async def scored(world, month, score, level=None, probability=None, method=METHOD):
    """A result of a month's end, stored as a worker would."""
    headers = {"idempotency-key": f"trend-{next(numbers)}"}
    asked = {"intended_use": "research", "scorers": ["silos.internal"], "to": f"2024-{month:02}-01T00:00:00Z"}
    run = (await world.other.post("/v1/runs", json=asked, headers=headers)).json()
    new = NewResult(
        scorer="silos.internal", version="1.0.0", status="ok", key="sha256:0", document=msgspec.json.encode({}),
        score=score, interval=(score - 2, score + 2), level=level, level_probability=probability, method=method,
    )  # fmt: skip
    async with world.app.state.db.tenant(ids.read("tenant", world.other.ids["tenant"])) as tx:
        claimed = await tasks.claim(tx, ids.read("task", run["tasks"][0]["id"]), "the test", 30.0)
        return ids.show("result", (await tasks.finish(tx, claimed, new)).id)


@pytest.fixture(scope="module")
async def series(world):
    """January is scored twice; March falls without being sure, April by another method."""
    await scored(world, 1, 10.0)
    return [
        await scored(world, 1, 50.0, 2, 0.9),
        await scored(world, 2, 60.0, 3, 0.9),
        await scored(world, 3, 51.0, 2, 0.6),
        await scored(world, 4, 90.0, 2, 0.9, {**METHOD, "version": "2.0.0"}),
    ]


async def read(world, **query):
    return (await world.other.get(ADDRESS, params=query)).json()["points"]


async def test_a_series_has_the_newest_result_of_each_window_in_the_order_of_time(world, series):
    points = await read(world)

    assert [one["result"] for one in points] == series
    assert [one["score"] for one in points] == [50.0, 60.0, 51.0, 90.0]


async def test_a_level_that_falls_without_being_sure_still_holds(world, series):
    assert [(one["level"], one["held"]) for one in await read(world)] == [(2, 2), (3, 3), (2, 3), (2, 2)]


async def test_no_change_is_told_across_another_method(world, series):
    *_, third, fourth = await read(world)

    assert third["change"]["value"] == -9.0
    assert (fourth["breaks"], fourth["change"]) == (["version"], None)


async def test_a_series_can_be_cut(world, series):
    middle = {"from": "2024-01-15T00:00:00Z", "to": "2024-03-01T00:00:00Z"}

    assert [one["score"] for one in await read(world, **middle)] == [60.0, 51.0]


async def test_results_can_be_listed_from_a_moment_on(world, series):
    query = {"scorer": "silos.internal", "from": "2024-03-15T00:00:00Z"}

    (one,) = (await world.other.get("/v1/results", params=query)).json()["data"]

    assert (one["score"], one["interval"], one["level_held"], one["method"]["version"]) == (
        90.0,
        [88.0, 92.0],
        2,
        "2.0.0",
    )


async def test_another_tenants_series_is_empty(world, series):
    assert (await world.tenant.get(ADDRESS)).json()["points"] == []


@pytest.mark.parametrize("wrong", [{"from": "2024-01-01T00:00:00"}, {"to": "1024-01-01T00:00:00Z"}])
async def test_a_moment_nobody_can_mean_is_refused(world, wrong):
    answer = await world.other.get(ADDRESS, params=wrong)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/query/{next(iter(wrong))}"
