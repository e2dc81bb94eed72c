"""Organisation ties that the sender has already summed, as a whole and period by period."""

import re
from datetime import MAXYEAR, UTC, datetime
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table, Window
from kithline_sdk.snapshot import Bools
from kithline_supply import network
from kithline_supply.network import Edges, Network
from kithline_supply.organisations import Organisations

_SHAPE: Final = re.compile(r"([0-9]{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")
_MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}


class Declared(NamedTuple):
    """The ties of the window with their weight around suppliers and their days, and one network per period."""

    edges: Edges
    named: Bools
    weight: float
    days: float
    periods: dict[str, Network]


def declared(snapshot: Snapshot, known: Organisations, *, alone: bool) -> Declared:
    """Return the declared organisation ties. `alone` says that the folder holds no contact of people.

    A single period stands for the window when nothing else does; otherwise a period counts when it overlaps the window.
    """
    table = snapshot["organisation_ties"]
    table = table.where(np.array([*(label != "order" for label in table.labels("kind")), True])[table.codes("kind")])
    labels = sorted({label for label in table.texts("period") if label is not None})
    spans = {label: span(label) for label in labels}
    only = alone and len(labels) == 1
    chosen = [label for label in labels if only or _overlaps(spans[label], snapshot.window)]
    inside = ~table.present("period") | _is_any(table, chosen)
    edges, named = _edges(table.where(inside), known)
    around = known.suppliers[edges.low] | known.suppliers[edges.high]
    return Declared(
        edges,
        named,
        float(edges.weight[around].sum()),
        sum(found.days for label in chosen if (found := spans[label]) is not None),
        {label: _network(table.where(_is_any(table, [label])), known) for label in labels},
    )


def span(period: str) -> Window | None:
    """Return the days of a period written YYYY, YYYY-Qn or YYYY-MM in digits 0 to 9, None for any other name."""
    shape = _SHAPE.fullmatch(period)
    if shape is None:
        return None
    year, quarter, month = (int(part) if part else 0 for part in shape.groups())
    first = (quarter - 1) * 3 if quarter else month - 1 if month else 0
    length = _MONTHS["quarter" if quarter else "month" if month else "year"]
    if not 1 <= year < MAXYEAR:
        return None
    return Window(_month(year, first), _month(year, first + length))


def _month(year: int, months: int) -> int:
    return int(datetime(year + months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def _overlaps(found: Window | None, window: Window) -> bool:
    return found is not None and found.start < window.end and window.start < found.end


def _is_any(table: Table, labels: list[str]) -> Bools:
    wanted = np.array([*(label in labels for label in table.labels("period")), False], np.bool_)
    return np.asarray(wanted[table.codes("period")], np.bool_)


def _edges(table: Table, known: Organisations) -> tuple[Edges, Bools]:
    """Return the ties of some rows, and which units these rows name, ties to neutral hosts included."""
    a, b = known.units(table, "organisation_a"), known.units(table, "organisation_b")
    named = np.zeros(len(known.ids), np.bool_)
    for side in (a, b):
        named[side[side >= 0]] = True
    weight = np.where(table.present("weight"), table.floats("weight"), 1.0)
    tie = (a >= 0) & (b >= 0) & (a != b) & (weight > 0)
    low, high, weight = np.minimum(a, b)[tie], np.maximum(a, b)[tie], weight[tie]
    yes, no = np.ones(len(low), np.bool_), np.zeros(len(low), np.bool_)
    return network.merged(len(known.ids), [network.none(), Edges(low, high, weight, no, no, yes, yes)]), named


def _network(table: Table, known: Organisations) -> Network:
    edges, named = _edges(table, known)
    return network.of(known, edges, np.zeros(len(known.ids), np.bool_), known.suppliers & named)
