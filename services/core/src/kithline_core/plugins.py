"""Reads the manifests of the installed plugins. No plugin is imported here: the sandbox alone does that."""

import hashlib
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import msgspec

from kithline_core.errors import Invalid, UnknownScorer
from kithline_sdk.manifest import (
    ConnectorSpec,
    Input,
    Lifecycle,
    Limits,
    Manifest,
    MeasureSpec,
    Minimum,
    ScorerSpec,
    Tier,
    refused,
)

__all__ = [
    "ConnectorSpec",
    "Input",
    "Installed",
    "Lifecycle",
    "Limits",
    "Manifest",
    "MeasureSpec",
    "Minimum",
    "Plugin",
    "Quarantined",
    "ScorerSpec",
    "Tier",
    "installed",
    "read_manifest",
    "refused",
]

GROUP = "kithline"
MANIFEST = "kithline.json"


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
