"""What callers see: the stored structs with public ids in place of UUIDs. One struct per resource."""

from datetime import datetime
from typing import Any, ClassVar, Final, Literal, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import fields as fields_of

from kithline_core import ids
from kithline_core.model.imports import Format
from kithline_core.model.imports import State as ImportState
from kithline_core.model.papers import Change
from kithline_core.model.runs import RunState, TaskState


class View(Struct, frozen=True, kw_only=True):
    """Something shown. `noun` says what its `id` names."""

    noun: ClassVar[str] = ""


V = TypeVar("V", bound=View)

# What an `…_id` of a stored struct names, where the name alone does not say it.
_NOUNS: Final = {
    "partner_id": "partner",
    "tenant_id": "tenant",
    "run_id": "run",
    "task_id": "task",
    "scope_id": "scope",
    "undoes_id": "correction",
    "undone_id": "correction",
}


def show(view: type[V], stored: Struct, **extra: Any) -> V:  # noqa: ANN401 - fields the stored struct lacks
    """Return a stored struct as its view: fields by name, UUIDs as typed ids, further fields as given."""
    shown: dict[str, Any] = {}
    for field in fields_of(view):
        value = extra[field.name] if field.name in extra else getattr(stored, field.name)
        noun = view.noun if field.name == "id" else _NOUNS.get(field.name, "")
        shown[field.name] = ids.show(noun, value) if isinstance(value, UUID) else value
    return view(**shown)


class Ground(View, frozen=True):
    """A processing ground as it stands."""

    noun = "ground"
    id: str
    title: str
    basis: str
    purposes: list[str]
    groups: list[str]
    legal_entity: str | None
    country: str | None
    documents: list[str]
    works_agreement: str | None
    impact_assessment: str | None
    scorers: list[str]
    mode: str
    floor: int
    retention_days: int | None
    valid_from: datetime
    valid_to: datetime | None
    signed_by: str
    created_at: datetime


class Scope(View, frozen=True):
    """One version of a scope: which communities and channels count; null means all."""

    noun = "scope"
    id: str
    scope: str
    version: int
    title: str | None
    owner: str | None
    reason: str | None
    communities: list[str] | None
    channels: list[str] | None
    created_at: datetime


class ImportLinks(Struct, frozen=True):
    """Where to go on from an import."""

    self: str
    rejects: str
    pause: str
    resume: str
    cancel: str


class Import(View, frozen=True):
    """A file on its way in: `position` is the byte it got to, `listed` how many of its rejects are kept."""

    noun = "import"
    id: str
    file: str
    format: Format
    batch: str
    sha256: str | None
    state: ImportState
    bytes: int
    position: int
    lines: int
    accepted: int
    updated: int
    duplicates: int
    conflicts: int
    rejected: int
    listed: int
    lines_per_second: float | None
    created_at: datetime
    moved_at: datetime | None
    finished_at: datetime | None
    links: ImportLinks


class Assessment(View, frozen=True):
    """A sitting of one questionnaire; it counts once it is closed."""

    noun = "assessment"
    id: str
    questionnaire: str
    assessment: str
    version: str | None
    title: str | None
    state: Literal["open", "closed"]
    created_at: datetime
    closed_at: datetime | None


class Task(View, frozen=True):
    """One scorer of one run. `tier`: how strongly its plugin was shut in at the last attempt; null before one."""

    noun = "task"
    id: str
    scorer: str
    version: str
    plugin: str
    plugin_version: str
    state: TaskState
    attempt: int
    tier: str | None
    reason: str | None
    waits_for: str | None
    parameters: dict[str, Any]
    window_start: datetime
    window_end: datetime
    finished_at: datetime | None


class Links(Struct, frozen=True):
    """Where to go on from a run."""

    self: str
    results: str
    cancel: str


class RunSummary(View, frozen=True):
    """A run. It succeeds when all its tasks are done or error, and fails when one is dead."""

    noun = "run"
    id: str
    state: RunState
    intended_use: str
    scope_id: str | None
    scope: str | None
    scope_version: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: Links


class Run(RunSummary, frozen=True):
    """A run with its tasks."""

    tasks: list[Task]


class SigningKey(View, frozen=True):
    """A public key of the tenant's site (Ed25519, base64)."""

    noun = "signing_key"
    id: str
    title: str
    public_key: str
    created_at: datetime
    revoked_at: datetime | None


class ResultSummary(View, frozen=True):
    """The envelope of a stored finding. `reasons` say why it is withheld; `grounds` are those it rests on.

    `sha256` is the finding's, null of what is withheld: it would confirm a guess.

    `origin` is `here`, or `site`: computed at your site and sent signed. `level_held` is the level after noise is taken
    off: it falls only when that is 80 % sure. `method` is what of the key is no data: where a part differs, so may
    scores; null of a finding that was computed at a site.
    """

    noun = "result"
    id: str
    run_id: str
    task_id: str
    scope_id: str | None
    scorer: str
    version: str
    status: str
    score: float | None
    interval: tuple[float, float] | None
    level: int | None
    level_probability: float | None
    level_held: int | None
    key: str
    method: dict[str, str] | None
    sha256: str | None
    attempt: int
    tier: str
    seconds: float
    window_start: datetime
    window_end: datetime
    stale_since: datetime | None
    created_at: datetime
    grounds: list[str]
    reasons: list[str]
    origin: Literal["here", "site"]


class Result(ResultSummary, frozen=True):
    """The envelope with the finding document inside. Its exact bytes stand at …/finding."""

    finding: dict[str, Any]


class IssuedPaper(View, frozen=True):
    """A draft that was issued. `outdated_at`: when a change was noticed that made it untrue."""

    noun = "paper"
    id: str
    kind: str
    language: str
    sha256: str
    issued_at: datetime
    outdated_at: datetime | None


class Paper(View, frozen=True):
    """A draft in Markdown, with the facts it tells and their hash; the last issue of it, and what changed since.

    `outdated`: the issued one no longer says the truth. `facts` are the same in every language.
    """

    kind: str
    language: str
    sha256: str
    draft: Literal[True]
    text: str
    facts: dict[str, Any]
    issued: IssuedPaper | None
    outdated: bool
    changed: list[Change]
