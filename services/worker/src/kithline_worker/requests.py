"""Keeps a worker from going deaf when the broker dies while every child is busy.

Celery logs an acknowledgement that failed and goes on. With Redis and Valkey the message then stays in the prefetch
window for ever; once the window is full of such messages the worker asks for none any more, and so never notices that
its connection is gone. Here a failed acknowledgement is what it is: a lost connection, to be made anew.
"""

from celery.utils.log import get_logger
from celery.worker import request

log = get_logger(__name__)


class Request(request.Request):
    """A request whose failed acknowledgement makes the consumer connect again."""

    def acknowledge(self) -> None:
        """Acknowledge once. No error is swallowed: it leaves the worker's loop, and the consumer starts over."""
        if not self.acknowledged:
            self._on_ack(log, ())  # type: ignore[attr-defined]  # celery's stubs leave it out
            self.acknowledged = True
