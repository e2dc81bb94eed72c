"""A file that is touched as long as the process does its work; a probe looks at its age."""

from pathlib import Path
from typing import Any, Final

from celery import bootsteps

SECONDS: Final = 5.0


def touch(file: str) -> None:
    """Touch the file, when one is named."""
    if file:
        Path(file).touch()


class Pulse(bootsteps.StartStopStep):
    """Touches the file from the worker's own timer: a worker that hangs stops doing so."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 - celery's own signature
        super().__init__(parent, **options)
        self.file: str = parent.app.conf.get("kithline_heartbeat_file", "")
        self.timer: Any = None

    def start(self, parent: Any) -> None:  # noqa: ANN401 - celery's own signature
        """Begin."""
        touch(self.file)
        self.timer = parent.timer.call_repeatedly(SECONDS, touch, (self.file,))

    def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002 - celery's own signature
        """End."""
        if self.timer is not None:
            self.timer.cancel()
