"""What can be set, with the defaults of the card."""

import msgspec

from kithline_sdk.params import Cap, Count, Floor, Positive, Share


class SilosParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, the smoothing of lifts, the rate of false discoveries, and what the engine adds."""

    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    smoothing: Positive = 5.0
    discovery_rate: Share = 0.1
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
