"""What can be set, with defaults that are not calibrated on anybody's data."""

from typing import Literal

from msgspec import Struct

from kithline_sdk.params import DrawCount, Floor, Share


class RatersParams(Struct, frozen=True, kw_only=True):
    """The kind of scale, the marks below which ratings are not used or provisional, the bootstrap."""

    scale: Literal["nominal", "ordinal", "interval"] = "interval"
    least_used: Share = 0.60
    least_sure: Share = 0.75
    least_g: Share = 0.80
    draws: DrawCount = 400
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
