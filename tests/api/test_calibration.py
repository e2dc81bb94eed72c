"""The ledger over the API: a tenant's own, by scorer and version."""

import pytest

from helpers.foretold import SUPPLY, said
from kithline_core import ids
from kithline_core.db import predictions

pytestmark = pytest.mark.anyio


async def test_a_tenant_reads_its_own_ledger_and_another_nothing_of_it(world):
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    for days, level in ((0, 2), (90, 2), (180, 1)):
        await said(db, tenant, days, level)
    async with db.tenant(tenant) as tx:
        await predictions.resolve(tx)

    mine, other = [(await client.get("/v1/calibration")).json()["scorers"] for client in (world.tenant, world.other)]

    (one,) = [one for one in mine if (one["scorer"], one["version"]) == (SUPPLY, "1.0.0")]
    assert (one["prediction"], one["n"], one["waiting"]) == ("level_holds", 2, 1)
    assert one["brier"] == pytest.approx((0.01 + 0.81) / 2)
    assert one["interval"] == "unquantified: 2 predictions so far; an interval takes 10"
    assert [(part["low"], part["n"], part["came"]) for part in one["bins"]] == [(0.9, 2, 0.5)]
    assert {part["n"] for part in other} == {0}
    assert all(part["why"].startswith("unknown: ") for part in other)
