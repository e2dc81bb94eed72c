"""The folder's door to the engine: rows become source tables, events their roll-ups."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from kithline_core.dataset.folder import Dataset
from kithline_core.engine.rollups import roll_up
from kithline_core.engine.tables import micros
from kithline_core.model import cells, registers
from kithline_core.model.rows import EventRow, OrganisationRow, PersonRow, Row
from kithline_sdk.catalogue import CATALOGUE

# Files whose rows enter the snapshot as they are, under the table's name.
PLAIN: Final = {
    "organisations": "organisations", "people": "memberships", "populations": "populations",
    "communities": "communities", "ties": "ties", "organisation_ties": "organisation_ties",
    "interfaces": "interfaces", "answers": "answers", "ratings": "ratings", "survivals": "survivals",
    **{stem: stem for stem in (*registers.FILES, *cells.FILES)},
}  # fmt: skip


def data(dataset: Dataset) -> dict[str, dict[str, Sequence[object]]]:
    """Return the source tables of a folder (see `engine.tables.Data`)."""
    found: dict[str, dict[str, Sequence[object]]] = {
        table: columns(dataset.rows[stem], CATALOGUE[table]) for stem, table in PLAIN.items()
    }
    found["bots"] = {"person": bots(dataset.rows["people"])}
    found["focal"] = {"organisation": focal(dataset)}
    found["languages"] = {"language": dataset.settings.languages}
    events = [row for row in dataset.rows["events"] if isinstance(row, EventRow)]
    return {**found, **roll_up(events)}


def columns(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Sequence[object]]:
    """Return rows as columns, instants as microseconds."""
    kept = list(rows)
    return {name: [_cell(getattr(row, name)) for row in kept] for name in names}


def _cell(value: object) -> object:
    return micros(value) if isinstance(value, datetime) else value


def bots(rows: Iterable[Row]) -> list[str]:
    """Return the ids of people whom any row calls a bot."""
    return sorted({row.person for row in rows if isinstance(row, PersonRow) and row.bot})


def focal(dataset: Dataset) -> list[str]:
    """Return the focal organisations: those dataset.json names and those whose role says so."""
    rows = (row for row in dataset.rows["organisations"] if isinstance(row, OrganisationRow))
    said = {row.organisation for row in rows if row.role == "focal"}
    named = dataset.settings.focal
    return sorted({*([named] if isinstance(named, str) else named), *said})
