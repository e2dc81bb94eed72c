"""Organisation ties that the sender has already summed, as a whole and period by period."""

from typing import Final, NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table
from kithline_sdk.periods import overlaps, span
from kithline_sdk.snapshot import Bools
from kithline_supply import network
from kithline_supply.network import Edges, Network
from kithline_supply.organisations import Organisations

BOTH: Final = "both"


class Declared(NamedTuple):
    """The ties of the window with their weight around suppliers and their days, and one network per period.

    `linked` says that contact was seen to link organisations, `aimed` that contact could show both directions.
    """

    edges: Edges
    named: Bools
    linked: bool
    aimed: bool
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
    chosen = [label for label in labels if only or overlaps(spans[label], snapshot.window)]
    inside = ~table.present("period") | _is_any(table, chosen)
    edges, _ = _edges(table.where(inside), known)
    seen, _ = _edges(table.where(inside & table.present("direction")), known)
    # What was seen is counted where it was seen.
    said, named = _edges(table.where(inside & ~table.present("direction")), known)
    around = known.suppliers[said.low] | known.suppliers[said.high]
    return Declared(
        edges,
        named,
        bool(seen.linked.any()),
        bool((seen.two_way | _from_others(seen, known.hub)).any()),
        float(said.weight[around].sum()),
        sum(found.days for label in chosen if (found := spans[label]) is not None),
        {label: _network(table.where(_is_any(table, [label])), known) for label in labels},
    )


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
    both = np.array([*(label == BOTH for label in table.labels("direction")), False])[table.codes("direction")]
    vague, ahead = ~table.present("direction"), a < b
    # A row says that the tie stands, unless it says that nobody declared it.
    stands = ~table.present("declared") | (table.ints("declared") == 1)
    flags = (~vague & (both | ahead), ~vague & (both | ~ahead), stands, vague)
    found = Edges(*(column[tie] for column in (np.minimum(a, b), np.maximum(a, b), weight, *flags)))
    return network.merged(len(known.ids), [network.none(), found]), named


def _from_others(edges: Edges, hub: int | None) -> Bools:
    """Return the ties in which somebody other than the hub was seen to speak."""
    return np.asarray((edges.forward & (edges.low != hub)) | (edges.backward & (edges.high != hub)), np.bool_)


def _network(table: Table, known: Organisations) -> Network:
    edges, named = _edges(table, known)
    return network.of(known, edges, np.zeros(len(known.ids), np.bool_), known.suppliers & named)
