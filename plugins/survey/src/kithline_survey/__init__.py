"""Says whether a questionnaire may be summed, and whether raters see the same."""

from kithline_sdk import Scorer, hookimpl


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorers."""
    return []
