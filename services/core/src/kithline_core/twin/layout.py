"""What belongs together in a table: keys, pairs of people or places, columns that mean something only as one, spans."""

from typing import Final

from kithline_core.twin.words import NONE, SEPARATOR
from kithline_sdk.snapshot import Column, Table

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "memberships": ("person", "group", "organisation", "department", "valid_from"),
    "activity_day": ("day", "community", "channel", "actor", "verb", "kind"),
    "tie_day": ("day", "community", "channel", "actor", "verb", "kind", "recipients", "target"),
    "item_use": ("item", "day", "actor", "used_by"),
    "opening": ("community", "channel", "kind", "asker", "opened_at", "answerer"),
    "ties": ("actor", "community", "target"),
    "organisation_ties": ("organisation_a", "kind", "period", "organisation_b"),
    "interfaces": ("side_a", "side_b"),
    "answers": ("questionnaire", "version", "assessment", "item", "respondent"),
    "ratings": ("object", "item", "rater"),
    "populations": ("group", "department"),
    "group_ties": ("period", "level", "a", "b"),
    "group_activity": ("period", "community", "group"),
    "waits": ("period", "community", "group"),
    "contributions": ("period", "community", "group", "least"),
    "findings": ("scorer", "field"),
    "items": ("questionnaire", "version", "item"),
}
PAIRS: Final[dict[str, tuple[str, str]]] = {
    "memberships": ("person", "manager"), "tie_day": ("actor", "target"), "ties": ("actor", "target"),
    "item_use": ("actor", "used_by"), "opening": ("asker", "answerer"), "interfaces": ("side_a", "side_b"),
    "organisation_ties": ("organisation_a", "organisation_b"), "group_ties": ("a", "b"),
}  # fmt: skip
TOGETHER: Final[dict[str, tuple[str, ...]]] = {
    "answers": ("questionnaire", "version", "assessment", "item", "dimension"),
    "items": ("questionnaire", "version", "item"),
    "ratings": ("object", "item"),
    "populations": ("group", "department"),
    "findings": ("scorer", "field"),
}
SPANS: Final = (
    ("valid_from", "valid_to"), ("first_at", "last_at"), ("started_at", "ended_at"), ("occurred_at", "acknowledged_at"),
    ("occurred_at", "remedied_at"), ("submitted_at", "decided_at"), ("submitted_at", "implemented_at"),
    ("opened_at", "answered_at"),
)  # fmt: skip


def together(table: Table) -> Table:
    """Return a table in which columns that mean something only as one are one."""
    names = [name for name in TOGETHER.get(table.name, ()) if name in table]
    if len(names) < 2:  # noqa: PLR2004 - one alone is one
        return table
    cells = zip(*(table.texts(name) for name in names), strict=True)
    joined = Column.of(
        "str", [SEPARATOR.join(NONE if cell is None else cell.replace(SEPARATOR, " ") for cell in row) for row in cells]
    )
    rest = {name: column for name, column in table.columns.items() if name not in names}
    return Table(table.name, {SEPARATOR.join(names): joined, **rest})


def apart(table: Table, order: list[str]) -> Table:
    """Return a table whose joined columns are several again, all in this order."""
    columns: dict[str, Column] = {}
    for name, column in table.columns.items():
        names = name.split(SEPARATOR)
        if len(names) == 1:
            columns[name] = column
            continue
        nothing = [NONE] * len(names)
        rows = [nothing if text is None else text.split(SEPARATOR) for text in table.texts(name)]
        for place, one in enumerate(names):
            columns[one] = Column.of("str", [None if row[place] == NONE else row[place] for row in rows])
    return Table(table.name, {name: columns[name] for name in order})


def key(table: str, columns: dict[str, object]) -> list[str]:
    """Return the columns by which rows of a table are told apart."""
    wanted = KEYS.get(table, ())
    found = [name for name in columns if any(part in wanted for part in name.split(SEPARATOR))]
    return (
        sorted(found, key=lambda name: max(wanted.index(one) for one in name.split(SEPARATOR) if one in wanted))
        or list(columns)[:1]
    )
