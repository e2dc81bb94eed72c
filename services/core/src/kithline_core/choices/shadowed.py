"""Sums up what a version in the shadow would have changed: per scorer, over the snapshots it has seen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec

from kithline_core.choices import shadowing
from kithline_core.db import TenantTx, shadows
from kithline_core.model.plugin_choices import Difference, Shadow

# 1e-9 of a score, in points.
POINT: Final = 10_000_000
MOST: Final = 1000
COUNTED: Final = "unquantified: counted over these snapshots, which are no sample of those to come"


class Spread(msgspec.Struct, frozen=True):
    """How far scores move, new less old, in points; each figure is the nearest rank among `n`."""

    n: int
    min: float
    p05: float
    median: float
    p95: float
    max: float


class Step(msgspec.Struct, frozen=True):
    """How often one status, or level, became another, or stayed."""

    before: str | int | None
    after: str | int | None
    count: int


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One scorer in both versions. `reason`: why there is nothing to compare, or not everything is."""

    scorer: str
    version: str | None
    candidate: str | None
    compared: int
    waiting: Annotated[int, msgspec.Meta(description="Snapshots that the candidate has not seen yet, up to 1,000")]
    identical: Annotated[int, msgspec.Meta(description="Findings with the same bytes but for key and version")]
    status_changed: Annotated[float | None, msgspec.Meta(description="Share of those compared")]
    level_changed: Annotated[float | None, msgspec.Meta(description="Share of those with a level in both")]
    statuses: list[Step]
    levels: list[Step]
    score: Spread | None
    doubt: str
    reason: str | None


async def report(tx: TenantTx, shadow: Shadow) -> list[Compared]:
    """Return what is known so far, by scorer."""
    told = await shadows.differences(tx, shadow.id)
    pairs = shadowing.pairs(shadow)
    unseen = [] if shadow.ended_at else await shadowing.awaiting(tx, shadow, pairs, MOST)
    waiting = Counter(one.scorer for one in unseen)
    return [
        _compared(key, [one for one in told if one.scorer == key], pairs.get(key), waiting[key])
        for key in sorted({*pairs, *(one.scorer for one in told)})
    ]


def _compared(scorer: str, told: Sequence[Difference], pair: shadowing.Pair | None, waiting: int) -> Compared:
    levels = [one for one in told if one.level is not None and one.candidate_level is not None]
    candidate = None if pair is None or pair.candidate is None else pair.candidate[1].version
    return Compared(
        scorer=scorer,
        version=None if pair is None else pair.in_force[1].version,
        candidate=candidate,
        compared=len(told),
        waiting=waiting,
        identical=sum(one.identical for one in told),
        status_changed=_share([one.status != one.candidate_status for one in told]),
        level_changed=_share([one.level != one.candidate_level for one in levels]),
        statuses=_steps((one.status, one.candidate_status) for one in told),
        levels=_steps((one.level, one.candidate_level) for one in levels),
        score=spread([one.difference for one in told if one.difference is not None]),
        doubt=COUNTED,
        reason="the version in force is not installed here any more" if pair is None else pair.reason,
    )


def spread(moves: Sequence[int]) -> Spread | None:
    """Return how differences (in 1e-9 of a score) are spread, in points; None where there are none."""
    if not moves:
        return None
    ranked = sorted(moves)
    at = [ranked[max(0, -(-share * len(ranked) // 100) - 1)] / POINT for share in (0, 5, 50, 95, 100)]
    return Spread(len(ranked), *at)


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 12) if hits else None


def _steps(pairs: Iterable[tuple[str | int | None, str | int | None]]) -> list[Step]:
    counted = Counter(pairs)
    return [Step(before, after, counted[before, after]) for before, after in sorted(counted, key=str)]
