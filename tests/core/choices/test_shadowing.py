"""A version in the shadow: it sees the snapshots that the one in force saw, and leaves nothing but differences."""

from datetime import UTC, datetime

import asyncpg
import msgspec
import pytest

from helpers import twofold, work
from kithline_core import errands, ordering, scoring
from kithline_core.choices import changing, choosing, shadowed, shadowing
from kithline_core.choices.shadowed import Spread, Step, spread
from kithline_core.choices.vetting import ParameterRefused
from kithline_core.db import Database, audit, grounds, organisations, plugin_choices, results, runs, shadows
from kithline_core.db import errands as waiting
from kithline_core.errors import Conflict, NotFound
from kithline_core.model.grounds import from_template
from kithline_core.model.plugin_choices import NewChoice, NewDecision, NewShadow
from kithline_core.model.rows import OrganisationRow
from kithline_core.ordering import AskedRun
from kithline_core.plugins import Installed, Lifecycle
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.outcomes import Failed
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
NAME, SHARE, SAME, CHOOSY, WIDER, GONE = (
    "kithline-twofold", "twofold.share", "twofold.same", "twofold.choosy", "twofold.wider", "twofold.gone",
)  # fmt: skip
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return twofold.versions(tmp_path_factory.mktemp("plugins"))


@pytest.fixture
def here(files, monkeypatch):
    """What is installed; a test may put something else in its place."""
    shelf = [files]
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: shelf[0])

    def put(*plugins):
        shelf[0] = Installed(list(plugins), [])

    return put


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def dispatch(database_urls):
    async with Database.open(database_urls.dispatcher) as opened:
        yield opened


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open(tier="none") as opened:
        yield opened


@pytest.fixture
async def tenant(db, here):
    """A tenant that stays with version 1.0.0."""
    made = await work.provision(db)
    async with db.tenant(made) as tx:
        await changing.change(tx, NAME, NewChoice(reason="a test", pinned="1.0.0"))
    return made


async def run(db, sandbox, tenant, *scorers, organisation=None, **asked):
    """Score for real, over one organisation more each time when named; return the results by scorer."""
    async with db.tenant(tenant) as tx:
        if organisation:
            await organisations.upsert(tx, [OrganisationRow(organisation=organisation)])
        new = AskedRun(intended_use="research", scorers=list(scorers), start=START, end=END, **asked)
        made = await runs.insert(tx, await ordering.plan_run(tx, new))
        tasks = await runs.tasks(tx, made.id)
    done = [await scoring.perform(db, sandbox, Settings(), tenant, task.id) for task in tasks]
    return {one.scorer: one for one in done}


async def start(db, tenant, version="2.0.0"):
    async with db.tenant(tenant) as tx:
        return await shadowing.start(tx, NAME, NewShadow(version=version))


async def decide(db, tenant, decision):
    async with db.tenant(tenant) as tx:
        return await shadowing.decide(tx, NAME, NewDecision(decision=decision, reason="as the board said"))


async def work_off(db, dispatch, sandbox, tenant):
    """Do every errand that waits, as workers would; return how many there were."""
    count = 0
    while True:
        async with dispatch.dispatcher() as tx:
            told = [one for one in await waiting.nudge(tx, 0.0) if one.tenant_id == tenant]
        if not told:
            return count
        for one in told:
            await errands.perform(db, sandbox, Settings(), tenant, one.task_id, errands.KINDS)
            count += 1


async def report(db, tenant):
    async with db.tenant(tenant) as tx:
        found = await shadowed.report(tx, await shadowing.latest(tx, NAME))
    return {one.scorer: one for one in found}


async def in_force(db, tenant):
    async with db.tenant(tenant) as tx:
        offer = (await choosing.of(tx)).of(NAME)
    return offer.enabled, offer.in_force.manifest.version


async def test_the_latest_kept_snapshots_are_seen_at_once_and_differences_are_told(db, dispatch, sandbox, tenant):
    for number in range(3):
        await run(db, sandbox, tenant, SHARE, SAME, CHOOSY, organisation=f"org-{number}")
    await start(db, tenant)
    assert (await report(db, tenant))[SHARE].waiting == 3
    await work_off(db, dispatch, sandbox, tenant)

    told = await report(db, tenant)

    share = told[SHARE]
    assert (share.version, share.candidate, share.compared, share.identical) == ("1.0.0", "2.0.0", 3, 0)
    assert share.waiting == 0
    assert share.score == Spread(3, 5.0, 5.0, 5.0, 5.0, 5.0)
    assert (share.status_changed, share.level_changed) == (0.0, 1.0)
    assert share.levels == [Step(0, 1, 3)]
    assert share.doubt.startswith("unquantified: ")
    assert share.reason is None
    same = told[SAME]
    assert (same.compared, same.identical, same.level_changed) == (3, 3, 0.0)
    choosy = told[CHOOSY]
    assert (choosy.status_changed, choosy.score, choosy.level_changed) == (1.0, None, None)
    assert choosy.statuses == [Step("ok", "insufficient", 3)]


