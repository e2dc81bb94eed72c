"""What was found and at most three steps: voluntary, no department beyond 40 %, nobody named, nothing below the floor."""

from typing import Final

import numpy as np

from kithline_network.parts import Part
from kithline_network.voice.cells import names
from kithline_network.voice.params import VoiceParams, words
from kithline_network.voice.picture import Picture, Quarter
from kithline_sdk import Note, Recommendation, unquantified
from kithline_sdk.snapshot import Bools

# No target above this share of a department is ever advised.
MOST: Final = 0.4
# A part that reaches this needs no step.
STRONG: Final = 0.9
VOLUNTARY: Final = Note(
    code="voluntary",
    clause="taking part is voluntary: nobody has to speak outside, and nobody is counted by name",
    evidence="no step asks for more than 40 % of a department",
)


def notes(seen: Picture, open_: Bools, curve: list[Quarter], params: VoiceParams) -> list[Note]:
    """Return the statement that taking part is voluntary, and whether one department does nearly all of it."""
    found, one = [VOLUNTARY], _only(seen, params)
    if one is None:
        return found
    share = f"{100 * (seen.figures.spread.largest or 0):.0f} % of {int(seen.whole.outward.sent.sum())} outward contacts"
    label = seen.departments.names[one] if open_[one] else None
    who = label or "one department (below the floor, not named)"
    clause = f"one department has {100 * params.one_department:.0f} % or more of outward contact"
    found.append(Note(code="one_department_only", clause=clause, evidence=f"{who}: {share}"))
    if label is not None and any(word in label.casefold() for word in words(params.marketing_words)):
        found.append(_stage(label, curve))
    return found


def advice(seen: Picture, open_: Bools, parts: list[Part] | None) -> list[Recommendation]:
    """Return the steps: more departments, people beside accounts, and what to send where no rank is known."""
    by_name = {part.name: part for part in parts or []}
    steps = [
        _departments(seen, open_, by_name.get("departments_active_share"), by_name.get("department_concentration")),
        _names(seen, by_name.get("named_share")),
        _ranks(seen),
    ]
    return [step for step in steps if step is not None]


def _only(seen: Picture, params: VoiceParams) -> int | None:
    """Return the department with nearly all outward contact; None where none is, or too little contact is there."""
    largest, spread = seen.figures.spread.largest, seen.figures.spread
    enough = int(seen.whole.outward.sent.sum()) >= params.enough_contacts
    alone = int(spread.existing.sum()) < 2  # noqa: PLR2004 - the only department has all of it
    if largest is None or largest < params.one_department or not enough or alone:
        return None
    return int(np.argmax(spread.pairs))


def _stage(label: str, curve: list[Quarter]) -> Note:
    """Say how many departments the diffusion curve had in its last quarter."""
    last = curve[-1]
    return Note(
        code="marketing_only_stage",
        clause="outward contact is at the stage of marketing only: the department that has it speaks for the brand",
        evidence=f"{label}; departments active in {last.name}: {last.active}",
    )


def _departments(seen: Picture, open_: Bools, active: Part | None, even: Part | None) -> Recommendation | None:
    if active is None or even is None or (active.value >= STRONG and even.value >= STRONG):
        return None
    spread = seen.figures.spread
    quiet = [(float(spread.voices[one] / spread.heads[one]), label, one) for one, label in names(seen, open_)]
    low = min(((share, label, one) for share, label, one in quiet if share < MOST), default=None)
    weight = active.weight * (1 - active.value) + even.weight * (1 - even.value)
    if low is None:
        return None
    share, label, one = low
    aim = min(MOST, max(0.1, 2 * share))
    return Recommendation(
        code="invite_quiet_department",
        text=f"Invite people of {label} who want to, to talk with customers, suppliers or partners themselves: up to "
        f"{100 * aim:.0f} % of the department is plenty, and nobody has to.",
        evidence=f"{100 * share:.0f} % of {int(spread.head_counts[one])} people have an outward interaction",
        gain=(0.0, weight),
        effort="medium",
        refuted_by="after 90 days nobody more takes part, or those outside are served no better",
    )


def _names(seen: Picture, named: Part | None) -> Recommendation | None:
    if named is None or named.value >= STRONG:
        return None
    return Recommendation(
        code="people_beside_accounts",
        text="Let the people behind brand and agency accounts who wish to answer under their own names.",
        evidence=f"people carry {100 * named.raw:.0f} % of {int(seen.whole.outward.tied.sum())} cross-company ties",
        gain=(0.0, named.weight * (1 - named.value)),
        effort="low",
        refuted_by="after 90 days those outside turn to the accounts as before",
    )


def _ranks(seen: Picture) -> Recommendation | None:
    if seen.whole.accounts is not None or not seen.whole.outward.sent.any():
        return None
    return Recommendation(
        code="mark_accounts",
        text="Say in the column rank of people.csv which members are a brand's or an agency's account.",
        evidence="no member has a rank, so people and accounts cannot be told apart",
        gain=unquantified("it changes what is known, not what is there"),
        effort="low",
        refuted_by="there are no such accounts",
    )
