"""Builds /openapi.json (3.1) from the routes themselves.

Litestar's own document leaves nine gaps with msgspec structs: closed objects stay open, unions lose their discriminator,
docstrings and defaults get lost, integer bounds turn into floats, optional parameters into `oneOf null`, and errors
are described as something that is never sent. msgspec's schemas have the shapes right, so the document is made of them.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final, get_args

import msgspec
from litestar import Litestar
from litestar.enums import ParamType
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from kithline_api import answers, examples, media
from kithline_api.answers.people import TEXT
from kithline_api.catalogue import KINDS
from kithline_api.cloudevents import CloudEvent
from kithline_api.media import JSON, NDJSON
from kithline_api.once import refuses_key, takes_key
from kithline_api.problems import MEDIA_TYPE, Problem

_BYTES: Final = {"type": "string", "format": "binary"}
REF: Final = "#/components/schemas/{name}"
Json = dict[str, Any]

_SECURITY: Final = {
    f"{kind}Key": {"type": "http", "scheme": "bearer", "bearerFormat": "kithline_…", "description": f"A key of {whose}"}
    for kind, whose in {"operator": "an operator", "partner": "a partner platform", "tenant": "a tenant"}.items()
}
_HEADERS: Final = {
    "Request-Id": "Names this request in every log line and problem",
    "Location": "Where the new object stands",
    "Retry-After": "Seconds until asking again makes sense",
    "Link": "`rel=next` leads to the next page",
    "ETag": "The sha256 of the bytes",
    "Upload-Offset": "The byte at which the next part has to begin",
    "Idempotency-Replayed": "true when this is the answer of an earlier request with the same key",
}
_TAGS: Final = {
    "Operation": "Is it alive, is it ready, what does it offer",
    "Partners": "For operators: platforms and what they may do",
    "Tenants": "For partner platforms: tenants and their first keys",
    "Keys": "API keys of a tenant",
    "Grounds": "Why data about people may be processed",
    "Papers": "Drafts about data protection, written from the configuration",
    "Data": "Every file of the dataset folder, in bulk",
    "Identities": "Ids that name one person or one organisation",
    "Disputes": "What somebody says is wrong about where they belong, or what they are",
    "Surveys": "Questionnaires, assessments and answers",
    "Runs": "Ask for scores",
    "Results": "Read them, with their evidence",
    "Plugins": "Which are used, in which version, with which parameters",
    "Findings": "Send findings that were computed and signed at your own site",
    "Privacy": "Rights of people: access, objection, restriction, erasure",
    "Retention": "How long data stay",
    "Jobs": "Work that takes longer than a request, with its receipt",
    "Corrections": "What was withdrawn, restored and undone, and imports by their names",
    "Audit": "What was done with data and settings",
}
_INTRODUCTION: Final = (
    "Send people, communities, engagement events and assessments; ask for a run; get explained results. Every refusal "
    "is application/problem+json with a stable `code`; every answer carries a Request-Id."
)


def document(app: Litestar) -> Json:
    """Return the OpenAPI document of the app's routes."""
    operations = [
        (route.path_format, method.lower(), handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("documented", True) and "OPTIONS" not in handler.http_methods
        for method in sorted(handler.http_methods)
    ]
    handlers = [handler for _, _, handler in operations]
    schemas, components = _schemas(handlers)
    paths: Json = {}
    for path, method, handler in sorted(operations, key=lambda operation: operation[:2]):
        paths.setdefault(path, {})[method] = _operation(path, handler, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kithline",
            "version": "1.0.0",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": _SECURITY,
            "headers": {name: {"description": words, "schema": {"type": "string"}} for name, words in _HEADERS.items()},
        },
    }


def _types_of(handler: HTTPRouteHandler) -> Iterator[Any]:
    if handler.parsed_data_field:
        yield handler.parsed_data_field.annotation
    if "lines" in handler.opt:
        yield handler.opt["lines"]
        if media.CLOUD_EVENT in media.of(handler.opt["lines"]):
            yield CloudEvent
    if answer_type(handler) is not None:
        yield answer_type(handler)


