"""Runs are asked for, planned, watched, called off; results are read with their very bytes."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest

from kithline_core import ids, plugins
from kithline_core.choices import vetting
from kithline_core.db import tasks
from kithline_core.model.results import NewResult
from kithline_core.plugins import Installed

pytestmark = pytest.mark.anyio
numbers = count()
AT = "2026-01-05T09:00:00Z"


async def ask(tenant, **asked):
    body = {"intended_use": "organisation_development", **asked}
    return await tenant.post("/v1/runs", json=body, headers={"idempotency-key": f"run-{next(numbers)}"})


async def finish(world, run, document, status="ok", scorer="silos.internal"):
    """Do the run's first task as a worker would."""
    new = NewResult(scorer=scorer, version="1.0.0", status=status, key="sha256:0", document=document)
    tenant_id = ids.read("tenant", world.tenant.ids["tenant"])
    async with world.app.state.db.tenant(tenant_id) as tx:
        claimed = await tasks.claim(tx, ids.read("task", run["tasks"][0]["id"]), "the test", 30.0)
        return await tasks.finish(tx, claimed, new)


def today():
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def test_a_run_is_a_promise_with_an_address(tenant):
    answer = await ask(tenant)

    run = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/runs/{run['id']}" == run["links"]["self"]
    assert answer.headers["retry-after"] == "2"
    assert run["state"] == "queued"
    assert (await tenant.get(answer.headers["location"])).json()["id"] == run["id"]
    assert run["id"] in [one["id"] for one in (await tenant.get("/v1/runs")).json()["data"]]


async def test_left_out_means_every_scorer_and_its_own_window_up_to_today(tenant):
    run = (await ask(tenant)).json()

    specs = {spec.key: spec for spec in plugins.installed().scorers()}
    assert {task["scorer"] for task in run["tasks"]} == set(specs)
    for task in run["tasks"]:
        end = datetime.fromisoformat(task["window_end"])
        assert end == today()
        assert end - datetime.fromisoformat(task["window_start"]) == timedelta(days=specs[task["scorer"]].window_days)


async def test_an_explicit_window_overrides_all(tenant):
    run = (await ask(tenant, **{"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00+01:00"})).json()

    windows = {(task["window_start"], task["window_end"]) for task in run["tasks"]}
    assert windows == {("2026-01-01T00:00:00Z", "2026-01-31T23:00:00Z")}


async def test_an_end_alone_moves_each_scorers_own_window(tenant):
    run = (await ask(tenant, to="2026-02-01T00:00:00Z", scorers=["silos.internal"])).json()

    assert run["tasks"][0]["window_start"] == "2025-11-03T00:00:00Z"


async def test_the_dataset_names_the_default_window(tenant):
    await tenant.put("/v1/dataset", json={"from": "2025-01-01T00:00:00Z", "to": "2025-07-01T00:00:00Z"})
    try:
        run = (await ask(tenant, scorers=["silos.internal"])).json()
    finally:
        await tenant.put("/v1/dataset", json={})

    assert run["tasks"][0]["window_start"] == "2025-01-01T00:00:00Z"


async def test_all_is_the_first_event_to_the_last(tenant):
    answer = await ask(tenant, all=True)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/all")

    await tenant.post("/v1/grounds", json={"template": "synthetic"})
    events = [{"id": f"a{n}", "occurred_at": f"2026-01-0{n}T00:00:00Z", "actor": "p", "verb": "posted"} for n in (2, 5)]
    await tenant.post("/v1/events:bulk", json=events)
    run = (await ask(tenant, all=True, scorers=["silos.internal"])).json()

    assert run["tasks"][0]["window_start"] == "2026-01-02T00:00:00Z"
    assert run["tasks"][0]["window_end"] == "2026-01-05T00:00:00.000001Z"


