"""Says what a file of the folder may hold: `kithline schema FILE` prints it."""

from typing import Any

import msgspec
from msgspec import inspect

from kithline_core.dataset.folder import CHOICES, SETTINGS, VALUE
from kithline_core.errors import Invalid
from kithline_core.model.chosen import Choices
from kithline_core.model.datasets import Dataset as DatasetSettings
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, IDENTITY
from kithline_core.model.value import ValueModel

DOCUMENTS: dict[str, type] = {
    SETTINGS: DatasetSettings,
    VALUE: ValueModel,
    CHOICES: Choices,
    "questionnaire": Questionnaire,
}


class ColumnSchema(msgspec.Struct, frozen=True):
    """A column: its name, whether it must be there, its type in words and the values it allows."""

    name: str
    required: bool
    type: str
    values: list[str] = []


def names() -> list[str]:
    """Return every name that `describe` knows."""
    return [*FILES, *DOCUMENTS]


def describe(name: str) -> dict[str, Any]:
    """Return the columns of a table file, or the JSON schema of a document. Raises Invalid for another name."""
    stem = name.removesuffix(".gz").removesuffix(".csv").removesuffix(".ndjson").removesuffix(".parquet")
    if stem in FILES:
        fields = msgspec.structs.fields(FILES[stem])
        listed = [ColumnSchema(one.encode_name, one.required, *_type(one.type)) for one in fields]
        return {"file": stem, "identity": list(IDENTITY[stem]), "columns": msgspec.to_builtins(listed)}
    if name in DOCUMENTS:
        return {"file": name, "schema": msgspec.json.schema(DOCUMENTS[name])}
    raise Invalid(f"there is no file {name!r} in a dataset folder; known are {', '.join(names())}")


def _type(kind: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - an annotation
    told = inspect.type_info(kind)
    parts = told.types if isinstance(told, inspect.UnionType) else (told,)
    part = next(one for one in parts if not isinstance(one, inspect.NoneType))
    part = part.type if isinstance(part, inspect.Metadata) else part
    if isinstance(part, inspect.LiteralType):
        return "one of", [str(value) for value in part.values]
    words = {
        "StrType": "text",
        "IntType": "whole number",
        "FloatType": "number",
        "BoolType": "true or false",
        "DateTimeType": "instant (RFC 3339) or date",
    }
    return words[type(part).__name__], []
