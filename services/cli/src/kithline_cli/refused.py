"""Writes down which lines were not taken, and why: place and reason, so that a sender can mend them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

COLUMNS: Final = ("file", "line", "pointer", "code", "message")


def write(path: Path, report: dict[str, dict[str, Any]]) -> None:
    """Write every refused line of a report (file → counts with `errors`) as NDJSON where the name says so, else CSV."""
    rows = list(_rows(report))
    if path.suffix == ".ndjson":
        path.write_bytes(msgspec.json.Encoder().encode_lines(rows))
        return
    with path.open("w", encoding="utf-8", newline="") as written:
        table = csv.DictWriter(written, COLUMNS)
        table.writeheader()
        table.writerows(rows)


def _rows(report: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for stem, counts in report.items():
        for one in counts["errors"]:
            yield {"file": stem, **{name: one.get(name) for name in COLUMNS[1:]}}
