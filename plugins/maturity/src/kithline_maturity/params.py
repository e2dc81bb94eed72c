"""What a tenant may set. Every default stands in the manifest too; a test holds the two together."""

import msgspec

from kithline_sdk.params import Cap, Count, DrawCount, Floor, Share


class DepthParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cut-offs of card 1 and how many draws the interval takes."""

    pass_mark: Share = 0.70
    mandatory_mark: Share = 0.50
    minimum_coverage: Share = 0.70
    draws: DrawCount = 2000
    quick: str = "depth.quick"
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False


class VerdictParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days of data a verdict wants, and the level from which a group counts as social business."""

    minimum_days: Cap = 90
    social_level: Count = 3
    pass_mark: Share = 0.70
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
