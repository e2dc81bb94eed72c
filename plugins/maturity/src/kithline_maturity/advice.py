"""The next steps: the three cheapest questions of the first failed level, or of the ceiling that binds (card 1)."""

from typing import Final

import numpy as np

from kithline_maturity import ceilings
from kithline_maturity.draws import Resample
from kithline_maturity.evidence import GOOD
from kithline_maturity.ladder import TINY, Climb, climb
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import TOP
from kithline_maturity.sheet import Sheet
from kithline_sdk import Interval, Recommendation, unquantified
from kithline_sdk.contract import Effort
from kithline_sdk.stats import quantiles

MOST: Final = 3
_CHEAP: Final = 1.0  # effort up to here is low
_FAIR: Final = 2.0  # and up to here medium


def steps(sheet: Sheet, reading: Climb, draws: Resample, params: DepthParams) -> list[Recommendation]:
    """Return at most three steps; none where the ladder and its ceiling are at the top or a cap was declared."""
    advice = [_about(sheet, reading, draws, number, params) for number in _cheapest(sheet, reading, params)]
    if not ceilings.binds(reading):
        advice = [*_confirmation(sheet, reading, params), *advice, *_answers(sheet, reading)]
    if not sheet.proven:
        advice.append(_evidence())
    return advice[:MOST]


def _cheapest(sheet: Sheet, reading: Climb, params: DepthParams) -> list[int]:
    """Return the questions to work on: failing mandatory ones, then by (weight x gap) / effort."""
    open_level = int(reading.ladder[0]) + 1
    members = sheet.of_level(open_level)
    if ceilings.binds(reading):
        factor = ceilings.lowest(sheet, reading) or ""
        if ceilings.by_decree(sheet, reading, factor):
            return []
        members = sheet.of_factor(factor)
    gap = np.where(members & sheet.answered, 1.0 - sheet.published, 0.0)
    effort = np.array([question.effort for question in sheet.questions])
    failing = sheet.mandatory & (sheet.published < params.mandatory_mark - TINY)
    order = np.lexsort((np.arange(len(gap)), -(sheet.weight * gap / effort), ~failing))
    return [int(number) for number in order if gap[number] > TINY][:MOST]


def _about(sheet: Sheet, reading: Climb, draws: Resample, number: int, params: DepthParams) -> Recommendation:
    question, claimed = sheet.questions[number], float(sheet.claimed[number])
    proving = claimed >= GOOD and not sheet.evidence[number]
    return Recommendation(
        code=f"{'evidence' if proving else 'improve'}.{question.item}",
        text=f"Attach evidence for: {question.text}" if proving else question.improvement,
        evidence=f"{question.item} stands at {sheet.published[number] * TOP:.1f} of 4 (claimed {claimed * TOP:.1f})",
        gain=_gain(sheet, reading, draws, number, params),
        effort=_effort(1.0 if proving else question.effort),
        refuted_by=f"{question.item} is at the top of its scale, with evidence, and the score has not moved",
    )


def _gain(sheet: Sheet, reading: Climb, draws: Resample, number: int, params: DepthParams) -> Interval:
    lifted = np.array([number])
    values = sheet.published.copy()
    values[lifted] = 1.0
    lift = climb(sheet, values[np.newaxis], params, claimed=not sheet.proven).depth[0] - reading.depth[0]
    point = float(lift)
    low, high = quantiles(draws.climb(lifted).depth - draws.climb().depth)
    return max(0.0, min(low, point) / TOP), max(0.0, max(high, point) / TOP)


def _effort(effort: float) -> Effort:
    if effort <= _CHEAP:
        return "low"
    return "medium" if effort <= _FAIR else "high"


def _confirmation(sheet: Sheet, reading: Climb, params: DepthParams) -> list[Recommendation]:
    if not unconfirmed(sheet, reading, params):
        return []
    return [
        Recommendation(
            code="confirm.4",
            text="Ask somebody outside the organisation to confirm one question of level 4.",
            evidence="level 4 is reached by its answers, and nobody outside has confirmed any of them",
            gain=((TOP - float(reading.depth[0])) / TOP,) * 2,
            effort="low",
            refuted_by="an outsider confirmed a question of level 4 and the level is still 3",
        )
    ]


def unconfirmed(sheet: Sheet, reading: Climb, params: DepthParams) -> bool:
    """Say whether level 4 lacks nothing but a word from outside."""
    reached = bool(reading.attained[0, TOP - 1] >= params.pass_mark - TINY)
    return reached and int(reading.ladder[0]) == TOP - 1 and sheet.proven and not sheet.confirmed


def _answers(sheet: Sheet, reading: Climb) -> list[Recommendation]:
    level = int(reading.ladder[0]) + 1
    open_questions = int(np.count_nonzero(sheet.of_level(level) & ~sheet.answered))
    if not open_questions:
        return []
    return [
        Recommendation(
            code=f"answer.{level}",
            text=f"Answer the {open_questions} open questions of level {level}.",
            evidence=f"level {level} decides the ladder and {open_questions} of its questions have no answer",
            gain=unquantified("an answer shows where you stand; it is not an improvement"),
            effort="low",
            refuted_by="the questions are answered and the range of the level is as wide as before",
        )
    ]


def _evidence() -> Recommendation:
    return Recommendation(
        code="evidence",
        text="Attach evidence (a title, an address or a checksum) to the mandatory questions of level 1 first, then upward.",
        evidence="nothing is proven yet",
        gain=unquantified("evidence shows what claims are worth; it raises none"),
        effort="low",
        refuted_by="every mandatory question carries evidence and the result still says that nothing is proven",
    )
