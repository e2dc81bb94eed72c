"""A tenant begins to keep pseudonyms alone: nobody is left under an id of their own, and rights hold on."""

import msgspec
import pytest

from helpers.agreed import employees
from kithline_core import privacy
from kithline_core.db import answers, batches, communities, corrections, grounds, identities, people, rights, ties
from kithline_core.errors import Conflict
from kithline_core.model import pseudonyms
from kithline_core.model.corrections import RowsWithdrawal
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rights import AskedLift, AskedRight
from kithline_core.model.rows import AnswerRow, CommunityRow, PersonRow, TieRow

pytestmark = pytest.mark.anyio
HASH = "abcdefghijklmnopqrstuvwxy2"


def changed(name):
    return msgspec.structs.replace(TEMPLATES[name], signed_by="the board")


HASHED = [
    (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1, confirmed_by="given")),
    (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1, confirmed_by="p-" + HASH)),
    (identities, IdentityRow(kind="organisation", id="acme", same_as="acme-ltd")),
    (identities, IdentityRow(kind="person", id="p-" + HASH, same_as="p-" + HASH[::-1])),
    (communities, CommunityRow(community="c", hosts=f"p-{HASH};p-{HASH} ", owner="purchasing")),
    (people, PersonRow(person="p-" + HASH)),
]


@pytest.mark.parametrize(("noun", "row"), HASHED)
async def test_whoever_is_here_as_a_pseudonym_or_no_person_is_in_nobodys_way(db, bare, noun, row):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        (verdict,) = await noun.upsert(tx, [row])
        assert verdict.status == "accepted"

        assert (await grounds.create(tx, employees())).mode == "pseudonymous"


async def test_a_link_that_was_taken_back_still_names_somebody(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        await identities.upsert(tx, [IdentityRow(kind="person", id="ann", same_as="p-" + HASH)])
        (link,) = await identities.history(tx)
        await identities.undo(tx, link.id)
        with pytest.raises(Conflict, match="links"):
            await grounds.create(tx, employees())


@pytest.mark.parametrize("table", ["batch_rows", "corrected_rows", "tie_day"])
async def test_what_is_left_of_rows_that_are_gone_names_somebody_too(db, bare, table):
    asked = RowsWithdrawal(reason="wrong", rows=[{"actor": "ann", "target": "p-" + HASH}])
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        if table == "tie_day":
            await tx.run(
                "insert into tie_day (tenant_id, day, actor, target, verb, recipients, count, first_at, last_at)"
                " values ($1, 1, 'ann', 'x', 'replied', 1, 1, 1, 1)"
            )
        else:
            if table == "batch_rows":
                await batches.under(tx, "b")
            await ties.upsert(tx, [TieRow(actor="ann", target="p-" + HASH)])
            await corrections.withdraw_rows(tx, "ties", asked, "me")
        with pytest.raises(Conflict, match="under their own ids"):
            await grounds.create(tx, employees())


async def test_whoever_objected_under_an_id_is_left_out_under_the_pseudonym_too(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        for right in ("object", "restrict"):
            await privacy.request(tx, right, AskedRight(person="ann", reason="asked"))
        await privacy.request(tx, "lift", AskedLift(person="ann", reason="asked"))
        await grounds.create(tx, employees())
        key = await rights.secret(tx)
        assert await rights.uncounted(tx) == {pseudonyms.pseudonym(key, "ann")}
        assert not await tx.rows("select from person_rights where tenant_id = $1 and person = 'ann'")
        await privacy.request(tx, "lift", AskedLift(person="ann", reason="asked", right="object"))
        assert await rights.uncounted(tx) == set()


async def test_a_right_that_holds_under_both_names_holds_once(db, bare):
    async with db.tenant(bare) as tx:
        first = await grounds.create(tx, employees())
        await privacy.request(tx, "object", AskedRight(person="ann", reason="asked"))
        await grounds.end(tx, first.id)
        await grounds.create(tx, changed("suppliers"))
        await privacy.request(tx, "object", AskedRight(person="ann", reason="asked"))
        await grounds.create(tx, employees())
        assert len(await rights.uncounted(tx)) == 1


async def test_hosts_come_in_as_pseudonyms_and_an_owner_who_may_be_a_department_as_sent(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees())
        row = CommunityRow(community="c", hosts="ann; p-" + HASH, owner="purchasing")
        verdicts = [await communities.upsert(tx, [row]) for _ in range(2)]
        await communities.upsert(tx, [CommunityRow(community="d")])
        key = await rights.secret(tx)
        first, second = (await communities.page(tx)).rows

    assert [one.status for (one,) in verdicts] == ["accepted", "duplicate"]
    assert first.hosts == f"{pseudonyms.pseudonym(key, 'ann')};p-{HASH}"
    assert (first.owner, second.hosts, second.owner) == ("purchasing", None, None)


async def test_whoever_was_erased_comes_back_neither_as_owner_nor_as_host(db, tenant):
    async with db.tenant(tenant) as tx:
        await privacy.request(tx, "erase", AskedRight(person="ann", reason="asked"))
        await communities.upsert(tx, [
            CommunityRow(community="c", hosts="bob; ann", owner="ann"), CommunityRow(community="d", hosts="bob; cleo"),
            CommunityRow(community="e", hosts="ann", owner="bob"),
        ])  # fmt: skip
        rows = {row.community: (row.hosts, row.owner) for row in (await communities.page(tx)).rows}

    assert rows == {"c": ("bob", None), "d": ("bob; cleo", None), "e": (None, "bob")}


async def test_pseudonyms_stay_when_their_ground_ends_and_another_holds(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        agreed = await grounds.create(tx, employees())
        await people.upsert(tx, [PersonRow(person="sup", group="supplier")])
        await privacy.request(tx, "object", AskedRight(person="sup", reason="asked"))
        await grounds.end(tx, agreed.id)

        (verdict,) = await people.upsert(tx, [PersonRow(person="sup", group="supplier")])
        (row,) = (await people.page(tx)).rows
        barred = await rights.uncounted(tx)
        renewed = await grounds.create(tx, msgspec.structs.replace(employees(), title="renewed"))

    assert verdict.status == "duplicate"
    assert (row.person, barred) == (pseudonyms.pseudonym(await secret(db, bare), "sup"), {row.person})
    assert renewed.mode == "pseudonymous"


async def secret(db, tenant):
    async with db.tenant(tenant) as tx:
        return await rights.secret(tx)
