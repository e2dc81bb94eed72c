"""Disputes, links and corrections speak of people as lists do: not of the restricted, and by the ids that senders know."""

import msgspec
import pytest

from kithline_core import privacy
from kithline_core.db import corrections, disputes, grounds, identities, mergers, people
from kithline_core.errors import Conflict, NotFound
from kithline_core.model.corrections import RowsWithdrawal
from kithline_core.model.disputes import NewDispute
from kithline_core.model.grounds import from_template
from kithline_core.model.identities import IdentityRow, NewIdentity
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
        assert await disputes.page(tx) == []
        for look in (disputes.get, disputes.preview):
            with pytest.raises(NotFound):
                await look(tx, made.id)
        await privacy.request(tx, "lift", AskedLift(person="ann", reason="asked"))
        assert [one.id for one in await disputes.page(tx)] == [made.id]
        assert await disputes.get(tx, made.id) == made


async def test_a_dispute_is_settled_while_the_person_is_restricted_because_of_it(db, tenant):
    claim = {"reason": "no", "opened_by": "ann", "membership": {"person": "ann", "claimed": {"group": "customer"}}}
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann")])
        await privacy.request(tx, "restrict", AskedRight(person="ann", reason="asked"))
        made = await disputes.open_(tx, msgspec.convert(claim, NewDispute))

        assert (await disputes.accept(tx, made.id, "so it is")).state == "accepted"
        with pytest.raises(Conflict, match="was accepted already"):
            await disputes.refuse(tx, made.id, "no")


async def test_a_link_of_somebody_restricted_or_under_erasure_is_as_if_it_were_not_there(db, tenant):
    async with db.tenant(tenant) as tx:
        await identities.upsert(tx, [
            IdentityRow(kind="person", id="annie", same_as="ann"), IdentityRow(kind="person", id="bobby", same_as="bob"),
            IdentityRow(kind="organisation", id="annie", same_as="ann"),
        ])  # fmt: skip
        links = {(one.kind, one.alias): one.id for one in await identities.history(tx)}
        await privacy.request(tx, "restrict", AskedRight(person="annie", reason="asked"))
        await privacy.request(tx, "erase", AskedRight(person="bob", reason="asked"))

    async with db.tenant(tenant) as tx:
        assert [one.kind for one in await identities.history(tx)] == ["organisation"]
        for act in (identities.get, identities.undo):
            for alias in ("annie", "bobby"):
                with pytest.raises(NotFound):
                    await act(tx, links["person", alias])
        assert (await identities.get(tx, links["organisation", "annie"])).same_as == "ann"
        shown = await mergers.preview(tx, NewIdentity(kind="person", id="cleo", same_as="annie"))
        assert (shown.standing, shown.memberships) == (None, [])


async def test_a_pseudonymous_tenant_withdraws_rows_by_the_ids_it_sends(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, msgspec.structs.replace(from_template("synthetic", "a test"), mode="pseudonymous"))
        await people.upsert(tx, [PersonRow(person="ann", group="customer")])
        asked = RowsWithdrawal(reason="wrong", rows=[{"person": "ann", "group": "customer"}])

        made = await corrections.withdraw_rows(tx, "people", asked, "me")

        assert made.counts == {"rows": 1, "not_found": 0}
        assert (await people.page(tx)).rows == []
