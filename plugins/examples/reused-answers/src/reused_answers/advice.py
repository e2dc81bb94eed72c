"""What to do next, and what would show that it did not work."""

from kithline_sdk import Recommendation

from reused_answers.counting import Counts

ORPHANS = 0.5
"""From this share of unused answers on finding them is the problem. Chosen, not measured: KCS expects more of them."""


def recommend(found: Counts, least: int, upper: float) -> list[Recommendation]:
    """Return at most two steps; `upper` is the upper end of the score's interval, which a success has to pass."""
    passed = f"the share of answers that are used again is not above {upper:.0%}, the upper end of this interval."
    steps = [_link(found, least, passed)] if found.short else []
    return [*steps, _find(found, passed)] if found.unused / found.answers > ORPHANS else steps


def _link(found: Counts, least: int, passed: str) -> Recommendation:
    """Advise to point at answers that lack one user."""
    return Recommendation(
        code="link",
        text="When a question comes up again, answer it with a link to the answer that is there.",
        evidence=f"{found.short} of {found.answers} answers had {least - 1} user(s), one fewer than it takes.",
        gain=(0.0, found.short / found.answers),
        effort="low",
        refuted_by=f"In the next window {passed}",
    )


def _find(found: Counts, passed: str) -> Recommendation:
    """Advise to make answers findable where most of them lie unused."""
    return Recommendation(
        code="find",
        text="Title answers in the words of those who ask, and show matching answers before a question is posted.",
        evidence=f"{found.unused} of {found.answers} answers lack more than one user.",
        gain=(0.0, found.unused / found.answers),
        effort="medium",
        refuted_by=f"Answers of the next window come with such titles, and {passed}",
    )
