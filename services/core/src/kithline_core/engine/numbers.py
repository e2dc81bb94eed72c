"""How numbers leave the engine: 12 significant digits, scores in points with one decimal, rounded half up."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def digits(value: Any) -> Any:  # noqa: ANN401 - walks any JSON-like value
    """Return the value with every float at 12 significant digits. Raises ValueError for NaN and infinities."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is not finite")
        return float(f"{value:.12g}") + 0.0
    if isinstance(value, dict):
        return {key: digits(cell) for key, cell in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(digits(cell) for cell in value)
    return value


def points(share: float) -> float:
    """Return a share in [0, 1] as points in [0, 100] with one decimal, rounded half up from 12 digits."""
    exact = Decimal(f"{share:.12g}") * 100
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
