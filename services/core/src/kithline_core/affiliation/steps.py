"""Where everybody belonged, as far as it is known: the same pure steps behind both doors, before anything is counted.

In this order: accepted corrections, identity links, aliases, competitors' people, bots, successions, the tenant's
priority of sources; then whose data may be read is decided; then the confidence bar.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from kithline_core.affiliation import competitors, identity, merging, priority, registry
from kithline_core.affiliation.spans import Cells
from kithline_core.model.datasets import Affiliation
from kithline_sdk.catalogue import CATALOGUE

# As `engine.tables.Data`: table -> column -> cells.
Data: TypeAlias = Mapping[str, Mapping[str, Sequence[Any]]]
Columns: TypeAlias = dict[str, Sequence[Any]]
Tables: TypeAlias = dict[str, Columns]

# What a door hands over besides the columns of the catalogue; scorers never see it.
ASIDE: Final[dict[str, tuple[str, ...]]] = {
    "memberships": ("source", "confidence", "bot", "bot_confidence"),
    "organisations": ("successor",),
    "identities": ("kind", "id", "same_as", "confidence"),
}
UNKNOWN: Final = ("group", "organisation", "department")


def columns(table: str) -> list[str]:
    """Return the columns that a door hands over: those of the catalogue, and those that end here."""
    return [*CATALOGUE.get(table, ()), *ASIDE.get(table, ())]


def resolved(data: Data, said: Affiliation) -> Tables:
    """Return the source tables as they count. `data` holds memberships, organisations, identities and focal."""
    return sure(known(data, said), said)


def known(data: Data, said: Affiliation) -> Tables:
    """Return the tables with everybody under one id, in the organisation of the day, as the first source says; and `bots`."""
    found: dict[str, Any] = {name: cells for name, cells in data.items() if name != "identities"}
    found["memberships"] = priority.corrected(_lists(data["memberships"]))
    found = _linked(found, data["identities"], said.bar)
    found = competitors.left_out(found)
    found["bots"] = {"person": bots(found["memberships"], said.bot_bar)}
    carried = registry.carried(found["memberships"], registry.successions(found["organisations"]))
    return {**found, "memberships": priority.settled(carried, said.sources)}


def _lists(cells: Mapping[str, Sequence[Any]]) -> Cells:
    return {name: list(column) for name, column in cells.items()}


def _linked(found: dict[str, Any], identities: Mapping[str, Sequence[Any]], bar: float) -> dict[str, Any]:
    people, organisations = (identity.names(identities, kind, bar) for kind in ("person", "organisation"))
    if people:
        found = {name: merging.people(name, cells, people) for name, cells in found.items()}
    if organisations:
        found["organisations"] = registry.together(found["organisations"], organisations)
        found = registry.renamed(found, organisations)
    if any(found["organisations"]["aliases"]) and (named := registry.aliases(found["organisations"])):
        found = registry.renamed(found, named)
    return found


def bots(memberships: Mapping[str, Sequence[Any]], bar: float) -> list[str]:
    """Return the ids of programs: those a row calls one, and those likely enough of whom no row denies it."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    likely: set[str] = set()
    columns = (memberships[name] for name in ("person", "bot", "bot_confidence"))
    for person, bot, confidence in zip(*columns, strict=True):
        if bot is not None:
            told[bot].add(person)
        if confidence is not None and confidence >= bar:
            likely.add(person)
    return sorted(told[True] | (likely - told[False]))


def sure(data: Data, said: Affiliation) -> Tables:
    """Return the tables without guesses, in the columns of the catalogue."""
    found = {name: dict(cells) for name, cells in data.items()}
    found["memberships"] |= _open(data["memberships"], said.bar)
    for name in ("memberships", "organisations"):
        found[name] = {column: found[name][column] for column in CATALOGUE[name]}
    return found


def _open(memberships: Mapping[str, Sequence[Any]], bar: float) -> Columns:
    """Leave open where somebody belongs of whom it is not certain enough: the person stays, the guess goes."""
    unsure = {place for place, one in enumerate(memberships["confidence"]) if one is not None and one < bar}
    if not unsure:
        return {}
    return {name: [None if at in unsure else cell for at, cell in enumerate(memberships[name])] for name in UNKNOWN}
