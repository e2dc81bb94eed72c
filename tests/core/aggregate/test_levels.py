"""What a scorer says of a tenant's cells is what it says of the tenant's events."""

import asyncio
from collections import Counter

import pytest

from helpers.tenants import InProcess, Tenant
from kithline_core import offline, plugins
from kithline_core.aggregate.make import make
from kithline_core.engine.document import decode

CELLS = {"group_ties", "group_activity", "waits", "contributions"}
# What speaks of no person, as the value model, reads the same in both modes. Of reach cells tell a part only, and no score.
PARTLY = {"reach.ecosystem"}
DECLARING = tuple(
    spec.key
    for spec in plugins.installed().scorers()
    if "aggregates" in spec.modes and CELLS & {one.table for one in spec.inputs} and spec.key not in PARTLY
)
SHARE = 0.95


def scored(dataset):
    async def every():
        request = offline.Request(scorers=DECLARING)
        return {one.scorer: decode(one.document) async for one in offline.score(dataset, request, InProcess())}

    return asyncio.run(every())


def alike(one, other):
    """Same level; where a scorer has none, the same score to a point, or none on both sides."""
    if one.level is not None or other.level is not None:
        return one.level == other.level
    if one.score is None or other.score is None:
        return one.score == other.score
    return abs(one.score - other.score) <= 1


def shares(seeds, **tenant):
    """Return per scorer the share of tenants with the same level, of all and of those with a score from events."""
    same, published, counted = Counter(), Counter(), Counter()
    for seed in seeds:
        dataset = Tenant(seed, **tenant).dataset
        here = scored(dataset)
        there = scored(make(dataset, floor=5, period="window").dataset)
        for key in DECLARING:
            fits, shown = alike(here[key], there[key]), here[key].score is not None
            same[key] += fits
            counted[key] += shown
            published[key] += fits and shown
    return {key: (same[key] / len(seeds), published[key] / max(1, counted[key]), counted[key]) for key in DECLARING}


def told(found):
    for key, (every, published, counted) in found.items():
        line = f"{key}: same level {every:.1%}; of the {counted} tenants with a score {published:.1%}"
        print(line)  # noqa: T201 - the share is what one wants to read


def test_the_scorers_of_networks_declare_that_they_can_read_cells():
    assert {"silos.internal", "supply.collaboration"} <= set(DECLARING)


def test_small_tenants_get_the_same_levels_from_cells():
    found = shares(range(1_000, 1_025), small=True)

    told(found)
    assert all(every >= SHARE - 0.05 and counted >= 5 for every, _, counted in found.values())


@pytest.mark.slow
def test_two_hundred_tenants_get_the_same_levels_from_cells():
    found = shares(range(200))

    told(found)
    assert all(every >= SHARE and published >= SHARE for every, published, _ in found.values())
    assert all(counted >= 50 for _, _, counted in found.values())
