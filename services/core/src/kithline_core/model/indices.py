"""Named totals of the five indices: a tenant's own choice, never the installation's."""

from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, field

from kithline_core.model.shapes import Asked, Stored
from kithline_core.model.types import LongText, Text

IndexName = Literal["depth", "purpose", "network", "supply", "readiness"]
Aggregation = Literal["geometric", "arithmetic"]
Imputation = Literal["none", "group_mean"]
Points = Annotated[float, Meta(ge=0, le=100)]

ALL: Final[list[IndexName]] = ["depth", "purpose", "network", "supply", "readiness"]
# What a budget allocation adds up to, and how many people make one.
BUDGET: Final = 100
PEOPLE: Final = 5
# What a total is called in addresses. The end is spelt out, for `$` would let a last line feed pass.
NAME: Final = r"^[a-z0-9][a-z0-9_-]*(?!\n)$"


class Budget(Asked, frozen=True):
    """How at least five people, each for themselves, spread 100 points over the indices, and where that is written down.

    Nobody is named: one object of points a person.
    """

    document: Annotated[Text, Meta(min_length=1)]
    allocations: Annotated[list[dict[IndexName, Points]], Meta(min_length=PEOPLE, max_length=500)]


class NewIndexVariant(Asked, frozen=True):
    """A total: of which indices, put together how, and why. Without a budget all weigh the same.

    `imputation`: `group_mean` fills an unknown index with the mean of the tenant's own other windows; by default the
    total is unknown then.
    """

    reason: Annotated[LongText, Meta(min_length=1)]
    title: Text | None = None
    indices: Annotated[list[IndexName], Meta(min_length=2, max_length=5)] = field(default_factory=ALL.copy)
    aggregation: Aggregation = "geometric"
    budget: Budget | None = None
    imputation: Imputation = "none"


class IndexVariant(Stored, frozen=True):
    """A total as it is defined, with the weights that follow from its budget."""

    variant: str
    title: str | None
    reason: str
    indices: list[IndexName]
    aggregation: Aggregation
    budget: Budget | None
    imputation: Imputation
    weights: dict[str, float]
    created_at: datetime
    changed_at: datetime
