"""Says on whose behalf a transaction without a tenant acts: the policies of the platform's tables read it.

A presented key's id travels with BEGIN: see `Database.presented`.
"""

from uuid import UUID

from kithline_core.db.database import Tx

AS_PARTNER = "select set_config('app.partner', $1::text, true)"
AS_OPERATOR = "select set_config('app.operator', 'on', true)"


async def partner(tx: Tx, partner_id: UUID) -> None:
    """Show this partner, its keys, grants and tenants, and nobody else's."""
    await tx.run(AS_PARTNER, str(partner_id))


async def operator(tx: Tx) -> None:
    """Show every partner and every operator: what only an operator may list."""
    await tx.run(AS_OPERATOR)