def answer_type(handler: HTTPRouteHandler) -> Any:  # noqa: ANN401 - a type or an alias
    """Return what the handler answers: its annotation, or T of Response[T]; None for an answer without a body."""
    field = handler.parsed_return_field
    kind = get_args(field.raw)[0] if field.origin is not None and "Response" in str(field.origin) else field.annotation
    kind = handler.opt.get("shows", kind)
    return None if kind in (None, type(None)) else kind


def _schemas(handlers: list[HTTPRouteHandler]) -> tuple[Json, Json]:
    """Return each type's schema by the type's repr, and the components they refer to."""
    types = {str(kind): kind for handler in handlers for kind in _types_of(handler)}
    types[str(Problem)] = Problem
    made, components = msgspec.json.schema_components(types.values(), ref_template=REF)
    for name, schema in components.items():
        if name in examples.BY_NAME:
            schema["examples"] = [examples.BY_NAME[name]]
    return dict(zip(types, made, strict=True)), components


def _operation(path: str, handler: HTTPRouteHandler, schemas: Json) -> Json:
    words = (handler.fn.__doc__ or "").strip()
    parameters = [_parameter(handler, field) for field in _parameters(handler)]
    operation: Json = {
        "operationId": handler.operation_id,
        "tags": handler.resolve_tags(),
        "summary": words.split("\n")[0].rstrip("."),
        "description": _described(words, handler),
        "responses": {**_success(handler, schemas), **_refusals(path, handler, bool(parameters))},
    }
    if parameters:
        operation["parameters"] = parameters
    if body := _body(handler, schemas):
        operation["requestBody"] = body
    operation["security"] = _security_of(handler.opt.get("principal"))
    return operation


def _security_of(principal: str | None) -> list[Json]:
    if principal == "any":
        return [{name: []} for name in _SECURITY]
    return [] if principal is None else [{f"{principal}Key": []}]


def _described(words: str, handler: HTTPRouteHandler) -> str:
    parts = [words]
    if refuses_key(handler):
        parts.append("Takes no `Idempotency-Key`: the answer is not kept.")
    if "lines" in handler.opt or "bytes" in handler.opt:
        parts.append("Takes the Content-Encoding `gzip` or `zstd`.")
    if scope := handler.opt.get("needs"):
        parts.append(f"Needs the scope `{scope}`.")
    return "\n\n".join(parts)


def _parameters(handler: HTTPRouteHandler) -> Iterator[FieldDefinition]:
    """Return the parameters of the handler, then of the dependencies that it names."""
    own = handler.parsed_fn_signature.parameters
    providers = handler.resolve_dependencies()
    named = [providers[name].parsed_fn_signature.parameters for name in own if name in providers]
    for signature in (own, *named):
        for name, field in signature.items():
            if isinstance(field.kwarg_definition, ParameterKwarg) and name not in providers:
                yield field


def _parameter(handler: HTTPRouteHandler, field: FieldDefinition) -> Json:
    kwarg = field.kwarg_definition
    if not isinstance(kwarg, ParameterKwarg):
        raise TypeError(field.name)
    where = kwarg.param_type
    name = kwarg.name or field.name
    required = where is ParamType.PATH or not field.has_default
    if name == "Idempotency-Key" and handler.opt.get("once") == "required":
        required = True
    schema = _bounded(field, kwarg)
    if field.has_default and field.default is not None:
        schema["default"] = field.default
    found: Json = {"name": name, "in": str(where.value), "required": required, "schema": schema}
    if kwarg.description:
        found["description"] = kwarg.description
    if example := examples.PARAMETERS.get(name):
        found["example"] = example
    return found


