"""Scores how far departments talk to each other beyond chance."""

from kithline_network.congruence.scorer import Congruence
from kithline_network.dependency.scorer import Dependency
from kithline_network.leadership.scorer import Leadership
from kithline_network.reach.scorer import Reach
from kithline_network.silos.scorer import Silos
from kithline_network.voice.scorer import Voice
from kithline_sdk import Scorer, hookimpl


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorer."""
    return [Silos(), Congruence(), Dependency(), Voice(), Reach(), Leadership()]
