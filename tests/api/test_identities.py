"""Links between ids over the API."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True, scope="module")
async def ground(world, anyio_backend):
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})


async def linked(tenant, alias, same_as, kind="person"):
    answer = await tenant.post("/v1/identities:link", json={"kind": kind, "id": alias, "same_as": same_as})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_link_is_made_read_listed_and_taken_back(tenant):
    made = await linked(tenant, "one", "two")

    assert (made["alias"], made["same_as"], made["rule"], made["undone_at"]) == ("one", "two", "by hand", None)
    assert (await tenant.get(f"/v1/identities/{made['id']}")).json() == made
    assert {"kind": "person", "id": "one", "same_as": "two", "rule": "by hand"} in (
        await tenant.get("/v1/identities")
    ).json()["data"]
    undone = (await tenant.post(f"/v1/identities/{made['id']}/undo")).json()
    assert undone["undone_at"] is not None
    assert (await tenant.post(f"/v1/identities/{made['id']}/undo")).status_code == 409
    assert undone in (await tenant.get("/v1/identities:history")).json()["data"]
    assert "one" not in {row["id"] for row in (await tenant.get("/v1/identities")).json()["data"]}


async def test_a_link_that_cannot_be_says_which_part_and_what_to_do(tenant):
    await linked(tenant, "a", "b")

    again = await tenant.post("/v1/identities:link", json={"kind": "person", "id": "a", "same_as": "c"})
    circle = await tenant.post("/v1/identities:preview", json={"kind": "person", "id": "b", "same_as": "a"})

    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/id")
    assert "take that link back first" in again.json()["detail"]
    assert (circle.status_code, circle.json()["errors"][0]["pointer"]) == (409, "/same_as")


async def test_many_links_come_as_a_file_each_line_with_its_verdict(tenant, lines):
    rows = [{"kind": "person", "id": "p", "same_as": "q"}, {"kind": "person", "id": "q", "same_as": "p"}]

    report = (await tenant.post("/v1/identities:bulk", **lines(rows))).json()

    assert (report["accepted"], report["rejected"]) == (1, 1)
    assert report["errors"][0]["code"] == "circle"


async def test_a_preview_shows_rows_and_no_figure_and_links_nothing(tenant):
    await tenant.post("/v1/people:bulk", json=[{"person": "u", "department": "d"}, {"person": "v"}])

    shown = (await tenant.post("/v1/identities:preview", json={"kind": "person", "id": "u", "same_as": "v"})).json()

    assert shown["memberships"] == [{"person": "u", "department": "d"}, {"person": "v"}]
    assert (shown["standing"], shown["effect"]) == ("v", "withheld")
    assert "u" not in (await tenant.get("/v1/identities")).text.partition("data")[2].split('"id":"u"')[1:]


async def test_suggestions_come_with_rule_and_confidence(tenant):
    await tenant.post("/v1/people:bulk", json=[{"person": "Kim"}, {"person": "kim"}])

    found = (await tenant.get("/v1/identities:suggested")).json()["data"]

    assert {"kind": "person", "id": "kim", "same_as": "Kim", "rule": "same_form", "confidence": 0.95} in found


async def test_whoever_may_only_read_links_sees_no_rows_of_people(world):
    key = {"title": "links", "scopes": ["identities:read", "identities:write"]}
    made = (await world.tenant.post("/v1/api-keys", json=key)).json()
    caller = type(world.tenant)(world.client, made["key"])

    for answer in (
        await caller.post("/v1/identities:preview", json={"kind": "person", "id": "u", "same_as": "v"}),
        await caller.get("/v1/identities:suggested"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await caller.get("/v1/identities:history")).status_code == 200


async def test_whoever_may_only_write_links_reads_none_in_the_answers(world):
    made = (await world.tenant.post("/v1/api-keys", json={"title": "w", "scopes": ["identities:write"]})).json()
    writer = type(world.tenant)(world.client, made["key"])
    await linked(world.tenant, "known", "secretly")

    person, firm = await linked(writer, "w-1", "w-2"), await linked(writer, "o-1", "o-2", "organisation")
    refused = await writer.post("/v1/identities:link", json={"kind": "person", "id": "known", "same_as": "w-3"})
    undone = (await writer.post(f"/v1/identities/{person['id']}/undo")).json()

    assert (person["alias"], person["same_as"], undone["alias"], undone["same_as"]) == (None, None, None, None)
    assert (firm["alias"], firm["same_as"]) == ("o-1", "o-2")
    assert refused.status_code == 409
    assert "secretly" not in refused.text


async def test_a_link_of_somebody_restricted_is_not_found(tenant):
    made = await linked(tenant, "r-1", "r-2")
    await tenant.post("/v1/privacy/restrict", json={"person": "r-2", "reason": "asked"})

    assert (await tenant.get(f"/v1/identities/{made['id']}")).status_code == 404
    assert (await tenant.post(f"/v1/identities/{made['id']}/undo")).status_code == 404
    await tenant.post("/v1/privacy/lift", json={"person": "r-1", "reason": "asked"})
    assert (await tenant.get(f"/v1/identities/{made['id']}")).json() == made
