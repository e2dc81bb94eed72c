"""Every operation of the document, tried by everybody it is not for, and with everybody else's ids.

The document is generated from the routes; an operation without a row below fails the first test.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kithline_api.catalogue import KINDS
from kithline_core import errands as performing
from kithline_core import ids, signing
from kithline_core.db import errands, tasks
from kithline_core.model.keys import SCOPES
from kithline_core.model.results import NewResult
from kithline_core.model.rows import IDENTITY

pytestmark = pytest.mark.anyio

# Stands in everything the victims own; it must stand in no answer to anybody else.
MARK = "m4rk3r"
# Names that both sides know: they are in addresses, so that an answer may repeat them.
THEIRS = "theirs"
AT = "2026-01-05T09:00:00Z"
GONE, OWN, TAKEN = 404, 200, 409

ROWS_OF_FILES: dict[str, dict[str, Any]] = {
    "organisations": {"organisation": MARK},
    "people": {"person": MARK, "group": "employee"},
    "identities": {"kind": "person", "id": MARK, "same_as": "b"},
    "populations": {"group": "employee", "department": MARK, "count": 3},
    "communities": {"community": MARK, "purpose": MARK},
    "interfaces": {"side_a": MARK, "side_b": "b"},
    "ties": {"actor": MARK, "target": "b"},
    "organisation-ties": {"organisation_a": MARK, "organisation_b": "b"},
    "answers": {"questionnaire": MARK, "assessment": MARK, "item": "i", "value": 1},
    "ratings": {"object": MARK, "rater": "r", "item": "i", "value": 1},
    "survivals": {"unit": MARK, "duration": 1.0, "ended": True},
    "incidents": {"incident": MARK},
    "ideas": {"idea": MARK},
    "decisions": {"decision": MARK},
    "outcomes": {"outcome": MARK},
    "roadmap": {"purpose": MARK},
    "barriers": {"barrier": MARK},
    "interventions": {"intervention": MARK},
    "group-ties": {"period": "2026", "level": "role", "a": MARK},
    "group-activity": {"period": "2026", "community": MARK},
    "waits": {"period": "2026", "community": MARK},
    "contributions": {"period": "2026", "community": MARK},
    "events": {"id": MARK, "occurred_at": AT, "actor": MARK, "verb": "posted"},
}
QUESTIONNAIRE = {"questionnaire": THEIRS, "version": "1", "items": [{"item": "i", "text": {"en": MARK}}]}


@dataclass(frozen=True)
class Row:
    """Who tries an operation with the victim's ids, what is sent, and what must come back.

    `GONE`: 404, the same as for an id that never was. `OWN`: the caller's own things, without the mark. `TAKEN`: 409, for
    reasons of the caller's own.
    """

    by: str = "other"
    expect: int = GONE
    query: str = ""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def _sent(name: str) -> Row:
    row = {key: "mine" if value == MARK else value for key, value in ROWS_OF_FILES[name].items()}
    return Row(expect=OWN, body=[row])


def _withdrawn(name: str) -> Row:
    """Name a row of one's own by what identifies it."""
    stem = name.replace("-", "_")
    named = {key: value for key, value in ROWS_OF_FILES[name].items() if key in IDENTITY[stem]}
    return Row(
        expect=OWN, body={"reason": "r", "rows": [{**named, **{key: "mine" for key in named if named[key] == MARK}}]}
    )


