"""Ten things that are refused, whoever asks: over the real API, with the real engine behind it."""

import json
import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from itertools import combinations, count
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from helpers.agreed import asked
from helpers.engine import spec
from kithline_core import ids, plugins, scoring
from kithline_core.choices import vetting
from kithline_core.db import runs
from kithline_core.plugins import Manifest, beside, current
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
numbers = count()
SILOS, SUPPLY = "silos.internal", "supply.collaboration"
UNTIL = "2026-03-01T00:00:00Z"
EMPLOYEES = asked(mode="identified")
STAFF = [f"{department}-{number:02}" for department in ("buying", "making", "selling") for number in range(8)]


@dataclass(frozen=True)
class Tenant:
    """A tenant of its own, and a worker that does its runs."""

    caller: Any
    id: UUID
    db: Any
    sandbox: Sandbox

    async def send(self, path: str, *rows: dict[str, Any]) -> Any:
        return await self.caller.post(f"/v1/{path}", json=list(rows))

    async def run(self, scorer: str = SILOS, **more: Any) -> dict[str, Any]:
        """Ask for a run, do it as a worker would, and return the result with its finding."""
        body = {"intended_use": "research", "scorers": [scorer], "to": UNTIL, **more}
        made = await self.caller.post("/v1/runs", json=body, headers={"idempotency-key": f"refusal-{next(numbers)}"})
        run_id = ids.read("run", made.json()["id"])
        async with self.db.tenant(self.id) as tx:
            (task,) = await runs.tasks(tx, run_id)
        done = await scoring.perform(self.db, self.sandbox, Settings(), self.id, task.id)
        assert done is not None
        return dict((await self.caller.get(f"/v1/results/{ids.show('result', done.id)}")).json())


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
async def bare(world, sandbox):
    """A tenant without any ground."""
    name = f"refusing-{next(numbers)}"
    made = (await world.partner.put(f"/v1/partners/me/tenants/{name}", json={"title": name})).json()
    key = (await world.partner.post(f"/v1/partners/me/tenants/{name}/keys", json={"title": "all"})).json()["key"]
    caller = type(world.tenant)(world.client, key)
    return Tenant(caller, ids.read("tenant", made["id"]), world.app.state.db, sandbox)


@pytest.fixture
async def staffed(bare):
    """Three departments of eight under a works agreement, most of whom talk to each other."""
    assert (await bare.caller.post("/v1/grounds", json=EMPLOYEES)).status_code == 201
    people = [{"person": one, "group": "employee", "department": one.partition("-")[0]} for one in STAFF]
    assert (await bare.send("people:bulk", *people)).status_code == 200
    pairs = [pair for number, pair in enumerate(combinations(STAFF, 2)) if number % 3]
    assert (await bare.send("events:bulk", *talk(pairs))).status_code == 200
    return bare


def talk(pairs, prefix="e", **more):
    """Two events of every pair, there and back, on two days."""
    return [
        {"id": f"{prefix}-{a}-{b}", "occurred_at": f"2026-02-{day:02}T09:00:00Z", "actor": a, "target": b,
         "verb": "replied", **more}
        for one, other in pairs
        for day, a, b in ((3, one, other), (4, other, one))
    ]  # fmt: skip


def figures(result):
    """Every number that a result shows of what was measured."""
    found = result["finding"]
    return [result["score"], result["level"], *found["measures"].values(), *found["tables"].values(), *found["drivers"]]


async def everything(database_urls):
    """Every row of every table, as text."""
    connection = await asyncpg.connect(database_urls.superuser)
    try:
        tables = await connection.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        )
        return [
            str(row[0]) for name in tables for row in await connection.fetch(f'select t::text from "{name[0]}" as t')
        ]
    finally:
        await connection.close()


async def test_1_direct_messages_of_employees(staffed):
    answer = await staffed.send("events:bulk", *talk([STAFF[:2]], "whisper", visibility="direct"))

    assert (answer.status_code, answer.json()["code"]) == (422, "all_rejected")
    assert {one["code"] for one in answer.json()["errors"]} == {"direct_refused"}
    assert "whisper" not in (await staffed.caller.get("/v1/events", headers={"accept": "application/x-ndjson"})).text


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("people", {"person": "ann", "group": "employee"}),
        ("events", {"id": "1", "occurred_at": UNTIL, "actor": "ann", "verb": "posted"}),
        ("ties", {"actor": "ann", "target": "bob"}),
        ("answers", {"questionnaire": "q", "assessment": "a", "item": "i", "value": 1, "respondent": "ann"}),
        ("ratings", {"object": "o", "rater": "ann", "item": "i", "value": 1}),
        ("survivals", {"unit": "ann", "duration": 1.0, "ended": True}),
    ],
)
async def test_2_live_data_about_people_without_a_ground(bare, path, row):
    answer = await bare.send(f"{path}:bulk", row)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_ground")
    assert (await bare.caller.get(f"/v1/{path}")).json()["data"] == []


