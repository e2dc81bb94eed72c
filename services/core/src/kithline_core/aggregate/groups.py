"""Contact between groups of people, and between roles of organisations, as cells."""

import msgspec
import numpy as np

from kithline_core.aggregate.cells import Cells, cells, of_organisations, of_people
from kithline_core.aggregate.organisations import SUPPLIER, Suppliers, suppliers
from kithline_core.aggregate.practices import practices
from kithline_core.aggregate.view import Ends, Met, met, spread
from kithline_core.model.cells import GroupTieRow, TieLevel
from kithline_sdk.snapshot import Bools, Snapshot


def groups(seen: Snapshot, period: str, k: int) -> list[GroupTieRow]:
    """Return contact between groups: employees, suppliers, customers and so on."""
    labels = seen["memberships"].labels("group")
    found = met(seen, orders=True)
    sums = cells(found, spread(seen, found, "group", np.arange(len(labels) + 1)))
    return _rows(sums, of_people(sums, k), labels, period, "group")


def roles(seen: Snapshot, period: str, k: int) -> list[GroupTieRow]:
    """Return contact between organisations of two roles, within one organisation left out; orders are no contact."""
    known = suppliers(seen)
    found = _across(seen, met(seen, orders=False), known)
    ends = spread(seen, found, "organisation", known.role)
    sums = cells(found, ends)
    shown, supplied = of_organisations(sums, k), _of_suppliers(sums, known)
    together = supplied.any() and not shown[supplied].all()
    kept = _rows(sums, shown & ~supplied if together else shown, known.roles, period, "role", k)
    kept += _together(found, ends, known, period, k) if together else []
    rows = {(row.a, row.b): row for row in kept}
    done = practices(seen, known, k)
    if done is not None:
        both = (SUPPLIER, SUPPLIER)
        bare = rows.get(both) or GroupTieRow(period=period, level="role", a=SUPPLIER, b=SUPPLIER)
        rows[both] = msgspec.structs.replace(
            bare, items=done.items, adopted=done.adopted, sharing=done.sharing, evenness=done.evenness
        )
    return list(rows.values())


def _of_suppliers(sums: Cells, known: Suppliers) -> Bools:
    supplier = np.array([role == SUPPLIER for role in known.roles], np.bool_)
    return np.asarray(supplier[sums.low] | supplier[sums.high], np.bool_)


def _together(found: Met, ends: Ends, known: Suppliers, period: str, k: int) -> list[GroupTieRow]:
    """Return all contact of suppliers as one cell: with one of its parts withheld, the others would tell of it."""
    supplier = np.array([role == SUPPLIER for role in known.roles], np.bool_)
    touched = supplier[ends.a] | supplier[ends.b]
    nobody = np.zeros(int(touched.sum()), np.int64)
    whole = cells(found, Ends(ends.row[touched], nobody, nobody))
    return _rows(whole, of_organisations(whole, k), (SUPPLIER,), period, "role", k, open_end=True)


def _across(seen: Snapshot, found: Met, known: Suppliers) -> Met:
    """Return the contacts that left an organisation."""
    ends = spread(seen, found, "organisation", known.unit)
    left = np.zeros(len(found.actor), np.bool_)
    left[ends.row[ends.a != ends.b]] = True
    return found._replace(
        **{name: getattr(found, name)[left] for name in ("actor", "target", "amount", "day", "said", "pair")}
    )


def _rows(
    sums: Cells,
    shown: Bools,
    labels: tuple[str, ...],
    period: str,
    level: TieLevel,
    k: int = 0,
    *,
    open_end: bool = False,
) -> list[GroupTieRow]:
    """Return the cells that may be shown; of a side with fewer than k people it is not said how many.

    With an open end the other side is everybody.
    """
    return [
        GroupTieRow(
            period=period,
            level=level,
            a=labels[int(sums.low[one])],
            b=None if open_end else labels[int(sums.high[one])],
            people_a=int(sums.people_low[one]) if sums.people_low[one] >= k else None,
            people_b=int(sums.people_high[one]) if apart and sums.people_high[one] >= k else None,
            ties=float(sums.ties[one]),
            forward=int(sums.forward[one]),
            backward=int(sums.backward[one]) if apart else None,
        )
        for one in np.flatnonzero(shown).tolist()
        for apart in (sums.low[one] != sums.high[one],)
    ]
