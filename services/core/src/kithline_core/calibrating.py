"""Tells whether probabilities kept their word: a tenant's own, and over tenants that agreed, for who runs all this."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date

import msgspec

from kithline_core import plugins
from kithline_core.db import Database, TenantTx, acting, curve_points, pooling, predictions
from kithline_core.db.predictions import LEVEL_HOLDS, Resolved
from kithline_core.engine import document
from kithline_core.engine.calibration import pooled as pooling_rules
from kithline_core.engine.calibration import reliability
from kithline_core.engine.calibration.reliability import Said, Sums
from kithline_core.model.calibration import Calibrated, Calibration, Control, Ledger, Points, Pooled

_Key = tuple[str, str]


async def own(tx: TenantTx) -> Calibration:
    """Return a tenant's ledger: every scorer that says a level, in each version that said one."""
    said, waiting = _sums(await predictions.resolved(tx)), await predictions.waiting(tx)
    known = {(spec.key, spec.version) for spec in plugins.installed().scorers() if spec.levels}
    nothing = reliability.sums([])
    return Calibration(
        scorers=[
            _calibrated(key, said.get(key, nothing), waiting.get(key, 0)) for key in sorted({*known, *said, *waiting})
        ]
    )


def _sums(rows: Iterable[Resolved]) -> dict[_Key, list[Sums]]:
    found: dict[_Key, list[Said]] = defaultdict(list)
    for row in rows:
        found[row.scorer, row.version].append(Said(row.probability, row.came))
    return {key: reliability.sums(said) for key, said in found.items()}


def _calibrated(key: _Key, bins: Sequence[Sums], waiting: int) -> Calibrated:
    told = reliability.told(bins)
    why = None if told.n else f"unknown: 0 predictions so far; {waiting} wait for a later window to show what came"
    return Calibrated(
        scorer=key[0], version=key[1], prediction=LEVEL_HOLDS, waiting=waiting, why=why, **msgspec.structs.asdict(told)
    )


async def over_all(dispatch: Database, db: Database, today: date) -> Ledger:
    """Return the ledgers and drivers of tenants that agreed, as far as enough of them did, and what was announced."""
    ledgers, drivers = defaultdict[_Key, list[list[Sums]]](list), defaultdict[tuple[str, str, str], list[float]](list)
    async for tx in _agreed(dispatch, db):
        for key, bins in _sums(await predictions.resolved(tx)).items():
            ledgers[key].append(bins)
        for one, raw in _raw(await curve_points.newest(tx)):
            drivers[one].append(raw)
    async with db.platform() as platform:
        await acting.operator(platform)
        kept = await curve_points.kept(platform)
    enough = {key for key, values in drivers.items() if len(values) >= pooling_rules.TENANTS}
    return Ledger(
        scorers=[_pooled(key, ledgers[key]) for key in sorted(ledgers)],
        points=[_points(key, drivers[key], kept.get(key, []), today) for key in sorted({*enough, *kept})],
    )


async def announce(db: Database, told: Ledger) -> int:
    """Keep the control points that a ledger proposes; return how many curves they are of."""
    new = [(one, one.proposed) for one in told.points if one.proposed is not None]
    async with db.platform() as tx:
        await acting.operator(tx)
        for one, proposed in new:
            await curve_points.announce(tx, one.scorer, one.version, one.driver, proposed)
    return len(new)


async def _agreed(dispatch: Database, db: Database) -> AsyncIterator[TenantTx]:
    async with dispatch.dispatcher() as tx:
        tenants = await pooling.agreed(tx)
    for tenant_id in tenants:
        async with db.tenant(tenant_id) as own_:
            yield own_


def _raw(documents: Iterable[bytes]) -> Iterable[tuple[tuple[str, str, str], float]]:
    for one in map(document.decode, documents):
        for driver in one.drivers:
            if isinstance(driver.raw, int | float) and not isinstance(driver.raw, bool):
                yield (one.scorer, one.version, driver.name), float(driver.raw)


def _pooled(key: _Key, tenants: Sequence[Sequence[Sums]]) -> Pooled:
    bins = pooling_rules.pool(tenants)
    told, few = reliability.told(bins), pooling_rules.TENANTS
    why = f"unknown: no bin has predictions of {few} tenants that agreed, none with more than 30 % of them"
    return Pooled(
        scorer=key[0], version=key[1], prediction=LEVEL_HOLDS,
        tenants=len(tenants) if len(tenants) >= few else None, why=None if told.n else why,
        refit=pooling_rules.refitted(bins, told), **msgspec.structs.asdict(told),
    )  # fmt: skip


def _points(key: tuple[str, str, str], values: Sequence[float], kept: list[Control], today: date) -> Points:
    found = pooling_rules.control(values, kept, today)
    proposed, why = (None, found) if isinstance(found, str) else (found, None)
    return Points(scorer=key[0], version=key[1], driver=key[2], kept=kept, proposed=proposed, why=why)
