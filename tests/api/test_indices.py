"""Indices over REST: each its own number with its parts, a total only by its name, nothing of what may not be seen."""

from itertools import count

import pytest

from helpers.indices import finding
from kithline_core import ids, indices
from kithline_core.db import tasks
from kithline_core.model.results import NewResult

pytestmark = pytest.mark.anyio
numbers = count()
DEPTH, PURPOSE, SUPPLY, SILOS = "maturity.depth", "purpose.clarity", "supply.collaboration", "silos.internal"
TO = "2026-04-01T00:00:00Z"
POINTS = [{"depth": 60, "purpose": 40}] * 5


@pytest.fixture
async def asker(world):
    """A tenant of its own, with every scope."""
    name = f"indexed-{next(numbers)}"
    made = (await world.partner.put(f"/v1/partners/me/tenants/{name}", json={"title": name})).json()
    key = (await world.partner.post(f"/v1/partners/me/tenants/{name}/keys", json={"title": "all"})).json()["key"]
    caller = type(world.tenant)(world.client, key, {"tenant": made["id"]})
    caller.ids["ground"] = (await caller.post("/v1/grounds", json={"template": "synthetic"})).json()["id"]
    return caller


@pytest.fixture
def score(world):
    """Store a finding as a worker would."""

    async def stored(caller, scorer, points, to=TO, **more):
        asked = {"intended_use": "research", "scorers": [scorer], "to": to}
        asked |= {"scope_id": more.pop("scope_id")} if "scope_id" in more else {}
        headers = {"idempotency-key": f"indices-{next(numbers)}"}
        run = (await caller.post("/v1/runs", json=asked, headers=headers)).json()
        document = finding(scorer, points, **more)
        async with world.app.state.db.tenant(ids.read("tenant", caller.ids["tenant"])) as tx:
            claimed = await tasks.claim(tx, ids.read("task", run["tasks"][0]["id"]), "the test", 30.0)
            new = NewResult(
                scorer=scorer, version="1.0.0", status="ok", key="sha256:0", document=document, score=points,
                grounds=[ids.read("ground", caller.ids["ground"])], reads=["organisations"],
            )  # fmt: skip
            done = await tasks.finish(tx, claimed, new)
        return ids.show("result", done.id)

    return stored


async def told(caller, query=""):
    found = await caller.get(f"/v1/indices{query}")
    assert found.status_code == 200, found.text
    return {one["index"]: one for one in found.json()["indices"]}


async def value(caller, name, query=""):
    return (await caller.get(f"/v1/index-variants/{name}/value{query}")).json()


async def test_without_any_result_five_indices_are_unknown_each_with_its_reason(asker):
    found = (await asker.get("/v1/indices")).json()

    assert [one["index"] for one in found["indices"]] == ["depth", "purpose", "network", "supply", "readiness"]
    assert (found["map"], found["window_end"]) == (1, None)
    assert {one["score"] for one in found["indices"]} == {None}
    assert {one["status"] for one in found["indices"]} == {"insufficient"}
    reasons = {part["part"]: part["reasons"] for one in found["indices"] for part in one["parts"]}
    assert (reasons[DEPTH], reasons["barriers.declared"]) == (["no_result"], ["few_barriers"])
    assert reasons["voice.everyone"] in (["not_installed"], ["no_result"])


async def test_a_scorer_that_is_not_installed_is_an_unknown_part():
    (last,) = indices.units(indices.Material([], [], frozenset({DEPTH})))

    parts = {part.part: part for one in last.indices.values() for part in one.parts}
    assert (parts[DEPTH].reasons, parts["path.steps"].reasons) == (["no_result"], ["not_installed"])
    assert parts["path.steps"].lacking.what == "a plugin that offers path.steps"


async def test_an_index_shows_its_parts_and_the_way_to_their_results(asker, score):
    name = await score(asker, DEPTH, 64.0)
    await score(asker, PURPOSE, 50.0, measures={"score_spread": 0.25})

    found = await told(asker)

    (part,) = found["depth"]["parts"]
    assert (found["depth"]["status"], found["depth"]["score"], part["result"]) == ("ok", 64.0, name)
    assert found["depth"]["interval"] == pytest.approx([54.0, 74.0], abs=1.5)
    assert (await asker.get(f"/v1/results/{part['result']}")).status_code == 200
    assert found["purpose"]["parts"][0]["spread"] == 25.0
    assert (found["supply"]["score"], found["supply"]["status"]) == (None, "insufficient")
    assert found["depth"]["not_for"] == ["pay"]


