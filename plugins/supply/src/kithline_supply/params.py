"""What can be set, with the defaults of the card."""

import msgspec

from kithline_sdk.params import Cap, Count, DrawCount, Floor, Positive, Share


class SupplyParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, the control points of the curves, the bootstrap, and what the engine adds."""

    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    density_half: Share = 0.05
    density_high: Share = 0.30
    ties_half: Positive = 1.0
    ties_high: Positive = 5.0
    practice_half: Positive = 0.5
    practice_high: Positive = 3.0
    quarter_days: Positive = 90.0
    draws: DrawCount = 2000
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