NOBODY = Row(by="nobody", expect=OWN)
LIST = Row(expect=OWN)
MATRIX: dict[str, Row] = {
    "checkAlive": NOBODY,
    "checkReady": NOBODY,
    "readMetrics": Row(by="operator", expect=OWN),
    "listPluginCounters": Row(by="operator", expect=OWN),
    "readOpenapi": NOBODY,
    "readError": NOBODY,
    "readCaller": LIST,
    # For operators, of whom there is one kind: with the ids of one partner under the other's address.
    "createPartner": Row(by="operator", expect=OWN, body={"title": "three"}),
    "listPartners": Row(by="operator", expect=OWN),
    "readPartner": Row(by="operator", expect=OWN),
    "createPartnerKey": Row(by="operator", expect=OWN, body={"title": "k"}),
    "listPartnerKeys": Row(by="operator", expect=OWN),
    "revokePartnerKey": Row(by="operator"),
    "createGrant": Row(by="operator", expect=OWN, body={"given_by": "g", "external_id": "nobody"}),
    "revokeGrant": Row(by="operator"),
    # For partners: the same id of another partner's is another tenant.
    "putTenant": Row(by="other_partner", expect=OWN, body={"title": "mine"}),
    "listTenants": Row(by="other_partner", expect=OWN),
    "readTenant": Row(by="other_partner"),
    "listTenantPlugins": Row(by="other_partner"),
    "createTenantKey": Row(by="other_partner", body={"title": "k"}),
    # For tenants.
    "listApiKeys": LIST,
    "createApiKey": Row(expect=OWN, body={"title": "k", "scopes": ["keys:read"]}),
    "revokeApiKey": Row(),
    "listGroundTemplates": LIST,
    "createGround": Row(expect=OWN, body={"template": "synthetic"}),
    "listGrounds": LIST,
    "readGround": Row(),
    "endGround": Row(),
    "readPaper": LIST,
    "issuePaper": LIST,
    "sendOrganisations": _sent("organisations"),
    "sendPeople": _sent("people"),
    "sendIdentities": _sent("identities"),
    "listIdentities": LIST,
    "linkIdentity": Row(expect=OWN, body={"kind": "person", "id": "mine too", "same_as": "b"}),
    "previewIdentity": Row(expect=OWN, query="", body={"kind": "person", "id": "another", "same_as": "theirs"}),
    "suggestIdentities": LIST,
    "listIdentityHistory": LIST,
    "readIdentity": Row(),
    "undoIdentity": Row(),
    "openDispute": Row(
        body={
            "membership": {"person": MARK, "group": "employee", "claimed": {"group": "customer"}},
            "reason": "r",
            "opened_by": "o",
        }
    ),
    "listDisputes": LIST,
    "readDispute": Row(),
    "previewDispute": Row(),
    "acceptDispute": Row(body={"reason": "r"}),
    "refuseDispute": Row(body={"reason": "r"}),
    "sendPopulations": _sent("populations"),
    "sendCommunities": _sent("communities"),
    "sendInterfaces": _sent("interfaces"),
    "sendTies": _sent("ties"),
    "sendOrganisationTies": _sent("organisation-ties"),
    "sendAnswers": _sent("answers"),
    "sendRatings": _sent("ratings"),
    "sendSurvivals": _sent("survivals"),
    "sendEvents": _sent("events"),
    "sendIncidents": _sent("incidents"),
    "sendIdeas": _sent("ideas"),
    "sendDecisions": _sent("decisions"),
    "sendOutcomes": _sent("outcomes"),
    "sendRoadmap": _sent("roadmap"),
    "sendBarriers": _sent("barriers"),
    "sendInterventions": _sent("interventions"),
    "sendGroupTies": _sent("group-ties"),
    "sendGroupActivity": _sent("group-activity"),
    "sendWaits": _sent("waits"),
    "sendContributions": _sent("contributions"),
    "listIncidents": LIST,
    "listIdeas": LIST,
    "listDecisions": LIST,
    "listOutcomes": LIST,
    "listRoadmap": LIST,
    "listBarriers": LIST,
    "listInterventions": LIST,
    "listGroupTies": LIST,
    "listGroupActivity": LIST,
    "listWaits": LIST,
    "listContributions": LIST,
    "listOrganisations": LIST,
    "listPeople": LIST,
    "listPopulations": LIST,
    "listCommunities": LIST,
    "listInterfaces": LIST,
    "listTies": LIST,
    "listOrganisationTies": LIST,
    "listAnswers": LIST,
    "listRatings": LIST,
    "listSurvivals": LIST,
    "listEvents": LIST,
    "withdrawOrganisations": _withdrawn("organisations"),
    "withdrawPeople": _withdrawn("people"),
    "withdrawPopulations": _withdrawn("populations"),
    "withdrawCommunities": _withdrawn("communities"),
    "withdrawInterfaces": _withdrawn("interfaces"),
    "withdrawTies": _withdrawn("ties"),
    "withdrawOrganisationTies": _withdrawn("organisation-ties"),
    "withdrawAnswers": _withdrawn("answers"),
    "withdrawRatings": _withdrawn("ratings"),
    "withdrawSurvivals": _withdrawn("survivals"),
    "withdrawIncidents": _withdrawn("incidents"),
    "withdrawIdeas": _withdrawn("ideas"),
    "withdrawDecisions": _withdrawn("decisions"),
    "withdrawOutcomes": _withdrawn("outcomes"),
    "withdrawRoadmap": _withdrawn("roadmap"),
    "withdrawBarriers": _withdrawn("barriers"),
    "withdrawInterventions": _withdrawn("interventions"),
    "withdrawGroupTies": _withdrawn("group-ties"),
    "withdrawGroupActivity": _withdrawn("group-activity"),
    "withdrawWaits": _withdrawn("waits"),
    "withdrawContributions": _withdrawn("contributions"),
    "withdrawEvents": Row(expect=OWN, body={"ids": ["mine"], "reason": "r"}),
    "listCommunityQuestions": LIST,
    "listCorrections": LIST,
    "readCorrection": Row(),
    "undoCorrection": Row(body={"reason": "r"}),
    "listBatches": LIST,
    "readBatch": Row(),
    "undoBatch": Row(body={"reason": "r"}),
    "putDataset": Row(expect=OWN, body={"nature": "synthetic"}),
    "readDataset": LIST,
    "putValueModel": Row(expect=OWN, body={"lines": []}),
    "readValueModel": LIST,
    "putQuestionnaire": Row(expect=OWN, body={**QUESTIONNAIRE, "items": [{"item": "i", "text": {}}]}),
    "readQuestionnaire": Row(),
    "listQuestionnaires": LIST,
    "createAssessment": Row(expect=OWN, body={"questionnaire": "mine", "assessment": "mine again"}),
    "listAssessments": LIST,
    "readAssessment": Row(),
    "closeAssessment": Row(),
    "createScope": Row(expect=OWN, body={"scope": "mine", "owner": "o", "reason": "r"}),
    "listScopes": LIST,
    "readScope": Row(),
    "previewScope": Row(),
    "createImport": Row(expect=OWN, body={"file": "ratings", "format": "csv", "bytes": 9}),
    "listImports": LIST,
    "readImport": Row(),
    "putImportPart": Row(body=5, headers={"content-type": "application/octet-stream", "upload-offset": "0"}),
    "listImportRejects": Row(),
    "pauseImport": Row(),
    "resumeImport": Row(),
    "cancelImport": Row(),
    "completeImport": Row(),
    "listVerbs": LIST,
    "putVerbSchema": Row(expect=OWN, body={"title": "mine", "activity": "Add"}),
    "readVerbSchema": Row(),
    "createRun": Row(
        body={"intended_use": "research", "scope_id": "{scope_id}"}, headers={"idempotency-key": "the-same-as-theirs"}
    ),
    "listRuns": LIST,
    "readRun": Row(),
    "cancelRun": Row(),
    "listScorers": LIST,
    "readCoverage": LIST,
    "createSigningKey": Row(expect=OWN, body={"title": "mine", "public_key": "{public_key}", "proof": "{proof}"}),
    "listSigningKeys": LIST,
    "revokeSigningKey": Row(),
    "sendFinding": Row(
        body={
            "document": "e30=",
            "signature": "A" * 86 + "==",
            "signing_key": "{signing_key}",
            "tenant": "{tenant}",
            "sha256": hashlib.sha256(b"{}").hexdigest(),
        }
    ),
    "createAccess": Row(expect=OWN, body={"person": "mine", "reason": "r"}),
    "createObjection": Row(expect=OWN, body={"person": "mine", "reason": "r"}),
    "createRestriction": Row(expect=OWN, body={"person": "mine", "reason": "r"}),
    "endRight": Row(body={"person": "nobody of theirs", "reason": "r"}),
    "createErasure": Row(expect=OWN, body={"person": "another of mine", "reason": "r"}),
    "readPersonalCopy": Row(expect=OWN, body={"person": "mine"}),
    "readRetention": LIST,
    "putRetention": Row(expect=OWN, body={"events_days": 30, "rollups_days": 60, "reason": "r"}),
    "createRetentionRun": Row(expect=OWN),
    "listJobs": LIST,
    "readErrand": Row(),
    "readDelta": Row(),
    "readBridge": Row(expect=OWN, query="?from=0.9.0&to=1.0.0"),
    "createReplay": Row(),
    "readPath": Row(),
    "readEvidence": Row(),
    "listEvidence": Row(),
    "readSensitivity": Row(),
    "readCalibration": LIST,
    "createWhatIf": Row(body={"result_id": "{result}", "overlay": {"ceilings": {"workforce": 4}}}),
    "createBundle": Row(body={"releases": ["synthetic_twin", "failure", "parameters"]}),
    "listPlugins": LIST,
    "readPlugin": LIST,
    "putPluginChoice": Row(expect=OWN, body={"enabled": True, "reason": "mine"}),
    "putScorerParameters": Row(expect=OWN, body={"parameters": {}, "reason": "mine"}),
    "createShadow": Row(expect=TAKEN, body={"version": "1.0.0"}),
    "readShadow": Row(),
    "createShadowDecision": Row(body={"decision": "opt_out", "reason": "mine"}),
    "readTrend": LIST,
    "readFairness": Row(),
    "readPooling": LIST,
    "putPooling": Row(expect=OWN, body={"agreed": True, "reason": "mine"}),
    "readJob": Row(),
    "cancelJob": Row(),
    "listAuditEvents": LIST,
    "listIndices": Row(query="?scope_id={scope_id}"),
    "listIndexVariants": LIST,
    "putIndexVariant": Row(expect=OWN, body={"reason": "mine"}),
    "readIndexVariant": Row(),
    "readIndexValue": Row(),
    "revokeIndexVariant": Row(),
    "listResults": Row(query="?run={run}"),
    "readResult": Row(),
    "readFinding": Row(),
}


