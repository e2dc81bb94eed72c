"""Reads the manifests of the installed plugins. No plugin is imported here: the sandbox alone does that."""

import hashlib
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import msgspec

from kithline_core import inference
from kithline_core.errors import Invalid, UnknownScorer

Tier = Literal["vm", "full", "process", "syscall", "none"]

GROUP = "kithline"
MANIFEST = "kithline.json"


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


class MeasureSpec(_Part, frozen=True, kw_only=True):
    """How a measure is shown."""

    label: dict[str, str]
    unit: str = ""
    direction: Literal["up", "down", "none"] = "none"
    format: str = ".3f"
    chart: str = "none"
    floor: Literal["cell", "none"] = "none"


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
    measures: dict[str, MeasureSpec] = {}

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


class Plugin(msgspec.Struct, frozen=True):
    """An installed plugin: the import name, where its files lie, its manifest, and the interpreter of its environment.

    `digest` is the sha256 of its wheel; "" stands for one that the operator installed beside Kithline.
    """

    module: str
    folder: Path
    manifest: Manifest
    python: str = sys.executable
    digest: str = ""

    def word_list_hash(self, spec: ScorerSpec) -> str:
        """Return the sha256 over the scorer's word lists, "" when it has none."""
        if not spec.word_lists:
            return ""
        digest = hashlib.sha256()
        for name in spec.word_lists:
            digest.update(name.encode() + b"\0" + (self.folder / name).read_bytes())
        return digest.hexdigest()


class Quarantined(msgspec.Struct, frozen=True):
    """A plugin that was left out, and why."""

    module: str
    reason: str


class Installed(msgspec.Struct, frozen=True):
    """All plugins of this environment, by module name."""

    plugins: list[Plugin]
    quarantined: list[Quarantined]

    def find(self, key: str) -> tuple[Plugin, ScorerSpec]:
        """Return a scorer and its plugin. Raises UnknownScorer."""
        for plugin in self.plugins:
            for spec in plugin.manifest.scorers:
                if spec.key == key:
                    return plugin, spec
        raise UnknownScorer(f"no scorer named {key[:100]!r} is installed")

    def connector(self, key: str) -> tuple[Plugin, ConnectorSpec]:
        """Return a connector and its plugin. Raises Invalid."""
        for plugin in self.plugins:
            for spec in plugin.manifest.connectors:
                if spec.key == key:
                    return plugin, spec
        known = ", ".join(spec.key for spec in self.connectors())
        raise Invalid(f"no connector named {key[:100]!r} is installed; there are {known}")

    def connectors(self) -> list[ConnectorSpec]:
        """Return every connector, by key."""
        return sorted((c for p in self.plugins for c in p.manifest.connectors), key=lambda spec: spec.key)

    def scorers(self) -> list[ScorerSpec]:
        """Return every scorer, by key."""
        return sorted((s for p in self.plugins for s in p.manifest.scorers), key=lambda spec: spec.key)


def read_manifest(folder: Path) -> Manifest:
    """Read one manifest. Raises OSError or msgspec.ValidationError."""
    return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)


def refused(manifest: Manifest) -> str | None:
    """Return why a plugin is refused for what it declares; None when it is not."""
    faults = (
        inference.refused(spec.key, [one.table for one in spec.inputs], spec.words, spec.infers)
        for spec in manifest.scorers
    )
    return next((fault for fault in faults if fault), None)


def _read(point: EntryPoint) -> Plugin | Quarantined:
    # find_spec of a top-level name looks the files up and runs nothing of them.
    found = find_spec(point.module.partition(".")[0])
    if found is None or found.origin is None:
        return Quarantined(point.module, "its module is not installed")
    try:
        folder = Path(found.origin).parent
        plugin = Plugin(point.module, folder, read_manifest(folder))
        reason = refused(plugin.manifest)
        return plugin if reason is None else Quarantined(point.module, reason)
    except (OSError, msgspec.MsgspecError) as error:
        return Quarantined(point.module, f"its manifest cannot be read: {error}")


@cache
def installed() -> Installed:
    """Return the plugins of this environment; a broken one is quarantined and stops nobody."""
    points = {point.module: point for point in entry_points(group=GROUP)}
    found = [_read(points[name]) for name in sorted(points)]
    return Installed(
        [plugin for plugin in found if isinstance(plugin, Plugin)],
        [plugin for plugin in found if isinstance(plugin, Quarantined)],
    )
