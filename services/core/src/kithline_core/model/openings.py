"""What opens a conversation, and what answers it: for the roll-up, its twin in SQL and the cells (rulings 3.5, card 11)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, TypeAlias

from kithline_core.model import tokens
from kithline_core.model.rows import EventRow
from kithline_sdk.ties import CONTRIBUTIONS

Kind: TypeAlias = Literal["post", "question"]
# An event by its source and id.
Name: TypeAlias = tuple[str, str]
QUESTION: Final = "question"


def name(event: EventRow) -> Name:
    """Return what names an event."""
    return event.source or "", event.id


def order(event: EventRow) -> tuple[datetime, str, str]:
    """Return by what events are told in order: of one instant, by source and id."""
    return event.occurred_at, *name(event)


def contributes(event: EventRow) -> bool:
    """Say whether an event is a contribution: a reaction, a view or a follow neither asks nor answers."""
    return event.verb in CONTRIBUTIONS or event.verb.startswith("custom:")


def heads(events: Iterable[EventRow]) -> dict[Name, Name]:
    """Return the first contribution of each thread of each source; the events come in order."""
    found: dict[Name, Name] = {}
    for event in events:
        if event.thread is not None and contributes(event):
            found.setdefault((event.source or "", event.thread), name(event))
    return found


def kind(event: EventRow, threads: dict[Name, Name]) -> Kind | None:
    """Return as what an event opens: as a question, as a post that begins something; None where it opens nothing."""
    if not contributes(event):
        return None
    if event.kind == QUESTION:
        return "question"
    if event.verb != "posted" or event.parent is not None:
        return None
    begins = event.thread is None or threads[event.source or "", event.thread] == name(event)
    return "post" if begins else None


def answers(event: EventRow) -> bool:
    """Say whether an event can answer: a contribution, and of no text that is known to be too short."""
    return contributes(event) and not tokens.short(event.text, event.visibility)
