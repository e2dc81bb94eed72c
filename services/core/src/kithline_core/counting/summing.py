"""Counters for the operator: every figure of the installation, for nobody else (what leaves it: `publishing`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final, TypeAlias

import msgspec

from kithline_core.db import counters
from kithline_core.db.database import Tx
from kithline_core.model.counters import BOUNDS, UNFINISHED, Counted, Kind, Period, quantile

# What is read where nobody says since when.
DAYS: Final = 28
Bounds: TypeAlias = tuple[float, float | None]


class Took(msgspec.Struct, frozen=True):
    """How long finished attempts took, in seconds: bounds between which quantiles lie, and how many up to each bound."""

    p50: Bounds | None
    p95: Bounds | None
    histogram: dict[str, int]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How one scorer of a plugin version fared in a period: attempts, of which `runs` came to a result.

    `outcomes` add up to the attempts, as `tiers` do; `tenants` had it run.
    """

    began: date
    plugin: str
    version: str
    scorer: str
    attempts: int
    runs: int
    tenants: int
    outcomes: dict[str, int]
    tiers: dict[str, int]
    seconds: Took


async def read(
    tx: Tx, since: date | None, period: Period, plugin: str | None = None, version: str | None = None
) -> list[Summary]:
    """Return what was counted since a day (four weeks ago unless said), today included; by week, the whole first week."""
    today = await counters.today(tx)
    first = since or today - timedelta(days=DAYS)
    first = monday(first) if period == "week" else first
    return summaries(await counters.read(tx, first, today + timedelta(days=1), period, plugin, version))


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def summaries(found: Iterable[Counted]) -> list[Summary]:
    """Return figures put together, one summary a period, version and scorer, in that order."""
    return [_summary(list(group)) for _, group in groupby(found, key=whose)]


def whose(one: Counted) -> tuple[date, str, str, str]:
    """Return what a figure is about."""
    return one.began, one.plugin, one.plugin_version, one.scorer


def _summary(figures: Sequence[Counted]) -> Summary:
    (everything,) = of(figures, "all")
    return Summary(
        began=everything.began, plugin=everything.plugin, version=everything.plugin_version, scorer=everything.scorer,
        attempts=everything.attempts, runs=counts(of(figures, "ended")).get("finished", 0), tenants=everything.tenants,
        outcomes=counts(of(figures, "outcome")), tiers=counts(of(figures, "tier")), seconds=took(of(figures, "bucket")),
    )  # fmt: skip


def of(figures: Iterable[Counted], kind: Kind) -> list[Counted]:
    """Return the figures of one kind."""
    return [one for one in figures if one.kind == kind]


def counts(figures: Iterable[Counted]) -> dict[str, int]:
    """Return attempts by name; those of workers that did not say their tier are called unknown."""
    return {one.name or "unknown": one.attempts for one in figures}


def took(figures: Iterable[Counted]) -> Took:
    """Return how long the finished ones took."""
    buckets = {int(one.name): one.attempts for one in figures if int(one.name) != UNFINISHED}
    return Took(quantile(buckets, 0.5), quantile(buckets, 0.95), histogram(buckets))


def histogram(buckets: Mapping[int, int]) -> dict[str, int]:
    """Return attempts by the bound that ends their bucket."""
    ends = [*(f"{bound:g}" for bound in BOUNDS), "longer"]
    return {ends[place]: buckets[place] for place in sorted(buckets)}
