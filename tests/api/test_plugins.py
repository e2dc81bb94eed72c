"""Plugins over REST: what a tenant uses of what is installed, and what another version would change."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from helpers import twofold
from kithline_core import errands, ids
from kithline_core.choices import changing
from kithline_core.plugins import Installed, Lifecycle
from kithline_core.sandbox.outcomes import Failed, Scored
from kithline_core.settings import Settings
from kithline_sdk.contract import Finding

pytestmark = pytest.mark.anyio
NAME, SHARE = "kithline-twofold", "twofold.share"
PLACE = f"/v1/plugins/{NAME}"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return twofold.versions(tmp_path_factory.mktemp("plugins"))


@pytest.fixture(autouse=True)
def here(files, monkeypatch):
    """What is installed; a test may put something else in its place."""
    shelf = [files]
    monkeypatch.setattr("kithline_core.plugins.installed", lambda: shelf[0])

    def put(*plugins):
        shelf[0] = Installed(list(plugins), [])

    return put


@pytest.fixture(autouse=True)
async def nothing_chosen(tenant):
    yield
    await tenant.post(f"{PLACE}/shadow/decision", json={"decision": "pin", "reason": "the test is over"})
    await tenant.patch(PLACE, json={"enabled": None, "pinned": None, "reason": "the test is over"})
    await tenant.put(f"/v1/scorers/{SHARE}/parameters", json={"parameters": {}, "reason": "the test is over"})


class Taking:
    """A plugin that takes any parameters, or refuses them with these words."""

    def __init__(self, words=None):
        self.outcome = Scored(Finding()) if words is None else Failed("invalid_parameter", words)

    async def score(self, *_):
        return self.outcome


async def worked(world, sandbox):
    """Do what waits, as a worker would, until something did."""
    db, tenant = world.app.state.db, ids.read("tenant", world.tenant.ids["tenant"])
    while True:
        async with db.tenant(tenant) as tx:
            rows = await tx.rows("select errand_id from errands where tenant_id = $1 and finished_at is null")
        for row in rows:
            await errands.perform(db, sandbox, Settings(), tenant, row["errand_id"], errands.KINDS)
        if rows:
            return
        await asyncio.sleep(0.01)


async def change(tenant, **new):
    return await tenant.patch(PLACE, json={"reason": "a test"} | new)


async def run(tenant, **more):
    body = {"intended_use": "research", "scorers": [SHARE], "to": "2026-04-01T00:00:00Z", **more}
    key = str(datetime.now(UTC).timestamp())
    return await tenant.post("/v1/runs", json=body, headers={"idempotency-key": key})


async def test_plugins_are_listed_with_versions_and_choices(tenant):
    before = (await tenant.get(PLACE)).json()
    changed = (await change(tenant, pinned="1.0.0")).json()
    (listed,) = (await tenant.get("/v1/plugins")).json()["data"]

    assert (before["in_force"], before["pinned"], before["enabled"], before["chosen"]) == ("2.0.0", None, True, None)
    assert [one["version"] for one in before["versions"]] == ["2.0.0", "1.0.0"]
    assert before["versions"][0]["scorers"] == ["twofold.share", "twofold.same", "twofold.choosy", "twofold.wider"]
    assert (listed["in_force"], listed["pinned"], listed["reason"]) == ("1.0.0", "1.0.0", "a test")
    assert listed == changed
    assert [one["code"] for one in listed["cautions"]] == ["newer"]


async def test_what_is_left_out_of_a_change_stays(tenant):
    await change(tenant, pinned="1.0.0")

    changed = (await change(tenant, enabled=False)).json()

    assert (changed["pinned"], changed["enabled"], changed["chosen"]) == ("1.0.0", False, False)


async def test_another_tenant_has_choices_of_its_own(tenant, other):
    await change(tenant, pinned="1.0.0", enabled=False)

    seen = (await other.get(PLACE)).json()

    assert (seen["pinned"], seen["enabled"], seen["reason"], seen["changed_at"]) == (None, True, None, None)


async def test_a_platform_sees_which_versions_its_tenant_uses_and_no_reason(world, tenant):
    await change(tenant, pinned="1.0.0", reason="our own business")

    seen = await world.partner.get("/v1/partners/me/tenants/auren/plugins")
    foreign = await world.other_partner.get("/v1/partners/me/tenants/auren/plugins")

    assert seen.json()["data"] == [
        {"plugin": NAME, "enabled": True, "pinned": "1.0.0", "in_force": "1.0.0", "shadow": None}
    ]
    assert foreign.json()["data"][0]["pinned"] is None


async def test_a_run_is_pinned_to_what_was_chosen(tenant):
    await change(tenant, pinned="1.0.0")

    task = (await run(tenant)).json()["tasks"][0]

    assert (task["plugin_version"], task["version"]) == ("1.0.0", "1.0.0")


async def test_a_run_of_a_disabled_scorer_says_what_to_do(tenant):
    await change(tenant, enabled=False)

    answer = await run(tenant)

    assert (answer.status_code, answer.json()["code"]) == (409, "scorer_disabled")
    assert f"PATCH {PLACE}" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"pinned": "9.9"}, "/pinned"), ({"pinned": "", "reason": "r"}, "/pinned"), ({"reason": ""}, "/reason"), ({"x": 1}, "/x")],
)  # fmt: skip
async def test_a_change_that_makes_no_sense_points_at_the_field(tenant, body, pointer):
    answer = await change(tenant, **body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_after_its_last_day_a_version_is_refused_with_its_successor(tenant, here, files):
    yesterday = str((datetime.now(UTC) - timedelta(days=1)).date())
    over = msgspec.structs.replace(
        files.plugins[0].manifest,
        lifecycle=Lifecycle(status="deprecated", sunset=yesterday, successor="kithline-next"),
    )
    here(msgspec.structs.replace(files.plugins[0], manifest=over))

    pinned, ran = await change(tenant, pinned="1.0.0"), await run(tenant)

    for answer in (pinned, ran):
        assert (answer.status_code, answer.json()["code"]) == (409, "plugin_sunset")
        assert "use kithline-next" in answer.json()["detail"]
    shown = (await tenant.get(PLACE)).json()
    assert (shown["in_force"], [one["code"] for one in shown["cautions"]]) == (None, ["sunset"])
    (share, *_) = [one for one in (await tenant.get("/v1/scorers")).json()["data"] if one["key"] == SHARE]
    assert share["lifecycle"] == {"status": "deprecated", "sunset": yesterday, "successor": "kithline-next"}


async def test_scorers_show_what_the_tenant_uses(tenant, world):
    await change(tenant, pinned="1.0.0")
    body = {"parameters": {"weight": 0.75}, "reason": "agreed"}
    answer, _ = await asyncio.gather(tenant.put(f"/v1/scorers/{SHARE}/parameters", json=body), worked(world, Taking()))

    listed = {one["key"]: one for one in (await tenant.get("/v1/scorers")).json()["data"]}

    assert (answer.status_code, answer.json()["holding"]["own"]) == (200, {"weight": 0.75})
    share = listed[SHARE]
    assert (share["enabled"], share["pinned"], share["versions"]) == (True, "1.0.0", ["2.0.0", "1.0.0"])
    assert (share["own"], share["in_force"]["weight"], share["parameters"]["weight"]) == ({"weight": 0.75}, 0.75, 0.5)
    assert listed["twofold.same"]["own"] == {}
    assert "twofold.gone" in listed
    assert (await run(tenant)).json()["tasks"][0]["parameters"] == {"weight": 0.75}


async def test_what_the_plugin_does_not_take_is_refused_before_it_holds(tenant, world):
    body = {"parameters": {"weight": 1.5}, "reason": "agreed"}
    answer, _ = await asyncio.gather(
        tenant.put(f"/v1/scorers/{SHARE}/parameters", json=body), worked(world, Taking("weight: Expected `float` <= 1"))
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "parameter_refused")
    assert answer.json()["errors"][0]["pointer"] == "/parameters/weight"
    assert (await run(tenant)).json()["tasks"][0]["parameters"] == {}


async def test_without_a_worker_the_answer_is_a_promise(tenant, world):
    answer = await tenant.put(f"/v1/scorers/{SHARE}/parameters", json={"parameters": {"weight": 0.7}, "reason": "r"})

    assert (answer.status_code, answer.json()) == (202, {"state": "working"})
    assert (await tenant.get(answer.headers["location"])).json()["kind"] == changing.KIND
    await worked(world, Taking())
    assert (await tenant.get(answer.headers["location"])).json()["answer"]["holding"]["own"] == {"weight": 0.7}


@pytest.mark.parametrize(
    ("scorer", "parameters", "status", "code"),
    [(SHARE, {"nonsense": 1}, 422, "parameter_refused"), (SHARE, {"persons": True}, 422, "parameter_refused"),
     ("no.such", {}, 422, "unknown_scorer")],
)  # fmt: skip
async def test_what_the_manifest_rules_out_is_refused_without_a_worker(tenant, scorer, parameters, status, code):
    answer = await tenant.put(f"/v1/scorers/{scorer}/parameters", json={"parameters": parameters, "reason": "r"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_shadow_is_started_looked_at_and_decided_about(tenant, world):
    assert (await tenant.get(f"{PLACE}/shadow")).status_code == 404
    await change(tenant, pinned="1.0.0")

    started = await tenant.post(f"{PLACE}/shadow", json={"version": "2.0.0"})
    await worked(world, Taking())
    seen = (await tenant.get(f"{PLACE}/shadow")).json()
    shown = (await tenant.get(PLACE)).json()
    decided = await tenant.post(f"{PLACE}/shadow/decision", json={"decision": "accept", "reason": "no level moved"})

    assert (started.status_code, decided.status_code) == (201, 201)
    assert (seen["in_force"], seen["candidate"], seen["decision"], shown["shadow"]) == ("1.0.0", "2.0.0", None, "2.0.0")
    assert {one["scorer"]: one["reason"] for one in seen["scorers"]}["twofold.gone"] == (
        "version 2.0.0 offers no such scorer"
    )
    assert (decided.json()["decision"], decided.json()["reason"]) == ("accept", "no level moved")
    after = (await tenant.get(PLACE)).json()
    assert (after["in_force"], after["pinned"], after["shadow"]) == ("2.0.0", "2.0.0", None)
    assert (await tenant.get(f"{PLACE}/shadow")).json()["decision"] == "accept"


async def test_another_tenant_sees_no_shadow_and_decides_about_none(tenant, other):
    await change(tenant, pinned="1.0.0")
    await tenant.post(f"{PLACE}/shadow", json={"version": "2.0.0"})

    seen = await other.get(f"{PLACE}/shadow")
    decided = await other.post(f"{PLACE}/shadow/decision", json={"decision": "accept", "reason": "r"})

    assert (seen.status_code, decided.status_code) == (404, 404)
    assert (await other.get(PLACE)).json()["shadow"] is None


async def test_a_second_shadow_and_a_choice_beside_one_are_refused(tenant):
    await change(tenant, pinned="1.0.0")
    await tenant.post(f"{PLACE}/shadow", json={"version": "2.0.0"})

    second = await tenant.post(f"{PLACE}/shadow", json={"version": "2.0.0"})
    beside = await change(tenant, enabled=False)
    unknown = await tenant.post(f"{PLACE}/shadow", json={"version": "3.0.0"})

    assert (second.status_code, beside.status_code, unknown.json()["code"]) == (409, 409, "unknown_version")


async def test_a_repeated_start_answers_what_the_first_did(tenant):
    await change(tenant, pinned="1.0.0")
    body = {"version": "2.0.0"}

    first = await tenant.post(f"{PLACE}/shadow", json=body, headers={"idempotency-key": "one-shadow"})
    again = await tenant.post(f"{PLACE}/shadow", json=body, headers={"idempotency-key": "one-shadow"})

    assert first.json() == again.json()


async def test_choices_are_audited(tenant):
    await change(tenant, pinned="1.0.0")
    await tenant.post(f"{PLACE}/shadow", json={"version": "2.0.0"})

    acts = [one["action"] for one in (await tenant.get("/v1/audit?limit=3")).json()["data"]]

    assert sorted(acts) == ["plugin.changed", "plugin.changed", "shadow.started"]
