"""First keys of a new installation: `python -m kithline_core.db.bootstrap --json`, as often as you like.

With `--renew`, an installation that had its first keys gets new ones: for whoever lost them.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from kithline_core.db import acting, grants, keys, operators, partner_keys, partners, tenants
from kithline_core.db.database import Database, Tx
from kithline_core.errors import NotFound
from kithline_core.model.keys import SCOPES
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant, Partner, Tenant
from kithline_core.settings import Settings

LOCAL = "local"

# Two at once would both find nothing.
ALONE = "select pg_advisory_xact_lock(hashtextextended('kithline bootstrap', 0))"
STARTED = "select exists (select from operators) as started"
FIRST = """
    select partner_id as id, title, created_at
      from partners
     where title = $1
     order by partner_id
     limit 1
"""


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was made; keys are shown this once. All empty when the installation had its keys already."""

    operator_key: str = ""
    partner_key: str = ""
    tenant: str = ""
    tenant_key: str = ""


async def bootstrap(db: Database, *, renew: bool = False) -> Made:
    """Make an operator, the partner `local` with its grant, and the tenant `local` with a key for everything.

    `renew` issues new keys where all that is there already; keys issued before stay valid until they are revoked.
    """
    async with db.platform() as tx:
        await tx.rows(ALONE)
        await acting.operator(tx)
        (row,) = await tx.rows(STARTED)
        if row["started"] and not renew:
            return Made()
        made, tenant = await (_renewed(tx) if row["started"] else _principals(tx))
    if tenant is None:
        return made
    async with db.tenant(tenant.id) as tx:
        _, tenant_key = await keys.issue(tx, LOCAL, SCOPES)
    return msgspec.structs.replace(made, tenant_key=tenant_key)


async def _principals(tx: Tx) -> tuple[Made, Tenant | None]:
    _, operator_key = await operators.create(tx, LOCAL)
    partner = await partners.create(tx, NewPartner(title=LOCAL))
    _, partner_key = await partner_keys.issue(tx, partner.id, LOCAL)
    await grants.create(tx, partner.id, NewGrant(given_by=LOCAL))
    tenant, _ = await tenants.provision(tx, partner.id, LOCAL, NewTenant(title=LOCAL))
    return Made(operator_key=operator_key, partner_key=partner_key, tenant=LOCAL), tenant


async def _renewed(tx: Tx) -> tuple[Made, Tenant | None]:
    _, operator_key = await operators.create(tx, LOCAL)
    partner = await tx.maybe(Partner, FIRST, LOCAL)
    if partner is None:
        return Made(operator_key=operator_key), None
    _, partner_key = await partner_keys.issue(tx, partner.id, LOCAL)
    # Without a grant in force the tenant is no longer for this partner to open.
    with suppress(NotFound):
        tenant = await tenants.find(tx, partner.id, LOCAL)
        return Made(operator_key=operator_key, partner_key=partner_key, tenant=LOCAL), tenant
    return Made(operator_key=operator_key, partner_key=partner_key), None


async def _main(settings: Settings, *, renew: bool) -> Made:
    async with Database.of(settings) as db:
        return await bootstrap(db, renew=renew)


def main(arguments: Sequence[str], settings: Settings) -> int:
    """Make what is missing and print it."""
    made = asyncio.run(_main(settings, renew="--renew" in arguments))
    if "--json" in arguments:
        sys.stdout.write(msgspec.json.encode(made).decode() + "\n")
    else:
        sys.stdout.writelines(f"{name}: {value}\n" for name, value in msgspec.structs.asdict(made).items() if value)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Settings.from_env(os.environ)))
