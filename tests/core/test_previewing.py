"""What a scope would count is said only as far as no two answers together speak of a few people."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpers import work
from kithline_core import previewing
from kithline_core.db import events, scopes
from kithline_core.db.database import Database
from kithline_core.errors import NotFound
from kithline_core.model.rows import EventRow
from kithline_core.model.scopes import NewScope
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPAN = (AT - timedelta(days=30), AT + timedelta(days=30))


@pytest.fixture(scope="module")
async def db(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.app, secret="pepper", pool_max=4) as opened:
        yield opened


def crowd(community, first, size):
    """Everybody writes to the next one."""
    return [
        EventRow(id=f"{community} {n}", occurred_at=AT, verb="posted", actor=f"p{n}", community=community,
                 target=f"p{first + (n + 1 - first) % size}")
        for n in range(first, first + size)
    ]  # fmt: skip


async def home(db, **sizes):
    """A tenant whose communities have so many people each, all of them different."""
    tenant, first = await work.provision(db), 0
    async with db.tenant(tenant) as tx:
        for name, size in sizes.items():
            await events.ingest(tx, crowd(name, first, size))
            first += size
    return tenant


async def preview(db, tenant, scope, *communities, budget=300):
    async with db.tenant(tenant) as tx:
        made = await scopes.create(
            tx, NewScope(owner="a role", reason="a test", scope=scope, communities=list(communities) or None)
        )
    return await previewing.preview(db, tenant, made.id, SPAN, Settings(snapshot_budget=budget))


async def test_versions_that_differ_by_few_people_are_not_both_counted(db):
    tenant = await home(db, crowd=40, pair=2)

    first = await preview(db, tenant, "s", "crowd")
    second = await preview(db, tenant, "s", "crowd", "pair")

    assert (first.counted.people, first.counted.events, first.before) == (40, 40, None)
    assert (second.counted.people, second.counted.events, second.counted.withheld) == (None, None, "differencing")
    assert second.before == first.counted


async def test_versions_that_differ_by_many_are_shown_side_by_side(db):
    tenant = await home(db, crowd=40, team=10)
    await preview(db, tenant, "everything")

    first = await preview(db, tenant, "s", "crowd")
    second = await preview(db, tenant, "s", "crowd", "team")

    assert (first.counted.people, second.counted.people) == (40, 50)
    assert second.before == first.counted


async def test_another_scopes_preview_counts_as_shown_too(db):
    tenant = await home(db, crowd=40, pair=2)
    await preview(db, tenant, "all of them", "crowd", "pair")

    assert (await preview(db, tenant, "without two", "crowd")).counted.withheld == "differencing"


async def test_a_few_people_are_not_counted_at_all(db):
    tenant = await home(db, pair=2)

    assert (await preview(db, tenant, "s", "pair")).counted.withheld == "differencing"


async def test_previews_have_a_budget(db):
    tenant = await home(db, crowd=40, team=10)
    await preview(db, tenant, "everything")

    assert (await preview(db, tenant, "s", "crowd", budget=1)).counted.withheld == "snapshot_budget"


async def test_the_same_preview_again_says_the_same(db):
    tenant = await home(db, crowd=40)
    first = await preview(db, tenant, "s", "crowd")

    assert (await preview(db, tenant, "s", "crowd")).counted == first.counted.__class__(
        version=2, events=40, people=40, withheld=None
    )


async def test_an_unknown_scope_has_no_preview(db):
    one, other = await home(db, crowd=9), await home(db, crowd=9)
    async with db.tenant(one) as tx:
        theirs = await scopes.create(tx, NewScope(owner="a role", reason="a test", scope="theirs"))

    with pytest.raises(NotFound):
        await previewing.preview(db, other, theirs.id, SPAN, 300)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (2, 0), (3, 5), (43, 45), (147, 150), (1_249, 1_200), (98_765, 99_000)]
)
def test_counts_are_rounded_to_two_digits_and_the_floor(number, shown):
    assert previewing.rounded(number, 5) == shown
