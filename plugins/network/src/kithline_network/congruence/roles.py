"""Who on each side: by rank, where enough hold it, never by name."""

from collections import Counter
from typing import Final

from kithline_network.congruence.cells import least
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Picture

MOST: Final = 3


def roles(seen: Picture, side: str, params: CongruenceParams) -> list[str]:
    """Return the ranks that at least k people of a side hold, the most frequent first."""
    people = seen.known.people(side).tolist()
    held = Counter(seen.known.ranks[one] for one in people if one in seen.known.ranks)
    ordered = sorted(held.items(), key=lambda one: (-one[1], one[0]))
    return [rank for rank, count in ordered if count >= least(params)][:MOST]


def people(seen: Picture, side: str, params: CongruenceParams) -> int | None:
    """Return how many people a side has, None under the floor, of organisations too."""
    count = len(seen.known.people(side))
    return count if count >= least(params) else None
