"""The folder's door to the engine: rows become source tables, events their roll-ups."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from kithline_core.affiliation import sensitive, steps
from kithline_core.dataset import competitors
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.rollups import roll_up
from kithline_core.engine.tables import micros
from kithline_core.model import cells, registers
from kithline_core.model.rows import EventRow, OrganisationRow, Row
from kithline_core.model.sensitive import marked
from kithline_sdk.catalogue import CATALOGUE

# Files whose rows enter the snapshot as they are, under the table's name.
PLAIN: Final = {
    "organisations": "organisations", "people": "memberships", "identities": "identities", "populations": "populations",
    "communities": "communities", "ties": "ties", "organisation_ties": "organisation_ties",
    "interfaces": "interfaces", "answers": "answers", "ratings": "ratings", "survivals": "survivals",
    **{stem: stem for stem in (*registers.FILES, *cells.FILES)},
}  # fmt: skip


def data(dataset: Dataset) -> steps.Tables:
    """Return the source tables of a folder (see `engine.tables.Data`)."""
    dataset = competitors.apart(dataset)
    found: steps.Tables = {
        table: columns(dataset.rows.get(stem, ()), steps.columns(table)) for stem, table in PLAIN.items()
    }
    found["value_lines"] = lined(dataset)
    found["competitor_day"] = competitors.days(dataset)
    found["focal"] = {"organisation": focal(dataset)}
    found["languages"] = {"language": dataset.settings.languages}
    events = [row for row in dataset.rows["events"] if isinstance(row, EventRow)]
    open_to_all = sensitive.left_out({**found, **roll_up(events)}, marked(found["communities"]))
    return steps.resolved(open_to_all, dataset.settings.affiliation)


def columns(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Sequence[object]]:
    """Return rows as columns, instants as microseconds."""
    kept = list(rows)
    return {name: [_cell(getattr(row, name)) for row in kept] for name in names}


def _cell(value: object) -> object:
    return micros(value) if isinstance(value, datetime) else value


def lined(dataset: Dataset) -> dict[str, Sequence[object]]:
    """Return the lines of value.json as columns."""
    rows = dataset.value.rows() if dataset.value is not None else []
    return {name: [row[name] for row in rows] for name in CATALOGUE["value_lines"]}


def focal(dataset: Dataset) -> list[str]:
    """Return the focal organisations: those dataset.json names and those whose role says so."""
    rows = (row for row in dataset.rows["organisations"] if isinstance(row, OrganisationRow))
    said = {row.organisation for row in rows if row.role == "focal"}
    named = dataset.settings.focal
    return sorted({*([named] if isinstance(named, str) else named), *said})
