"""Counters for a plugin's publisher: whole weeks, and of them only what stands on enough tenants.

A cell that fewer tenants stand behind, or that one of them makes nearly alone, is withheld. So are further ones until what
is told together (total less what is shown) stands on enough as well. A week is told once it is over: two copies of which the
second knew of one more task would tell of that task.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kithline_core.counting.summing import DAYS, Took, counts, histogram, monday, of, took, whose
from kithline_core.db import counters
from kithline_core.db.database import Tx
from kithline_core.model.counters import UNFINISHED, Counted, Kind
from kithline_sdk.floor import DOMINANCE

FORMAT: Final = "kithline plugin counters v1"
# What is signed says what it is, so that no signature made for something else fits.
PREFIX: Final = FORMAT.encode() + b"\0"
# What a whole is made of, by what it is called where some of it is withheld.
KINDS: Final[Mapping[Kind, str]] = {"ended": "runs", "outcome": "outcomes", "tier": "tiers", "bucket": "histogram"}


class Week(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One scorer of a version in a week (`began` on its Monday). `withheld`: what is not told, and why."""

    began: date
    version: str
    scorer: str
    attempts: int | None = None
    runs: int | None = None
    outcomes: dict[str, int] = {}
    tiers: dict[str, int] = {}
    seconds: Took | None = None
    withheld: dict[str, str] = {}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a publisher is handed: weeks before `until`, each figure on `at_least` tenants. It does not say whose they are."""

    format: str
    plugin: str
    at_least: int
    until: date
    weeks: list[Week]


async def read(
    tx: Tx, plugin: str, since: date | None, at_least: int, kept_days: int, version: str | None = None
) -> Told:
    """Return what may be told of a plugin: weeks that began since a day (four weeks ago unless said) and are over.

    Of `kept_days` whole weeks alone: one of which days are gone would differ from its copy by these days.
    """
    today = await counters.today(tx)
    # A task that ends at midnight may be committed after it.
    until = monday(today - timedelta(days=1))
    first = _whole(max(since or today - timedelta(days=DAYS), today - timedelta(days=kept_days - 1)))
    found = await counters.read(tx, first, until, "week", plugin, version) if first < until else []
    return Told(format=FORMAT, plugin=plugin, at_least=at_least, until=until, weeks=weeks(found, at_least))


def _whole(since: date) -> date:
    """Return the first Monday that is not before a day."""
    return monday(since + timedelta(days=6))


def weeks(found: Sequence[Counted], at_least: int) -> list[Week]:
    """Return what may be told, week by week."""
    return [_week(list(group), at_least) for _, group in groupby(found, key=whose)]


def signed(told: Told, key: Ed25519PrivateKey | None) -> tuple[bytes, str | None]:
    """Return it as it is written, and the signature over it in base64 where there is a key."""
    said = msgspec.json.format(msgspec.json.encode(told)) + b"\n"
    return said, None if key is None else base64.b64encode(key.sign(PREFIX + said)).decode() + "\n"


def shown(cells: Collection[Counted], at_least: int) -> list[Counted]:
    """Return the parts of a whole that may be told, the whole being known."""
    fit = [one for one in cells if _fits([one], at_least)]
    fit.sort(key=lambda one: (-one.tenants, -one.attempts, one.name))
    hidden = [one for one in cells if one not in fit]
    while hidden and fit and not _fits(hidden, at_least):
        hidden.append(fit.pop())
    return [one for one in cells if one in fit]


def _fits(cells: Collection[Counted], at_least: int) -> bool:
    """Say whether cells taken together stand on enough tenants, whichever of them stand behind several."""
    nearly = DOMINANCE * sum(one.attempts for one in cells)
    return max(one.tenants for one in cells) >= at_least and sum(one.largest for one in cells) < nearly


def _week(figures: Sequence[Counted], at_least: int) -> Week:
    (everything,) = of(figures, "all")
    began, _, version, scorer = whose(everything)
    if why := _why(everything, at_least):
        return Week(began=began, version=version, scorer=scorer, withheld={"all": why})
    parts = {kind: of(figures, kind) for kind in KINDS}
    told = {kind: shown(cells, at_least) for kind, cells in parts.items()}
    # Of two parts, both are told or neither.
    runs = counts(told["ended"]).get("finished", 0) if told["ended"] else None
    buckets = {int(one.name): one.attempts for one in told["bucket"] if int(one.name) != UNFINISHED}
    # A quantile stands on all finished attempts, whatever of their distribution is told besides.
    every = took(parts["bucket"])
    quantiles = (every.p50, every.p95) if runs is not None else (None, None)
    return Week(
        began=began, version=version, scorer=scorer, attempts=everything.attempts, runs=runs,
        outcomes=counts(told["outcome"]), tiers=counts(told["tier"]), seconds=Took(*quantiles, histogram(buckets)),
        withheld={KINDS[kind]: _lacking(parts[kind], told[kind], at_least) for kind in KINDS if told[kind] != parts[kind]},
    )  # fmt: skip


def _why(one: Counted, at_least: int) -> str:
    if one.tenants < at_least:
        return f"fewer than {at_least} tenants ran it"
    return "" if _fits([one], at_least) else "one tenant ran nearly all of it"


def _lacking(cells: Collection[Counted], told: Collection[Counted], at_least: int) -> str:
    return (
        f"{len(cells) - len(told)} of {len(cells)}: fewer than {at_least} tenants, or nearly one alone, stand behind "
        "them, or behind what they would give away"
    )
