"""A dataset folder in memory, and what a name in it means."""

from pathlib import Path
from typing import Final

import msgspec

from kithline_core.model.chosen import Choices
from kithline_core.model.datasets import Dataset as DatasetSettings
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, Row
from kithline_core.model.value import ValueModel

SETTINGS: Final = "dataset.json"
VALUE: Final = "value.json"
CHOICES: Final = "choices.json"
QUESTIONNAIRES: Final = "questionnaires"
FORMATS: Final = (".csv", ".ndjson", ".parquet")


class Dataset(msgspec.Struct, kw_only=True):
    """One tenant's data as files: settings, rows by file, questionnaires, the value model and chosen methods.

    `lines` has the number of each row's line where the rows were read from a file; the header of a CSV file is line 1.
    `counted` are events of competitors' people by day (since 1970) and community; the rows themselves are gone.
    """

    settings: DatasetSettings = msgspec.field(default_factory=DatasetSettings)
    rows: dict[str, list[Row]] = msgspec.field(default_factory=lambda: {name: [] for name in FILES})
    lines: dict[str, list[int]] = msgspec.field(default_factory=dict)
    questionnaires: list[Questionnaire] = msgspec.field(default_factory=list)
    value: ValueModel | None = None
    choices: Choices = Choices()
    counted: dict[tuple[int, str | None], int] = msgspec.field(default_factory=dict)


def stem_and_format(path: Path) -> tuple[str, str] | None:
    """Return the file's table and format, None for a file that the format does not know."""
    name = path.name.removesuffix(".gz")
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem in FILES and dot + ending in FORMATS else None
