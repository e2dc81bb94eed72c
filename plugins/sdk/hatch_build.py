# ruff: noqa: INP001 - hatchling runs this file; nobody imports it
"""Packs the kit into one archive inside the wheel: one by one, in the zip that a wheel is, its files weigh a third more.

`kithline_sdk.packed` imports from it; an editable install, and the source, have the folder.
"""

import bz2
import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "kit.json.bz2"


class Hook(BuildHookInterface[Any]):
    """Called by hatchling before it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the archive, its files by their paths and in order, and have it included. Editable: nothing."""
        if version == "editable":
            return
        kit = Path(self.root, "src", "kithline_sdk", "kit")
        files = {
            one.relative_to(kit).as_posix(): one.read_text(encoding="utf-8")
            for one in sorted(kit.rglob("*"))
            if one.is_file() and one != kit / "__init__.py" and "__pycache__" not in one.parts
        }
        packed = Path(self.directory, NAME)
        packed.parent.mkdir(parents=True, exist_ok=True)
        packed.write_bytes(bz2.compress(json.dumps(files, ensure_ascii=False).encode()))
        build_data["force_include"][str(packed)] = f"kithline_sdk/kit/{NAME}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's
        """Take the archive away again: it is in the wheel now."""
        Path(self.directory, NAME).unlink(missing_ok=True)
