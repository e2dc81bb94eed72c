"""Publishing: what would tell of a few people beside what was published before is withheld, and says what to do."""

import asyncio
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from helpers import work
from helpers.engine import Answering
from kithline_core import publication, scoring
from kithline_core.db import Database, people, publications, results, rights, runs, scopes, ties
from kithline_core.engine import document
from kithline_core.model.rows import PersonRow, TieRow
from kithline_core.model.runs import NewRun
from kithline_core.model.scopes import NewScope
from kithline_core.plugins import Input, Installed
from kithline_core.sandbox.outcomes import Scored
from kithline_core.settings import Settings
from kithline_sdk import Finding

pytestmark = pytest.mark.anyio
QUICK = Settings(snapshot_budget=5)
INPUTS = [
    Input(table="ties", columns=["actor", "target", "count"], required=True),
    Input(table="memberships", columns=["person", "department"]),
]


@pytest.fixture(autouse=True)
def a_scorer_of_ties(monkeypatch):
    plugin = work.hostile()
    specs = [msgspec.structs.replace(one, inputs=INPUTS) for one in plugin.manifest.scorers]
    changed = msgspec.structs.replace(plugin, manifest=msgspec.structs.replace(plugin.manifest, scorers=specs))
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: Installed([changed], []))


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    return await work.provision(db)


@pytest.fixture
async def superuser(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


def pairs(*numbers, prefix="p", count=2, community="all"):
    """Return ties of two people each, one per number."""
    return [TieRow(actor=f"{prefix}{n}", target=f"{prefix}{n}x", count=count, community=community) for n in numbers]


async def send(db, tenant, rows):
    async with db.tenant(tenant) as tx:
        await ties.upsert(tx, rows)


async def scope(db, tenant, name, *communities):
    async with db.tenant(tenant) as tx:
        return (
            await scopes.create(
                tx, NewScope(owner="a role", reason="a test", scope=name, communities=list(communities))
            )
        ).id


async def ask(db, tenant, scope_id=None, scorer="steady", **changes):
    """Queue a task and return it, claimed."""
    pinned = [work._pinned(scorer, None, **changes)]
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="self_assessment", tasks=pinned, scope_id=scope_id))
        return (await runs.tasks(tx, run.id))[0].id


async def run(db, tenant, *args, settings=QUICK, **changes):
    """Score once and return the status with its reasons."""
    sandbox = Answering(Scored(Finding(score=0.5, interval=(0.4, 0.6))))
    task = await ask(db, tenant, *args, **changes)
    return await told(db, tenant, await scoring.perform(db, sandbox, settings, tenant, task))


async def told(db, tenant, result):
    async with db.tenant(tenant) as tx:
        shown = document.decode((await results.finding_bytes(tx, result.id)).document)
    assert result.status == shown.status
    return shown.status, shown.reasons


OK = ("ok", [])
WITHHELD = ("withheld", ["differencing"])


async def test_a_first_snapshot_of_fewer_people_than_the_floor_is_withheld_and_says_what_to_do(db, tenant):
    await send(db, tenant, pairs(1, 2, 3, 4))
    task = await ask(db, tenant)
    result = await scoring.perform(db, Answering(None), QUICK, tenant, task)

    async with db.tenant(tenant) as tx:
        shown = document.decode((await results.finding_bytes(tx, result.id)).document)
    assert (result.status, result.score, shown.measures, shown.lineage) == ("withheld", None, {}, [])
    assert "wait until more has changed" in shown.missing[0].what


async def test_what_is_withheld_tells_nothing_of_the_data_not_even_by_its_key(db, tenant):
    other = await work.provision(db)
    await send(db, tenant, pairs(1))
    await send(db, other, pairs(1, 2, 3))

    both = [await scoring.perform(db, Answering(None), QUICK, one, await ask(db, one)) for one in (tenant, other)]

    assert both[0].key == both[1].key
    assert both[0].sha256 == both[1].sha256


async def test_the_same_snapshot_is_published_as_often_as_it_is_asked_for(db, tenant):
    await send(db, tenant, pairs(*range(10)))

    assert [await run(db, tenant) for _ in range(7)] == [OK] * 7


async def test_what_few_people_add_is_withheld_until_more_has_changed(db, tenant):
    await send(db, tenant, pairs(*range(10)))
    await run(db, tenant)
    await send(db, tenant, pairs(0, 1, 2, 3, count=5))
    few = await run(db, tenant)
    await send(db, tenant, pairs(4, count=5))

    assert (few, await run(db, tenant)) == (WITHHELD, OK)


async def test_one_persons_contacts_are_one_however_many_others_they_reach(db, tenant):
    await send(db, tenant, pairs(*range(10)))
    await run(db, tenant)
    await send(db, tenant, [TieRow(actor="p0", target=f"p{n}", community="all") for n in range(1, 10)])

    assert await run(db, tenant) == WITHHELD


