"""Registers: what an organisation writes down about its own doing. They speak of no person."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from kithline_core.model.row import Row
from kithline_core.model.types import Group, Id, LongText, Natural, Text, Time

# What a purpose decides on; in a cell several are split by `;`.
DECIDED: Final = ("technology", "seeding", "policy", "moderation", "communications")
DECIDES: Final = r"^({0})(;({0}))*(?!\n)$".format("|".join(DECIDED))
Evidence = Annotated[str, Meta(max_length=2_000, pattern=r"^[^\x00]*$", description="A title, a URL or a sha256")]


class IncidentRow(Row, frozen=True):
    """A mistake, and how it was met."""

    incident: Id
    occurred_at: Time | None = None
    acknowledged_at: Time | None = None
    remedied_at: Time | None = None
    public: bool | None = None
    community: Id | None = None
    evidence: Evidence | None = None


class IdeaRow(Row, frozen=True):
    """An idea, where it came from and what became of it. The implementer is a department or an organisation."""

    idea: Id
    submitted_at: Time | None = None
    group: Group | None = None
    department: Id | None = None
    community: Id | None = None
    status: Literal["open", "accepted", "rejected", "implemented"] | None = None
    decided_at: Time | None = None
    implemented_at: Time | None = None
    implementer: Text | None = None
    evidence: Evidence | None = None


class DecisionRow(Row, frozen=True):
    """A decision, and which ideas, threads or events it cites."""

    decision: Id
    decided_at: Time | None = None
    department: Id | None = None
    cites: LongText | None = None
    evidence: Evidence | None = None


class OutcomeRow(Row, frozen=True):
    """Something that came of it, and which side gained."""

    outcome: Id
    dated: Time | None = None
    kind: Literal["process", "product", "marketing", "supply"] | None = None
    department: Id | None = None
    community: Id | None = None
    verified: bool | None = None
    ours: bool | None = None
    theirs: bool | None = None
    evidence: Evidence | None = None


class RoadmapRow(Row, frozen=True):
    """A purpose on the road-map: in which order, by when, worth what, signed by which roles, deciding what."""

    purpose: Id
    order: Natural | None = None
    community: Id | None = None
    horizon: Text | None = None
    value: Text | None = None
    risk: Text | None = None
    investment: Text | None = None
    signed_by: LongText | None = None
    decides: (
        Annotated[
            str,
            Meta(
                max_length=200,
                pattern=DECIDES,
                description=f"{', '.join(DECIDED)}, split by `;`",
            ),
        ]
        | None
    ) = None


class BarrierRow(Row, frozen=True):
    """Something that stands in the way, who looks after it and the gate it blocks."""

    barrier: Id
    code: Literal["productivity", "property", "security", "privacy", "authority", "compliance"] | None = None
    strength: Literal["low", "medium", "high"] | None = None
    owner: Text | None = None
    countermeasure: LongText | None = None
    gate: Text | None = None
    open: bool | None = None


class InterventionRow(Row, frozen=True):
    """A step that was taken, from when to when, and the scorer or gate it aims at."""

    intervention: Id
    started_at: Time | None = None
    ended_at: Time | None = None
    kind: Text | None = None
    aim: Text | None = None
    department: Id | None = None
    community: Id | None = None
    owner: Text | None = None
    evidence: Evidence | None = None


FILES: Final[dict[str, type[Row]]] = {
    "incidents": IncidentRow,
    "ideas": IdeaRow,
    "decisions": DecisionRow,
    "outcomes": OutcomeRow,
    "roadmap": RoadmapRow,
    "barriers": BarrierRow,
    "interventions": InterventionRow,
}

IDENTITY: Final[dict[str, tuple[str, ...]]] = {
    "incidents": ("incident",),
    "ideas": ("idea",),
    "decisions": ("decision",),
    "outcomes": ("outcome",),
    "roadmap": ("purpose",),
    "barriers": ("barrier",),
    "interventions": ("intervention",),
}
