"""Scores how far departments talk to each other beyond chance."""

from kithline_sdk import Scorer, hookimpl

from kithline_network.silos import Silos


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorer."""
    return [Silos()]
