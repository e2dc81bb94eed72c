"""Competitors' people in a folder: counted per day, never kept, as the server's door does (a twin of `db.door`)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from kithline_core.dataset.folder import Dataset
from kithline_core.engine.tables import micros
from kithline_core.model.rows import EventRow, PersonRow, Row
from kithline_sdk.snapshot import DAY

# The people a row is about: without them there is no row.
PEOPLE: Final = {
    "people": ("person",),
    "events": ("actor", "target"),
    "ties": ("actor", "target"),
    "answers": ("respondent",),
    "ratings": ("rater",),
    "survivals": ("unit",),
    "identities": ("id", "same_as"),
}
# Who else is named: such a cell goes blank, and the row stays.
ASIDE: Final = {"people": "manager", "answers": "confirmed_by"}


def apart(dataset: Dataset) -> Dataset:
    """Return the folder without competitors' people, their events counted by day and community."""
    rows = dataset.rows
    gone = {row.person for row in _people(rows) if row.group == "competitor"}
    if not gone:
        return dataset
    counted = Counter(dataset.counted)
    for row in rows["events"]:
        if isinstance(row, EventRow) and _speaks_of("events", row, gone):
            counted[micros(row.occurred_at) // DAY, row.community] += row.count or 1
    kept = {stem: [_blank(stem, row, gone) for row in found if not _speaks_of(stem, row, gone)]
            for stem, found in rows.items()}  # fmt: skip
    return msgspec.structs.replace(dataset, rows=kept, counted=dict(counted))


def _people(rows: dict[str, list[Row]]) -> Iterable[PersonRow]:
    return (row for row in rows["people"] if isinstance(row, PersonRow))


def _speaks_of(stem: str, row: Row, gone: set[str]) -> bool:
    if stem == "identities" and getattr(row, "kind", None) != "person":
        return False
    return any(getattr(row, name) in gone for name in PEOPLE.get(stem, ()))


def _blank(stem: str, row: Row, gone: set[str]) -> Row:
    aside = ASIDE.get(stem)
    return row if aside is None or getattr(row, aside) not in gone else msgspec.structs.replace(row, **{aside: None})


def days(dataset: Dataset) -> dict[str, Sequence[object]]:
    """Return the table `competitor_day`."""
    rows = [(*place, count) for place, count in dataset.counted.items()]
    return {name: [row[at] for row in rows] for at, name in enumerate(("day", "community", "count"))}
