"""What people did in one period, as the scorers see it: bots out, memberships dated, people as numbers."""

from typing import Final, NamedTuple

import numpy as np

from kithline_core.engine import keys, snapshot
from kithline_core.engine.tables import Tables
from kithline_core.plugins import Input, ScorerSpec
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.people import Held, held
from kithline_sdk.snapshot import DAY, Bools, Ints, Snapshot, Table, Window
from kithline_sdk.stats.graphs import runs
from kithline_sdk.ties import Pairs, contacts, pairs

_TABLES: Final = (
    "tie_day", "ties", "activity_day", "item_use", "memberships", "populations", "organisations", "focal",
)  # fmt: skip
_SPEC: Final = ScorerSpec(
    key="aggregate",
    version="1",
    title={},
    question={},
    unit="none",
    aggregation="none",
    levels=[],
    window_days=90,
    inputs=[Input(table=name, columns=list(CATALOGUE[name])) for name in _TABLES],
    not_for=[],
)
ORDER: Final = "order"


class Needs(NamedTuple):
    """What makes a tie, and the caps: the scorers' defaults."""

    min_events: int = 2
    min_days: int = 2
    pair_day_cap: int = 20
    max_recipients: int = 10


NEEDS: Final = Needs()


class Met(NamedTuple):
    """Contacts, observed and declared: both ends, how many, the day whose memberships count, the pair behind each."""

    actor: Ints
    target: Ints
    amount: Ints
    day: Ints
    said: Bools
    pair: Ints
    tied: Pairs


class Ends(NamedTuple):
    """Contacts spread over what both ends belonged to: the contact, and the code of each side."""

    row: Ints
    a: Ints
    b: Ints


def view(tables: Tables, window: Window) -> Snapshot:
    """Return the people's tables of one window."""
    return snapshot.cut(_SPEC, tables, window, dict(keys.GENERAL))


def met(seen: Snapshot, *, orders: bool) -> Met:
    """Return the contacts of a window as scorers count them; without `orders`, order traffic is no contact."""
    ties, declared = seen["tie_day"], seen["ties"]
    kinds = [orders or label != ORDER for label in ties.labels("kind")]
    keep = np.array([*kinds, True], np.bool_)[ties.codes("kind")]
    counted = contacts(ties, NEEDS.pair_day_cap, NEEDS.max_recipients, keep=keep)
    tied = pairs(counted, min_events=NEEDS.min_events, min_days=NEEDS.min_days, declared=declared)
    said = declared.where(declared.ints("actor") != declared.ints("target"))
    actor, target = np.r_[counted.actor, said.ints("actor")], np.r_[counted.target, said.ints("target")]
    amount = np.r_[counted.count, np.where(said.present("count"), said.ints("count"), 1)]
    day = np.r_[counted.day, _last_days(said, seen.window)]
    return Met(
        actor, target, amount, day, np.arange(len(actor)) >= len(counted.actor), _place(tied, actor, target), tied
    )


def _last_days(said: Table, window: Window) -> Ints:
    last = window.last_day
    return np.where(said.present("last_at"), np.minimum(said.ints("last_at") // DAY, last), last)


def _place(tied: Pairs, actor: Ints, target: Ints) -> Ints:
    size = 1 + int(tied.high.max(initial=0))
    key = np.minimum(actor, target) * size + np.maximum(actor, target)
    return np.asarray(np.searchsorted(tied.low * size + tied.high, key), np.int64)


def spread(seen: Snapshot, found: Met, column: str, code: Ints) -> Ends:
    """Return every way in which a contact joins two memberships; `code` maps labels, -1 leaves one out."""
    one, other = (held(seen["memberships"], column, who, found.day) for who in (found.actor, found.target))
    (start_a, length_a, a), (start_b, length_b, b) = (_kept(side, code, len(found.actor)) for side in (one, other))
    ways = length_a * length_b
    row = np.repeat(np.arange(len(ways)), ways)
    offset = runs(np.zeros(len(ways), np.int64), ways)
    width = np.maximum(1, length_b[row])
    return Ends(row, a[start_a[row] + offset // width], b[start_b[row] + offset % width])


def _kept(side: Held, code: Ints, rows: int) -> tuple[Ints, Ints, Ints]:
    mapped = code[side.code] if len(side.code) else side.code
    inside = mapped >= 0
    size = 1 + int(code.max(initial=0))
    # Two memberships under one label are one.
    pair = np.unique(side.query[inside] * size + mapped[inside])
    length = np.bincount(pair // size, minlength=rows).astype(np.int64)
    return np.cumsum(length) - length, length, pair % size
