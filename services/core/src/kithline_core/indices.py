"""Use case: the five indices and named totals from what is stored. Nothing of them is stored itself."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from kithline_core import ids, plugins
from kithline_core.db import TenantTx, results
from kithline_core.db import indices as stored
from kithline_core.db.indices import Ingredient
from kithline_core.db.registers import barriers as register
from kithline_core.engine.composite import barriers, parts, value
from kithline_core.engine.composite.index import show, weigh
from kithline_core.engine.composite.maps import IndexMap, PartSpec, index_map
from kithline_core.engine.composite.parts import Part
from kithline_core.engine.composite.shown import Index
from kithline_core.engine.composite.total import Unit
from kithline_core.engine.composite.value import IndexTotal
from kithline_core.model.indices import IndexVariant
from kithline_core.model.registers import BarrierRow

# How many windows a total is ranked among, itself included.
WINDOWS: Final = 12
# More barriers than that are not read: a register of that size is no register.
MOST_BARRIERS: Final = 10_000


class Material(msgspec.Struct, frozen=True):
    """What indices are made of: results as of the ends of windows, barriers as declared now, scorers installed."""

    results: list[Ingredient]
    barriers: list[BarrierRow]
    installed: frozenset[str]


class Indices(msgspec.Struct, frozen=True, kw_only=True):
    """The five indices as of the end of the last window, and the map by which they are made."""

    map: int
    map_sha256: str
    window_end: str | None
    indices: list[Index]


async def gather(tx: TenantTx, scope_id: UUID | None, until: datetime | None, windows: int = 1) -> Material:
    """Read what the indices of the last windows up to an instant are made of, of one scope (None: everything)."""
    found = await stored.latest(tx, index_map().scorers, scope_id, until, windows)
    declared = (await register.page(tx, size=MOST_BARRIERS)).rows
    return Material(found, declared, frozenset(one.key for one in plugins.installed().scorers()))


async def current(material: Material) -> Indices:
    """Return the indices as of the last window. Off the loop: draws take their time."""
    return await asyncio.to_thread(_current, material)


async def total(material: Material, variant: IndexVariant) -> IndexTotal:
    """Return a named total as of the last window, ranked among the windows before it."""
    return await asyncio.to_thread(_total, material, variant)


def _current(material: Material) -> Indices:
    found, (*_, last) = index_map(), units(material)
    shown = [show(found, spec, last.indices[spec.index]) for spec in found.indices]
    return Indices(map=found.version, map_sha256=found.sha256, window_end=last.label or None, indices=shown)


def _total(material: Material, variant: IndexVariant) -> IndexTotal:
    return value.of(index_map(), variant, units(material))


def units(material: Material) -> list[Unit]:
    """Return the indices as of each window, the oldest first; without any result one unit that knows nothing."""
    found, ends = index_map(), sorted({one.at for one in material.results})
    by_end = {end: {one.scorer: one for one in material.results if one.at == end} for end in ends}
    return [_unit(found, _instant(end), by_end[end], material) for end in ends] or [_unit(found, "", {}, material)]


def _unit(found: IndexMap, label: str, known: Mapping[str, Ingredient], material: Material) -> Unit:
    told = {one.part: _part(one, known.get(one.part), material) for spec in found.indices for one in spec.parts}
    return Unit(label, {spec.index: weigh(found, spec, told) for spec in found.indices})


def _part(spec: PartSpec, known: Ingredient | None, material: Material) -> Part:
    if spec.source == "barriers":
        return barriers.part(spec, material.barriers)
    if known is None:
        return _unheard(spec, material.installed)
    result = ids.show("result", known.id)
    if known.lapsed:
        what = results.LACKING[results.ENDED]
        return parts.absent(spec, "withheld", results.ENDED, f"{spec.part}: {what}", result=result)
    changed = None if known.stale_since is None else _instant(known.stale_since)
    return parts.of_finding(spec, known.document, result, changed)


def _unheard(spec: PartSpec, installed: frozenset[str]) -> Part:
    if spec.part in installed:
        return parts.absent(spec, "insufficient", "no_result", f"a result of {spec.part}")
    return parts.absent(spec, "insufficient", "not_installed", f"a plugin that offers {spec.part}")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
