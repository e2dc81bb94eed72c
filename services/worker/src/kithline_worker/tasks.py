"""The doorway from a message to the work. Nothing that stands in a message can harm the worker."""

from typing import Final
from uuid import UUID

from kithline_core import observe, scoring
from kithline_core.errors import Unavailable
from kithline_worker.runtime import here

SHOWN: Final = 100

log = observe.logger(__name__)


def score(
    tenant_id: object = None, task_id: object = None, attempt: object = None, *rest: object, **named: object
) -> None:
    """Perform a task. A message that names none is dropped: the row is nudged again if there is one."""
    try:
        tenant, task = UUID(str(tenant_id)), UUID(str(task_id))
    except ValueError:
        said = repr((tenant_id, task_id, attempt, *rest, named))[:SHOWN]
        log.warning("message ignored", said=said)
        return
    (runtime,) = here
    try:
        runtime.run(scoring.perform(runtime.db, runtime.sandbox, runtime.settings, tenant, task))
    except Unavailable as away:
        log.warning("task left to its lease", task=str(task), reason=away.detail)
