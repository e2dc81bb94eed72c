"""Reads and checks a dataset folder, every problem at once."""

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kithline_core.affiliation import identity
from kithline_core.dataset import records, rows
from kithline_core.dataset.competitors import PEOPLE
from kithline_core.dataset.folder import CHOICES, QUESTIONNAIRES, SETTINGS, VALUE, Dataset, stem_and_format
from kithline_core.errors import DatasetError
from kithline_core.model.chosen import Choices
from kithline_core.model.datasets import Dataset as DatasetSettings
from kithline_core.model.identities import IdentityRow
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import FILES, EventRow, PersonRow, Row
from kithline_core.model.value import ValueModel
from kithline_core.model.wording import worded

T = TypeVar("T")


def read(folder: Path, leave: Collection[Path] = ()) -> Dataset:
    """Return the dataset but for the files to leave. Raises DatasetError listing what is wrong, with file and line."""
    if not folder.is_dir():
        raise DatasetError([f"{folder} is no folder; `kithline dataset new {folder}` makes one"])
    paths = sorted(folder.iterdir(), key=lambda path: path.name)
    dataset, problems = Dataset(), _twice(paths)
    for path in paths:
        if path not in leave:
            _file(path, dataset, problems)
    problems += _direct_messages(dataset)
    problems += _whispered(dataset)
    problems += _circles(dataset)
    problems += _persons(dataset)
    if problems:
        raise DatasetError(problems)
    return dataset


def read_table(path: Path) -> Dataset:
    """Return a dataset of one table's file alone. Raises DatasetError."""
    known = stem_and_format(path)
    if known is None:
        raise DatasetError([_unknown(path)])
    dataset, problems = Dataset(), list[str]()
    _table(path, *known, dataset, problems)
    if problems:
        raise DatasetError(problems)
    return dataset


def _unknown(path: Path) -> str:
    return f"{path.name}: unknown file; known are {', '.join(FILES)} (.csv, .ndjson, .parquet, also .gz)"


def _twice(paths: Iterable[Path]) -> list[str]:
    stems = Counter(known[0] for path in paths if (known := stem_and_format(path)) is not None)
    return [f"{stem} stands in {times} files; keep one" for stem, times in stems.items() if times > 1]


def _file(path: Path, dataset: Dataset, problems: list[str]) -> None:
    known = stem_and_format(path)
    if path.name == SETTINGS:
        dataset.settings = _settings(path, problems) or dataset.settings
    elif path.name == VALUE:
        dataset.value = _json(path, ValueModel, problems)
    elif path.name == CHOICES:
        dataset.choices = _json(path, Choices, problems) or dataset.choices
    elif path.name == QUESTIONNAIRES and path.is_dir():
        found = (_questionnaire(one, problems) for one in sorted(path.iterdir()))
        dataset.questionnaires += [one for one in found if one is not None]
    elif known is not None and path.is_file():
        _table(path, *known, dataset, problems)
    elif not path.name.startswith("."):
        problems.append(_unknown(path))


def _direct_messages(dataset: Dataset) -> list[str]:
    """Return a refusal for every direct message from or to an employee: the API takes none either."""
    staff = {row.person for row in dataset.rows["people"] if isinstance(row, PersonRow) and row.group == "employee"}
    return [
        f"events: {row.id!r} is a direct message of an employee; leave direct messages of employees out"
        for row in dataset.rows["events"]
        if isinstance(row, EventRow) and row.visibility == "direct" and (row.actor in staff or row.target in staff)
    ][: rows.MOST_PROBLEMS]


def _persons(dataset: Dataset) -> list[str]:
    """Return a refusal for every file that names persons in a folder that says it holds none."""
    if dataset.settings.mode != "aggregates":
        return []
    named = [stem for stem, columns in PEOPLE.items() if any(_names(row, columns) for row in dataset.rows[stem])]
    return [
        f"{stem}: names persons, and {SETTINGS} says mode aggregates; leave the file or the mode out" for stem in named
    ]


def _names(row: Row, columns: Iterable[str]) -> bool:
    links_organisations = getattr(row, "kind", None) == "organisation"
    return not links_organisations and any(getattr(row, column) is not None for column in columns)


def _circles(dataset: Dataset) -> list[str]:
    """Return a refusal for a link that closes a circle, in which nobody stands for the others."""
    links = [row for row in dataset.rows["identities"] if isinstance(row, IdentityRow)]
    kinds = sorted({row.kind for row in links})
    found = (identity.first_circle((row.id, row.same_as) for row in links if row.kind == kind) for kind in kinds)
    return [
        f"identities: {one!r} is the same as {other!r} closes a circle; leave it out"
        for one, other in filter(None, found)
    ]


def _whispered(dataset: Dataset) -> list[str]:
    """Return a refusal for every text that is not public: the API takes none either."""
    return [
        f"events: {row.id!r} has a text and is not public; leave texts that are not public out"
        for row in dataset.rows["events"]
        if isinstance(row, EventRow) and row.text and row.visibility not in (None, "public")
    ][: rows.MOST_PROBLEMS]


def _table(path: Path, stem: str, ending: str, dataset: Dataset, problems: list[str]) -> None:
    known = {field.encode_name: field.required for field in msgspec.structs.fields(FILES[stem])}
    try:
        found = rows.typed(path, records.read(path, ending, known), FILES[stem], problems)
    except DatasetError as error:
        problems += error.problems
        return
    kept = rows.settled(path, stem, found, problems)
    dataset.lines[stem], dataset.rows[stem] = [line for line, _ in kept], [row for _, row in kept]


def _settings(path: Path, problems: list[str]) -> DatasetSettings | None:
    said = _json(path, dict[str, Any], problems)
    if said is None:
        return None
    dated = {name: rows.instant(cell) if name in {"from", "to"} else cell for name, cell in said.items()}
    try:
        return msgspec.convert(dated, DatasetSettings)
    except msgspec.ValidationError as error:
        problems.append(f"{path.name}: {error}")
        return None


def _json(path: Path, kind: type[T], problems: list[str]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        problems.append(f"{path.name}: {worded(error)}")
        return None


def _questionnaire(path: Path, problems: list[str]) -> Questionnaire | None:
    found = _json(path, Questionnaire, problems)
    if found is not None and path.name != f"{found.questionnaire}@{found.version}.json":
        problems.append(f"{path.name}: should be called {found.questionnaire}@{found.version}.json, as it says inside")
    return found
