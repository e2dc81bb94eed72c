"""Performing a task: what goes wrong is told apart, and nothing is stored that a lease does not cover."""

import asyncio

import msgspec
import pytest

from helpers import work
from helpers.engine import Answering
from kithline_core import reading, scoring
from kithline_core.db import Database, communities, grounds, kept, people, questionnaires, results, runs, tasks, ties
from kithline_core.engine import document
from kithline_core.engine.keys import engine_version
from kithline_core.engine.score import again
from kithline_core.errors import Unavailable
from kithline_core.model.grounds import from_template
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.rows import CommunityRow, PersonRow, TieRow
from kithline_core.plugins import Input, Installed
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.outcomes import Failed
from kithline_core.settings import Settings
from kithline_sdk.snapshot import Window

pytestmark = pytest.mark.anyio
# As many pairs of people as the highest floor here asks for.
CROWD = range(60)
QUICK = Settings(lease_seconds=0.6, heartbeat_seconds=0.1, max_attempts=2)
COUNTED = "select outcome, reason, tier from plugin_counts where tenant_id = $1"


@pytest.fixture(autouse=True)
def only_the_hostile_plugin(monkeypatch):
    monkeypatch.setattr("kithline_core.plugins.installed", work.installed)


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def sandbox():
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    return await work.provision(db)


async def ordered(db, tenant, *scorers, **changes):
    run = await work.order(db, tenant, scorers, **changes)
    names = [f"hostile.{name}" for name in scorers]
    made = sorted(await look(db, tenant, run), key=lambda task: names.index(task.scorer) if task.scorer in names else 0)
    return run, [task.id for task in made]


async def look(db, tenant, run):
    async with db.tenant(tenant) as tx:
        return await runs.tasks(tx, run.id)


async def claimed(db, tenant, task_id):
    async with db.tenant(tenant) as tx:
        return await tasks.claim(tx, task_id, "a test", 30.0)


async def test_a_task_becomes_a_result_and_the_last_one_closes_its_run(db, sandbox, tenant):
    run, (first, second) = await ordered(db, tenant, "steady", "raises")

    good = await scoring.perform(db, sandbox, QUICK, tenant, first)
    bad = await scoring.perform(db, sandbox, QUICK, tenant, second)

    assert (good.status, good.score, good.tier, good.attempt) == ("ok", 50.0, sandbox.tier, 1)
    assert (bad.status, bad.score) == ("error", None)
    async with db.tenant(tenant) as tx:
        assert (await runs.get(tx, run.id)).state == "succeeded"
        reason = document.decode((await results.finding_bytes(tx, bad.id)).document).missing[0]
    assert reason.reason == "crash"
    assert "I do not feel like it" in reason.what


async def test_scorers_that_raise_loop_allocate_or_print_fail_their_own_results_and_the_others_arrive(
    db, sandbox, tenant
):
    names = ["raises", "loops", "allocates", "prints", "steady"]
    run, made = await ordered(db, tenant, *names)

    done = [await scoring.perform(db, sandbox, QUICK, tenant, task) for task in made]

    assert [one.status for one in done] == ["error"] * 4 + ["ok"]
    async with db.tenant(tenant) as tx:
        found = [document.decode((await results.finding_bytes(tx, one.id)).document).reasons for one in done]
        assert found == [["crash"], ["timeout"], ["out_of_memory"], ["too_large"], []]
        assert (await runs.get(tx, run.id)).state == "succeeded"
        assert {one.tier for one in await runs.tasks(tx, run.id)} == {sandbox.tier}
        counted = await tx.connection.fetch(COUNTED, tenant)
    assert {(row["outcome"], row["reason"], row["tier"]) for row in counted} == {
        *(("error", reason, sandbox.tier) for (reason,) in found[:4]),
        ("ok", "", sandbox.tier),
    }


async def test_a_task_that_is_done_or_unknown_is_nothing_to_do(db, sandbox, tenant):
    _, (task,) = await ordered(db, tenant, "steady")
    await scoring.perform(db, sandbox, QUICK, tenant, task)

    assert await scoring.perform(db, sandbox, QUICK, tenant, task) is None
    assert await scoring.perform(db, sandbox, QUICK, tenant, tenant) is None


async def test_a_lease_is_kept_for_as_long_as_the_scorer_takes(db, sandbox, tenant):
    _, (task,) = await ordered(db, tenant, "slow")

    result = await scoring.perform(db, sandbox, QUICK, tenant, task)

    assert result.status == "ok"
    assert result.attempt == 1


async def test_work_stops_silently_when_the_lease_is_lost(db, sandbox, tenant):
    run, (task,) = await ordered(db, tenant, "slow")
    performing = asyncio.create_task(scoring.perform(db, sandbox, QUICK, tenant, task))
    await asyncio.sleep(0.8)
    async with db.tenant(tenant) as tx:
        await runs.cancel(tx, run.id)

    async with asyncio.timeout(2):
        assert await performing is None
    async with db.tenant(tenant) as tx:
        assert await results.page(tx, run_id=run.id) == []


