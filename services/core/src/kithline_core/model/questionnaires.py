"""A questionnaire: immutable once it has a version."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from kithline_core.model.types import Id, LongText, Name, Text

_FILE_BYTES: Final = 240
Languages = Annotated[dict[Text, LongText], Meta(max_length=20)]


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question and what it belongs to: a level (1-4), a ceiling, a dimension or a step."""

    item: Id
    text: Languages
    level: Annotated[int, Meta(ge=1, le=4)] | None = None
    ceiling: Text | None = None
    dimension: Text | None = None
    group: Text | None = None
    step: Text | None = None
    weight: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    mandatory: bool = False
    effort: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    minimum: Annotated[float, Meta(ge=-1e6, le=1e6)] = 0.0
    maximum: Annotated[float, Meta(ge=-1e6, le=1e6)] = 4.0
    reverse: bool = False
    evidence: bool = False
    improvement: Languages = {}


class Questionnaire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items under a key and a version."""

    questionnaire: Name
    version: Name
    title: Languages = {}
    items: Annotated[list[Item], Meta(min_length=1, max_length=2000)]

    def __post_init__(self) -> None:
        """Refuse what no file can be called: `<key>@<version>.json` must fit and be read one way. Raises ValueError."""
        if "@" in self.questionnaire:
            raise ValueError("the key of a questionnaire holds no @")
        if len(f"{self.questionnaire}@{self.version}".encode()) > _FILE_BYTES:
            raise ValueError(f"key and version of a questionnaire are longer than {_FILE_BYTES} bytes together")
