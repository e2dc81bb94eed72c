"""One struct per file of the dataset folder: the same for files, for `kithline schema` and for bulk requests."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from kithline_core.model import cells, registers
from kithline_core.model.identities import IdentityRow
from kithline_core.model.row import Row as Row  # noqa: PLC0414 - a row and the manner of rows are asked for together
from kithline_core.model.types import (
    Access,
    Amount,
    CommunityKind,
    Count,
    EventKind,
    Group,
    Id,
    Language,
    LongText,
    Name,
    Natural,
    Role,
    Share,
    Text,
    Time,
    Verb,
    Visibility,
)


class OrganisationRow(Row, frozen=True):
    """A company, agency or body, as of its dates."""

    organisation: Id
    name: Text | None = None
    role: Role | None = None
    tier: Natural | None = None
    owner: Text | None = None
    circles: LongText | None = None
    competing: LongText | None = None
    aliases: LongText | None = None
    valid_from: Time | None = None
    valid_to: Time | None = None
    successor: Id | None = None

    def __post_init__(self) -> None:
        """Refuse a successor without the day on which it takes over, besides what every row refuses. Raises ValueError."""
        super().__post_init__()
        if self.successor is not None and self.valid_to is None:
            raise ValueError("successor needs valid_to, the first moment of its taking over")


class PersonRow(Row, frozen=True):
    """One dated membership of one person; several rows, several memberships."""

    person: Id
    group: Group | None = None
    organisation: Id | None = None
    department: Id | None = None
    rank: Text | None = None
    manager: Id | None = None
    leader: bool | None = None
    bot: bool | None = None
    valid_from: Time | None = None
    valid_to: Time | None = None
    source: Id | None = None
    confidence: Share | None = None
    bot_confidence: Share | None = None


class PopulationRow(Row, frozen=True):
    """How many people there are, active or not."""

    group: Group
    count: Natural
    department: Id | None = None


class CommunityRow(Row, frozen=True):
    """A place where people meet, with its purpose."""

    community: Id
    name: Text | None = None
    purpose: LongText | None = None
    audience: LongText | None = None
    activity: LongText | None = None
    object: LongText | None = None
    outcome: LongText | None = None
    measure: LongText | None = None
    due: Text | None = None
    owner: Text | None = None
    hosts: LongText | None = None
    launched_at: Time | None = None
    invited: Natural | None = None
    asked: Natural | None = None
    access: Access | None = None
    kind: CommunityKind | None = None
    visibility: Visibility | None = None
    sensitive: bool | None = None
    language: Language | None = None


class EventRow(Row, frozen=True):
    """Something somebody did at an instant."""

    id: Id
    occurred_at: Time
    actor: Id
    verb: Verb
    source: Id | None = None
    target: Id | None = None
    community: Id | None = None
    channel: Id | None = None
    thread: Id | None = None
    parent: Id | None = None
    object: Id | None = None
    kind: EventKind | None = None
    visibility: Visibility | None = None
    text: Annotated[str, Meta(max_length=20_000, pattern=r"^[^\x00]*$")] | None = None
    count: Count | None = None
    sent_at: Time | None = None
    supersedes: Id | None = None


class TieRow(Row, frozen=True):
    """Interactions of an ordered pair, already summed by the sender."""

    actor: Id
    target: Id
    count: Count | None = None
    days: Count | None = None
    first_at: Time | None = None
    last_at: Time | None = None
    community: Id | None = None


class OrganisationTieRow(Row, frozen=True):
    """A tie of two organisations, already summed by the sender."""

    organisation_a: Id
    organisation_b: Id
    weight: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    kind: EventKind | None = None
    period: Id | None = None
    direction: Literal["both", "forward"] | None = None
    declared: bool | None = None


# In `confirmed_by`: somebody did, and nobody is named. What `aggregate` writes, and no id of a person.
UNNAMED = "given"


class AnswerRow(Row, frozen=True):
    """One answer to one item."""

    questionnaire: Name
    assessment: Id
    item: Id
    value: Amount
    version: Name | None = None
    respondent: Id | None = None
    department: Id | None = None
    rank: Text | None = None
    dimension: Text | None = None
    seconds: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    evidence: Annotated[str, Meta(max_length=2_000, pattern=r"^[^\x00]*$")] | None = None
    dated: Time | None = None
    role: Literal["assessor", "respondent", "outside"] | None = None
    confirmed_by: Text | None = None
    respondents: Count | None = None
    language: Language | None = None


class InterfaceRow(Row, frozen=True):
    """Two sides that must talk to each other, and why."""

    side_a: Id
    side_b: Id
    why: Text | None = None
    weight: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    source: Text | None = None


class RatingRow(Row, frozen=True):
    """One rater's judgement of one object."""

    object: Id
    rater: Id
    item: Id
    value: Amount


class SurvivalRow(Row, frozen=True):
    """A duration, ended or still going on."""

    unit: Id
    duration: Annotated[float, Meta(ge=0, le=1e9)]
    ended: bool
    group: Text | None = None


FILES: Final[dict[str, type[Row]]] = {
    "organisations": OrganisationRow,
    "people": PersonRow,
    "identities": IdentityRow,
    "populations": PopulationRow,
    "communities": CommunityRow,
    "events": EventRow,
    "ties": TieRow,
    "organisation_ties": OrganisationTieRow,
    "answers": AnswerRow,
    "interfaces": InterfaceRow,
    "ratings": RatingRow,
    "survivals": SurvivalRow,
    **registers.FILES,
    **cells.FILES,
}

# What makes two rows of a file the same row: a later one replaces the earlier.
IDENTITY: Final[dict[str, tuple[str, ...]]] = {
    "organisations": ("organisation", "valid_from"),
    "people": ("person", "group", "organisation", "department", "valid_from", "source"),
    "identities": ("kind", "id"),
    "populations": ("group", "department"),
    "communities": ("community",),
    "events": ("source", "id"),
    "ties": ("actor", "target", "community", "first_at"),
    "organisation_ties": ("organisation_a", "organisation_b", "kind", "period"),
    "answers": ("questionnaire", "version", "assessment", "respondent", "item"),
    "interfaces": ("side_a", "side_b", "why"),
    "ratings": ("object", "rater", "item"),
    "survivals": ("unit", "group"),
    **registers.IDENTITY,
    **cells.IDENTITY,
}