async def test_a_twin_that_comes_late_is_fenced_out(db, sandbox, tenant):
    _, (task,) = await ordered(db, tenant, "steady")
    async with db.tenant(tenant) as tx:
        twin = await tasks.claim(tx, task, "a twin", 0.0)
    found = await scoring.score(db, sandbox, tenant, twin, QUICK)
    first = await scoring.perform(db, sandbox, QUICK, tenant, task)

    assert await scoring.finish(db, tenant, twin, found, "none", 0.1) is None
    async with db.tenant(tenant) as tx:
        assert [one.id for one in await results.page(tx, scorer="hostile.steady", run_id=first.run_id)] == [first.id]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"version": "0.9.0"}, "the run is pinned to 1.0.0 / 0.9.0 of hostile.steady, here is 1.0.0 / 1.0.0"),
        ({"scorer": "no.such"}, "no scorer named 'no.such' is installed"),
        ({"parameters": {"nonsense": 1}}, "nonsense"),
    ],
)
async def test_what_this_worker_cannot_do_is_given_back_and_dead_with_its_reason_after_the_last_attempt(
    db, sandbox, tenant, changes, reason
):
    run, (task,) = await ordered(db, tenant, "steady", **changes)

    assert await scoring.perform(db, sandbox, QUICK, tenant, task) is None
    (waiting,) = await look(db, tenant, run)
    assert await scoring.perform(db, sandbox, QUICK, tenant, task) is None
    (dead,) = await look(db, tenant, run)

    assert (waiting.state, waiting.attempt) == ("queued", 1)
    assert (dead.state, dead.attempt) == ("dead", 2)
    assert reason in dead.reason


async def test_a_fault_of_ours_is_given_back_with_its_kind_and_none_of_its_words(db, sandbox, tenant, monkeypatch):
    run, (task,) = await ordered(db, tenant, "steady")

    async def broken(*_):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(scoring, "score_one", broken)
    await scoring.perform(db, sandbox, QUICK, tenant, task)

    assert (await look(db, tenant, run))[0].reason == "ZeroDivisionError"


async def test_a_database_that_goes_away_leaves_the_task_to_the_reaper(db, sandbox, tenant, monkeypatch):
    run, (task,) = await ordered(db, tenant, "steady")

    async def away(*_):
        raise Unavailable("gone")

    monkeypatch.setattr(reading, "read", away)
    with pytest.raises(Unavailable):
        await scoring.perform(db, sandbox, QUICK, tenant, task)

    assert (await look(db, tenant, run))[0].state == "leased"


async def test_heartbeats_that_do_not_get_through_end_with_the_lease(db, tenant, monkeypatch):
    run, (task,) = await ordered(db, tenant, "steady")
    held = await claimed(db, tenant, task)

    async def away(*_):
        raise Unavailable("gone")

    monkeypatch.setattr(tasks, "heartbeat", away)

    async with asyncio.timeout(2):
        await scoring.beat(db, QUICK, tenant, held)
    assert (await look(db, tenant, run))[0].state == "leased"


async def test_a_heartbeat_that_breaks_is_no_lost_lease():
    async def work_for_ever():
        await asyncio.sleep(3600)

    async def breaks():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await scoring.while_leased(work_for_ever(), breaks())


async def test_earlier_findings_come_in_the_order_they_are_named_and_absent_ones_are_left_out(db, sandbox, tenant):
    _, (first, second, third) = await ordered(db, tenant, "well", "steady", "chatters")
    for task in (first, second):
        await scoring.perform(db, sandbox, QUICK, tenant, task)
    held = await claimed(db, tenant, third)
    named = msgspec.structs.replace(held, after=["hostile.well", "hostile.absent", "hostile.steady"])

    found = await reading.findings(db, tenant, named)

    assert [document.decode(one.document).scorer for one in found] == ["hostile.well", "hostile.steady"]


async def test_questionnaires_and_answers_come_with_items(db, tenant, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    async with db.tenant(tenant) as tx:
        for version in "123":
            item = Item(item="a", text={"en": "Is it?"})
            await questionnaires.put(tx, Questionnaire(questionnaire="own", version=version, items=[item]))
    plugin = work.hostile()
    specs = [
        msgspec.structs.replace(
            one, inputs=[*one.inputs, Input(table="items", columns=["questionnaire", "version", "item"])]
        )
        for one in plugin.manifest.scorers
    ]
    manifest = msgspec.structs.replace(plugin.manifest, scorers=specs)
    replaced = msgspec.structs.replace(plugin, manifest=manifest)
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: Installed([replaced], []))
    _, (task,) = await ordered(db, tenant, "steady")
    held = await claimed(db, tenant, task)
    _, spec = scoring.pinned(held)

    found = await reading.read(db, tenant, held, spec, Window(0, 1))

    items = found.tables["items"]
    own = [
        version
        for key, version in zip(items.texts("questionnaire"), items.texts("version"), strict=True)
        if key == "own"
    ]
    assert own == ["3"]


