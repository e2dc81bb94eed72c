"""What stands between here and the next level: its gates, and the steps that move them, for the engine's shortest path.

Read from what is proven: while nothing is, the path starts at the evidenced level, for a path of claims proves nothing.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from kithline_maturity.coverage import coverage, needed
from kithline_maturity.ladder import CUTS, Climb, computed
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, TOP
from kithline_maturity.sheet import HALF, Sheet
from kithline_sdk.contract import Value
from kithline_sdk.snapshot import Bools

Row = dict[str, Value]
Tables = dict[str, list[Row]]
Gate = tuple[str, float]

# No questionnaire declares what it takes to attach evidence to what is so already, or to ask somebody outside.
PROOF: Final = 1.0
WORD: Final = 1.0


class _Step(NamedTuple):
    """Bringing one question to a value: how much that is of its scale, at what effort, with a word from outside or not."""

    name: str
    number: int
    value: float
    effort: float
    what: str
    outside: bool = False


def tables(sheet: Sheet, evidenced: Climb, params: DepthParams) -> Tables:
    """Return the gates of the next level and all steps towards it; none at the top."""
    level = int(evidenced.level[0]) + 1
    if level > TOP:
        return {"gates": [], "steps": []}
    gates = [*_ladder(sheet, evidenced, params, level), *_ceilings(sheet, evidenced, level)]
    return {"gates": gates, "steps": [row for step in _steps(sheet, level) for row in _rows(sheet, step, level)]}


def _gate(name: str, level: int, kind: str, what: str, figures: tuple[float | None, float]) -> Row:
    return {"gate": name, "level": level, "kind": kind, "what": what, "have": figures[0], "need": figures[1]}


def _ladder(sheet: Sheet, evidenced: Climb, params: DepthParams, level: int) -> Iterator[Row]:
    attained, share = float(evidenced.attained[0, level - 1]), coverage(sheet, sheet.of_level(level))
    yield _gate(
        f"level.{level}", level, "level", f"attainment of level {level}",
        (None if np.isnan(attained) else attained, params.pass_mark),
    )  # fmt: skip
    yield _gate(
        f"coverage.{level}", level, "level", f"answered weight of level {level}", (share, needed(sheet, level, params))
    )
    for number in np.flatnonzero(sheet.of_level(level) & sheet.mandatory).tolist():
        value = float(sheet.evidenced[number])
        what = f"the mandatory question {sheet.label(number)}"
        yield _gate(
            _must(sheet, number), level, "level", what, (None if np.isnan(value) else value, params.mandatory_mark)
        )
    if level == TOP:
        yield _gate(
            f"outside.{TOP}", level, "level", "a question of level 4 confirmed by somebody outside",
            (float(sheet.confirmed), 1.0),
        )  # fmt: skip


def _ceilings(sheet: Sheet, evidenced: Climb, level: int) -> Iterator[Row]:
    """Yield what each ceiling has to reach to leave room for the level; below level 2 every ceiling does."""
    for place, factor in enumerate(FACTORS):
        if level > 1 and computed(sheet, factor):
            figures = (float(evidenced.means[0, place]), CUTS[level - 2])
            yield _gate(f"ceiling.{factor}", level, "ceiling", f"mean of the questions about {factor}", figures)
        if factor in sheet.declared:
            figures = (float(sheet.declared[factor]), float(level))
            yield _gate(f"declared.{factor}", level, "ceiling", f"the cap an assessor declared for {factor}", figures)


def _steps(sheet: Sheet, level: int) -> Iterator[_Step]:
    members = sheet.of_level(level)
    for factor in FACTORS if level > 1 else ():
        members = members | (sheet.of_factor(factor) if computed(sheet, factor) else False)
    for number in np.flatnonzero(members & sheet.answered).tolist():
        yield from _lifts(sheet, number)
    if level == TOP and not sheet.confirmed:
        yield from _words(sheet)


def _lifts(sheet: Sheet, number: int) -> Iterator[_Step]:
    """Yield what can be done about one question: prove what is claimed, or bring it to the top of its scale."""
    question, claimed = sheet.questions[number], float(sheet.claimed[number])
    if claimed > HALF and not sheet.evidence[number]:
        yield _Step(f"evidence.{sheet.label(number)}", number, claimed, PROOF, f"Attach evidence for: {question.text}")
    if claimed < 1.0:
        yield _Step(f"improve.{sheet.label(number)}", number, 1.0, question.effort, question.improvement)


def _words(sheet: Sheet) -> Iterator[_Step]:
    """Yield how somebody outside can be heard: about what is half true already, else about what is brought that far."""
    members = np.flatnonzero(sheet.of_level(TOP) & sheet.answered)
    true = [int(number) for number in members if sheet.claimed[number] >= HALF]
    if true:
        best = max(true, key=lambda number: (float(sheet.claimed[number]), -number))
        what = f"Ask somebody outside the organisation to confirm: {sheet.questions[best].text}"
        yield _Step(f"confirm.{TOP}", best, float(sheet.claimed[best]), WORD, what, outside=True)
        return
    for number in members.tolist():
        question = sheet.questions[number]
        what = f"{question.improvement} And let somebody outside the organisation confirm it."
        yield _Step(f"improve.{sheet.label(number)}+outside", number, 1.0, question.effort + WORD, what, outside=True)


def _rows(sheet: Sheet, step: _Step, level: int) -> Iterator[Row]:
    """Yield a row per gate that a step moves."""
    question, confirming = sheet.questions[step.number], step.name == f"confirm.{TOP}"
    plain: Row = {
        "step": step.name, "choice": step.name if confirming else sheet.label(step.number), "effort": step.effort,
        "what": step.what, "questionnaire": question.questionnaire, "version": question.version, "item": question.item,
        "answer": question.answer(step.value), "evidence": int(not confirming or bool(sheet.evidence[step.number])),
        "outside": int(step.outside or bool(sheet.outside[step.number])), "keeps": int(confirming),
    }  # fmt: skip
    for gate, adds in _moved(sheet, step, level, answering=not confirming):
        yield {**plain, "gate": gate, "adds": adds}


def _moved(sheet: Sheet, step: _Step, level: int, *, answering: bool) -> Iterator[Gate]:
    number, gain = step.number, step.value - float(sheet.evidenced[step.number])
    if answering and sheet.level[number] == level:
        yield f"level.{level}", gain * _share(sheet, number, sheet.of_level(level))
        if sheet.mandatory[number]:
            yield _must(sheet, number), gain
    if answering and sheet.factor[number] >= 0 and level > 1:
        factor = FACTORS[sheet.factor[number]]
        yield f"ceiling.{factor}", gain * _share(sheet, number, sheet.of_factor(factor))
    if step.outside:
        yield f"outside.{TOP}", 1.0


def _share(sheet: Sheet, number: int, members: Bools) -> float:
    """Return the share of a question in the weight that was answered of some questions."""
    return float(sheet.weight[number] / np.add.reduce(sheet.weight[members & sheet.answered]))


def _must(sheet: Sheet, number: int) -> str:
    return f"mandatory.{sheet.label(number)}"
