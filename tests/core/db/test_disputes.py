"""Disputes: opened, looked at, accepted beside what was sent, or refused with a reason."""

from datetime import UTC, datetime

import msgspec
import pytest

from kithline_core.affiliation import priority
from kithline_core.db import audit, datasets, disputes, door, grounds, organisations, people, sources
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict, Invalid, NotFound
from kithline_core.model import pseudonyms
from kithline_core.model.datasets import Affiliation
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.disputes import (
    ClaimedMembership,
    ClaimedOrganisation,
    DisputedMembership,
    DisputedOrganisation,
    NewDispute,
)
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.rows import OrganisationRow, PersonRow
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
ALWAYS = Window(-40_000 * DAY, 40_000 * DAY)


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def about(person="ann", *, claimed, **name):
    membership = DisputedMembership(person=person, **name, claimed=ClaimedMembership(**claimed))
    return NewDispute(membership=membership, reason="wrong", opened_by="the person")


def about_firm(*, claimed, **name):
    told = DisputedOrganisation(organisation="bolts", **name, claimed=ClaimedOrganisation(**claimed))
    return NewDispute(organisation=told, reason="wrong", opened_by="their sales office")


async def sent(tx: TenantTx, *rows, **settings):
    await datasets.put(tx, Settings(nature="synthetic", affiliation=Affiliation(**settings)))
    await people.upsert(tx, rows)


