"""Keys: kinds, scopes, life and death."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kithline_core.model.keys import SCOPES

pytestmark = pytest.mark.anyio


async def issue(tenant, *scopes, **more):
    return await tenant.post("/v1/api-keys", json={"title": "k", "scopes": list(scopes), **more})


def with_key(caller, key):
    return type(caller)(caller.client, key)


@pytest.mark.parametrize(
    "header", ["", "Basic abc", "Bearer", "Bearer ", "Bearer kithline_live_x", "bearer nonsense", "Bearer a b"]
)
async def test_what_is_no_key_is_401(world, header):
    answer = await world.client.get("/v1/whoami", headers={"authorization": header} if header else {})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_every_truncation_and_change_of_a_key_is_401(tenant):
    for place in range(0, len(tenant.key), 7):
        changed = tenant.key[:place] + ("a" if tenant.key[place] != "a" else "b") + tenant.key[place + 1 :]
        for key in (tenant.key[:place], changed):
            assert (await with_key(tenant, key).get("/v1/whoami")).status_code == 401


async def test_a_key_says_whose_it_is(world):
    told = (await world.tenant.get("/v1/whoami")).json()
    assert (told["kind"], told["tenant_id"], told["scopes"]) == ("tenant", world.tenant.ids["tenant"], sorted(SCOPES))

    told = (await world.partner.get("/v1/whoami")).json()
    assert (told["kind"], told["partner_id"], told["tenant_id"]) == ("partner", world.partner.ids["partner"], None)

    assert (await world.operator.get("/v1/whoami")).json()["kind"] == "operator"


async def test_a_new_key_does_what_its_scopes_say_and_nothing_else(tenant):
    made = (await issue(tenant, "runs:read")).json()
    fresh = with_key(tenant, made["key"])

    assert (await fresh.get("/v1/runs")).status_code == 200
    refused = await fresh.get("/v1/results")
    assert (refused.status_code, refused.json()["detail"]) == (403, "the key lacks the scope results:read")


async def test_the_secret_is_shown_once(tenant):
    made = (await issue(tenant, "runs:read")).json()
    listed = await tenant.get("/v1/api-keys?limit=200")

    assert made["id"] in listed.text
    assert made["key"].split("_")[3] not in listed.text


async def test_a_key_cannot_pass_on_what_it_lacks(tenant):
    small = with_key(tenant, (await issue(tenant, "keys:write", "runs:read")).json()["key"])

    assert (await issue(small, "runs:read")).status_code == 201
    assert (await issue(small, "runs:write")).status_code == 403


async def test_an_unknown_scope_is_named(tenant):
    answer = await issue(tenant, "runs:read", "moons:write")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/scopes/1")


async def test_a_revoked_key_is_dead_at_once(tenant):
    made = (await issue(tenant, "runs:read")).json()

    assert (await tenant.delete(f"/v1/api-keys/{made['id']}")).status_code == 204
    assert (await with_key(tenant, made["key"]).get("/v1/runs")).status_code == 401
    assert (await tenant.delete(f"/v1/api-keys/{made['id']}")).status_code == 204


def ahead(**more):
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


def end_of(made):
    return datetime.fromisoformat(made.json()["expires_at"])


async def test_an_expired_key_is_dead(tenant):
    made = (await issue(tenant, "runs:read", expires_at=ahead(seconds=0.5))).json()
    assert (await with_key(tenant, made["key"]).get("/v1/runs")).status_code == 200

    await asyncio.sleep(0.6)

    assert (await with_key(tenant, made["key"]).get("/v1/runs")).status_code == 401


async def test_a_key_lives_for_a_year_unless_told_otherwise(world):
    admitted = await world.operator.post(f"/v1/partners/{world.partner.ids['partner']}/keys", json={"title": "k"})
    assert timedelta(days=364) < end_of(admitted) - datetime.now(UTC) <= timedelta(days=365)


async def lasting(tenant, **more):
    """Return a caller whose key, made by the platform's, ends then."""
    return with_key(tenant, (await issue(tenant, "keys:write", "runs:read", expires_at=ahead(**more))).json()["key"])


async def test_a_key_ends_with_the_key_it_was_made_with(tenant):
    small = await lasting(tenant, days=2)

    assert (await issue(small, "runs:read", expires_at=ahead(days=1))).status_code == 201
    assert timedelta(days=1) < end_of(await issue(small, "runs:read")) - datetime.now(UTC) <= timedelta(days=2)
    late = await issue(small, "runs:read", expires_at=ahead(days=3))
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/expires_at")


async def test_a_tenants_first_key_ends_with_the_platforms(world):
    path = f"/v1/partners/{world.partner.ids['partner']}/keys"
    made = await world.operator.post(path, json={"title": "k", "expires_at": ahead(days=2)})
    short, keys = with_key(world.partner, made.json()["key"]), "/v1/partners/me/tenants/auren/keys"

    assert end_of(await short.post(keys, json={"title": "k"})) == end_of(made)
    assert (await short.post(keys, json={"title": "k", "expires_at": ahead(days=3)})).status_code == 422


@pytest.mark.parametrize(
    "end", ["2020-01-01T00:00:00Z", ahead(days=740), "2899-01-01T00:00:00Z"], ids=["past", "two_years", "centuries"]
)
async def test_a_key_is_neither_born_dead_nor_made_for_more_than_two_years(world, tenant, end):
    partner = f"/v1/partners/{world.partner.ids['partner']}"
    answers = [
        await issue(tenant, "runs:read", expires_at=end),
        await world.partner.post("/v1/partners/me/tenants/auren/keys", json={"title": "k", "expires_at": end}),
        await world.operator.post(f"{partner}/keys", json={"title": "k", "expires_at": end}),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"][0]["pointer"] == "/expires_at"
