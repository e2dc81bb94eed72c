"""The next steps: the purpose nobody wrote, the empty slot with its rewrite prompt, the vague words, the poll."""

from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np

from kithline_purpose.judged import Judged, Whole
from kithline_purpose.parameters import Params
from kithline_purpose.parts import Parts, geometric, geometric_draws
from kithline_purpose.slots import SLOTS
from kithline_sdk import Recommendation, unquantified
from kithline_sdk.contract import Value
from kithline_sdk.stats import Draws, quantiles

_MOST: Final = 3
_VAGUE_FROM: Final = 2  # vague words that are worth a step
_VAGUE: Final = 5  # words named at once
_STEP: Final = 0.4 / 5  # of `specific`, per slot
_BENEFIT: Final = 0.25  # of the text's motive
_PROMPTS: Final = {
    "audience": "for whom exactly it is (a trade or role, not everyone)",
    "activity": "what people do there (answer, test, review), not that they connect",
    "object": "what the work is about",
    "outcome": "what is different afterwards (less, faster, safer what?)",
    "measure": "a figure or a date by which one can tell",
    "benefit": "what a member takes away",
}


def advise(
    judged: list[Judged], hoping: AbstractSet[Value], found: Whole | None, seed: int, params: Params
) -> list[Recommendation]:
    """Return at most three steps, first for places that only hope, then for the weakest text."""
    steps = [_write(one) for one in judged if one.place.id in hoping and not one.place.purpose]
    if found:
        worst = min(range(len(found.scored)), key=lambda at: (found.scored[at].score or 0.0, found.scored[at].place.id))
        steps = steps[: _MOST - 1] + _improve(found.scored[worst], found.weights[worst], seed, params)
    return steps[:_MOST]


def _write(one: Judged) -> Recommendation:
    return Recommendation(
        code="write_purpose",
        text=f"Community {one.place.id}: write, with three of its members, whom it is for, what they do, about what and to what end.",
        evidence="there is no purpose text, and uptake is weak",
        gain=unquantified("there is no text to compare with"),
        effort="medium",
        refuted_by="uptake stays weak 90 days after the purpose was published",
    )


def _improve(one: Judged, weight: float, seed: int, params: Params) -> list[Recommendation]:
    if one.reading is None or one.parts is None:
        return []
    empty = [name for name in SLOTS if not one.reading.slots[name].met]
    steps = [_fill(one, one.parts, empty[0], weight, seed, params)] if empty else []
    steps += [_sharpen(one, one.reading.wording.vague)] if len(one.reading.wording.vague) >= _VAGUE_FROM else []
    return steps + ([_ask(one)] if "need" not in one.poll.shares else [])


def _fill(one: Judged, parts: Parts, slot: str, weight: float, seed: int, params: Params) -> Recommendation:
    return Recommendation(
        code=f"fill_{slot}",
        text=f"Community {one.place.id}: rewrite the purpose so that it says {_PROMPTS[slot]}.",
        evidence=f"the text shows no {slot}",
        gain=_gain(parts, slot, weight, seed, params),
        effort="low",
        refuted_by="a second rater reads the new text as no clearer than the old",
    )


def _gain(parts: Parts, slot: str, weight: float, seed: int, params: Params) -> tuple[float, float]:
    """Return the 90 % interval of what the scope's score rises by, the present value within it."""
    specific, needed, motivating = parts.draws(Draws(seed), params)
    lift, motive = (0.0, _motive(parts)) if slot == "benefit" else (_STEP, 0.0)
    drawn = geometric_draws((specific + lift, needed, motivating + motive)) - geometric_draws(
        (specific, needed, motivating)
    )
    values = parts.values
    point = geometric((values[0] + lift, values[1], values[2] + motive)) - geometric(values)
    low, high = quantiles(np.asarray(drawn))
    return weight * min(low, point), weight * max(high, point)


def _motive(parts: Parts) -> float:
    return _BENEFIT / sum(component.weight for component in parts.motivating)


def _sharpen(one: Judged, vague: list[str]) -> Recommendation:
    words = ", ".join(vague[:_VAGUE])
    return Recommendation(
        code="replace_vague_words",
        text=f"Community {one.place.id}: say what is meant instead of {words}.",
        evidence=f"vague words found: {words}",
        gain=unquantified("it depends on the words that replace them"),
        effort="low",
        refuted_by="the new text has as many vague words as the old",
    )


def _ask(one: Judged) -> Recommendation:
    return Recommendation(
        code="ask_members",
        text=f"Community {one.place.id}: ask its members the three questions of purpose.poll.",
        evidence="whether the purpose is needed is read from the text alone",
        gain=unquantified("it depends on what members answer"),
        effort="low",
        refuted_by="fewer than ten members or a fifth of those asked answer",
    )
