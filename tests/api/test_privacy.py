"""Rights over REST: in force with the answer, a receipt at the end, and nobody's id in what is kept."""

import asyncio
import dataclasses

import msgspec
import pytest

from helpers.jobs import SETTINGS
from kithline_core import ids
from kithline_core import jobs as performing
from kithline_core.db import jobs as stored

pytestmark = pytest.mark.anyio
PERSON = {"person": "ann-77", "reason": "the letter of ann-77"}
NDJSON = {"accept": "application/x-ndjson"}


@pytest.fixture
async def own(world):
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    await world.tenant.put("/v1/dataset", json={"nature": "private"})
    return world.tenant


async def filled(own, person="ann-77"):
    rows = [{"person": one, "group": "employee", "manager": "boss"} for one in (person, "bob")]
    await own.post("/v1/people:bulk", json=[*rows, {"person": "cleo", "manager": person}])
    await own.post("/v1/ties:bulk", json=[{"actor": person, "target": "bob"}, {"actor": "bob", "target": "cleo"}])
    await own.post("/v1/events:bulk", json=[
        {"id": f"{person} {number}", "occurred_at": "2026-01-05T09:00:00Z", "actor": "bob", "verb": "posted", "target": one}
        for number, one in enumerate([person, "cleo"])
    ])  # fmt: skip


async def ended(world, own, answer):
    """Do the job of an answer to its end and return it."""
    assert answer.status_code == 202, answer.text
    tenant, job = ids.read("tenant", own.ids["tenant"]), ids.read("job", answer.json()["id"])
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    async with asyncio.timeout(20):
        while (found := (await own.get(answer.headers["location"])).json())["finished_at"] is None:
            await performing.perform(world.app.state.db, SETTINGS, tenant, job)
    return found


async def test_access_counts_and_the_copy_is_read_from_what_is_there_then(world, own):
    await filled(own, "ann-1")
    asked = {"person": "ann-1", "reason": "r"}

    job = await ended(world, own, await own.post("/v1/privacy/access", json=asked))

    # Of the events, one is to the person and the other has the id in its own.
    assert job["receipt"]["rows"] == {"memberships": 2, "ties": 1, "events": 2}
    await own.post("/v1/ties:bulk", json=[{"actor": "cleo", "target": "ann-1"}])
    copy = (await own.post("/v1/privacy/download", json={"person": "ann-1"})).json()
    assert copy["subject"] == job["subject"]
    assert sorted(line["table"] for line in copy["data"]) == [
        "audit_events", "audit_events", "events", "events", "jobs", "memberships", "memberships", "ties", "ties",
    ]  # fmt: skip
    assert all(not {"tenant_id", "token", "parameters"} & line["row"].keys() for line in copy["data"])
    lines = await own.post("/v1/privacy/download", json={"person": "ann-1"}, headers=NDJSON)
    told = [msgspec.json.decode(line) for line in lines.content.splitlines()]
    assert {"table": "ties", "target": "bob"} in [
        {"table": one["table"], "target": one["row"].get("target")} for one in told
    ]
    assert lines.headers["content-type"].startswith("application/x-ndjson")


async def test_whoever_may_not_read_a_persons_rows_is_not_told_how_many_there_are(world, own):
    await filled(own, "ann-13")
    made = await own.post("/v1/api-keys", json={"title": "w", "scopes": ["privacy:write", "jobs:read", "jobs:write"]})
    writer = dataclasses.replace(own, key=made.json()["key"])
    asked = {"person": "ann-13", "reason": "r"}

    job = await ended(world, writer, await writer.post("/v1/privacy/access", json=asked))

    assert (job["state"], job["receipt"]) == ("succeeded", {"ids": 1})
    listed = (await writer.get("/v1/jobs?kind=privacy.access")).json()["data"]
    assert all("rows" not in one["receipt"] for one in listed)
    assert (await own.get(f"/v1/jobs/{job['id']}")).json()["receipt"]["rows"]["ties"] == 1


