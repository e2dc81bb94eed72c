"""What a depth finding says in words, and what it lacks."""

import math
import re
from collections.abc import Iterable

import numpy as np

from kithline_maturity import advice
from kithline_maturity.coverage import coverage, covered, needed
from kithline_maturity.evidence import decisive, unevenness
from kithline_maturity.ladder import KNOWN, Climb, known
from kithline_maturity.params import DepthParams
from kithline_maturity.questions import FACTORS, LEVELS
from kithline_maturity.sheet import Sheet
from kithline_sdk import Missing, Note

UNPROVEN = "nothing is proven yet"
NAMES = ("beginning", "findable", "recommendable", "transparent", "collaborative")
_FEW = 5  # questions a level needs
# Measures that say themselves why they are absent nowhere else, by the reason; of a family, where none of it is there.
_OTHERWISE = {
    "ceiling_unknown": (
        "ceiling", "binding", "binds", "headroom", "likely_binding", "p_binding.<factor>", "p_cap.<factor>",
        "ceiling_mean.<factor>",
    ),
    "few_answers": ("p_drawn.<level>",),
    "no_group_answers": (
        "ladder.<group>", "group_attainment.<group>.<level>", "group_passed.<group>.<level>", "group_p.<group>.<level>",
    ),
    "no_answers": (
        "index", "claimed_level", "evidenced_level", "level_low", "level_high", "unevenness", "items_answered",
        "items_with_evidence", "quick_scan", "coverage.<level>", "mandatory_answered.<level>",
    ),
}  # fmt: skip
_LACKING = {
    "ceiling_unknown": "answers on what limits the level",
    "few_answers": "three answers to one rung",
    "no_group_answers": "answers about a group",
    "no_answers": "answers",
}


def reasons(sheet: Sheet, reading: Climb, *, ranged: bool) -> list[str]:
    """Return why a finding is provisional, as codes; none where it is not."""
    few = not sheet.quick and any(np.count_nonzero(sheet.of_level(k)) < _FEW for k in decisive(reading))
    found = {
        "unproven": not sheet.proven,
        "quick_scan": sheet.quick,
        "coverage": ranged,
        "ceiling_unknown": not all(known(sheet, factor) for factor in FACTORS),
        "few_items": few,
    }
    return [code for code, holds in found.items() if holds]


def notes(sheet: Sheet, reading: Climb, claimed: Climb, span: tuple[int, int], params: DepthParams) -> list[Note]:
    """Return the findings in words, the most important first."""
    found = [*_proof(sheet, claimed, reading), *_ceiling(sheet, reading)]
    if span[0] < span[1]:
        clause = f"the level lies between {span[0]} ({NAMES[span[0]]}) and {span[1]} ({NAMES[span[1]]})"
        found.append(Note(code="range", clause=clause, evidence=_share(sheet)))
    if advice.unconfirmed(sheet, reading, params):
        clause = "level 4 needs a question confirmed by somebody outside the organisation"
        found.append(Note(code="unconfirmed", clause=clause, evidence=f"attainment {reading.attained[0, 3]:.2f}"))
    if unevenness(reading):
        passed = ", ".join(str(k) for k in LEVELS if reading.passed[0, k - 1])
        clause = "a higher level is passed while a lower one is not"
        found.append(Note(code="uneven", clause=clause, evidence=f"passed: {passed}"))
    if sheet.quick:
        clause = "send next: the full questionnaire, beginning with the level that is open, with evidence"
        found.append(Note(code="send_next", clause=clause, evidence=_share(sheet)))
    return found


def _proof(sheet: Sheet, claimed: Climb, reading: Climb) -> list[Note]:
    if not sheet.proven:
        return [
            Note(code="unproven", clause=UNPROVEN, evidence=f"0 of {int(sheet.answered.sum())} answers carry evidence")
        ]
    if claimed.ladder[0] <= reading.ladder[0]:
        return []
    said, shown = int(claimed.ladder[0]), int(reading.ladder[0])
    clause = f"answers claim level {said} ({NAMES[said]}), evidence carries level {shown} ({NAMES[shown]})"
    with_evidence = int((sheet.evidence & sheet.answered).sum())
    return [Note(code="claims_beyond_evidence", clause=clause, evidence=f"{with_evidence} answers carry evidence")]


