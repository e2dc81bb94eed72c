"""The host's side: who asks for a score, and gets an outcome whatever the plugin does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

from kithline_core.plugins import ConnectorSpec, Plugin, ScorerSpec, Tier
from kithline_core.sandbox import claims, parcel, strays
from kithline_core.sandbox.confinement import Wall
from kithline_core.sandbox.environment import PINNED
from kithline_core.sandbox.far.frames import Request
from kithline_core.sandbox.far.reading import Line
from kithline_core.sandbox.outcomes import Outcome
from kithline_core.sandbox.process import PluginProcess


class Sandbox:
    """Runs scorers of installed plugins, one at a time per plugin. Belongs to one event loop and one process."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._processes: dict[tuple[str, str, str], PluginProcess] = {}

    @property
    def tier(self) -> Tier:
        """How strongly plugins are shut in here."""
        return self._wall.tier

    @classmethod
    @asynccontextmanager
    async def open(cls, environment: Mapping[str, str] = PINNED, *, tier: Tier | None = None) -> AsyncIterator[Self]:
        """Open a sandbox of a tier, by default of the strongest that this host gives.

        Plugins' processes start with their first run and end with the block. What the plugins of a host left that was
        killed is ended first.
        """
        strays.end_abandoned()
        with parcel.unpacked() as far:
            sandbox = cls(Wall(tier or claims.here().tier, far, environment))
            try:
                yield sandbox
            finally:
                sandbox.close()

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        """Run one scorer on canonical snapshot bytes. Never raises for what a plugin does."""
        request = Request(spec.key, spec.version, params, seed, spec.limits.seconds, spec.limits.memory_mb)
        return await self._process(plugin).run(request, snapshot, spec.limits.output_bytes)

    async def read(
        self, plugin: Plugin, spec: ConnectorSpec, export: int, options: dict[str, Any], name: str
    ) -> AsyncIterator[Line]:
        """Yield what a connector says of an export (an open descriptor); the last line says how it ended."""
        given = {**spec.options, **options, "name": name}
        request = Request(spec.key, spec.version, given, 0, spec.limits.seconds, spec.limits.memory_mb)
        async for line in self._process(plugin).read(request, export, spec.limits.output_bytes):
            yield line

    def close(self) -> None:
        """End every plugin's process."""
        for process in self._processes.values():
            process.stop()

    def _process(self, plugin: Plugin) -> PluginProcess:
        name = (plugin.module, plugin.manifest.version, str(plugin.folder))
        if name not in self._processes:
            self._processes[name] = PluginProcess(plugin, self._wall)
        return self._processes[name]
