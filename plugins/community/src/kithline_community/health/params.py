"""What can be set, with the defaults of the card: default, not calibrated."""

import msgspec

from kithline_sdk.params import Floor, Positive, Share


class HealthParams(msgspec.Struct, frozen=True, kw_only=True):
    """When silence is a lapse, what a reaction weighs, when a survival is read, how soon an answer should come."""

    lapse_days: Positive = 28.0
    lapse_gaps: Positive = 3.0
    reaction_weight: Share = 0.2
    survival_at: Positive = 90.0
    answer_days: Positive = 7.0
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
