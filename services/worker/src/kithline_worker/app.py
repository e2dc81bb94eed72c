"""Celery as a doorbell: settings that never lose a run, since no run is in it (platform.md 2.4, reliability.md B4)."""

from typing import Any, Final

from celery import Celery

from kithline_core.settings import Settings

SCORE: Final = "kithline.score"
ERRAND: Final = "kithline.errand"
QUEUE: Final = "kithline"
# A scorer's own limit is seconds; beyond this a child hangs in a way nothing else noticed, and is killed.
TIME_LIMIT: Final = 3600
# Longer than any task with its time limit: a message that is being worked on must not ring a second time.
VISIBILITY_SECONDS: Final = 6 * 3600
RECYCLE_AFTER: Final = 500
MEMORY_KB: Final = 2_000_000

COMMON: Final[dict[str, Any]] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "task_default_queue": QUEUE,
    "task_ignore_result": True,
    "result_backend": None,
    "task_acks_late": True,
    # The reaper decides: Celery would hand a task that kills its child out again and again.
    "task_reject_on_worker_lost": False,
    "task_time_limit": TIME_LIMIT,
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": RECYCLE_AFTER,
    "worker_max_memory_per_child": MEMORY_KB,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "worker_enable_remote_control": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_pool_acquire_timeout": 5,
}


def for_worker(settings: Settings) -> Celery:
    """Return the app that consumes; it waits for a broker that is away as long as it takes."""
    return _app(settings, {"socket_timeout": 10, "socket_connect_timeout": 5, "socket_keepalive": True})


def for_publishing(settings: Settings) -> Celery:
    """Return the app that publishes; it gives up within about two seconds, for the row is the truth."""
    return _app(settings, {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0})


def broker(url: str) -> str:
    """Return a broker's URL under the name that the transport goes by."""
    return url.replace("valkey", "redis", 1) if url.startswith("valkey") else url


def _app(settings: Settings, patience: dict[str, Any]) -> Celery:
    app = Celery("kithline", broker=broker(settings.broker_url), set_as_current=False)
    app.conf.update(COMMON)
    if settings.broker_url.startswith("amqp"):
        # Without confirms one publish in four was lost when RabbitMQ was killed; quorum queues keep what they confirm.
        app.conf.update(broker_transport_options={"confirm_publish": True}, task_default_queue_type="quorum")
    else:
        app.conf.update(broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS, **patience})
    return app
