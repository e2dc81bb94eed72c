"""Makes the dataset without persons, and says what was left out."""

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from kithline_core.aggregate import activity, answers, departments, groups, known, names, organisations, spans, waits
from kithline_core.aggregate.view import view
from kithline_core.dataset import competitors, door
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.assemble import assemble
from kithline_core.errors import DatasetError
from kithline_core.model import cells, registers
from kithline_core.model.rows import AnswerRow, OrganisationRow, Row

R = TypeVar("R", bound=Row)
# Files that speak of no person and go over as they stand.
AS_THEY_STAND: Final = ("populations", "communities", "interfaces", *registers.FILES)


class Made(msgspec.Struct, frozen=True):
    """The dataset without persons, and what was left out of it."""

    dataset: Dataset
    warnings: list[str]


def make(dataset: Dataset, *, floor: int, period: spans.Kind) -> Made:
    """Return the cells of at least `floor` people, and what speaks of nobody. Raises DatasetError.

    It is refused where a person's id is part of a name that other rows rest on.
    """
    ids, dataset = names.of(dataset), competitors.apart(dataset)
    found = Dataset(
        settings=msgspec.structs.replace(dataset.settings, mode="aggregates"),
        questionnaires=dataset.questionnaires,
        value=dataset.value,
    )
    found.rows.update({stem: list(dataset.rows[stem]) for stem in AS_THEY_STAND})
    found.rows["organisation_ties"] = list(dataset.rows["organisation_ties"])
    found.rows["answers"] = list(answers.answers(_of(dataset, "answers", AnswerRow), floor))
    _cells(dataset, found, floor, period)
    return Made(found, [*_dropped(dataset), *_cleaned(found, ids)])


def _cells(dataset: Dataset, found: Dataset, k: int, kind: spans.Kind) -> None:
    tables = assemble(door.data(dataset), dataset.questionnaires)
    firms = _of(dataset, "organisations", OrganisationRow)
    said, group = known.events(dataset, tables), known.groups(tables)
    for name, window in spans.periods(dataset, kind):
        seen = view(tables, window)
        found.rows["group_ties"] += groups.groups(seen, name, k)
        found.rows["group_ties"] += groups.roles(seen, name, k)
        found.rows["group_ties"] += departments.departments(seen, name, k)
        found.rows["group_activity"] += activity.activity(seen, name, k)
        found.rows["contributions"] += activity.contributions(seen, name, k)
        found.rows["waits"] += waits.waits(said, group, window, name, k)
        found.rows["organisation_ties"] += organisations.ties(seen, name, k)
        # The last period's communities stay as circles.
        found.rows["organisations"] = list(organisations.circled(firms, seen))


def _of(dataset: Dataset, stem: str, kind: type[R]) -> list[R]:
    return [row for row in dataset.rows[stem] if isinstance(row, kind)]


def _cleaned(found: Dataset, ids: names.Ids) -> list[str]:
    """Leave out every text that holds somebody's id. Raises DatasetError where it is a name."""
    warned: list[str] = []
    refused: list[str] = []
    for stem, rows in found.rows.items():
        found.rows[stem], told, wrong = names.blanked(stem, rows, ids)
        warned += told
        refused += wrong
    documents: Sequence[tuple[str, object]] = [
        ("dataset.json", found.settings),
        ("value.json", found.value),
        *((f"questionnaires/{one.questionnaire}@{one.version}.json", one) for one in found.questionnaires),
    ]
    refused += [line for name, document in documents for line in names.in_document(name, document, ids)]
    if refused:
        raise DatasetError(refused)
    return warned


def _dropped(dataset: Dataset) -> list[str]:
    left = {"ratings": "raters", "survivals": "durations of people", "identities": "links between people"}
    left |= dict.fromkeys(cells.FILES, "cells that were made elsewhere")
    return [f"{stem}: left out; it holds {what}" for stem, what in left.items() if dataset.rows[stem]]
