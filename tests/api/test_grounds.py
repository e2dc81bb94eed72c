"""Grounds: one call with a template, or in one's own words."""

import pytest

from helpers.agreed import NAMED, asked
from kithline_core.model.grounds import TEMPLATES

pytestmark = pytest.mark.anyio

OWN = {
    "title": "Ours",
    "signed_by": "the board",
    "basis": "contract",
    "purposes": ["development"],
    "groups": ["supplier"],
}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
async def test_every_template_is_one_call(tenant, name):
    named = NAMED if name.startswith("employees") else {"signed_by": NAMED["signed_by"]}

    answer = await tenant.post("/v1/grounds", json={"template": name, **named})

    assert answer.status_code == 201
    assert (answer.json()["title"], answer.json()["signed_by"]) == (TEMPLATES[name].title, NAMED["signed_by"])


async def test_what_a_ground_over_employees_has_to_name_is_told_at_once(tenant):
    answer = await tenant.post("/v1/grounds", json={"template": "employees", "signed_by": "to be named"})

    assert answer.status_code == 422
    found = {one["pointer"]: one["code"] for one in answer.json()["errors"]}
    named = ["/signed_by", "/works_agreement", "/impact_assessment", "/documents/0"]
    assert found == dict.fromkeys(named, "not_named")


@pytest.mark.parametrize("more", [{"template": "employees"}, {"groups": ["customer", "employee"]}, {"groups": []}])
async def test_consent_of_employees_is_refused_with_what_to_do_instead(tenant, more):
    answer = await tenant.post("/v1/grounds", json={"basis": "consent", **more})

    told = answer.json()
    assert (answer.status_code, told["code"], told["errors"][0]["pointer"]) == (422, "consent_not_valid", "/basis")
    assert "works agreement" in told["detail"]


async def test_consent_of_others_is_not_offered_and_what_is_stands_there(tenant):
    told = (await tenant.post("/v1/grounds", json={**OWN, "basis": "consent"})).json()

    assert told["code"] == "consent_not_valid"
    assert "legitimate_interest" in told["detail"]


async def test_a_basis_that_does_not_exist_is_named(tenant):
    answer = await tenant.post("/v1/grounds", json={**OWN, "basis": "curiosity"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/basis")


async def test_the_demo_template_covers_every_group(tenant):
    told = {one["name"]: one["ground"] for one in (await tenant.get("/v1/ground-templates")).json()}

    assert told["synthetic-demo"]["groups"] == []


async def test_a_template_is_bent_where_it_must_be(tenant):
    changes = {"country": "DE", "floor": 10, "valid_to": "2030-01-01T00:00:00Z"}

    told = (await tenant.post("/v1/grounds", json=asked(**changes))).json()

    assert (told["country"], told["floor"], told["groups"]) == ("DE", 10, ["employee"])
    assert told["valid_to"] == "2030-01-01T00:00:00Z"


async def test_a_ground_in_ones_own_words(tenant):
    made = await tenant.post("/v1/grounds", json=OWN)

    assert made.status_code == 201
    assert (await tenant.get(f"/v1/grounds/{made.json()['id']}")).json() == made.json()
    assert made.json()["id"] in (await tenant.get("/v1/grounds")).text


async def test_what_is_missing_is_named(tenant):
    answer = await tenant.post("/v1/grounds", json={"title": "Ours"})

    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/signed_by", "/basis", "/purposes"}


async def test_an_unknown_template_is_named(tenant):
    answer = await tenant.post("/v1/grounds", json={"template": "wishes"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/template")


async def test_the_floor_cannot_be_lowered(tenant):
    assert (await tenant.post("/v1/grounds", json={"template": "public", "floor": 4})).status_code == 422


async def test_an_ended_ground_no_longer_lets_people_in(world):
    person = [{"person": "p", "group": "supplier"}]
    ground = (await world.other.post("/v1/grounds", json=OWN)).json()["id"]
    assert (await world.other.post("/v1/people:bulk", json=person)).status_code == 200

    assert (await world.other.post(f"/v1/grounds/{ground}/end")).json()["valid_to"] is not None
    assert (await world.other.post("/v1/people:bulk", json=person)).status_code == 409


async def test_a_ground_ends_when_it_is_told_to(tenant):
    path = f"/v1/grounds/{(await tenant.post('/v1/grounds', json=OWN)).json()['id']}/end"

    told = await tenant.post(path, params={"at": "2999-01-01T00:00:00Z"})

    assert (told.status_code, told.json()["valid_to"]) == (200, "2999-01-01T00:00:00Z")
    assert (await tenant.post(path, params={"at": "2999-06-01T00:00:00Z"})).json()["code"] == "conflict"
    for wrong in ("2030-01-01T00:00:00", "3500-01-01T00:00:00Z", "1950-01-01T00:00:00Z"):
        refused = await tenant.post(path, params={"at": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"][-3:]) == (422, "/at")
