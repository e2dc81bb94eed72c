"""Grounds: one call with a template, or in one's own words."""

import pytest

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
    answer = await tenant.post("/v1/grounds", json={"template": name, "signed_by": "the test"})

    assert answer.status_code == 201
    assert (answer.json()["title"], answer.json()["signed_by"]) == (TEMPLATES[name].title, "the test")


async def test_the_demo_template_covers_every_group(tenant):
    told = {one["name"]: one["ground"] for one in (await tenant.get("/v1/ground-templates")).json()}

    assert told["synthetic-demo"]["groups"] == []


async def test_a_template_is_bent_where_it_must_be(tenant):
    asked = {"template": "employees", "country": "DE", "floor": 10, "valid_to": "2030-01-01T00:00:00Z"}

    told = (await tenant.post("/v1/grounds", json=asked)).json()

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
