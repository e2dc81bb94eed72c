"""What a tenant's data say about themselves: dataset.json."""

from typing import Final

import msgspec

from kithline_core import ids
from kithline_core.db import audit, grounds, stale
from kithline_core.db.database import TenantTx
from kithline_core.model.datasets import Dataset
from kithline_core.model.grounds import from_template

SIGNED: Final = "dataset.json"

PUT = """
    insert into datasets (tenant_id, document)
    values ($1, $2)
        on conflict (tenant_id) do update
       set document = excluded.document, updated_at = now()
"""

GET = "select document from datasets where tenant_id = $1"

# A dataset that is public no longer takes with it the ground it brought.
END_OTHERS = """
    update processing_grounds
       set valid_to = now()
     where tenant_id = $1 and signed_by = $2 and basis <> $3 and (valid_to is null or valid_to > now())
 returning ground_id
"""

_BASIS: Final = {"public": "public_data", "synthetic": "synthetic", "private": ""}


async def put(tx: TenantTx, dataset: Dataset) -> None:
    """Replace the settings. A public or synthetic dataset brings its own ground; when its nature changes, that ends."""
    before = await get(tx)
    await tx.run(PUT, msgspec.to_builtins(dataset))
    if before.affiliation != dataset.affiliation:
        await stale.table(tx, "memberships")
    if (before.focal, before.languages) != (dataset.focal, dataset.languages):
        await stale.table(tx, "datasets")
    basis = _BASIS[dataset.nature]
    for row in await tx.rows(END_OTHERS, SIGNED, basis):
        await audit.record(
            tx, "ground.end", ids.show("ground", row["ground_id"]), {"why": "dataset.json says otherwise"}
        )
    if basis and not any(ground.basis == basis for ground in await grounds.in_force(tx)):
        await grounds.create(tx, from_template(dataset.nature, SIGNED))


async def get(tx: TenantTx) -> Dataset:
    """Return the settings; the defaults when none were sent."""
    rows = await tx.rows(GET)
    return msgspec.convert(rows[0]["document"], Dataset) if rows else Dataset()
