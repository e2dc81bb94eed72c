"""Looks every plugin over: left out, changed, on its way out, or using what is."""

from datetime import date, timedelta
from typing import Final, Literal

import msgspec

from kithline_core.plugins import deprecations, standing
from kithline_core.plugins.found import MANIFEST, Installed, Plugin, today
from kithline_core.plugins.listing import NOBODY, REFUSED, hooks, published
from kithline_core.plugins.store import folder, sound
from kithline_core.plugins.store.folder import Stored
from kithline_core.plugins.store.loading import Terms

# Who has to move to another plugin wants to hear of it before.
SOON: Final = timedelta(days=90)


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing about one plugin, and what to do about it."""

    plugin: str
    state: Literal["ok", "warn", "fail"]
    found: str
    advice: str = ""


def examine(found: Installed, terms: Terms | None) -> list[Finding]:
    """Return what there is to say of every plugin, at least one line each."""
    told = [Finding(_named(one.module, one.version), "fail", one.reason, one.remedy) for one in found.quarantined]
    stored = {one.record.digest: one for one in folder.stored(terms.folder)} if terms else {}
    for one in found.plugins:
        kept = stored.get(one.digest)
        by = published(kept, terms.trust) if kept and terms else NOBODY
        own = [*_changed(one, kept, by), *_lifecycle(one), *_standing(one), *_contract(one)]
        came = "as it came" if by == NOBODY else f"as it came, published by {by}"
        told += own or [Finding(_named(one.name, one.manifest.version), "ok", came)]
    return told


def _changed(one: Plugin, kept: Stored | None, by: str) -> list[Finding]:
    """Return what of a stored plugin is not as it was."""
    if kept is None:
        return []
    faults = sound.faults(kept) + ([f"its attestation is {by}"] if by.startswith(REFUSED) else [])
    advice = "remove it, look at how that happened, and install it again"
    return [Finding(_named(one.name, one.manifest.version), "fail", fault, advice) for fault in faults]


def _lifecycle(one: Plugin) -> list[Finding]:
    told, name = one.manifest.lifecycle, _named(one.name, one.manifest.version)
    advice = f"move to {told.successor}" if told.successor else "ask its author what comes after it"
    if told.status != "deprecated":
        return []
    if one.over(today()):
        return [Finding(name, "warn", f"its last day was {told.sunset}; new runs are refused", advice)]
    soon = bool(told.sunset) and date.fromisoformat(told.sunset) - today() <= SOON
    said = f"deprecated, its last day is {told.sunset}" if told.sunset else "deprecated, without a last day"
    return [Finding(name, "warn" if soon else "ok", said, advice)]


def _standing(one: Plugin) -> list[Finding]:
    found = standing.published().get((one.name, one.manifest.version))
    failing = [check for check in found.checks if check.verdict == "fails"] if found else []
    advice = "`kithline plugins constructs` says by how much; ask its author for another version"
    return [
        Finding(
            _named(one.name, one.manifest.version), "warn",
            f"{standing.EXPERIMENTAL}: {check.check.replace('_', ' ')} check of {check.dimension} fails on real tenants", advice,
        )
        for check in failing
    ]  # fmt: skip


def _contract(one: Plugin) -> list[Finding]:
    name, implemented = _named(one.name, one.manifest.version), hooks(one.folder)
    unknown = sorted(set(implemented) - deprecations.specified())
    said = [
        Finding(name, "fail", f"it implements {hook}, which is no hook", "ask its author for another version")
        for hook in unknown
    ]
    used = deprecations.used(implemented, (one.folder / MANIFEST).read_bytes())
    return said + [Finding(name, "warn", found.told, "ask its author for another version") for found in used]


def _named(name: str, version: str) -> str:
    return f"{name} {version}".strip()
