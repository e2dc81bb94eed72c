"""Growth on a server as it is deployed: what ten thousand events cost, and what ten million do.

`KITHLINE_GROWTH=10000,100000,1000000,10000000 pytest -m bench tests/bench/test_growth.py -s` takes a quarter of an hour.
"""

import asyncio
import os
import statistics

import pytest

from bench import yard
from helpers import growth
from kithline_core.db import Database

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]
FIFTH = 0.2
SIZES = [int(size) for size in os.environ.get("KITHLINE_GROWTH", "10000,100000,1000000").split(",")]


def test_ingest_stays_flat_and_a_late_event_redoes_its_day(bench_database, capsys):
    grown = []
    for size in SIZES:
        grown.append(asyncio.run(measured(bench_database.app, yard.tenant(bench_database.app), size)))
        with capsys.disabled():
            print(f"\n{growth.table(grown)}")  # noqa: T201 - a measurement prints its figures

    assert {len(one.redone) for one in grown} == {1}
    # Each size within a fifth of the line through all of them, and none that falls off towards its end; the last tenth of
    # 100,000 is two batches.
    flat = statistics.median(one.calm for one in grown)
    assert all(abs(one.calm / flat - 1) <= FIFTH for one in grown)
    assert all(one.last >= (1 - FIFTH) * one.calm for one in grown if one.events >= 1_000_000)


async def measured(url, tenant, size):
    async with Database.open(url) as db:
        return await growth.grow(db, tenant.id, size)
