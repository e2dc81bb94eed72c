"""A repeated request has one effect and one answer."""

import asyncio

import pytest

from kithline_core import ids
from kithline_core.db import idempotency

pytestmark = pytest.mark.anyio


def keyed(key):
    return {"headers": {"idempotency-key": key}}


async def test_a_repetition_gets_the_first_answer(tenant):
    first = await tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "once"}, **keyed("a"))
    again = await tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "once"}, **keyed("a"))

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_a_repetition_gets_the_first_headers(tenant):
    asked = {"intended_use": "research"}
    first = await tenant.post("/v1/runs", json=asked, **keyed("run"))
    again = await tenant.post("/v1/runs", json=asked, **keyed("run"))

    assert first.headers["location"] == again.headers["location"]
    assert again.status_code == 202


async def test_a_quoted_key_is_the_same_key(tenant):
    first = await tenant.post(
        "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "quoted"}, **keyed('"q"')
    )
    again = await tenant.post(
        "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "quoted"}, **keyed("q")
    )

    assert first.content == again.content


async def test_a_key_for_one_request_is_none_for_another(tenant):
    await tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "one"}, **keyed("b"))
    answer = await tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "two"}, **keyed("b"))

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")


async def test_a_key_for_one_object_says_nothing_about_another(tenant):
    made = [
        (await tenant.post("/v1/assessments", json={"questionnaire": "q", "assessment": f"once-{n}"})).json()["id"]
        for n in range(2)
    ]

    assert (await tenant.post(f"/v1/assessments/{made[0]}/close", **keyed("c"))).status_code == 200
    assert (await tenant.post(f"/v1/assessments/{made[1]}/close", **keyed("c"))).status_code == 422


async def test_two_tenants_keys_are_independent(world):
    one = await world.tenant.post(
        "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "x"}, **keyed("same")
    )
    two = await world.other.post(
        "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "x"}, **keyed("same")
    )

    assert one.json()["id"] != two.json()["id"]


async def test_a_refused_request_keeps_no_answer(tenant):
    refused = await tenant.post("/v1/runs", json={"intended_use": "research", "scope_id": "scp_x"}, **keyed("d"))
    assert refused.status_code == 404

    assert (await tenant.post("/v1/runs", json={"intended_use": "research"}, **keyed("d"))).status_code == 202


async def test_thirty_at_once_have_one_effect(tenant):
    before = len((await tenant.get("/v1/scopes?limit=200")).json()["data"])
    answers = await asyncio.gather(
        *(
            tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "race"}, **keyed("race"))
            for _ in range(30)
        )
    )

    settled = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({answer.content for answer in settled}) == 1
    assert len((await tenant.get("/v1/scopes?limit=200")).json()["data"]) == before + 1


async def test_while_the_first_is_running_the_second_is_told_so(world):
    tenant_id = ids.read("tenant", world.tenant.ids["tenant"])
    async with world.app.state.db.tenant(tenant_id) as tx:
        await idempotency.begin(tx, "POST /v1/scopes", "slow", b"whatever")

        answer = await world.tenant.post(
            "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "slow"}, **keyed("slow")
        )

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_running")
    assert answer.headers["retry-after"] == "1"


async def test_a_quoted_key_may_hold_what_a_bare_one_may_not(tenant):
    quoted = ['"two words"', r'"a\"b"', r'"a\\b"', "a\\b"]
    answers = [
        await tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "odd"}, **keyed(key))
        for key in quoted
    ]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert "idempotency-replayed" not in answers[2].headers
    # A backslash is escaped inside quotes and stands for itself outside.
    assert answers[3].content == answers[2].content
    assert len({answer.content for answer in answers}) == 3


async def test_two_keys_at_once_are_refused(tenant):
    headers = [("idempotency-key", "one"), ("idempotency-key", "two"), ("authorization", f"Bearer {tenant.key}")]
    answer = await tenant.client.post(
        "/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": "x"}, headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert answer.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"


async def test_a_key_that_cannot_be_kept_is_refused_and_not_passed_over(world):
    partner = f"/v1/partners/{world.partner.ids['partner']}"
    tried = [
        (world.tenant, "/v1/api-keys", {"title": "k", "scopes": ["keys:read"]}),
        (world.operator, "/v1/partners", {"title": "p"}),
        (world.operator, f"{partner}/keys", {"title": "k"}),
        (world.operator, f"{partner}/grants", {"given_by": "g"}),
        (world.partner, "/v1/partners/me/tenants/auren/keys", {"title": "k"}),
    ]
    for caller, path, body in tried:
        answer = await caller.post(path, json=body, **keyed("k"))
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_unsupported"), path
        assert (await caller.post(path, json=body)).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü", '"', '""', '"a', 'a"', 'a"b', '"a"b"', '"a\\"', '"\\a"'])
async def test_a_key_out_of_bounds_is_refused(tenant, key):
    answer = await tenant.post(
        "/v1/scopes",
        json={"owner": "a role", "reason": "a test", "scope": "x"},
        headers={"idempotency-key": key.encode()},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_a_run_insists_on_a_key(tenant):
    answer = await tenant.post("/v1/runs", json={"intended_use": "research"})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
