"""Links between ids in the database: made, listed, taken back, and never lost."""

from datetime import UTC, datetime

import msgspec
import pytest

from kithline_core.db import (
    audit,
    grounds,
    identities,
    mergers,
    organisations,
    people,
    rights,
    rollups,
    sources,
    undoing,
)
from kithline_core.db import events as events_of
from kithline_core.db import ties as ties_of
from kithline_core.db.batches import under
from kithline_core.errors import Conflict, NoGround, NotFound
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.identities import IdentityRow, NewIdentity
from kithline_core.model.rows import EventRow, OrganisationRow, PersonRow, TieRow
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ALWAYS = Window(0, 40_000 * DAY)


def link(alias, same_as, kind="person", **more):
    return IdentityRow(kind=kind, id=alias, same_as=same_as, **more)


def by_hand(alias, same_as, kind="person", **more):
    return NewIdentity(kind=kind, id=alias, same_as=same_as, **more)


async def in_force(db, tenant):
    async with db.tenant(tenant) as tx:
        return {(one.id, one.same_as) for one in (await identities.page(tx)).rows}


async def met(db, tenant):
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)
        data = (await sources.load(tx, ["activity_day"], ALWAYS)).data
    return sorted(zip(data["activity_day"]["actor"], data["activity_day"]["count"], strict=True))


async def talked(db, tenant):
    async with db.tenant(tenant) as tx:
        rows = [EventRow(id=one, occurred_at=AT, actor=one, verb="posted") for one in ("ann", "a.weber", "ben")]
        await events_of.ingest(tx, rows)


async def test_a_link_counts_two_for_one_until_it_is_taken_back(db, tenant):
    await talked(db, tenant)
    async with db.tenant(tenant) as tx:
        made = await identities.link(tx, by_hand("a.weber", "ann", reason="same person"))
    linked = await met(db, tenant)
    async with db.tenant(tenant) as tx:
        undone = await identities.undo(tx, made.id)

    assert linked == [("ann", 2), ("ben", 1)]
    assert await met(db, tenant) == [("a.weber", 1), ("ann", 1), ("ben", 1)]
    assert (made.rule, made.undone_at, undone.undone_at is not None) == ("same person", None, True)


async def test_the_history_keeps_what_was_taken_back_and_the_audit_names_nobody(db, tenant):
    async with db.tenant(tenant) as tx:
        made = await identities.link(tx, by_hand("somebody", "ann"))
        await identities.undo(tx, made.id)
        history = await identities.history(tx)
        told = await audit.page(tx)

    assert [one.alias for one in history] == ["somebody"]
    assert history[0].undone_at is not None
    assert {"identity.link", "identity.undo"} <= {one.action for one in told}
    assert "somebody" not in repr(told)
    assert await in_force(db, tenant) == set()


async def test_a_link_is_taken_back_once(db, tenant, other):
    async with db.tenant(tenant) as tx:
        made = await identities.link(tx, by_hand("x", "y"))
        await identities.undo(tx, made.id)
        with pytest.raises(Conflict, match="already"):
            await identities.undo(tx, made.id)
    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await identities.undo(tx, made.id)


async def test_an_id_has_one_other_name_and_a_circle_is_refused(db, tenant):
    async with db.tenant(tenant) as tx:
        await identities.link(tx, by_hand("a", "b"))
        with pytest.raises(Conflict, match="linked to another one already"):
            await identities.link(tx, by_hand("a", "c"))
        for alias, same_as in (("b", "a"), ("c", "c")):
            with pytest.raises(Conflict, match="circle"):
                await identities.link(tx, by_hand(alias, same_as))
        await identities.link(tx, by_hand("b", "a", "organisation"))


async def test_many_at_once_each_with_its_verdict(db, tenant):
    rows = [link("a", "b"), link("b", "c"), link("c", "a"), link("a", "b"), link("d", "d"), link("a", "z")]
    async with db.tenant(tenant) as tx:
        first = await identities.upsert(tx, rows)
        again = await identities.upsert(tx, [link("a", "z"), link("b", "c", rule="sure")])
        history = await identities.history(tx)

    assert [one.status for one in first] == ["accepted", "accepted", "rejected", "duplicate", "rejected", "updated"]
    assert (first[2].code, first[2].pointer) == ("circle", "/same_as")
    assert [one.status for one in again] == ["duplicate", "updated"]
    assert await in_force(db, tenant) == {("a", "z"), ("b", "c")}
    assert sorted((one.alias, one.undone_at is None) for one in history) == [("a", True), ("b", False), ("b", True)]


async def test_nothing_sent_is_nothing_done(db, tenant):
    async with db.tenant(tenant) as tx:
        assert await identities.upsert(tx, []) == []


async def test_links_of_people_need_a_ground_and_links_of_organisations_none(db, bare):
    async with db.tenant(bare) as tx:
        await identities.link(tx, by_hand("a", "b", "organisation"))
        with pytest.raises(NoGround):
            await identities.link(tx, by_hand("a", "b"))