async def test_an_index_with_one_of_two_parts_is_provisional_and_says_how_far_it_could_be(asker, score):
    await score(asker, SUPPLY, 60.0)

    supply = (await told(asker))["supply"]

    assert (supply["status"], supply["score"], supply["bounds"]) == ("provisional", 60.0, [30.0, 80.0])
    assert supply["coverage"] == 0.5


async def test_there_is_no_total_among_the_indices(asker, score):
    await score(asker, DEPTH, 64.0)

    assert set((await asker.get("/v1/indices")).json()) == {"map", "map_sha256", "window_end", "indices"}


async def test_the_same_results_give_the_same_bytes(asker, score):
    await score(asker, DEPTH, 64.0)
    await asker.put("/v1/index-variants/ours", json={"reason": "r", "indices": ["depth", "purpose"]})

    for path in ("/v1/indices", "/v1/index-variants/ours/value"):
        one, again = [(await asker.get(path)).content for _ in range(2)]
        assert one == again


async def test_of_each_scorer_the_newest_result_of_the_last_window_counts(asker, score):
    await score(asker, DEPTH, 10.0)
    await score(asker, DEPTH, 20.0)
    await score(asker, DEPTH, 90.0, to="2026-01-01T00:00:00Z")
    await score(asker, PURPOSE, 30.0, to="2026-01-01T00:00:00Z")

    now, before = await told(asker), await told(asker, "?to=2026-02-01T00:00:00Z")

    assert (now["depth"]["score"], now["purpose"]["score"]) == (20.0, 30.0)
    assert before["depth"]["score"] == 90.0
    assert (await told(asker, "?to=2020-01-01T00:00:00Z"))["depth"]["score"] is None


async def test_a_moment_without_a_zone_is_refused(asker):
    refused = await asker.get("/v1/indices?to=2026-01-01T00:00:00")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/to")


async def test_results_of_a_scope_make_the_indices_of_that_scope_only(asker, score):
    made = await asker.post("/v1/scopes", json={"scope": "pilot", "owner": "o", "reason": "r"})
    scope = made.json()["id"]
    await score(asker, DEPTH, 20.0)
    await score(asker, DEPTH, 70.0, scope_id=scope)

    assert (await told(asker))["depth"]["score"] == 20.0
    assert (await told(asker, f"?scope_id={scope}"))["depth"]["score"] == 70.0


async def test_what_rests_on_a_ground_that_ended_is_withheld_as_a_part(asker, score):
    await score(asker, DEPTH, 61.7)
    await asker.post(f"/v1/grounds/{asker.ids['ground']}/end")

    found = await asker.get("/v1/indices")

    depth = found.json()["indices"][0]
    assert (depth["status"], depth["score"], depth["reasons"]) == ("withheld", None, ["ground_ended"])
    assert depth["parts"][0]["result"] is not None
    assert "61.7" not in found.text
    assert "sha256:maturity.depth" not in found.text


async def test_a_part_whose_data_have_changed_is_marked_stale(asker, score):
    await score(asker, SUPPLY, 61.0)
    await asker.post("/v1/organisations:bulk", json=[{"organisation": "new", "role": "supplier"}])

    supply = (await told(asker))["supply"]

    assert (supply["status"], supply["score"]) == ("provisional", 61.0)
    assert "stale" in supply["reasons"]
    assert supply["parts"][0]["stale_since"] is not None


async def test_declared_barriers_are_a_part_of_readiness(asker):
    rows = [{"barrier": f"b{n}", "strength": "high", "open": n > 0} for n in range(3)]
    await asker.post("/v1/barriers:bulk", json=rows)

    part = (await told(asker))["readiness"]["parts"][-1]

    assert (part["part"], part["score"], part["result"]) == ("barriers.declared", 33.3, None)
    assert part["interval"] == "unquantified: barriers are declared, not sampled"


async def test_a_total_is_there_once_it_has_a_name_and_never_without_its_parts(asker, score):
    await score(asker, DEPTH, 64.0)
    await score(asker, PURPOSE, 36.0)
    asked = {"reason": "the board asked", "indices": ["depth", "purpose"]}

    made = await asker.put("/v1/index-variants/ours", json=asked)
    again = await asker.put("/v1/index-variants/ours", json={**asked, "title": "Ours"})
    found = await value(asker, "ours")

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["weights"] == {"depth": 0.5, "purpose": 0.5}
    assert (found["score"], found["title"], found["variant"]) == (48.0, "Ours", "ours")
    assert [one["index"] for one in found["parts"]] == ["depth", "purpose"]
    assert all(one["parts"] for one in found["parts"])
    assert found["interval"][0] < 48.0 < found["interval"][1]
    assert {"sobol_first.parts", "sobol_total.aggregation", "effective_weight.depth"} <= set(found["measures"])


