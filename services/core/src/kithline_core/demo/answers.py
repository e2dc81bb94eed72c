"""Two questionnaires, each answered by the same forty people."""

from datetime import UTC, datetime
from typing import Final

from kithline_core.demo import cast
from kithline_core.demo.stream import Stream
from kithline_core.engine import questionnaires
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.rows import AnswerRow

RESPONDENTS: Final = 40
DATED: Final = datetime(2025, 11, 17, 9, tzinfo=UTC)
# Planted: what people do would reach level 3, what the workforce knows holds it at 2.
LEVELS: Final = {1: 0.95, 2: 0.92, 3: 0.9, 4: 0.45}
CEILINGS: Final = {"business_model": 0.85, "workforce": 0.4, "leadership": 0.8}


def answers(stream: Stream) -> list[AnswerRow]:
    """Return the answers to `depth` and `supply.survey`."""
    shipped = {one.questionnaire: one for one in questionnaires.shipped()}
    rows: list[AnswerRow] = []
    for key in ("depth", "supply.survey"):
        for person, department, rank in _respondents():
            rows += [_answer(stream, shipped[key], item, (person, department, rank)) for item in shipped[key].items]
    return rows


def _respondents() -> list[tuple[str, str, str]]:
    """Return three people of most departments: head, lead and one of the staff."""
    staff = [
        (ids[place], department, "head" if place == 0 else "staff")
        for department, ids in cast.employees().items()
        for place in (0, 5, 9)
    ]
    return staff[:RESPONDENTS]


def _answer(stream: Stream, asked: Questionnaire, item: Item, who: tuple[str, str, str]) -> AnswerRow:
    aim = LEVELS.get(item.level or 0, CEILINGS.get(item.ceiling or "", 0.68))
    reach = item.maximum - item.minimum
    drawn = aim * reach + (stream.chance() - 0.5) * 0.3 * reach
    value = item.minimum + min(reach, max(0.0, float(round(drawn))))
    evidence = f"https://intranet.example/evidence/{item.item}" if item.evidence else None
    outside = "Open Parts Foundation" if item.level == 4 else None
    return AnswerRow(
        questionnaire=asked.questionnaire, version=asked.version, assessment="autumn-2025", respondent=who[0],
        department=who[1], rank=who[2], item=item.item, value=value, evidence=evidence, dated=DATED, confirmed_by=outside,
        role="respondent",
    )  # fmt: skip
