# ruff: noqa: INP001 - hatchling runs this file; nobody imports it
"""Packs the kit into one archive inside the wheel: as single small files their names and headers weigh a fifth of it.

Python imports from archives; an editable install, and the source, have the folder.
"""

import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = (2020, 2, 2, 0, 0, 0)


class Hook(BuildHookInterface[Any]):
    """Called by hatchling before it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the archive, its members uncompressed and in order, and have it included. Editable: nothing."""
        if version == "editable":
            return
        kit = Path(self.root, "src", "kithline_sdk", "kit")
        packed = Path(self.directory, "kit.zip")
        packed.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            # What lies at one depth is of a kind and compresses better side by side.
            for one in sorted(kit.rglob("*"), key=lambda path: (len(path.parts), path)):
                if one.is_file() and one != kit / "__init__.py" and "__pycache__" not in one.parts:
                    archive.writestr(zipfile.ZipInfo(str(one.relative_to(kit)), STAMP), one.read_bytes())
        build_data["force_include"][str(packed)] = "kithline_sdk/kit/kit.zip"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's
        """Take the archive away again: it is in the wheel now."""
        Path(self.directory, "kit.zip").unlink(missing_ok=True)
