from pathlib import Path

import pytest

from helpers.wheels import wheel


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A wheel with nothing wrong with it."""
    return wheel(tmp_path / "dist")
