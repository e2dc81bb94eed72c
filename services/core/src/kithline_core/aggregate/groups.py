"""Contact between groups of people, and between roles of organisations, as cells."""

import msgspec
import numpy as np

from kithline_core.aggregate.cells import Cells, cells, shown
from kithline_core.aggregate.organisations import SUPPLIER, Suppliers, suppliers
from kithline_core.aggregate.practices import practices
from kithline_core.aggregate.view import Met, met, spread
from kithline_core.model.cells import GroupTieRow, TieLevel
from kithline_sdk.snapshot import Snapshot


def groups(seen: Snapshot, period: str, k: int) -> list[GroupTieRow]:
    """Return contact between groups: employees, suppliers, customers and so on."""
    labels = seen["memberships"].labels("group")
    found = met(seen, orders=True)
    sums = cells(found, spread(seen, found, "group", np.arange(len(labels) + 1)))
    return _rows(sums, labels, period, "group", k)


def roles(seen: Snapshot, period: str, k: int) -> list[GroupTieRow]:
    """Return contact between organisations of two roles, within one organisation left out; orders are no contact."""
    known = suppliers(seen)
    found = _across(seen, met(seen, orders=False), known)
    sums = cells(found, spread(seen, found, "organisation", known.role))
    rows = {(row.a, row.b): row for row in _rows(sums, known.roles, period, "role", k)}
    done = practices(seen, known, k)
    if done is not None:
        both = (SUPPLIER, SUPPLIER)
        bare = rows.get(both) or GroupTieRow(period=period, level="role", a=SUPPLIER, b=SUPPLIER)
        rows[both] = msgspec.structs.replace(
            bare, items=done.items, adopted=done.adopted, sharing=done.sharing, evenness=done.evenness
        )
    return list(rows.values())


def _across(seen: Snapshot, found: Met, known: Suppliers) -> Met:
    """Return the contacts that left an organisation."""
    ends = spread(seen, found, "organisation", known.unit)
    left = np.zeros(len(found.actor), np.bool_)
    left[ends.row[ends.a != ends.b]] = True
    return found._replace(
        **{name: getattr(found, name)[left] for name in ("actor", "target", "amount", "day", "said", "pair")}
    )


def _rows(sums: Cells, labels: tuple[str, ...], period: str, level: TieLevel, k: int) -> list[GroupTieRow]:
    fit = shown(sums, k, each_side=True)
    return [
        GroupTieRow(
            period=period,
            level=level,
            a=labels[int(sums.low[one])],
            b=labels[int(sums.high[one])],
            people_a=int(sums.people_low[one]),
            people_b=int(sums.people_high[one]) if sums.low[one] != sums.high[one] else None,
            ties=float(sums.ties[one]),
            forward=int(sums.forward[one]),
            backward=int(sums.backward[one]) if sums.low[one] != sums.high[one] else None,
        )
        for one in np.flatnonzero(fit).tolist()
    ]
