"""Who is installed: plugins beside Kithline and those of the store. None is imported here: the sandbox alone does that."""

from kithline_core.plugins.beside import read_manifest
from kithline_core.plugins.current import installed
from kithline_core.plugins.found import GROUP, MANIFEST, Installed, Plugin, Quarantined
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
    "GROUP",
    "MANIFEST",
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
