"""Fixtures for the tests of plugins: `pytest_plugins = ["kithline_sdk.pytest"]` in their conftest.py.

They are asked for and not imposed: an entry point would load numpy in every test run of the environment.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kithline_sdk.contract import Finding, Scorer
from kithline_sdk.kit import golden as fixtures
from kithline_sdk.kit.worlds import snapshot_factory as made
from kithline_sdk.snapshot import Snapshot
from kithline_sdk.testing import check_scorer as checked

__all__ = ["check_scorer", "golden", "snapshot_factory"]


@pytest.fixture
def snapshot_factory() -> Callable[..., Snapshot]:
    """Make organisations: `snapshot_factory(entry, size="small", seed=0, questionnaires=())`."""
    return made


@pytest.fixture
def check_scorer() -> Callable[[Scorer, Mapping[str, Any], Sequence[Snapshot]], list[Finding]]:
    """Check a scorer against its manifest entry on some snapshots: `check_scorer(scorer, entry, snapshots)`."""
    return checked


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Scorer], None]:
    """Compare a scorer with its golden findings, `golden(scorer)`; without any the test is skipped."""
    folder = Path(request.config.rootpath) / "golden"

    def compare(scorer: Scorer) -> None:
        held = sorted((folder / scorer.key).glob("*.snapshot"))
        if not held:
            pytest.skip(f"no golden findings; {Path(sys.executable).name} -m kithline_sdk check . --update-golden")
        for one in held:
            fixtures.compare(scorer, one)

    return compare
