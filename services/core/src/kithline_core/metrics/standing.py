"""How the installation stands, as families: from what the database knows, and from the plugins that are here."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kithline_core.db import figures, workers
from kithline_core.db.database import Tx
from kithline_core.metrics.text import Family, Sample, histogram
from kithline_core.model.counters import BOUNDS
from kithline_core.model.figures import Alarm, Figures, Told, Took
from kithline_core.model.workers import Worker
from kithline_core.plugins import Installed


async def read(tx: Tx) -> list[Family]:
    """Return what the database says of runs, tasks, workers and alarms."""
    told = await figures.last(tx)
    found = [*_counted(told)] if told else []
    return [*found, *_workers(await workers.page(tx)), *_alarms(await figures.alarms(tx))]


def installed(found: Installed) -> Family:
    """Return the plugins by version, with their status and where they are in their life."""
    here = [
        Sample(1, {"plugin": one.name, "version": one.manifest.version, "status": "loaded" if one.digest else "beside",
                   "lifecycle": one.manifest.lifecycle.status})
        for one in found.plugins
    ]  # fmt: skip
    out = [
        Sample(1, {"plugin": one.module, "version": one.version, "status": "quarantined", "lifecycle": ""})
        for one in found.quarantined
    ]
    return Family(
        "plugin", "gauge", "Plugins by version: loaded from the store, beside Kithline, or left out.", here + out
    )


def _counted(one: Told) -> Iterator[Family]:
    said, at = one.told, one.told_at.timestamp()
    yield Family("figures_timestamp_seconds", "gauge", "When a dispatcher counted what follows.", [Sample(at)])
    yield _by("runs", "state", "Runs that are not over.", {"queued": 0, "running": 0} | said.runs)
    yield _by("tasks", "state", "Tasks that are not over.", {"queued": 0, "leased": 0} | said.tasks)
    yield _by("tasks_held", "tier", "Queued tasks that wait for a worker of a stronger tier.", said.held)
    yield Family(
        "queue_oldest_age_seconds", "gauge", "Age of the oldest queued task that waits for no tier; 0 without any.",
        [Sample(said.oldest_seconds)],
    )  # fmt: skip
    yield _by("errands", "state", "Errands that are not over.", {"waiting": 0, "leased": 0} | said.errands)
    yield _by("jobs", "state", "Jobs that are not over.", said.jobs)
    yield from _plugins(said)


def _plugins(said: Figures) -> Iterator[Family]:
    ended = [
        Sample(
            one.attempts, {**_scorer(one.plugin, one.version, one.scorer), "outcome": one.outcome, "reason": one.reason}
        )
        for one in said.attempts
    ]
    yield Family("plugin_attempts_total", "counter", "Attempts at tasks that ended since 00:00 UTC.", ended)
    took = [sample for one in said.took for sample in _took(one)]
    yield Family("plugin_run_seconds", "histogram", "How long those took that came to a result.", took)


def _took(one: Took) -> list[Sample]:
    return histogram(BOUNDS, one.buckets, one.seconds, _scorer(one.plugin, one.version, one.scorer))


def _scorer(plugin: str, version: str, scorer: str) -> dict[str, str]:
    return {"plugin": plugin, "version": version, "scorer": scorer}


def _workers(found: Sequence[Worker]) -> Iterator[Family]:
    yield _by("workers", "tier", "Processes of workers seen within a day.", Counter(one.tier for one in found))
    seen = [Sample(one.seen_at.timestamp(), {"worker": one.worker, "tier": one.tier}) for one in found]
    yield Family("worker_seen_timestamp_seconds", "gauge", "When each said last how it shuts plugins in.", seen)


def _alarms(found: Sequence[Alarm]) -> Iterator[Family]:
    times = {one.alarm: one.times for one in found}
    last = [Sample(one.raised_at.timestamp(), {"alarm": one.alarm}) for one in found]
    yield Family(
        "alarms_total", "counter", "How often something happened that never should.",
        [Sample(number, {"alarm": name}) for name, number in ({"replay_differs": 0} | times).items()],
    )  # fmt: skip
    yield Family("alarm_timestamp_seconds", "gauge", "When it did last.", last)


def _by(name: str, label: str, words: str, numbers: Mapping[str, int]) -> Family:
    return Family(name, "gauge", words, [Sample(number, {label: state}) for state, number in sorted(numbers.items())])
