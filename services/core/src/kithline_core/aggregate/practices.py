"""Practices that suppliers shared, summed over all of them."""

from typing import NamedTuple

import numpy as np

from kithline_core.aggregate.organisations import Suppliers
from kithline_sdk.people import held
from kithline_sdk.snapshot import Ints, Snapshot, Table
from kithline_sdk.stats import pielou


class Practices(NamedTuple):
    """Items shared, of these used by another supplier, suppliers that shared, and how evenly."""

    items: int
    adopted: int
    sharing: int
    evenness: float


def practices(seen: Snapshot, known: Suppliers, k: int) -> Practices | None:
    """Return what suppliers shared; None where nothing was, or where fewer than k people shared and used it."""
    table = seen["item_use"]
    made, used = table.where(~table.present("used_by")), table.where(table.present("used_by"))
    owned, makers = _held(seen, known, made, "actor")
    taken, users = _held(seen, known, used, "used_by")
    if not len(owned) or len(np.union1d(makers, users)) < k:
        return None
    width = 1 + int(known.unit.max(initial=0))
    items, times = np.unique(owned // width, return_counts=True)
    share = 1.0 / times[np.searchsorted(items, owned // width)]
    shared = np.bincount(owned % width, share)
    others = taken[~np.isin(taken, owned)]
    suppliers = len(np.unique(known.unit[:-1][known.suppliers])) if known.suppliers.any() else 0
    suppliers = max(suppliers, _listed(seen))
    adopted = int(np.isin(items, others // width).sum())
    return Practices(len(items), adopted, int(np.count_nonzero(shared)), pielou(shared.tolist(), suppliers))


def _held(seen: Snapshot, known: Suppliers, table: Table, who: str) -> tuple[Ints, Ints]:
    """Return item x owner for every supplier a person stood for, each once, and the people."""
    people = table.ints(who)
    found = held(seen["memberships"], "organisation", people, table.ints("day"))
    keep = known.suppliers[found.code]
    width = 1 + int(known.unit.max(initial=0))
    row = found.query[keep]
    return np.unique(table.codes("item")[row] * width + known.unit[found.code[keep]]), np.unique(people[row])


def _listed(seen: Snapshot) -> int:
    """Return how many suppliers organisations.csv names, those of one owner once."""
    table = seen["organisations"]
    rows = zip(table.texts("organisation"), table.texts("role"), table.texts("owner"), strict=True)
    return len({owner or one for one, role, owner in rows if role == "supplier"})