# The operation that asks for each kind of errand.
ERRANDS: dict[str, str] = {
    "plugins.parameters": "putScorerParameters",
    "results.bundle": "createBundle",
    "results.delta": "readDelta",
    "results.evidence": "readEvidence",
    "results.path": "readPath",
    "results.replay": "createReplay",
    "results.sensitivity": "readSensitivity",
    "results.what_if": "createWhatIf",
    "scorers.bridge": "readBridge",
}


@pytest.fixture(scope="module")
async def victim(world: Any, anyio_backend: str) -> dict[str, str]:
    """Fill the first tenant with marked things and return the id of each."""
    one, names = (
        world.tenant,
        {"external_id": THEIRS, "name": "no-ground", "key": THEIRS, "version": "1", "paper": "notice"},
    )
    await world.partner.put(f"/v1/partners/me/tenants/{THEIRS}", json={"title": MARK})
    names["partner"] = world.other_partner.ids["partner"]
    owner = world.partner.ids["partner"]
    names["partner_key"] = world.partner.ids["key"]
    grant = await world.operator.post(f"/v1/partners/{owner}/grants", json={"given_by": MARK})
    names["grant_id"] = grant.json()["id"]
    names["api_key"] = world.tenant.ids["key"]
    names["ground"] = (await one.post("/v1/grounds", json={"template": "synthetic", "title": MARK})).json()["id"]
    for path, row in ROWS_OF_FILES.items():
        assert (await one.post(f"/v1/{path}:bulk", json=[row])).status_code == 200
    await one.put("/v1/dataset", json={"nature": "synthetic", "title": MARK})
    line = {"line": MARK, "side": "cost", "unit_value": {"low": 1, "likely": 2, "high": 3}}
    await one.put("/v1/value-model", json={"lines": [line]})
    await one.put(f"/v1/questionnaires/{THEIRS}/versions/1", json=QUESTIONNAIRE)
    asked = {"questionnaire": MARK, "assessment": f"{MARK}-2"}
    names["assessment"] = (await one.post("/v1/assessments", json=asked)).json()["id"]
    links = (await one.get("/v1/identities:history")).json()["data"]
    names["identity"] = links[0]["id"]
    claim = {"membership": {"person": MARK, "group": "employee", "claimed": {"group": "customer"}},
             "reason": MARK, "opened_by": "o"}  # fmt: skip
    names["dispute"] = (await one.post("/v1/disputes", json=claim)).json()["id"]
    await one.post(f"/v1/populations:bulk?batch={THEIRS}", json=[{"group": "other", "department": MARK, "count": 1}])
    names["batch"] = THEIRS
    asked = {"reason": MARK, "rows": [{"group": "other", "department": f"{MARK} gone"}]}
    names["correction"] = (await one.post("/v1/populations:withdraw", json=asked)).json()["id"]
    names["scope_id"] = (
        await one.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": MARK})
    ).json()["id"]
    names |= {"plugin": "kithline-network", "scorer": "silos.internal"}
    await one.patch(f"/v1/plugins/{names['plugin']}", json={"pinned": "1.0.0", "reason": MARK})
    site = {"title": MARK, **_held(world.tenant)}
    names["signing_key"] = (await one.post("/v1/signing-keys", json=site)).json()["id"]
    file = {"file": "ratings", "format": "csv", "bytes": 9, "batch": MARK}
    names["import_id"] = (await one.post("/v1/imports", json=file)).json()["id"]
    names["variant"] = THEIRS
    await one.put(f"/v1/index-variants/{THEIRS}", json={"title": MARK, "reason": MARK})
    names["verb"] = f"{THEIRS}.verb"
    await one.put(f"/v1/verb-schemas/{names['verb']}", json={"title": MARK, "activity": "Add"})
    asked = {"person": f"{MARK}-17", "reason": MARK}
    names["job"] = (await one.post("/v1/privacy/access", json=asked)).json()["id"]
    names |= await _scored(world)
    names["before"] = names["after"] = names["result"]
    names["table"] = "events"
    async with world.app.state.db.tenant(ids.read("tenant", world.tenant.ids["tenant"])) as tx:
        names["errand"] = ids.show("errand", (await errands.insert(tx, "a.test", {"said": MARK})).id)
    return names