async def seats(tx, *columns):
    data = (await sources.load(tx, ["memberships"], ALWAYS)).data["memberships"]
    cells = [data["person"], *(data[name] for name in columns), data["valid_from"], data["valid_to"]]
    days = [[value // DAY if isinstance(value, int) else value for value in column] for column in cells]
    return sorted(zip(*days, strict=True), key=repr)


def number(text):
    return (day(text) - datetime(1970, 1, 1, tzinfo=UTC)).days


async def accepted(tx, new):
    made = await disputes.open_(tx, new)
    return await disputes.accept(tx, made.id, "true")


async def test_an_accepted_dispute_holds_over_the_row_which_stays_as_it_was_sent(db, tenant):
    row = PersonRow(person="ann", group="employee", organisation="client", department="d", source="hr")
    async with db.tenant(tenant) as tx:
        await sent(tx, row)
        new = about(
            group="employee", organisation="client", department="d", source="hr",
            claimed={"group": "supplier", "organisation": "agency", "valid_from": day("2025-03-01")},
        )  # fmt: skip
        done = await accepted(tx, new)
        found = await seats(tx, "group", "organisation", "department")
        kept = (await people.page(tx)).rows

    assert found == [
        ("ann", "employee", "client", "d", None, number("2025-03-01")),
        ("ann", "supplier", "agency", "d", number("2025-03-01"), None),
    ]
    assert row in kept
    assert kept[1].source == priority.correction_of(
        {"group": "employee", "organisation": "client", "department": "d", "valid_from": None, "source": "hr"}
    )
    assert (done.state, done.decision, done.decided_at is not None) == ("accepted", "true", True)


async def test_sending_the_disputed_row_again_changes_nothing_and_ending_it_ends_the_correction(db, tenant):
    row = PersonRow(person="ann", organisation="client", source="hr")
    async with db.tenant(tenant) as tx:
        await sent(tx, row)
        await accepted(tx, about(organisation="client", source="hr", claimed={"organisation": "agency"}))
        before = await seats(tx, "organisation")
        await people.upsert(tx, [row])
        again = await seats(tx, "organisation")
        ended = [
            PersonRow(person="ann", organisation="client", source="hr", valid_to=day("2026-01-01")),
            PersonRow(person="ann", organisation="next", source="hr", valid_from=day("2026-01-01")),
        ]
        await people.upsert(tx, ended)
        later = await seats(tx, "organisation")

    assert before == again == [("ann", "agency", None, None)]
    assert later == [("ann", "agency", None, number("2026-01-01")), ("ann", "next", number("2026-01-01"), None)]


async def test_a_correction_leaves_other_memberships_of_its_source_and_silences_other_sources(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(
            tx, PersonRow(person="ann", department="a", source="hr"), PersonRow(person="ann", department="b", source="hr"),
            PersonRow(person="ann", department="z", source="crm", valid_from=day("2026-01-01")), sources=["crm", "hr"],
        )  # fmt: skip
        before = await seats(tx, "department")
        await accepted(tx, about(department="a", source="hr", claimed={"department": "c"}))
        after = await seats(tx, "department")

    assert [row[1] for row in before] == ["a", "b", "z"]
    assert after == [("ann", "b", None, None), ("ann", "c", None, None)]


async def test_a_correction_can_be_corrected(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", organisation="x", valid_from=day("2025-01-01")))
        await accepted(tx, about(organisation="x", valid_from=day("2025-01-01"), claimed={"organisation": "y"}))
        (correction,) = [row for row in (await people.page(tx)).rows if row.source is not None]
        await accepted(tx, about(organisation="y", source=correction.source, claimed={"organisation": "z"}))
        found = await seats(tx, "organisation")

    assert found == [("ann", "z", number("2025-01-01"), None)]


async def test_a_correction_whose_row_is_gone_stands_by_itself_over_all_sources(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(
            tx, PersonRow(person="ann", organisation="y", source="dispute/0123456789abcdef01234567"),
            PersonRow(person="ann", organisation="x", source="hr", valid_from=day("2026-01-01")), sources=["hr"],
        )  # fmt: skip
        assert await seats(tx, "organisation") == [("ann", "y", None, None)]


async def test_that_somebody_left_is_claimed_with_nulls(db, tenant):
    gone = {"group": None, "organisation": None, "department": None, "valid_from": day("2025-05-01")}
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", group="employee", organisation="x"))
        with pytest.raises(Conflict, match="null"):
            await disputes.open_(tx, about(group="employee", organisation="x", claimed={"valid_to": day("2025-05-01")}))
        await accepted(tx, about(group="employee", organisation="x", claimed=gone))
        found = await seats(tx, "group", "organisation")

    assert found == [
        ("ann", "employee", "x", None, number("2025-05-01")), ("ann", None, None, number("2025-05-01"), None),
    ]  # fmt: skip


async def test_a_preview_shows_rows_as_they_count_and_would_and_changes_nothing(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", organisation="x", confidence=0.9))
        await organisations.upsert(tx, [OrganisationRow(organisation="bolts", owner="a")])
        person = await disputes.open_(
            tx, about(organisation="x", claimed={"organisation": "y", "valid_from": day("2025-05-01")})
        )
        firm = await disputes.open_(tx, about_firm(claimed={"owner": "b"}))
        shown, other = await disputes.preview(tx, person.id), await disputes.preview(tx, firm.id)
        assert await seats(tx, "organisation") == [("ann", "x", None, None)]

    assert [(row.organisation, row.valid_to) for row in shown.memberships] == [("x", None)]
    assert [(row.organisation, row.valid_from) for row in shown.memberships_then] == [
        ("x", None),
        ("y", day("2025-05-01")),
    ]
    assert [row.owner for row in other.organisations_then] == ["a", "b"]
    assert (shown.effect, other.memberships, len(other.organisations)) == ("withheld", [], 1)


@pytest.mark.parametrize(
    ("begins", "claimed", "corrected"),
    [
        (None, None, "0001-01-02"),
        (None, "2025-05-01", "2025-05-01"),
        ("2025-01-01", None, "2025-01-01T00:00:00.000001"),
        ("2025-01-01", "2024-01-01", "2025-01-01T00:00:00.000001"),
    ],
)
async def test_a_corrected_organisation_is_a_row_behind_the_disputed_one(db, tenant, begins, claimed, corrected):
    row = OrganisationRow(organisation="bolts", owner="a", role="supplier", valid_from=begins and day(begins))
    async with db.tenant(tenant) as tx:
        await organisations.upsert(tx, [row])
        told = {"owner": None, **({"valid_from": day(claimed)} if claimed else {})}
        await accepted(tx, about_firm(valid_from=row.valid_from, claimed=told))
        rows = (await organisations.page(tx)).rows

    assert rows == [row, OrganisationRow(organisation="bolts", role="supplier", valid_from=day(corrected))]


async def test_a_refusal_has_a_reason_and_changes_nothing(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", organisation="x"))
        made = await disputes.open_(tx, about(organisation="x", claimed={"organisation": "y"}))
        refused = await disputes.refuse(tx, made.id, "the register says so")
        with pytest.raises(Conflict, match="refused already"):
            await disputes.accept(tx, made.id, "after all")
        found = await seats(tx, "organisation")
        told = await audit.page(tx)

    assert (refused.state, refused.decision) == ("refused", "the register says so")
    assert found == [("ann", "x", None, None)]
    acts = [one for one in told if one.action.startswith("dispute.")]
    assert sorted(one.action for one in acts) == ["dispute.open", "dispute.refuse"]
    assert "ann" not in repr(acts)


async def test_only_what_is_there_can_be_disputed_and_only_otherwise(db, tenant, other):
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", organisation="x"))
        await organisations.upsert(tx, [OrganisationRow(organisation="bolts")])
        for new in (
            about(claimed={"organisation": "y"}),
            about_firm(valid_from=day("2020-01-01"), claimed={"owner": "b"}),
        ):
            with pytest.raises(NotFound):
                await disputes.open_(tx, new)
        with pytest.raises(Conflict, match="already"):
            await disputes.open_(tx, about(organisation="x", claimed={"organisation": "x", "group": None}))
        with pytest.raises(Invalid, match="either"):
            await disputes.open_(tx, NewDispute(reason="r", opened_by="o"))
        made = await disputes.open_(tx, about(organisation="x", claimed={"manager": "ben"}))
    async with db.tenant(other) as tx:
        assert await disputes.page(tx) == []
        for act in (disputes.get, disputes.preview):
            with pytest.raises(NotFound):
                await act(tx, made.id)
        with pytest.raises(NotFound):
            await disputes.refuse(tx, made.id, "r")


async def test_disputes_are_listed_by_their_state(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", organisation="x"))
        made = [await disputes.open_(tx, about(organisation="x", claimed={"organisation": name})) for name in "yz"]
        # Two of one millisecond stand in any order.
        one, two = sorted(made, key=lambda dispute: dispute.id)
        await disputes.refuse(tx, one.id, "no")

        assert [found.id for found in await disputes.page(tx)] == [two.id, one.id]
        assert [found.id for found in await disputes.page(tx, state="open")] == [two.id]
        assert [found.id for found in await disputes.page(tx, two.id)] == [one.id]


async def test_nothing_is_written_of_somebody_who_was_erased_meanwhile(db, tenant):
    async with db.tenant(tenant) as tx:
        await sent(tx, PersonRow(person="ann", organisation="x"))
        made = await disputes.open_(tx, about(organisation="x", claimed={"organisation": "y"}))
        digests = pseudonyms.digests((await door.load(tx)).secret, "ann")
        await tx.run("insert into erased_people (tenant_id, digest) select $1, unnest($2::bytea[])", list(digests))
    with pytest.raises(Conflict, match="erased"):
        async with db.tenant(tenant) as tx:
            await disputes.accept(tx, made.id, "true")
    async with db.tenant(tenant) as tx:
        assert (await disputes.get(tx, made.id)).state == "open"


async def test_a_pseudonymous_tenant_disputes_by_the_names_it_sends(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, msgspec.structs.replace(TEMPLATES["synthetic"], mode="pseudonymous"))
        await people.upsert(tx, [PersonRow(person="ann", organisation="x")])
        made = await disputes.open_(tx, about(organisation="x", claimed={"manager": "ben"}))
        await disputes.accept(tx, made.id, "true")
        rows = (await people.page(tx)).rows

    assert "ann" not in repr((made, rows))
    assert "ben" not in repr((made, rows))
    assert sorted(row.manager is None for row in rows) == [False, True]
