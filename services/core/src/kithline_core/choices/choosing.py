"""What a tenant uses of what is installed: which plugins, in which version, with which parameters of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from packaging.utils import canonicalize_name

from kithline_core import plugins
from kithline_core.choices.vetting import ParameterRefused, vet
from kithline_core.db import TenantTx, plugin_choices
from kithline_core.errors import Conflict, Invalid, NotFound, UnknownScorer
from kithline_core.model.plugin_choices import Choice, Parameters
from kithline_core.plugins import Plugin, ScorerSpec, found


class ScorerDisabled(Conflict):
    """The scorer is installed, and its plugin is not enabled for the tenant."""

    code = "scorer_disabled"


class PluginSunset(Conflict):
    """The version has had its last day."""

    code = "plugin_sunset"


class UnknownVersion(Invalid):
    """The plugin is not installed in this version."""

    code = "unknown_version"


class Offer(msgspec.Struct, frozen=True):
    """One plugin as a tenant has it: its versions here, the newest first, and what was chosen about it."""

    plugin: str
    versions: list[Plugin]
    choice: Choice

    @property
    def enabled(self) -> bool:
        """Whether the tenant uses it; without a choice, what the operator installed beside Kithline is used."""
        chosen = self.choice.enabled
        return any(not one.digest for one in self.versions) if chosen is None else chosen

    @property
    def in_force(self) -> Plugin | None:
        """Return the version that counts: the pinned one, else the default. None: it is not here, or every one is over."""
        if self.choice.pinned is None:
            return found.default(self.versions)
        return next((one for one in self.versions if one.manifest.version == self.choice.pinned), None)

    def version(self, version: str, pointer: str) -> Plugin:
        """Return one version that may be used. Raises UnknownVersion, PluginSunset."""
        one = next((one for one in self.versions if one.manifest.version == version), None)
        if one is None:
            there = ", ".join(one.manifest.version for one in self.versions)
            raise UnknownVersion(
                f"{self.plugin} is not installed in version {version[:50]!r}; there is {there}", pointer=pointer
            )
        if one.over(found.today()):
            raise PluginSunset(ended(one), pointer=pointer)
        return one

    def usable(self) -> Plugin:
        """Return the version in force where a run may use it. Raises PluginSunset, UnknownVersion, ScorerDisabled."""
        if not self.enabled:
            raise ScorerDisabled(
                f"{self.plugin} is not enabled here; `kithline plugins enable {self.plugin}` or "
                f"PATCH /v1/plugins/{self.plugin} does"
            )
        one = self.in_force
        if one is None and self.choice.pinned is not None:
            raise UnknownVersion(
                f"{self.plugin} is pinned to {self.choice.pinned}, which is not installed here any more; pin another "
                "version, unpin it, or ask the operator"
            )
        if one is None or one.over(found.today()):
            raise PluginSunset(ended(one or self.versions[0]))
        return one


class Chosen(msgspec.Struct, frozen=True):
    """Everything that is installed as one tenant has it, with the tenant's own parameters by scorer."""

    offers: list[Offer]
    own: Mapping[str, Parameters]

    def of(self, plugin: str) -> Offer:
        """Return one plugin. Raises NotFound."""
        for offer in self.offers:
            if offer.plugin == canonicalize_name(plugin):
                return offer
        raise NotFound(f"there is no plugin {plugin[:100]!r}; GET /v1/plugins lists what is installed")

    def offering(self, key: str) -> Offer:
        """Return the plugin that offers a scorer, in whichever version. Raises UnknownScorer."""
        for offer in self.offers:
            if any(spec.key == key for one in offer.versions for spec in one.manifest.scorers):
                return offer
        raise UnknownScorer(f"no scorer named {key[:100]!r} is installed")

    def find(self, key: str) -> tuple[Plugin, ScorerSpec]:
        """Return a scorer and its plugin as a run uses them. Raises UnknownScorer, and what `Offer.usable` does."""
        plugin = self.offering(key).usable()
        for spec in plugin.manifest.scorers:
            if spec.key == key:
                return plugin, spec
        raise UnknownScorer(
            f"{key} is not offered by {plugin.name} in version {plugin.manifest.version}, which you use"
        )

    def every(self) -> list[tuple[Plugin, ScorerSpec]]:
        """Return what a run of everything uses, by key. Raises PluginSunset, UnknownVersion for a pin that does not hold."""
        return _scorers(
            offer.usable() for offer in self.offers if offer.enabled and (offer.in_force or offer.choice.pinned)
        )

    def ready(self) -> list[tuple[Plugin, ScorerSpec]]:
        """Return the scorers that a run could use now, by key."""
        today = found.today()
        forces = [offer.in_force for offer in self.offers if offer.enabled]
        return _scorers(one for one in forces if one is not None and not one.over(today))

    def parameters(self, plugin: Plugin, spec: ScorerSpec, pointer: str = "") -> dict[str, Any]:
        """Return the tenant's own parameters of a scorer. Raises ParameterRefused where this version has others."""
        own = self.own.get(spec.key)
        if own is None:
            return {}
        try:
            vet(spec, own.parameters, pointer)
        except ParameterRefused as misfit:
            version = plugin.manifest.version
            raise ParameterRefused(
                f"your own parameters of {spec.key} do not fit {plugin.name} {version}: {misfit.detail}; "
                f"PUT /v1/scorers/{spec.key}/parameters sets others",
                pointer=pointer,
            ) from None
        return own.parameters


async def of(tx: TenantTx) -> Chosen:
    """Return what is installed as this tenant has it."""
    choices = await plugin_choices.all_(tx)
    return Chosen(offers(plugins.installed().plugins, choices), await plugin_choices.parameters(tx))


def offers(installed: Iterable[Plugin], choices: Mapping[str, Choice]) -> list[Offer]:
    """Return the plugins by name, each with its versions and what was chosen about it."""
    named: dict[str, list[Plugin]] = {}
    for one in installed:
        named.setdefault(one.name, []).append(one)
    return [
        Offer(name, sorted(named[name], key=lambda one: one.rank, reverse=True), choices.get(name, Choice(plugin=name)))
        for name in sorted(named)
    ]


def ended(plugin: Plugin) -> str:
    """Say that a version has had its last day, and what comes after it."""
    told = plugin.manifest.lifecycle
    after = f"use {told.successor}" if told.successor else "it names no successor"
    return f"{plugin.name} {plugin.manifest.version} had its last day on {told.sunset}; {after}"


def _scorers(versions: Iterable[Plugin]) -> list[tuple[Plugin, ScorerSpec]]:
    pairs = [(one, spec) for one in versions for spec in one.manifest.scorers]
    return sorted(pairs, key=lambda pair: pair[1].key)
