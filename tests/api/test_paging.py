"""Cursors belong to their list, their filters and their tenant, and cannot be edited."""

import base64

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def cursor(world, anyio_backend):
    for n in range(3):
        await world.tenant.post("/v1/scopes", json={"owner": "a role", "reason": "a test", "scope": f"s{n}"})
    return (await world.tenant.get("/v1/scopes?limit=1")).json()["next_cursor"]


async def refused(caller, address):
    answer = await caller.get(address)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_cursor_leads_on(tenant, cursor):
    page = (await tenant.get(f"/v1/scopes?limit=1&cursor={cursor}")).json()

    assert page["data"][0]["scope"] == "s1"


async def test_no_single_flipped_bit_is_accepted(tenant, cursor):
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for bit in range(0, len(raw) * 8, 5):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        text = base64.urlsafe_b64encode(bytes(flipped)).decode().rstrip("=")
        await refused(tenant, f"/v1/scopes?limit=1&cursor={text}")


@pytest.mark.parametrize("text", ["x", "!!!!", "%C3%A4", "AAAA", "a" * 500])
async def test_nonsense_is_no_cursor(tenant, text):
    await refused(tenant, f"/v1/scopes?cursor={text}")


async def test_a_cursor_in_another_spelling_is_refused(tenant, cursor):
    await refused(tenant, f"/v1/scopes?limit=1&cursor={cursor}%3D%3D%3D")
    last = chr(ord(cursor[-1]) + 1)
    await refused(tenant, f"/v1/scopes?limit=1&cursor={cursor[:-1]}{last}")


async def test_a_cursor_works_nowhere_else(world, tenant, other, cursor):
    await refused(tenant, f"/v1/runs?cursor={cursor}")
    await refused(tenant, f"/v1/scopes?cursor={cursor}&latest=true")
    await refused(other, f"/v1/scopes?cursor={cursor}")
