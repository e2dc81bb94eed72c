"""Everything that was computed about who takes part."""

from typing import NamedTuple

from kithline_network.organisations import Exchange, organisations
from kithline_network.reach import cells
from kithline_network.reach.boundaries import BOUNDARIES, shared_projects, ties_across
from kithline_network.reach.crossing import Crossing, crossing
from kithline_network.reach.crowd import Crowd, crowd
from kithline_network.reach.groups import GROUPS
from kithline_network.reach.mix import Kinds, Spread, kinds, spread
from kithline_network.reach.overlap import Communities, communities
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import Contact
from kithline_network.reach.ties import Ties, tied, ties
from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Ints
from kithline_sdk.staff import population


class Picture(NamedTuple):
    """People, their kinds, how many there are per group, contact, ties, organisations, communities, what is shown, boundaries."""

    crowd: Crowd
    kinds: Kinds
    populations: dict[str, int]
    spread: Spread | None
    met: Crossing
    ties: Ties
    exchange: Exchange
    places: Communities
    groups: cells.Groups
    shown: cells.Places
    across: dict[str, float | None]
    projects: float | None

    @property
    def contact(self) -> Contact:
        """Return contact across groups as the score takes it."""
        return Contact(self.met.share, self.met.events > 0)

    @property
    def who(self) -> tuple[Ints, Ints]:
        """Return who takes part, by number and mask."""
        return self.crowd.person[self.crowd.active], self.crowd.taking_part

    def reach(self, group: str) -> float | None:
        """Return which share of a group takes part, None where its size is not known."""
        size = self.populations.get(group)
        return self.kinds.whole(group) / size if size else None

    def visible(self, group: str) -> bool:
        """Say whether a group's count may be shown; where nobody takes part there is nobody to hide."""
        names = self.groups.names
        return group not in names or bool(self.groups.counts[names.index(group)])


def picture(snapshot: Snapshot, params: ReachParams) -> Picture:
    """Return everything that is computed."""
    found = crowd(snapshot)
    kinds_ = kinds(found.taking_part)
    told = {group: population(snapshot, group) for group in GROUPS}
    sizes = {group: size for group, size in told.items() if size}
    met = crossing(snapshot, params)
    joined = tied(snapshot, met.contact, params)
    places = communities(snapshot, found)
    return Picture(
        crowd=found,
        kinds=kinds_,
        populations=sizes,
        spread=spread(kinds_, params.targets),
        met=met,
        ties=ties(found, joined, met.contact, params),
        exchange=organisations(snapshot),
        places=places,
        groups=cells.groups(kinds_, found.taking_part, frozenset(sizes), params),
        shown=cells.communities(places, params),
        across={one: ties_across(snapshot, found, joined, one) for one in BOUNDARIES},
        projects=shared_projects(snapshot),
    )
