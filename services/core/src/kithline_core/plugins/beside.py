"""The plugins of this very environment: installed by the operator beside Kithline, and found by their entry points."""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import msgspec

from kithline_core.plugins.declared import fault
from kithline_core.plugins.found import GROUP, MANIFEST, Plugin, Quarantined
from kithline_sdk.manifest import Manifest


def read_manifest(folder: Path) -> Manifest:
    """Read one manifest. Raises OSError or msgspec.ValidationError."""
    return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)


def found() -> list[Plugin | Quarantined]:
    """Return what the entry points lead to, by module name."""
    points = {point.module: point for point in entry_points(group=GROUP)}
    return [_read(points[name]) for name in sorted(points)]


def _read(point: EntryPoint) -> Plugin | Quarantined:
    # find_spec of a top-level name looks the files up and runs nothing of them.
    spec = find_spec(point.module.partition(".")[0])
    if spec is None or spec.origin is None:
        return Quarantined(point.module, "its module is not installed")
    try:
        folder = Path(spec.origin).parent
        plugin = Plugin(point.module, folder, read_manifest(folder))
        reason = fault(plugin.manifest)
        return plugin if reason is None else Quarantined(point.module, reason)
    except (OSError, msgspec.MsgspecError) as error:
        return Quarantined(point.module, f"its manifest cannot be read: {error}")
