"""Which plugins a tenant uses, in which version, with which parameters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kithline_core.db.database import TenantTx
from kithline_core.model.plugin_choices import Choice, Parameters

ALL = """
    select plugin, enabled, pinned, reason, changed_at
      from plugin_choices
     where tenant_id = $1
     order by plugin
"""

CHANGE = """
    insert into plugin_choices (tenant_id, plugin, enabled, pinned, reason)
    values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, plugin) do update
       set enabled = excluded.enabled, pinned = excluded.pinned, reason = excluded.reason, changed_at = now()
 returning plugin, enabled, pinned, reason, changed_at
"""

PARAMETERS = """
    select scorer, parameters, checked_by, reason, changed_at
      from plugin_parameters
     where tenant_id = $1
     order by scorer
"""

# Whoever asked later has the word, in whichever order workers come back.
SET_PARAMETERS = """
    insert into plugin_parameters (tenant_id, scorer, parameters, checked_by, reason, changed_at)
    values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, scorer) do update
       set parameters = excluded.parameters, checked_by = excluded.checked_by, reason = excluded.reason,
           changed_at = excluded.changed_at
     where plugin_parameters.changed_at < excluded.changed_at
"""

# What is chosen about plugins is chosen by one at a time: a shadow, a pin and a decision look at each other.
QUEUE = "select pg_advisory_xact_lock(hashtextextended('plugins of ' || $1::uuid::text, 0)) as tenant_id"

NOW = "select $1::uuid as tenant_id, clock_timestamp() as now"


async def alone(tx: TenantTx) -> None:
    """Wait until nobody else chooses for this tenant; until COMMIT nobody does."""
    await tx.rows(QUEUE)


async def all_(tx: TenantTx) -> dict[str, Choice]:
    """Return what the tenant chose, by plugin."""
    return {one.plugin: one for one in await tx.all(Choice, ALL)}


async def change(tx: TenantTx, plugin: str, enabled: bool | None, pinned: str | None, reason: str) -> Choice:
    """Write down what holds for a plugin from now on."""
    return await tx.one(Choice, CHANGE, plugin, enabled, pinned, reason)


async def parameters(tx: TenantTx) -> dict[str, Parameters]:
    """Return the tenant's own parameters, by scorer."""
    return {one.scorer: one for one in await tx.all(Parameters, PARAMETERS)}


async def set_parameters(
    tx: TenantTx, scorer: str, given: Mapping[str, Any], checked_by: str, reason: str, at: datetime
) -> bool:
    """Let these parameters hold from now on. False: something was asked for later than `at`, and holds already."""
    return await tx.run(SET_PARAMETERS, scorer, dict(given), checked_by, reason, at) == 1


async def now(tx: TenantTx) -> datetime:
    """Return the database's clock."""
    found: datetime = (await tx.rows(NOW))[0]["now"]
    return found
