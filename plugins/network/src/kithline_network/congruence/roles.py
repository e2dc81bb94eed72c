"""Who on each side: by rank, where enough hold it, never by name."""

from collections import Counter
from typing import Final

import numpy as np

from kithline_network.congruence.cells import least
from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Picture

MOST: Final = 3


def roles(seen: Picture, side: str, params: CongruenceParams) -> list[str]:
    """Return the ranks that at least k people of a side hold, the most frequent first."""
    place = seen.known.number.get(side)
    if place is None:
        return []
    people = seen.known.person[seen.known.side == place].tolist()
    held = Counter(seen.known.ranks[one] for one in people if one in seen.known.ranks)
    ordered = sorted(held.items(), key=lambda one: (-one[1], one[0]))
    return [rank for rank, count in ordered if count >= least(params)][:MOST]


def people(seen: Picture, side: str, params: CongruenceParams) -> int | None:
    """Return how many people a side has, None under the floor, of organisations too."""
    place = seen.known.number.get(side)
    count = 0 if place is None else int(np.count_nonzero(seen.known.side == place))
    return count if count >= least(params) else None
