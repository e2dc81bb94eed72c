"""A task that needs a stronger wall than stands here waits for a worker that has it, at no cost and with its reason."""

from contextlib import suppress
from uuid import UUID

from kithline_core import observe, plugins
from kithline_core.db import TenantTx, tasks
from kithline_core.errors import Invalid, NotFound, UnknownScorer
from kithline_core.model.runs import Claimed, Task
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.policy import Refusal
from kithline_core.settings import Settings

log = observe.logger(__name__)


async def claim(tx: TenantTx, sandbox: Sandbox, task_id: UUID, worker: str, settings: Settings) -> Claimed | None:
    """Take a task that may run here. None: there is nothing to do, or it waits for a stronger tier."""
    try:
        task = await tasks.get(tx, task_id)
    except NotFound:
        return None
    if refusal := _refusal(sandbox, task):
        await tasks.postpone(tx, task, refusal.needs, refusal.reason, settings.renudge_seconds)
        log.warning("task waits", task=str(task_id), scorer=task.scorer, needs=refusal.needs, here=sandbox.tier)
        return None
    most = settings.max_attempts
    return await tasks.claim(tx, task_id, worker, settings.lease_seconds, most, tier=sandbox.tier)


def _refusal(sandbox: Sandbox, task: Task) -> Refusal | None:
    """Return why a task's plugin may not run here; of one that is not installed nothing is known, and scoring says so."""
    with suppress(UnknownScorer, Invalid):
        plugin, _ = plugins.installed().find(task.scorer, task.plugin_version)
        return sandbox.refusal(plugin)
    return None
