"""What was found, and at most three steps: the weakest parts first; nobody is named."""

from typing import Final

from kithline_community.funnel.parts import Part
from kithline_community.funnel.registers import Registers
from kithline_sdk import Note, Recommendation

STRONG: Final = 0.9
STEPS: Final = {
    "outside_share": (
        "invite_outside_ideas",
        "Invite customers, suppliers and partners to hand in ideas, and say what became of each.",
    ),
    "adopted_180d": ("decide_sooner", "Give each idea an owner and a day by which it is decided."),
    "decisions_citing": (
        "cite_input",
        "Note with each decision which ideas or threads of the communities it rests on.",
    ),
    "outcome_evenness": (
        "share_between_departments",
        "Let departments without a verified outcome work with one that has some.",
    ),
}
GROWS: Final = 2


def advice(found: list[Part]) -> list[Recommendation]:
    """Return a step for each of the weakest parts."""
    weak = sorted((part for part in found if part.value < STRONG), key=lambda part: (part.value, part.name))
    return [
        Recommendation(
            code=STEPS[part.name][0],
            text=STEPS[part.name][1],
            evidence=f"{part.name} is {part.raw:.2f}",
            gain=(0.0, part.weight * (1 - part.value)),
            effort="medium",
            refuted_by=f"after 180 days {part.name} is no higher",
        )
        for part in weak[:3]
    ]


def notes(registers: Registers) -> list[Note]:
    """Return whether value has two sides, whether outcomes are of two kinds, and whether incidents were seen."""
    found = list[Note]()
    if registers.verified and registers.both < registers.verified:
        sides = f"{registers.both} of {registers.verified} verified outcomes name a gain on both sides"
        if not registers.both:
            found.append(
                Note(
                    code="one_sided_value",
                    clause="no verified outcome is a gain for partners and for us",
                    evidence=sides,
                )
            )
    code = "two_kinds" if len(registers.kinds) >= GROWS else "not_two_kinds"
    found.append(
        Note(
            code=code, clause="to grow takes verified outcomes of two kinds", evidence=f"kinds: {len(registers.kinds)}"
        )
    )
    if not registers.incidents:
        found.append(
            Note(code="incidents_not_observed", clause="no public incident in the window: not observed, not passed")
        )
    return found
