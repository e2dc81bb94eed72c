"""What was found: plugins, those left out, and which version of several answers when none is named."""

import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from kithline_core.errors import Invalid, UnknownScorer
from kithline_sdk.manifest import ConnectorSpec, Manifest, ScorerSpec

GROUP: Final = "kithline"
MANIFEST: Final = "kithline.json"

# The later, the sooner it is taken where nobody asked for a version.
STANDING: Final = ("experimental", "deprecated", "active")


class Plugin(msgspec.Struct, frozen=True):
    """An installed plugin: the import name, where its files lie, its manifest, and the interpreter of its environment.

    `digest` is the sha256 of its wheel; "" stands for one that the operator installed beside Kithline. `libraries`: name →
    version of what its own environment holds, `python` among them; empty where it has none of its own.
    """

    module: str
    folder: Path
    manifest: Manifest
    python: str = sys.executable
    digest: str = ""
    libraries: dict[str, str] = {}

    @property
    def name(self) -> str:
        """Its name, written as names of wheels are compared."""
        return canonicalize_name(self.manifest.plugin)

    @property
    def rank(self) -> Version:
        """Its version as one that can be ordered; what is none comes first."""
        return rank(self.manifest.version)

    @property
    def keys(self) -> set[str]:
        """The keys of its scorers and connectors."""
        return {spec.key for spec in self.manifest.scorers} | {spec.key for spec in self.manifest.connectors}

    def over(self, today: date) -> bool:
        """Return whether it is deprecated and its last day has passed."""
        told = self.manifest.lifecycle
        return told.status == "deprecated" and told.sunset != "" and today > date.fromisoformat(told.sunset)

    def word_list_hash(self, spec: ScorerSpec) -> str:
        """Return the sha256 over the scorer's word lists, "" when it has none."""
        if not spec.word_lists:
            return ""
        digest = hashlib.sha256()
        for name in spec.word_lists:
            digest.update(name.encode() + b"\0" + (self.folder / name).read_bytes())
        return digest.hexdigest()


class Quarantined(msgspec.Struct, frozen=True):
    """A plugin that was left out, and why. `remedy`: what the operator can do; `version` and `digest` where they are known."""

    module: str
    reason: str
    remedy: str = "reinstall or remove it"
    version: str = ""
    digest: str = ""


class Installed(msgspec.Struct, frozen=True):
    """All plugins, by name and version; several versions of one may stand side by side."""

    plugins: list[Plugin]
    quarantined: list[Quarantined]

    def offering(self, key: str) -> list[Plugin]:
        """Return every version of the plugin that offers a scorer or connector, the newest first."""
        found = [plugin for plugin in self.plugins if key in plugin.keys]
        return sorted(found, key=lambda plugin: plugin.rank, reverse=True)

    def find(self, key: str, version: str | None = None) -> tuple[Plugin, ScorerSpec]:
        """Return a scorer and its plugin: of this version of the plugin, else of the default one. Raises UnknownScorer."""
        offering = [one for one in self.offering(key) if any(spec.key == key for spec in one.manifest.scorers)]
        if not offering:
            raise UnknownScorer(f"no scorer named {key[:100]!r} is installed")
        plugin = default(offering) if version is None else _of(offering, version)
        if plugin is None and version is None:
            raise UnknownScorer(_ended(key, offering[0]))
        if plugin is None:
            there = ", ".join(one.manifest.version for one in offering)
            raise UnknownScorer(
                f"{key} is not installed from version {version} of {offering[0].name}; there is {there}"
            )
        return plugin, next(spec for spec in plugin.manifest.scorers if spec.key == key)

    def connector(self, key: str) -> tuple[Plugin, ConnectorSpec]:
        """Return a connector and its plugin. Raises Invalid."""
        found = {spec.key: (plugin, spec) for plugin, spec in self._connectors()}
        if key not in found:
            raise Invalid(f"no connector named {key[:100]!r} is installed; there are {', '.join(found)}")
        return found[key]

    def connectors(self) -> list[ConnectorSpec]:
        """Return every connector, by key."""
        return [spec for _, spec in self._connectors()]

    def scorers(self) -> list[ScorerSpec]:
        """Return every scorer that a new run may use, by key: of the default version of its plugin."""
        return [spec for plugin, spec in self.known() if not plugin.over(today())]

    def known(self) -> list[tuple[Plugin, ScorerSpec]]:
        """Return every scorer with its plugin, by key; those past their last day too, of which results are still here."""
        keys = sorted({spec.key for plugin in self.plugins for spec in plugin.manifest.scorers})
        chosen = [(key, self.offering(key)) for key in keys]
        best = [(key, default(offering) or offering[0]) for key, offering in chosen]
        return [(plugin, spec) for key, plugin in best for spec in plugin.manifest.scorers if spec.key == key]

    def _connectors(self) -> list[tuple[Plugin, ConnectorSpec]]:
        keys = sorted({spec.key for plugin in self.plugins for spec in plugin.manifest.connectors})
        best = [(key, default(self.offering(key))) for key in keys]
        return [(one, spec) for key, one in best if one for spec in one.manifest.connectors if spec.key == key]


def default(offering: Sequence[Plugin]) -> Plugin | None:
    """Return the version that answers when none is named: the newest active one; none past its last day."""
    lasting = [plugin for plugin in offering if not plugin.over(today())]
    return max(lasting, key=lambda one: (STANDING.index(one.manifest.lifecycle.status), one.rank), default=None)


def rank(version: str) -> Version:
    """Return a version as one that can be ordered; what is none comes first."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0.dev0")


def today() -> date:
    """Return the day it is, UTC."""
    return datetime.now(UTC).date()


def _of(offering: Sequence[Plugin], version: str) -> Plugin | None:
    return next((one for one in offering if one.manifest.version == version), None)


def _ended(key: str, plugin: Plugin) -> str:
    told = plugin.manifest.lifecycle
    after = f"use {told.successor}" if told.successor else "its plugin names no successor"
    return f"{key} of {plugin.name} {plugin.manifest.version} had its last day on {told.sunset}; {after}"
