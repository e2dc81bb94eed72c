"""Estimates what communities are worth in money, with its doubt."""

from kithline_sdk import Scorer, hookimpl
from kithline_value.estimate import Estimate


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorers."""
    return [Estimate()]
