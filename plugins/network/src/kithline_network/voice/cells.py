"""Which departments may show their share: k people, no subtraction leads to one, no person makes nearly all of it."""

import numpy as np

from kithline_network.voice.params import VoiceParams
from kithline_network.voice.picture import Picture
from kithline_sdk import floor
from kithline_sdk.snapshot import Bools


def least(params: VoiceParams) -> int:
    """Return how many people a department needs to be shown."""
    return 1 if params.no_floor else floor.in_force(params.floor)


def shown(seen: Picture, params: VoiceParams) -> Bools:
    """Return which departments may be shown; accounts are nobody, so they hide nobody."""
    spread, departments = seen.figures.spread, seen.departments
    if params.no_floor:
        return spread.existing
    k, count = least(params), len(departments.names)
    inside = seen.whole.people[departments.entry]
    cell, person = departments.department[inside], departments.entry[inside]
    amount = seen.figures.amounts[person] * departments.share[inside]
    dominated = floor.dominated(cell, person, amount, count)
    close = floor.near(cell, person, count, k)
    return np.asarray(
        floor.shown(spread.head_counts, k, dominated=dominated | close, members=(cell, person)) & spread.existing,
        np.bool_,
    )


def names(seen: Picture, open_: Bools) -> list[tuple[int, str]]:
    """Return place and id of the departments that may be shown."""
    return [(one, seen.departments.names[one]) for one in np.flatnonzero(open_).tolist()]
