"""How the installation stands, in numbers: by state, by plugin, and never by tenant."""

from datetime import datetime

from kithline_core.model.shapes import Stored


class Attempts(Stored, frozen=True):
    """How many attempts of today (UTC) ended like that."""

    plugin: str
    version: str
    scorer: str
    outcome: str
    reason: str
    attempts: int


class Took(Stored, frozen=True):
    """How long today's finished attempts took: how many by place of their bucket, and seconds in all."""

    plugin: str
    version: str
    scorer: str
    buckets: dict[int, int]
    seconds: float


class Figures(Stored, frozen=True):
    """What a dispatcher counted. `held`: queued tasks by the tier they wait for; `oldest_seconds`: of those that wait for none.

    Runs, tasks, errands and jobs that are over are in none of these.
    """

    runs: dict[str, int]
    tasks: dict[str, int]
    held: dict[str, int]
    oldest_seconds: float
    errands: dict[str, int]
    jobs: dict[str, int]
    attempts: list[Attempts]
    took: list[Took]


class Told(Stored, frozen=True):
    """Figures, and when they were counted."""

    told: Figures
    told_at: datetime


class Alarm(Stored, frozen=True):
    """How often something happened that never should, and when last."""

    alarm: str
    times: int
    raised_at: datetime
