"""Practices that suppliers share, and what other suppliers made of them."""

import math
from typing import NamedTuple

import numpy as np

from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Bools, Floats, Ints
from kithline_sdk.stats import Z90, pielou, rise, wilson
from kithline_sdk.stats.graphs import distinct
from kithline_supply import cells, evenness
from kithline_supply.network import Network
from kithline_supply.organisations import Organisations
from kithline_supply.params import SupplyParams
from kithline_supply.seats import seats
from kithline_supply.structure import Range
from kithline_supply.sureness import tails


class Practice(NamedTuple):
    """Items shared by suppliers, of these used by another supplier, items per supplier (1/k each of k), quarters.

    `told` is how many suppliers shared, and how evenly, where cells say so and nothing of single suppliers.
    """

    items: int
    adopted: int
    shared: Floats
    suppliers: int
    quarters: float
    told: tuple[int, float] | None = None

    @property
    def sharing(self) -> int:
        """Return how many suppliers shared something."""
        return self.told[0] if self.told else int(np.count_nonzero(self.shared))

    @property
    def rate(self) -> float | None:
        """Return items per supplier and quarter."""
        base = self.suppliers * self.quarters
        return self.items / base if self.items and base else None

    @property
    def evenness(self) -> float | None:
        """Return J: the entropy of the sharing suppliers over ln S; 0 for one, absent for none (rulings 2.4)."""
        if self.told:
            return self.told[1]
        return pielou(self.shared.tolist(), self.suppliers) if self.items else None

    @property
    def adoption(self) -> float | None:
        """Return the share of items that another supplier answered or reused."""
        return self.adopted / self.items if self.items else None

    @property
    def adoption_interval(self) -> Range | None:
        """Return the Wilson interval of the adoption."""
        return wilson(self.adopted, self.items) if self.items else None


def practice(snapshot: Snapshot, known: Organisations, found: Network, params: SupplyParams) -> Practice:
    """Return what suppliers shared in the window; only items of kind `practice` stand in the table."""
    table = snapshot["item_use"]
    if not table.rows and cells.present(snapshot):
        return _told(snapshot, found, params)
    size = max(1, found.size)
    made = table.where(~table.present("used_by"))
    owned = _held(snapshot, known, found, made.codes("item"), made.ints("actor"), made.ints("day"))
    used = table.where(table.present("used_by"))
    users = _held(snapshot, known, found, used.codes("item"), used.ints("used_by"), used.ints("day"))
    others = users[~np.isin(users, owned)]
    items, times = np.unique(owned // size, return_counts=True)
    share = 1.0 / times[np.searchsorted(items, owned // size)]
    return Practice(
        items=len(items),
        adopted=int(np.isin(items, others // size).sum()),
        shared=np.bincount(owned % size, share, found.size).astype(np.float64),
        suppliers=int(found.suppliers.sum()),
        quarters=snapshot.window.days / params.quarter_days,
    )


def _told(snapshot: Snapshot, found: Network, params: SupplyParams) -> Practice:
    """Return what the cells say of suppliers' practices; nothing where too few people stand behind them."""
    items, adopted, sharing, evenness = cells.practices(snapshot) or (0, 0, 0, 0.0)
    return Practice(
        items=items,
        adopted=adopted,
        shared=np.zeros(found.size),
        suppliers=int(found.suppliers.sum()),
        quarters=cells.days(snapshot) / params.quarter_days,
        told=(sharing, evenness) if items else None,
    )


def _held(snapshot: Snapshot, known: Organisations, found: Network, item: Ints, person: Ints, day: Ints) -> Ints:
    """Return item * n + unit for every supplier that a person stood for, each once."""
    row, unit = seats(snapshot["memberships"], known, person, day).spread()
    keep = _of(found.suppliers, unit)
    return distinct(item[row[keep]] * max(1, found.size) + unit[keep])


def _of(suppliers: Bools, unit: Ints) -> Bools:
    return np.asarray(suppliers[unit], np.bool_)


def value(done: Practice, params: SupplyParams) -> float | None:
    """Return e of the card: the curve of the rate times J; absent when nothing was shared."""
    return None if done.rate is None or done.evenness is None else _sharing(done.rate, done.evenness, params)


def value_interval(done: Practice, params: SupplyParams) -> Range | None:
    """Return the 90 % interval of e, each supplier sharing as many items as chance made it (Poisson).

    The standard error is that of leaving out one item after the other, the middle has the entropy that few items hide.
    One item more or less stays within the ends.
    """
    now = value(done, params)
    if now is None or done.told:
        return None
    shared = [one for one in done.shared.tolist() if one > 0]
    items, logs = math.fsum(shared), math.fsum(map(evenness.weighed, shared))
    less = [_at(items - 1, one, done, params) for one in evenness.without_one(shared)]
    wider = tails(len(shared) - 1) if len(shared) > 1 else 1.0
    half = wider * Z90 * math.sqrt(items * evenness.mean(shared, [(left - now) ** 2 for left in less]))
    middle = _at(items, evenness.lifted(shared), done, params)
    more = _at(items + 1, evenness.entropy(items + 1, logs), done, params) if len(shared) < done.suppliers else now
    return max(0.0, min(now, *less, middle - half)), min(1.0, max(now, more, middle + half))


def _at(items: float, entropy: float, done: Practice, params: SupplyParams) -> float:
    """Return e of so many items with this entropy."""
    if items <= 0 or done.suppliers < 2:  # noqa: PLR2004 - nothing to be even about
        return 0.0
    rate = items / (done.suppliers * done.quarters)
    return _sharing(rate, min(1.0, entropy / math.log(done.suppliers)), params)


def _sharing(rate: float, evenness: float, params: SupplyParams) -> float:
    return rise(rate, params.practice_half, params.practice_high) * evenness
