"""A query parameter that an operation does not have is refused before anything is done."""

import pytest

pytestmark = pytest.mark.anyio


async def test_a_misspelt_trial_keeps_nothing_and_names_what_there_is(tenant):
    answer = await tenant.post("/v1/communities:bulk?dryrun=true", json=[{"community": "c"}])

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["errors"][0]["pointer"]) == (
        400,
        "invalid_parameter",
        "/query/dryrun",
    )
    assert "dry_run" in problem["detail"]
    assert (await tenant.get("/v1/communities")).json()["data"] == []


async def test_an_operation_without_parameters_says_so(tenant):
    answer = await tenant.get("/v1/whoami?a=1")

    assert (answer.status_code, answer.json()["detail"]) == (400, "the operation has no such parameter; it has none")


async def test_parameters_that_an_operation_has_are_taken(tenant):
    assert (await tenant.get("/v1/scopes?limit=1&latest=true")).status_code == 200


@pytest.mark.parametrize("query", ["limit=1&limit=2", "latest=null&limit=1&latest=null"])
async def test_a_parameter_that_is_given_twice_is_refused(tenant, query):
    answer = await tenant.get(f"/v1/scopes?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert answer.json()["errors"][0]["pointer"] == f"/query/{query.split('=')[0]}"
