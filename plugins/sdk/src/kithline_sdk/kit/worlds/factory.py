"""Makes the snapshot that the engine would hand to a scorer, from a size and a seed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.checks import declared
from kithline_sdk.kit.worlds import contact, people, registers, told
from kithline_sdk.kit.worlds.world import Cells, World
from kithline_sdk.snapshot import Column, Snapshot, Table

Size = Literal["small", "medium", "large"]
# People in a world of each size; one person has some 36 rows of contact and activity.
SIZES: Final[dict[Size, int]] = {"small": 40, "medium": 200, "large": 1000}

_PLAIN: Final[dict[str, Callable[[World], Cells]]] = {
    "organisations": people.organisations,
    "memberships": people.memberships,
    "populations": people.populations,
    "communities": people.communities,
    "interfaces": people.interfaces,
    "focal": people.focal,
    "activity_day": contact.activity_day,
    "tie_day": contact.tie_day,
    "item_use": contact.item_use,
    "opening": contact.opening,
    "event_day": contact.event_day,
    "competitor_day": contact.competitor_day,
    "ties": contact.ties,
    "organisation_ties": contact.organisation_ties,
    "ratings": told.ratings,
    "survivals": told.survivals,
    "value_lines": told.value_lines,
}


def snapshot_factory(
    entry: Mapping[str, Any], size: Size | int = "small", seed: int = 0, *, questionnaires: told.Questions = ()
) -> Snapshot:
    """Return a made-up organisation as the scorer of this manifest entry would get it: its tables, columns and window.

    `size` is `small`, `medium`, `large` or a number of people; the same seed gives the same bytes. Questionnaires are
    those of the plugin, decoded; without any there are items of every kind. Cells of groups are filled for scorers that
    read no people. The ids behind the numbers (`people`) are never there.
    """
    many = size if isinstance(size, int) else SIZES[size]
    world = World(many, seed, entry["window_days"], entry.get("lookback_days", 0))
    wanted = [one["table"] for one in entry["inputs"] if one["table"] in CATALOGUE]
    made = {name: _made(world, name, entry, questionnaires) for name in wanted}
    return declared(Snapshot(world.window, [_table(name, cells) for name, cells in made.items()]), entry)


def _made(world: World, table: str, entry: Mapping[str, Any], questionnaires: told.Questions) -> Cells:
    if table in _PLAIN:
        return _PLAIN[table](world)
    if table in registers.REGISTERS:
        return registers.register(world, table)
    if table in registers.CELLS:
        return registers.cells(world, table) if _without_people(entry) else {}
    if table == "findings":
        return told.findings(world, entry.get("after", []))
    asked = questionnaires or told.questions(_asked(entry))
    makers = {"items": told.items, "answers": told.answers}
    return makers[table](world, asked) if table in makers else {}


def _without_people(entry: Mapping[str, Any]) -> bool:
    read = [one["table"] for one in entry["inputs"] if one["table"] in CATALOGUE]
    return not any("person" in CATALOGUE[table].values() for table in read)


def _asked(entry: Mapping[str, Any]) -> Sequence[str]:
    wanted = [name for one in entry["inputs"] for name in one.get("where", {}).get("questionnaire", [])]
    return list(dict.fromkeys(wanted)) or ["survey"]


def _table(name: str, cells: Cells) -> Table:
    size = len(next(iter(cells.values()), []))
    columns = {column: Column.of(kind, cells.get(column, [None] * size)) for column, kind in CATALOGUE[name].items()}
    return Table(name, columns)
