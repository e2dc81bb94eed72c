"""What a person may ask for, and what is asked in their name."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from kithline_core.model.shapes import Asked
from kithline_core.model.types import Id, LongText

Right = Literal["access", "object", "restrict", "lift", "erase"]
RIGHTS: Final[tuple[Right, ...]] = ("access", "object", "restrict", "lift", "erase")
# How much of a name must be there before it is looked for inside of texts: "ann" is in every "cannot".
SHORTEST: Final = 4
SHORTEST_NUMBER: Final = 6

Person = Annotated[Id, Meta(description="The person's id as the sender sends it, or the pseudonym of it")]


class AskedRight(Asked, frozen=True):
    """Whose right it is, and why it is exercised now; the reason goes to the audit events, without the id."""

    person: Person
    reason: Annotated[LongText, Meta(min_length=1)]


class AskedLift(AskedRight, frozen=True):
    """Which right ends: a restriction, or an objection that the person took back."""

    right: Literal["restrict", "object"] = "restrict"


class AskedDownload(Asked, frozen=True):
    """Whose data are asked for."""

    person: Person


def speaks(person: str) -> bool:
    """Say whether an id is long enough to be recognised inside of other texts."""
    return len(person) >= (SHORTEST_NUMBER if person.isdecimal() else SHORTEST)