async def _scored(world: Any) -> dict[str, str]:
    headers = {"idempotency-key": "the-same-as-theirs"}
    asked = {"intended_use": "research", "scorers": ["silos.internal"]}
    made = (await world.tenant.post("/v1/runs", json=asked, headers=headers)).json()
    task = ids.read("task", made["tasks"][0]["id"])
    document = msgspec.json.encode({"scorer": "silos.internal", "said": MARK})
    new = NewResult(scorer="silos.internal", version="1.0.0", status="ok", key="sha256:0", document=document)
    async with world.app.state.db.tenant(ids.read("tenant", world.tenant.ids["tenant"])) as tx:
        claimed = await tasks.claim(tx, task, "the test", 30.0)
        assert claimed is not None
        stored = await tasks.finish(tx, claimed, new)
        assert stored is not None
    return {"run": made["id"], "result": ids.show("result", stored.id)}


@pytest.fixture(scope="module")
async def operations(world: Any, anyio_backend: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    document = (await world.client.get("/openapi.json")).json()
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def _filled(operation_id: str, path: str, names: dict[str, str]) -> str:
    own = {"revokePartnerKey": "partner_key", "revokeApiKey": "api_key"}
    return path.format(**{**names, "key": names[own.get(operation_id, "key")]})


def _absent(value: str) -> str:
    """Return an id of the same kind that never was."""
    prefix = value.partition("_")[0]
    kind = next((kind for kind, known in ids.PREFIXES.items() if known == prefix), None)
    return ids.show(kind, ids.new()) if kind else f"{value}-that-never-was"


def _kind_of(operation: dict[str, Any]) -> list[str]:
    return [name.removesuffix("Key") for one in operation["security"] for name in one]


def _scope_of(operation: dict[str, Any]) -> str | None:
    _, _, tail = operation["description"].partition("Needs the scope `")
    return tail.partition("`")[0] or None


def _same(answer: Any, names: dict[str, str], path: str) -> dict[str, Any]:
    told = {name: value for name, value in answer.json().items() if name != "request_id"}
    text = json.dumps(told)
    for value in sorted(names.values(), key=len, reverse=True):
        text = text.replace(value, "?")
    return json.loads(text)


def _held(caller: Any) -> dict[str, str]:
    """Return a public key with the proof that the caller holds it."""
    key = Ed25519PrivateKey.from_private_bytes(caller.ids["tenant"].encode()[:32].ljust(32))
    proof = base64.b64encode(signing.prove(key, caller.ids["tenant"])).decode()
    return {"public_key": signing.public(key), "proof": proof}


def _named(body: str, world: Any, names: dict[str, str]) -> str:
    """Return the body with the victim's ids, and with what is the other tenant's own."""
    told = {name: names[name] for name in ("scope_id", "signing_key", "result")} | {"tenant": world.other.ids["tenant"]}
    for name, value in (told | _held(world.other)).items():
        body = body.replace(f"{{{name}}}", value)
    return body


async def _try(world: Any, row: Row, method: str, path: str, names: dict[str, str]) -> Any:
    body = None if row.body is None else json.loads(_named(json.dumps(row.body), world, names))
    more = {} if body is None else {"json": body}
    address = path + row.query.replace("{run}", names["run"])
    if row.by == "nobody":
        return await world.client.request(method, address, **more)
    return await getattr(world, row.by).send(method, address, headers=dict(row.headers), **more)


async def test_every_operation_has_a_row_and_every_row_an_operation(operations):
    assert set(MATRIX) == set(operations)


async def test_the_ids_of_others_answer_like_ids_that_never_were_and_leak_nothing(world, victim, operations):
    await world.other.post("/v1/grounds", json={"template": "synthetic"})
    never = {name: _absent(value) for name, value in victim.items()} | {"partner": victim["partner"], "version": "2"}
    cells = 0
    # What must be gone comes first: putting one's own under the same name makes it one's own.
    for operation_id, row in sorted(MATRIX.items(), key=lambda item: -item[1].expect):
        method, path, _ = operations[operation_id]
        answer = await _try(world, row, method, _filled(operation_id, path, victim), victim)
        # Operators may see who the partners are.
        assert row.by == "operator" or MARK not in answer.text, (operation_id, answer.text)
        cells += 1
        if row.expect != GONE:
            assert answer.status_code // 100 == row.expect // 100, (operation_id, answer.text)
            continue
        assert answer.status_code == 404, (operation_id, answer.text)
        assert answer.json()["code"] == "not_found"
        absent = await _try(world, row, method, _filled(operation_id, path, never), never)
        assert _same(answer, victim, path) == _same(absent, never, path), operation_id
    assert cells == len(operations)


async def test_the_victim_still_owns_everything(world, victim):
    assert (await world.tenant.get(f"/v1/results/{victim['result']}")).json()["finding"]["said"] == MARK
    assert (await world.tenant.get(f"/v1/grounds/{victim['ground']}")).json()["valid_to"] is None
    assert (await world.tenant.get(f"/v1/assessments/{victim['assessment']}")).json()["state"] == "open"
    assert (await world.tenant.get("/v1/whoami")).status_code == 200
    assert (await world.partner.get(f"/v1/partners/me/tenants/{THEIRS}")).json()["title"] == MARK


async def test_without_a_key_every_guarded_operation_answers_401(world, victim, operations):
    for operation_id, (method, path, operation) in operations.items():
        answer = await world.client.request(method, _filled(operation_id, path, victim))
        wanted = 401 if operation["security"] else 200
        assert answer.status_code == wanted, operation_id
        if wanted == 401:
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_another_kind_of_key_answers_403_before_anything_is_read(world, victim, operations):
    callers = {"operator": world.operator, "partner": world.partner, "tenant": world.tenant}
    for (operation_id, (method, path, operation)), (kind, caller) in product(operations.items(), callers.items()):
        kinds = _kind_of(operation)
        if kinds and kind not in kinds:
            answer = await caller.send(method, _filled(operation_id, path, victim), content=b"{not even json")
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), operation_id


