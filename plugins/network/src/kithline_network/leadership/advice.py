"""What was found and at most three steps, the weakest part first; leaders are a body here, nobody is named."""

from typing import Final

from kithline_network.leadership.cells import Departments
from kithline_network.leadership.params import LeadershipParams
from kithline_network.leadership.picture import Figures
from kithline_network.leadership.tree import Tree
from kithline_network.parts import Part
from kithline_sdk import Note, Recommendation

# A part that reaches this needs no step.
STRONG: Final = 0.9
STEPS: Final = 3


def notes(found: Tree, score: float | None, without: float | None) -> list[Note]:
    """Return that assistants' accounts were mapped, and what the score is without them."""
    if not len(found.assistants):
        return []
    both = "" if score is None or without is None else f"; the score is {score:.3f} with them and {without:.3f} without"
    return [
        Note(
            code="assistants_mapped",
            clause="accounts of leaders' assistants count as the leader's",
            evidence=f"{len(found.assistants)} accounts{both}",
        )
    ]


def advice(
    seen: Figures, cells: Departments, parts: list[Part] | None, params: LeadershipParams
) -> list[Recommendation]:
    """Return a step for each part with something to gain, the largest gain first."""
    weak = [part for part in parts or [] if part.value < STRONG]
    ordered = sorted(weak, key=lambda part: (-part.weight * (1 - part.value), part.name))
    return [_step(part, seen, cells, params) for part in ordered[:STEPS]]


def _step(part: Part, seen: Figures, cells: Departments, params: LeadershipParams) -> Recommendation:
    text, evidence, refuted = _words(part, seen, cells, params)
    return Recommendation(
        code=f"raise_{part.name}",
        text=text,
        evidence=evidence,
        gain=(0.0, part.weight * (1 - part.value)),
        effort="low" if part.name == "upward_answered" else "medium",
        refuted_by=refuted,
    )


def _words(part: Part, seen: Figures, cells: Departments, params: LeadershipParams) -> tuple[str, str, str]:
    if part.name == "active_day_ratio":
        return (
            "Let leaders write, ask and answer where their people work, on a fixed day a week, themselves.",
            f"leaders send on {part.raw:.2f} times as many days as others",
            "after 90 days leaders send as seldom as before, or others say it helps nobody",
        )
    if part.name == "reach_1hop":
        least = min(((met / people, name) for name, people, met in cells.rows()), default=None)
        where = "the departments they know least" if least is None else least[1]
        return (
            f"Let leaders hold an open hour with {where}, in small rounds.",
            f"{seen.reach[0]} of {seen.reach[1]} others have a tie to a leader",
            "after 90 days no more people have a tie to a leader",
        )
    if part.name == "upward_answered":
        return (
            f"Agree that whoever turns to a leader first has an answer within {params.answer_days} days, from a stand-in if need be.",
            f"{seen.answered[0]} of {seen.answered[1]} first contacts were answered in time",
            "as many first contacts stay unanswered after 90 days",
        )
    more = (
        "from above than from below"
        if seen.flow is not None and seen.flow[0] > seen.flow[1]
        else "from below than from above"
    )
    return (
        "Balance announcing and listening: let leaders ask where they announce, and answer where they are asked.",
        f"more contact comes {more}; balance {part.raw:.2f}",
        "after 90 days contact is as lopsided as before",
    )