async def test_a_scope_that_leaves_out_few_people_is_withheld_whichever_comes_first(db, tenant):
    await send(db, tenant, [*pairs(*range(10), community="many"), *pairs(20, 21, community="few")])
    one, both = await scope(db, tenant, "one", "many"), await scope(db, tenant, "both", "many", "few")

    assert [await run(db, tenant, both), await run(db, tenant, one)] == [OK, WITHHELD]


async def test_every_earlier_publication_counts_not_only_the_last(db, tenant):
    await send(db, tenant, [*pairs(*range(10), community="a"), *pairs(*range(20, 30), community="b")])
    await send(db, tenant, pairs(30, community="c"))
    a, b = await scope(db, tenant, "a", "a"), await scope(db, tenant, "b", "b")
    near = await scope(db, tenant, "near", "a", "c")
    first = [await run(db, tenant, one) for one in (None, a, b)]

    assert first == [OK, OK, OK]
    assert await run(db, tenant, near) == WITHHELD


async def test_people_who_are_new_cover_nobody_until_they_were_there_for_four_weeks(db, tenant, superuser):
    await send(db, tenant, pairs(*range(10)))
    await run(db, tenant)
    await send(db, tenant, [*pairs(*range(10), prefix="new"), TieRow(actor="p0", target="p1")])
    at_once = await run(db, tenant)
    await superuser.execute(
        "update acquaintances set met_at = met_at - interval '29 days' where tenant_id = $1", tenant
    )

    assert (at_once, await run(db, tenant)) == (WITHHELD, OK)


async def test_an_installation_may_let_newcomers_count_at_once(db, tenant):
    await send(db, tenant, pairs(*range(10)))
    await run(db, tenant)
    await send(db, tenant, [*pairs(*range(10), prefix="new"), TieRow(actor="p0", target="p1")])

    told = [await run(db, tenant, settings=Settings(newcomer_days=days)) for days in (1, 0)]

    assert told == [WITHHELD, OK]


async def test_where_people_belong_covers_nothing_they_did(db, tenant):
    async def belong(department):
        async with db.tenant(tenant) as tx:
            await people.upsert(tx, [PersonRow(person=f"p{n}", department=department) for n in range(10)])

    await send(db, tenant, pairs(*range(10)))
    await belong("sales")
    first = await run(db, tenant)
    await belong("selling")
    renamed = await run(db, tenant)
    await belong("trade")
    await send(db, tenant, pairs(0, count=7))

    assert (first, renamed, await run(db, tenant)) == (OK, OK, WITHHELD)


async def test_another_tenants_publications_are_no_matter(db, tenant):
    other = await work.provision(db)
    await send(db, tenant, pairs(*range(10)))
    await send(db, other, pairs(*range(11)))

    assert [await run(db, tenant), await run(db, other)] == [OK, OK]


async def test_the_higher_floor_of_two_publications_holds_between_them(db, tenant):
    await send(db, tenant, pairs(*range(20)))
    await run(db, tenant, parameters={"floor": 8})
    await send(db, tenant, pairs(*range(6), count=9))
    six = await run(db, tenant)
    await send(db, tenant, pairs(*range(6, 9), count=9))

    assert (six, await run(db, tenant)) == (WITHHELD, OK)


async def test_two_that_are_scored_at_once_see_each_other(db, tenant):
    await send(db, tenant, pairs(*range(10)))
    sandbox = Answering(Scored(Finding(score=0.5, interval=(0.4, 0.6))))
    held, looked = [], []
    for more in ([], pairs(20)):
        await send(db, tenant, more)
        async with db.tenant(tenant) as tx:
            held.append(await scoring.tasks.claim(tx, await ask_in(tx), "a test", 30.0))
        looked.append(await scoring.score(db, sandbox, tenant, held[-1], QUICK))

    ended = await asyncio.gather(
        *(scoring.finish(db, tenant, one, found, "none", 0.1) for one, found in zip(held, looked, strict=True))
    )

    assert [one.judged.status for one in looked] == ["ok", "ok"]
    assert sorted(one.status for one in ended) == ["ok", "withheld"]


async def ask_in(tx):
    run = await runs.insert(tx, NewRun(intended_use="self_assessment", tasks=[work._pinned("steady", None)]))
    return (await runs.tasks(tx, run.id))[0].id


async def test_a_budget_bounds_how_many_different_snapshots_are_published(db, tenant, superuser):
    outcomes = []
    for count in range(2, 9):
        await send(db, tenant, pairs(*range(10), count=count))
        outcomes.append(await run(db, tenant))
    for table, column in (("publications", "published_at"), ("acquaintances", "met_at")):
        await superuser.execute(f"update {table} set {column} = {column} - interval '29 days'")

    assert outcomes == [OK] * 5 + [("withheld", ["snapshot_budget"])] * 2
    assert await run(db, tenant) == OK