async def test_3_consent_as_a_ground_for_employees(bare):
    for more in ({}, {"groups": []}, {"mode": "aggregates"}, {"country": "FR"}):
        answer = await bare.caller.post("/v1/grounds", json={**EMPLOYEES, "basis": "consent", **more})
        assert (answer.status_code, answer.json()["code"]) == (422, "consent_not_valid")
        assert "works agreement" in answer.json()["detail"]
    assert (await bare.caller.get("/v1/grounds")).json()["data"] == []


@pytest.mark.parametrize("parameter", sorted(vetting.REFUSED_PARAMETERS))
async def test_4_figures_of_single_persons_that_are_asked_for(staffed, parameter):
    body = {"intended_use": "research", "scorers": [SILOS], "parameters": {SILOS: {parameter: True}}}

    answer = await staffed.caller.post("/v1/runs", json=body, headers={"idempotency-key": f"one-{parameter}"})

    assert (answer.status_code, answer.json()["code"]) == (422, "parameter_refused")


async def test_4_a_run_over_a_single_person(bare):
    await bare.caller.post("/v1/grounds", json=EMPLOYEES)
    await bare.send("people:bulk", {"person": "ann", "group": "employee", "department": "buying"})
    await bare.send("events:bulk", *talk([("ann", "somebody")]))

    result = await bare.run()

    assert result["status"] == "withheld"
    assert not [one for one in figures(result) if one is not None]


async def test_4_a_floor_that_is_lowered(staffed):
    body = {"intended_use": "research", "scorers": [SILOS], "parameters": {SILOS: {"floor": 1}}}

    answer = await staffed.caller.post("/v1/runs", json=body, headers={"idempotency-key": "low"})

    assert (answer.status_code, answer.json()["code"]) == (422, "parameter_refused")
    assert (await staffed.caller.post("/v1/grounds", json={**EMPLOYEES, "floor": 1})).status_code == 422


async def test_4_no_published_figure_names_a_person(staffed):
    result = await staffed.run()

    assert result["status"] == "ok"
    assert not [one for one in STAFF if one in json.dumps(result["finding"])]


async def test_5_previews_of_a_merger_and_of_a_dispute(staffed):
    merged = await staffed.caller.post(
        "/v1/identities:preview", json={"kind": "person", "id": STAFF[0], "same_as": STAFF[1]}
    )
    opened = await staffed.caller.post("/v1/disputes", json=DISPUTE)
    disputed = await staffed.caller.get(f"/v1/disputes/{opened.json()['id']}/preview")

    assert (merged.status_code, merged.json()["effect"]) == (200, "withheld")
    assert (disputed.status_code, disputed.json()["effect"]) == (200, "withheld")


async def test_5_a_second_run_that_differs_by_one_pair(staffed):
    assert (await staffed.run())["status"] == "ok"
    newly = next(pair for number, pair in enumerate(combinations(STAFF, 2)) if not number % 3)
    await staffed.send("events:bulk", *talk([newly], "late"))

    again = await staffed.run()

    assert (again["status"], again["finding"]["reasons"]) == ("withheld", ["differencing"])
    assert not [one for one in figures(again) if one is not None]


@pytest.mark.parametrize("community", [{"name": "Lunch", "sensitive": True}, {"name": "Works council"}])
async def test_6_sensitive_communities_in_matrices(staffed, community):
    before = await staffed.run()
    await staffed.send("communities:bulk", {"community": "c", **community})
    hidden = [pair for number, pair in enumerate(combinations(STAFF, 2)) if not number % 3]
    await staffed.send("events:bulk", *talk(hidden, "apart", community="c"))

    after = await staffed.run()

    # The lineage counts every event that was read; nothing that was reckoned knows of these.
    told = [
        {name: part for name, part in one["finding"].items() if name not in ("lineage", "key")}
        for one in (before, after)
    ]
    assert told[0] == told[1]
    assert before["status"] == "ok"
    questions = (await staffed.caller.get("/v1/communities:questions")).text
    assert ("Works council" in questions) == ("sensitive" not in community)


