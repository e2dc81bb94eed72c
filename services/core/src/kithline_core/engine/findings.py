"""Earlier findings of a run as a table, for scorers that read others (rulings 1.9)."""

from collections.abc import Iterable, Iterator, Sequence

from kithline_core.engine.document import Document, decode
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import Column, Table

_Row = tuple[str, str, float | None, str | None]


def table(documents: Sequence[bytes]) -> Table:
    """Return one row per status, score, level, measure, end of an interval, finding and recommendation of each document."""
    rows = [row for data in documents for row in _rows(decode(data))]
    cells = list(zip(*rows, strict=True)) or [()] * 4
    kinds = CATALOGUE["findings"]
    return Table("findings", {name: Column.of(kinds[name], cells[place]) for place, name in enumerate(kinds)})


def _rows(one: Document) -> Iterator[_Row]:
    for field, value in (*_head(one), *((f"measure.{name}", value) for name, value in one.measures.items())):
        number = float(value) if isinstance(value, int | float) else None
        yield one.scorer, field, number, None if number is not None else str(value)


def _head(one: Document) -> Iterable[tuple[str, object]]:
    yield "status", one.status
    yield from ((name, value) for name, value in (("score", one.score), ("level", one.level)) if value is not None)
    if isinstance(one.interval, tuple):
        yield from zip(("interval_low", "interval_high"), one.interval, strict=True)
    for name, ends in one.intervals.items():
        if isinstance(ends, tuple):
            yield from zip((f"interval.{name}.low", f"interval.{name}.high"), ends, strict=True)
    yield from ((f"finding.{note.code}", note.clause) for note in one.findings)
    for place, step in enumerate(one.recommendations):
        yield f"recommendation.{place}.text", step.text
        yield f"recommendation.{place}.code", step.code
        yield f"recommendation.{place}.effort", step.effort
        yield f"recommendation.{place}.evidence", step.evidence
