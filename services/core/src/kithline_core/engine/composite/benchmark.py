"""When others may be compared with: benchmarks of at least ten tenants, none of them above 30 % (Part C 12)."""

import math
from collections.abc import Sequence
from typing import Final

TENANTS: Final = 10
LARGEST: Final = 0.3


def refusal(weights: Sequence[float]) -> str | None:
    """Return why tenants of these weights make no benchmark (a code), None where they do."""
    counted = [weight for weight in weights if weight > 0]
    if len(counted) < TENANTS:
        return "few_tenants"
    return "one_too_large" if max(counted) > LARGEST * math.fsum(counted) else None
