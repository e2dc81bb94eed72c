"""Caps repeating measures: the largest 2,000 cells of each stay, the others are named in `missing` (rulings 1.6)."""

import re
from typing import Final

import msgspec

from kithline_core.plugins import ScorerSpec
from kithline_sdk.contract import Finding, Missing

MOST: Final = 2_000


def capped(spec: ScorerSpec, finding: Finding) -> Finding:
    """Return the finding with at most 2,000 cells of any repeating measure."""
    if len(finding.measures) <= MOST:
        return finding
    dropped: dict[str, set[str]] = {}
    for pattern in (name for name in spec.measures if "<" in name):
        shape = re.compile(
            r"(?:.+?[.])?" + re.sub(r"<[^>]*>", "[^.]+", re.escape(pattern).replace(r"\<", "<").replace(r"\>", ">"))
        )
        hits = [name for name in finding.measures if shape.fullmatch(name)]
        if len(hits) > MOST:
            dropped[pattern] = set(sorted(hits, key=lambda name: (-_size(finding, name), name))[MOST:])
    gone = set().union(*dropped.values())
    return msgspec.structs.replace(
        finding,
        measures={name: value for name, value in finding.measures.items() if name not in gone},
        intervals={name: value for name, value in finding.intervals.items() if name not in gone},
        missing=[*finding.missing, *(_left_out(pattern, names) for pattern, names in dropped.items())],
    )


def _size(finding: Finding, name: str) -> float:
    value = finding.measures[name]
    return abs(value) if isinstance(value, int | float) else 0.0


def _left_out(pattern: str, names: set[str]) -> Missing:
    return Missing(
        what=f"{len(names)} smaller cells of {pattern}", reason="too_many_cells", have=MOST, need=MOST + len(names)
    )
