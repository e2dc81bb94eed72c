"""A name that one part takes, every part can use: in bodies, in addresses, in the names of files."""

from urllib.parse import quote

import pytest

from kithline_core.dataset import write
from kithline_core.dataset.read import read
from kithline_core.model.questionnaires import Questionnaire

pytestmark = pytest.mark.anyio

GOOD = [
    "q" * 100,
    "a b",
    "100%",
    "%2F",
    "what?",
    "a#b",
    "ä",
    "\U0001f600" * 20,
    "a;b=c",
    "{key}",
    " ",
    "...",
    "a\\b",
    "a:b",
    "+",
]
BAD = ["", "a/b", "/", ".", "..", "a\n", "a\nb", "\x7f", "\0", "q" * 101]


def questionnaire(key, version):
    return {"questionnaire": key, "version": version, "items": [{"item": "i", "text": {}}]}


def address(key, version):
    return f"/v1/questionnaires/{quote(key, safe='')}/versions/{quote(version, safe='')}"


@pytest.fixture(autouse=True)
async def ground(world, anyio_backend):
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_name_serves_in_bodies_and_addresses(world, name):
    for key, version in ((name, "1"), ("q", name)):
        assert (await world.tenant.put(address(key, version), json=questionnaire(key, version))).status_code == 201
        assert (await world.tenant.get(address(key, version))).json()["questionnaire"] == key
    answer = {"questionnaire": name, "version": name, "assessment": "a", "item": "i", "value": 1}
    assert (await world.tenant.post("/v1/answers:bulk", json=[answer])).status_code == 200
    grant = {"given_by": "g", "external_id": name}
    granted = await world.operator.post(f"/v1/partners/{world.partner.ids['partner']}/grants", json=grant)
    tenant = f"/v1/partners/me/tenants/{quote(name, safe='')}"
    assert granted.status_code == 201
    assert (await world.partner.put(tenant, json={"title": "t"})).json()["external_id"] == name
    assert (await world.partner.post(f"{tenant}/keys", json={"title": "k"})).status_code == 201


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_name_is_refused_wherever_it_is_sent(world, name):
    tries = [
        (world.tenant, "/v1/assessments", {"questionnaire": name, "assessment": "a"}, "/questionnaire"),
        (world.tenant, "/v1/assessments", {"questionnaire": "q", "version": name, "assessment": "a"}, "/version"),
        (
            world.operator,
            f"/v1/partners/{world.partner.ids['partner']}/grants",
            {"given_by": "g", "external_id": name},
            "/external_id",
        ),
    ]
    for caller, path, body, pointer in tries:
        answer = await caller.post(path, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    rows = [{"questionnaire": name, "version": name, "assessment": "a", "item": "i", "value": 1}]
    refused = (await world.tenant.post("/v1/answers:bulk", json=rows)).json()["errors"]
    assert [one["pointer"] for one in refused] == ["/questionnaire", "/version"]
    assert "regex" not in "".join(one["message"] for one in refused)
    put = await world.tenant.put("/v1/questionnaires/q/versions/1", json=questionnaire(name, name))
    assert [one["pointer"] for one in put.json()["errors"]] == ["/questionnaire", "/version"]


@pytest.mark.parametrize("name", ["a\nb", "a\n", "q" * 101, "\x7f"])
async def test_a_bad_name_is_refused_in_an_address(world, name):
    for path in (address(name, "1"), address("q", name)):
        answer = await world.tenant.get(path)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
        assert "regex" not in answer.json()["errors"][0]["message"]
    answer = await world.partner.get(f"/v1/partners/me/tenants/{quote(name, safe='')}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_name_names_a_file(name, tmp_path):
    kept = [Questionnaire(**questionnaire(name, "1")), Questionnaire(**questionnaire("q", name))]
    for one in kept:
        write.questionnaire(tmp_path, one)

    assert len(list((tmp_path / "questionnaires").iterdir())) == 2
    assert {(one.questionnaire, one.version) for one in read(tmp_path).questionnaires} == {(name, "1"), ("q", name)}


@pytest.mark.parametrize(("key", "version"), [("a@b", "1"), ("\U0001f600" * 60, "1"), ("ä" * 70, "ä" * 70)])
async def test_what_no_file_can_be_called_is_refused(tenant, key, version):
    answer = await tenant.put(address(key, version), json=questionnaire(key, version))

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
