"""The table of coverage as a page of the documentation, as text and as JSON."""

import json
from collections.abc import Iterable, Sequence

from helpers.coverage.running import Row

HEAD = ("scorer", "interval of", "world", "truth", "held", "give or take", "width", "on four times the data", "")
BEGIN, END = "<!-- the table below is printed by the harness -->", "<!-- end of the table -->"


def cells(row: Row) -> tuple[str, ...]:
    """Return what stands in one line of the table."""
    low, high = (100 * end for end in row.sure)
    return (
        row.scorer, row.figure, row.world, _short(row.truth), f"{100 * row.coverage:.1f} %", f"{low:.0f} to {high:.0f} %",
        _short(row.width), f"{_short(row.width_of_more)} (x {row.ratio:.2f})", row.verdict,
    )  # fmt: skip


def _short(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def markdown(rows: Sequence[Row]) -> str:
    """Return table, worlds and estimands as they stand on the page."""
    lines = [BEGIN, "", *_table(HEAD, map(cells, rows)), ""]
    lines += ["| scorer | world | what it is like |", "| --- | --- | --- |"]
    lines += dict.fromkeys(f"| {row.scorer} | {row.world} | {row.like} |" for row in rows)
    lines += ["", "| scorer | interval of | is to hold |", "| --- | --- | --- |"]
    lines += dict.fromkeys(f"| {row.scorer} | {row.figure} | {row.estimand} |" for row in rows)
    lines += ["", "| held more often | world | because |", "| --- | --- | --- |"]
    lines += [f"| {row.scorer}: {row.figure} | {row.world} | {row.excuse} |" for row in rows if row.verdict == "wide"]
    return "\n".join([*lines, "", END])


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    rule = ["---"] * len(head)
    return [f"| {' | '.join(one)} |" for one in (head, rule, *lines)]


def text(rows: Sequence[Row]) -> str:
    """Return the table in columns."""
    table = [HEAD, *map(cells, rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table
    )


def lines(rows: Iterable[Row]) -> str:
    """Return one JSON object a line."""
    return "\n".join(json.dumps({**row._asdict(), "ratio": row.ratio, "verdict": row.verdict}) for row in rows)


def renewed(page: str, rows: Sequence[Row]) -> str:
    """Return a page with its table replaced."""
    before, _, rest = page.partition(BEGIN)
    return before + markdown(rows) + rest.partition(END)[2]
