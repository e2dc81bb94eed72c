"""Scores how deep an organisation's relationships go, and the headline verdict."""

from collections.abc import Sequence

from kithline_maturity.depth import Depth
from kithline_maturity.verdict import Verdict
from kithline_sdk import Scorer, hookimpl


@hookimpl
def kithline_scorers() -> Sequence[Scorer]:
    """Return the ladder and the verdict."""
    return [Depth(), Verdict()]
