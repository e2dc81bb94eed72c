"""What a result rests on, told apart: what was asked, what was seen, what was inferred (Part C 15)."""

from typing import Final, NamedTuple

from kithline_core.engine.document import Document

# What systems recorded of how people behaved, or roll-ups of it; what other scorers found. All else somebody answered, rated
# or stated.
SEEN: Final = frozenset({
    "activity_day", "tie_day", "item_use", "opening", "event_day", "competitor_day", "ties", "organisation_ties",
    "survivals", "group_ties", "group_activity", "waits", "contributions",
})  # fmt: skip
FOUND: Final = frozenset({"findings"})
# Neither: the questions, and not their answers.
ASIDE: Final = frozenset({"items"})


class Basis(NamedTuple):
    """Rows by table, as words; and what follows from them."""

    asked: list[str]
    seen: list[str]
    inferred: list[str]


def basis(one: Document) -> Basis:
    """Return what a finding rests on, of each table the rows it counted; tables without a row are left out."""
    counted = {row.table: row.count for row in one.lineage if row.count and row.table not in ASIDE}
    asked = [_rows(name, count) for name, count in counted.items() if name not in SEEN | FOUND]
    seen = [_rows(name, count) for name, count in counted.items() if name in SEEN]
    others = [_rows(name, count) for name, count in counted.items() if name in FOUND]
    return Basis(asked, seen, [*others, *_inferred(one)])


def _rows(name: str, count: int) -> str:
    return f"{count:,} {name.replace('_', ' ')}"


def _inferred(one: Document) -> list[str]:
    counts = {"score": one.score is not None, "level": one.level is not None}
    steps = len(one.recommendations)
    told = [name for name, there in counts.items() if there]
    return told + ([f"{steps} recommendation{'s' if steps > 1 else ''}"] if steps else [])
