"""Whatever goes wrong is told as application/problem+json, with a code, a type and a request id."""

import json

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from litestar import get
from litestar.exceptions import HTTPException, TooManyRequestsException, ValidationException

from kithline_api import problems
from kithline_api.app import create_app
from kithline_api.catalogue import KINDS
from kithline_core.errors import Conflict, Unavailable
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio


class Odd(Conflict):
    """A refusal without a page of its own."""

    code = "odd"


RAISED = {
    "conflict": Odd("because", pointer="/a"),
    "unavailable": Unavailable("the database is away"),
    "recursion": RecursionError(),
    "unicode": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"),
    "defect": ZeroDivisionError("select secret from tenants"),
    "limited": TooManyRequestsException(),
    "teapot": HTTPException(status_code=418, detail="secret"),
}


@get("/raise/{what:str}", documented=False, sync_to_thread=False)
def raising(request: problems.AnyRequest) -> None:
    raise RAISED[request.path_params["what"]]


@pytest.fixture
async def client(database_urls, anyio_backend):
    app = create_app(Settings(database_url=database_urls.app, secret="s"))
    app.register(raising)
    async with LifespanManager(app), httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://t"
    ) as client:  # fmt: skip
        yield client


def assert_problem(answer, status, code):
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == KINDS[code].type
    assert told["title"] == KINDS[code].title
    assert told["request_id"] == answer.headers["request-id"]


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("conflict", 409, "conflict"),
        ("unavailable", 503, "unavailable"),
        ("recursion", 400, "malformed"),
        ("unicode", 400, "malformed"),
        ("defect", 500, "internal"),
        ("limited", 429, "rate_limited"),
        ("teapot", 500, "internal"),
    ],
)
async def test_everything_that_is_raised_becomes_a_problem(client, what, status, code):
    answer = await client.get(f"/raise/{what}")

    assert_problem(answer, status, code)
    assert "secret" not in answer.text


async def test_waiting_helps_says_retry_after(client):
    assert (await client.get("/raise/unavailable")).headers["retry-after"] == "2"
    assert (await client.get("/raise/limited")).headers["retry-after"] == "1"


async def test_a_refusal_that_names_a_field_points_at_it(client):
    answer = await client.get("/raise/conflict")

    assert answer.json()["errors"] == [{"pointer": "/a", "code": "odd", "message": "because"}]


async def test_an_unknown_address_and_method_are_problems_without_the_callers_query(client):
    answer = await client.get("/nowhere?token=secret")
    assert_problem(answer, 404, "not_found")
    assert "secret" not in answer.text

    answer = await client.patch("/livez")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, OPTIONS"


async def test_options_names_every_method_of_an_address(world):
    answer = await world.tenant.send("OPTIONS", "/v1/runs")

    assert answer.headers["allow"] == "GET, OPTIONS, POST"


async def test_a_body_of_another_type_or_coding_is_415(tenant):
    for headers in (
        {"content-type": "application/xml"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ):
        answer = await tenant.post("/v1/scopes", content=b"<a/>", headers=headers)
        assert_problem(answer, 415, "unsupported_media_type")
    assert_problem(await tenant.post("/v1/scopes", content=b"{}"), 415, "unsupported_media_type")


async def test_lines_are_no_media_type_of_a_single_object(tenant):
    answer = await tenant.post("/v1/scopes", content=b"{}", headers={"content-type": "application/x-ndjson"})

    assert_problem(answer, 415, "unsupported_media_type")


async def test_an_empty_body_is_malformed(tenant):
    answer = await tenant.post("/v1/scopes", content=b"", headers={"content-type": "application/json"})

    assert_problem(answer, 400, "malformed")


async def test_many_faults_come_at_once(tenant):
    answer = await tenant.post("/v1/scopes", json={"title": 5, "surplus": 1})

    assert_problem(answer, 422, "invalid")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/scope", "/reason", "/title", "/surplus"}


async def test_a_parameter_out_of_bounds_is_named(tenant):
    for value in ("0", "201", "many", "9" * 40):
        answer = await tenant.get(f"/v1/runs?limit={value}")
        assert_problem(answer, 400, "invalid_parameter")
        assert answer.json()["errors"][0]["pointer"] == "/query/limit"


@pytest.mark.parametrize("asked", ["jobs?state", "disputes?state", "scopes/scp_x/preview?from", "scopes?scope"])
async def test_a_parameter_is_named_as_the_caller_knows_it(tenant, asked):
    answer = await tenant.get(f"/v1/{asked}=")

    assert_problem(answer, 400, "invalid_parameter")
    assert answer.json()["errors"][0]["pointer"] == "/query/" + asked.partition("?")[2]


async def test_a_body_over_the_limit_is_413(tenant):
    answer = await tenant.post(
        "/v1/events:bulk", content=b" " * 10_000_001, headers={"content-type": "application/json"}
    )

    assert_problem(answer, 413, "too_large")


async def test_a_missing_parameter_is_told_by_its_name():
    found = problems._parameters(ValidationException("Missing required query parameter 'x' for path /secret"), {})
    assert [(one.pointer, one.code) for one in found] == [("/query/x", "missing")]
    assert problems._parameters(ValidationException("else"), {}) == []


async def test_a_caller_that_hangs_up_is_no_defect(world, anyio_backend):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/scopes", "raw_path": b"/v1/scopes", "query_string": b"",
        "root_path": "", "scheme": "http", "server": ("t", 80), "client": ("t", 1), "http_version": "1.1",
        "asgi": {"version": "3.0"},
        "headers": [
            (b"authorization", f"Bearer {world.tenant.key}".encode()), (b"content-type", b"application/json"),
            (b"host", b"t"),
        ],
    }  # fmt: skip
    await world.app(scope, receive, send)

    assert sent[0]["status"] == 400
    assert json.loads(sent[1]["body"])["code"] == "malformed"
