"""The communities of a snapshot: what is declared about each, and the names to mask in their texts."""

from collections.abc import Mapping

import msgspec

from kithline_purpose import tokens
from kithline_sdk import Snapshot, Table
from kithline_sdk.snapshot import DAY

FIELDS = ("audience", "activity", "object", "outcome", "measure", "due")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One community as declared; times in microseconds, None where nothing is known."""

    id: str
    purpose: str = ""
    fields: dict[str, str | None] = {}
    owner: str | None = None
    launched_at: int | None = None
    invited: int | None = None
    asked: int | None = None
    access: str | None = None
    kind: str | None = None
    language: str | None = None

    def age(self, end: int) -> float | None:
        """Return its age at a moment in days, None when its launch is unknown."""
        return None if self.launched_at is None else (end - self.launched_at) / DAY


def places(snapshot: Snapshot) -> tuple[list[Place], int]:
    """Return the communities in id order, and how many are left out because they are sensitive."""
    table = snapshot["communities"]
    sensitive = (table.ints("sensitive") == 1) & table.present("sensitive")
    kept = table.where(~sensitive)
    texts = {column: kept.texts(column) for column in kept.columns if kept.columns[column].kind == "str"}
    numbers = {column: _numbers(kept, column) for column in ("launched_at", "invited", "asked")}
    found = {one.id: one for one in (_place(row, texts, numbers) for row in range(kept.rows))}
    return sorted(found.values(), key=lambda one: one.id), int(sensitive.sum())


def masks(snapshot: Snapshot) -> list[tuple[str, ...]]:
    """Return the names of the organisations (with aliases; the id where no name is given) and of the communities."""
    raw: list[str | None] = []
    table = snapshot["organisations"]
    columns = [table.texts(column) for column in ("organisation", "name", "aliases")]
    for organisation, name, aliases in zip(*columns, strict=True):
        raw += [name or organisation, *(aliases or "").split(";")]
    raw += sorted(set(filter(None, snapshot["focal"].texts("organisation"))) - set(filter(None, columns[0])))
    return tokens.names([*raw, *snapshot["communities"].texts("name")])


def _place(row: int, texts: Mapping[str, list[str | None]], numbers: Mapping[str, list[int | None]]) -> Place:
    return Place(
        id=texts["community"][row] or "",
        purpose=(texts["purpose"][row] or "").strip(),
        fields={column: texts[column][row] for column in FIELDS},
        owner=texts["owner"][row],
        launched_at=numbers["launched_at"][row],
        invited=numbers["invited"][row],
        asked=numbers["asked"][row],
        access=texts["access"][row],
        kind=texts["kind"][row],
        language=texts["language"][row],
    )


def _numbers(table: Table, column: str) -> list[int | None]:
    pairs = zip(table.ints(column).tolist(), table.present(column).tolist(), strict=True)
    return [value if known else None for value, known in pairs]