async def test_what_cannot_be_compared_says_why(db, dispatch, sandbox, tenant):
    await run(db, sandbox, tenant, WIDER, GONE)
    await start(db, tenant)
    await work_off(db, dispatch, sandbox, tenant)

    told = await report(db, tenant)

    assert (told[WIDER].compared, told[GONE].compared) == (0, 0)
    assert told[WIDER].reason == "it reads more of ties than the snapshots kept so far hold"
    assert told[GONE].reason == "version 2.0.0 offers no such scorer"
    assert (told[SHARE].compared, told[SHARE].score, told[SHARE].status_changed) == (0, None, None)


async def test_every_following_run_is_seen_too_and_leaves_neither_result_nor_count(db, dispatch, sandbox, tenant):
    await start(db, tenant)
    assert await work_off(db, dispatch, sandbox, tenant) == 1
    done = await run(db, sandbox, tenant, SHARE, WIDER)
    again = await run(db, sandbox, tenant, SHARE, organisation="another")

    assert await work_off(db, dispatch, sandbox, tenant) == 2
    assert (await report(db, tenant))[SHARE].compared == 2
    assert {done[SHARE].version, again[SHARE].version} == {"1.0.0"}
    async with db.tenant(tenant) as tx:
        assert len(await results.page(tx)) == 3


async def test_only_so_many_snapshots_from_before_are_seen(db, dispatch, sandbox, tenant, monkeypatch):
    monkeypatch.setattr(shadowing, "BEFORE", 2)
    for number in range(3):
        await run(db, sandbox, tenant, SHARE, organisation=f"org-{number}")
    await start(db, tenant)

    await work_off(db, dispatch, sandbox, tenant)

    assert (await report(db, tenant))[SHARE].compared == 2


async def test_a_slice_that_is_over_leaves_the_rest_to_another(db, dispatch, sandbox, tenant, monkeypatch):
    monkeypatch.setattr(shadowing, "SLICE_SECONDS", -1.0)
    monkeypatch.setattr(shadowing, "BATCH", 1)
    for number in range(2):
        await run(db, sandbox, tenant, SHARE, organisation=f"org-{number}")
    await start(db, tenant)

    assert await work_off(db, dispatch, sandbox, tenant) > 2
    assert (await report(db, tenant))[SHARE].compared == 2


async def test_the_candidate_is_given_the_parameters_of_the_run(db, dispatch, sandbox, tenant):
    await run(db, sandbox, tenant, SHARE, parameters={SHARE: {"weight": 1.0}})
    await start(db, tenant)
    await work_off(db, dispatch, sandbox, tenant)

    assert (await report(db, tenant))[SHARE].score == Spread(1, 5.0, 5.0, 5.0, 5.0, 5.0)


async def test_a_parameter_that_the_candidate_does_not_have_is_an_error_of_it(
    db, dispatch, sandbox, tenant, here, files
):
    first, second = files.plugins
    fewer = [msgspec.structs.replace(spec, parameters={}) for spec in second.manifest.scorers]
    second = msgspec.structs.replace(second, manifest=msgspec.structs.replace(second.manifest, scorers=fewer))
    here(first, second)
    await run(db, sandbox, tenant, SHARE, parameters={SHARE: {"weight": 1.0}})
    await start(db, tenant)
    await work_off(db, dispatch, sandbox, tenant)

    assert (await report(db, tenant))[SHARE].statuses == [Step("ok", "error", 1)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lookback_days": 30}, "it looks back 30 days, the snapshots kept so far 0"),
        (
            {"where": {"organisation": ["acme"]}},
            "it reads other rows of organisations than the snapshots kept so far hold",
        ),
    ],
)
async def test_what_looks_further_or_elsewhere_is_not_compared(db, tenant, here, files, changes, reason):
    first, second = files.plugins
    (read,) = second.manifest.scorers[0].inputs
    inputs = [msgspec.structs.replace(read, where=changes["where"])] if "where" in changes else [read]
    other = msgspec.structs.replace(
        second.manifest.scorers[0], lookback_days=changes.get("lookback_days", 0), inputs=inputs
    )
    manifest = msgspec.structs.replace(second.manifest, scorers=[other])
    here(first, msgspec.structs.replace(second, manifest=manifest))

    await start(db, tenant)

    assert (await report(db, tenant))[SHARE].reason == reason


