"""What a link would bring together, before it is made."""

from typing import Literal

from kithline_core.model.identities import Kind
from kithline_core.model.rows import OrganisationRow, PersonRow
from kithline_core.model.shapes import Stored


class Merger(Stored, frozen=True):
    """The rows that a link would bring together, as they were sent, and the id they would stand under.

    `standing` is null where no list may show it.

    What it would do to any figure is withheld, whoever asks: the two sides differ by a single person.
    """

    kind: Kind
    standing: str | None
    memberships: list[PersonRow]
    organisations: list[OrganisationRow]
    effect: Literal["withheld"] = "withheld"
    why: str = "with and without the link, figures differ by fewer people than the floor; link, and run again"
