"""Starts the worker: a Celery main process and its pool of children, each with a runtime of its own."""

from collections.abc import Mapping
from typing import Final

from celery import Celery, signals

from kithline_core import observe
from kithline_core.settings import Settings, adopt
from kithline_worker import tasks, transport
from kithline_worker.app import ERRAND, QUEUE, SCORE, for_worker
from kithline_worker.pulse import Pulse
from kithline_worker.runtime import Runtime

REQUEST: Final = "kithline_worker.requests:Request"
COMMAND: Final = ("worker", "--pool", "prefork", "--without-gossip", "--without-mingle", "--without-heartbeat")


def build(settings: Settings) -> Celery:
    """Return the app with its two tasks, its heartbeat and what children do first and last."""
    transport.install()
    app = for_worker(settings)
    app.task(name=SCORE, Request=REQUEST)(tasks.score)
    app.task(name=ERRAND, Request=REQUEST)(tasks.errand)
    app.conf.kithline_heartbeat_file = settings.heartbeat_file
    app.steps["worker"].add(Pulse)

    def begin(**_: object) -> None:
        observe.configure(settings.log_format)
        Runtime.begin(settings)

    def end(**_: object) -> None:
        Runtime.end()

    def logs(**_: object) -> None:
        observe.configure(settings.log_format)

    signals.setup_logging.connect(logs, weak=False)
    signals.worker_process_init.connect(begin, weak=False)
    signals.worker_process_shutdown.connect(end, weak=False)
    return app


def main(environment: Mapping[str, str]) -> None:
    """Work until a signal ends it; SIGTERM lets running tasks finish."""
    settings = Settings.from_env(environment)
    adopt(settings)
    observe.configure(settings.log_format)
    build(settings).worker_main([*COMMAND, "--queues", QUEUE, "--concurrency", str(settings.worker_children)])
