"""Cells: figures about at least k people each, made by `kithline aggregate`. They name no person."""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from msgspec import Meta

from kithline_core.model.row import Row
from kithline_core.model.types import Group, Id, Natural, Share

PERIOD: Final = r"^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2])|-[0-9]{2}-[0-9]{2}/[0-9]{4}-[0-9]{2}-[0-9]{2})?(?!\n)$"
Period = Annotated[
    str,
    Meta(
        min_length=4,
        max_length=40,
        pattern=PERIOD,
        description="2026, 2026-Q1, 2026-01, or 2026-01-01/2026-04-01: from the first day to the first day outside",
    ),
]
Amount = Annotated[float, Meta(ge=0, le=1e12)]
TieLevel = Literal["group", "department", "role", "staff"]


class GroupTieRow(Row, frozen=True):
    """Contact between two groups, departments or roles of organisations; or the staff as a whole (level `staff`)."""

    period: Period
    level: TieLevel | None = None
    a: Id | None = None
    b: Id | None = None
    people_a: Natural | None = None
    people_b: Natural | None = None
    ties: Amount | None = None
    forward: Natural | None = None
    backward: Natural | None = None
    members: Natural | None = None
    met: Natural | None = None
    departments: Natural | None = None
    departments_at_floor: Natural | None = None
    within: Amount | None = None
    expected: Share | None = None
    items: Natural | None = None
    adopted: Natural | None = None
    sharing: Natural | None = None
    evenness: Share | None = None


class GroupActivityRow(Row, frozen=True):
    """Who took part where: a community and a group; an empty community or group is all of them."""

    period: Period
    community: Id | None = None
    group: Group | None = None
    contributors: Natural | None = None
    contributions: Natural | None = None
    events: Natural | None = None


class WaitRow(Row, frozen=True):
    """How long people waited for an answer, by who asked where."""

    period: Period
    community: Id | None = None
    group: Group | None = None
    people: Natural | None = None
    openings: Natural | None = None
    answered: Natural | None = None
    within_24h: Natural | None = None
    within_168h: Natural | None = None
    median_hours: Amount | None = None


class ContributionRow(Row, frozen=True):
    """How contributions spread over people: those who made `least` to `most` of them."""

    period: Period
    community: Id | None = None
    group: Group | None = None
    least: Natural | None = None
    most: Natural | None = None
    contributors: Natural | None = None
    contributions: Natural | None = None


FILES: Final[dict[str, type[Row]]] = {
    "group_ties": GroupTieRow,
    "group_activity": GroupActivityRow,
    "waits": WaitRow,
    "contributions": ContributionRow,
}

IDENTITY: Final[dict[str, tuple[str, ...]]] = {
    "group_ties": ("period", "level", "a", "b"),
    "group_activity": ("period", "community", "group"),
    "waits": ("period", "community", "group"),
    "contributions": ("period", "community", "group", "least"),
}


def groups(rows: Iterable[Row]) -> set[str | None]:
    """Return the groups of people that cells speak of; None where they do not say."""
    met: set[str | None] = set()
    for row in rows:
        if not isinstance(row, GroupTieRow):
            met.add(getattr(row, "group", None))
        elif row.level == "group":
            met |= {row.a, row.b}
        else:
            met.add("employee" if row.level in {"department", "staff"} else None)
    return met
