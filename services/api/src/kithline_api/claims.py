"""What callers see of links between ids and of disputes: of people, what their keys may read and lists would show."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from kithline_api.views import View, show
from kithline_core.model import disputes, identities
from kithline_core.model.disputes import State
from kithline_core.model.identities import Kind, Suggestion

# Whom a disputed row names.
_PEOPLE: Final = ("person", "manager")


class Identity(View, frozen=True):
    """A link as it was made: whatever stands under `alias` counts for `same_as`, until it is taken back.

    Both are null where they are people's and the key lacks `identities:read`.
    """

    noun = "identity"
    id: str
    kind: Kind
    alias: str | None
    same_as: str | None
    confidence: float | None
    rule: str | None
    source: str | None
    created_at: datetime
    undone_at: datetime | None


class Suggestions(Struct, frozen=True):
    """Ids that look like one, at most 1,000 a kind. None is linked before somebody sends it."""

    data: list[Suggestion]


class Dispute(View, frozen=True):
    """A dispute as it stands. `about` is the disputed row as it was when the dispute was opened.

    `subject`, `about` and `claimed` are null where they are a person's and the key lacks `people:read`, or no list may show
    the person; `reason` and `decision` are then without the id.
    """

    noun = "dispute"
    id: str
    kind: Kind
    subject: str | None
    about: dict[str, Any] | None
    claimed: dict[str, Any] | None
    reason: str
    opened_by: str
    state: State
    decision: str | None
    created_at: datetime
    decided_at: datetime | None


def linked(one: identities.Identity, scopes: Collection[str]) -> Identity:
    """Return a link as a caller may see it who made it, or took it back."""
    if one.kind == "organisation" or "identities:read" in scopes:
        return show(Identity, one)
    return show(Identity, one, alias=None, same_as=None)


def disputed(one: disputes.Dispute, scopes: Collection[str], hidden: Collection[str]) -> Dispute:
    """Return a dispute as a caller may see it. `hidden`: whom no list may show."""
    if one.kind == "organisation":
        return show(Dispute, one)
    if "people:read" in scopes and one.subject not in hidden:
        return show(Dispute, one, about=_seen(one.about, hidden), claimed=_seen(one.claimed, hidden))
    named = {one.subject, *(row[name] for row in (one.about, one.claimed) for name in _PEOPLE if row.get(name))}
    words = {"reason": _without(one.reason, named), "decision": _without(one.decision, named)}
    return show(Dispute, one, subject=None, about=None, claimed=None, **words)


def _seen(row: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    return {name: None if name in _PEOPLE and cell in hidden else cell for name, cell in row.items()}


def _without(text: str | None, people: Collection[str]) -> str | None:
    for person in sorted(people, key=len, reverse=True):
        text = text and re.sub(rf"(?<!\w){re.escape(person)}(?!\w)", "(the person)", text)
    return text
