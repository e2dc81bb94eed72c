"""Runs and their tasks: what was asked, what is being done, what came of it."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import field

from kithline_core.model.shapes import Stored

RunState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
TaskState = Literal["queued", "leased", "done", "error", "dead", "cancelled"]
# Results about communities must not decide about a person or an award.
REFUSED_USES: Final = ("appraisal", "pay", "dismissal", "award", "delisting")


class Pinned(Stored, frozen=True):
    """One scorer of a run, fixed when the run is made: version, plugin, parameters and window."""

    scorer: str
    version: str
    plugin: str
    plugin_version: str
    window_start: datetime
    window_end: datetime
    parameters: dict[str, Any] = field(default_factory=dict)
    after: list[str] = field(default_factory=list)


class NewRun(Stored, frozen=True):
    """A run as the use case made it out of a request."""

    intended_use: str
    tasks: list[Pinned]
    scope_id: UUID | None = None
    requested: dict[str, Any] = field(default_factory=dict)


class Run(Stored, frozen=True):
    """A run. It succeeds when all its tasks are done or error, and fails when one is dead."""

    id: UUID
    state: RunState
    intended_use: str
    scope_id: UUID | None
    requested: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Task(Stored, frozen=True):
    """One scorer of one run. `tier`: how strongly its plugin was shut in at the last attempt; None before one."""

    id: UUID
    run_id: UUID
    scorer: str
    version: str
    plugin: str
    plugin_version: str
    state: TaskState
    attempt: int
    reason: str | None
    waits_for: str | None
    parameters: dict[str, Any]
    after: list[str]
    window_start: datetime
    window_end: datetime
    created_at: datetime
    finished_at: datetime | None
    tier: str | None = None


class Claimed(Stored, frozen=True):
    """A task in a worker's hands. `token` fences out everybody else; `tier` is how strongly the worker shuts plugins in."""

    id: UUID
    run_id: UUID
    scope_id: UUID | None
    intended_use: str
    scorer: str
    version: str
    plugin: str
    plugin_version: str
    parameters: dict[str, Any]
    after: list[str]
    window_start: datetime
    window_end: datetime
    attempt: int
    token: UUID
    tier: str | None = None


class Nudge(Stored, frozen=True):
    """What the dispatcher tells the broker: which task (or errand) of which tenant."""

    tenant_id: UUID
    task_id: UUID
    attempt: int
    kind: Literal["task", "errand"] = "task"


class Reaped(Stored, frozen=True):
    """A task whose lease ran out, and the state it went to."""

    tenant_id: UUID
    run_id: UUID
    task_id: UUID
    state: TaskState
