"""The checks that every scorer must pass, wherever it comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

from kithline_sdk.contract import Scorer
from kithline_sdk.snapshot import Snapshot


def check_scorer(scorer: Scorer, entry: Mapping[str, Any], snapshots: Sequence[Snapshot]) -> None:
    """Raise an AssertionError that says what is wrong with a scorer, if anything is."""
