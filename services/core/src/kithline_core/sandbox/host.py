"""The host's side: who asks for a score, and gets an outcome whatever the plugin does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

from kithline_core.plugins import ConnectorSpec, Plugin, ScorerSpec, Tier
from kithline_core.sandbox import cgroups, claims, parcel, strays
from kithline_core.sandbox.claims import Claim
from kithline_core.sandbox.confinement import Wall
from kithline_core.sandbox.environment import PINNED
from kithline_core.sandbox.far.frames import Request
from kithline_core.sandbox.far.reading import Broken, Line
from kithline_core.sandbox.outcomes import Failed, Outcome
from kithline_core.sandbox.policy import Policy, Refusal
from kithline_core.sandbox.process import PluginProcess
from kithline_core.settings import adopted


class Sandbox:
    """Runs scorers of installed plugins, one at a time per plugin. Belongs to one event loop and one process."""

    def __init__(self, wall: Wall, claim: Claim, policy: Policy) -> None:
        self.claim = claim
        self._wall, self._policy = wall, policy
        self._processes: dict[tuple[str, str, str], PluginProcess] = {}

    @property
    def tier(self) -> Tier:
        """How strongly plugins are shut in here."""
        return self.claim.tier

    @classmethod
    @asynccontextmanager
    async def open(
        cls, environment: Mapping[str, str] = PINNED, *, tier: Tier | None = None, policy: Policy | None = None
    ) -> AsyncIterator[Self]:
        """Open a sandbox of a tier, by default of the strongest that this host gives; the policy is the process's own.

        Plugins' processes start with their first run and end with the block. What the plugins of a host left that was
        killed is ended first. Whoever names tier `none` wants plugins installed beside Kithline to run without a wall.
        """
        policy = policy or (Policy(unwalled=True) if tier == "none" else Policy.of(adopted()))
        claim = claims.here(tier or policy.tier, vm=policy.vm)
        strays.end_abandoned()
        cgroups.remove_abandoned()
        with parcel.unpacked() as far:
            sandbox = cls(Wall(claim.wall, far, environment), claim, policy)
            try:
                yield sandbox
            finally:
                sandbox.close()

    def refusal(self, plugin: Plugin) -> Refusal | None:
        """Return why a plugin does not run here, None when it does."""
        return self._policy.refusal(plugin, self.claim)

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        """Run one scorer on canonical snapshot bytes. Never raises for what a plugin does."""
        if refusal := self.refusal(plugin):
            return Failed("below_tier", refusal.reason)
        request = Request(spec.key, spec.version, params, seed, spec.limits.seconds, spec.limits.memory_mb)
        return await self._process(plugin).run(request, snapshot, spec.limits.output_bytes)

    async def read(
        self, plugin: Plugin, spec: ConnectorSpec, export: int, options: dict[str, Any], name: str
    ) -> AsyncIterator[Line]:
        """Yield what a connector says of an export (an open descriptor); the last line says how it ended."""
        if refusal := self.refusal(plugin):
            yield Broken("below_tier", refusal.reason)
            return
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
