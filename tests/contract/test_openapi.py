"""The document says what is true: closed objects, bounds, examples, every refusal, every scope."""

import re
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import jsonschema_rs
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from kithline_api import answers, examples, openapi
from kithline_api.app import create_app
from kithline_api.catalogue import KINDS
from kithline_core.model.wording import worded
from kithline_core.settings import Settings

VERBS = (
    "read", "list", "send", "put", "create", "revoke", "close", "cancel", "end", "check", "pause", "resume", "complete", "withdraw", "undo", "preview", "link", "suggest",
    "open", "accept", "refuse", "issue",
)  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Litestar:
    return create_app(Settings(secret="x"))


@pytest.fixture(scope="module")
def document(app: Litestar) -> dict[str, Any]:
    return msgspec.json.decode(msgspec.json.encode(app.state.openapi))


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_it_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema_rs.validator_for(whole)
        assert schema.get("description") or "anyOf" in schema, name


def test_no_message_shows_a_pattern(document):
    """What the decoder says of a value that does not fit is told in words."""
    for pattern in patterns(document):
        assert "regex" not in worded(f"Expected `str` matching regex {pattern!r}"), pattern


def patterns(part):
    if isinstance(part, dict):
        yield from [part["pattern"]] if isinstance(part.get("pattern"), str) else []
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from patterns(inner)


def test_every_operation_is_named_verb_and_noun_once(operations):
    names = [operation["operationId"] for operation in operations]

    assert len(names) == len(set(names))
    assert all(re.match(rf"^({'|'.join(VERBS)})[A-Z][A-Za-z]+$", name) for name in names)


def test_every_operation_has_a_tag_a_summary_and_says_who_may(document, operations):
    known = {tag["name"] for tag in document["tags"]}
    for operation in operations:
        assert set(operation["tags"]) <= known
        assert operation["summary"]
        assert all(set(one) <= set(document["components"]["securitySchemes"]) for one in operation["security"])


def test_every_body_is_closed_and_has_an_example_that_fits(document):
    bodies = [
        content["schema"]
        for methods in document["paths"].values()
        for method in methods
        for media, content in methods[method].get("requestBody", {"content": {}})["content"].items()
        if media.endswith("json") and media != "application/x-ndjson"
    ]
    assert len(bodies) > 30
    for body in bodies:
        name = body.get("items", body)["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
        assert schema["additionalProperties"] is False, name
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        for example in schema["examples"]:
            jsonschema_rs.validate(whole, example)


def test_every_example_belongs_to_a_schema(document):
    assert set(examples.BY_NAME) <= set(document["components"]["schemas"])


def test_every_success_with_a_body_shows_one_that_fits(document, operations):
    shown = [
        (operation["operationId"], media, content)
        for operation in operations
        for status, answer in operation["responses"].items()
        if int(status) < 300 and status != "204"
        for media, content in answer["content"].items()
    ]
    assert {name for name, _, _ in shown} >= {one["operationId"] for one in operations if "204" not in one["responses"]}
    for name, media, content in shown:
        whole = {**content["schema"], "components": document["components"]}
        assert content["example"], name
        jsonschema_rs.validate(whole, content["example"])
        assert media != "application/x-ndjson" or msgspec.json.decode(content["example"].splitlines()[0])


def test_every_answer_shown_is_one_that_we_could_give(app):
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else []:
            kind = openapi.answer_type(handler)
            if handler.opt.get("documented", True) and "OPTIONS" not in handler.http_methods and kind is not None:
                (schema,), _ = msgspec.json.schema_components([kind], ref_template=openapi.REF)
                closed = msgspec.convert(answers.example(schema), kind)
                assert msgspec.json.decode(msgspec.json.encode(closed)) == answers.example(schema), handler.operation_id


def test_lines_can_be_sent_wherever_rows_can(operations):
    for operation in operations:
        media = set(operation.get("requestBody", {"content": {}})["content"])
        if "application/x-ndjson" in media:
            events = {"application/cloudevents+json", "application/cloudevents-batch+json"}
            more = events if operation["operationId"] == "sendEvents" else set()
            assert media == {"application/json", "application/x-ndjson", "text/csv"} | more


def test_what_may_be_compressed_says_so(operations):
    told = {one["operationId"] for one in operations if "Content-Encoding `gzip` or `zstd`" in one["description"]}

    assert told >= {"sendEvents", "sendRatings", "putImportPart"}
    assert "createScope" not in told


def test_every_refusal_is_a_problem_with_an_example(operations):
    for operation in operations:
        refusals = {int(status): answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert {429, 500, 503} <= set(refusals)
        assert not operation["security"] or {401, 403} <= set(refusals)
        for answer in refusals.values():
            content = answer["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert all(code in KINDS for code in content["examples"])


def test_optional_parameters_are_plain_and_show_their_defaults(document):
    runs = {one["name"]: one for one in document["paths"]["/v1/runs"]["get"]["parameters"]}

    assert runs["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    assert runs["cursor"]["schema"]["type"] == "string"
    assert not runs["cursor"]["required"]


def test_bounds_of_whole_numbers_are_whole(document):
    def walk(value):
        if isinstance(value, dict):
            if value.get("type") == "integer":
                assert not any(isinstance(bound, float) for bound in value.values())
            value = list(value.values())
        for inner in value if isinstance(value, list) else []:
            walk(inner)

    walk(document)


def test_a_run_needs_its_idempotency_key_and_a_scope_does_not(document):
    def key(path):
        (one,) = (p for p in document["paths"][path]["post"]["parameters"] if p["name"] == "Idempotency-Key")
        return one["required"]

    assert (key("/v1/runs"), key("/v1/scopes")) == (True, False)


def test_every_post_takes_an_idempotency_key_or_says_that_it_refuses_one(document):
    for path, methods in document["paths"].items():
        if "post" in methods:
            operation = methods["post"]
            takes = "Idempotency-Key" in [one["name"] for one in operation.get("parameters", [])]
            refusals = operation["responses"]["400"]["content"]["application/problem+json"]["examples"]
            assert takes != ("idempotency_key_unsupported" in refusals), path
            assert takes != ("Takes no `Idempotency-Key`" in operation["description"]), path


def _unions(kind: Any, seen: set[Any]) -> list[Any]:
    """Return every union inside a type."""
    if get_origin(kind) in (Union, UnionType):
        return [kind, *(found for one in get_args(kind) for found in _unions(one, seen))]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
        seen.add(kind)
        hints = get_type_hints(kind, include_extras=True)
        return [found for name in kind.__struct_fields__ for found in _unions(hints[name], seen)]
    return [found for one in get_args(kind) for found in _unions(one, seen)]


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def test_no_body_holds_the_union_that_ends_the_process(app):
    """msgspec 0.22 frees a union of a list and a string with a pattern twice."""
    bodies = [
        handler.parsed_data_field.annotation
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.parsed_data_field
    ]
    seen: set[Any] = set()
    for union in (found for body in bodies for found in _unions(body, seen)):
        members = get_args(union)
        lists = any(get_origin(_bare(one)) is list for one in members)
        patterned = [
            meta
            for one in members
            if _bare(one) is str and get_origin(one) is Annotated
            for meta in get_args(one)[1:]
            if meta.pattern
        ]
        assert not (lists and patterned), union
