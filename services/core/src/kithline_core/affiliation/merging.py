"""Puts standing ids in the place of linked ones, and sums up rows that have become one."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from kithline_core.affiliation.identity import Names
from kithline_core.affiliation.spans import Cells, Row, exchanged, replaced, rows_of
from kithline_sdk.catalogue import CATALOGUE

# Rows that agree in these columns are one row once two people, or two organisations, are one.
SAME: Final = {
    "activity_day": ("day", "community", "channel", "actor", "verb", "kind"),
    "tie_day": ("day", "community", "channel", "actor", "target", "verb", "kind", "recipients"),
    "opening": ("community", "channel", "kind", "asker", "opened_at", "answerer"),
    "ties": ("actor", "target", "community", "first_at"),
    "answers": ("questionnaire", "version", "assessment", "respondent", "item"),
    "ratings": ("object", "rater", "item"),
    "survivals": ("unit", "group"),
    "organisation_ties": ("organisation_a", "organisation_b", "kind", "period", "direction", "declared"),
}

# Roll-ups, of which there may be millions of rows.
SUMMED: Final = ("activity_day", "tie_day")


def people(name: str, cells: Cells, names: Names) -> Cells:
    """Return a table in which everybody stands under one id; rows nobody was merged in stay as they are."""
    columns = [column for column, kind in CATALOGUE.get(name, {}).items() if kind == "person"]
    return merged(name, cells, columns, names)


def merged(name: str, cells: Cells, columns: Collection[str], names: Names) -> Cells:
    """Return a table with standing ids in some columns."""
    met = {*names, *names.values()}
    touched = sorted({place for column in columns for place in _places(cells.get(column, ()), met)})
    if not touched:
        return cells
    if name in SUMMED:
        return exchanged(cells, touched, _summed(name, cells, touched, names))
    rows = rows_of(cells, touched)
    # Where two rows contradict, the one that was sent under the standing id is kept, else the smallest id's.
    rows.sort(key=lambda row: [(row[column] in names, row[column] or "") for column in columns])
    named = [{**row, **{column: names.get(row[column], row[column]) for column in columns}} for row in rows]
    return replaced(cells, touched, _one_each(name, named))


def _summed(name: str, cells: Mapping[str, Sequence[Any]], touched: Sequence[int], names: Names) -> Cells:
    """Return the touched rows of a roll-up by columns, those that have become one summed up: there are many."""
    people = {column for column, kind in CATALOGUE[name].items() if kind == "person"}
    found = {
        column: [names.get(values[place], values[place]) if column in people else values[place] for place in touched]
        for column, values in cells.items()
    }
    count, first, last = (found[column] for column in ("count", "first_at", "last_at"))
    own: dict[tuple[Any, ...], int] = {}
    for row, key in enumerate(zip(*(found[column] for column in SAME[name]), strict=True)):
        one = own.setdefault(key, row)
        if one != row:
            count[one] += count[row]
            first[one], last[one] = min(first[one], first[row]), max(last[one], last[row])
    return {column: [values[row] for row in own.values()] for column, values in found.items()}


def _places(column: Sequence[Any], met: Collection[str]) -> Iterable[int]:
    return (place for place, cell in enumerate(column) if cell in met)


def _one_each(name: str, rows: Iterable[Row]) -> Iterable[Row]:
    if name == "item_use":  # nobody uses an idea of their own
        return [row for row in rows if row["used_by"] is None or row["used_by"] != row["actor"]]
    if name == "memberships":
        own = [{**row, "manager": None} if row["manager"] == row["person"] else row for row in rows]
        return list({tuple(row.values()): row for row in own}.values())
    if name == "opening":  # nor answers a question of their own
        rows = [row for row in rows if row["answerer"] is None or row["answerer"] != row["asker"]]
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[column] for column in SAME[name])
        kept[key] = _JOINED[name](kept[key], row) if key in kept else row
    return kept.values()


def _waited(one: Row, other: Row) -> Row:
    """Keep the first answer."""
    return {**one, "answered_at": _least(one["answered_at"], other["answered_at"])}


def _declared(one: Row, other: Row) -> Row:
    # On the same days or on others, nobody knows; so many at least.
    return {
        **one,
        "days": _most(one["days"], other["days"]),
        "count": sum(1 if row["count"] is None else row["count"] for row in (one, other)),
        "first_at": _least(one["first_at"], other["first_at"]),
        "last_at": _most(one["last_at"], other["last_at"]),
    }


def _answered(one: Row, other: Row) -> Row:
    """Keep the later answer."""
    return other if (other["dated"] or 0) > (one["dated"] or 0) else one


def _rated(one: Row, _: Row) -> Row:
    return one


def _lasted(one: Row, other: Row) -> Row:
    """Keep the longer span; it has ended when both have."""
    return {**one, "duration": max(one["duration"], other["duration"]), "ended": one["ended"] and other["ended"]}


def _weighed(one: Row, other: Row) -> Row:
    known = [row["weight"] for row in (one, other) if row["weight"] is not None]
    return {**one, "weight": sum(known) if known else None}


def _least(*cells: int | None) -> int | None:
    return min((cell for cell in cells if cell is not None), default=None)


def _most(*cells: int | None) -> int | None:
    return max((cell for cell in cells if cell is not None), default=None)


_JOINED: Final[dict[str, Callable[[Row, Row], Row]]] = {
    "opening": _waited,
    "ties": _declared,
    "answers": _answered,
    "ratings": _rated,
    "survivals": _lasted,
    "organisation_ties": _weighed,
}