async def test_versions_that_were_removed_meanwhile_leave_what_was_told(db, dispatch, sandbox, tenant, here, files):
    await run(db, sandbox, tenant, SHARE)
    await start(db, tenant)
    await work_off(db, dispatch, sandbox, tenant)
    first, second = files.plugins

    here(first)
    without_candidate = (await report(db, tenant))[SHARE]
    here(second)
    without_both = await report(db, tenant)

    assert (without_candidate.compared, without_candidate.candidate) == (1, None)
    assert without_candidate.reason == "version 2.0.0 is not installed here any more"
    assert set(without_both) == {SHARE}
    assert without_both[SHARE].reason == "the version in force is not installed here any more"
    assert await work_off(db, dispatch, sandbox, tenant) == 0


async def test_what_rests_on_a_ground_that_ended_is_neither_compared_nor_told(
    db, dispatch, sandbox, tenant, database_urls
):
    await run(db, sandbox, tenant, SHARE, SAME)
    await start(db, tenant)
    await work_off(db, dispatch, sandbox, tenant)
    connection = await asyncpg.connect(database_urls.superuser)
    async with db.tenant(tenant) as tx:
        ended = await grounds.create(tx, from_template("synthetic", "a test"))
        await grounds.end(tx, ended.id)
    await connection.execute(
        "update results set grounds = array[$2::uuid] where tenant_id = $1 and scorer = $3", tenant, ended.id, SHARE
    )
    await connection.execute("delete from shadow_differences where tenant_id = $1 and scorer = $2", tenant, SAME)
    await connection.execute(
        "update results set grounds = array[$2::uuid] where tenant_id = $1 and scorer = $3", tenant, ended.id, SAME
    )
    await connection.close()

    told = await report(db, tenant)
    async with db.tenant(tenant) as tx:
        left = await shadows.awaiting(tx, await shadowing.latest(tx, NAME), [SHARE, SAME], 20)

    assert (told[SHARE].compared, left) == (0, [])


async def test_a_snapshot_that_was_erased_is_passed_over(db, dispatch, sandbox, tenant, monkeypatch):
    await run(db, sandbox, tenant, SHARE)
    shadow = await start(db, tenant)
    async with db.tenant(tenant) as tx:
        (one,) = await shadows.awaiting(tx, shadow, [SHARE], 20)
        await tx.run("delete from kept_snapshots where tenant_id = $1")

    await shadowing._compared(db, sandbox, tenant, shadow, shadowing.pairs(shadow)[SHARE], one)
    await work_off(db, dispatch, sandbox, tenant)

    assert (await report(db, tenant))[SHARE].compared == 0


async def test_while_a_shadow_runs_the_version_in_force_is_pinned_and_nothing_is_chosen_beside_it(db, tenant):
    await start(db, tenant)

    with pytest.raises(Conflict, match="runs in the shadow; decide about it first"):
        async with db.tenant(tenant) as tx:
            await changing.change(tx, NAME, NewChoice(reason="r", pinned=None))
    with pytest.raises(Conflict, match="already; decide about it first"):
        await start(db, tenant)
    assert await in_force(db, tenant) == (True, "1.0.0")


@pytest.mark.parametrize(
    ("decision", "after"), [("accept", (True, "2.0.0")), ("pin", (True, "1.0.0")), ("opt_out", (False, "1.0.0"))]
)
async def test_a_decision_ends_a_shadow_and_holds_from_then_on(db, dispatch, sandbox, tenant, decision, after):
    await run(db, sandbox, tenant, SHARE)
    await start(db, tenant)

    ended = await decide(db, tenant, decision)

    assert (ended.decision, ended.reason) == (decision, "as the board said")
    assert await in_force(db, tenant) == after
    assert await work_off(db, dispatch, sandbox, tenant) == 1
    assert (await report(db, tenant))[SHARE].compared == 0
    async with db.tenant(tenant) as tx:
        (event,) = await audit.page(tx, action="shadow.decided")
    assert (event.subject, event.details) == (NAME, {"decision": decision, "candidate": "2.0.0"})
    with pytest.raises(NotFound):
        await decide(db, tenant, "pin")


