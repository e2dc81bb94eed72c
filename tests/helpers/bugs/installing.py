"""The twenty bugs as a plugin's project, as its author would have it on disk."""

import json
import shutil
from pathlib import Path

from helpers.bugs import world

HERE = Path(__file__).parent / "planted_bugs"
NOT_FOR = ["appraisal", "pay", "dismissal", "award", "delisting"]
LIMITS = {"quadratic": {"seconds": 1.0}, "dense": {"memory_mb": 320}}
PYPROJECT = """
[project]
name = "planted-bugs"
version = "1.0.0"

[project.entry-points.kithline]
bugs = "planted_bugs"
"""
BUGS = (*world.PLANTS, *world.LARGE)


def project(place: Path) -> Path:
    """Write the project into a folder and return it."""
    shutil.copytree(HERE, place / "src" / "planted_bugs", ignore=shutil.ignore_patterns("__pycache__"))
    (place / "pyproject.toml").write_text(PYPROJECT)
    told = {"plugin": "planted-bugs", "version": "1.0.0", "api_version": "1", "scorers": [_entry(bug) for bug in BUGS]}
    (place / "src" / "planted_bugs" / "kithline.json").write_text(json.dumps(told))
    return place


def _entry(bug: str) -> dict[str, object]:
    whole = world.ordinary()
    inputs = [
        {"table": name, "columns": list(table.columns)}
        for name, table in whole.tables.items()
        if name in world.company(9)
    ]
    label = {"en": "A figure", "de": "Eine Zahl"}
    return {
        "key": f"bugs.{bug}", "version": "1.0.0", "title": label, "question": label, "unit": "none", "levels": [],
        "aggregation": "none", "window_days": 90, "not_for": NOT_FOR, "inputs": inputs,
        "measures": {"figure": {"label": label}}, "limits": LIMITS.get(bug, {}),
    }  # fmt: skip