async def test_what_few_people_add_does_not_hide_behind_another_community(db, tenant):
    await send(db, tenant, [*pairs(*range(10), community="a"), *pairs(*range(20, 30), community="b")])
    a, both = await scope(db, tenant, "a", "a"), await scope(db, tenant, "both", "a", "b")
    await run(db, tenant, a)
    await send(db, tenant, pairs(0, community="a", count=7))
    hidden = await run(db, tenant, both)
    await send(db, tenant, pairs(1, 2, 3, 4, community="a", count=7))

    assert (hidden, await run(db, tenant, both)) == (WITHHELD, OK)


async def test_what_few_people_add_does_not_hide_behind_another_day(db, tenant):
    days = [work.END - timedelta(days=n) for n in (1, 2, 3)]
    dated = [
        msgspec.structs.replace(row, community=f"on {n}", first_at=day, last_at=day)
        for n, day in enumerate(days)
        for row in pairs(*range(10))
    ]
    await send(db, tenant, dated)
    week = {"window_start": work.END - timedelta(days=8)}
    first = await run(db, tenant, window_end=days[0], **week)
    await send(db, tenant, [msgspec.structs.replace(dated[-1], count=7)])

    assert (first, await run(db, tenant, **week)) == (OK, WITHHELD)


async def test_a_day_more_may_be_shown_when_enough_people_were_active(db, tenant):
    def on(day, *numbers):
        return [
            msgspec.structs.replace(row, community=f"on {day}", first_at=at, last_at=at)
            for row in pairs(*numbers)
            for at in [work.END - timedelta(days=day)]
        ]

    await send(db, tenant, [*on(3, *range(20)), *on(2, *range(5)), *on(1, 1)])
    told = [
        await run(db, tenant, window_start=work.END - timedelta(days=8), window_end=work.END - timedelta(days=until))
        for until in (2, 1, 0)
    ]

    assert told == [OK, OK, WITHHELD]


async def test_of_what_only_an_earlier_snapshot_selects_a_few_blocks_are_mostly_enough(db, tenant, monkeypatch):
    monkeypatch.setattr(publication, "AT_ONCE", 2)
    names = [f"c{n}" for n in range(12)]
    await send(
        db, tenant, [row for n, name in enumerate(names) for row in pairs(*range(9 * n, 9 * n + 9), community=name)]
    )
    every, one = await scope(db, tenant, "all", *names), await scope(db, tenant, "one", names[0])
    read, blocks = [], publications.blocks

    async def counted(tx, wanted):
        read.extend(wanted)
        return await blocks(tx, wanted)

    monkeypatch.setattr(publications, "blocks", counted)

    assert [await run(db, tenant, every), await run(db, tenant, one)] == [OK, OK]
    assert len(read) == 2


async def test_a_few_blocks_that_are_not_enough_are_followed_by_the_rest(db, tenant, monkeypatch):
    monkeypatch.setattr(publication, "AT_ONCE", 2)
    names = [f"c{n}" for n in range(12)]
    await send(
        db, tenant, [*pairs(*range(20, 30), community="most"), *(pairs(n, community=c)[0] for n, c in enumerate(names))]
    )
    every, one = await scope(db, tenant, "all", "most", *names), await scope(db, tenant, "one", "most")
    nearly = await scope(db, tenant, "nearly", "most", *names[4:])

    told = [await run(db, tenant, one) for one in (every, one, nearly)]

    assert told == [OK, OK, WITHHELD]


async def test_erasure_changes_no_fact_and_leaves_no_trace_of_the_name(db, tenant, superuser):
    star = [TieRow(actor="gone", target=f"p{n}", community="all") for n in range(10)]
    await send(db, tenant, [*pairs(*range(20)), *star])
    await run(db, tenant)
    async with db.tenant(tenant) as tx:
        secret = await rights.secret(tx)
        assert await publications.rename(tx, secret, ["gone", "nobody"], "erased-x") == 1
        assert await publications.rename(tx, secret, ["gone"], "erased-x") == 0
    for end in ("actor", "target"):
        await superuser.execute(f"update ties set {end} = 'erased-x' where tenant_id = $1 and {end} = 'gone'", tenant)
    erased = await run(db, tenant)
    kept = [
        row["people"]
        for table in ("blocks", "acquaintances")
        for row in await superuser.fetch(f"select people from {table} where tenant_id = $1", tenant)
    ]
    await send(db, tenant, [TieRow(actor="erased-x", target="p0", count=9, community="all")])

    assert erased == OK
    assert all(publications.pseudonyms.digest(secret, "gone")[:8] not in people for people in kept)
    assert await run(db, tenant) == WITHHELD


def test_hashes_are_replaced_where_they_stand_and_nowhere_between():
    one, stands = b"abababab", b"--------"

    assert publications._replaced(b"babababa" + b"b0000000" + one, one, stands) == b"babababab0000000" + stands
