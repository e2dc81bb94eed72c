"""At most three steps, for the weakest parts."""

from typing import Final

from kithline_sdk import Driver, Recommendation

STRONG: Final = 0.9 - 1e-9
# code, what to do, effort, what would refute it
STEPS: Final = {
    "answered": ("answer_rota", "Set up a rota: every day somebody looks after questions that nobody has answered.",
                 "low", "after 90 days no more openings are answered within seven days"),
    "survival": ("welcome", "Welcome newcomers within their first seven days and show them where help is wanted.",
                 "low", "after 90 days newcomers stay no longer than before"),
    "stickiness": ("second_contribution", "Ask for a second contribution soon after the first, by a question one can answer.",
                   "low", "after 90 days people contribute on no more days than before"),
    "uptake": ("shared_purpose", "Write down with the members what the place is for, and invite people for that.",
               "medium", "after 90 days no more people contribute in a month"),
    "reciprocity": ("turn_back", "Let hosts ask back and thank by name, so that who speaks is spoken to.",
                    "low", "after 90 days no more contacts are returned"),
    "growth": ("renew_purpose", "Ask who fell silent what would bring them back, and renew the purpose with them.",
               "medium", "after 90 days the number of contributors still falls"),
}  # fmt: skip


def advice(found: list[Driver]) -> list[Recommendation]:
    """Return the steps of the three parts that cost most, those with nothing to gain left out."""
    weak = sorted(
        (one for one in found if (one.sub_score or 0.0) < STRONG), key=lambda one: (-(one.gain or 0.0), one.name)
    )
    return [_step(one) for one in weak[:3]]


def _step(part: Driver) -> Recommendation:
    code, text, effort, refuted = STEPS[part.name]
    return Recommendation(
        code=code, text=text, evidence=f"{part.name}: {part.sub_score or 0.0:.2f} of 1", gain=(0.0, part.gain or 0.0),
        effort="low" if effort == "low" else "medium", refuted_by=refuted,
    )  # fmt: skip
