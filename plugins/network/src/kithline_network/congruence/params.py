"""What can be set; the cut-offs of levels are the card's, default, not calibrated."""

import msgspec

from kithline_sdk.params import Cap, Count, Floor


class CongruenceParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, how many people of each side a met pair takes, and what the engine adds."""

    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    people_per_side: Count = 2
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
