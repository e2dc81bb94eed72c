"""Scores how clear the purpose of a community is."""

from collections.abc import Sequence

from kithline_purpose.clarity import Clarity
from kithline_sdk import Scorer, hookimpl


@hookimpl
def kithline_scorers() -> Sequence[Scorer]:
    """Return the one scorer of this plugin."""
    return [Clarity()]
