"""What an organisation writes down about itself, and cells of at least k people: columns filled by their kind."""

from typing import Final

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.kit.worlds.world import Cells, World

REGISTERS: Final = ("incidents", "ideas", "decisions", "outcomes", "roadmap", "barriers", "interventions")
CELLS: Final = ("group_ties", "group_activity", "waits", "contributions")
_EMPTY: Final = 0.15
_STRINGS: Final[dict[str, tuple[str, ...]]] = {
    "group": ("employee", "supplier", "customer"),
    "status": ("open", "accepted", "rejected", "implemented"),
    "kind": ("process", "product", "marketing", "supply"),
    "code": ("productivity", "property", "security", "privacy", "authority", "compliance"),
    "strength": ("low", "medium", "high"),
    "risk": ("low", "medium", "high"),
    "value": ("low", "medium", "high"),
    "investment": ("low", "medium", "high"),
    "horizon": ("now", "next", "later"),
    "period": ("2026-Q1",),
    "level": ("group", "department", "role", "staff"),
    "evidence": ("minutes of the meeting",),
}


def register(world: World, table: str) -> Cells:
    """Return a register with a row for every fifth person; the first column is its row's id, others may be empty."""
    size = max(3, world.people // 5)
    columns = list(CATALOGUE[table])
    cells = {column: _cells(world, table, column, size) for column in columns}
    cells[columns[0]] = [f"{table}{one}" for one in range(size)]
    _in_order(cells, ("submitted_at", "decided_at", "implemented_at"))
    _in_order(cells, ("occurred_at", "acknowledged_at", "remedied_at"))
    _in_order(cells, ("started_at", "ended_at"))
    return cells


def cells(world: World, table: str) -> Cells:
    """Return cells of groups; what is part of another figure is never larger than it."""
    size = 6
    found = {column: _cells(world, table, column, size, 0.0) for column in CATALOGUE[table]}
    for parts in (("members", "met"), ("departments", "departments_at_floor"), ("ties", "within"), ("most", "least"),
                  ("openings", "answered", "within_168h", "within_24h"), ("items", "adopted")):  # fmt: skip
        if parts[0] in found:
            ranked = [sorted(row, reverse=True) for row in zip(*(found[one] for one in parts), strict=True)]
            found.update({one: [row[place] for row in ranked] for place, one in enumerate(parts)})
    return found


def _cells(world: World, table: str, column: str, size: int, empty: float = _EMPTY) -> list[object]:
    kind = CATALOGUE[table][column]
    made: list[object]
    if kind == "time":
        made = list(world.times(size))
    elif kind == "str":
        made = list(world.some(_names(world, column), size))
    elif kind == "bool":
        made = list(world.when(0.5, size))
    else:
        made = [float(one) if kind == "float" else one for one in world.below(50, size)]
    gone = world.when(empty, size)
    return [None if left_out else one for one, left_out in zip(made, gone, strict=True)]


def _names(world: World, column: str) -> tuple[str, ...]:
    if column == "community":
        return tuple(world.communities)
    if column in {"department", "a", "b"}:
        return tuple(sorted(set(world.departments)))
    return _STRINGS.get(column, (f"{column} one", f"{column} two"))


def _in_order(cells: Cells, columns: tuple[str, ...]) -> None:
    """Sort the instants of each row: nothing is remedied before it happened; what comes later may be missing."""
    if columns[0] not in cells:
        return
    for row in range(len(cells[columns[0]])):
        known = sorted(cells[one][row] for one in columns if cells[one][row] is not None)
        for place, one in enumerate(columns):
            cells[one][row] = known[place] if place < len(known) else None
