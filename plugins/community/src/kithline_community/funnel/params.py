"""What can be set, with the defaults of the card: default, not calibrated."""

import msgspec

from kithline_sdk.params import DrawCount, Floor, Positive


class FunnelParams(msgspec.Struct, frozen=True, kw_only=True):
    """Control points of both curves, the days until adoption, which mean rating is low, and the floor."""

    outside_half: Positive = 0.1
    outside_high: Positive = 0.4
    citing_half: Positive = 0.1
    citing_high: Positive = 0.4
    adoption_days: Positive = 180.0
    low_rating: Positive = 2.0
    draws: DrawCount = 2000
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False

    def __post_init__(self) -> None:
        """Refuse curves that do not rise."""
        for half, high in ((self.outside_half, self.outside_high), (self.citing_half, self.citing_high)):
            if not half < high:
                raise ValueError("the half of a curve must lie below its high point")
