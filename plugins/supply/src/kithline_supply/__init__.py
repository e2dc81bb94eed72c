"""Scores how suppliers work with the organisation and with each other."""

from kithline_sdk import Scorer, hookimpl
from kithline_supply.collaboration import Collaboration


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorer."""
    return [Collaboration()]