async def perform_under(db, tenant, sandbox, *new, parameters=None, rows=()):
    """Let only these grounds be in force once ties and texts are there, and perform a task over them."""
    async with db.tenant(tenant) as tx:
        await people.upsert(
            tx, [PersonRow(person=f"{one}{number}", group="employee") for one in "ab" for number in CROWD]
        )
        await ties.upsert(tx, [TieRow(actor=f"a{number}", target=f"b{number}") for number in CROWD])
        await communities.upsert(tx, rows)
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
    async with db.tenant(tenant) as tx:
        for ground in new:
            await grounds.create(tx, ground)
    _, (task,) = await ordered(db, tenant, "steady", parameters=parameters or {})
    return await scoring.perform(db, sandbox, QUICK, tenant, task)


@pytest.fixture
def readers(monkeypatch):
    """Let the plugin's scorers read these tables."""

    def let(*tables):
        columns = {"ties": ["actor", "target"], "communities": ["community"]}
        inputs = [Input(table=name, columns=columns[name], required=True) for name in tables]
        plugin = work.hostile()
        specs = [msgspec.structs.replace(one, inputs=inputs) for one in plugin.manifest.scorers]
        changed = msgspec.structs.replace(plugin, manifest=msgspec.structs.replace(plugin.manifest, scorers=specs))
        monkeypatch.setattr("kithline_core.plugins.installed", lambda: Installed([changed], []))

    return let


def ground(**changes):
    return msgspec.structs.replace(from_template("synthetic", "a test"), **changes)


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ([], "no_ground"),
        ([ground(scorers=["another"])], "scorer_not_allowed"),
        ([ground(mode="aggregates")], "mode_not_allowed"),
        ([ground(groups=["customer"])], "not_covered"),
    ],
)
async def test_a_scorer_that_may_read_of_nobody_says_not_permitted_and_why(db, sandbox, tenant, readers, new, reason):
    readers("ties")

    result = await perform_under(db, tenant, sandbox, *new)

    async with db.tenant(tenant) as tx:
        shown = document.decode((await results.finding_bytes(tx, result.id)).document)
    assert (result.status, result.score, shown.reasons) == ("not_permitted", None, [reason])
    assert [(one.reason, bool(one.what)) for one in shown.missing] == [(reason, True)]
    assert shown.measures == {}


async def test_what_speaks_of_nobody_is_scored_without_a_ground(db, sandbox, tenant, readers):
    readers("ties", "communities")

    assert (await perform_under(db, tenant, sandbox, rows=[CommunityRow(community="c")])).status == "ok"


async def test_no_data_and_not_permitted_are_two_keys(db, sandbox, tenant, readers):
    readers("ties")
    _, (task,) = await ordered(db, tenant, "steady")
    nothing = await scoring.perform(db, sandbox, QUICK, tenant, task)

    refused = await perform_under(db, tenant, sandbox)

    assert nothing.status == "insufficient"
    assert nothing.key != refused.key


@pytest.mark.parametrize(("own", "of_ground", "floor"), [({}, 5, None), ({}, 50, 50), ({"floor": 60}, 50, 60)])
async def test_the_highest_floor_is_in_force_and_enters_the_key(db, tenant, readers, own, of_ground, floor):
    readers("ties")
    answering = Answering(Failed("crash", "on purpose"))

    result = await perform_under(db, tenant, answering, ground(floor=of_ground), parameters=own)

    ((_, _, parameters, _),) = answering.asked
    assert parameters["floor"] == (floor or 5)
    async with db.tenant(tenant) as tx:
        again = await runs.tasks(tx, result.run_id)
    assert again[0].parameters == own
    assert result.key


async def test_what_a_result_was_computed_from_is_kept_and_gives_the_same_bytes_again(db, sandbox, tenant):
    _, (task,) = await ordered(db, tenant, "steady")
    result = await scoring.perform(db, sandbox, QUICK, tenant, task)

    async with db.tenant(tenant) as tx:
        inputs = await kept.of(tx, result.id)
        stored = await results.stored(tx, result.id)
    plugin, spec = work.installed().find("hostile.steady")
    judged = await again(plugin, spec, inputs.data, inputs.parameters, sandbox)

    assert (inputs.plugin, inputs.plugin_version, inputs.engine) == ("kithline-hostile", "1.0.0", engine_version())
    assert judged.document == stored.document
    assert judged.key == result.key
