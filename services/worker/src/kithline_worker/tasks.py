"""The doorway from a message to the work. Nothing that stands in a message can harm the worker."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias
from uuid import UUID

from kithline_core import errands, observe, scoring
from kithline_core.db import Database
from kithline_core.errors import Unavailable
from kithline_core.sandbox import Sandbox
from kithline_core.settings import Settings
from kithline_worker.runtime import here

SHOWN: Final = 100
Perform: TypeAlias = Callable[[Database, Sandbox, Settings, UUID, UUID], Coroutine[Any, Any, object]]

log = observe.logger(__name__)


def score(
    tenant_id: object = None, task_id: object = None, attempt: object = None, *rest: object, **named: object
) -> None:
    """Perform a task. A message that names none is dropped: the row is nudged again if there is one."""
    _do(scoring.perform, (tenant_id, task_id, attempt, *rest), named)


def errand(
    tenant_id: object = None, errand_id: object = None, attempt: object = None, *rest: object, **named: object
) -> None:
    """Perform an errand, as a task is performed."""
    _do(errands.perform, (tenant_id, errand_id, attempt, *rest), named)


def _do(perform: Perform, args: tuple[object, ...], named: dict[str, object]) -> None:
    try:
        tenant, one = UUID(str(args[0])), UUID(str(args[1]))
    except ValueError:
        log.warning("message ignored", said=repr((*args, named))[:SHOWN])
        return
    (runtime,) = here
    try:
        runtime.run(perform(runtime.db, runtime.sandbox, runtime.settings, tenant, one))
    except Unavailable as away:
        log.warning("work left to its lease", id=str(one), reason=away.detail)
