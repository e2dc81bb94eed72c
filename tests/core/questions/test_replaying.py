"""A result comes out the same, byte for byte; where it cannot, it says why, and where it does not, everybody hears of it."""

import asyncpg
import msgspec
import pytest

from helpers.engine import Answering
from helpers.explained import SETTINGS, STAFF, pairs, scored, send, talking
from helpers.jobs import done
from helpers.tenants import InProcess
from kithline_core import ids, plugins, privacy
from kithline_core.db import Database, grounds, outbox, replays
from kithline_core.errors import NotFound, UnknownScorer, Withheld
from kithline_core.model.rights import AskedRight
from kithline_core.plugins import Installed
from kithline_core.questions import bridging, replaying
from kithline_core.sandbox.outcomes import Failed, Scored
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def dispatch(database_urls):
    async with Database.open(database_urls.dispatcher, pool_max=2) as opened:
        yield opened


@pytest.fixture
async def owner(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


async def replay(db, sandbox, tenant, result):
    found = await replaying.work(db, sandbox, SETTINGS, tenant, {"result": str(result.id)})
    return msgspec.json.decode(found, type=replaying.Replay)


async def falsified(owner, result, **fields):
    """Let a stored finding say something else than what was computed."""
    stored = await owner.fetchval("select finding from results where result_id = $1", result.id)
    changed = msgspec.json.encode({**msgspec.json.decode(stored), **fields})
    await owner.execute("update results set finding = $2 where result_id = $1", result.id, changed)


async def raised(db):
    async with db.platform() as tx:
        return await replays.raised(tx)


async def test_a_result_comes_out_the_same_byte_for_byte(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    await send(db, tenant, pairs(1))  # what came since is no part of it

    found = await replay(db, sandbox, tenant, result)

    assert (found.outcome, found.reason, found.path, found.key) == ("identical", None, None, result.key)
    async with db.tenant(tenant) as tx:
        last = await replays.last(tx, result.id)
    assert (last.outcome, last.nightly, last.engine) == ("identical", False, found.computed_by)


async def test_one_difference_is_named_told_to_whoever_listens_and_raises_the_alarm(db, sandbox, tenant, owner, caplog):
    result = await scored(db, sandbox, tenant)
    await falsified(owner, result, score=12.5)
    before = await raised(db)

    found = await replay(db, sandbox, tenant, result)

    assert (found.outcome, found.path) == ("differs", "/score")
    async with db.tenant(tenant) as tx:
        (notice,) = [one for one in await outbox.page(tx) if one.kind == "replay.differs"]
        assert (await replays.last(tx, result.id)).path == "/score"
    assert notice.payload == {"result": ids.show("result", result.id), "path": "/score"}
    assert (await raised(db)).times == (before.times if before else 0) + 1


async def test_the_night_replays_a_sample_of_those_that_waited_longest(db, sandbox, tenant, owner):
    made = [await scored(db, sandbox, tenant, days=days) for days in (0, 1, 2)]
    await falsified(owner, made[1], level_name="nonsense")
    settings = Settings(replay_sample=2)

    rounds = [msgspec.json.decode(await replaying.work_round(db, sandbox, settings, tenant, {})) for _ in range(2)]

    assert sum(one["identical"] + one["differs"] for one in rounds) == 4
    assert sum(one["differs"] for one in rounds) >= 1
    async with db.tenant(tenant) as tx:
        seen = [await replays.last(tx, one.id) for one in made]
    assert all(one.nightly for one in seen)
    assert seen[1].path == "/level_name"


async def test_the_night_passes_over_what_is_withheld(db, sandbox, tenant):
    await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)

    found = msgspec.json.decode(await replaying.work_round(db, sandbox, SETTINGS, tenant, {}))

    assert found == {"identical": 0, "differs": 0, "impossible": 0}


async def test_a_round_is_due_a_day_after_the_last_one_and_the_first_at_any_time_of_a_day(db, dispatch, tenant, owner):
    async def due():
        async with dispatch.dispatcher() as tx:
            return tenant in await replays.due(tx, 1000)

    async def asked():
        async with db.tenant(tenant) as tx:
            await replaying.due(tx)
        return await owner.fetchval("select count(*) from errands where tenant_id = $1", tenant)

    assert await due()
    assert await asked() == 0
    assert not await due()
    await owner.execute("update replay_rounds set next_at = now() where tenant_id = $1", tenant)
    assert await due()
    assert await asked() == 1
    assert not await due()


async def test_without_its_snapshot_a_replay_is_impossible(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        job = await privacy.request(tx, "erase", AskedRight(person=STAFF[0], reason="they asked"))
    await done(db, tenant, job.id, SETTINGS)

    found = await replay(db, sandbox, tenant, result)

    assert (found.outcome, found.reason) == ("impossible", "inputs_gone")
    assert "erased" in found.detail


async def test_without_its_version_of_the_plugin_a_replay_is_impossible(db, sandbox, tenant, monkeypatch):
    result = await scored(db, sandbox, tenant)
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: Installed([], []))

    found = await replay(db, sandbox, tenant, result)

    assert (found.outcome, found.reason) == ("impossible", "plugin_missing")
    assert "kithline-network" in found.detail


async def test_on_another_engine_a_replay_is_impossible_and_names_both(db, sandbox, tenant, monkeypatch):
    result = await scored(db, sandbox, tenant)
    computed_by = (await replay(db, sandbox, tenant, result)).engine
    monkeypatch.setattr("kithline_core.engine.keys.engine_version", lambda _=None: "2+another")

    found = await replay(db, sandbox, tenant, result)

    assert (found.outcome, found.reason, found.engine, found.computed_by) == (
        "impossible", "other_engine", "2+another", computed_by,
    )  # fmt: skip
    assert computed_by in found.detail
    assert "2+another" in found.detail


@pytest.mark.parametrize(
    ("code", "outcome"), [("timeout", "impossible"), ("below_tier", "impossible"), ("crash", "differs")]
)
async def test_what_could_not_be_run_here_is_not_different_and_what_crashed_is(db, sandbox, tenant, code, outcome):
    result = await scored(db, sandbox, tenant)

    found = await replay(db, Answering(Failed(code, "a test")), tenant, result)

    assert found.outcome == outcome
    assert (found.reason == "not_run") is (outcome == "impossible")


async def test_nobody_replays_what_is_withheld_or_anothers(db, sandbox, tenant):
    result, other = await scored(db, sandbox, tenant), await talking(db)

    with pytest.raises(NotFound):
        await replay(db, sandbox, other, result)
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
    with pytest.raises(Withheld):
        await replay(db, sandbox, tenant, result)


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ({"a": 1}, {"a": 2}, "/a"),
        ({"a": {"b/c": [1, 2]}}, {"a": {"b/c": [1, 3]}}, "/a/b~1c/1"),
        ({"a": [1]}, {"a": [1, 2]}, "/a"),
        ({"a": 1}, {"a": 1, "~": 2}, "/~0"),
        ([1], {"a": 1}, ""),
        (1, 1, ""),
    ],
)
def test_the_first_difference_has_a_pointer(one, other, path):
    assert replaying.difference(one, other) == path


