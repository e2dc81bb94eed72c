"""Imports by their names: what stands for them, and taking one back."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from kithline_api.deps import Caller, Db, Once, Paging, TenantId
from kithline_api.once import Once as OnceKey
from kithline_api.paging import Page
from kithline_api.routers import router as router_of
from kithline_api.routes.corrections import made_by
from kithline_api.tables import BY_STEM, require_write
from kithline_core.db import TenantTx, batches, undoing
from kithline_core.model.batches import Batch, Undone
from kithline_core.model.corrections import WhyUndone
from kithline_core.model.keys import Principal
from kithline_core.model.types import NAME

Name = Annotated[str, PathParameter(min_length=1, max_length=100, pattern=NAME, description="The import's name")]
DryRun = Annotated[bool, QueryParameter(description="Only say what would become of it")]


@get("/batches", operation_id="listBatches", needs="imports:read")
async def listed(page: Paging, db: Db, tenant_id: TenantId) -> Response[Page[Batch]]:
    """Return imports by their names, the newest first, with how many events and rows stand for them."""
    async with db.tenant(tenant_id) as tx:
        found = await batches.page(tx, page.after, page.size)
    kept = found[: page.limit]
    return page.answer(kept, kept[-1].batch if len(found) > page.limit else None)


@get("/batches/{batch:str}", operation_id="readBatch", needs="imports:read")
async def read(batch: Name, db: Db, tenant_id: TenantId) -> Batch:
    """Return one import."""
    async with db.tenant(tenant_id) as tx:
        return await batches.get(tx, batch)


@post("/batches/{batch:str}/undo", operation_id="undoBatch", needs="imports:write", status_code=200)
async def undo(
    batch: Name, data: JSONBody[WhyUndone], once: Once, caller: Caller, dry_run: DryRun = False
) -> Response[Undone]:
    """Undo an import: what it brought goes, what it changed is put back, what was changed since stays and is named.

    So is, as `stays`, what is kept under no import's name: settings, value lines, questionnaires, verbs, competitors' counts.
    Of a large import, 100,000 events a call: while the answer says `done: false`, call again. The key has to carry the
    scope to write each file that the import changed as well, except to be told what would become of it.
    """
    work = _Work(batch, data, caller)
    return Response(await _rehearse(once, work)) if dry_run else await once(work.permitted)


class _Work:
    """An import to be undone, and who wants it."""

    def __init__(self, batch: str, why: WhyUndone, caller: Principal) -> None:
        self._batch, self._why, self._caller = batch, why, caller

    async def permitted(self, tx: TenantTx) -> Undone:
        """Undo it. Raises Forbidden when the key might not have written all of it."""
        require_write(self._caller, await undoing.files(tx, self._batch))
        return await self(tx)

    async def __call__(self, tx: TenantTx) -> Undone:
        undone = await undoing.undo(tx, self._batch, self._why.reason, made_by(self._caller, self._why.by))
        # Whoever may not read a file is told how many of its rows were left, and not which.
        left = [one for one in undone.left if f"{BY_STEM[one.file].scope}:read" in self._caller.scopes]
        return msgspec.structs.replace(undone, left=left)


async def _rehearse(once: OnceKey, work: _Work) -> Undone:
    """Do it and leave the transaction without COMMIT."""
    try:
        async with once.db.tenant(once.tenant_id) as tx:
            raise _Rehearsed(await work(tx))  # noqa: TRY301 - raising is how to leave without COMMIT
    except _Rehearsed as told:
        return told.undone


class _Rehearsed(Exception):
    def __init__(self, undone: Undone) -> None:
        self.undone = undone


router = router_of("Corrections", "tenant", [listed, read, undo])
