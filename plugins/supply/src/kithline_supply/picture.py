"""Everything that was computed about one snapshot, before it is weighed."""

from typing import NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table
from kithline_supply import circles, contact, declared, network, practice, structure
from kithline_supply.circles import Circles, Inside, Steps
from kithline_supply.contact import Contact
from kithline_supply.declared import Declared
from kithline_supply.network import Network
from kithline_supply.organisations import Organisations, organisations
from kithline_supply.params import SupplyParams
from kithline_supply.practice import Practice
from kithline_supply.structure import Measured


class Picture(NamedTuple):
    """Who, contact, declared ties, the network of the window with its structure, circles, near pairs and practices.

    `alone` says that organisation ties are all there is; `aimed` that the direction of contact is known.
    """

    known: Organisations
    contact: Contact
    declared: Declared
    network: Network
    structure: Measured
    circles: Circles
    inside: Inside
    steps: Steps
    practice: Practice
    alone: bool
    aimed: bool


def picture(snapshot: Snapshot, params: SupplyParams) -> Picture:
    """Return what the window shows."""
    known = organisations(snapshot)
    seen = contact.contact(snapshot, known, params)
    # One-way posts do not turn declared ties into observed ones.
    people = bool(seen.edges.linked.any())
    said = declared.declared(snapshot, known, alone=not people)
    alone = not (people or said.linked) and bool(said.named.any())
    edges = network.merged(len(known.ids), [seen.edges, said.edges])
    whole = network.of(known, edges, seen.present, known.suppliers & said.named if alone else known.suppliers)
    aimed = (seen.aimed or said.aimed) and not alone
    around = circles.circles(snapshot, known, whole)
    return Picture(
        known=known,
        contact=seen,
        declared=said,
        network=whole,
        structure=structure.measured(whole, aimed=aimed),
        circles=around,
        inside=circles.inside(whole, around),
        steps=circles.steps(whole, around),
        practice=practice.practice(snapshot, known, whole, params),
        alone=alone,
        aimed=aimed,
    )


def without(snapshot: Snapshot, person: int) -> Snapshot:
    """Return the snapshot as if somebody had done nothing."""
    return Snapshot(snapshot.window, [_less(table, person) for table in snapshot.tables.values()])


def _less(table: Table, person: int) -> Table:
    columns = {"tie_day": ("actor", "target"), "ties": ("actor", "target"), "activity_day": ("actor",)}
    columns["item_use"] = ("actor", "used_by")
    keep = np.ones(table.rows, np.bool_)
    for name in columns.get(table.name, ()):
        keep &= ~table.present(name) | (table.ints(name) != person)
    return table.where(keep)
