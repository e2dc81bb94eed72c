"""A person's copy and receipt reach what erasure reaches, and say of nobody else more than they have to."""

import asyncpg
import msgspec
import pytest

from helpers import planting
from helpers.jobs import done
from kithline_core import privacy
from kithline_core.db import about, communities, erasure, people, places, ratings, saying
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import CommunityRow, PersonRow, RatingRow

pytestmark = pytest.mark.anyio
# With what regular expressions, JSON and lists treat specially.
PERSON = 'q.villeneuve+7"é\\x'
COLUMNS = [
    pytest.param(place, column, id=f"{place.table}.{column}.{place.kind or ''}")
    for place in places.PLACES
    for column in (*place.people, *place.names, *place.texts, *place.images)
]


@pytest.fixture
async def look(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


async def copied(db, tenant, person):
    return [(one["table"], one["row"]) async for one in privacy.everything(db, tenant, person)]


async def counted(db, tenant, person, right="access"):
    async with db.tenant(tenant) as tx:
        job = await privacy.request(tx, right, AskedRight(person=person, reason="asked"))
    return (await done(db, tenant, job.id)).receipt


@pytest.mark.parametrize(("place", "column"), COLUMNS)
async def test_wherever_erasure_finds_somebody_access_does(db, tenant, look, place, column):
    await look.execute(f"delete from {place.table} where tenant_id = $1", tenant)
    await planting.plant_one(look, tenant, PERSON, (place.table, column), place.kind)

    async with db.tenant(tenant) as tx:
        found = await about.count(tx, place.table, [PERSON])
        rows = [
            *(await about.read(tx, place.table, [PERSON]))[0],
            *(await about.read_said(tx, place.table, [PERSON]))[0],
        ]
        other = await about.count(tx, place.table, ["q.villeneuve+77", "q.villeneuv", "q%villeneuve_7"])
        rewritten = await erasure.rename(tx, place, PERSON, erasure.tombstone())

    # A job holds the id for as long as it works on it, and is shown by the keyed hash.
    assert (found, len(rows), other, rewritten) == ((0, 0, 0, 1) if place.table in saying.WORKING else (1, 1, 0, 1))


async def test_the_copy_has_rows_of_every_table_that_erasure_goes_through(db, tenant, look):
    await planting.plant(look, tenant, PERSON)

    rows = await copied(db, tenant, PERSON)
    receipt = await counted(db, tenant, PERSON)

    assert {table for table, _ in rows} >= set(places.TABLES) - set(saying.WORKING)
    assert set(receipt["rows"]) == set(places.TABLES) - set(saying.WORKING)


async def test_a_stored_finding_that_names_somebody_is_named_and_read_elsewhere(db, tenant, look):
    await planting.plant_one(look, tenant, "nobody at all", ("results", "published"), None)
    await look.execute(
        "update results set finding = $1, score = 7 where tenant_id = $2",
        msgspec.json.encode({"owner": PERSON, "lines": f"a\n{PERSON}\nb"}), tenant,
    )  # fmt: skip

    ((table, row),) = await copied(db, tenant, PERSON)

    assert (table, row.keys()) == ("results", set(about.SHOWN_OF["results"]))


async def test_owners_hosts_and_whoever_is_judged_read_it(db, tenant):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="bob-1", department="the house of ann-1"), PersonRow(person="ann-1")])
        await communities.upsert(tx, [
            CommunityRow(community="a", owner="ann-1"), CommunityRow(community="b", hosts="bob-1; ann-1"),
            CommunityRow(community="c", hosts="ann-11"),
        ])  # fmt: skip
        await ratings.upsert(tx, [RatingRow(object="ann-1", rater="bob-1", item="i", value=2)])

    rows = await copied(db, tenant, "ann-1")

    told = {(table, row.get("community"), row.get("object"), row.get("value")) for table, row in rows}
    assert told >= {("communities", "a", None, None), ("communities", "b", None, None), ("ratings", None, "ann-1", 2.0)}
    assert not [row for _, row in rows if row.get("community") == "c"]
    assert (await counted(db, tenant, "ann-1"))["rows"] == {"memberships": 2, "communities": 2, "ratings": 1}
    # Who else is in a row that only names the person is nobody's business.
    assert not [row for table, row in rows if table != "communities" and "bob-1" in row.values()]


@pytest.mark.parametrize("person", ["50%_of-1", '"quoted"', "back\\\\slash", "line\\nfeed", "Øyvind.Å"])
async def test_whatever_an_id_is_made_of_it_is_found_where_it_stands_and_nowhere_else(db, tenant, look, person):
    async with db.tenant(tenant) as tx:
        await communities.upsert(tx, [
            CommunityRow(community="a", owner=person), CommunityRow(community="b", owner="50% of-1 slash feed quote"),
        ])  # fmt: skip
    await look.execute(
        "insert into scopes (tenant_id, scope_id, scope, version, communities)"
        " select $1, gen_random_uuid(), said::text, said, array['x', case said when 1 then $2 else 'y' end]"
        " from generate_series(1, 2) as said", tenant, f"at {person}!",
    )  # fmt: skip

    assert (await counted(db, tenant, person))["rows"] == {"communities": 1, "scopes": 1}


async def test_an_owner_with_a_short_id_is_found_and_erased_as_the_whole_value(db, tenant):
    async with db.tenant(tenant) as tx:
        await communities.upsert(tx, [
            CommunityRow(community="a", owner="ann", purpose="ann and all"), CommunityRow(community="b", owner="annual"),
        ])  # fmt: skip
    assert (await counted(db, tenant, "ann"))["rows"] == {"communities": 1}

    await counted(db, tenant, "ann", "erase")

    async with db.tenant(tenant) as tx:
        owners = {row.community: row.owner for row in (await communities.page(tx)).rows}
    assert owners["a"].startswith("erased-")
    assert owners["b"] == "annual"


async def test_a_copy_of_an_image_leaves_out_the_others_in_it(db, tenant, look):
    image = {"person": "bob-1", "manager": "ann-1", "department": "d"}
    await planting.plant_one(look, tenant, "nobody at all", ("batch_rows", "before"), None)
    await look.execute(
        "update batch_rows set before = $1 where tenant_id = $2", msgspec.json.encode(image).decode(), tenant
    )

    ((table, row),) = await copied(db, tenant, "ann-1")

    assert (table, row["before"]) == ("batch_rows", {"manager": "ann-1", "department": "d"})


@pytest.mark.parametrize("right", ["access", "object"])
async def test_the_receipt_says_whether_anything_is_held(db, tenant, right):
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [PersonRow(person="ann-1")])

    assert (await counted(db, tenant, "ann-1", right))["held"] is True
    assert (await counted(db, tenant, "ann-2", right))["held"] is False


async def test_a_large_table_is_read_in_parts(db, tenant, monkeypatch):
    monkeypatch.setattr(about, "SIZE", 2)
    async with db.tenant(tenant) as tx:
        await communities.upsert(tx, [CommunityRow(community=f"c{number}", owner="ann-1") for number in range(5)])

    assert sorted(row["community"] for _, row in await copied(db, tenant, "ann-1")) == [
        f"c{number}" for number in range(5)
    ]


def test_columns_of_people_in_images_are_called_as_the_database_calls_them():
    (said,) = [text for path in planting.MIGRATIONS if "create function renamed_json" in (text := path.read_text())]
    listed = said.split("when called = any(array[")[1].split("])")[0]

    assert {word.strip().strip("'") for word in listed.split(",")} == set(saying.PEOPLE)
