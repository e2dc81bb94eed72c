"""Writes rows back as CSV, so that reading them gives the same rows."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kithline_core.dataset.folder import CHOICES, QUESTIONNAIRES, SETTINGS, VALUE, Dataset
from kithline_core.model.chosen import Choices
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, Row


def write(folder: Path, dataset: Dataset) -> None:
    """Write every part that has something in it; the folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    settings(folder, dataset)
    for stem, rows in dataset.rows.items():
        if rows:
            table(folder, stem, rows)


def settings(folder: Path, dataset: Dataset) -> None:
    """Write dataset.json, value.json, choices.json and the questionnaires."""
    (folder / SETTINGS).write_bytes(_pretty(dataset.settings))
    if dataset.value is not None:
        (folder / VALUE).write_bytes(_pretty(dataset.value))
    if dataset.choices != Choices():
        (folder / CHOICES).write_bytes(_pretty(dataset.choices))
    for one in dataset.questionnaires:
        questionnaire(folder, one)


def questionnaire(folder: Path, one: Questionnaire) -> None:
    """Write one questionnaire under the name that says its version."""
    (folder / QUESTIONNAIRES).mkdir(exist_ok=True)
    (folder / QUESTIONNAIRES / f"{one.questionnaire}@{one.version}.json").write_bytes(_pretty(one))


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def table(folder: Path, stem: str, rows: Iterable[Row]) -> Path:
    """Write one CSV file and return its path."""
    names = FILES[stem].__struct_fields__
    path = folder / f"{stem}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        # The CRLF of RFC 4180 makes the writer quote a lone carriage return too.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows([cell(getattr(row, name)) for name in names] for row in rows)
    return path


def cell(value: object) -> str:
    """Return a value as it stands in a file; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return repr(value) if isinstance(value, float) else str(value)