class Both(InProcess):
    """Runs scorers here, whichever version of the plugin it is: there is one wheel only."""

    tier = "none"

    def refusal(self, _: object) -> None:
        """Refuse nobody."""

    async def score(self, plugin, spec, snapshot, params, seed):
        """Score half of it by the newer version."""
        found = (await super().score(plugin, spec, snapshot, params, seed)).finding
        if spec.version == "1.0.0":
            return Scored(found)
        return Scored(
            msgspec.structs.replace(found, score=found.score / 2, interval="unquantified: a test", drivers=[])
        )


async def bridge(db, tenant, since, to):
    asked = {"scorer": "silos.internal", "from": since, "to": to}
    return msgspec.json.decode(await bridging.work(db, Both(), SETTINGS, tenant, asked), type=bridging.Bridge)


@pytest.fixture
def newer(monkeypatch):
    """Install the plugin of silos twice: its scorer is called 1.1.0 in the newer one, and asks for less."""
    found = plugins.installed()
    plugin, spec = found.find("silos.internal")
    later = msgspec.structs.replace(spec, version="1.1.0", parameters={**spec.parameters, "min_days": 1})
    manifest = msgspec.structs.replace(plugin.manifest, version="1.1.0", scorers=[later])
    other = msgspec.structs.replace(plugin, manifest=manifest)
    both = Installed([*found.plugins, other], [])
    return lambda: monkeypatch.setattr("kithline_core.plugins.installed", lambda: both)