async def test_unequal_weights_need_five_people_and_a_document(asker):
    asked = {"reason": "r", "indices": ["depth", "purpose"]}
    few = {**asked, "budget": {"document": "minutes", "allocations": POINTS[:4]}}
    wrong = {**asked, "budget": {"document": "minutes", "allocations": [*POINTS[:4], {"depth": 60, "purpose": 41}]}}
    right = {**asked, "budget": {"document": "minutes", "allocations": POINTS}}

    refused = [await asker.put("/v1/index-variants/ours", json=body) for body in (few, wrong)]
    made = await asker.put("/v1/index-variants/ours", json=right)

    pointers = [one.json()["errors"][0]["pointer"] for one in refused]
    assert ([one.status_code for one in refused], pointers) == (
        [422, 422], ["/budget/allocations", "/budget/allocations/4"],
    )  # fmt: skip
    assert made.json()["weights"] == {"depth": 0.6, "purpose": 0.4}


async def test_definitions_are_listed_read_and_removed_and_the_audit_says_so(asker):
    await asker.put("/v1/index-variants/b", json={"reason": "r"})
    await asker.put("/v1/index-variants/a", json={"reason": "r", "aggregation": "arithmetic"})
    await asker.put("/v1/index-variants/a", json={"reason": "r", "aggregation": "arithmetic"})

    listed = (await asker.get("/v1/index-variants")).json()
    one = (await asker.get("/v1/index-variants/a")).json()
    gone = await asker.delete("/v1/index-variants/a")

    assert [each["variant"] for each in listed] == ["a", "b"]
    assert listed[0] == one
    assert one["indices"] == ["depth", "purpose", "network", "supply", "readiness"]
    assert gone.status_code == 204
    for answer in (await asker.get("/v1/index-variants/a"), await asker.delete("/v1/index-variants/a")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    audit = (await asker.get("/v1/audit")).json()["data"]
    acts = [(each["action"], each["subject"]) for each in audit if each["action"].startswith("index_variant")]
    assert acts == [("index_variant.delete", "a"), ("index_variant.put", "a"), ("index_variant.put", "b")]


@pytest.mark.parametrize("name", ["Ours", "a%20b", "-a", "x" * 61])
async def test_a_name_is_one_that_stands_in_an_address(asker, name):
    refused = await asker.put(f"/v1/index-variants/{name}", json={"reason": "r"})

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_parameter")


async def test_a_total_is_ranked_among_the_windows_before_it(asker, score):
    for month, points in (("01", 20.0), ("02", 50.0), ("03", 80.0)):
        for scorer in (DEPTH, PURPOSE):
            await score(asker, scorer, points, to=f"2026-{month}-01T00:00:00Z", interval=(points - 0.1, points + 0.1))
    await asker.put("/v1/index-variants/ours", json={"reason": "r", "indices": ["depth", "purpose"]})

    found = await value(asker, "ours")
    earlier = await value(asker, "ours", "?to=2026-02-01T00:00:00Z")

    assert [one["rank"] for one in found["field"]] == [3, 2, 1]
    assert (found["measures"]["rank"], found["measures"]["rank_interval"]) == (1, "1-1")
    assert [one["window_end"] for one in earlier["field"]] == ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]
    assert earlier["score"] == 50.0


async def test_a_total_of_an_unknown_index_is_unknown(asker, score):
    await score(asker, DEPTH, 64.0)
    await asker.put("/v1/index-variants/ours", json={"reason": "r"})

    found = await value(asker, "ours")

    assert (found["score"], found["status"], found["measures"]) == (None, "insufficient", {})
    assert len(found["parts"]) == 5


async def test_another_tenant_sees_no_definition_and_no_part(asker, other, score):
    await score(asker, DEPTH, 64.0)
    await asker.put("/v1/index-variants/mine-alone", json={"reason": "r"})

    assert (await other.get("/v1/index-variants/mine-alone/value")).status_code == 404
    assert "mine-alone" not in (await other.get("/v1/index-variants")).text
    assert (await told(other))["depth"]["score"] is None
