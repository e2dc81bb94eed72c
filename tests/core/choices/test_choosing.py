"""What a tenant uses of what is installed: enabled, pinned, with parameters that their plugin took."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from helpers import twofold, work
from kithline_core import coverage, offline, ordering, scoring
from kithline_core.choices import cautions, changing, choosing
from kithline_core.choices.changing import NewParameters
from kithline_core.choices.vetting import ParameterRefused
from kithline_core.dataset.folder import Dataset
from kithline_core.db import Database, audit, errands, plugin_choices, results, runs
from kithline_core.errors import Conflict, NotFound, UnknownScorer
from kithline_core.model.plugin_choices import Choice, NewChoice
from kithline_core.model.rows import OrganisationRow
from kithline_core.ordering import AskedRun
from kithline_core.plugins import Installed, Lifecycle
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.outcomes import Failed
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
NAME, SHARE = "kithline-twofold", "twofold.share"
TODAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return twofold.versions(tmp_path_factory.mktemp("plugins"))


@pytest.fixture
def here(files, monkeypatch):
    """What is installed; a test may put something else in its place."""
    shelf = [files]
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: shelf[0])
    monkeypatch.setattr("kithline_core.plugins.found.today", lambda: TODAY)

    def put(*plugins):
        shelf[0] = Installed(list(plugins), [])

    return put


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def tenant(db, here):
    return await work.provision(db)


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open(tier="none") as opened:
        yield opened


def living(plugin, **lifecycle):
    manifest = msgspec.structs.replace(plugin.manifest, lifecycle=Lifecycle(**lifecycle))
    return msgspec.structs.replace(plugin, manifest=manifest)


def stored(plugin):
    return msgspec.structs.replace(plugin, digest="0" * 64)


def deprecated(plugin, days, successor="kithline-other"):
    return living(plugin, status="deprecated", sunset=str(TODAY + timedelta(days=days)), successor=successor)


async def change(db, tenant, **new):
    async with db.tenant(tenant) as tx:
        return await changing.change(tx, NAME, NewChoice(reason="a test", **new))


async def plan(db, tenant, **asked):
    async with db.tenant(tenant) as tx:
        return await ordering.plan_run(tx, AskedRun(intended_use="research", **asked))


async def pinned(db, tenant, **asked):
    return {task.scorer: task.plugin_version for task in (await plan(db, tenant, **asked)).tasks}


async def told(db, tenant):
    async with db.tenant(tenant) as tx:
        chosen = await choosing.of(tx)
    return [one.code for one in cautions.of(chosen, chosen.of(NAME))]


async def set_parameters(db, tenant, sandbox, given, scorer=SHARE):
    """Ask for parameters and do the errand as a worker would."""
    async with db.tenant(tenant) as tx:
        asked = await changing.ask(tx, scorer, NewParameters(parameters=given, reason="a test"))
    if isinstance(asked, changing.Settled):
        return asked
    async with db.tenant(tenant) as tx:
        held = await errands.claim(tx, asked.id, 30.0)
    return await settled(db, tenant, sandbox, held.asked)


async def settled(db, tenant, sandbox, asked):
    return msgspec.json.decode(await changing.work(db, sandbox, Settings(), tenant, asked), type=changing.Settled)


async def test_without_a_choice_runs_use_the_newest_version(db, tenant):
    assert set((await pinned(db, tenant)).values()) == {"2.0.0"}


async def test_a_pinned_version_stays_though_another_is_installed_and_another_tenant_sees_nothing_of_it(db, tenant):
    other = await work.provision(db)

    offer = await change(db, tenant, pinned="1.0.0")

    assert (offer.choice.pinned, offer.choice.enabled, offer.in_force.manifest.version) == ("1.0.0", None, "1.0.0")
    assert set((await pinned(db, tenant)).values()) == {"1.0.0"}
    assert await pinned(db, tenant, scorers=["twofold.gone"]) == {"twofold.gone": "1.0.0"}
    assert set((await pinned(db, other)).values()) == {"2.0.0"}
    async with db.tenant(other) as tx:
        assert await plugin_choices.all_(tx) == {}
    assert await told(db, tenant) == ["newer"]

    await change(db, tenant, pinned=None)
    assert set((await pinned(db, tenant)).values()) == {"2.0.0"}
    with pytest.raises(UnknownScorer, match=r"not offered by kithline-twofold in version 2\.0\.0"):
        await pinned(db, tenant, scorers=["twofold.gone"])


async def test_a_disabled_plugin_is_in_no_run_and_says_how_it_gets_in(db, tenant):
    await change(db, tenant, enabled=False)

    with pytest.raises(choosing.ScorerDisabled, match="kithline plugins enable kithline-twofold"):
        await pinned(db, tenant, scorers=[SHARE])
    with pytest.raises(Conflict, match="no scorer is installed and enabled"):
        await pinned(db, tenant)
    assert (await coverage.of(db, tenant)).scorers == []
    assert await told(db, tenant) == []

    await change(db, tenant, enabled=True)
    assert await pinned(db, tenant, scorers=[SHARE]) == {SHARE: "2.0.0"}
    assert len((await coverage.of(db, tenant)).scorers) == 4


async def test_what_is_not_first_party_waits_to_be_enabled(db, tenant, here, files):
    here(*map(stored, files.plugins))

    with pytest.raises(choosing.ScorerDisabled):
        await pinned(db, tenant, scorers=[SHARE])
    await change(db, tenant, enabled=True)

    assert await pinned(db, tenant, scorers=[SHARE]) == {SHARE: "2.0.0"}


async def test_every_change_is_written_down(db, tenant):
    await change(db, tenant, pinned="1.0.0")
    await change(db, tenant, enabled=False)

    async with db.tenant(tenant) as tx:
        acts = await audit.page(tx, action="plugin.changed")
    first, second = sorted(acts, key=lambda one: one.details["enabled"] is False)
    assert (first.subject, first.details["pinned"], first.details["was"]["pinned"]) == (NAME, "1.0.0", None)
    assert (second.details["enabled"], second.details["pinned"]) == (False, "1.0.0")


async def test_what_is_not_installed_is_neither_chosen_nor_pinned(db, tenant):
    with pytest.raises(choosing.UnknownVersion, match=r"'3\.0'; there is 2\.0\.0, 1\.0\.0") as refused:
        await change(db, tenant, pinned="3.0")
    assert refused.value.pointer == "/pinned"

    async with db.tenant(tenant) as tx:
        with pytest.raises(NotFound, match="GET /v1/plugins"):
            await changing.change(tx, "no-such", NewChoice(reason="r", enabled=True))
    with pytest.raises(UnknownScorer, match=r"no scorer named 'no\.such' is installed"):
        await pinned(db, tenant, scorers=["no.such"])


async def test_a_pinned_version_that_was_removed_stops_runs_and_is_told(db, tenant, here, files):
    await change(db, tenant, pinned="1.0.0")
    here(files.plugins[1])

    with pytest.raises(choosing.UnknownVersion, match=r"pinned to 1\.0\.0, which is not installed here any more"):
        await pinned(db, tenant)
    assert await told(db, tenant) == ["version_missing"]
    assert (await coverage.of(db, tenant)).scorers == []


@pytest.mark.parametrize(
    ("days", "code"),
    [(91, "deprecated"), (90, "sunset_in_90_days"), (31, "sunset_in_90_days"), (30, "sunset_in_30_days"), (0, "sunset_in_30_days")],
)  # fmt: skip
async def test_a_last_day_is_told_ninety_and_thirty_days_before_and_runs_go_on(db, tenant, here, files, days, code):
    here(deprecated(files.plugins[0], days))

    assert await told(db, tenant) == [code]
    assert await pinned(db, tenant, scorers=[SHARE]) == {SHARE: "1.0.0"}


async def test_deprecated_without_a_last_day_is_told_too(db, tenant, here, files):
    here(living(files.plugins[0], status="deprecated"))

    assert await told(db, tenant) == ["deprecated"]


@pytest.mark.parametrize(("successor", "words"), [("kithline-other", "use kithline-other"), ("", "names no successor")])
async def test_after_its_last_day_a_version_is_neither_run_nor_pinned(db, tenant, here, files, successor, words):
    await change(db, tenant, pinned="1.0.0")
    over = deprecated(files.plugins[0], -1, successor)
    here(over)

    with pytest.raises(choosing.PluginSunset, match=words):
        await pinned(db, tenant)
    assert await told(db, tenant) == ["sunset"]
    with pytest.raises(choosing.PluginSunset, match=words):
        await change(db, tenant, pinned="1.0.0")
    await change(db, tenant, pinned=None)
    assert await told(db, tenant) == ["sunset"]
    with pytest.raises(choosing.PluginSunset, match=words):
        await pinned(db, tenant, scorers=[SHARE])
    here(over, files.plugins[1])
    assert await pinned(db, tenant, scorers=[SHARE]) == {SHARE: "2.0.0"}


async def test_own_parameters_stand_before_the_manifests_and_the_runs_before_them(db, tenant, sandbox):
    answer = await set_parameters(db, tenant, sandbox, {"weight": 0.75, "floor": 7})

    assert (answer.state, answer.holding.own) == ("holding", {"weight": 0.75, "floor": 7})
    assert answer.holding.in_force == {"persons": False, "floor": 7, "no_floor": False, "weight": 0.75, "words": []}
    (task,) = (await plan(db, tenant, scorers=[SHARE], parameters={SHARE: {"floor": 9}})).tasks
    assert task.parameters == {"weight": 0.75, "floor": 9}
    (task,) = (await plan(db, tenant, scorers=["twofold.same"])).tasks
    assert task.parameters == {}
    async with db.tenant(tenant) as tx:
        (event,) = await audit.page(tx, action="parameters.changed")
    assert (event.subject, event.details) == (SHARE, {"changed": ["floor", "weight"], "plugin": NAME})

    other = await work.provision(db)
    assert (await plan(db, other, scorers=[SHARE])).tasks[0].parameters == {}
    assert (await set_parameters(db, tenant, sandbox, {})).holding.own == {}
    assert (await plan(db, tenant, scorers=[SHARE])).tasks[0].parameters == {}


@pytest.mark.parametrize(
    ("given", "pointer", "words"),
    [({"weight": 1.5}, "/parameters/weight", "<= 1"), ({"words": ["four"]}, "/parameters/words", "length <= 3")],
)
async def test_a_value_that_the_plugin_does_not_take_is_refused_and_nothing_changes(
    db, tenant, sandbox, given, pointer, words
):
    with pytest.raises(ParameterRefused, match=words) as refused:
        await set_parameters(db, tenant, sandbox, given)

    assert refused.value.pointer == pointer
    async with db.tenant(tenant) as tx:
        assert await plugin_choices.parameters(tx) == {}


@pytest.mark.parametrize(
    ("given", "name"), [({"weigth": 1.0}, "weigth"), ({"weight": "1"}, "weight"), ({"floor": 4}, "floor")]
)
async def test_what_the_manifest_rules_out_is_refused_at_once(db, tenant, given, name):
    with pytest.raises(ParameterRefused) as refused:
        await set_parameters(db, tenant, None, given)

    assert refused.value.pointer == f"/parameters/{name}"


async def test_a_refusal_without_a_name_points_at_all_of_them_and_a_dead_plugin_refuses_nothing(db, tenant):
    plugin, spec = (await chosen(db, tenant)).find(SHARE)

    with pytest.raises(ParameterRefused) as refused:
        await changing.check(plugin, spec, {}, Answer(Failed("invalid_parameter", "")))
    with pytest.raises(Conflict, match="could not be asked about its parameters: crash, it broke"):
        await changing.check(plugin, spec, {}, Answer(Failed("crash", "it broke")))

    assert refused.value.pointer == "/parameters"


class Answer:
    """A sandbox whose plugin says one thing."""

    def __init__(self, outcome):
        self.outcome = outcome

    async def score(self, *_):
        return self.outcome


async def chosen(db, tenant):
    async with db.tenant(tenant) as tx:
        return await choosing.of(tx)


async def test_whoever_asked_last_has_the_word_in_whichever_order_workers_come_back(db, tenant, sandbox):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    early, late = (
        msgspec.to_builtins(changing.Set(SHARE, {"weight": weight}, "a test", at + timedelta(seconds=second)))
        for weight, second in ((0.25, 0), (0.75, 1))
    )

    await settled(db, tenant, sandbox, late)
    second = await settled(db, tenant, sandbox, early)

    assert second.holding.own == {"weight": 0.75}
    assert (await chosen(db, tenant)).own[SHARE].parameters == {"weight": 0.75}


async def test_parameters_that_another_version_does_not_have_stop_its_pin_its_runs_and_are_told(
    db, tenant, here, files, sandbox
):
    first, second = files.plugins
    others = [msgspec.structs.replace(spec, parameters={"words": []}) for spec in second.manifest.scorers]
    second = msgspec.structs.replace(second, manifest=msgspec.structs.replace(second.manifest, scorers=others))
    here(first, second)
    await change(db, tenant, pinned="1.0.0")
    await set_parameters(db, tenant, sandbox, {"weight": 0.75})

    with pytest.raises(ParameterRefused, match=r"do not fit kithline-twofold 2\.0\.0: .*'weight'") as refused:
        await change(db, tenant, pinned="2.0.0")
    await change(db, tenant, pinned=None)

    assert refused.value.pointer == "/pinned"
    assert await told(db, tenant) == ["misfit"]
    with pytest.raises(ParameterRefused, match=f"PUT /v1/scorers/{SHARE}/parameters"):
        await plan(db, tenant, scorers=[SHARE])
    plugin, spec = (await chosen(db, tenant)).find(SHARE)
    assert changing.in_force(await chosen(db, tenant), plugin, spec) is None


def test_plugins_are_one_by_name_whichever_way_it_is_written(files):
    other = msgspec.structs.replace(
        files.plugins[1], manifest=msgspec.structs.replace(files.plugins[1].manifest, plugin="Kithline_Twofold")
    )

    (offer,) = choosing.offers([files.plugins[0], other], {NAME: Choice(plugin=NAME, pinned="1.0.0")})

    assert [one.manifest.version for one in offer.versions] == ["2.0.0", "1.0.0"]
    assert offer.choice.pinned == "1.0.0"


async def test_the_same_parameters_give_the_same_bytes_online_and_offline(db, tenant, sandbox):
    await set_parameters(db, tenant, sandbox, {"weight": 0.75, "floor": 7})
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    folder = Dataset()
    folder.rows["organisations"] = [OrganisationRow(organisation="acme")]
    request = offline.Request(scorers=[SHARE], start=start, end=end, parameters={SHARE: {"weight": 0.75, "floor": 7}})

    async with db.tenant(tenant) as tx:
        new = AskedRun(intended_use="research", scorers=[SHARE], start=start, end=end)
        made = await runs.insert(tx, await ordering.plan_run(tx, new))
        (task,) = await runs.tasks(tx, made.id)
    done = await scoring.perform(db, sandbox, Settings(), tenant, task.id)
    async with db.tenant(tenant) as tx:
        online = (await results.finding_bytes(tx, done.id)).document

    assert [one.document async for one in offline.score(folder, request, sandbox)] == [online]


async def test_a_scorer_that_fails_on_nothing_is_asked_about_its_parameters_all_the_same(db, tenant, sandbox, here):
    here(work.hostile())
    plugin, spec = work.installed().find("hostile.raises")

    await changing.check(plugin, spec, {"floor": 6}, sandbox)

    with pytest.raises(ParameterRefused):
        await changing.check(plugin, msgspec.structs.replace(spec, parameters={"nonsense": 1}), {}, sandbox)
