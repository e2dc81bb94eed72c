"""Whom to compare with whom: each group of respondents with the largest one, none under the floor."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

import msgspec
import numpy as np

from kithline_core.engine.fairness.scale import LEAST_ITEMS, Effects, ItemFairness, Scale, classed, tested
from kithline_core.engine.fairness.sheets import Sheet
from kithline_core.engine.numbers import digits
from kithline_sdk.contract import Missing

Attribute = Literal["language", "rank"]
ATTRIBUTES: Final[tuple[Attribute, ...]] = ("language", "rank")
# A group of 10 at least: what somebody thinks is told of no fewer (Part C 12).
FLOOR: Final = 10


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One group against the largest of its attribute, the reference. Figures are those of the group."""

    attribute: Attribute
    reference: str
    group: str
    items: list[ItemFairness]


class Told(NamedTuple):
    """What was compared, how many groups of an attribute are too small to be, and what is lacking."""

    compared: list[Compared]
    withheld: dict[Attribute, int]
    missing: list[Missing]


class _Pair(NamedTuple):
    attribute: Attribute
    reference: str
    group: str


def told(filled: Sequence[Sheet], found: Iterable[tuple[Scale, list[Sheet]]], floor: int) -> Told:
    """Return every group against its reference, over all scales; many tests at once keep false flags at a tenth."""
    least, kept = max(floor, FLOOR), list(found)
    by_name = {name: Counter(one.groups[name] for one in filled if name in one.groups) for name in ATTRIBUTES}
    pairs = [pair for name in ATTRIBUTES for pair in _pairs(name, by_name[name], least)]
    results = [(pair, one) for pair in pairs for scale in kept for one in _tested(pair, scale, least)]
    shown = classed([one for _, one in results])
    compared = [
        Compared(
            attribute=pair.attribute, reference=pair.reference, group=pair.group,
            items=[digits_of(one) for (of, _), one in zip(results, shown, strict=True) if of == pair],
        )
        for pair in pairs
    ]  # fmt: skip
    small = {name: sum(size < least for size in by_name[name].values()) for name in ATTRIBUTES}
    return Told(compared, {name: few for name, few in small.items() if few}, _lacking(by_name, pairs, kept, least))


def digits_of(one: ItemFairness) -> ItemFairness:
    """Return it with 12 digits."""
    return msgspec.convert(digits(msgspec.to_builtins(one)), ItemFairness)


def _pairs(name: Attribute, sizes: Counter[str], least: int) -> list[_Pair]:
    enough = sorted((group for group, size in sizes.items() if size >= least), key=lambda one: (-sizes[one], one))
    return [_Pair(name, enough[0], group) for group in sorted(enough[1:])]


def _tested(pair: _Pair, found: tuple[Scale, list[Sheet]], least: int) -> list[Effects]:
    """Return the items of a scale; those of a scale of few items, or that few of a group answered whole, as unknown."""
    scale, whole = found
    group = np.array([one.groups.get(pair.attribute) for one in whole], object)
    focal, reference = np.asarray(group == pair.group, np.bool_), np.asarray(group == pair.reference, np.bool_)
    if len(scale.items) < LEAST_ITEMS:
        return [Effects(scale.name, item, None, "few_items") for item in scale.items]
    if min(focal.sum(), reference.sum()) < least:
        return [Effects(scale.name, item, None, "few_whole") for item in scale.items]
    both = focal | reference
    return tested(scale._replace(values=scale.values[both]), focal[both])


def _lacking(
    sizes: dict[Attribute, Counter[str]], pairs: Sequence[_Pair], found: Sequence[tuple[Scale, list[Sheet]]], least: int
) -> list[Missing]:
    compared = {pair.attribute for pair in pairs}
    groups = [
        Missing(
            what=f"a second {name} among the respondents that {least} or more of them share",
            reason=f"one_{name}" if sizes[name] else f"no_{name}",
            have=sum(size >= least for size in sizes[name].values()),
            need=2,
        )
        for name in ATTRIBUTES
        if name not in compared
    ]
    short = [
        Missing(what=f"items of the scale {scale.name}", reason="few_items", have=len(scale.items), need=LEAST_ITEMS)
        for scale, _ in found
        if len(scale.items) < LEAST_ITEMS
    ]
    return groups + short
