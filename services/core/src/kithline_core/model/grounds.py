"""Processing grounds: why, for whom and until when data about people may be processed."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, field

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import Group, LongText, Text, Time

# Consent is left out on purpose: employees cannot give it freely.
Basis = Literal["legitimate_interest", "contract", "legal_obligation", "public_task", "public_data", "synthetic"]
Mode = Literal["identified", "pseudonymous", "aggregates", "local"]
# In these modes rows about single people come in; in the others cells of at least k people, or findings, alone do.
ROW_MODES: Final = frozenset({"identified", "pseudonymous"})
CELL_MODES: Final = ROW_MODES | {"aggregates"}
Texts = Annotated[list[Text], Meta(max_length=100)]


class NewGround(Asked, frozen=True):
    """A ground: empty groups mean every group, empty scorers every scorer.

    `legal_entity` limits it to members of the organisation of that id. `country` is put on record and limits nothing,
    for no row says where somebody works.
    """

    title: Text
    signed_by: Text
    basis: Basis
    purposes: Annotated[list[Text], Meta(min_length=1, max_length=20)]
    groups: Annotated[list[Group], Meta(max_length=10)] = field(default_factory=list)
    legal_entity: Text | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] | None = None
    documents: Annotated[list[LongText], Meta(max_length=50)] = field(default_factory=list)
    works_agreement: LongText | None = None
    impact_assessment: LongText | None = None
    scorers: Texts = field(default_factory=list)
    mode: Mode = "identified"
    floor: Annotated[int, Meta(ge=1, le=1000)] = 5
    retention_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    valid_from: Time | None = None
    valid_to: Time | None = None


class Ground(Stored, frozen=True):
    """A ground as it stands."""

    id: UUID
    title: str
    basis: str
    purposes: list[str]
    groups: list[str]
    legal_entity: str | None
    country: str | None
    documents: list[str]
    works_agreement: str | None
    impact_assessment: str | None
    scorers: list[str]
    mode: str
    floor: int
    retention_days: int | None
    valid_from: datetime
    valid_to: datetime | None
    signed_by: str
    created_at: datetime

    def covers(self, group: str | None, organisation: str | None = None) -> bool:
        """Say whether people of this group, at this organisation, fall under it; an unknown group falls under any."""
        if group is None:
            return True
        held = self.legal_entity is None or self.legal_entity == organisation
        return held and (not self.groups or group in self.groups)

    def allows(self, scorer: str) -> bool:
        """Say whether this scorer may read what came under it."""
        return not self.scorers or scorer in self.scorers

    def holds(self, at: datetime) -> bool:
        """Say whether it is in force at an instant."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


_PURPOSES = ["organisation development"]


def _of_employees(title: str, mode: Mode, retention_days: int | None = None) -> NewGround:
    """Return a template that signing does not do for: agreement and assessment are named first (see `ground_rules`)."""
    return NewGround(
        title=title,
        basis="legitimate_interest",
        purposes=_PURPOSES,
        groups=["employee"],
        documents=["Balancing of interests: to be named"],
        works_agreement="to be named",
        impact_assessment="to be named",
        mode=mode,
        retention_days=retention_days,
        signed_by="to be named",
    )


TEMPLATES: Final[dict[str, NewGround]] = {
    "synthetic": NewGround(
        title="Synthetic data",
        basis="synthetic",
        purposes=["demonstration and tests"],
        documents=["The data describe nobody."],
        floor=5,
        signed_by="the sender",
    ),
    "synthetic-demo": NewGround(
        title="The demo organisation",
        basis="synthetic",
        purposes=["demonstration and tests"],
        documents=["Generated from a seed; the data describe nobody."],
        floor=5,
        signed_by="the sender",
    ),
    "public": NewGround(
        title="Published data",
        basis="public_data",
        purposes=["research on published collaboration"],
        documents=["The persons published these contributions themselves."],
        signed_by="the sender",
    ),
    "employees": _of_employees("Employees, under a works agreement", "pseudonymous", retention_days=396),
    "employees-aggregates": _of_employees("Employees, as cells of enough people", "aggregates"),
    "employees-local": _of_employees("Employees, computed at our own site", "local"),
    "suppliers": NewGround(
        title="Contacts at suppliers and partners",
        basis="contract",
        purposes=_PURPOSES,
        groups=["supplier", "partner"],
        documents=["Framework agreement"],
        retention_days=396,
        signed_by="to be named",
    ),
    "customers": NewGround(
        title="Customers and shareholders in open communities",
        basis="legitimate_interest",
        purposes=_PURPOSES,
        groups=["customer", "shareholder"],
        documents=["Balancing of interests", "Community terms"],
        retention_days=396,
        signed_by="to be named",
    ),
}


def from_template(name: str, signed_by: str) -> NewGround:
    """Return a template, signed; without a date it is in force once it is stored. Raises KeyError."""
    return msgspec.structs.replace(TEMPLATES[name], signed_by=signed_by)
