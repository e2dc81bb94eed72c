"""Why a plugin is refused for what its manifest declares."""

from collections import Counter
from datetime import date
from typing import Final

from kithline_sdk.manifest import Manifest, refused

# The versions of the contract between host and plugin that this host speaks.
SUPPORTED: Final = ("1",)


def fault(manifest: Manifest) -> str | None:
    """Return why a plugin is refused for what it declares; None when it is not."""
    return _of_contract(manifest) or _of_lifecycle(manifest) or _of_keys(manifest) or refused(manifest)


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