async def test_a_key_with_every_scope_but_the_one_needed_answers_403(world, victim, operations):
    keys: dict[str, Any] = {}
    for operation_id, (method, path, operation) in operations.items():
        scope = _scope_of(operation)
        if scope is None:
            continue
        if scope not in keys:
            rest = [one for one in SCOPES if one != scope]
            made = await world.tenant.post("/v1/api-keys", json={"title": "but one", "scopes": rest})
            keys[scope] = type(world.tenant)(world.client, made.json()["key"])
        answer = await keys[scope].send(method, _filled(operation_id, path, victim))
        assert answer.status_code == 403, operation_id
        assert scope in answer.json()["detail"]


async def test_every_tenant_operation_but_whoami_and_errands_needs_a_scope_that_exists(operations):
    for operation_id, (_, _, operation) in operations.items():
        if _kind_of(operation) == ["tenant"] and operation_id != "readErrand":
            assert _scope_of(operation) in SCOPES, operation_id


def test_every_operation_that_may_answer_later_has_a_kind_of_errand(operations):
    later = {name for name, (_, _, operation) in operations.items() if {"200", "202"} <= set(operation["responses"])}

    assert set(ERRANDS.values()) == later
    assert set(ERRANDS) == set(performing.NEEDS) <= set(performing.KINDS)


@pytest.mark.parametrize("kind", sorted(performing.NEEDS))
async def test_an_errand_is_read_with_the_scope_it_was_asked_with_and_no_other(world, operations, kind):
    scope = _scope_of(operations[ERRANDS[kind]][2])
    async with world.app.state.db.tenant(ids.read("tenant", world.tenant.ids["tenant"])) as tx:
        errand = await errands.insert(tx, kind, {})
        held = await errands.claim(tx, errand.id, 1.0)
        await errands.finish(tx, held, b"{}")

    async def read(scopes):
        made = await world.tenant.post("/v1/api-keys", json={"title": "for errands", "scopes": scopes})
        key = type(world.tenant)(world.client, made.json()["key"])
        return await key.get(f"/v1/errands/{ids.show('errand', errand.id)}")

    answer, refused = await read([scope]), await read([one for one in SCOPES if one != scope])
    assert answer.status_code == 200, answer.text
    assert (refused.status_code, scope in refused.json()["detail"]) == (403, True)


async def test_refusals_are_of_a_kind_that_is_documented(operations):
    for _, _, operation in operations.values():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                examples = answer["content"]["application/problem+json"]["examples"]
                assert all(str(KINDS[code].status) == status for code in examples)
