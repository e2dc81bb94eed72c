"""Whose word holds: corrections that were accepted, and which of several sources speaks of somebody at a time."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec

from kithline_core.affiliation import spans
from kithline_core.affiliation.spans import Cells, Row, Span

# A correction's source says which row it corrects: see `correction_of`.
DISPUTE: Final = "dispute/"
SAID: Final = ("group", "organisation", "department")


def correction_of(row: Mapping[str, Any]) -> str:
    """Return the source of a row that corrects another one of the same person; instants in microseconds."""
    told = msgspec.json.encode([row[name] for name in (*SAID, "valid_from", "source")])
    return DISPUTE + hashlib.sha256(told).hexdigest()[:24]


def corrected(cells: Cells) -> Cells:
    """Return memberships in which a corrected row holds only where its correction does not.

    A correction without dates has those of the row it corrects, so it ends when that row is ended. It speaks with the
    voice of that row's source, and `settled` lets no other source speak against it.
    """
    if not any(map(_corrects, cells["source"])):
        return cells
    people = {person for person, source in zip(cells["person"], cells["source"], strict=True) if _corrects(source)}
    places, own = _by_person({**cells, "voice": cells["source"]}, people)
    parts = (part for rows in own for part in _corrected(rows))
    return spans.replaced({**cells, "voice": cells["source"]}, places, parts)


def _corrects(source: str | None) -> bool:
    return source is not None and source.startswith(DISPUTE)


def _by_person(cells: Cells, people: set[Any]) -> tuple[list[int], Iterable[list[Row]]]:
    places = [place for place, person in enumerate(cells["person"]) if person in people]
    rows: dict[Any, list[Row]] = defaultdict(list)
    for row in spans.rows_of(cells, places):
        rows[row["person"]].append(row)
    return places, rows.values()


def _corrected(rows: Sequence[Row]) -> Iterable[Row]:
    named = {correction_of(row): place for place, row in enumerate(rows)}
    dated = [_dated(row, rows, named) for row in rows]
    over: dict[int, list[Span]] = defaultdict(list)
    for row in dated:
        if row["source"] in named:
            over[named[row["source"]]].append(spans.of(row))
    for place, row in enumerate(dated):
        yield from (spans.within(row, left) for left in spans.minus(spans.of(row), over[place]))


def _dated(row: Row, rows: Sequence[Row], named: Mapping[str, int]) -> Row:
    """Return a row with the dates it leaves to the row it corrects, and with that row's voice; and so on."""
    full = row
    while (place := named.get(full["voice"])) is not None:
        target = rows[place]
        dates = {name: target[name] for name in ("valid_from", "valid_to") if full[name] is None}
        full = {**full, **dates, "voice": target["source"]}
    return full


def settled(cells: Cells, priority: Sequence[str]) -> Cells:
    """Return memberships in which at any time one source speaks of a person: the one that the tenant put first.

    Sources that are not listed come after those that are; among equals the newest `valid_from` holds. A row stands or
    falls as a whole, so that nothing is put together that nobody said; one that names no group, organisation and
    department contradicts nobody.
    """
    voices = cells.get("voice", cells["source"])
    if len(set(voices)) < 2:  # noqa: PLR2004 - nobody to contradict
        return cells
    heard: dict[Any, set[str | None]] = defaultdict(set)
    for person, voice in zip(cells["person"], voices, strict=True):
        heard[person].add(voice)
    several = {person for person, of_them in heard.items() if len(of_them) > 1}
    if not several:
        return cells
    places, own = _by_person({**cells, "voice": voices}, several)
    rank: dict[str | None, int] = {source: place for place, source in enumerate(priority)}
    return spans.replaced({**cells, "voice": voices}, places, (part for rows in own for part in _settled(rows, rank)))


def _settled(rows: Sequence[Row], rank: Mapping[str | None, int]) -> Iterable[Row]:
    telling = [row for row in rows if any(row[name] is not None for name in SAID)]
    yield from (row for row in rows if row not in telling)
    held: dict[int, list[Span]] = defaultdict(list)
    edges = sorted({edge for row in telling for edge in spans.of(row)})
    for begins, ends in pairwise(edges):
        active = [place for place, row in enumerate(telling) if _holds(row, begins)]
        first = min(active, key=lambda place: _order(telling[place], rank), default=None)
        for place in active:
            if first is not None and telling[place]["voice"] == telling[first]["voice"]:
                held[place].append((begins, ends))
    for place, parts in held.items():
        yield from (spans.within(telling[place], part) for part in spans.joined(parts))


def _holds(row: Row, at: int) -> bool:
    begins, ends = spans.of(row)
    return begins <= at < ends


def _order(row: Row, rank: Mapping[str | None, int]) -> tuple[int, int, str]:
    place = -1 if _corrects(row["source"]) else rank.get(row["voice"], len(rank))
    return place, -spans.of(row)[0], row["voice"] or ""
