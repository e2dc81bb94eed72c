"""What a plugin says about itself in `kithline.json`: read by the host, by the kit and by nobody else's code."""

from typing import Any, Literal

import msgspec

from kithline_sdk import inference

Tier = Literal["vm", "full", "process", "syscall", "none"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Input(_Part, frozen=True, kw_only=True):
    """A table a scorer reads. `where` keeps rows whose column holds one of the values."""

    table: str
    columns: list[str]
    required: bool = False
    where: dict[str, list[str]] = {}


class Minimum(_Part, frozen=True, kw_only=True):
    """A need of the score: the measure must be published and reach `at_least`."""

    what: str
    measure: str
    at_least: float
    reason: str


class Limits(_Part, frozen=True, kw_only=True):
    """What one run may use."""

    seconds: float = 10.0
    memory_mb: int = 1024
    output_bytes: int = 1_048_576


class Lifecycle(_Part, frozen=True, kw_only=True):
    """How far along a plugin is. `sunset` (ISO date, "": none) is its last day, `successor` what to use then."""

    status: Literal["experimental", "active", "deprecated"] = "active"
    sunset: str = ""
    successor: str = ""


CellKind = Literal["department", "group", "community"]


class MeasureSpec(_Part, frozen=True, kw_only=True):
    """How a measure is shown. `cells`: of which kind each `<…>` of its name is, where the engine holds the floor there."""

    label: dict[str, str]
    unit: str = ""
    direction: Literal["up", "down", "none"] = "none"
    format: str = ".3f"
    chart: str = "none"
    floor: Literal["cell", "none"] = "none"
    cells: list[CellKind] = []
    additive: bool = False


class Monotone(_Part, frozen=True, kw_only=True):
    """What moves the score one way only: a `table.column` whose value grows, or a `table` that gets one more row."""

    raises: list[str] = []
    lowers: list[str] = []


class Construct(_Part, frozen=True, kw_only=True):
    """A measure that stands for a dimension, as asked, as seen, or per community; checked on real tenants."""

    dimension: str
    kind: Literal["survey", "behaviour", "community"]
    measure: str


class ScorerSpec(_Part, frozen=True, kw_only=True):
    """One scorer as its manifest declares it."""

    key: str
    version: str
    title: dict[str, str]
    question: dict[str, str]
    unit: str
    aggregation: Literal["arithmetic", "geometric", "none"]
    levels: list[str]
    window_days: int
    lookback_days: int = 0
    inputs: list[Input]
    minimum: list[Minimum] = []
    parameters: dict[str, Any] = {}
    word_lists: list[str] = []
    modes: list[str] = msgspec.field(default_factory=lambda: ["identified"])
    limits: Limits = Limits()
    after: list[str] = []
    infers: list[str] = []
    not_for: list[str]
    monotone: Monotone = Monotone()
    constructs: list[Construct] = []
    exempt: dict[str, str] = {}
    measures: dict[str, MeasureSpec] = {}
    table_cells: dict[str, dict[str, CellKind]] = {}

    @property
    def words(self) -> list[str]:
        """Every name and text by which it says what it does."""
        columns = [column for one in self.inputs for column in one.columns]
        labels = [label for measure in self.measures.values() for label in measure.label.values()]
        told = [*self.title.values(), *self.question.values(), *labels]
        return [self.key, *self.measures, *self.parameters, *self.word_lists, *columns, *told]


class ConnectorSpec(_Part, frozen=True, kw_only=True):
    """One connector as its manifest declares it: what it `takes` (endings of files) and which files it `writes`."""

    key: str
    version: str
    title: dict[str, str]
    takes: list[str]
    writes: list[str]
    options: dict[str, Any] = {}
    limits: Limits = Limits(seconds=600.0, output_bytes=4 * 1024**3)


class Manifest(_Part, frozen=True, kw_only=True):
    """What a wheel says about itself in `kithline.json`."""

    plugin: str
    version: str
    api_version: str
    lifecycle: Lifecycle = Lifecycle()
    minimum_tier: Tier = "none"
    preload: list[str] = []
    questionnaires: list[str] = []
    scorers: list[ScorerSpec] = []
    connectors: list[ConnectorSpec] = []

    @property
    def memory_mb(self) -> int:
        """The most that any part of the plugin may use."""
        limits = [*(one.limits for one in self.scorers), *(one.limits for one in self.connectors)]
        return max((one.memory_mb for one in limits), default=0)


def refused(manifest: Manifest) -> str | None:
    """Return why a plugin is refused for what it declares; None when it is not."""
    faults = (
        inference.refused(spec.key, [one.table for one in spec.inputs], spec.words, spec.infers)
        for spec in manifest.scorers
    )
    return next((fault for fault in faults if fault), None)
