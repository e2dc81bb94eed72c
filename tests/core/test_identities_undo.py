"""Links and their undoing, in any order: nothing is lost, and only which links hold decides what counts."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kithline_core import plugins
from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.db import (
    events,
    grants,
    grounds,
    identities,
    organisation_ties,
    organisations,
    partners,
    people,
    rollups,
    sources,
    tenants,
    ties,
)
from kithline_core.db.database import Database
from kithline_core.engine.assemble import assemble
from kithline_core.engine.snapshot import cut
from kithline_core.errors import Conflict
from kithline_core.model.grounds import from_template
from kithline_core.model.identities import NewIdentity
from kithline_core.model.rows import EventRow, OrganisationRow, OrganisationTieRow, PersonRow, TieRow
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
FIRST = datetime(2026, 2, 27, tzinfo=UTC)
WINDOW = Window(20_500 * DAY, 20_550 * DAY)
TABLES = (
    "activity_day",
    "tie_day",
    "item_use",
    "opening",
    "event_day",
    "ties",
    "organisation_ties",
    "organisations",
    "memberships",
)
NAMES = st.sampled_from("abcdef")
FIRMS = st.sampled_from(["X", "Y", "Z", "W"])


@pytest.fixture(scope="module")
async def db(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.app, secret="pepper", pool_max=2) as opened:
        yield opened


def maybe(kind):
    return st.none() | kind


ROWS = st.fixed_dictionaries(
    {
        "organisations": st.lists(
            st.builds(
                OrganisationRow, organisation=FIRMS, owner=maybe(FIRMS), role=maybe(st.sampled_from(["focal", "supplier"])),
                aliases=maybe(st.sampled_from(["V", "U;V", "X"])), successor=maybe(FIRMS),
                valid_to=st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n)),
            ),
            max_size=4, unique_by=lambda row: row.organisation,
        ),
        "people": st.lists(
            st.builds(
                PersonRow, person=NAMES, group=maybe(st.sampled_from(["employee", "supplier", "competitor"])),
                organisation=maybe(FIRMS | st.just("V")),
                department=maybe(st.sampled_from("de")), manager=maybe(NAMES), bot=maybe(st.booleans()),
                source=maybe(st.sampled_from(["hr", "crm"])), confidence=maybe(st.sampled_from([0.2, 0.9])),
                valid_from=maybe(st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))),
            ),
            max_size=8, unique_by=lambda r: (r.person, r.group, r.organisation, r.department, r.valid_from, r.source),
        ),
        "events": st.lists(
            st.builds(
                EventRow, id=st.uuids().map(str), actor=NAMES, target=maybe(NAMES), verb=st.just("posted"),
                kind=maybe(st.sampled_from(["practice", "question"])), thread=maybe(st.just("t")), community=maybe(st.just("c")), occurred_at=st.integers(0, 400).map(lambda n: FIRST + timedelta(hours=n)),
            ),
            max_size=12, unique_by=lambda row: row.id,
        ),
        "ties": st.lists(
            st.builds(TieRow, actor=NAMES, target=NAMES, count=maybe(st.integers(1, 9))),
            max_size=4, unique_by=lambda row: (row.actor, row.target),
        ),
        "organisation_ties": st.lists(
            st.builds(OrganisationTieRow, organisation_a=FIRMS, organisation_b=FIRMS, weight=maybe(st.sampled_from([1.0, 2.5]))),
            max_size=4, unique_by=lambda row: (row.organisation_a, row.organisation_b),
        ),
    }
)  # fmt: skip
LINKS = st.lists(
    st.builds(NewIdentity, kind=st.just("person"), id=NAMES, same_as=NAMES)
    | st.builds(NewIdentity, kind=st.just("organisation"), id=FIRMS, same_as=FIRMS),
    max_size=6,
)  # fmt: skip


async def filled(db, rows):
    async with db.platform() as tx:
        partner = await partners.create(tx, NewPartner(title="a partner"))
        await grants.create(tx, partner.id, NewGrant(given_by="the tenant"))
        tenant, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="a tenant"))
    async with db.tenant(tenant.id) as tx:
        await grounds.create(tx, from_template("synthetic", "a test"))
        await organisations.upsert(tx, rows["organisations"])
        await people.upsert(tx, rows["people"])
        await events.ingest(tx, rows["events"])
        await ties.upsert(tx, rows["ties"])
        await organisation_ties.upsert(tx, rows["organisation_ties"])
        await rollups.refresh(tx)
    return tenant.id


def cells(data):
    """What scorers read, row by row: what their result keys are made of."""
    return {name: sorted(map(repr, zip(*(data[name][c] for c in CATALOGUE[name]), strict=True))) for name in TABLES} | {
        "bots": sorted(data["bots"]["person"]), "focal": list(data["focal"]["organisation"]),
    }  # fmt: skip


async def counted(db, tenant):
    async with db.tenant(tenant) as tx:
        return (await sources.load(tx, TABLES, WINDOW)).data


def snapshots(data):
    """The canonical bytes that each scorer's key is made of."""
    tables = assemble(data, [])
    wanted = [spec for spec in plugins.installed().scorers() if not spec.after]
    return {spec.key: cut(spec, tables, WINDOW, {"persons": False}).encode() for spec in wanted}


async def linked(db, tenant, links):
    made = []
    for new in links:
        try:
            async with db.tenant(tenant) as tx:
                made.append(await identities.link(tx, new))
        except Conflict:
            continue
    return made


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, links=LINKS, seed=st.integers(0, 999))
async def test_links_undone_in_any_order_leave_everything_as_it_was(rows, links, seed, db):
    tenant = await filled(db, rows)
    before = await counted(db, tenant)

    made = await linked(db, tenant, links)
    during = await counted(db, tenant)
    undone = list(made)
    random.Random(seed).shuffle(undone)
    for one in undone:
        async with db.tenant(tenant) as tx:
            await identities.undo(tx, one.id)
    after = await counted(db, tenant)
    again = [NewIdentity(kind=one.kind, id=one.alias, same_as=one.same_as) for one in undone]
    assert len(await linked(db, tenant, again)) == len(made)

    assert cells(after) == cells(before)
    assert snapshots(after) == snapshots(before)
    # The same links in another order count the same; so does the folder with them, through its own door.
    assert cells(await counted(db, tenant)) == cells(during)
    folder = Dataset()
    async with db.tenant(tenant) as tx:
        folder.rows.update(rows, identities=(await identities.page(tx)).rows)
    assert cells(await asyncio.to_thread(door.data, folder)) == cells(during)
