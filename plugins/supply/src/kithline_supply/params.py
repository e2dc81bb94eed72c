"""What can be set, with the defaults of the card."""

import msgspec


class SupplyParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, the control points of the curves, the bootstrap, and what the engine adds."""

    min_events: int = 2
    min_days: int = 2
    pair_day_cap: int = 20
    max_recipients: int = 10
    density_half: float = 0.05
    density_high: float = 0.30
    ties_half: float = 1.0
    ties_high: float = 5.0
    practice_half: float = 0.5
    practice_high: float = 3.0
    quarter_days: float = 90.0
    draws: int = 2000
    persons: bool = False
    floor: int = 5
    no_floor: bool = False
