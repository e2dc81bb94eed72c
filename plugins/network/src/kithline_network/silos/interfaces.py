"""Declared interfaces between departments: who must talk to whom."""

from typing import NamedTuple

import numpy as np

from kithline_network.declared import needed
from kithline_network.silos.cells import Cells
from kithline_sdk.snapshot import Bools, Floats, Snapshot


class Interfaces(NamedTuple):
    """Per pair of departments: whether it is declared, with which weight and why (of the heaviest declaration)."""

    declared: Bools
    weight: Floats
    why: dict[int, str]


def interfaces(snapshot: Snapshot, departments: tuple[str, ...], pairs: Cells) -> Interfaces:
    """Return the declarations whose sides are two different departments; other sides belong to other cards."""
    number = {name: place for place, name in enumerate(departments)}
    weight, why = np.zeros(pairs.places.total), dict[int, str]()
    declared = np.zeros(pairs.places.total, np.bool_)
    for one in needed(snapshot):
        if one.a in number and one.b in number:
            cell = int(pairs.places.of(np.array([number[one.a]]), np.array([number[one.b]]))[0])
            if cell >= 0:
                declared[cell], weight[cell] = True, one.weight
                if one.why:
                    why[cell] = one.why
    return Interfaces(declared, weight, why)


def unmet(found: Interfaces, pairs: Cells) -> Bools | None:
    """Return the declared pairs without a two-way tie that may be shown, None where no direction is known."""
    return None if pairs.two_way is None else found.declared & pairs.shown & (pairs.two_way == 0)


def untied(found: Interfaces, pairs: Cells) -> Bools:
    """Return the declared pairs without any tie that may be shown."""
    return np.asarray(found.declared & pairs.shown & (pairs.ties == 0), np.bool_)
