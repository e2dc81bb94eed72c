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
# What our own documents call their parts, and what these may say: an id that is one of these is not looked for inside of
# texts, or the settings and findings of a tenant could not be read any more.
_WORDS: Final = """
    affiliation aggregates applicable assessment attribution benefit bot_bar bounds broadcast ceiling clause code
    community community_development concentration contribution cost count coverage date demonstration development
    dimension discount discount_rate driver drivers effort error evidence filter findings floor focal from gain
    group hash have high ids_hash improvement insufficient intended intended_use interval intervals item items kind
    languages level level_name level_probability likely line lineage lines mandatory marketing maximum measures
    medium minimum missing mode month name nature need no_floor not_applicable not_for not_permitted organisation
    organisation_development overlaps parameters permitted persons private probability process product productivity
    provisional public questionnaire rate reason reasons recommendations refuted refuted_by research reverse scope
    scope_id scope_version score scorer scorers self self_assessment sha256 side sources start start_month status
    step sub_score supplier supplier_development supply synthetic table tables text timezone title unit unit_value
    value version weight what window withheld
"""
OWN_WORDS: Final = frozenset(_WORDS.split())

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
    """Say whether an id is long enough to be recognised inside of other texts, and no word of ours."""
    return person not in OWN_WORDS and len(person) >= (SHORTEST_NUMBER if person.isdecimal() else SHORTEST)