def _ceiling(sheet: Sheet, reading: Climb) -> list[Note]:
    found = []
    ladder, ceiling = int(reading.ladder[0]), int(reading.caps[0].min())
    if ladder > ceiling:
        clause = "claims beyond what people and leadership support"
        found.append(Note(code="claims_beyond_ceiling", clause=clause, evidence=f"ladder {ladder}, ceiling {ceiling}"))
    for factor in sorted(sheet.declared):
        cap = sheet.declared[factor]
        clause = f"{factor} is declared to allow level {cap} ({NAMES[cap]}) at most"
        found.append(Note(code="declared_cap", clause=clause, evidence=f"cap.{factor} with its reason"))
    for factor in sorted(set(sheet.unreasoned)):
        clause = f"a cap declared for {factor} is left out: it gives no reason"
        found.append(Note(code="cap_without_reason", clause=clause, evidence=f"cap.{factor} without evidence"))
    return found


def _share(sheet: Sheet) -> str:
    return f"{int(sheet.answered.sum())} of {len(sheet.questions)} questions answered"


def missing(sheet: Sheet, params: DepthParams) -> list[Missing]:
    """Return what is lacking: answers that decide a level, ceilings, and answers that could not be read."""
    found = [lack for k in LEVELS for lack in _level(sheet, k, params)]
    for factor in FACTORS:
        if not known(sheet, factor):
            have = int(np.count_nonzero(sheet.answered & sheet.of_factor(factor)))
            what = f"answers on {factor} (cap.{factor})"
            found.append(Missing(what=what, reason="ceiling_unknown", have=have, need=KNOWN))
    if sheet.outside_scale:
        what = "answers outside the scale of their question, left out"
        found.append(Missing(what=what, reason="outside_scale", have=sheet.outside_scale, need=0))
    return found


def undecided(sheet: Sheet, params: DepthParams) -> list[str]:
    """Return why the first level cannot be read, as codes; none where it can."""
    return sorted({lack.reason for lack in _level(sheet, 1, params)})


def _level(sheet: Sheet, k: int, params: DepthParams) -> list[Missing]:
    members, least = sheet.of_level(k), needed(sheet, k, params)
    if not (members & sheet.answered).any():
        names = [stem + name for name in ("attainment", "passed", "p_pass") for stem in ("", "claimed_")]
        absent = ", ".join(f"{name}.{k}" for name in names)
        what = f"answers of level {k} ({absent})"
        need = max(1, math.ceil(least * int(members.sum())))
        return [Missing(what=what, reason="no_answers", have=0, need=need)]
    if covered(sheet, k, params):
        return []
    absent = f"(passed.{k}, claimed_passed.{k})"
    found = [
        Missing(what=f"the answer to {sheet.questions[number].item} {absent}", reason="mandatory", have=0, need=1)
        for number in np.flatnonzero(members & sheet.mandatory & ~sheet.answered)
    ]
    share = coverage(sheet, members) or 0.0
    if share < least:
        found.append(Missing(what=f"coverage of level {k} {absent}", reason="coverage", have=share, need=least))
    return found


def otherwise(measures: Iterable[str], said: Iterable[Missing]) -> list[Missing]:
    """Return what is absent of the documented measures and not said yet, with its reason."""
    words = (word for one in said for word in re.findall(r"[a-z_]+", one.what))
    there = {*(name.partition(".")[0] for name in measures), *words}
    absent = {
        reason: [name for name in names if name.partition(".")[0] not in there] for reason, names in _OTHERWISE.items()
    }
    told = ((f"{_LACKING[reason]} ({', '.join(names)})", reason) for reason, names in absent.items() if names)
    return [Missing(what=what, reason=reason) for what, reason in told]
