"""What indices are made of, as results have it; and named totals as a tenant defined them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kithline_core.db import audit
from kithline_core.db.database import TenantTx
from kithline_core.errors import NotFound
from kithline_core.model.indices import IndexVariant, NewIndexVariant
from kithline_core.model.shapes import Stored

# Of the last windows, and of each scorer what was newest then: of the window that ended last, the newest result.
LATEST = """
    with ends as (
         select distinct window_end as at
           from results
          where tenant_id = $1 and scorer = any($2::text[]) and scope_id is not distinct from $3
            and ($4::timestamptz is null or window_end <= $4)
          order by at desc
          limit $5)
    select ends.at, found.*
      from ends
     cross join unnest($2::text[]) as named (key)
     cross join lateral (
           select result_id as id, scorer, stale_since, finding as document,
                  exists (
                      select
                        from unnest(results.grounds) as needed (ground_id)
                       where not exists (
                             select
                               from processing_grounds as held
                              where held.tenant_id = $1 and held.ground_id = needed.ground_id
                                and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now())
                             )) as lapsed
             from results
            where tenant_id = $1 and scorer = named.key and scope_id is not distinct from $3
              and window_end <= ends.at
            order by window_end desc, result_id desc
            limit 1) as found
     order by ends.at, found.scorer
"""

PUT = """
    insert into index_variants as had (tenant_id, variant, document, weights)
    values ($1, $2, $3, $4)
        on conflict (tenant_id, variant) do update
       set document = excluded.document, weights = excluded.weights, changed_at = now()
     where (had.document, had.weights) is distinct from (excluded.document, excluded.weights)
 returning xmax = 0 as fresh
"""

GET = """
    select variant, document, weights, created_at, changed_at
      from index_variants
     where tenant_id = $1 and variant = $2
"""

ALL = """
    select variant, document, weights, created_at, changed_at
      from index_variants
     where tenant_id = $1
     order by variant
     limit 1000
"""

DELETE = "delete from index_variants where tenant_id = $1 and variant = $2"


class Ingredient(Stored, frozen=True):
    """The newest result of a scorer as of the end of a window. `lapsed`: a ground it rests on is no longer in force."""

    at: datetime
    id: UUID
    scorer: str
    stale_since: datetime | None
    document: bytes
    lapsed: bool


class _Kept(Stored, frozen=True):
    variant: str
    document: dict[str, Any]
    weights: dict[str, float]
    created_at: datetime
    changed_at: datetime

    def shown(self) -> IndexVariant:
        """Return it with its definition spelt out."""
        new = msgspec.convert(self.document, NewIndexVariant)
        return IndexVariant(
            variant=self.variant, weights=self.weights, created_at=self.created_at, changed_at=self.changed_at,
            **{name: getattr(new, name) for name in NewIndexVariant.__struct_fields__},
        )  # fmt: skip


async def latest(
    tx: TenantTx, scorers: Sequence[str], scope_id: UUID | None, until: datetime | None, windows: int
) -> list[Ingredient]:
    """Return what each scorer last said as of the ends of the last windows, the oldest end first."""
    return await tx.all(Ingredient, LATEST, list(scorers), scope_id, until, windows)


async def put(tx: TenantTx, variant: str, new: NewIndexVariant, weights: dict[str, float]) -> bool:
    """Define a total, or change its definition; say whether it is new."""
    rows = await tx.rows(PUT, variant, msgspec.to_builtins(new), weights)
    if rows:
        told = {"reason": new.reason, "weights": weights, "aggregation": new.aggregation}
        await audit.record(tx, "index_variant.put", variant, told)
    return any(row["fresh"] for row in rows)


async def get(tx: TenantTx, variant: str) -> IndexVariant:
    """Return one definition. Raises NotFound."""
    return (await tx.one(_Kept, GET, variant)).shown()


async def defined(tx: TenantTx) -> list[IndexVariant]:
    """Return every definition, by name."""
    return [one.shown() for one in await tx.all(_Kept, ALL)]


async def delete(tx: TenantTx, variant: str) -> None:
    """Remove a definition. Raises NotFound."""
    if not await tx.run(DELETE, variant):
        raise NotFound("there is no such object")
    await audit.record(tx, "index_variant.delete", variant)
