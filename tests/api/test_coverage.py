"""Coverage says, without a run, what is there and what is still missing: the words a run would use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest

from kithline_core import ids, plugins, usable
from kithline_core.db import tasks
from kithline_core.engine import judge, keys, plan, snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import encode
from kithline_core.model.results import NewResult
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
NUMBERS = count(1)


async def needs(caller):
    return {one["scorer"]: one for one in (await caller.get("/v1/coverage")).json()["scorers"]}


def empty_document(spec):
    """What a run of an empty tenant stores, for scorers whose tables decide it before the sandbox."""
    cut = snapshot.cut(spec, assemble({}, []), Window(0, DAY), keys.parameters(spec, {}))
    return judge.empty(spec, cut, "sha256:0")


async def test_an_empty_tenant_hears_what_a_run_would_say(other):
    told = await needs(other)

    for spec in plugins.installed().scorers():
        assert told[spec.key]["state"] == "insufficient", spec.key
        if any(one.required for one in spec.inputs):
            assert told[spec.key]["missing"] == msgspec.to_builtins(empty_document(spec).missing)
        else:
            assert {one["what"] for one in told[spec.key]["missing"]} == {f"a result of {key}" for key in spec.after}


async def test_every_scorer_is_there_in_the_order_of_dependence(other):
    assert list(await needs(other)) == [spec.key for spec in plan.order(plugins.installed().scorers())]


async def test_what_arrives_is_counted_in_the_window(tenant):
    await tenant.post("/v1/grounds", json={"template": "synthetic"})
    await talk(tenant, "abcdef")

    told = (await needs(tenant))["silos.internal"]

    assert rows_of(told) == {"tie_day": 10, "activity_day": 10, "event_day": 2, "ties": 0, "group_ties": 0,
                             "memberships": 0, "populations": 0, "interfaces": 0}  # fmt: skip
    assert (told["state"], told["held_back"]) == ("ready", [])
    assert [one["need"] for one in told["missing"]] == [rule.at_least for rule in silos().minimum]
    assert all(one["have"] is None for one in told["missing"])


async def talk(caller, people, *, days=(1, 2, 400), **more):
    """Everybody answers the next one on days before today; return the batch's verdicts."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    events = [
        {"id": f"{one}{day}", "occurred_at": (noon - timedelta(days=day)).isoformat(), "actor": one, "verb": "replied",
         "target": next_one, **more}
        for one, next_one in zip(people, people[1:] + people[:1], strict=True) for day in days
    ]  # fmt: skip
    return (await caller.post("/v1/events:bulk", json=events)).json()


def rows_of(told):
    return {one["table"]: one["rows"] for one in told["inputs"]}


async def test_of_fewer_people_than_the_floor_no_count_is_told(fresh):
    await fresh.post("/v1/grounds", json={"template": "synthetic"})
    await talk(fresh, "ab")

    told = (await needs(fresh))["silos.internal"]

    assert (rows_of(told)["tie_day"], rows_of(told)["activity_day"], rows_of(told)["event_day"]) == (None, None, None)
    assert told["state"] == "ready"
    assert told["held_back"] == [
        {"reason": "below_floor", "words": "events: how much there is speaks of fewer than 5 people, and is not said"}
    ]


async def test_more_rows_than_can_be_looked_through_are_left_to_a_run(fresh, monkeypatch):
    await fresh.post("/v1/grounds", json={"template": "synthetic"})
    await talk(fresh, "abcdef")
    counted = (await needs(fresh))["silos.internal"]
    monkeypatch.setattr(usable, "MOST", 23)  # ten ties, ten activities and four that ended within the look-back

    told = (await needs(fresh))["silos.internal"]

    assert counted["held_back"] == []
    assert set(rows_of(told).values()) == {None}
    assert ([one["reason"] for one in told["held_back"]], told["state"]) == (["too_many"], "ready")


@pytest.fixture
async def fresh(world):
    """A tenant that nobody else has sent anything to."""
    name = f"fresh-{next(NUMBERS)}"
    await world.partner.put(f"/v1/partners/me/tenants/{name}", json={"title": name})
    key = await world.partner.post(f"/v1/partners/me/tenants/{name}/keys", json={"title": "all"})
    return replace(world.tenant, key=key.json()["key"])


@pytest.fixture
async def grounds(fresh):
    """A tenant with six employees and six suppliers, a ground for each group; the grounds' ids."""
    made = {}
    for group, basis in (("employee", "legitimate_interest"), ("supplier", "contract")):
        ground = {
            "title": group, "basis": basis, "purposes": ["organisation development"], "groups": [group],
            "documents": ["Balancing of interests, file 17"], "signed_by": "the owner",
            **({"works_agreement": "BV 4/2026", "impact_assessment": "file 18"} if group == "employee" else {}),
        }  # fmt: skip
        answer = await fresh.post("/v1/grounds", json=ground)
        assert answer.status_code == 201, answer.text
        made[group] = answer.json()["id"]
    people = [{"person": one, "group": "employee"} for one in "abcdef"]
    people += [{"person": one, "group": "supplier"} for one in "uvwxyz"]
    assert (await fresh.post("/v1/people:bulk", json=people)).json()["accepted"] == 12
    return made


