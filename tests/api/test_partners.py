"""Operators admit partners; partners provision tenants under a grant."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bare(world, anyio_backend):
    """A partner without a grant."""
    made = (await world.operator.post("/v1/partners", json={"title": "bare"})).json()
    key = (await world.operator.post(f"/v1/partners/{made['id']}/keys", json={"title": "k"})).json()
    return type(world.partner)(world.client, key["key"], {"partner": made["id"], "key": key["id"]})


async def test_a_partner_is_listed_and_read(world):
    made = world.partner.ids["partner"]
    listed = (await world.operator.get("/v1/partners")).json()["data"]

    assert made in [one["id"] for one in listed]
    assert (await world.operator.get(f"/v1/partners/{made}")).json()["title"] == "one"


async def test_a_tenant_is_provisioned_once_however_often_it_is_asked_for(world):
    first = await world.partner.put("/v1/partners/me/tenants/twice", json={"title": "A"})
    second = await world.partner.put("/v1/partners/me/tenants/twice", json={"title": "B"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert (await world.partner.get("/v1/partners/me/tenants/twice")).json()["title"] == "B"
    assert "twice" in [
        one["external_id"] for one in (await world.partner.get("/v1/partners/me/tenants")).json()["data"]
    ]


async def test_without_a_grant_nothing_is_provisioned(world, bare):
    refused = await bare.put("/v1/partners/me/tenants/t", json={"title": "t"})
    assert (refused.status_code, refused.json()["code"]) == (403, "no_grant")

    grant = {"given_by": "t", "external_id": "t"}
    made = await world.operator.post(f"/v1/partners/{bare.ids['partner']}/grants", json=grant)
    assert (await bare.put("/v1/partners/me/tenants/t", json={"title": "t"})).status_code == 201
    assert (await bare.put("/v1/partners/me/tenants/else", json={"title": "t"})).status_code == 403

    ended = await world.operator.delete(f"/v1/partners/{bare.ids['partner']}/grants/{made.json()['id']}")
    assert ended.status_code == 204
    assert (await bare.post("/v1/partners/me/tenants/t/keys", json={"title": "k"})).status_code == 403


async def test_once_its_grant_ends_a_partner_finds_no_tenant_and_its_keys_open_none(world, bare):
    owner = f"/v1/partners/{bare.ids['partner']}/grants"
    made = (await world.operator.post(owner, json={"given_by": "t", "external_id": "t"})).json()
    await world.operator.post(owner, json={"given_by": "t", "external_id": "another"})
    await bare.put("/v1/partners/me/tenants/t", json={"title": "t"})
    first = (await bare.post("/v1/partners/me/tenants/t/keys", json={"title": "k"})).json()["key"]
    key = type(world.partner)(world.client, first)
    child = (await key.post("/v1/api-keys", json={"title": "k", "scopes": ["keys:read"]})).json()["key"]
    children = [key, type(world.partner)(world.client, child)]
    before = [(await one.get("/v1/whoami")).status_code for one in children]

    await world.operator.delete(f"{owner}/{made['id']}")

    assert before == [200, 200]
    assert [(await one.get("/v1/whoami")).status_code for one in children] == [401, 401]
    assert (await bare.get("/v1/partners/me/tenants")).json()["data"] == []
    assert (await bare.get("/v1/partners/me/tenants/t")).status_code == 404


async def test_the_same_id_of_two_partners_is_two_tenants(world):
    one = await world.partner.get("/v1/partners/me/tenants/auren")
    two = await world.other_partner.get("/v1/partners/me/tenants/auren")

    assert one.json()["id"] != two.json()["id"]


async def test_a_tenants_first_key_may_be_small(world):
    path = "/v1/partners/me/tenants/auren/keys"
    made = await world.partner.post(path, json={"title": "k", "scopes": ["events:write"]})
    assert made.json()["scopes"] == ["events:write"]

    assert (await world.partner.post(path, json={"title": "k", "scopes": ["x:write"]})).status_code == 422


async def test_a_partners_key_is_listed_and_revoked(world, bare):
    path = f"/v1/partners/{bare.ids['partner']}/keys"

    assert [one["id"] for one in (await world.operator.get(path)).json()["data"]] == [bare.ids["key"]]
    assert (await world.operator.delete(f"{path}/{bare.ids['key']}")).status_code == 204
    assert (await bare.get("/v1/partners/me/tenants")).status_code == 401


async def test_an_external_id_with_control_characters_is_refused(world):
    answer = await world.partner.put("/v1/partners/me/tenants/a%00b", json={"title": "t"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/path/external_id")
