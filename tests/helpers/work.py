"""Work for workers: tenants, and runs of a plugin that behaves in every way we know."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from kithline_core.db import Database, grants, grounds, organisations, partners, runs, tenants
from kithline_core.model.grounds import from_template
from kithline_core.model.rows import OrganisationRow
from kithline_core.model.runs import NewRun, Pinned, Run
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_core.plugins import Installed, Plugin, read_manifest

# On a process's path, this folder is an installed plugin.
PLUGINS = Path(__file__).parents[1] / "core" / "sandbox" / "hostile"
END = datetime(2026, 1, 1, tzinfo=UTC)


def hostile() -> Plugin:
    """Return the plugin as its manifest describes it."""
    folder = PLUGINS / "kithline_hostile"
    return Plugin("kithline_hostile", folder, read_manifest(folder))


def installed() -> Installed:
    """Return an environment in which it is the only plugin."""
    return Installed([hostile()], [])


async def provision(db: Database) -> UUID:
    """Make a tenant of a partner of its own, with a ground for synthetic data and one row of it."""
    async with db.platform() as tx:
        partner = await partners.create(tx, NewPartner(title="a partner"))
        await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
        tenant, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="a tenant"))
    async with db.tenant(tenant.id) as tx:
        await grounds.create(tx, from_template("synthetic", "a test"))
        await organisations.upsert(tx, [OrganisationRow(organisation="acme")])
    return tenant.id


async def order(db: Database, tenant_id: UUID, scorers: Sequence[str], **changes: Any) -> Run:
    """Queue a run of these scorers, each after the one before it, and ring the bell."""
    tasks = [_pinned(name, scorers[place - 1] if place else None, **changes) for place, name in enumerate(scorers)]
    async with db.tenant(tenant_id) as tx:
        run = await runs.insert(tx, NewRun(intended_use="self_assessment", tasks=tasks))
        await tx.notify("runs", run.id)
    return run


def _pinned(name: str, after: str | None, **changes: Any) -> Pinned:
    plain: dict[str, Any] = {
        "scorer": f"hostile.{name}", "version": "1.0.0", "plugin": "kithline-hostile", "plugin_version": "1.0.0",
        "window_start": END - timedelta(days=90), "window_end": END, "after": [f"hostile.{after}"] if after else [],
    }  # fmt: skip
    return Pinned(**{**plain, **changes})
