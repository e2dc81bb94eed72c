"""Coverage says, without a run, what is there and what is still missing: the words a run would use."""

from datetime import UTC, datetime

import msgspec
import pytest

from kithline_core import ids, plugins
from kithline_core.db import tasks
from kithline_core.engine import judge, keys, plan, snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import encode
from kithline_core.engine.tables import micros
from kithline_core.model.results import NewResult
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio


async def needs(caller):
    return {one["scorer"]: one for one in (await caller.get("/v1/coverage")).json()["scorers"]}


def empty_document(spec):
    """What a run of an empty tenant stores, for scorers whose tables decide it before the sandbox."""
    cut = snapshot.cut(spec, assemble({}, []), Window(0, DAY), keys.parameters(spec, {}))
    return judge.empty(spec, cut, "sha256:0")


async def test_an_empty_tenant_hears_what_a_run_would_say(other):
    told = await needs(other)

    for spec in plugins.installed().scorers():
        assert told[spec.key]["state"] == "insufficient", spec.key
        if any(one.required for one in spec.inputs):
            assert told[spec.key]["missing"] == msgspec.to_builtins(empty_document(spec).missing)
        else:
            assert {one["what"] for one in told[spec.key]["missing"]} == {f"a result of {key}" for key in spec.after}


async def test_every_scorer_is_there_in_the_order_of_dependence(other):
    assert list(await needs(other)) == [spec.key for spec in plan.order(plugins.installed().scorers())]


async def test_what_arrives_is_counted_in_the_window(tenant):
    await tenant.post("/v1/grounds", json={"template": "synthetic"})
    now = datetime.now(UTC)
    days = [micros(now) // DAY * DAY - n * DAY - DAY // 2 for n in (1, 2, 400)]
    events = [
        {"id": f"e{n}", "occurred_at": datetime.fromtimestamp(at / 1e6, UTC).isoformat(), "actor": "a", "verb": "replied",
         "target": "b"}
        for n, at in enumerate(days)
    ]  # fmt: skip
    await tenant.post("/v1/events:bulk", json=events)

    told = (await needs(tenant))["silos.internal"]

    rows = {one["table"]: one["rows"] for one in told["inputs"]}
    assert (rows["tie_day"], rows["event_day"]) == (2, 2)
    assert told["state"] == "ready"
    assert [one["need"] for one in told["missing"]] == [rule.at_least for rule in silos().minimum]
    assert all(one["have"] is None for one in told["missing"])


def silos():
    return plugins.installed().find("silos.internal")[1]


async def test_the_newest_result_says_how_far_it_got(world):
    headers = {"idempotency-key": "coverage"}
    asked = {"intended_use": "research", "scorers": ["silos.internal"]}
    run = (await world.tenant.post("/v1/runs", json=asked, headers=headers)).json()
    document = empty_document(silos())
    new = NewResult(scorer="silos.internal", version="1.0.0", status="insufficient", key="k", document=encode(document))
    async with world.app.state.db.tenant(ids.read("tenant", world.tenant.ids["tenant"])) as tx:
        claimed = await tasks.claim(tx, ids.read("task", run["tasks"][0]["id"]), "the test", 30.0)
        stored = await tasks.finish(tx, claimed, new)

    told = (await needs(world.tenant))["silos.internal"]

    assert (told["state"], told["result_status"]) == ("scored", "insufficient")
    assert told["result"] == ids.show("result", stored.id)
    assert told["missing"] == msgspec.to_builtins(document.missing)


async def test_the_verdict_waits_for_fewer_results_as_they_come(world):
    verdict = (await needs(world.tenant))["kithline.verdict"]

    assert verdict["state"] == "ready"
    assert "a result of silos.internal" not in [one["what"] for one in verdict["missing"]]


async def test_the_datasets_end_is_the_end(tenant):
    await tenant.put("/v1/dataset", json={"to": "2025-07-01T00:00:00Z"})

    told = (await tenant.get("/v1/coverage")).json()

    assert told["end"] == "2025-07-01T00:00:00Z"
    assert {one["window"][1] for one in told["scorers"]} == {"2025-07-01T00:00:00Z"}
