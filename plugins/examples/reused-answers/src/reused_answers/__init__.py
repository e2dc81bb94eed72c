"""The scorer `answers.reuse`: answers that others used again."""

from kithline_sdk import Scorer, hookimpl

from reused_answers.scorer import AnswersReuse


@hookimpl
def kithline_scorers() -> list[Scorer]:
    """Return this plugin's scorers."""
    return [AnswersReuse()]