def _bounded(field: FieldDefinition, kwarg: ParameterKwarg) -> Json:
    some = [kind for kind in get_args(field.annotation) if kind is not type(None)]
    kind = some[0] if field.is_optional and len(some) == 1 else field.annotation
    schema: Json = msgspec.json.schema(kind)
    bounds = {
        "minimum": kwarg.ge,
        "maximum": kwarg.le,
        "minLength": kwarg.min_length,
        "maxLength": kwarg.max_length,
        "pattern": kwarg.pattern,
    }
    return {**schema, **{name: bound for name, bound in bounds.items() if bound is not None}}


def _body(handler: HTTPRouteHandler, schemas: Json) -> Json:
    if "lines" in handler.opt:
        return {"required": True, "content": _lines(handler.opt["lines"], schemas)}
    if "bytes" in handler.opt:
        return {"required": True, "content": {name: {"schema": _BYTES} for name in handler.opt["bytes"]}}
    if handler.parsed_data_field:
        schema = schemas[str(handler.parsed_data_field.annotation)]
        return {"required": True, "content": {JSON: {"schema": schema}}}
    return {}


def _lines(kind: Any, schemas: Json) -> Json:  # noqa: ANN401 - a row type
    """Return the formats in which rows of a type may be sent."""
    text = {"schema": {"type": "string"}}
    content: Json = {JSON: {"schema": _many(schemas[str(kind)])}, NDJSON: text, media.CSV: text}
    if media.CLOUD_EVENT in media.of(kind):
        one = schemas[str(CloudEvent)]
        content |= {media.CLOUD_EVENT: {"schema": one}, media.CLOUD_EVENTS: {"schema": _many(one)}}
    return content


def _many(row: Json) -> Json:
    return {"type": "array", "items": row, "maxItems": 10_000}


def _success(handler: HTTPRouteHandler, schemas: Json) -> Json:
    kind = answer_type(handler)
    statuses = handler.opt.get("statuses") or [handler.status_code]
    schema = schemas.get(str(kind), {})
    content = {JSON: {"schema": schema, "example": answers.example(schema)}} if kind is not None else {}
    words = {"type": "string", "description": "One row a line, all of them"}
    if "stream" in handler.opt:
        content[NDJSON] = {"schema": words, "example": answers.lines(schema)}
    if "csv" in handler.opt:
        content[media.CSV] = {"schema": words, "example": answers.table(schema)}
    if "text" in handler.opt:
        content[handler.opt["text"]] = {"schema": {"type": "string"}, "example": TEXT}
    names = ["Request-Id", *handler.opt.get("answer_headers", ())]
    if takes_key(handler):
        names.append("Idempotency-Replayed")
    found: Json = {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}
    if content:
        found["content"] = content
    return {str(status): {"description": HTTPStatus(status).phrase, **found} for status in statuses}


def _refusals(path: str, handler: HTTPRouteHandler, has_parameters: bool) -> Json:
    """Return every status the operation may refuse with, each with its kinds as examples."""
    codes = ["internal", "unavailable", "rate_limited", *handler.opt.get("refusals", ())]
    if "principal" in handler.opt:
        codes += ["unauthenticated", "forbidden"]
    if has_parameters:
        codes += ["invalid_parameter"]
    if "{" in path:
        codes += ["not_found"]
    if handler.parsed_data_field or "lines" in handler.opt or "bytes" in handler.opt:
        codes += ["malformed", "too_large", "unsupported_media_type", "invalid"]
    if refuses_key(handler):
        codes += ["idempotency_key_unsupported"]
    if takes_key(handler):
        codes += ["idempotency_key_running", "idempotency_mismatch"]
    by_status: dict[int, list[str]] = {}
    for code in sorted(set(codes), key=list(KINDS).index):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {str(status): _refusal(status, codes) for status, codes in sorted(by_status.items())}


def _refusal(status: int, codes: list[str]) -> Json:
    names = ["Request-Id", *(["Retry-After"] if status in (429, 503) else [])]
    return {
        "description": "; ".join(KINDS[code].title for code in codes),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"value": examples.problem(KINDS[code])} for code in codes},
            }
        },
    }
