"""Disputes over the API."""

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True, scope="module")
async def ground(world, anyio_backend):
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    people = [{"person": "ann", "group": "employee", "organisation": "client"}]
    await world.tenant.post("/v1/people:bulk", json=people)
    await world.tenant.post("/v1/organisations:bulk", json=[{"organisation": "client", "owner": "x"}])


def asked(**claimed):
    name = {"person": "ann", "group": "employee", "organisation": "client"}
    return {"membership": {**name, "claimed": claimed}, "reason": "contractor", "opened_by": "the person"}


async def opened(tenant, **claimed):
    answer = await tenant.post("/v1/disputes", json=asked(**claimed))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_dispute_is_opened_looked_at_and_accepted(tenant):
    made = await opened(tenant, group="supplier", organisation="agency", valid_from="2025-03-01T00:00:00Z")

    shown = (await tenant.get(f"/v1/disputes/{made['id']}/preview")).json()
    assert [row["organisation"] for row in shown["memberships_then"]] == ["client", "agency"]
    assert shown["effect"] == "withheld"
    done = (await tenant.post(f"/v1/disputes/{made['id']}/accept", json={"reason": "so it is"})).json()
    assert (done["state"], done["decision"]) == ("accepted", "so it is")
    assert (await tenant.get(f"/v1/disputes/{made['id']}")).json() == done
    rows = (await tenant.get("/v1/people")).json()["data"]
    assert {"person": "ann", "group": "employee", "organisation": "client"} in rows
    assert any(row["source"].startswith("dispute/") for row in rows if "source" in row)


async def test_whoever_may_not_write_people_cannot_by_accepting_a_dispute(tenant):
    scopes = ["disputes:write", "organisations:write"]
    made = await tenant.post("/v1/api-keys", json={"title": "clerk", "scopes": scopes})
    clerk = type(tenant)(tenant.client, made.json()["key"])
    person = await opened(clerk, rank="chief")
    claim = {"organisation": {"organisation": "client", "claimed": {"owner": "y"}}, "reason": "r", "opened_by": "o"}
    organisation = (await clerk.post("/v1/disputes", json=claim)).json()

    refused = await clerk.post(f"/v1/disputes/{person['id']}/accept", json={"reason": "me"})
    accepted = await clerk.post(f"/v1/disputes/{organisation['id']}/accept", json={"reason": "me"})

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "people:write" in refused.json()["detail"]
    assert (await tenant.get(f"/v1/disputes/{person['id']}")).json()["state"] == "open"
    assert accepted.json()["state"] == "accepted"


async def test_a_dispute_is_refused_with_a_reason_and_only_once(tenant):
    made = await opened(tenant, organisation=None)

    assert (await tenant.post(f"/v1/disputes/{made['id']}/refuse", json={})).status_code == 422
    refused = await tenant.post(f"/v1/disputes/{made['id']}/refuse", json={"reason": "no"})
    again = await tenant.post(f"/v1/disputes/{made['id']}/accept", json={"reason": "yes"})

    assert refused.json()["state"] == "refused"
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_an_organisation_is_disputed_too(tenant):
    told = {"organisation": "client", "claimed": {"owner": "y"}}
    made = await tenant.post("/v1/disputes", json={"organisation": told, "reason": "sold", "opened_by": "them"})

    assert (made.status_code, made.json()["subject"], made.json()["about"]["owner"]) == (201, "client", "x")


async def test_disputes_are_listed_by_state(tenant):
    await opened(tenant, department="d")

    states = {one["state"] for one in (await tenant.get("/v1/disputes?state=open")).json()["data"]}

    assert states == {"open"}
    for wrong in ("lost", "null", ""):
        assert (await tenant.get(f"/v1/disputes?state={wrong}")).status_code == 400
    assert len((await tenant.get("/v1/disputes?limit=1")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"reason": "r", "opened_by": "o"}, 422, "/membership"),
        ({**asked(organisation="client")}, 409, "/claimed"),
        ({**asked(organisation="z"), "opened_by": ""}, 422, "/opened_by"),
        ({**asked(colour="red")}, 422, "/membership/claimed/colour"),
    ],
)
async def test_what_cannot_be_disputed_is_said_with_its_place(tenant, body, status, pointer):
    answer = await tenant.post("/v1/disputes", json=body)

    assert answer.status_code == status, answer.text
    assert pointer in {one["pointer"] for one in answer.json()["errors"]}


