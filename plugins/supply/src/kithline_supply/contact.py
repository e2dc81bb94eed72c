"""Edges between units from what people did: counted contacts of the window and declared ties of persons."""

from typing import NamedTuple

import numpy as np

from kithline_sdk import Snapshot
from kithline_sdk.snapshot import DAY, Bools, Ints
from kithline_sdk.stats.graphs import distinct
from kithline_sdk.ties import Contacts, Pairs, contacts, pairs, two_way
from kithline_supply.network import Edges, merged, none
from kithline_supply.organisations import Organisations
from kithline_supply.params import SupplyParams
from kithline_supply.seats import Crossings, crossings, seats

ORDER = "order"


class Contact(NamedTuple):
    """Edges of people's contacts; interactions with suppliers across organisations; who acted; whether contact could show both directions."""

    edges: Edges
    interactions: int
    present: Bools
    aimed: bool
    busiest: tuple[int, ...]


class Flow(NamedTuple):
    """Contacts in one direction: who, how many, the pair of persons behind each, and the units of both ends."""

    actor: Ints
    count: Ints  # type: ignore[assignment]  # a tuple's own `count` is of no use here
    pair: Ints
    cross: Crossings


def contact(snapshot: Snapshot, known: Organisations, params: SupplyParams) -> Contact:
    """Return the contact of the window: order traffic, broadcasts, repetitions beyond the cap left out."""
    ties, declared = snapshot["tie_day"], snapshot["ties"]
    chatter = np.array([*(label != ORDER for label in ties.labels("kind")), True], np.bool_)[ties.codes("kind")]
    keep = chatter & ~_at_home(snapshot, known)
    counted = contacts(ties, params.pair_day_cap, params.max_recipients, keep=keep)
    tied = pairs(counted, min_events=params.min_events, min_days=params.min_days, declared=declared)
    seen, said = _seen(snapshot, known, counted, tied), _said(snapshot, known, tied)
    edges = _edges(len(known.ids), tied, seen, said)
    return Contact(
        edges=edges,
        interactions=_interactions(known, seen) + _interactions(known, said),
        present=_present(snapshot, known, seen),
        # What the focal organisation sends alone says nothing of what comes back (rulings 2.3).
        aimed=bool((seen.cross.source != known.hub).any() or two_way(tied).any()),
        busiest=_busiest(tied, seen, said),
    )


def _at_home(snapshot: Snapshot, known: Organisations) -> Bools:
    """Return the rows of tie_day whose two people only ever stood for one and the same unit: the bulk, and no tie here."""
    ties, members = snapshot["tie_day"], snapshot["memberships"]
    unit, person = known.units(members, "organisation"), members.ints("person")
    size = 1 + max(int(ids.max(initial=0)) for ids in (person, ties.ints("actor"), ties.ints("target")))
    lowest, highest = np.full(size, len(known.ids)), np.full(size, -1)
    np.minimum.at(lowest, person, unit)
    np.maximum.at(highest, person, unit)
    steady = np.where(lowest == highest, highest, -1)
    actor, target = steady[ties.ints("actor")], steady[ties.ints("target")]
    return np.asarray((actor >= 0) & (actor == target), np.bool_)


def _seen(snapshot: Snapshot, known: Organisations, counted: Contacts, tied: Pairs) -> Flow:
    actor = seats(snapshot["memberships"], known, counted.actor, counted.day)
    target = seats(snapshot["memberships"], known, counted.target, counted.day)
    pair = _place(tied, counted.actor, counted.target)
    return Flow(counted.actor, counted.count, pair, crossings(actor, target))


def _said(snapshot: Snapshot, known: Organisations, tied: Pairs) -> Flow:
    """Return the rows of declared ties; memberships are read on the last day that a row names, else the window's last."""
    table, last = snapshot["ties"], snapshot.window.last_day
    apart = table.where(table.ints("actor") != table.ints("target"))
    day = np.where(apart.present("last_at"), np.minimum(apart.ints("last_at") // DAY, last), last)
    count = np.where(apart.present("count"), apart.ints("count"), 1)
    actor, target = apart.ints("actor"), apart.ints("target")
    found = (seats(snapshot["memberships"], known, who, day) for who in (actor, target))
    return Flow(actor, count, _place(tied, actor, target), crossings(*found))


def _edges(size: int, tied: Pairs, seen: Flow, said: Flow) -> Edges:
    """Return one edge per pair of units with a tied pair of persons across them."""
    parts = [_part(size, tied, seen, False), _part(size, tied, said, True)]
    whole = merged(size, [none(), *(edges for edges, _, _ in parts)])
    edge = np.searchsorted(whole.low * size + whole.high, np.concatenate([key for _, key, _ in parts]))
    # A pair of persons counts once, however often and in whatever table it meets.
    many = len(tied.low) + 1
    person = distinct(edge * many + np.concatenate([place for _, _, place in parts]))
    weight = np.bincount(person // many, minlength=len(whole.low))
    return whole._replace(weight=weight.astype(np.float64)).where(weight > 0)


def _part(size: int, tied: Pairs, flow: Flow, declared: bool) -> tuple[Edges, Ints, Ints]:
    """Return the contacts of one table as edges, and of those that are ties the units' key and the pair of persons."""
    cross = flow.cross
    low, high = np.minimum(cross.source, cross.target), np.maximum(cross.source, cross.target)
    ahead, every = cross.source < cross.target, np.ones(len(low), np.bool_)
    place = flow.pair[cross.contact]
    bond = tied.tied[place]
    edges = Edges(low, high, np.zeros(len(low)), ahead, ~ahead, every & declared, ~every)
    return edges, (low * size + high)[bond], place[bond]


def _place(tied: Pairs, actor: Ints, target: Ints) -> Ints:
    """Return the pair of persons behind each contact; `tied` is sorted by its two ends."""
    size = 1 + int(tied.high.max(initial=0))
    key = np.minimum(actor, target) * size + np.maximum(actor, target)
    return np.asarray(np.searchsorted(tied.low * size + tied.high, key), np.int64)


def _interactions(known: Organisations, flow: Flow) -> int:
    supplied = known.suppliers[flow.cross.source] | known.suppliers[flow.cross.target]
    return int(flow.count[distinct(flow.cross.contact[supplied])].sum())


def _present(snapshot: Snapshot, known: Organisations, seen: Flow) -> Bools:
    """Return the units with an event: somebody of theirs acted, or was in contact with another unit."""
    activity = snapshot["activity_day"]
    acted = seats(snapshot["memberships"], known, activity.ints("actor"), activity.ints("day"))
    present = np.zeros(len(known.ids), np.bool_)
    present[acted.spread()[1]] = True
    present[seen.cross.source] = present[seen.cross.target] = True
    return present


def _busiest(tied: Pairs, seen: Flow, said: Flow) -> tuple[int, ...]:
    """Return the person with the most contacts across organisations and the one with the most such ties."""
    flows = [(flow, distinct(flow.cross.contact)) for flow in (seen, said)]
    actor = np.concatenate([flow.actor[rows] for flow, rows in flows])
    count = np.concatenate([flow.count[rows] for flow, rows in flows])
    if not len(actor):
        return ()
    met = distinct(np.concatenate([flow.pair[rows] for flow, rows in flows]))
    ends = np.concatenate([tied.low[met], tied.high[met]])
    return tuple(sorted({int(np.bincount(actor, count).argmax()), int(np.bincount(ends).argmax())}))
