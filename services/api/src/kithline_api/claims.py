"""What callers see of links between ids and of disputes."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from kithline_api.views import View
from kithline_core.model.disputes import State
from kithline_core.model.identities import Kind, Suggestion


class Identity(View, frozen=True):
    """A link as it was made: whatever stands under `alias` counts for `same_as`, until it is taken back."""

    noun = "identity"
    id: str
    kind: Kind
    alias: str
    same_as: str
    confidence: float | None
    rule: str | None
    source: str | None
    created_at: datetime
    undone_at: datetime | None


class Suggestions(Struct, frozen=True):
    """Ids that look like one, at most 1,000 a kind. None is linked before somebody sends it."""

    data: list[Suggestion]


class Dispute(View, frozen=True):
    """A dispute as it stands. `about` is the disputed row as it was when the dispute was opened."""

    noun = "dispute"
    id: str
    kind: Kind
    subject: str
    about: dict[str, Any]
    claimed: dict[str, Any]
    reason: str
    opened_by: str
    state: State
    decision: str | None
    created_at: datetime
    decided_at: datetime | None
