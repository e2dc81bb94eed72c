"""The questions of the ladder: which items a questionnaire tags with a level or a ceiling."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kithline_sdk import Table

FACTORS: Final = ("business_model", "leadership", "workforce")
LEVELS: Final = (1, 2, 3, 4)
TOP: Final = 4


class Question(NamedTuple):
    """One item: the level (1-4, else 0) or the ceiling ("" for none) it belongs to, its scale, weight and remedy."""

    item: str
    level: int
    ceiling: str
    group: str
    weight: float
    mandatory: bool
    effort: float
    minimum: float
    maximum: float
    reverse: bool
    text: str
    improvement: str
    questionnaire: str
    version: str

    def answer(self, share: float) -> float:
        """Return the answer on the question's own scale that is such a share of it."""
        return self.minimum + (1.0 - share if self.reverse else share) * (self.maximum - self.minimum)

    def share(self, value: float) -> float | None:
        """Return an answer as a share of its scale, 1 being best; None when it lies outside the scale."""
        if not self.minimum <= value <= self.maximum:
            return None
        share = (value - self.minimum) / (self.maximum - self.minimum)
        return 1.0 - share if self.reverse else share


Catalogue = dict[tuple[str, str], list[Question]]


def catalogue(items: Table) -> Catalogue:
    """Return the questions of the ladder by questionnaire and version; items without level or ceiling are left out."""
    found: Catalogue = {}
    for row in _rows(items):
        question = _question(row)
        if question.maximum > question.minimum and (question.level in LEVELS or question.ceiling in FACTORS):
            found.setdefault((str(row["questionnaire"]), str(row["version"])), []).append(question)
    return {name: sorted(questions) for name, questions in found.items()}


def _rows(items: Table) -> Iterator[dict[str, Any]]:
    columns = {
        name: items.texts(name) if column.kind == "str" else _cells(items, name)
        for name, column in items.columns.items()
    }
    return (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))


def _cells(items: Table, name: str) -> list[Any]:
    column = items.columns[name]
    pairs = zip(column.values.tolist(), column.present.tolist(), strict=True)
    return [value if present else None for value, present in pairs]


def _question(row: dict[str, Any]) -> Question:
    return Question(
        item=str(row["item"]),
        level=row["level"] or 0,
        ceiling=row["ceiling"] or "",
        group=row["group"] or "",
        weight=_or(row["weight"], 1.0),
        mandatory=bool(row["mandatory"]),
        effort=_or(row["effort"], 1.0),
        minimum=_or(row["minimum"], 0.0),
        maximum=_or(row["maximum"], float(TOP)),
        reverse=bool(row["reverse"]),
        text=row["text"] or str(row["item"]),
        improvement=row["improvement"] or row["text"] or str(row["item"]),
        questionnaire=str(row["questionnaire"]),
        version=str(row["version"]),
    )


def _or(value: float | None, default: float) -> float:
    return default if value is None else float(value)
