"""Answers as the OpenAPI document shows them, by schema name; a test decodes each as what it stands for."""

from typing import Any, Final

import msgspec

from kithline_api.answers import access, composites, data, people, plugins, runs, supposed
from kithline_api.answers.shared import Json
from kithline_api.examples import BY_NAME

_OWN: Final[dict[str, Json]] = {
    **access.ANSWERS,
    **data.ANSWERS,
    **people.ANSWERS,
    **runs.ANSWERS,
    **plugins.ANSWERS,
    **composites.ANSWERS,
    **supposed.ANSWERS,
}


def example(schema: Json) -> object:
    """Return an answer of this schema: by its name, a page or a list of it, else the beginning of /openapi.json."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name.startswith("Page_"):
        row = name.removeprefix("Page_").removesuffix("_")
        return {"data": [_one(row)], "has_more": False, "next_cursor": None}
    if name:
        return _one(name)
    return [example(schema["items"])] if "items" in schema else {"openapi": "3.1.0"}


def lines(schema: Json) -> str:
    """Return what a list looks like as NDJSON."""
    page = msgspec.convert(example(schema), dict[str, Any])
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in page["data"])


def table(schema: Json) -> str:
    """Return what a list looks like as CSV."""
    page = msgspec.convert(example(schema), dict[str, Any])
    first = page["data"][0]
    return "".join(",".join(str(cell) for cell in row) + "\r\n" for row in (first, first.values()))


def _one(name: str) -> Json:
    return _OWN[name] if name in _OWN else BY_NAME[name]