async def test_there_must_be_such_a_row(tenant):
    body = asked(organisation="z")
    body["membership"]["department"] = "nowhere"

    assert (await tenant.post("/v1/disputes", json=body)).status_code == 404


async def keyed(tenant, *scopes):
    made = await tenant.post("/v1/api-keys", json={"title": "some", "scopes": list(scopes)})
    return type(tenant)(tenant.client, made.json()["key"])


def blank(one):
    return (one["subject"], one["about"], one["claimed"]) == (None, None, None)


async def test_whose_row_it_is_and_what_it_says_is_shown_to_keys_that_may_read_people(tenant):
    clerk = await keyed(tenant, "disputes:read", "disputes:write")
    await tenant.post("/v1/people:bulk", json=[{"person": "p-9", "rank": "chief", "manager": "p-8"}])
    asked = {"membership": {"person": "p-9", "claimed": {"manager": "p-7"}}, "opened_by": "them",
             "reason": "p-9 is not under p-8 but p-7; p-99 may be"}  # fmt: skip

    made = (await clerk.post("/v1/disputes", json=asked)).json()

    path = f"/v1/disputes/{made['id']}"
    read, (listed, *_) = (await clerk.get(path)).json(), (await clerk.get("/v1/disputes")).json()["data"]
    refused = (await clerk.post(f"{path}/refuse", json={"reason": "p-9 was asked"})).json()
    assert all(blank(one) for one in (made, read, listed, refused))
    assert made["reason"] == "(the person) is not under (the person) but (the person); p-99 may be"
    assert refused["decision"] == "(the person) was asked"
    told = (await tenant.get(path)).json()
    assert (told["subject"], told["about"]["rank"], told["claimed"]["manager"], told["reason"]) == (
        "p-9", "chief", "p-7", asked["reason"],
    )  # fmt: skip


async def test_a_dispute_about_somebody_restricted_can_be_settled_and_shows_nothing(tenant):
    await tenant.post(
        "/v1/people:bulk", json=[{"person": "p-4", "manager": "p-5"}, {"person": "p-6", "manager": "p-4"}]
    )
    rows = {one: {"membership": {"person": one, "claimed": {"rank": "r"}}, "reason": "r", "opened_by": "o"}
            for one in ("p-4", "p-6")}  # fmt: skip
    made = {one: (await tenant.post("/v1/disputes", json=asked)).json() for one, asked in rows.items()}
    await tenant.post("/v1/privacy/restrict", json={"person": "p-4", "reason": "accuracy"})

    path = f"/v1/disputes/{made['p-4']['id']}"
    assert [(await tenant.get(one)).status_code for one in (path, f"{path}/preview")] == [404, 404]
    accepted = await tenant.post(f"{path}/accept", json={"reason": "so it is"})
    assert (accepted.json()["state"], blank(accepted.json())) == ("accepted", True)
    of_another = (await tenant.get(f"/v1/disputes/{made['p-6']['id']}")).json()
    assert (of_another["subject"], of_another["about"]["manager"]) == ("p-6", None)

    await tenant.post("/v1/privacy/lift", json={"person": "p-4", "reason": "settled"})
    assert (await tenant.get(path)).json()["subject"] == "p-4"
    assert "p-4" in {row["person"] for row in (await tenant.get("/v1/people")).json()["data"]}


async def test_what_is_said_of_organisations_is_shown_to_whoever_may_read_disputes(tenant):
    clerk = await keyed(tenant, "disputes:read", "disputes:write")
    claim = {"organisation": {"organisation": "client", "claimed": {"owner": "z"}}, "reason": "r", "opened_by": "o"}

    made = (await clerk.post("/v1/disputes", json=claim)).json()

    assert (made["subject"], made["about"]["organisation"]) == ("client", "client")
    assert (await clerk.get(f"/v1/disputes/{made['id']}")).json() == made