async def test_that_somebodys_data_were_read_is_written_down_without_the_id(own):
    await filled(own, "ann-2")
    copy = (await own.post("/v1/privacy/download", json={"person": "ann-2"})).json()

    acts = (await own.get("/v1/audit?action=privacy.read")).json()["data"]

    assert acts[0]["subject"] == copy["subject"]
    assert "ann-2" not in (await own.get("/v1/audit")).text


async def test_the_reason_is_kept_without_the_id(own):
    await own.post("/v1/privacy/object", json={"person": "ann-3", "reason": "ann-3 wrote to us"})

    (act, *_) = (await own.get("/v1/audit?action=privacy.object")).json()["data"]

    assert act["details"]["reason"] == "(the person) wrote to us"


async def test_a_restricted_person_is_in_no_list_and_no_export_until_it_is_lifted(world, own):
    await filled(own, "ann-4")
    await own.post("/v1/privacy/restrict", json={"person": "ann-4", "reason": "r"})

    texts = [(await own.get(f"/v1/{name}", headers=NDJSON)).text for name in ("people", "ties", "events")]
    assert "ann-4" not in "".join(texts).replace("ann-4 ", "")
    cleo = next(row for row in map(msgspec.json.decode, texts[0].splitlines()) if row["person"] == "cleo")
    assert cleo.get("manager") is None
    assert len(texts[1].splitlines()) >= 1

    lifted = await own.post("/v1/privacy/lift", json={"person": "ann-4", "reason": "r"})
    assert (await ended(world, own, lifted))["kind"] == "privacy.lift"
    assert '"ann-4"' in (await own.get("/v1/people", headers=NDJSON)).text
    assert (await own.post("/v1/privacy/lift", json={"person": "ann-4", "reason": "r"})).status_code == 404


async def test_an_objection_can_be_taken_back_and_does_not_hide_rows(own):
    await filled(own, "ann-5")
    await own.post("/v1/privacy/object", json={"person": "ann-5", "reason": "r"})
    assert '"ann-5"' in (await own.get("/v1/people", headers=NDJSON)).text

    again = {"person": "ann-5", "reason": "r", "right": "object"}

    assert (await own.post("/v1/privacy/lift", json=again)).status_code == 202
    assert (await own.post("/v1/privacy/lift", json=again)).json()["code"] == "not_found"


async def test_an_erased_person_is_gone_from_every_answer(world, own):
    await filled(own, "ann-6")
    asked = {"person": "ann-6", "reason": "r"}

    job = await ended(world, own, await own.post("/v1/privacy/erase", json=asked))

    assert job["state"] == "succeeded"
    assert job["receipt"]["rows"]["events"] == 2
    for path in ("people", "ties", "events", "audit", "jobs"):
        assert "ann-6" not in (await own.get(f"/v1/{path}?limit=200")).text, path
    refused = await own.post("/v1/privacy/access", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "erased")
    assert refused.json()["errors"][0]["pointer"] == "/person"


async def test_a_request_that_is_repeated_is_one_request(own):
    headers = {"idempotency-key": "the-letter"}
    first = await own.post("/v1/privacy/erase", json={"person": "ann-8", "reason": "r"}, headers=headers)

    again = await own.post("/v1/privacy/erase", json={"person": "ann-8", "reason": "r"}, headers=headers)

    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"


