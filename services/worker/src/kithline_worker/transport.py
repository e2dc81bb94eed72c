"""A channel of the Redis transport, for a worker that must not die of a message: what cannot be read is put aside.

Kombu lets an unreadable message end the worker's main process; whoever can write to the broker could end them all.
"""

from queue import Empty

from kombu.transport import redis

from kithline_core import observe

log = observe.logger(__name__)


class Channel(redis.Channel):
    """A channel that survives every message."""

    connection_errors: tuple[type[Exception], ...]

    def _brpop_read(self, **options: object) -> bool:
        held = self._held()
        try:
            return bool(super()._brpop_read(**options))  # type: ignore[misc]  # the stubs leave it out
        except Exception as error:
            # A KeyError is what a message without its parts raises, though kombu counts it among lost connections.
            if isinstance(error, (Empty, *self.connection_errors)) and not isinstance(error, KeyError):
                raise
            for tag in self._held() - held:
                self.basic_reject(tag, requeue=False)
            log.warning("message put aside", reason=f"{type(error).__name__}: {error}"[:200])
            return True

    def _held(self) -> set[str]:
        """Return the messages that were delivered and are not acknowledged yet; kombu has no other list of them."""
        return set(self.qos._delivered or ()) - set(self.qos._dirty or ())  # noqa: SLF001 - as said


def install() -> None:
    """Make this process's Redis and Valkey connections use the channel above."""
    redis.Transport.Channel = Channel
