"""The lines of the value model, which value.estimate reads."""

from collections.abc import Sequence

import msgspec

from kithline_core.db.database import TenantTx
from kithline_core.model.value import ValueLine, ValueModel
from kithline_core.model.verdicts import Verdict, VerdictStatus

UPSERT = """
    insert into value_lines as had (tenant_id, line, document)
    select $1, sent.*
      from unnest($2::text[], $3::jsonb[]) as sent
        on conflict (tenant_id, line) do update
       set document = excluded.document
     where had.document is distinct from excluded.document
 returning line
"""

KNOWN = "select line from value_lines where tenant_id = $1 and line = any($2::text[])"

FORGET = "delete from value_lines where tenant_id = $1 and line <> all($2::text[])"

PAGE = """
    select document
      from value_lines
     where tenant_id = $1 and line > $2
     order by line
     limit $3
"""

PUT_RATE = """
    insert into value_models (tenant_id, discount_rate)
    values ($1, $2)
        on conflict (tenant_id) do update
       set discount_rate = excluded.discount_rate
"""

RATE = "select discount_rate from value_models where tenant_id = $1"


async def upsert(tx: TenantTx, rows: Sequence[ValueLine]) -> list[Verdict]:
    """Insert or replace lines by their name; of two lines with one name the later holds."""
    last = {row.line: row for row in rows}
    names = sorted(last)
    known = {row["line"] for row in await tx.rows(KNOWN, names)}
    written = {row["line"] for row in await tx.rows(UPSERT, names, [msgspec.to_builtins(last[name]) for name in names])}
    told = []
    for index, row in enumerate(rows):
        status: VerdictStatus = (
            "duplicate" if row.line not in written else "updated" if row.line in known else "accepted"
        )
        told.append(Verdict(index, status))
    return told


async def put(tx: TenantTx, model: ValueModel) -> list[Verdict]:
    """Replace the whole model: the rate and the lines; a line that is not there any more goes."""
    await tx.run(PUT_RATE, model.discount_rate)
    await tx.run(FORGET, [row.line for row in model.lines])
    return await upsert(tx, model.lines)


async def page(tx: TenantTx, after: str = "", size: int = 1000) -> list[ValueLine]:
    """Return lines by name, behind a cursor."""
    return [msgspec.convert(row["document"], ValueLine) for row in await tx.rows(PAGE, after, size)]


async def get(tx: TenantTx) -> ValueModel | None:
    """Return the whole model; None when nothing was sent."""
    rate, lines = await tx.rows(RATE), await page(tx)
    return ValueModel(lines=lines, discount_rate=rate[0]["discount_rate"] if rate else 0.0) if rate or lines else None