async def test_jobs_are_listed_by_kind_and_state_and_called_off_while_they_may_be(own):
    erasing = (await own.post("/v1/privacy/erase", json={"person": "ann-9", "reason": "r"})).json()
    counting = (await own.post("/v1/privacy/access", json={"person": "ann-10", "reason": "r"})).json()

    kinds = {job["kind"] for job in (await own.get("/v1/jobs?kind=privacy.erase&state=queued")).json()["data"]}
    assert kinds == {"privacy.erase"}
    refused = await own.post(f"/v1/jobs/{erasing['id']}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert (await own.post(f"/v1/jobs/{counting['id']}/cancel")).json()["state"] == "cancelled"


async def test_another_tenant_sees_neither_job_nor_person(world, own):
    made = (await own.post("/v1/privacy/access", json=PERSON)).json()

    assert (await world.other.get(f"/v1/jobs/{made['id']}")).status_code == 404
    assert made["id"] not in (await world.other.get("/v1/jobs")).text
    copy = (await world.other.post("/v1/privacy/download", json={"person": "bob"})).json()
    assert [line["table"] for line in copy["data"]] == ["audit_events"]  # that it was read just now


async def test_no_job_is_made_without_a_reason(own):
    answer = await own.post("/v1/privacy/erase", json={"person": "ann-11", "reason": ""})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/reason"


async def test_retention_is_read_set_and_run(world, own):
    held = (await own.get("/v1/retention")).json()
    assert (held["chosen"], held["holds"]) == (False, {"events_days": 90, "rollups_days": 396})
    assert {one["table"] for one in held["estimate"]} >= {"events", "tie_day"}

    made = await own.put("/v1/retention", json={"events_days": 30, "rollups_days": None, "reason": "r"})
    assert (made.json()["chosen"], made.json()["asked"]) == (True, {"events_days": 30, "rollups_days": None})
    assert (await own.get("/v1/audit?action=retention.changed")).json()["data"][0]["details"]["after"][
        "events_days"
    ] == 30

    first = await own.post("/v1/retention/run")
    assert (await own.post("/v1/retention/run")).json()["code"] == "conflict"
    assert (await ended(world, own, first))["receipt"]["rows"] == {}


async def test_a_ground_that_shortens_is_named(own):
    made = await own.post("/v1/grounds", json={"template": "suppliers", "signed_by": "x", "retention_days": 10})

    held = (await own.get("/v1/retention")).json()

    assert held["holds"] == {"events_days": 10, "rollups_days": 10}
    assert held["shortened_by"] == [made.json()["id"]]
    await own.post(f"/v1/grounds/{made.json()['id']}/end")


async def test_roll_ups_that_would_go_first_are_refused_with_a_pointer(own):
    answer = await own.put("/v1/retention", json={"events_days": 30, "rollups_days": 29, "reason": "r"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/rollups_days")


async def test_a_large_copy_is_read_in_parts(world, own, monkeypatch):
    monkeypatch.setattr("kithline_core.db.about.SIZE", 2)
    await own.post("/v1/ties:bulk", json=[{"actor": "ann-12", "target": f"t{number}"} for number in range(5)])

    copy = (await own.post("/v1/privacy/download", json={"person": "ann-12"})).json()

    assert sorted(line["row"]["target"] for line in copy["data"] if line["table"] == "ties") == [
        f"t{n}" for n in range(5)
    ]
    assert stored.CHANNEL == "jobs"


async def test_a_run_over_days_that_are_gone_is_refused_with_the_first_day_it_can_begin_on(world, own):
    async with world.app.state.db.tenant(ids.read("tenant", own.ids["tenant"])) as tx:
        await tx.run(
            "insert into expired_days (tenant_id, day, received_at, emptied_at, forgotten_at)"
            " values ($1, 19000, now(), now(), now())"
        )
    asked = {"intended_use": "research", "scorers": ["silos.internal"], "from": "2022-01-05T00:00:00Z"}

    refused = await own.post("/v1/runs", json={**asked, "to": "2022-02-01T00:00:00Z"}, headers={"idempotency-key": "a"})

    assert (refused.status_code, refused.json()["code"]) == (409, "inputs_expired")
    assert "can begin on 2022-01-09" in refused.json()["detail"]
    later = {**asked, "from": "2022-01-09T00:00:00Z", "to": "2022-02-01T00:00:00Z"}
    assert (await own.post("/v1/runs", json=later, headers={"idempotency-key": "b"})).status_code == 202
