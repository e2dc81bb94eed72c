"""Who is who: roles, one unit per owner, one hub of all focal organisations, neutral hosts left out."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table
from kithline_sdk.snapshot import Bools, Ints
from kithline_sdk.stats import graphs

# Of several roles under one owner the first of these is the unit's.
RANK: Final = ("focal", "supplier", "partner", "customer", "shareholder", "competitor", "")
NEUTRAL: Final = "neutral"
NOWHERE: Final = -1
_SOURCES: Final = (
    ("memberships", "organisation"),
    ("organisation_ties", "organisation_a"),
    ("organisation_ties", "organisation_b"),
)


class Row(NamedTuple):
    """What organisations.csv says about one organisation, as of the window."""

    role: str = ""
    name: str = ""
    owner: str = ""
    circles: tuple[str, ...] = ()
    competing: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Organisations(NamedTuple):
    """Units 0 to n - 1 in the order of their ids; `number` gives the unit of an organisation's id, -1 if neutral."""

    ids: tuple[str, ...]
    roles: tuple[str, ...]
    number: dict[str, int]
    hub: int | None
    circles: tuple[frozenset[str], ...]
    rivals: tuple[Ints, Ints]
    rows: dict[str, Row]

    @property
    def suppliers(self) -> Bools:
        """Return which units are suppliers."""
        return np.fromiter((role == "supplier" for role in self.roles), np.bool_, len(self.roles))

    def units(self, table: Table, column: str) -> Ints:
        """Return the unit of every row of a column of organisation ids, -1 where there is none."""
        return self.coded(table.labels(column))[table.codes(column)]

    def coded(self, labels: Iterable[str]) -> Ints:
        """Return the unit of each label, and -1 behind the last for null."""
        return np.array([*(self.number.get(label, NOWHERE) for label in labels), NOWHERE], np.int64)


def organisations(snapshot: Snapshot) -> Organisations:
    """Return everybody who is met: listed, a member's, or in a declared tie."""
    rows = _rows(snapshot["organisations"])
    focal = {*snapshot["focal"].labels("organisation"), *(one for one, row in rows.items() if row.role == "focal")}
    met = {label for table, column in _SOURCES for label in snapshot[table].labels(column)}
    neutral = {one for one, row in rows.items() if row.role == NEUTRAL} - focal
    owned = _owned({*rows, *focal, *met} - neutral, rows, focal)
    groups = sorted((_shown(group, rows, focal), group) for group in owned)
    number = {one: place for place, (_, group) in enumerate(groups) for one in group}
    number |= dict.fromkeys(neutral, NOWHERE)
    return Organisations(
        ids=tuple(shown for shown, _ in groups),
        roles=tuple(_role(shown, rows, focal) for shown, _ in groups),
        number=number,
        hub=number[min(focal)] if focal else None,
        circles=tuple(frozenset(circle for one in group for circle in _of(rows, one).circles) for _, group in groups),
        rivals=_rivals(rows, number),
        rows=rows,
    )


def _rows(table: Table) -> dict[str, Row]:
    """Return one row per organisation: of several dated ones the latest."""
    texts = {name: table.texts(name) for name in ("organisation", "role", "name", "owner")}
    lists = {name: table.texts(name) for name in ("circles", "competing", "aliases")}
    since = np.where(table.present("valid_from"), table.ints("valid_from"), np.iinfo(np.int64).min)
    found: dict[str, Row] = {}
    for place in np.argsort(since, kind="stable").tolist():
        role, name, owner = (texts[column][place] or "" for column in ("role", "name", "owner"))
        circles, competing, aliases = (_split(lists[column][place]) for column in ("circles", "competing", "aliases"))
        found[texts["organisation"][place] or ""] = Row(role, name, owner, circles, competing, aliases)
    return found


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(sorted({part.strip() for part in (text or "").split(";")} - {""}))


def _of(rows: dict[str, Row], organisation: str) -> Row:
    return rows.get(organisation, Row())


def _owned(ids: Iterable[str], rows: dict[str, Row], focal: set[str]) -> list[list[str]]:
    """Return the ids in groups of one owner; an owner that is an organisation itself belongs to its group."""
    ordered = sorted(ids)
    names = sorted({*ordered, *(row.owner for row in rows.values())})
    place = {name: number for number, name in enumerate(names)}
    owners = [(place[one], place[_of(rows, one).owner]) for one in ordered if _of(rows, one).owner]
    # A holding's focal organisations are one hub.
    owners += [(place[one], place[min(focal)]) for one in sorted(focal)]
    ends = np.array(owners, np.int64).reshape(-1, 2)
    root = graphs.components(ends[:, 0], ends[:, 1], len(names))
    groups: dict[int, list[str]] = defaultdict(list)
    for one in ordered:
        groups[int(root[place[one]])].append(one)
    return list(groups.values())


def _role(organisation: str, rows: dict[str, Row], focal: set[str]) -> str:
    return "focal" if organisation in focal else _of(rows, organisation).role


def _shown(group: list[str], rows: dict[str, Row], focal: set[str]) -> str:
    return min(group, key=lambda one: (RANK.index(_role(one, rows, focal)), one))


def _rivals(rows: dict[str, Row], number: dict[str, int]) -> tuple[Ints, Ints]:
    """Return the pairs of units that compete, named by id or, failing that, by name."""
    named = {row.name: number[one] for one, row in sorted(rows.items()) if row.name} | number
    pairs = [
        (number[one], named[other]) for one, row in sorted(rows.items()) for other in row.competing if other in named
    ]
    ends = np.array([pair for pair in pairs if NOWHERE not in pair], np.int64).reshape(-1, 2)
    return graphs.simple(ends[:, 0], ends[:, 1])
