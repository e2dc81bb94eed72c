"""Questionnaires never change; assessments count once they are closed."""

import json

import pytest

from kithline_core.engine.questionnaires import shipped

pytestmark = pytest.mark.anyio


def questionnaire(version="1", **more):
    return {"questionnaire": "q", "version": version, "items": [{"item": "i", "text": {"en": "?"}}], **more}


async def test_a_version_is_kept_for_good(tenant):
    address = "/v1/questionnaires/q/versions/1"

    assert (await tenant.put(address, json=questionnaire())).status_code == 201
    assert (await tenant.put(address, json=questionnaire())).status_code == 200
    assert (await tenant.put(address, json=questionnaire(title={"en": "else"}))).status_code == 409
    assert (await tenant.get(address)).json()["items"][0]["text"] == {"en": "?"}


async def test_the_body_says_what_the_address_says(tenant):
    for address, pointer in (("x/versions/1", "/questionnaire"), ("q/versions/2", "/version")):
        answer = await tenant.put(f"/v1/questionnaires/{address}", json=questionnaire())
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_the_shipped_ones_can_be_read(tenant):
    one = shipped()[0]
    answer = await tenant.get(f"/v1/questionnaires/{one.questionnaire}/versions/{one.version}")

    assert answer.json()["questionnaire"] == one.questionnaire
    assert (await tenant.get(f"/v1/questionnaires/{one.questionnaire}/versions/none")).status_code == 404


async def test_own_questionnaires_come_in_pages_and_as_lines(tenant):
    for version in ("7", "8", "9"):
        await tenant.put(f"/v1/questionnaires/q/versions/{version}", json=questionnaire(version))

    seen, address = [], "/v1/questionnaires?limit=2"
    while address:
        page = (await tenant.get(address)).json()
        seen += [one["version"] for one in page["data"]]
        address = page["has_more"] and f"/v1/questionnaires?limit=2&cursor={page['next_cursor']}"
    lines = (await tenant.get("/v1/questionnaires", headers={"accept": "application/x-ndjson"})).text.splitlines()

    assert seen == sorted(seen)
    assert {"7", "8", "9"} <= set(seen)
    assert [json.loads(line)["version"] for line in lines] == seen


async def test_an_assessment_is_opened_read_and_closed(tenant):
    asked = {"questionnaire": "q", "assessment": "a", "title": "A"}
    made = (await tenant.post("/v1/assessments", json=asked)).json()

    assert made["state"] == "open"
    assert (await tenant.get(f"/v1/assessments/{made['id']}")).json() == made
    assert made["id"] in [one["id"] for one in (await tenant.get("/v1/assessments")).json()["data"]]
    assert (await tenant.post("/v1/assessments", json=asked)).status_code == 409

    closed = (await tenant.post(f"/v1/assessments/{made['id']}/close")).json()
    assert (closed["state"], (await tenant.post(f"/v1/assessments/{made['id']}/close")).json()) == ("closed", closed)


async def test_the_datasets_settings_are_replaced(tenant):
    assert (await tenant.get("/v1/dataset")).json() == {}

    await tenant.put("/v1/dataset", json={"nature": "public", "focal": "auren", "languages": ["en"]})
    assert (await tenant.get("/v1/dataset")).json() == {"nature": "public", "focal": "auren", "languages": ["en"]}
    assert (await tenant.put("/v1/dataset", json={"focal": "a\0"})).status_code == 422


async def test_a_public_dataset_brings_its_own_ground(world):
    await world.other.put("/v1/dataset", json={"nature": "synthetic"})

    assert (await world.other.post("/v1/people:bulk", json=[{"person": "p"}])).status_code == 200


async def test_the_value_model_is_replaced(tenant):
    assert (await tenant.get("/v1/value-model")).json() == {"lines": [], "discount_rate": 0.0}

    line = {"line": "l", "side": "cost", "unit_value": {"low": 1, "likely": 2, "high": 3}}
    await tenant.put("/v1/value-model", json={"lines": [line], "discount_rate": 0.1})
    assert (await tenant.get("/v1/value-model")).json()["lines"][0]["line"] == "l"
    await tenant.put("/v1/value-model", json={"lines": []})
    assert (await tenant.get("/v1/value-model")).json()["lines"] == []
