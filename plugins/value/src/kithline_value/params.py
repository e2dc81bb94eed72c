"""What can be set, with defaults that are not calibrated on anybody's data."""

from typing import Annotated

from msgspec import Meta, Struct

from kithline_sdk.params import DrawCount, Floor, Share

Months = Annotated[int, Meta(ge=1, le=120)]
Money = Annotated[float, Meta(ge=0, le=1e15)]


class ValueParams(Struct, frozen=True, kw_only=True):
    """Horizon and ramp in months, haircuts, the payroll and the cap in the lines' own currency (0: nobody said), draws."""

    horizon_months: Months = 36
    ramp_months: Months = 12
    haircut_c: Share = 0.7
    haircut_d: Share = 0.4
    narrowest: Share = 0.1
    payroll: Money = 0.0
    adoption: Share | None = None
    potential: Share = 0.25
    justification: str = ""
    broadcast_cap: Money = 0.0
    draws: DrawCount = 20_000
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
