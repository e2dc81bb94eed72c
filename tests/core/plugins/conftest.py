from pathlib import Path

import pytest

from helpers.shelves import base_layer as base_layer  # noqa: PLC0414 - a fixture of this folder
from helpers.shelves import shelf
from helpers.wheels import wheel


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A wheel with nothing wrong with it."""
    return wheel(tmp_path / "dist")


@pytest.fixture
def fresh(tmp_path: Path, base_layer: Path) -> Path:
    """A store of the test's own, without a plugin."""
    return shelf(tmp_path / "plugins", base_layer)
