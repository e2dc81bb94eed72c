"""Use case: check on tenants that agreed whether measures mean what they are called (Part C 10)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from kithline_core.db import Database, measured, pooling, rollups
from kithline_core.db.measured import Found
from kithline_core.engine.constructs import checks
from kithline_core.engine.constructs.checks import Declared, Sample
from kithline_core.engine.document import decode
from kithline_core.engine.tables import micros
from kithline_core.plugins import Plugin
from kithline_core.plugins.found import Installed, default, today
from kithline_core.plugins.standing import Checked
from kithline_sdk.names import identifier
from kithline_sdk.snapshot import DAY

# A community nobody contributed to for so many days has closed; whoever was heard of within a lapse lives on.
SILENT: Final = 90
LAPSE: Final = 28
# How long before it closed a community is looked at: 90 days, or the last window before.
BEFORE: Final = 90
EARLIEST: Final = 180
# Findings of a tenant that are read: ten years of months of a dozen scorers.
MOST: Final = 2_000
_PREFIX: Final = "community:"


async def of(db: Database, dispatch: Database, installed: Installed) -> list[Checked]:
    """Return the checks of every plugin version that declares constructs, by name and version.

    `dispatch` sees who agreed. A plugin is checked by itself and beside those the operator installed with Kithline, so
    that nobody's plugin can spoil another's name.
    """
    declared = [(one, _declared(one)) for one in installed.plugins]
    async with dispatch.dispatcher() as tx:
        agreed = await pooling.agreed(tx)
    sample = await _sample(db, agreed, [one for _, many in declared for one in many])
    beside = [one for plugin in _defaults(installed) if not plugin.digest for one in _declared(plugin)]
    return [
        _checked(plugin, checks.of(own, [one for one in beside if one.plugin != plugin.manifest.plugin], sample))
        for plugin, own in declared
        if own
    ]


def _checked(plugin: Plugin, found: list[checks.Check]) -> Checked:
    return Checked(
        plugin=plugin.name,
        version=plugin.manifest.version,
        checked_on=today(),
        verdict=checks.verdict(found),
        checks=found,
    )


def _defaults(installed: Installed) -> Iterator[Plugin]:
    for _, many in groupby(installed.plugins, key=lambda one: one.name):
        found = default(list(many))
        if found is not None:
            yield found


def _declared(plugin: Plugin) -> list[Declared]:
    told = plugin.manifest
    return [
        Declared(
            told.plugin, told.version, spec.key, one.dimension, one.kind, one.measure,
            -1 if one.measure in spec.measures and spec.measures[one.measure].direction == "down" else 1,
        )
        for spec in told.scorers
        for one in spec.constructs
    ]  # fmt: skip


async def _sample(db: Database, agreed: Iterable[UUID], declared: Sequence[Declared]) -> Sample:
    """Return one value a tenant of each measure, and of each measure per community what sets the closed ones apart."""
    values: dict[Declared, dict[UUID, float]] = defaultdict(dict)
    apart: dict[Declared, dict[UUID, tuple[float, float]]] = defaultdict(dict)
    for tenant in agreed if declared else ():
        await rollups.catch_up(db, tenant)
        async with db.tenant(tenant, frozen=True) as tx:
            found = await measured.findings(tx, {one.scorer for one in declared}, MOST)
            heard = await measured.heard(tx)
        for one in declared:
            own = [each for each in found if (each.scorer, each.plugin, each.version) == (one.scorer, *one[:2])]
            if one.kind == "community":
                if pair := _apart(one, own, heard):
                    apart[one][tenant] = pair
            elif own and (value := _value(own[0], one.measure)) is not None:
                values[one][tenant] = value
    return Sample(values, apart)


def _value(found: Found, measure: str) -> float | None:
    value = decode(found.document).measures.get(measure)
    return None if value is None or isinstance(value, str) else float(value)


def _apart(one: Declared, found: Sequence[Found], heard: Mapping[str, int]) -> tuple[float, float] | None:
    """Return the means of closed communities and of those that live on, each pair in one window; None without a pair."""
    newest = max(heard.values(), default=0)
    pairs = [
        (values[name], math.fsum(living) / len(living))
        for name, last in sorted(heard.items())
        if newest - last >= SILENT
        for values in [_before(one, found, last)]
        for living in [[value for other, value in values.items() if newest - heard.get(other, 0) <= LAPSE]]
        if name in values and living
    ]
    if not pairs:
        return None
    closed, living = (math.fsum(side) / len(pairs) for side in zip(*pairs, strict=True))
    return closed, living


def _before(one: Declared, found: Sequence[Found], last: int) -> dict[str, float]:
    """Return the measure by community in the latest window that ended 90 to 180 days before a day."""
    for each in found:
        if BEFORE <= last - micros(each.window_end) // DAY <= EARLIEST:
            return _by_community(each, one.measure)
    return {}


def _by_community(found: Found, measure: str) -> dict[str, float]:
    told = decode(found.document).measures
    named = (
        (name.removeprefix(_PREFIX).partition("."), value) for name, value in told.items() if name.startswith(_PREFIX)
    )
    return {
        identifier(community): float(value)
        for (community, _, rest), value in named
        if rest == measure and not isinstance(value, str)
    }
