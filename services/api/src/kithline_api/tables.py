"""Every file of the dataset folder as the API knows it: its address, its scope, its rows, how they are kept and read."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from uuid import UUID

import msgspec

from kithline_api import registers
from kithline_core.db import (
    TenantTx,
    answers,
    communities,
    events,
    identities,
    interfaces,
    organisation_ties,
    organisations,
    people,
    populations,
    ratings,
    survivals,
    ties,
)
from kithline_core.db.bulk import Page as Stored
from kithline_core.errors import Forbidden
from kithline_core.model.identities import IdentityRow
from kithline_core.model.keys import Principal
from kithline_core.model.rows import (
    AnswerRow,
    CommunityRow,
    EventRow,
    InterfaceRow,
    OrganisationRow,
    OrganisationTieRow,
    PersonRow,
    PopulationRow,
    RatingRow,
    Row,
    SurvivalRow,
    TieRow,
)
from kithline_core.model.verdicts import Verdict

# Where a list goes on: behind a row's id, or behind an event's source and id.
Place = UUID | tuple[str, str]
Read = Callable[[TenantTx, Any, int], Awaitable[Stored[Any] | events.Page]]


class Table(msgspec.Struct, frozen=True):
    """One file: its path in addresses, its name in operations, its scope, its row type, its upsert and its pages.

    `go_on` takes further rows of a file of which some are in, where that differs from taking a batch.
    """

    path: str
    name: str
    scope: str
    kind: type[Row]
    upsert: Callable[[TenantTx, Any], Awaitable[list[Verdict]]]
    read: Read
    go_on: Callable[[TenantTx, Any], Awaitable[list[Verdict]]] | None = None

    @property
    def stem(self) -> str:
        """Return the file's name in a folder."""
        return self.path.replace("-", "_")


def _table(*parts: Any) -> Table:  # noqa: ANN401 - the row type of each upsert is its own
    return Table(*parts)


TABLES: Final[tuple[Table, ...]] = (
    _table("organisations", "Organisations", "organisations", OrganisationRow, organisations.upsert, organisations.page),
    _table("people", "People", "people", PersonRow, people.upsert, people.page, people.go_on),
    _table("identities", "Identities", "identities", IdentityRow, identities.upsert, identities.page),
    _table("populations", "Populations", "people", PopulationRow, populations.upsert, populations.page),
    _table("communities", "Communities", "communities", CommunityRow, communities.upsert, communities.page),
    _table("interfaces", "Interfaces", "interfaces", InterfaceRow, interfaces.upsert, interfaces.page),
    _table("ties", "Ties", "ties", TieRow, ties.upsert, ties.page),
    _table("organisation-ties", "OrganisationTies", "ties", OrganisationTieRow, organisation_ties.upsert,
           organisation_ties.page),
    _table("answers", "Answers", "answers", AnswerRow, answers.upsert, answers.page),
    _table("ratings", "Ratings", "answers", RatingRow, ratings.upsert, ratings.page),
    _table("survivals", "Survivals", "answers", SurvivalRow, survivals.upsert, survivals.page),
    _table("events", "Events", "events", EventRow, events.ingest, events.page),
    *(_table(*parts) for parts in registers.FILES),
)  # fmt: skip

BY_STEM: Final = {table.stem: table for table in TABLES}


def require_write(caller: Principal, stems: Iterable[str]) -> None:
    """Raise Forbidden, with what is missing, unless the key might write each of these files itself."""
    needed = {f"{BY_STEM[stem].scope}:write" for stem in stems}
    if lacking := sorted(needed - set(caller.scopes)):
        raise Forbidden(f"the key lacks {', '.join(lacking)}: taking back needs the scopes of the files it changes")
