"""First keys of a new installation: `python -m kithline_core.db.bootstrap --json`, as often as you like."""

import asyncio
import os
import sys
from collections.abc import Sequence

import msgspec

from kithline_core.db import grants, keys, operators, partner_keys, partners, tenants
from kithline_core.db.database import Database, Tx
from kithline_core.model.keys import SCOPES
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant, Tenant
from kithline_core.settings import Settings

LOCAL = "local"

# Two at once would both find nothing.
ALONE = "select pg_advisory_xact_lock(hashtextextended('kithline bootstrap', 0))"
STARTED = "select exists (select from operators) as started"


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was made; keys are shown this once. All empty when the installation had its keys already."""

    operator_key: str = ""
    partner_key: str = ""
    tenant: str = ""
    tenant_key: str = ""


async def bootstrap(db: Database) -> Made:
    """Make an operator, the partner `local` with its grant, and the tenant `local` with a key for everything."""
    async with db.platform() as tx:
        await tx.rows(ALONE)
        (row,) = await tx.rows(STARTED)
        if row["started"]:
            return Made()
        made, tenant = await _principals(tx)
    async with db.tenant(tenant.id) as tx:
        _, tenant_key = await keys.issue(tx, LOCAL, SCOPES)
    return msgspec.structs.replace(made, tenant_key=tenant_key)


async def _principals(tx: Tx) -> tuple[Made, Tenant]:
    _, operator_key = await operators.create(tx, LOCAL)
    partner = await partners.create(tx, NewPartner(title=LOCAL))
    _, partner_key = await partner_keys.issue(tx, partner.id, LOCAL)
    await grants.create(tx, partner.id, NewGrant(given_by=LOCAL))
    tenant, _ = await tenants.provision(tx, partner.id, LOCAL, NewTenant(title=LOCAL))
    return Made(operator_key=operator_key, partner_key=partner_key, tenant=LOCAL), tenant


async def _main(settings: Settings) -> Made:
    async with Database.of(settings) as db:
        return await bootstrap(db)


def main(arguments: Sequence[str], settings: Settings) -> int:
    """Make what is missing and print it."""
    made = asyncio.run(_main(settings))
    if "--json" in arguments:
        sys.stdout.write(msgspec.json.encode(made).decode() + "\n")
    else:
        sys.stdout.writelines(f"{name}: {value}\n" for name, value in msgspec.structs.asdict(made).items() if value)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Settings.from_env(os.environ)))
