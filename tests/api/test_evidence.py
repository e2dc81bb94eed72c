"""Evidence over the API: an auditor pages the ids a figure came from and counts them again, and is led to nobody."""

from datetime import timedelta

import anyio
import pytest

from helpers import pages
from helpers.explained import END, SETTINGS, STAFF, member, pairs, scored
from kithline_core import errands as performing
from kithline_core import ids
from kithline_core.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


def spoken(count=240, days=60):
    """Return events of everybody, over many days and two places; ids that do not sort as they were said."""
    talks = pairs(0) + pairs(1)
    return [
        {
            "id": f"m-{number * 7919 % 100_003}", "source": "forum", "actor": one, "target": other, "verb": "replied",
            "community": ("alpha", "beta")[number % 2],
            "occurred_at": (END - timedelta(days=1 + number % days, minutes=number)).isoformat(),
        }
        for number, (one, other) in enumerate(talks[place % len(talks)] for place in range(count))
    ]  # fmt: skip


@pytest.fixture(scope="module")
async def result(world, sandbox):
    """A result of the tenant over events that were sent."""
    caller = world.tenant
    await caller.post("/v1/grounds", json={"template": "synthetic"})
    people = [
        {"person": one, "group": "employee", "organisation": "acme", "department": member(one).department}
        for one in STAFF
    ]
    staff = [{"group": "employee", "department": one, "count": 14} for one in ("buying", "making", "selling")]
    await caller.post("/v1/populations:bulk", json=staff)
    await caller.post("/v1/organisations:bulk", json=[{"organisation": "acme", "role": "focal"}])
    assert (await caller.post("/v1/people:bulk", json=people)).status_code == 200
    for start in range(0, 1200, 400):
        sent = await caller.post("/v1/events:bulk", json=spoken(1200)[start : start + 400])
        assert sent.status_code == 200, sent.text
    found = await scored(world.app.state.db, sandbox, ids.read("tenant", caller.ids["tenant"]))
    return ids.show("result", found.id)


async def worked(world, sandbox):
    """Do the tenant's errand as soon as there is one."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    waiting = []
    while not waiting:
        async with db.tenant(tenant) as tx:
            waiting = await tx.rows("select errand_id from errands where tenant_id = $1 and finished_at is null")
    await performing.perform(db, sandbox, SETTINGS, tenant, waiting[0]["errand_id"])


async def evidence(world, sandbox, result, **params):
    """Ask for evidence while a worker is there."""
    async with anyio.create_task_group() as group:
        group.start_soon(worked, world, sandbox)
        answer = await world.tenant.get(f"/v1/results/{result}/evidence", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed(caller, result, table, **params):
    """Return all pages of ids."""
    rows, address = [], f"/v1/results/{result}/evidence/{table}"
    asked = {"limit": 200, **params}
    while True:
        answer = await caller.get(address, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["data"]
        if not page["has_more"]:
            return rows
        asked = {**asked, "cursor": page["next_cursor"]}


def recounted(rows, table="events"):
    """Hash ids by the lines that docs/evidence.md prints."""
    known = {}
    (code,) = pages.blocks(pages.read("evidence.md"), "python")
    exec(code, known)
    return known["ids_hash"](table, rows)


async def test_an_auditor_recounts_the_events_behind_a_finding_from_the_pages(world, sandbox, result):
    told = await evidence(world, sandbox, result)
    finding = (await world.tenant.get(f"/v1/results/{result}/finding")).json()
    rows = await listed(world.tenant, result, "events")

    assert [(one["table"], one["filter"], one["count"], one["ids_hash"]) for one in told["tables"]] == [
        (one["table"], one["filter"], one["count"], one["ids_hash"]) for one in finding["lineage"]
    ]
    events = next(one for one in told["tables"] if one["table"] == "events")
    assert (events["recount"], events["held_back"], events["ids"]) == ("same", None, ["source", "id"])
    assert (len(rows), recounted(rows)) == (events["count"], events["ids_hash"])
    assert {row["verb"] for row in rows} == {"replied"}
    text = str(rows)
    assert not any(person in text for person in STAFF)


async def test_every_table_whose_rows_have_ids_is_recounted_alike(world, sandbox, result):
    told = await evidence(world, sandbox, result)

    open_ = [one for one in told["tables"] if one["held_back"] is None and one["table"] != "events"]
    assert {one["table"] for one in open_} >= {"focal", "populations"}
    for one in open_:
        rows = await listed(world.tenant, result, one["table"])
        assert (len(rows), recounted(rows, one["table"])) == (one["count"], one["ids_hash"]), one


async def test_a_measure_of_a_department_narrows_the_ids_to_its_members(world, sandbox, result):
    parts = {}
    for department in ("buying", "making", "selling"):
        measure = f"department_ei.{department}"
        told = await evidence(world, sandbox, result, measure=measure)
        part = next(one["part"] for one in told["tables"] if one["table"] == "events")
        parts[department] = await listed(world.tenant, result, "events", measure=measure)
        assert (len(parts[department]), recounted(parts[department])) == (part["count"], part["ids_hash"])
        assert part["filter"].endswith(f"; the actor's department is {department}")
        assert told["measure"] == measure

    whole = await listed(world.tenant, result, "events")
    assert sorted(tuple(row["id"]) for of in parts.values() for row in of) == sorted(tuple(row["id"]) for row in whole)


async def test_rows_are_narrowed_where_they_know_the_department(world, sandbox, result):
    rows = await listed(world.tenant, result, "populations", measure="department_ei.buying")
    told = await evidence(world, sandbox, result, measure="department_ei.buying")
    parts = {one["table"]: one["part"] for one in told["tables"]}

    assert [row["id"] for row in rows] == [["employee", "buying"]]
    assert parts["populations"]["filter"] == "department is buying"
    assert parts["focal"] is None
    assert len(await listed(world.tenant, result, "focal", measure="department_ei.buying")) == 1


async def refusal(caller, result, table, **params):
    answer = await caller.get(f"/v1/results/{result}/evidence/{table}", params=params)
    return answer.status_code, answer.json()["code"]


async def test_what_leads_to_people_or_to_a_pair_of_groups_is_not_listed_and_says_so(world, sandbox, result):
    measures = (await world.tenant.get(f"/v1/results/{result}/finding")).json()["measures"]
    pair = next(name for name in measures if name.startswith("lift."))
    told = await evidence(world, sandbox, result, measure=pair)

    assert await refusal(world.tenant, result, "memberships") == (409, "too_few")
    assert await refusal(world.tenant, result, "events", measure=pair) == (409, "too_few")
    assert await refusal(world.tenant, result, "focal", measure=pair) == (409, "too_few")
    assert {one["table"]: one["held_back"] for one in told["tables"]}["events"] == "pair"
    assert await refusal(world.tenant, result, "people") == (404, "not_found")
    assert await refusal(world.tenant, result, "events", measure="department_ei.nowhere") == (404, "not_found")


async def test_others_find_no_evidence_of_it(world, result):
    for address in ("evidence", "evidence/events"):
        answer = await world.other.get(f"/v1/results/{result}/{address}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_while_no_worker_has_counted_it_says_where_the_answer_will_be(world, sandbox, result):
    later = await world.tenant.get(f"/v1/results/{result}/evidence", params={"measure": "no such measure"})
    await worked(world, sandbox)

    told = await world.tenant.get(later.headers["location"])

    assert (later.status_code, told.status_code) == (202, 404)
    assert "has no measure" in told.json()["detail"]
