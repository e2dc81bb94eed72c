"""Answers without respondents: those in a role stand as they are, those of people become means over at least k."""

import math
from collections.abc import Iterable

import msgspec

from kithline_core.model.rows import UNNAMED, AnswerRow

Key = tuple[str, str | None, str, str]
EVIDENCE = "given"


def answers(rows: Iterable[AnswerRow], k: int) -> list[AnswerRow]:
    """Return the answers that name nobody, and per item of an assessment the mean where k people or more answered."""
    kept: list[AnswerRow] = []
    asked: dict[Key, list[AnswerRow]] = {}
    for row in rows:
        if row.respondent is None or row.role in {"assessor", "outside"}:
            kept.append(msgspec.structs.replace(row, respondent=None, confirmed_by=_confirmed(row)))
        else:
            asked.setdefault((row.questionnaire, row.version, row.assessment, row.item), []).append(row)
    told = {(row.questionnaire, row.version, row.assessment, row.item) for row in kept}
    means = (_mean(many, k) for key, many in sorted(asked.items(), key=_order) if key not in told)
    return kept + [row for row in means if row is not None]


def _order(pair: tuple[Key, list[AnswerRow]]) -> tuple[str, ...]:
    return tuple(part or "" for part in pair[0])


def _mean(many: list[AnswerRow], k: int) -> AnswerRow | None:
    people = {row.respondent for row in many}
    if len(people) < k:
        return None
    first = many[0]
    return AnswerRow(
        questionnaire=first.questionnaire,
        version=first.version,
        assessment=first.assessment,
        item=first.item,
        dimension=first.dimension,
        value=math.fsum(row.value for row in many) / len(many),
        evidence=EVIDENCE if any(row.evidence for row in many) else None,
        dated=max((row.dated for row in many if row.dated is not None), default=None),
        confirmed_by=UNNAMED if any(row.confirmed_by for row in many) else None,
        respondents=len(people),
    )


def _confirmed(row: AnswerRow) -> str | None:
    # Who confirmed is a person; that somebody did is not.
    return UNNAMED if row.confirmed_by else None