async def test_a_bridge_tells_the_method_from_the_data(db, sandbox, tenant, newer):
    first = await scored(db, sandbox, tenant)
    await send(db, tenant, pairs(1))
    second = await scored(db, sandbox, tenant, days=30)
    newer()
    third = await scored(db, Both(), tenant, days=60)

    found = await bridge(db, tenant, "1.0.0", "1.1.0")
    again = await bridge(db, tenant, "1.0.0", "1.1.0")

    assert [one.result for one in found.spans] == [ids.show("result", one.id) for one in (first, second, third)]
    assert [one.version for one in found.spans] == ["1.0.0", "1.0.0", "1.1.0"]
    assert all(one.method == one.bridged_value - one.value for one in found.spans)
    assert found.spans[0].method != 0
    assert found.spans[2].method == 0
    for before, after in zip(found.spans, found.spans[1:], strict=False):
        assert after.change.whole == after.value - before.value == after.change.data + after.change.method
    assert found == again


async def test_a_bridge_passes_over_what_is_withheld_and_says_what_cannot_be_computed_again(
    db, sandbox, tenant, newer, owner
):
    result = await scored(db, sandbox, tenant)
    newer()
    await owner.execute("update result_inputs set kept = null where result_id = $1", result.id)

    (span,) = (await bridge(db, tenant, "1.0.0", "1.1.0")).spans
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
    after = await bridge(db, tenant, "1.0.0", "1.1.0")

    assert (span.reason, span.bridged_value, span.method, span.change) == ("inputs_gone", None, None, None)
    assert after.spans == []


async def test_a_rule_that_reads_more_cannot_be_laid_over_old_data(db, sandbox, tenant, monkeypatch):
    await scored(db, sandbox, tenant)
    found = plugins.installed()
    plugin, spec = found.find("silos.internal")
    later = msgspec.structs.replace(spec, version="1.1.0", lookback_days=30)
    manifest = msgspec.structs.replace(plugin.manifest, version="1.1.0", scorers=[later])
    both = Installed([*found.plugins, msgspec.structs.replace(plugin, manifest=manifest)], [])
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: both)

    (span,) = (await bridge(db, tenant, "1.0.0", "1.1.0")).spans

    assert (span.reason, span.value) == ("other_inputs", None)


def test_a_version_that_is_not_installed_bridges_nothing():
    with pytest.raises(UnknownScorer, match=r"version 9\.9\.9"):
        bridging.newer("silos.internal", "9.9.9")
    with pytest.raises(UnknownScorer, match="no scorer"):
        bridging.newer("no.such", "1.0.0")


def test_changes_are_told_within_a_scope_and_between_results_that_have_scores():
    def span(end, scope, value, bridged):
        return msgspec.convert(
            {
                "result": f"r{end}", "scope": scope, "version": "1", "window": ["2026-01-01T00:00:00Z", f"2026-01-{end}T00:00:00Z"],
                "status": "ok", "score": None, "level": None, "value": value, "bridged_status": None, "bridged_score": None,
                "bridged_level": None, "bridged_value": bridged, "method": None, "change": None, "reason": None,
            },
            bridging.Span,
        )  # fmt: skip

    made = bridging.changes([span(11, None, 5, 7), span(12, "s", 1, 1), span(10, None, None, 4)])

    assert [one.result for one in made] == ["r10", "r11", "r12"]
    assert [one.change for one in made] == [None, None, None]
