"""Disputes and corrections speak of people as lists do: not of the restricted, and by the ids that senders know."""

import msgspec
import pytest

from kithline_core import privacy
from kithline_core.db import corrections, disputes, grounds, people
from kithline_core.model.corrections import RowsWithdrawal
from kithline_core.model.disputes import NewDispute
from kithline_core.model.grounds import from_template
from kithline_core.model.rights import AskedLift, AskedRight
from kithline_core.model.rows import PersonRow

pytestmark = pytest.mark.anyio


async def test_a_dispute_about_somebody_restricted_is_in_no_list_and_shows_no_row(db, tenant):
    claim = {"reason": "no", "opened_by": "ann", "membership": {"person": "ann", "claimed": {"group": "customer"}}}
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann")])
        made = await disputes.open_(tx, msgspec.convert(claim, NewDispute))
        assert len((await disputes.preview(tx, made.id)).memberships_then) == 1
        await privacy.request(tx, "restrict", AskedRight(person="ann", reason="asked"))

    async with db.tenant(tenant) as tx:
        shown = await disputes.preview(tx, made.id)
        assert (await disputes.page(tx), shown.memberships, shown.memberships_then) == ([], [], [])
        await privacy.request(tx, "lift", AskedLift(person="ann", reason="asked"))
        assert [one.id for one in await disputes.page(tx)] == [made.id]


async def test_a_pseudonymous_tenant_withdraws_rows_by_the_ids_it_sends(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, msgspec.structs.replace(from_template("synthetic", "a test"), mode="pseudonymous"))
        await people.upsert(tx, [PersonRow(person="ann", group="customer")])
        asked = RowsWithdrawal(reason="wrong", rows=[{"person": "ann", "group": "customer"}])

        made = await corrections.withdraw_rows(tx, "people", asked, "me")

        assert made.counts == {"rows": 1, "not_found": 0}
        assert (await people.page(tx)).rows == []
