"""Where the decoder and the database disagree, every field of every body answers with a 4xx, never a 5xx."""

import json
from typing import Any

import pytest

from kithline_api import examples
from kithline_api.examples import BY_NAME

pytestmark = pytest.mark.anyio

# Written as JSON: some of it is no Python value.
HOSTILE = [
    '"a\\u0000b"',
    '"\\ud800"',
    '"' + "x" * 30_000 + '"',
    '"' + "\U0001f600" * 199 + '"',
    '""',
    str(2**70),
    str(-(2**70)),
    "9" * 400,
    "1e400",
    "-1e308",
    "1e200000",
    "NaN",
    "true",
    "null",
    "[" * 5_000 + "]" * 5_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    '"2026-01-05T09:00:00"',
    '"0001-01-01T00:00:00+14:00"',
    '"0001-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59.999999Z"',
    '"9999-12-31T23:59:59-14:00"',
    '"2026-02-30T00:00:00Z"',
    '"\\u202e\\ufeff"',
]

INSIDES = ("traceback", "asyncpg", "select ", "insert into", ".py", "/src")


class Named(dict[str, str]):
    """What stands in addresses; where nothing is said, the name of something that is not there."""

    def __missing__(self, name: str) -> str:
        return f"no-such-{name}"


@pytest.fixture(scope="module")
async def bodies(world: Any, anyio_backend: str) -> list[tuple[str, str, Any, str]]:
    """Each operation with a body: method, address, an example, and the kind of key."""
    await world.tenant.post("/v1/grounds", json={"template": "synthetic"})
    names = Named(partner=world.partner.ids["partner"], external_id="auren", key="pulse", version="1")
    document = (await world.client.get("/openapi.json")).json()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            taken = operation.get("requestBody", {}).get("content", {})
            if "application/json" in taken:
                schema = taken["application/json"]["schema"]
                example = examples.BY_NAME[schema.get("items", schema)["$ref"].rpartition("/")[2]]
                (key,) = (name for one in operation["security"] for name in one)
                found.append((method, path.format_map(names), example, key.removesuffix("Key")))
    return found


async def send(world: Any, method: str, path: str, key: str, body: str) -> Any:
    caller = {"operator": world.operator, "partner": world.partner, "tenant": world.tenant}[key]
    text = f"[{body}]" if path.endswith(":bulk") else body
    headers = {"content-type": "application/json"}
    if path == "/v1/runs":
        headers["idempotency-key"] = f"bad-{abs(hash(text))}"
    return await caller.send(method.upper(), path, content=text.encode(errors="surrogatepass"), headers=headers)


def with_hostile(example: dict[str, Any], field: str, hostile: str) -> str:
    return json.dumps({**example, field: "@@@"}).replace('"@@@"', hostile)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:20])
async def test_no_field_of_any_body_is_a_way_to_a_5xx_or_to_our_insides(world, bodies, hostile):
    tried = 0
    for method, path, example, key in bodies:
        for field in [*example, "surplus"]:
            answer = await send(world, method, path, key, with_hostile(example, field, hostile))
            text = answer.text.lower()
            assert answer.status_code < 500, (method, path, field, text)
            assert not any(word in text for word in INSIDES), (method, path, field, text)
            tried += 1
    assert tried > len(bodies)


# CloudEvents are no application/json; test_formats holds them to the same.
@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - {"CloudEvent"}))
async def test_a_member_named_twice_is_refused_everywhere(world, bodies, name):
    example = BY_NAME[name]
    field = next(iter(example))
    twice = json.dumps(example)[:-1] + f', "{field}": {json.dumps(example[field])}' + "}"
    matching = [one for one in bodies if one[2] is example]
    assert matching
    for method, path, _, key in matching:
        answer = await send(world, method, path, key, twice)
        assert answer.status_code in (400, 422), (method, path)


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%FF", "a%0Ab", "x" * 3_000, "%2F", "..%2f..", "%E2%80%AE"])
async def test_no_path_or_query_is_a_way_to_a_5xx(world, text):
    document = (await world.client.get("/openapi.json")).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names = {one["name"]: one["in"] for one in operation.get("parameters", [])}
            filled = path.format(**{name: text for name, where in names.items() if where == "path"})
            query = "&".join(f"{name}={text}" for name, where in names.items() if where == "query")
            answer = await world.tenant.send(method.upper(), f"{filled}?{query}")
            assert answer.status_code < 500, (method, path)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"


async def test_header_values_are_no_way_to_a_5xx(world):
    for name in ("accept", "authorization", "traceparent", "idempotency-key", "content-type", "content-encoding"):
        for value in (b"\xff\xfe", b"x" * 5_000, b"", b";;;", b"=,="):
            headers = [(b"authorization", f"Bearer {world.tenant.key}".encode())] if name != "authorization" else []
            answer = await world.client.post("/v1/scopes", content=b"{}", headers=[*headers, (name.encode(), value)])
            assert answer.status_code < 500, (name, value)


@pytest.mark.parametrize("path", ["/v1/audit?action=%00", "/v1/jobs?kind=%00"])
async def test_a_filter_that_no_text_column_can_hold_is_refused(world, path):
    answer = await world.tenant.get(path)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
