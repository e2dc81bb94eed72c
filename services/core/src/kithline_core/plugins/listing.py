"""Every plugin as an operator wants to see it: those that are loaded, those that are not and why."""

from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import msgspec

from kithline_core.errors import Invalid
from kithline_core.plugins import deprecations, standing
from kithline_core.plugins.found import MANIFEST, Installed, Plugin, Quarantined, default
from kithline_core.plugins.store import attested, base, folder
from kithline_core.plugins.store.folder import Stored
from kithline_core.plugins.store.loading import Terms
from kithline_core.plugins.wheel import reading
from kithline_sdk.manifest import Lifecycle, Tier

# What stands in the place of a publisher.
NOBODY, REFUSED = "none", "refused"
LARGEST_SOURCE: Final = 4 * 1024 * 1024


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a plugin. `status`: loaded out of the store, beside Kithline, or left out, with `reason` and `remedy`.

    `answers`: the scorers of which it is the default version. `attestation`: who published it, or why that is not known.
    `label`: "experimental" where a check on real tenants fails. `deprecated`: hooks and fields it uses that are on their way out.
    """

    name: str
    version: str
    module: str
    status: Literal["loaded", "beside", "quarantined"]
    scorers: list[str] = []
    connectors: list[str] = []
    answers: list[str] = []
    hooks: list[str] = []
    digest: str = ""
    lifecycle: Lifecycle = Lifecycle()
    label: str = ""
    minimum_tier: Tier = "none"
    attestation: str = ""
    deprecated: list[str] = []
    python: str = ""
    numpy: str = ""
    reason: str = ""
    remedy: str = ""


def listed(found: Installed, terms: Terms | None) -> list[Listed]:
    """Return every plugin, by name and version; then those that were left out."""
    stored = {one.record.digest: one for one in folder.stored(terms.folder)} if terms else {}
    trust = terms.trust if terms else ""
    best = {spec.key: default(found.offering(spec.key)) for spec in found.scorers()}
    told = [
        _loaded(one, stored.get(one.digest), [key for key in best if best[key] is one], trust) for one in found.plugins
    ]
    return told + [_left_out(one, stored.get(one.digest)) for one in found.quarantined]


def hooks(package: Path) -> list[str]:
    """Return which hooks a package implements, as its source says; none of it is run."""
    sources = (one for one in sorted(package.rglob("*.py")) if one.stat().st_size <= LARGEST_SOURCE)
    return sorted({hook.decode() for one in sources for hook in reading.HOOK.findall(one.read_bytes())})


def _loaded(one: Plugin, stored: Stored | None, answers: list[str], trust: str) -> Listed:
    manifest, implemented = one.manifest, stored.record.hooks if stored else hooks(one.folder)
    going = deprecations.used(implemented, (one.folder / MANIFEST).read_bytes())
    return Listed(
        name=one.name, version=manifest.version, module=one.module, status="loaded" if one.digest else "beside",
        scorers=[spec.key for spec in manifest.scorers], connectors=[spec.key for spec in manifest.connectors],
        answers=answers, hooks=implemented, digest=one.digest, deprecated=[found.told for found in going],
        lifecycle=manifest.lifecycle, label=standing.label(one.name, manifest.version), minimum_tier=manifest.minimum_tier,
        attestation=published(stored, trust) if stored else "",
        python=one.libraries.get("python", base.python()), numpy=one.libraries.get("numpy") or version("numpy"),
    )  # fmt: skip


def _left_out(one: Quarantined, stored: Stored | None) -> Listed:
    record = stored.record if stored else None
    return Listed(
        name=record.plugin if record else one.module, version=one.version, module=one.module, status="quarantined",
        hooks=record.hooks if record else [], digest=one.digest, reason=one.reason, remedy=one.remedy,
        python=record.libraries.get("python", "") if record else "",
        numpy=record.libraries.get("numpy", "") if record else "",
    )  # fmt: skip


def published(one: Stored, trust: str) -> str:
    """Return who published a stored plugin, or why that is not known."""
    if not one.attestation.exists():
        return NOBODY
    try:
        found = attested.publisher(one.attestation, one.record.wheel, one.record.digest, trust)
    except Invalid as error:
        return f"{REFUSED}: {error.detail}"
    return f"{found.name} ({found.issuer})"