async def test_what_comes_after_the_decision_is_not_written_down(db, tenant, sandbox):
    await run(db, sandbox, tenant, SHARE)
    shadow = await start(db, tenant)
    async with db.tenant(tenant) as tx:
        (one,) = await shadows.awaiting(tx, shadow, [SHARE], 20)
    await decide(db, tenant, "pin")

    await shadowing._compared(db, sandbox, tenant, shadow, shadowing.pairs(shadow)[SHARE], one)

    assert (await report(db, tenant))[SHARE].compared == 0


async def test_a_version_past_its_last_day_is_neither_tried_nor_stayed_with(db, tenant, here, files):
    first, second = files.plugins
    over = msgspec.structs.replace(
        first,
        manifest=msgspec.structs.replace(
            first.manifest, lifecycle=Lifecycle(status="deprecated", sunset="2020-01-01", successor="other")
        ),
    )
    await start(db, tenant)
    here(over, second)

    with pytest.raises(choosing.PluginSunset, match="use other"):
        await decide(db, tenant, "pin")
    await decide(db, tenant, "accept")
    with pytest.raises(choosing.PluginSunset, match="use other"):
        await start(db, tenant, "1.0.0")


async def test_a_version_that_the_own_parameters_do_not_fit_is_not_accepted(db, tenant, here, files):
    first, second = files.plugins
    fewer = [msgspec.structs.replace(spec, parameters={}) for spec in second.manifest.scorers]
    second = msgspec.structs.replace(second, manifest=msgspec.structs.replace(second.manifest, scorers=fewer))
    here(first, second)
    async with db.tenant(tenant) as tx:
        await plugin_choices.set_parameters(tx, SHARE, {"weight": 1.0}, "1.0.0", "r", START)
    await start(db, tenant)

    with pytest.raises(ParameterRefused) as refused:
        await decide(db, tenant, "accept")

    assert refused.value.pointer == "/decision"


async def test_what_is_in_force_is_not_compared_with_itself(db, tenant):
    with pytest.raises(Conflict, match="is in force already"):
        await start(db, tenant, "1.0.0")


async def test_another_tenant_sees_no_shadow(db, tenant):
    shadow, other = await start(db, tenant), await work.provision(db)

    async with db.tenant(other) as tx:
        assert await shadows.open_(tx) == {}
        with pytest.raises(NotFound):
            await shadows.get(tx, shadow.id)
        with pytest.raises(NotFound):
            await shadowing.latest(tx, NAME)


async def test_a_result_is_stored_though_too_much_is_waiting_already(db, dispatch, sandbox, tenant):
    await start(db, tenant)
    async with db.tenant(tenant) as tx:
        for _ in range(waiting.WAITING_MOST - 1):
            await waiting.insert(tx, shadowing.KIND, {"shadow": str((await shadowing.latest(tx, NAME)).id)})

    done = await run(db, sandbox, tenant, SHARE)
    await work_off(db, dispatch, sandbox, tenant)

    assert done[SHARE].status == "ok"
    assert (await report(db, tenant))[SHARE].compared == 1


async def test_a_worker_that_may_not_run_the_candidate_leaves_it_to_another(db, dispatch, sandbox, tenant):
    await run(db, sandbox, tenant, SHARE)
    await start(db, tenant)

    await work_off(db, dispatch, Below(), tenant)

    told = (await report(db, tenant))[SHARE]
    assert (told.compared, told.waiting) == (0, 1)


class Below:
    """A sandbox in which nobody may run."""

    async def score(self, *_):
        return Failed("below_tier", "it runs in tier full")


def said(score, level=1, status="ok"):
    return shadowing.Said(status, level, score, b"")


def test_differences_are_whole_billionths_and_none_where_a_score_is_missing():
    assert shadowing.difference(SHARE, said(0.1), said(0.3)).difference == 200_000_000
    assert shadowing.difference(SHARE, said(0.1), said(None)).difference is None
    assert shadowing.difference(SHARE, said(None), said(0.1)).difference is None


def test_a_spread_is_made_of_nearest_ranks():
    moves = [number * 10_000_000 for number in range(1, 21)]

    assert spread(list(reversed(moves))) == Spread(20, 1.0, 1.0, 10.0, 19.0, 20.0)
    assert spread([]) is None
