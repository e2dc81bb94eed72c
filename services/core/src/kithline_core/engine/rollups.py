"""Daily roll-ups of events, in memory: the twin of the SQL in `db.rollups`, for folders. A property test holds them together.

A person is met in `activity_day` once per contribution, in `tie_day` once per message and recipient, and in `opening`
once per what was asked and once per first answer to it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from kithline_core.affiliation.sensitive import ASIDE
from kithline_core.engine.tables import micros
from kithline_core.model import openings, tokens
from kithline_core.model.rows import EventRow
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY

Columns = dict[str, Sequence[object]]


class _Seen(NamedTuple):
    at: int
    day: int
    event: EventRow


def roll_up(events: Iterable[EventRow]) -> dict[str, Columns]:
    """Return the roll-ups of all events but those that another replaces."""
    seen = [_Seen(at, at // DAY, event) for event in _standing(events) for at in (micros(event.occurred_at),)]
    seen.sort(key=_order)
    fresh = _first_texts(seen)
    return {
        "activity_day": _activity(fresh),
        "tie_day": _ties(fresh),
        "item_use": _items(fresh),
        "opening": _openings(seen, fresh),
        "event_day": _days(seen),
    }


def _standing(events: Iterable[EventRow]) -> list[EventRow]:
    """Leave out what another event of its source replaces, also where that one is replaced in its turn."""
    every = list(events)
    over = {(event.source, event.supersedes) for event in every if event.supersedes is not None}
    return [event for event in every if (event.source, event.id) not in over] if over else every


def _first_texts(seen: Sequence[_Seen]) -> list[_Seen]:
    """Leave out an event whose public text was already said, unless it is the same message to another person."""
    said: dict[str | bytes, tuple[str | None, str, str | None]] = {}
    kept = []
    for one in seen:
        event = one.event
        message = (event.source, event.actor, event.object)
        if event.visibility == "public" and event.text:
            token = tokens.read(event.text)
            first = said.setdefault(event.text if token is None else token.hash, message)
            if first is not message and not (event.object and first == message):
                continue
        kept.append(one)
    return kept


def _grouped(name: str, rows: Iterable[tuple[tuple[object, ...], int, int]]) -> Columns:
    """Sum up (group, at, count) into count, first_at and last_at behind the group's columns."""
    totals: dict[tuple[object, ...], list[int]] = {}
    for group, at, count in rows:
        total = totals.setdefault(group, [0, at, at])
        total[0] += count
        total[1], total[2] = min(total[1], at), max(total[2], at)
    cells = zip(*((*group, *total) for group, total in totals.items()), strict=True)
    return dict(zip(CATALOGUE[name], map(list, cells), strict=False)) if totals else {c: [] for c in CATALOGUE[name]}


def _activity(seen: Sequence[_Seen]) -> Columns:
    return _grouped(
        "activity_day",
        (
            ((one.day, e.community, e.channel, e.actor, e.verb, e.kind), one.at, e.count or 1)
            for one in seen
            for e in (one.event,)
        ),
    )


def _ties(seen: Sequence[_Seen]) -> Columns:
    aimed = [one for one in seen if one.event.target is not None]
    reached: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
    for one in aimed:
        reached[_message(one)].add(one.event.target)
    return _grouped(
        "tie_day",
        (
            (
                (one.day, e.community, e.channel, e.actor, e.target, e.verb, e.kind, _recipients(one, reached)),
                one.at,
                e.count or 1,
            )
            for one in aimed
            for e in (one.event,)
        ),
    )


def _message(one: _Seen) -> tuple[object, ...]:
    event = one.event
    return event.source, event.actor, event.verb, event.object, one.day


def _recipients(one: _Seen, reached: dict[tuple[object, ...], set[str | None]]) -> int:
    return len(reached[_message(one)]) if one.event.object else 1


def _items(seen: Sequence[_Seen]) -> Columns:
    practices = {(one.event.source, one.event.id): one.event for one in seen if one.event.kind == "practice"}
    rows: list[tuple[object, ...]] = []
    for one in seen:
        event = one.event
        if event.kind == "practice":
            rows.append((f"{event.source or ''}/{event.id}", one.day, event.actor, None, event.community, None))
        origin = practices.get((event.source, event.parent)) if event.parent else None
        if origin is not None and origin.actor != event.actor:
            item = f"{origin.source or ''}/{origin.id}"
            rows.append((item, one.day, origin.actor, event.actor, event.community, origin.community))
    names = [*CATALOGUE["item_use"], *ASIDE["item_use"]]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _openings(seen: Sequence[_Seen], fresh: Sequence[_Seen]) -> Columns:
    """Return what was asked, once with nobody and once with the first answer of everybody who answered."""
    threads = openings.heads(one.event for one in seen)
    told = _Told(fresh)
    asked: dict[_Asked, None] = {}
    first: dict[tuple[_Asked, str], _Seen] = {}
    for one in fresh:
        kind = openings.kind(one.event, threads)
        if kind is None:
            continue
        place = _Asked(one.event.community, one.event.channel, kind, one.event.actor, one.at)
        asked[place] = None
        for answer in told.after(one):
            key = (place, answer.event.actor)
            first[key] = min(first.get(key, answer), answer, key=_order)
    rows: list[tuple[object, ...]] = [(*place, None, None, None) for place in asked]
    rows += [(*place, answerer, answer.at, answer.event.community) for (place, answerer), answer in first.items()]
    names = [*CATALOGUE["opening"], *ASIDE["opening"]]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


class _Asked(NamedTuple):
    """An opening. What somebody asks at one instant in one place is one, however many rows it was sent in."""

    community: str | None
    channel: str | None
    kind: str
    asker: str
    opened_at: int


class _Told:
    """What can be an answer, by what it names as its parent and by its thread."""

    def __init__(self, fresh: Sequence[_Seen]) -> None:
        self.parents: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
        self.threads: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
        for one in fresh:
            source, event = one.event.source or "", one.event
            if (event.parent is not None or event.thread is not None) and openings.answers(event):
                if event.parent is not None:
                    self.parents[source, event.parent].append(one)
                if event.thread is not None:
                    self.threads[source, event.thread].append(one)

    def after(self, asked: _Seen) -> Iterable[_Seen]:
        """Yield what somebody else said to it: under it and not before it, or in its thread and later."""
        event, (source, name) = asked.event, openings.name(asked.event)
        under = (one for one in self.parents.get((source, name), ()) if one.at >= asked.at)
        thread = self.threads.get((source, event.thread), ()) if event.thread is not None else ()
        beside = (one for one in thread if one.at > asked.at)
        return (one for one in chain(under, beside) if one.event.actor != event.actor)


def _order(one: _Seen) -> tuple[int, str, str]:
    return one.at, *openings.name(one.event)


def _days(seen: Sequence[_Seen]) -> Columns:
    ids: dict[int, list[bytes]] = defaultdict(list)
    for one in seen:
        ids[one.day].append(f"{one.event.source or ''}\0{one.event.id}\n".encode())
    days = sorted(ids)
    return {
        "day": list(days),
        "count": [len(ids[day]) for day in days],
        "ids_hash": [hashlib.sha256(b"".join(sorted(ids[day]))).hexdigest() for day in days],
    }
