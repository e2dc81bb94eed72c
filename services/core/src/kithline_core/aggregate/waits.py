"""How long people waited for an answer: openings and the first word back by somebody else (rulings 3.5)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import Final, NamedTuple, TypeAlias

from kithline_core.engine.tables import micros
from kithline_core.model import openings
from kithline_core.model.cells import WaitRow
from kithline_core.model.rows import EventRow
from kithline_sdk import floor
from kithline_sdk.snapshot import Window

HOUR: Final = timedelta(hours=1)
DAY_HOURS, WEEK_HOURS = 24, 168
MOST_SHARE: Final = floor.DOMINANCE
# A community (None: all of them) and a group.
Place: TypeAlias = tuple[str | None, str]


class Wait(NamedTuple):
    """An opening: who asked, as a member of which group, where, and after how many hours somebody answered."""

    asker: str
    group: str | None
    community: str | None
    hours: float | None


def waits(events: Iterable[EventRow], groups: Mapping[str, str], window: Window, period: str, k: int) -> list[WaitRow]:
    """Return the cells of communities and groups, and of groups in all communities, with at least k people asking."""
    found = opened(sorted(events, key=openings.order), groups, window)
    by_place: dict[Place, list[Wait]] = {}
    for one in found:
        if one.group is not None:
            by_place.setdefault((None, one.group), []).append(one)
            if one.community is not None:
                by_place.setdefault((one.community, one.group), []).append(one)
    keep = _shown(by_place, k)
    return [_row(place, by_place[place], period) for place in sorted(keep, key=lambda one: (one[0] or "", one[1]))]


def opened(events: Sequence[EventRow], groups: Mapping[str, str], window: Window) -> list[Wait]:
    """Return the openings of a window: first posts, questions, and first contact of two people; answers may come later."""
    answers, threads = _answers(events), openings.heads(events)
    met: set[frozenset[str]] = set()
    found = []
    for one in events:
        if not openings.contributes(one):
            continue
        pair = frozenset((one.actor, one.target)) if one.target is not None else None
        first = pair is not None and pair not in met
        met |= {pair} if pair is not None else set()
        if (first or openings.kind(one, threads)) and window.start <= micros(one.occurred_at) < window.end:
            found.append(Wait(one.actor, groups.get(one.actor), one.community, _hours(one, answers)))
    return found


def _hours(one: EventRow, answers: "Answers") -> float | None:
    """Return the hours to the first word back by somebody else, None where there was none."""
    under = [other for other in answers.parents.get((one.source, one.id), ()) if other.occurred_at >= one.occurred_at]
    beside = [
        *(answers.threads.get((one.source, one.thread), ()) if one.thread else ()),
        *(answers.between.get((one.target, one.actor), ()) if one.target else ()),
    ]
    later = [*under, *(other for other in beside if other.occurred_at > one.occurred_at)]
    back = min((other.occurred_at for other in later if other.actor != one.actor), default=None)
    return None if back is None else (back - one.occurred_at) / HOUR


_Found = dict[tuple[str | None, str | None], list[EventRow]]


class Answers(NamedTuple):
    """Contributions by what they answer, by thread, and by pair of actor and target."""

    parents: _Found
    threads: _Found
    between: _Found


def _answers(events: Sequence[EventRow]) -> Answers:
    found = Answers({}, {}, {})
    for one in events:
        if openings.answers(one):
            found.parents.setdefault((one.source, one.parent), []).append(one)
            found.threads.setdefault((one.source, one.thread), []).append(one)
            found.between.setdefault((one.actor, one.target), []).append(one)
    return found


def people(many: Sequence[Wait]) -> int:
    """Return how many people asked, 0 where one of them asked nearly everything."""
    asked: dict[str, int] = {}
    for one in many:
        asked[one.asker] = asked.get(one.asker, 0) + 1
    return 0 if max(asked.values()) >= MOST_SHARE * len(many) else len(asked)


def _shown(waits: Mapping[Place, Sequence[Wait]], k: int) -> set[Place]:
    """Return what may be shown: a group's cells cover its sum, or leave out at least two cells and k people."""
    sizes = {place: people(many) for place, many in waits.items()}
    keep: set[Place] = set()
    for group in {group for _, group in sizes}:
        if sizes[None, group] < k:
            continue
        cells = sorted((size, place) for (place, one), size in sizes.items() if one == group and place is not None)
        hidden = [(place, group) for size, place in cells if size < k]
        shown = [(place, group) for size, place in cells if size >= k]
        while shown and hidden and (len(hidden) < 2 or _askers(waits, hidden) < k):  # noqa: PLR2004 - two cells
            hidden.append(shown.pop(0))
        keep |= {(None, group), *shown}
    return keep


def _askers(waits: Mapping[Place, Sequence[Wait]], hidden: Iterable[Place]) -> int:
    """Return how many people asked in these cells together: the same few may have, in each; one of one asker hides none."""
    return len({one.asker for place in hidden if people(waits[place]) for one in waits[place]})


def _row(place: Place, many: Sequence[Wait], period: str) -> WaitRow:
    hours = [one.hours for one in many if one.hours is not None]
    return WaitRow(
        period=period,
        community=place[0],
        group=place[1],  # type: ignore[arg-type]  # a membership's group
        people=len({one.asker for one in many}),
        openings=len(many),
        answered=len(hours),
        within_24h=sum(one <= DAY_HOURS for one in hours),
        within_168h=sum(one <= WEEK_HOURS for one in hours),
        median_hours=round(median(hours), 1) if 2 * len(hours) > len(many) else None,
    )
