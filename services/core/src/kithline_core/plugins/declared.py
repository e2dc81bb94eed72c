"""Why a plugin is refused for what its manifest declares."""

from collections import Counter
from datetime import date
from typing import Final

import msgspec

from kithline_sdk.manifest import ConnectorSpec, Limits, Manifest, ScorerSpec, refused

# The versions of the contract between host and plugin that this host speaks.
SUPPORTED: Final = ("1",)
# The most that a run is granted, whatever a plugin asks for: a finding is held in the host's own memory, rows are not.
MOST: Final = Limits(seconds=3600.0, memory_mb=8192, output_bytes=64 * 1024**2)
MOST_OF_AN_EXPORT: Final = Limits(seconds=86_400.0, memory_mb=8192, output_bytes=64 * 1024**3)
# All names together: they are told to the plugin's process on its command line.
PRELOAD: Final = 32 * 1024


def fault(manifest: Manifest) -> str | None:
    """Return why a plugin is refused for what it declares; None when it is not."""
    return (
        _of_contract(manifest)
        or _of_lifecycle(manifest)
        or _of_keys(manifest)
        or _of_limits(manifest)
        or refused(manifest)
    )


def _of_contract(manifest: Manifest) -> str | None:
    if manifest.api_version in SUPPORTED:
        return None
    return f"it speaks version {manifest.api_version[:20]!r} of the contract; this host speaks {', '.join(SUPPORTED)}"


def _of_lifecycle(manifest: Manifest) -> str | None:
    if not manifest.lifecycle.sunset:
        return None
    try:
        date.fromisoformat(manifest.lifecycle.sunset)
    except ValueError:
        return f"its sunset {manifest.lifecycle.sunset[:20]!r} is no date"
    return None


def _of_keys(manifest: Manifest) -> str | None:
    counted = Counter([spec.key for spec in manifest.scorers] + [spec.key for spec in manifest.connectors])
    twice = [key for key, times in counted.items() if times > 1]
    return f"it declares {', '.join(sorted(twice))} twice" if twice else None


def _of_limits(manifest: Manifest) -> str | None:
    """Return which limit is none, or more than a host grants: nobody sets limits to themselves."""
    if sum(map(len, manifest.preload)) > PRELOAD:
        return f"the modules of its preload have more than {PRELOAD} letters in all"
    asked: list[tuple[ScorerSpec | ConnectorSpec, Limits]] = [(one, MOST) for one in manifest.scorers]
    asked += [(one, MOST_OF_AN_EXPORT) for one in manifest.connectors]
    found = [
        f"{one.key[:80]} asks for limits.{name} of {str(value)[:20]}; a host grants more than 0 and at most {granted:g}"
        for one, most in asked
        for name, granted in msgspec.structs.asdict(most).items()
        if not 0 < (value := getattr(one.limits, name)) <= granted
    ]
    return found[0] if found else None
