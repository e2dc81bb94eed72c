from collections.abc import Callable
from typing import Any

import pytest

from kithline_sdk import Finding
from kithline_sdk.testing import declared, run, scorer_entry, snapshot
from kithline_value.estimate import Estimate

WINDOW = ("2026-01-01", "2027-01-01")


@pytest.fixture(scope="session")
def entry() -> dict[str, Any]:
    return scorer_entry("kithline_value", "value.estimate")


@pytest.fixture(scope="session")
def score(entry) -> Callable[..., Finding]:
    """Score lines, one year at full worth and without discount unless said otherwise."""

    def scored(lines: list[dict[str, object]], seed: int = 7, **parameters: object) -> Finding:
        plain = {"horizon_months": 12, "ramp_months": 1, **parameters}
        return run(Estimate(), declared(snapshot({"value_lines": lines}, WINDOW), entry), seed, **plain)

    return scored


@pytest.fixture(scope="session")
def line() -> Callable[..., dict[str, object]]:
    """Make a row of the value model from its three factors."""

    def made(name="a", side="benefit", count=(900, 1000, 1100), unit=(20, 30, 40), attribution=(0.4, 0.5, 0.6), **more):
        factors = {"count": count, "unit": unit, "attribution": attribution}
        ends = {
            f"{factor}_{end}": None if given is None else float(given[place])
            for factor, given in factors.items()
            for place, end in enumerate(("low", "likely", "high"))
        }
        return {"line": name, "side": side, "evidence": "A", "start_month": 0, "discount_rate": 0.0, **ends, **more}

    return made
