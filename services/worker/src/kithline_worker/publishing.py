"""Rings the broker's bell, and remembers whom it could not reach."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias
from uuid import UUID

from celery import Celery
from kombu.exceptions import KombuError

from kithline_core import observe
from kithline_core.model.runs import Nudge
from kithline_worker.app import ERRAND, SCORE

# Beyond this the database's own re-nudge takes over.
BACKLOG: Final = 10_000

Send: TypeAlias = Callable[[Nudge], None]

log = observe.logger(__name__)


def sender(app: Celery) -> Send:
    """Return what publishes one nudge. It blocks for two seconds at most and raises OSError or KombuError."""

    def send(nudge: Nudge) -> None:
        args = [str(nudge.tenant_id), str(nudge.task_id), nudge.attempt]
        app.send_task(ERRAND if nudge.kind == "errand" else SCORE, args, retry=False, ignore_result=True)

    return send


class Ringer:
    """Publishes in a thread of its own, so that a broker that is away stops nothing else."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.backlog: dict[UUID, Nudge] = {}

    async def ring(self, nudges: Iterable[Nudge]) -> int:
        """Publish these and what is left from before; return how many are left now."""
        self.backlog.update((nudge.task_id, nudge) for nudge in nudges)
        while len(self.backlog) > BACKLOG:
            self.backlog.pop(next(iter(self.backlog)))
        if self.backlog:
            await asyncio.to_thread(self._publish)
        return len(self.backlog)

    def _publish(self) -> None:
        for task_id, nudge in list(self.backlog.items()):
            try:
                self.send(nudge)
            except (OSError, KombuError) as away:
                log.warning("broker away", waiting=len(self.backlog), reason=str(away)[:200])
                return
            del self.backlog[task_id]
