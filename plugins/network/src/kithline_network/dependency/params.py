"""What can be set, with the defaults of the card: default, not calibrated."""

import msgspec

from kithline_sdk.params import Cap, Count, DrawCount, Floor, Positive, Share


class DependencyParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, what a reaction weighs, the curve of the absence factor, and what the engine adds."""

    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    person_day_cap: Cap = 20
    reaction_weight: Share = 0.2
    absence_half: Positive = 3.0
    absence_high: Positive = 10.0
    draws: DrawCount = 1000
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False

    def __post_init__(self) -> None:
        """Refuse a curve that does not rise."""
        if self.absence_high <= self.absence_half:
            raise ValueError("absence_high must be above absence_half")
