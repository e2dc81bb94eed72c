"""The closed list of verbs with what each is in ActivityStreams 2.0, and schemas for verbs of one's own."""

from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Text

CUSTOM: Final = "custom:"
NAME: Final = r"^[a-z0-9_-]+\.[a-z0-9_.-]+(?!\n)$"

# The activity types of ActivityStreams 2.0 (section 3 of its vocabulary).
Activity = Literal[
    "Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "Flag", "Follow", "Ignore", "Invite",
    "Join", "Leave", "Like", "Listen", "Move", "Offer", "Question", "Read", "Reject", "Remove", "TentativeAccept",
    "TentativeReject", "Travel", "Undo", "Update", "View",
]  # fmt: skip
# Columns of events that a schema may insist on.
Needed = Literal[
    "source", "target", "community", "channel", "thread", "parent", "object", "kind", "visibility", "count"
]


class NewVerb(Asked, frozen=True):
    """A verb of one's own: its title, what it is nearest to in ActivityStreams 2.0, and what its events must carry."""

    title: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    activity: Activity
    required: Annotated[list[Needed], Meta(max_length=10)] = []


class Verb(Stored, frozen=True):
    """A verb as events may use it. `contribution`: whether it counts as one; `title` of a closed one is null."""

    verb: str
    activity: Activity
    told: str
    contribution: bool
    required: list[Needed]
    title: Text | None = None
    updated_at: datetime | None = None


def _verb(verb: str, activity: Activity, told: str, *, contribution: bool = False) -> Verb:
    return Verb(verb=verb, activity=activity, told=told, contribution=contribution, required=[])


VERBS: Final[tuple[Verb, ...]] = (
    _verb("posted", "Create", "Create of a Note or Article", contribution=True),
    _verb("replied", "Create", "Create of a Note with inReplyTo", contribution=True),
    _verb("reacted", "Like", "Like of the object"),
    _verb("shared", "Announce", "Announce of the object", contribution=True),
    _verb("mentioned", "Create", "Create of a Note with a Mention among its tags", contribution=True),
    _verb("followed", "Follow", "Follow of the target"),
    _verb("unfollowed", "Undo", "Undo of a Follow"),
    _verb("joined", "Join", "Join of the community"),
    _verb("left", "Leave", "Leave of the community"),
    _verb("invited", "Invite", "Invite of the target"),
    _verb("accepted", "Accept", "Accept of an Invite or Offer"),
    _verb("viewed", "View", "View of the object"),
    _verb("attended", "Arrive", "Arrive at an Event"),
    _verb("answered", "Create", "Create of a Note with inReplyTo a question", contribution=True),
)


def custom(name: str, schema: NewVerb, updated_at: datetime) -> Verb:
    """Return a registered verb as it is shown; every custom verb counts as a contribution."""
    return Verb(
        verb=CUSTOM + name, activity=schema.activity, told=f"{schema.activity} of the object", contribution=True,
        required=schema.required, title=schema.title, updated_at=updated_at,
    )  # fmt: skip