async def test_nothing_is_linked_to_a_competitors_person(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="rival", group="competitor")])
        (verdict,) = await identities.upsert(tx, [link("x", "rival")])
        with pytest.raises(Conflict, match="competitor"):
            await identities.link(tx, by_hand("y", "rival"))

    assert verdict.status == "accepted"
    assert await in_force(db, tenant) == set()


async def test_an_undone_import_takes_its_links_with_it_and_brings_back_those_it_ended(db, tenant):
    async with db.tenant(tenant) as tx:
        await identities.upsert(tx, [link("a", "b")])
    async with db.tenant(tenant) as tx:
        await under(tx, "monday")
        await identities.upsert(tx, [link("a", "c"), link("d", "c")])
    during = await in_force(db, tenant)
    async with db.tenant(tenant) as tx:
        await undoing.undo(tx, "monday", "wrong list", "a test")

    assert during == {("a", "c"), ("d", "c")}
    assert await in_force(db, tenant) == {("a", "b")}


async def test_a_preview_shows_the_rows_of_both_and_no_figure(db, tenant):
    rows = [PersonRow(person="ann", department="d"), PersonRow(person="a.weber", rank="head"), PersonRow(person="ben")]
    firms = [OrganisationRow(organisation="x", name="X"), OrganisationRow(organisation="y")]
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, rows)
        await organisations.upsert(tx, firms)
        await identities.link(tx, by_hand("ann", "p-1"))
        person = await mergers.preview(tx, by_hand("a.weber", "ann"))
        firm = await mergers.preview(tx, by_hand("y", "x", "organisation"))
        with pytest.raises(Conflict):
            await mergers.preview(tx, by_hand("ann", "ben"))

    assert sorted(one.person for one in person.memberships) == ["a.weber", "ann"]
    assert (person.standing, person.effect, person.organisations) == ("p-1", "withheld", [])
    assert [one.organisation for one in firm.organisations] == ["x", "y"]
    assert await in_force(db, tenant) == {("ann", "p-1")}


async def test_suggestions_name_who_is_not_linked_yet(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann"), PersonRow(person="Ann")])
        await ties_of.upsert(tx, [TieRow(actor="ANN", target="ben")])
        await organisations.upsert(
            tx, [OrganisationRow(organisation="a", name="X Ltd"), OrganisationRow(organisation="x")]
        )
        await identities.link(tx, by_hand("Ann", "ann"))
        found = await mergers.suggest(tx)

    assert [(one.kind, one.id, one.same_as) for one in found] == [("person", "ANN", "ann"), ("organisation", "x", "a")]


async def test_links_and_their_undoing_reach_whatever_counted_people(db, tenant):
    changed = "select tables from changes where tenant_id = $1 order by changed_at"
    async with db.tenant(tenant) as tx:
        made = await identities.link(tx, by_hand("x", "y"))
    async with db.tenant(tenant) as tx:
        await identities.undo(tx, made.id)
        reached = [set(row["tables"]) for row in await tx.rows(changed)]

    assert len(reached) == 2
    assert all({"tie_day", "memberships", "answers", "organisation_ties"} <= tables for tables in reached)


async def test_linked_organisations_are_one_whatever_is_asked_for(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann", organisation="x")])
        await identities.link(tx, by_hand("x", "y", "organisation"))
        data = (await sources.load(tx, ["memberships"], ALWAYS)).data

    assert list(data["memberships"]["organisation"]) == ["y"]
    assert "organisations" not in data


async def test_a_pseudonymous_tenant_links_pseudonyms(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, msgspec.structs.replace(TEMPLATES["synthetic"], mode="pseudonymous"))
        made = await identities.link(tx, by_hand("ann", "ben"))
        shown = await mergers.preview(tx, by_hand("cyd", "ann"))
        firm = await identities.link(tx, by_hand("x", "y", "organisation"))

    assert made.alias.startswith("p-")
    assert made.same_as.startswith("p-")
    assert shown.standing == made.same_as
    assert (firm.alias, firm.same_as) == ("x", "y")


async def test_whom_no_list_may_show_is_in_none_of_these(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann"), PersonRow(person="Ann"), PersonRow(person="ben")])
        await identities.link(tx, by_hand("ann2", "ann"))
        await identities.link(tx, by_hand("ben2", "ben"))
        await rights.take(tx, "restrict", "ann")

        assert [one.alias for one in await identities.history(tx)] == ["ben2"]
        assert (await mergers.preview(tx, by_hand("ann", "ben"))).memberships == [PersonRow(person="ben")]
        assert await mergers.suggest(tx) == []


async def test_links_come_back_as_they_were_sent_page_by_page(db, tenant):
    rows = [
        link("\u00e9 ", "b", confidence=0.1 + 0.2, rule="r", source="s"),
        link("b", "c", "organisation"),
        link("c", "d"),
    ]
    async with db.tenant(tenant) as tx:
        await identities.upsert(tx, rows)
        first = await identities.page(tx, size=2)
        last = await identities.page(tx, first.after, 2)

    assert sorted([*first.rows, *last.rows], key=repr) == sorted(rows, key=repr)
    assert (len(first.rows), last.after) == (2, None)
