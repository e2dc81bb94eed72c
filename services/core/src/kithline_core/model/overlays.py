"""What a what-if supposes: answers, ceilings, contacts between groups, purposes, interfaces. Never anything of a person."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field

from kithline_core.model.types import Amount, Id, LongText, Name, Text

MOST_PAIRS: Final = 500
MOST_CONTACTS: Final = 28

Kind = Literal["group", "department", "organisation", "role", "circle", "interface"]
Factor = Literal["business_model", "leadership", "workforce"]


class SupposedAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer as an assessor would give it, in the place of all that was answered to this item."""

    item: Id
    value: Amount
    evidence: bool = False
    confirmed: Annotated[bool, Meta(description="Whether somebody outside the organisation confirmed it")] = False
    questionnaire: Annotated[
        Name | None, Meta(description="Needed where several that were answered have such an item")
    ] = None
    version: Name | None = None


class Side(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group by its kind and name; an `interface` is a declared side: a department or an organisation."""

    kind: Kind
    name: Id


class SupposedTalk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many pairs of two groups, or inside one, start talking. Which ones is not asked: the quietest that never did.

    Of roles, circles and organisations the pairs are pairs of organisations, through one person of each.
    """

    between: Side
    and_: Annotated[Side | None, Meta(description="Left out: inside the one group")] = field(default=None, name="and")
    pairs: Annotated[int, Meta(ge=1, le=MOST_PAIRS)]
    two_way: bool = True
    contacts: Annotated[int, Meta(ge=1, le=MOST_CONTACTS, description="Of each pair, one a day")] = 4


class SupposedPurpose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a community would say of itself; what is left out stays, an empty text takes it away."""

    community: Id
    purpose: LongText | None = None
    audience: Text | None = None
    activity: Text | None = None
    object: Text | None = None
    outcome: Text | None = None
    measure: Text | None = None
    due: Text | None = None


class SupposedInterface(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two sides that would have to talk to each other."""

    side_a: Id
    side_b: Id
    why: Text | None = None
    weight: Annotated[float, Meta(gt=0, le=1e9)] | None = None


class Overlay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is supposed, all at once. Ceilings: the highest level that an assessor declares a factor to allow, 4 for any."""

    answers: Annotated[list[SupposedAnswer], Meta(max_length=200)] = []
    ceilings: dict[Factor, Annotated[int, Meta(ge=1, le=4)]] = {}
    talks: Annotated[list[SupposedTalk], Meta(max_length=10)] = []
    purposes: Annotated[list[SupposedPurpose], Meta(max_length=50)] = []
    interfaces: Annotated[list[SupposedInterface], Meta(max_length=100)] = []

    @property
    def empty(self) -> bool:
        """Whether it supposes nothing."""
        return not (self.answers or self.ceilings or self.talks or self.purposes or self.interfaces)


class WhatIf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question: of which result, and what is supposed."""

    result_id: Annotated[str, Meta(min_length=1, max_length=100)]
    overlay: Overlay


class Added(Struct, frozen=True, kw_only=True):
    """What an overlay did to the data: how many rows it set aside and added; of contacts between which pairs.

    `possible` is how many pairs never talked, no finer than counts are shown.
    """

    what: str
    at: str
    set_aside: int = 0
    rows: int = 0
    pairs: int | None = None
    possible: int | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """What a finding says in short."""

    status: str
    score: float | None
    level: int | None
    level_name: str | None
    level_probability: float | None
    interval: Any


class Change(Struct, frozen=True, kw_only=True):
    """The supposed less the stored: in points, with its 90 % interval or why there is none."""

    score: float | None
    level: int | None
    interval: Any


class Moved(Struct, frozen=True, kw_only=True):
    """A driver on either side, its contribution in the unit of the finding."""

    name: str
    before: float | None
    after: float | None


class Supposed(Struct, frozen=True, kw_only=True):
    """The answer: never a result. `finding` is the document as it would be published, of data that do not exist."""

    hypothetical: bool
    result: str
    scorer: str
    version: str
    added: list[Added]
    before: Standing
    after: Standing
    difference: Change
    drivers: list[Moved]
    finding: dict[str, Any]
