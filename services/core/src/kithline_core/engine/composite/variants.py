"""What a tenant may define: weights by a documented budget of five people, each index once, a plain rule."""

import math
from typing import Final

from kithline_core.engine.numbers import digits
from kithline_core.errors import Invalid
from kithline_core.model.indices import BUDGET, IndexName, NewIndexVariant

_NEARLY: Final = 1e-6


def weights(variant: NewIndexVariant) -> dict[str, float]:
    """Return each index's weight; equal without a budget, else the mean of what people gave it. Raises Invalid."""
    names = variant.indices
    if len(set(names)) < len(names):
        raise Invalid("an index is named twice", pointer="/indices")
    if variant.budget is None:
        return {name: digits(1 / len(names)) for name in names}
    given = variant.budget.allocations
    for place, one in enumerate(given):
        _check(names, one, f"/budget/allocations/{place}")
    found: dict[str, float] = {name: math.fsum(one[name] for one in given) / (BUDGET * len(given)) for name in names}
    empty = [name for name, weight in found.items() if weight == 0]
    if empty:
        raise Invalid(f"nobody gave {empty[0]} a point: leave it out of `indices`", pointer="/indices")
    return {name: digits(weight) for name, weight in found.items()}


def _check(names: list[IndexName], one: dict[IndexName, float], pointer: str) -> None:
    if set(one) != set(names):
        raise Invalid(f"points are given to exactly {', '.join(names)}", pointer=pointer)
    if abs(math.fsum(one.values()) - BUDGET) > _NEARLY:
        raise Invalid(f"the points add up to {math.fsum(one.values()):g}, not to {BUDGET}", pointer=pointer)
