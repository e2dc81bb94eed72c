"""Says whether a questionnaire may be summed, and whether raters see the same."""

from kithline_sdk import Scorer, hookimpl
from kithline_survey.quality.scorer import Quality
from kithline_survey.raters.scorer import Raters


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorers."""
    return [Quality(), Raters()]
