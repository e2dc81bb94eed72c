"""Parameters out of range are refused before anything is computed."""

import msgspec
import pytest

from kithline_network.silos.params import SilosParams
from kithline_supply.params import SupplyParams


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (SupplyParams, {"quarter_days": 0}),
        (SupplyParams, {"draws": 10**15}),
        (SilosParams, {"pair_day_cap": -1}),
        (SilosParams, {"min_events": 0}),
        (SilosParams, {"smoothing": -1e15}),
        (SilosParams, {"discovery_rate": 1.5}),
    ],
)
def test_a_value_outside_its_range_is_refused_with_its_name(kind, given):
    with pytest.raises(msgspec.ValidationError, match=next(iter(given))):
        msgspec.convert(given, kind)


def test_zero_switches_a_cap_off():
    assert msgspec.convert({"pair_day_cap": 0, "max_recipients": 0}, SilosParams).pair_day_cap == 0
