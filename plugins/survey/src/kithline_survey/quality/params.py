"""What can be set, with defaults that are not calibrated on anybody's data."""

from msgspec import Struct

from kithline_sdk.params import Count, Floor, Positive, Share


class QualityParams(Struct, frozen=True, kw_only=True):
    """Marks below which a dimension is told item by item, what counts as a straight line and as hurry, the floor."""

    least_alpha: Share = 0.70
    least_rest: Share = 0.20
    most_missing: Share = 0.15
    answered: Share = 0.60
    straight_run: Count = 20
    seconds: Positive = 2.0
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
