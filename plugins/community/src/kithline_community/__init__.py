"""Scores how communities live, how long people wait there, and what came of their ideas."""

from kithline_community.funnel.scorer import Funnel
from kithline_community.health.scorer import Health
from kithline_sdk import Scorer, hookimpl


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorers."""
    return [Funnel(), Health()]
