"""What can be set, with the defaults of the card: default, not calibrated."""

import msgspec

from kithline_network.reach.groups import GROUPS
from kithline_sdk.params import Cap, Count, DrawCount, Floor, Share


class ReachParams(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the organisation set out to include, a tie's needs, the caps, the curves, the draws, and what the engine adds."""

    target_groups: str = "employee;supplier;partner;customer"
    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    pair_cap: Cap = 20
    reach_half: Share = 0.05
    reach_high: Share = 0.25
    cross_half: Share = 0.15
    cross_high: Share = 0.50
    multi_half: Share = 0.03
    multi_high: Share = 0.15
    blind_share: Share = 0.15
    draws: DrawCount = 2000
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False

    def __post_init__(self) -> None:
        """Refuse curves that do not rise, unknown groups, and fewer than two of them."""
        for name in ("reach", "cross", "multi"):
            half, high = getattr(self, f"{name}_half"), getattr(self, f"{name}_high")
            if not 0 < half < high:
                raise ValueError(f"{name}_high must be above {name}_half, and that above 0")
        if unknown := sorted(set(self.targets) - set(GROUPS)):
            raise ValueError(f"target_groups names {unknown[0]!r}; there are {', '.join(GROUPS)}")
        if len(self.targets) < 2:  # noqa: PLR2004 - one group is no ecosystem
            raise ValueError("target_groups needs two groups or more, split by `;`")

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the groups that the organisation set out to include, in the order of `GROUPS`."""
        told = {part.strip() for part in self.target_groups.split(";")} - {""}
        return (*(one for one in GROUPS if one in told), *sorted(told - set(GROUPS)))
