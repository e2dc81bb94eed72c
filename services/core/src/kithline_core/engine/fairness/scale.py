"""All items of a scale against one group: matched, purified, many tests at once, classed as ETS does."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import msgspec
import numpy as np

from kithline_core.engine.fairness.mantel import Effect, effect
from kithline_sdk.snapshot import Bools, Floats
from kithline_sdk.stats import Z90
from kithline_sdk.stats.hypotheses import discoveries

# The share of flags that may be false (Benjamini and Hochberg).
RATE: Final = 0.1
# Turns logarithms of odds into the scale on which ETS tells how hard an item is (Holland and Thayer 1988).
DELTA: Final = -2.35
# On that scale: from where an item is no longer negligible, and from where it is large (Zieky 1993).
SMALL, LARGE = 1.0, 1.5
# Fewer items match nobody.
LEAST_ITEMS: Final = 4

Class = Literal["A", "B", "C"]


class Scale(NamedTuple):
    """Items that are summed: their ids, and respondents times items without gaps, in steps, all pointing one way."""

    name: str
    items: Sequence[str]
    values: Floats


class Effects(NamedTuple):
    """An item with what sets a group apart on it; None, and why, where it is unknown.

    `no_contrast`: no matched pair answers apart, or only one way. `few_items`: the scale is too short to match by.
    `few_whole`: too few of a group answered all of the scale.
    """

    scale: str
    item: str
    effect: Effect | None
    why: Literal["no_contrast", "few_items", "few_whole"] = "no_contrast"


class ItemFairness(msgspec.Struct, frozen=True, kw_only=True):
    """What sets a group apart on an item. `odds_ratio` above 1 and `delta` below 0: it answers lower than its equals.

    `flag`: A negligible, B moderate, C large; null where it is unknown, with its `reason`.
    """

    scale: str
    item: str
    flag: Class | None
    odds_ratio: float | None = None
    odds_ratio_interval: tuple[float, float] | None = None
    delta: float | None = None
    delta_interval: tuple[float, float] | None = None
    p: float | None = None
    reason: str | None = None


def tested(scale: Scale, focal: Bools) -> list[Effects]:
    """Return each item's effect, the matching score purified once: what is flagged at first leaves it, but for the item.

    Matching on the sum with the item in it: without, groups that differ in what is measured would raise false alarms
    (Holland and Thayer 1988).
    """
    first = _round(scale, focal, np.ones(len(scale.items), np.bool_))
    clean = np.array([one.flag in {"A", None} for one in classed(first)], np.bool_)
    return first if clean.all() else _round(scale, focal, clean)


def _round(scale: Scale, focal: Bools, clean: Bools) -> list[Effects]:
    base = scale.values[:, clean].sum(axis=1)
    return [
        Effects(scale.name, item, effect(column, focal, base if kept else base + column))
        for item, column, kept in zip(scale.items, scale.values.T, clean, strict=True)
    ]


def classed(found: Sequence[Effects]) -> list[ItemFairness]:
    """Return items with their class; many at once keep the share of false flags at a tenth."""
    known = [one.effect.p for one in found if one.effect is not None]
    kept = iter(discoveries(np.array(known, np.float64), RATE).tolist())
    return [_shown(one, one.effect is not None and next(kept)) for one in found]


def _shown(one: Effects, discovered: bool) -> ItemFairness:
    if one.effect is None:
        return ItemFairness(scale=one.scale, item=one.item, flag=None, reason=one.why)
    told, half = one.effect, Z90 * one.effect.error
    ends = (told.log_odds - half, told.log_odds + half)
    return ItemFairness(
        scale=one.scale, item=one.item, flag=_class(told, discovered), p=told.p,
        odds_ratio=float(np.exp(told.log_odds)), odds_ratio_interval=(float(np.exp(ends[0])), float(np.exp(ends[1]))),
        delta=DELTA * told.log_odds, delta_interval=(DELTA * ends[1], DELTA * ends[0]),
    )  # fmt: skip


def _class(told: Effect, discovered: bool) -> Class:
    size = abs(DELTA * told.log_odds)
    if not discovered or size < SMALL:
        return "A"
    # Large, and surely more than negligible: the lower end of a one-sided 95 % interval, which is that of Z90.
    return "C" if size >= LARGE and size - Z90 * abs(DELTA) * told.error > SMALL else "B"
