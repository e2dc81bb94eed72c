"""What a tenant may set; every default is a default, not calibrated."""

import msgspec

from kithline_sdk.params import Count, Floor, Share


class SaydoParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The gap from which a claim counts as too high or too low, and from how many people ranks are compared."""

    mark: Share = 0.15
    leader_floor: Count = 10
    leader_ranks: str = "leader;executive;director;head;manager;board;leitung;führung;vorstand;geschäftsführung"
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False

    @property
    def leading(self) -> frozenset[str]:
        """Return the ranks of leaders as they are compared."""
        return frozenset(one.strip().casefold() for one in self.leader_ranks.split(";")) - {""}
