"""Scopes have names, versions, owners and reasons, and say beforehand what they count."""

import pytest

pytestmark = pytest.mark.anyio
SPAN = "?from=2026-01-01T00:00:00Z&to=2026-04-01T00:00:00Z"


def said(community, actor, target, number):
    return {"id": f"{community}-{actor}-{target}-{number}", "occurred_at": "2026-03-01T12:00:00Z", "verb": "posted",
            "actor": actor, "target": target, "community": community}  # fmt: skip


def crowd(community, first, size):
    """Everybody writes to the next one, twice."""
    return [
        said(community, f"p{n}", f"p{first + (n + 1 - first) % size}", number)
        for n in range(first, first + size)
        for number in range(2)
    ]


@pytest.fixture
async def grounded(world):
    assert (await world.tenant.post("/v1/grounds", json={"template": "synthetic", "signed_by": "t"})).status_code == 201
    return world.tenant


async def made(caller, **asked):
    answer = await caller.post("/v1/scopes", json={"reason": "a test", **asked})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def preview(caller, scope, span=SPAN):
    return (await caller.get(f"/v1/scopes/{scope['id']}/preview{span}")).json()


async def test_a_new_version_keeps_its_owner_unless_it_names_another(world):
    first = await made(world.tenant, scope="suppliers", owner="head of purchasing", reason="asked for by the board")
    second = await made(world.tenant, scope="suppliers")
    third = await made(world.tenant, scope="suppliers", owner="quality")

    assert [one["version"] for one in (first, second, third)] == [1, 2, 3]
    assert [one["owner"] for one in (first, second, third)] == ["head of purchasing", "head of purchasing", "quality"]


@pytest.mark.parametrize(
    ("asked", "pointer"), [({"scope": "new", "reason": "why"}, "/owner"), ({"scope": "new", "owner": "who"}, "/reason")]
)
async def test_a_scope_without_an_owner_or_a_reason_is_refused(world, asked, pointer):
    answer = await world.tenant.post("/v1/scopes", json=asked)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await world.tenant.get("/v1/scopes?scope=new")).json()["data"] == []


async def test_scopes_are_listed_by_name_and_by_their_latest_version(world):
    for version in range(2):
        await made(world.tenant, owner="a role", scope="listed", reason=f"reason {version}")
    await made(world.tenant, owner="a role", scope="listed too")

    named = (await world.tenant.get("/v1/scopes?scope=listed")).json()["data"]
    latest = (await world.tenant.get("/v1/scopes?latest=true&scope=listed")).json()["data"]
    every = (await world.tenant.get("/v1/scopes?latest=true")).json()["data"]

    assert [one["version"] for one in named] == [2, 1]
    assert [one["version"] for one in latest] == [2]
    assert len({one["scope"] for one in every}) == len(every)


async def test_a_preview_counts_rounded_and_names_what_it_does_not_count(grounded):
    await grounded.post(
        "/v1/communities:bulk", json=[{"community": "open"}, {"community": "quiet", "name": "Trade union"}]
    )
    rows = [*crowd("open", 0, 43), *crowd("quiet", 0, 43)]
    assert (await grounded.post("/v1/events:bulk", json=rows)).json()["rejected"] == 0
    scope = await made(grounded, owner="a role", scope="preview", communities=["open", "quiet", "opne"])

    told = await preview(grounded, scope)

    assert told["counted"] == {"version": 1, "events": 85, "people": 45, "withheld": None}
    assert told["communities"] == ["open"]
    assert told["not_counted"] == [
        {"community": "opne", "reason": "unknown"}, {"community": "quiet", "reason": "sensitive"},
    ]  # fmt: skip
    assert (told["before"], told["window"]) == (None, ["2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"])


async def test_without_dates_a_preview_looks_at_the_last_ninety_days(grounded):
    scope = await made(grounded, owner="a role", scope="lately")

    told = await preview(grounded, scope, "")

    assert told["counted"]["people"] == 0
    assert told["communities"] is None


@pytest.mark.parametrize(
    "span",
    ["?from=2026-04-01T00:00:00Z&to=2026-04-01T00:00:00Z", "?from=2026-04-01T00:00:00", "?to=0001-01-01T00:00:00Z"],
)
async def test_a_window_that_is_none_is_refused(grounded, span):
    scope = await made(grounded, owner="a role", scope="refused")

    refused = await grounded.get(f"/v1/scopes/{scope['id']}/preview{span}")

    assert refused.status_code == 422
