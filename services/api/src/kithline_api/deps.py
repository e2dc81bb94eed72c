"""What handlers may ask for: one name, one home each."""

from typing import Annotated, TypeAlias
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, QueryParameter, SkipValidation

from kithline_api import errands, paging
from kithline_api import once as once_module
from kithline_api.bodies import StrictRequest
from kithline_core.db import Database
from kithline_core.model.keys import Principal
from kithline_core.settings import Settings

Config: TypeAlias = NamedDependency[SkipValidation[Settings]]
Db: TypeAlias = NamedDependency[SkipValidation[Database]]
Caller: TypeAlias = NamedDependency[SkipValidation[Principal]]
TenantId: TypeAlias = NamedDependency[SkipValidation[UUID]]
PartnerId: TypeAlias = NamedDependency[SkipValidation[UUID]]
Paging: TypeAlias = NamedDependency[SkipValidation[paging.Paging]]
Answers: TypeAlias = NamedDependency[SkipValidation[errands.Answered]]
Once: TypeAlias = NamedDependency[SkipValidation[once_module.Once]]


async def _settings(request: StrictRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _db(request: StrictRequest) -> Database:
    db: Database = request.app.state.db
    return db


async def _caller(request: StrictRequest) -> Principal:
    principal: Principal = request.auth
    return principal


async def _tenant_id(request: StrictRequest) -> UUID:
    tenant_id: UUID = request.auth.tenant_id
    return tenant_id


async def _partner_id(request: StrictRequest) -> UUID:
    partner_id: UUID = request.auth.partner_id
    return partner_id


async def _answered(request: StrictRequest) -> errands.Answered:
    state = request.app.state
    return errands.Answered(state.db, request.auth.tenant_id, state.settings.answer_seconds)


async def _paging(
    request: StrictRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="How many at most")] = 50,
    cursor: Annotated[
        str | None, QueryParameter(min_length=1, max_length=2000, description="`next_cursor` of the page before")
    ] = None,
) -> paging.Paging:
    return paging.read(request, limit, cursor)


async def _once(
    request: StrictRequest,
    idempotency_key: Annotated[
        str | None,
        HeaderParameter(
            name=once_module.HEADER,
            min_length=1,
            max_length=512,
            pattern=once_module.FORM,
            description="Makes a repetition of the same request answer what the first did, for 24 hours",
        ),
    ] = None,
) -> once_module.Once:
    return await once_module.read(request, idempotency_key)


PROVIDERS = {
    "settings": Provide(_settings),
    "db": Provide(_db),
    "caller": Provide(_caller),
    "tenant_id": Provide(_tenant_id),
    "partner_id": Provide(_partner_id),
    "answered": Provide(_answered),
    "page": Provide(_paging),
    "once": Provide(_once),
}
