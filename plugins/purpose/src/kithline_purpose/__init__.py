"""Scores how clear the purpose of a community is."""

from collections.abc import Sequence

from kithline_sdk import Scorer, hookimpl

from kithline_purpose.clarity import Clarity


@hookimpl
def kithline_scorers() -> Sequence[Scorer]:
    """Return the one scorer of this plugin."""
    return [Clarity()]
