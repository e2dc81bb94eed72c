"""What can be set, with the defaults of the card: default, not calibrated."""

import msgspec

from kithline_sdk.params import Cap, Count, Floor, Positive


class LeadershipParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, control points of both curves, days to answer, and ranks of assistants (split by `;`)."""

    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    ratio_half: Positive = 0.5
    ratio_high: Positive = 1.2
    reach_half: Positive = 0.3
    reach_high: Positive = 0.8
    answer_days: Count = 7
    assistant_ranks: str = (
        "assistant;executive assistant;personal assistant;secretary;assistenz;assistent;assistentin;sekretariat"
    )
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False

    def __post_init__(self) -> None:
        """Refuse curves that do not rise."""
        for half, high in ((self.ratio_half, self.ratio_high), (self.reach_half, self.reach_high)):
            if not half < high:
                raise ValueError("the half of a curve must lie below its high point")

    @property
    def assistants(self) -> frozenset[str]:
        """Return the ranks of assistants as they are compared."""
        return frozenset(one.strip().casefold() for one in self.assistant_ranks.split(";")) - {""}
