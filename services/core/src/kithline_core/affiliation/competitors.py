"""Competitors' people who are still in the tables: counted per day and left out.

The doors keep nobody whom a row calls a competitor's; rows from before they did may speak of some.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kithline_core.affiliation.spans import replaced
from kithline_sdk.catalogue import CATALOGUE

Days = Counter[tuple[int, str | None]]


def left_out(data: dict[str, Any]) -> dict[str, Any]:
    """Return the tables without rows that name one of them, and `competitor_day` with what they did themselves."""
    members = data["memberships"]
    gone = {person for person, one in zip(members["person"], members["group"], strict=True) if one == "competitor"}
    if not gone:
        return data
    found = {name: _rid(name, cells, gone) for name, cells in data.items()}
    if "competitor_day" in found:
        found["competitor_day"] = _added(found["competitor_day"], _counted(data.get("activity_day", {}), gone))
    return found


def _rid(name: str, cells: Mapping[str, Sequence[Any]], gone: Collection[Any]) -> dict[str, Any]:
    kinds = CATALOGUE.get(name, {})
    ends = [column for column, kind in kinds.items() if kind == "person" and column != "manager"]
    places = {place for column in ends for place, cell in enumerate(cells[column]) if cell in gone}
    kept = replaced(cells, places, ()) if places else dict(cells)
    if "manager" in kept:
        kept["manager"] = [None if cell in gone else cell for cell in kept["manager"]]
    return kept


def _counted(activity: Mapping[str, Sequence[Any]], gone: Collection[Any]) -> Days:
    columns = (activity.get(name, ()) for name in ("day", "community", "actor", "count"))
    counted: Days = Counter()
    for day, community, actor, count in zip(*columns, strict=True):
        if actor in gone:
            counted[day, community] += count
    return counted


def _added(cells: Mapping[str, Sequence[Any]], counted: Days) -> dict[str, Any]:
    for day, community, count in zip(*(cells[name] for name in CATALOGUE["competitor_day"]), strict=True):
        counted[day, community] += count
    rows = [(*place, count) for place, count in counted.items()]
    return {name: [row[at] for row in rows] for at, name in enumerate(CATALOGUE["competitor_day"])}
