"""What the score would be without one person, whoever that is: exact, and nobody is named."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from kithline_network.reach.crossing import Crossing, of_persons
from kithline_network.reach.mix import Kinds
from kithline_network.reach.params import ReachParams
from kithline_network.reach.parts import Contact, parts, score
from kithline_sdk.snapshot import Ints

# What is nothing but rounding.
NOTHING: Final = 1e-9


def concentration(
    found: Kinds, populations: Mapping[str, int], met: Crossing, who: tuple[Ints, Ints], params: ReachParams
) -> float | None:
    """Return the largest drop of the score when one person who takes part (numbers ascending, masks) had not."""
    person, mask = who
    contact = Contact(met.share, met.events > 0)
    before = score(parts(found, populations, contact, params))
    weight, across = of_persons(met, person)
    whole, part = float(np.add.reduce(met.weight)), float(np.add.reduce(met.weight * met.across))
    left = whole - weight
    share = np.divide(part - across, left, out=np.zeros(len(left)), where=left > NOTHING)
    drops = [0.0]
    for place, kind in enumerate(found.mask.tolist()):
        mine = mask == kind
        fewer = found.count.copy()
        fewer[place] -= 1
        # The score rises with the share: of each kind, whoever leaves the least behind matters most.
        lowest = float(np.clip(share[mine].min(), 0, 1)) if met.share is not None else None
        told = parts(Kinds(found.mask, fewer), populations, Contact(lowest, contact.known), params)
        if told:
            drops.append(before - score(told))
    return min(1.0, max(drops))
