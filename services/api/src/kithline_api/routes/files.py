"""Every file of the dataset folder as a resource: `POST /v1/<file>:bulk`, `GET /v1/<file>`, and all of it as lines."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from kithline_api import bulk, registers, streams
from kithline_api.bodies import StrictRequest
from kithline_api.deps import Config, Db, Once, Paging, TenantId
from kithline_api.once import Once as OnceKey
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_core.db import (
    TenantTx,
    answers,
    communities,
    events,
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

R = TypeVar("R", bound=Row)
Upsert = Callable[[TenantTx, Sequence[R]], Awaitable[list[Verdict]]]
# Where a list goes on: behind a row's id, or behind an event's source and id.
Place = UUID | tuple[str, str]
Read = Callable[[TenantTx, Any, int], Awaitable[Stored[Any] | events.Page]]
DryRun = Annotated[bool, QueryParameter(description="Only say what would become of each line")]


def _take(path: str, name: str, scope: str, kind: type[R], upsert: Upsert[R]) -> HTTPRouteHandler:
    @post(
        f"/{path}:bulk",
        operation_id=f"send{name}",
        status_code=200,
        needs=f"{scope}:write",
        lines=kind,
        refusals=("all_rejected", "no_ground"),
    )
    async def take(
        request: StrictRequest, once: Once, settings: Config, dry_run: DryRun = False
    ) -> Response[bulk.Report]:
        """Insert or update rows; every line gets its own verdict, and a line sent again changes nothing."""
        batch = await bulk.read(request, kind, settings.max_lines)
        if dry_run:
            return Response(await _rehearse(once, batch, upsert))
        return await once(lambda tx: _store(tx, batch, upsert))

    return take


async def _store(tx: TenantTx, batch: bulk.Batch[R], upsert: Upsert[R], dry_run: bool = False) -> bulk.Report:
    return bulk.report(batch, await upsert(tx, batch.rows), dry_run)


async def _rehearse(once: OnceKey, batch: bulk.Batch[R], upsert: Upsert[R]) -> bulk.Report:
    """Do it and leave the transaction without COMMIT."""
    try:
        async with once.db.tenant(once.tenant_id) as tx:
            raise _Undone(await _store(tx, batch, upsert, dry_run=True))  # noqa: TRY301 - raising is how to leave without COMMIT
    except _Undone as undone:
        return undone.report


class _Undone(Exception):
    """Carries a report out of a transaction that shall not be kept."""

    def __init__(self, report: bulk.Report) -> None:
        self.report = report


def _give(path: str, name: str, scope: str, kind: type[R], read: Read) -> HTTPRouteHandler:
    async def give(request: StrictRequest, page: Paging, db: Db, tenant_id: TenantId) -> Response[Any]:
        """Return rows as they were sent, in a stable order. With `Accept: application/x-ndjson`: all of them, one a line."""
        if streams.wanted(request):
            return streams.answer(db, tenant_id, _parts(read))
        async with db.tenant(tenant_id) as tx:
            found = await read(tx, _place(page.after), page.limit)
        return page.answer(list(found.rows), _name(found.after))

    give.__annotations__["return"] = Response[Page[kind]]  # type: ignore[valid-type]  # the row type of this file
    return get(f"/{path}", operation_id=f"list{name}", needs=f"{scope}:read", stream=True)(give)


def _parts(read: Read) -> streams.Read:
    async def part(tx: TenantTx, after: Place | None, size: int) -> streams.Part:
        found = await read(tx, after, size)
        return found.rows, found.after

    return part


def _place(after: str | None) -> Place | None:
    """Return where a page starts: behind a row's id, or behind an event's source and id."""
    if after is None:
        return None
    source, split, event = after.partition("\0")
    return (source, event) if split else UUID(after)


def _name(after: Place | None) -> str | None:
    return "\0".join(after) if isinstance(after, tuple) else None if after is None else str(after)


_FILES: Final[tuple[tuple[str, str, str, Any, Any, Any], ...]] = (
    ("organisations", "Organisations", "organisations", OrganisationRow, organisations.upsert, organisations.page),
    ("people", "People", "people", PersonRow, people.upsert, people.page),
    ("populations", "Populations", "people", PopulationRow, populations.upsert, populations.page),
    ("communities", "Communities", "communities", CommunityRow, communities.upsert, communities.page),
    ("interfaces", "Interfaces", "interfaces", InterfaceRow, interfaces.upsert, interfaces.page),
    ("ties", "Ties", "ties", TieRow, ties.upsert, ties.page),
    ("organisation-ties", "OrganisationTies", "ties", OrganisationTieRow, organisation_ties.upsert, organisation_ties.page),
    ("answers", "Answers", "answers", AnswerRow, answers.upsert, answers.page),
    ("ratings", "Ratings", "answers", RatingRow, ratings.upsert, ratings.page),
    ("survivals", "Survivals", "answers", SurvivalRow, survivals.upsert, survivals.page),
    ("events", "Events", "events", EventRow, events.ingest, events.page),
)  # fmt: skip

router = router_of(
    "Data",
    "tenant",
    [
        handler
        for path, name, scope, kind, upsert, read in (*_FILES, *registers.FILES)
        for handler in (_take(path, name, scope, kind, upsert), _give(path, name, scope, kind, read))
    ],
)
