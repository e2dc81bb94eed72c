"""kithline.verdict: the gates between an organisation and the next label, met or not in truth. The truth is exact."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.random import Generator

from helpers.coverage import ladders
from helpers.coverage.ladders import FACTORS, LEVELS, Sheet
from helpers.coverage.worlds import Shot, Shots, World, scoring
from kithline_maturity.verdict import Verdict
from kithline_sdk import Finding

SCORE = scoring(Verdict, "kithline_maturity", ("2025-01-01", "2026-07-01"))
APART: Final = 0.08  # how far the shares of one organisation lie from those of its kind
ESTIMANDS = {"distance": "how many of the gates it names are unmet by the shares that answers are drawn around"}
WHOLE = "a number of gates is whole: the ends that leave out at most 5 % on either side mostly leave out less"

Heights = Mapping[str, Sequence[float]]
Shares = dict[tuple[str, str | None], float]


def draw(groups: Heights, ceilings: Sequence[float], sheet: Sheet, random: Generator, times: int) -> Shots:
    """Let an organisation of this kind answer about every group, and count the gates that it does not meet in truth."""
    near = lambda share: float(np.clip(share + random.normal(0, APART), 0.05, 0.98))  # noqa: E731 - three uses below
    parts: Shares = {
        (level, group): near(share) for group, heights in groups.items() for level, share in zip(LEVELS, heights, strict=False)
    }  # fmt: skip
    parts |= {("L4", None): 0.4} | {(part, None): near(share) for part, share in zip(FACTORS, ceilings, strict=True)}
    found = SCORE({"findings": _fields(ladders.answered(parts, sheet.times(times), random))})
    unmet = float(sum(not _met(str(row["gate"]), parts) for row in found.tables["gates"]))
    return {"distance": Shot(unmet, found.intervals.get("distance") if found.tables["gates"] else None)}


def _fields(found: Finding) -> list[dict[str, object]]:
    """Return a finding of depth as the engine hands it on."""
    fields: dict[str, object] = {f"measure.{name}": value for name, value in found.measures.items()} | {
        "status": found.status
    }
    if found.score is not None and found.level is not None:
        fields |= {"score": 100 * found.score, "level": found.level}
    return [
        {"scorer": "maturity.depth", "field": field, **({"text": value} if isinstance(value, str) else {"number": float(value)})}
        for field, value in fields.items()
    ]  # fmt: skip


def _met(gate: str, parts: Shares) -> bool:
    """Say whether a gate is met in truth."""
    head, _, tail = gate.rpartition(".")
    if head == "level":
        own = [share for (level, _), share in parts.items() if level == f"L{tail}"]
        return sum(own) / len(own) >= 0.7
    if head == "ceiling":
        return ladders.cap(next(parts[part, None] for part, factor in FACTORS.items() if factor == tail)) >= 3
    return gate == "evidence" or parts[f"L{tail}", head] >= 0.7


def world(name: str, like: str, groups: Heights, ceilings: Sequence[float], sheet: Sheet) -> World:
    """Return a world of organisations of one kind."""
    return World(
        "kithline.verdict", name, like, ESTIMANDS,
        lambda random, times: draw(groups, ceilings, sheet, random, times), {"distance": WHOLE},
    )  # fmt: skip


MIXED: Final = {"customer": (0.9, 0.85, 0.8), "employee": (0.85, 0.75, 0.6), "supplier": (0.7, 0.5, 0.4)}
LOW: Final = {"customer": (0.8, 0.6, 0.4), "employee": (0.75, 0.5, 0.4), "supplier": (0.6, 0.4, 0.3)}
WORLDS = (
    world("ordinary", "3 groups, 5 questions a group and level, 8 respondents", MIXED, (0.9, 0.6, 0.8), Sheet(5, 8)),
    world("small", "3 groups, 3 questions a group and level, 1 respondent", MIXED, (0.9, 0.6, 0.8), Sheet(3, 1)),
    world("skewed", "all groups low, the ceilings higher; 5 questions, 1 respondent", LOW, (0.9, 0.65, 0.62), Sheet(5, 1)),
)  # fmt: skip
