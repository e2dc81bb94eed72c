"""Rows of any file as they stand in their table: looked at before they change, and put back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

import msgspec

from kithline_core.db.database import TenantTx
from kithline_core.model.rows import FILES, IDENTITY

Image = dict[str, Any]
Identity = tuple[Any, ...]

# Files whose table is called otherwise.
TABLES: Final = {"people": "memberships"}
_KINDS: Final = {datetime: "timestamptz", int: "bigint", float: "float8"}

# An image spells instants; two of one instant must be spelt alike, whatever zone a connection speaks of.
ZONE = "select set_config('timezone', 'UTC', true) from tenants where tenant_id = $1"


class Statements(msgspec.Struct, frozen=True):
    """The statements on one file's table."""

    named: str
    numbered: str
    remove: str
    restore: str


@cache
def statements(stem: str) -> Statements:
    """Return the statements on a file's table; its name and columns are ours, never a caller's."""
    table, identity = table_of(stem), IDENTITY[stem]
    arrays = ", ".join(f"${place}::{_kind(stem, name)}[]" for place, name in enumerate(identity, 2))
    columns = ", ".join(f'"{name}"' for name in identity)
    alike = " and ".join(
        f'had."{name}" {"=" if _required(stem, name) else "is not distinct from"} sent."{name}"' for name in identity
    )
    image = "jsonb_strip_nulls(to_jsonb(had) - 'tenant_id' - 'row_id') as image"
    return Statements(
        named=f"select had.row_id, {image} from unnest({arrays}) as sent ({columns}) "
        f"join {table} as had on had.tenant_id = $1 and {alike} order by had.row_id for no key update of had",
        numbered=f"select had.row_id, {image} from {table} as had "
        "where had.tenant_id = $1 and had.row_id = any($2::uuid[]) order by had.row_id for no key update",
        remove=f"delete from {table} where tenant_id = $1 and row_id = any($2::uuid[])",
        restore=f"insert into {table} select whole.* from unnest($2::uuid[], $3::jsonb[]) as kept (row_id, image) "
        f"cross join lateral jsonb_populate_record(null::{table}, kept.image || "
        "jsonb_build_object('tenant_id', $1::uuid, 'row_id', kept.row_id)) as whole",
    )


def table_of(stem: str) -> str:
    """Return the table of a file."""
    return TABLES.get(stem, stem)


def _kind(stem: str, column: str) -> str:
    hint = get_type_hints(FILES[stem])[column]
    met = {hint, *get_args(hint)} & set(_KINDS)
    return _KINDS[met.pop()] if met else "text"


def _required(stem: str, column: str) -> bool:
    return any(field.name == column and field.required for field in msgspec.structs.fields(FILES[stem]))


async def named(tx: TenantTx, stem: str, names: Sequence[Identity]) -> dict[UUID, Image]:
    """Return the rows that have these identities, and keep others from changing them."""
    if not names:
        return {}
    columns = [list(column) for column in zip(*names, strict=True)]
    return await _read(tx, statements(stem).named, *columns)


async def numbered(tx: TenantTx, stem: str, row_ids: Collection[UUID]) -> dict[UUID, Image]:
    """Return these rows, as far as they are there, and keep others from changing them."""
    return await _read(tx, statements(stem).numbered, sorted(row_ids)) if row_ids else {}


async def _read(tx: TenantTx, sql: str, *args: object) -> dict[UUID, Image]:
    await tx.rows(ZONE)
    return {row["row_id"]: row["image"] for row in await tx.rows(sql, *args)}


async def put_back(tx: TenantTx, stem: str, images: Mapping[UUID, Image | None]) -> None:
    """Make rows what they were; None: there was none."""
    if not images:
        return
    told = statements(stem)
    await tx.run(told.remove, sorted(images))
    kept = {row_id: images[row_id] for row_id in sorted(images) if images[row_id] is not None}
    await tx.run(told.restore, list(kept), list(kept.values()))


def shown(stem: str, image: Image) -> Image:
    """Return what identifies a row for its sender."""
    return {name: image[name] for name in IDENTITY[stem] if name in image}