async def test_a_window_that_ends_before_it_begins_is_refused(tenant):
    answer = await ask(tenant, **{"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")


@pytest.mark.parametrize("use", ["appraisal", "pay", "dismissal", "award", "delisting"])
async def test_uses_against_persons_are_refused(tenant, use):
    answer = await ask(tenant, intended_use=use)

    assert (answer.status_code, answer.json()["code"]) == (422, "use_refused")


async def test_an_unknown_use_is_named(tenant):
    answer = await ask(tenant, intended_use="curiosity")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_an_unknown_scorer_is_named(tenant):
    answer = await ask(tenant, scorers=["moon.phase"])
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_scorer")

    answer = await ask(tenant, scorers=["silos.internal"], parameters={"purpose.clarity": {}})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_scorer")


async def test_a_parameter_is_pinned_with_the_task(tenant):
    run = (await ask(tenant, scorers=["silos.internal"], parameters={"silos.internal": {"floor": 8}})).json()

    assert run["tasks"][0]["parameters"] == {"floor": 8}


@pytest.mark.parametrize(
    "parameters",
    [{"persons": True}, {"no_floor": True}, {"nonsense": 1}, {"floor": "five"}, {"floor": True}, {"floor": 4}],
)
async def test_parameters_that_are_not_offered_are_refused(tenant, parameters):
    answer = await ask(tenant, scorers=["silos.internal"], parameters={"silos.internal": parameters})

    assert (answer.status_code, answer.json()["code"]) == (422, "parameter_refused")
    assert answer.json()["errors"][0]["pointer"].startswith("/parameters/silos.internal/")


def spec_with(**parameters):
    found = plugins.installed().find("silos.internal")[1]
    return msgspec.structs.replace(found, parameters=parameters)


@pytest.mark.parametrize("value", [1, 1.5])
def test_a_whole_number_is_a_number(value):
    vetting.vet_one(spec_with(share=0.5), "share", value, "/here")


@pytest.mark.parametrize("value", [True, "1"])
def test_neither_truth_nor_text_is_a_number(value):
    with pytest.raises(vetting.ParameterRefused):
        vetting.vet_one(spec_with(share=0.5), "share", value, "/here")


@pytest.mark.parametrize("value", ["a\0b", ["ok", "a\0b"]])
def test_a_parameter_holds_no_nul(value):
    with pytest.raises(vetting.ParameterRefused):
        vetting.vet_one(spec_with(words=type(value)()), "words", value, "/here")


async def test_a_scope_is_named_by_its_id(tenant):
    scope = (
        await tenant.post(
            "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "s", "communities": ["c"]}
        )
    ).json()

    assert (await ask(tenant, scope_id=scope["id"])).json()["scope_id"] == scope["id"]
    assert (await tenant.get(f"/v1/scopes/{scope['id']}")).json() == scope
    assert (await ask(tenant, scope_id="scp_nope")).status_code == 404


async def test_a_run_counts_the_latest_version_of_a_named_scope_or_the_one_it_names(tenant):
    for _ in range(2):
        await tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "by name"})

    latest = (await ask(tenant, scope="by name")).json()
    first = (await ask(tenant, scope="by name", scope_version=1)).json()
    listed = (await tenant.get("/v1/runs?limit=2")).json()["data"]

    assert [(one["scope"], one["scope_version"]) for one in (latest, first)] == [("by name", 2), ("by name", 1)]
    assert [one["scope_version"] for one in listed] == [1, 2]
    assert (await ask(tenant)).json()["scope"] is None


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"scope": "nobody's"}, 404),
        ({"scope": "nobody's", "scope_version": 3}, 404),
        ({"scope_version": 3}, 422),
        ({"scope": "s", "scope_id": "scp_nope"}, 422),
    ],
)
async def test_a_scope_that_is_not_there_or_named_twice_is_refused(tenant, asked, status):
    assert (await ask(tenant, **asked)).status_code == status


async def test_without_plugins_there_is_nothing_to_run(tenant, monkeypatch):
    monkeypatch.setattr(plugins, "installed", lambda: Installed([], []))

    answer = await ask(tenant)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_a_run_is_called_off_once(tenant):
    run = (await ask(tenant)).json()

    cancelled = await tenant.post(run["links"]["cancel"])
    assert cancelled.json()["state"] == "cancelled"
    assert {task["state"] for task in cancelled.json()["tasks"]} == {"cancelled"}
    assert (await tenant.post(run["links"]["cancel"])).status_code == 409


async def test_a_finding_is_served_byte_for_byte(world):
    run = (await ask(world.tenant, scorers=["silos.internal"])).json()
    document = b'{"scorer":"silos.internal","b":1,  "a":[1.0,2]}'
    stored = await finish(world, run, document)

    result = ids.show("result", stored.id)
    answer = await world.tenant.get(f"/v1/results/{result}/finding")
    assert answer.content == document
    assert answer.headers["etag"] == f'"{hashlib.sha256(document).hexdigest()}"'

    envelope = (await world.tenant.get(f"/v1/results/{result}")).json()
    assert envelope["finding"] == msgspec.json.decode(document)
    assert (envelope["run_id"], envelope["scorer"], envelope["tier"]) == (run["id"], "silos.internal", "none")
    assert (await world.tenant.get(run["links"]["self"])).json()["state"] == "succeeded"


async def test_counts_are_shown_no_finer_than_they_are_known_and_exactly_to_keys_for_findings(world):
    run = (await ask(world.tenant, scorers=["silos.internal"])).json()
    document = b'{"scorer":"silos.internal","measures":{"ties":6411,"ei":0.123456},"lineage":[{"count":5}]}'
    result = ids.show("result", (await finish(world, run, document)).id)
    made = await world.tenant.post("/v1/api-keys", json={"title": "a reader", "scopes": ["results:read"]})
    reader = type(world.tenant)(world.tenant.client, made.json()["key"])

    shown = (await reader.get(f"/v1/results/{result}")).json()["finding"]
    exact = await reader.get(f"/v1/results/{result}/finding")

    assert shown == {"scorer": "silos.internal", "measures": {"ties": 6400, "ei": 0.123456}, "lineage": [{"count": 5}]}
    assert (exact.status_code, exact.json()["detail"]) == (403, "the key lacks the scope findings:read")


async def test_a_finding_of_a_scorer_that_is_gone_is_shown_too(world):
    run = (await ask(world.tenant, scorers=["silos.internal"])).json()
    stored = await finish(world, run, b'{"measures":{"ties":6411}}', scorer="no.more")

    shown = (await world.tenant.get(f"/v1/results/{ids.show('result', stored.id)}")).json()

    assert shown["finding"] == {"measures": {"ties": 6411}}


async def test_results_are_found_by_run_and_scorer(world):
    run = (await ask(world.tenant, scorers=["silos.internal"])).json()
    await finish(world, run, b"{}")

    async def found(query):
        return [one["run_id"] for one in (await world.tenant.get(f"/v1/results?{query}")).json()["data"]]

    assert await found(f"run={run['id']}") == [run["id"]]
    assert run["id"] in await found("scorer=silos.internal")
    assert await found("scorer=purpose.clarity") == []
    assert (await world.tenant.get("/v1/results?run=run_nope")).status_code == 404


async def test_the_scorers_come_from_their_manifests(tenant):
    told = (await tenant.get("/v1/scorers")).json()

    silos = next(one for one in told["data"] if one["key"] == "silos.internal")
    assert (silos["plugin"], silos["window_days"]) == ("kithline-network", 90)
    assert "appraisal" in silos["not_for"]
    assert told["quarantined"] == []
