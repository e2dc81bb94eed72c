"""The tenant's own list of organisations: merged, found by their aliases, and followed by those who took them over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from kithline_core.affiliation import merging, spans
from kithline_core.affiliation.identity import Names
from kithline_core.affiliation.spans import LATEST, Cells, Row

SPLIT: Final = ";"
# Where an organisation stands, but for its own row.
SEATS: Final = {"memberships": ("organisation",), "organisation_ties": ("organisation_a", "organisation_b")}


class Succession(NamedTuple):
    """Who took an organisation over, and from which moment on."""

    at: int
    by: str


def together(cells: Cells, names: Names) -> Cells:
    """Return organisations in which the merged ones are one, with the others' names among its aliases.

    Rows sent under the standing id hold; what they leave empty comes from the others, the smallest id first.
    """
    met = {*names, *names.values()}
    places = [place for place, one in enumerate(cells["organisation"]) if one in met]
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in spans.rows_of(cells, places):
        groups[names.get(row["organisation"], row["organisation"])].append(row)
    return spans.replaced(cells, places, (row for one in sorted(groups) for row in _one(one, groups[one])))


def _one(organisation: str, rows: list[Row]) -> list[Row]:
    first = organisation if any(row["organisation"] == organisation for row in rows) else min(map(_id, rows))
    own = [row for row in rows if row["organisation"] == first]
    others = sorted((row for row in rows if row["organisation"] != first), key=lambda row: (_id(row), spans.of(row)))
    also = [name for row in others for name in (row["organisation"], row["name"], *_split(row["aliases"]))]
    return [_filled(organisation, row, others, [first, *also]) for row in own]


def _id(row: Row) -> str:
    return str(row["organisation"])


def _filled(organisation: str, row: Row, others: Iterable[Row], also: Iterable[str | None]) -> Row:
    full = dict(row)
    for other in others:
        for name in ("name", "role", "tier", "owner", "circles", "competing"):
            full[name] = other[name] if full[name] is None else full[name]
    aliases = dict.fromkeys(one for one in (*_split(row["aliases"]), *also) if one not in {None, "", organisation})
    return {**full, "organisation": organisation, "aliases": SPLIT.join(map(str, aliases)) or None}


def aliases(cells: Mapping[str, Iterable[Any]]) -> dict[str, str]:
    """Return which organisation each alias means. One that several claim, or that is an id itself, means none."""
    ids = set(cells["organisation"])
    claimed: dict[str, set[str]] = defaultdict(set)
    for organisation, named in zip(cells["organisation"], cells["aliases"], strict=True):
        for alias in _split(named):
            claimed[alias].add(organisation)
    return {alias: min(by) for alias, by in claimed.items() if len(by) == 1 and alias not in ids}


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in text.split(SPLIT) if part.strip()] if text else []


def renamed(data: dict[str, Cells], names: Names) -> dict[str, Cells]:
    """Return the tables with organisations under other ids, wherever one is named."""
    found = dict(data)
    for name, columns in SEATS.items():
        if name in found:
            found[name] = merging.merged(name, found[name], columns, names)
    if "organisation_ties" in found:
        found["organisation_ties"] = _between(found["organisation_ties"], names)
    if "interfaces" in found:
        found["interfaces"] = _sides(found["interfaces"], found["memberships"], names)
    found["focal"] = {"organisation": sorted({names.get(one, one) for one in found["focal"]["organisation"]})}
    found["organisations"] = _mentioned(found["organisations"], names)
    return found


def _between(cells: Cells, names: Names) -> Cells:
    """Leave out ties of a merged organisation to itself."""
    met = {*names.values()}
    pairs = zip(cells["organisation_a"], cells["organisation_b"], strict=True)
    inside = [place for place, (one, other) in enumerate(pairs) if one == other and one in met]
    return spans.replaced(cells, inside, ()) if inside else cells


def _sides(cells: Cells, memberships: Cells, names: Names) -> Cells:
    """Rename the sides that are organisations: a department may have the same name."""
    of_them = {name: one for name, one in names.items() if name not in set(memberships["department"])}
    return {
        name: [of_them.get(cell, cell) for cell in column] if name in {"side_a", "side_b"} else column
        for name, column in cells.items()
    }


def _mentioned(cells: Cells, names: Names) -> Cells:
    """Rename owners, rivals and successors."""
    named = {name: [names.get(cell, cell) for cell in cells[name]] for name in ("owner", "successor")}
    return {**cells, **named, "competing": [_rivals(cell, names) for cell in cells["competing"]]}


def _rivals(text: str | None, names: Names) -> str | None:
    parts = _split(text)
    return SPLIT.join(names.get(part, part) for part in parts) if any(part in names for part in parts) else text


def successions(cells: Cells) -> dict[str, Succession]:
    """Return who took over whom. Of several dates the last holds."""
    columns = (cells[name] for name in ("organisation", "valid_to", "successor"))
    told = [(one, at, by) for one, at, by in zip(*columns, strict=True) if by is not None and at is not None]
    return {one: Succession(at, by) for one, at, by in sorted(told)}


def carried(cells: Cells, taken: Mapping[str, Succession]) -> Cells:
    """Return memberships in which whoever belonged to an organisation belongs to its successor from that day on.

    Group, department, rank, manager and leader go with them. Whoever is said to be in the successor already is there
    as it was said.
    """
    moved = [place for place, one in enumerate(cells["organisation"]) if one in taken]
    if not moved:
        return cells
    heirs = {succession.by for succession in taken.values()}
    there = [place for place, one in enumerate(cells["organisation"]) if one in heirs]
    seats: dict[tuple[str, str], list[spans.Span]] = defaultdict(list)
    for row in spans.rows_of(cells, there):
        seats[row["person"], row["organisation"]].append(spans.of(row))
    rows = spans.rows_of(cells, moved)
    return spans.replaced(cells, moved, (part for row in rows for part in _followed(row, taken, seats)))


def _followed(
    row: Row, taken: Mapping[str, Succession], seats: Mapping[tuple[str, str], list[spans.Span]]
) -> Iterable[Row]:
    parts, seen = [spans.of(row)], set[str]()
    organisation: str = row["organisation"]
    while organisation in taken and organisation not in seen:
        seen.add(organisation)
        at, by = taken[organisation]
        stayed = [spans.common(part, (spans.EARLIEST, at)) for part in parts]
        yield from (spans.within({**row, "organisation": organisation}, one) for one in stayed if one[0] < one[1])
        went = [spans.common(part, (at, LATEST)) for part in parts]
        held = seats.get((row["person"], by), []) if by != row["organisation"] else []
        parts = [left for one in went if one[0] < one[1] for left in spans.minus(one, held)]
        organisation = by
    yield from (spans.within({**row, "organisation": organisation}, one) for one in parts)
