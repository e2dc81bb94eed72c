"""Of days that were listed one way, no other way is written down: not by the next who asks, nor by one at the same time."""

import asyncio

import pytest

from helpers.work import provision
from kithline_core.db import told
from kithline_core.db.evidence import Days
from kithline_core.model.evidence import Division

pytestmark = pytest.mark.anyio
FIRST = Division(b"alpha", b"who is where")


async def claimed(db, tenant, days, division):
    async with db.tenant(tenant) as tx:
        await told.add(tx, days, division)
    async with db.tenant(tenant) as tx:
        return await told.there(tx, days, division)


@pytest.mark.parametrize(
    ("days", "division", "there"),
    [
        (Days(1, 90), FIRST, True),
        (Days(50, 140), FIRST, True),
        (Days(50, 140), Division(b"alpha", b""), True),
        (Days(50, 140), Division(b"beta", b""), False),
        (Days(90, 180), Division(b"alpha", b"who moved"), False),
        (Days(1, 1), Division(b"alpha", b"who moved"), False),
        (Days(91, 180), Division(b"beta", b"who moved"), True),
    ],
)
async def test_days_are_divided_one_way(db, days, division, there):
    tenant, other = await provision(db), await provision(db)
    assert await claimed(db, tenant, Days(1, 90), FIRST)

    assert await claimed(db, tenant, days, division) is there
    assert await claimed(db, tenant, Days(1, 90), FIRST)
    assert await claimed(db, other, days, division)


async def test_members_may_be_told_after_the_communities_and_only_one_way(db):
    tenant, days = await provision(db), Days(1, 90)
    assert await claimed(db, tenant, days, Division(b"alpha", b""))

    assert await claimed(db, tenant, days, FIRST)
    assert not await claimed(db, tenant, Days(2, 91), Division(b"alpha", b"who moved"))


async def test_of_two_at_a_time_one_is_written_down(db):
    tenant = await provision(db)
    ways = [Division(b"alpha", bytes([number])) for number in range(4)]

    there = await asyncio.gather(*(claimed(db, tenant, Days(place, 90), way) for place, way in enumerate(ways)))

    assert sorted(there) == [False, False, False, True]