async def test_whom_no_ground_in_force_covers_is_not_counted_and_that_is_said(fresh, grounds):
    await talk(fresh, "abcdef")
    await talk(fresh, "uvwxyz")
    before = (await needs(fresh))["silos.internal"]

    await fresh.post(f"/v1/grounds/{grounds['employee']}/end", json={})
    after = (await needs(fresh))["silos.internal"]

    assert [rows_of(one)["tie_day"] for one in (before, after)] == [25, 10]
    assert [rows_of(one)["memberships"] for one in (before, after)] == [10, 5]
    assert before["held_back"] == []
    assert after["held_back"] == [
        {"reason": "not_covered",
         "words": "no ground in force, of a mode that silos.internal works in, covers all whom events, people speak of; "
                  "the rest is left out"}
    ]  # fmt: skip


async def test_without_any_ground_in_force_nothing_may_be_read_and_a_run_says_so_too(fresh, grounds):
    await talk(fresh, "abcdef")
    for ground in grounds.values():
        await fresh.post(f"/v1/grounds/{ground}/end", json={})

    told = await needs(fresh)

    words = "no processing ground is in force"
    assert told["silos.internal"]["state"] == "not_permitted"
    assert told["silos.internal"]["held_back"] == [{"reason": "no_ground", "words": words}]
    assert [(one["reason"], one["what"]) for one in told["silos.internal"]["missing"]] == [("no_ground", words)]
    rows = rows_of(told["silos.internal"])
    assert {rows[table] for table in ("tie_day", "activity_day", "memberships")} == {0}


async def test_cells_are_counted_one_by_one_under_a_ground_of_their_mode(fresh):
    ground = {"template": "employees-aggregates", "documents": ["file 17"], "works_agreement": "BV 4/2026",
              "impact_assessment": "file 18", "signed_by": "the owner"}  # fmt: skip
    assert (await fresh.post("/v1/grounds", json=ground)).status_code == 201
    cell = {"period": "2026", "level": "group", "a": "employee", "b": "employee", "people_a": 9, "people_b": 9,
            "ties": 9.0, "forward": 30, "backward": 30}  # fmt: skip
    assert (await fresh.post("/v1/group-ties:bulk", json=[cell])).json()["accepted"] == 1

    told = await needs(fresh)

    assert rows_of(told["silos.internal"])["group_ties"] == 1


async def test_who_objected_and_what_is_sensitive_is_not_counted_and_that_is_said_without_a_number(fresh, grounds):
    await talk(fresh, "abcdef")
    await talk(fresh, "uvwxyz", days=(3,), community="works-council")
    before = await coverage(fresh)

    await fresh.post("/v1/privacy/object", json={"person": "a", "reason": "their letter"})
    await fresh.post("/v1/communities:bulk", json=[{"community": "works-council", "sensitive": True}])
    after = await coverage(fresh)

    assert [one["held_back"] for one in before["scorers"] if one["scorer"] == "silos.internal"] == [[]]
    assert before["held_back"] == []
    assert [one["reason"] for one in after["held_back"]] == ["rights", "sensitive"]
    assert not any(character.isdigit() for one in after["held_back"] for character in one["words"].replace("/v1/", ""))
    silos = [next(one for one in told["scorers"] if one["scorer"] == "silos.internal") for told in (before, after)]
    assert [rows_of(one)["activity_day"] for one in silos] == [20, 10]


async def coverage(caller):
    return (await caller.get("/v1/coverage")).json()


def silos():
    return plugins.installed().find("silos.internal")[1]


async def test_the_newest_result_says_how_far_it_got(world):
    headers = {"idempotency-key": "coverage"}
    asked = {"intended_use": "research", "scorers": ["silos.internal"]}
    run = (await world.tenant.post("/v1/runs", json=asked, headers=headers)).json()
    document = empty_document(silos())
    new = NewResult(scorer="silos.internal", version="1.0.0", status="insufficient", key="k", document=encode(document))
    async with world.app.state.db.tenant(ids.read("tenant", world.tenant.ids["tenant"])) as tx:
        claimed = await tasks.claim(tx, ids.read("task", run["tasks"][0]["id"]), "the test", 30.0)
        stored = await tasks.finish(tx, claimed, new)

    told = (await needs(world.tenant))["silos.internal"]

    assert (told["state"], told["result_status"]) == ("scored", "insufficient")
    assert told["result"] == ids.show("result", stored.id)
    assert told["missing"] == msgspec.to_builtins(document.missing)


async def test_the_verdict_waits_for_fewer_results_as_they_come(world):
    verdict = (await needs(world.tenant))["kithline.verdict"]

    assert verdict["state"] == "ready"
    assert "a result of silos.internal" not in [one["what"] for one in verdict["missing"]]


async def test_the_datasets_end_is_the_end(tenant):
    await tenant.put("/v1/dataset", json={"to": "2025-07-01T00:00:00Z"})

    told = (await tenant.get("/v1/coverage")).json()

    assert told["end"] == "2025-07-01T00:00:00Z"
    assert {one["window"][1] for one in told["scorers"]} == {"2025-07-01T00:00:00Z"}
