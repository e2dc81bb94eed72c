"""What can be set, with the defaults of the card."""

import msgspec


class SilosParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, the smoothing of lifts, the rate of false discoveries, and what the engine adds."""

    min_events: int = 2
    min_days: int = 2
    pair_day_cap: int = 20
    max_recipients: int = 10
    smoothing: float = 5.0
    discovery_rate: float = 0.1
    persons: bool = False
    floor: int = 5
    no_floor: bool = False