async def test_6_what_is_not_sensitive_is_counted(staffed):
    before = await staffed.run()
    await staffed.send("communities:bulk", {"community": "c", "name": "Press shop"})
    apart = [pair for number, pair in enumerate(combinations(STAFF, 2)) if not number % 3]
    await staffed.send("events:bulk", *talk(apart, "apart", community="c"))

    assert (await staffed.run())["finding"]["measures"] != before["finding"]["measures"]


async def test_7_competitors_as_persons(staffed, database_urls):
    rival = "rival-who-is-counted"
    answer = await staffed.send("people:bulk", {"person": rival, "group": "competitor", "organisation": "volt"})
    await staffed.send("events:bulk", *talk([(rival, STAFF[0])], "rivals"))

    assert answer.status_code == 200
    assert not [row for row in await everything(database_urls) if rival in row]
    counted = [re.fullmatch(rf"\({staffed.id},\d+,,(\d+)\)", row) for row in await everything(database_urls)]
    assert sum(int(one[1]) for one in counted if one) == 2


async def test_8_a_plugin_that_infers_the_mood_of_employees(world, tenant, monkeypatch, tmp_path):
    manifest = Manifest(plugin="moods", version="1.0.0", api_version="1", scorers=[spec(key="team.mood")])
    (tmp_path / "moods").mkdir()
    (tmp_path / "moods" / "__init__.py").touch()
    (tmp_path / "moods" / "kithline.json").write_bytes(msgspec.json.encode(manifest))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(beside, "entry_points", lambda **_: [EntryPoint("moods", "moods", plugins.GROUP)])
    found = current.look(None)
    monkeypatch.setattr(plugins, "installed", lambda: found)

    told = (await tenant.get("/v1/scorers")).json()

    assert told["data"] == []
    assert "infer feelings" in told["quarantined"][0]["reason"]


async def test_8_no_text_of_an_employee_is_there_for_any_plugin(staffed, database_urls):
    said = "I am so very tired of the press in hall nine"
    for visibility in ("public", "members", None):
        rows = talk([STAFF[:2]], f"said-{visibility}", text=said, **({"visibility": visibility} if visibility else {}))
        await staffed.send("events:bulk", *rows)
    await staffed.run()

    assert not [row for row in await everything(database_urls) if said in row or said.encode().hex() in row]


async def test_9_recommendations_that_join_competing_suppliers(bare):
    names = [f"supplier-{number}" for number in range(8)]
    supplier = {"role": "supplier", "circles": "battery"}
    await bare.send("organisations:bulk", {"organisation": "auren", "role": "focal"})
    await bare.send("organisations:bulk", *({"organisation": name, **supplier} for name in names))
    await bare.send(
        "organisation-ties:bulk",
        *({"organisation_a": "auren", "organisation_b": name, "weight": 3.0} for name in names),
        {"organisation_a": names[6], "organisation_b": names[7], "weight": 1.0},
    )
    before = json.dumps((await bare.run(SUPPLY))["finding"]["recommendations"])
    await bare.send("organisations:bulk", {"organisation": names[0], **supplier, "competing": names[1]})

    said = json.dumps((await bare.run(SUPPLY))["finding"]["recommendations"])

    assert [name in before for name in names[:3]] == [True, True, True]
    assert [name in said for name in names[:3]] == [False, False, True]


@pytest.mark.parametrize("use", ["appraisal", "pay", "dismissal", "award", "delisting"])
async def test_10_runs_that_decide_about_people_or_awards(staffed, use):
    body = {"intended_use": use, "scorers": [SILOS]}

    answer = await staffed.caller.post("/v1/runs", json=body, headers={"idempotency-key": f"use-{use}"})

    assert (answer.status_code, answer.json()["code"]) == (422, "use_refused")
    assert (await staffed.caller.get("/v1/runs")).json()["data"] == []


DISPUTE = {
    "reason": "works for an agency", "opened_by": "the person",
    "membership": {"person": STAFF[0], "group": "employee", "department": "buying",
                   "claimed": {"group": "supplier", "organisation": "agency"}},
}  # fmt: skip
