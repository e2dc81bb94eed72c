"""Constrained types: limits sit in the type, so that nobody else checks them."""

from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

# What a message says in place of a pattern stands in `wording`. No NUL: Postgres refuses it.
ID: Final = r"^[^\x00]+$"
TEXT: Final = r"^[^\x00]*$"
# At least one character; bytes are capped again where ids enter.
Id = Annotated[
    str,
    Meta(min_length=1, max_length=200, pattern=ID, description="An id of the sender's, at most 200 bytes"),
]
# What stands in an address and in a file's name. The end is spelt out, for `$` would let a last line feed pass.
NAME: Final = r"^(?!\.\.?$)[^\x00-\x1f\x7f/]+(?!\n)$"
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=NAME,
        description="A name of the sender's: no slash, no control characters, not `.` or `..`",
    ),
]
Text = Annotated[str, Meta(max_length=200, pattern=TEXT)]
LongText = Annotated[str, Meta(max_length=10_000, pattern=TEXT)]
Language = Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z-]+$")]
Time = Annotated[datetime, Meta(tz=True, description="RFC 3339 with a zone")]
Count = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Natural = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Amount = Annotated[float, Meta(ge=-1e12, le=1e12)]

Group = Literal["employee", "supplier", "partner", "customer", "shareholder", "competitor", "other"]
Role = Literal["focal", "supplier", "partner", "customer", "shareholder", "competitor", "neutral"]
Visibility = Literal["public", "members", "restricted", "direct"]
Access = Literal["open", "members", "restricted"]
CommunityKind = Literal["project", "practice", "support", "customer"]
EventKind = Literal["question", "answer", "practice", "joint_work", "order"]
CLOSED_VERBS: Final = (
    "posted", "replied", "reacted", "shared", "mentioned", "followed", "unfollowed", "joined", "left", "invited", "accepted",
    "viewed", "attended", "answered",
)  # fmt: skip
VERB: Final = rf"^({'|'.join(CLOSED_VERBS)}|custom:[a-z0-9_-]+\.[a-z0-9_.-]+)$"
Verb = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=VERB,
        description="One of the closed list, or custom:<namespace>.<verb>",
    ),
]
