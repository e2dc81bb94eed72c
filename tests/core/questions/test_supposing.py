"""What-ifs and paths of stored results: told beside them, never stored, refused where they would tell of somebody."""

from datetime import UTC, datetime

import msgspec
import pytest

from helpers import work
from helpers.explained import SETTINGS, STAFF, scored, talking
from helpers.supposing import shipped
from kithline_core import ids
from kithline_core.db import Database, answers, errands, grounds, kept, results
from kithline_core.errors import Conflict, Invalid, NotFound, TooFew, Withheld
from kithline_core.model.overlays import Supposed, WhatIf
from kithline_core.model.paths import Path
from kithline_core.model.rows import AnswerRow
from kithline_core.questions import pathing, supposing
from kithline_core.questions.explaining import InputsGone
from kithline_core.sandbox import Sandbox

pytestmark = pytest.mark.anyio
DEPTH = "maturity.depth"
DATED = datetime(2025, 11, 17, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
async def db(database_urls):
    async with Database.open(database_urls.app, pool_max=4) as opened:
        yield opened


@pytest.fixture(scope="module")
async def sandbox(anyio_backend):
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture(scope="module")
async def tenant(db):
    """One that answered everything with three, workforce with one."""
    made = await talking(db)
    rows = [
        AnswerRow(
            questionnaire="depth", version="1", assessment="autumn", item=one.item, role="assessor", dated=DATED,
            value=1.0 if one.ceiling == "workforce" else 3.0, evidence="minutes",
        )
        for one in shipped()["depth"].items
    ]  # fmt: skip
    async with db.tenant(made) as tx:
        await answers.upsert(tx, rows)
    return made


@pytest.fixture(scope="module")
async def depth(db, sandbox, tenant):
    return await scored(db, sandbox, tenant, DEPTH)


@pytest.fixture(scope="module")
async def silos(db, sandbox, tenant):
    return await scored(db, sandbox, tenant)


async def what_if(db, sandbox, tenant, result, **overlay):
    asked = {"result_id": ids.show("result", result.id), "overlay": overlay}
    return msgspec.json.decode(await supposing.work(db, sandbox, SETTINGS, tenant, asked), type=Supposed)


async def path(db, sandbox, tenant, result):
    return msgspec.json.decode(await pathing.work(db, sandbox, SETTINGS, tenant, {"result": str(result.id)}), type=Path)


async def test_a_lifted_ceiling_shows_what_it_held_back(db, sandbox, tenant, depth):
    workforce = [{"item": f"WF.{n}", "value": 3, "evidence": True} for n in range(1, 6)]

    told = await what_if(db, sandbox, tenant, depth, answers=workforce)

    assert told.hypothetical
    assert (told.before.score, told.before.level) == (depth.score, depth.level) == (50.0, 2)
    assert told.after.level == told.finding["level"] == 3
    assert told.difference.score == round(told.after.score - 50.0, 1) > 0
    low, high = told.difference.interval
    assert low <= told.difference.score <= high
    assert {one.name: (one.before, one.after) for one in told.drivers}["level.3"] == (0, 25)
    assert [one.set_aside for one in told.added] == [1] * 5


async def test_nothing_of_a_what_if_is_stored(db, sandbox, tenant, silos):
    async def held():
        async with db.tenant(tenant) as tx:
            return (await tx.rows("select count(*) as held from results where tenant_id = $1"))[0]["held"]

    before = await held()
    told = await what_if(
        db, sandbox, tenant, silos,
        talks=[{"between": {"kind": "department", "name": "buying"}, "and": {"kind": "department", "name": "making"},
                "pairs": 10}],
    )  # fmt: skip

    assert await held() == before
    assert told.difference.score > 0
    assert told.added[0].pairs == 10
    assert told.finding["status"] == "ok"


async def test_the_same_question_has_the_same_answer(db, sandbox, tenant, depth):
    first, again = [await what_if(db, sandbox, tenant, depth, ceilings={"workforce": 1}) for _ in range(2)]

    assert first == again
    assert first.after.level == 1


async def test_a_person_cannot_be_named_by_the_id(db, sandbox, tenant, silos):
    for said in (
        {"talks": [{"between": {"kind": "department", "name": STAFF[3]}, "pairs": 5}]},
        {"interfaces": [{"side_a": "buying", "side_b": "making", "why": f"because ({STAFF[3]}) knows them"}]},
    ):
        with pytest.raises(Invalid, match="never of a person"):
            await what_if(db, sandbox, tenant, silos, **said)


async def test_too_few_are_refused_with_the_place(db, sandbox, tenant, silos):
    with pytest.raises(TooFew) as refused:
        await what_if(
            db, sandbox, tenant, silos,
            talks=[{"between": {"kind": "department", "name": "buying"}, "and": {"kind": "department", "name": "making"},
                    "pairs": 400}],
        )  # fmt: skip

    assert refused.value.pointer == "/overlay/talks/0/pairs"


async def test_asking_is_an_errand_unless_nothing_is_supposed(db, tenant, depth):
    name = ids.show("result", depth.id)
    async with db.tenant(tenant) as tx:
        errand = await supposing.ask(
            tx, msgspec.convert({"result_id": name, "overlay": {"ceilings": {"workforce": 2}}}, WhatIf)
        )
        found = await errands.get(tx, errand.id)
        with pytest.raises(Invalid, match="supposes nothing"):
            await supposing.ask(tx, msgspec.convert({"result_id": name, "overlay": {}}, WhatIf))

    assert (found.kind, found.finished_at) == (supposing.KIND, None)


async def test_another_tenants_result_is_not_found(db, sandbox, depth):
    other = await work.provision(db)

    with pytest.raises(NotFound):
        await what_if(db, sandbox, other, depth, ceilings={"workforce": 4})
    with pytest.raises(NotFound):
        await path(db, sandbox, other, depth)


async def test_a_result_of_another_rule_or_without_its_snapshot_cannot_be_asked(db, sandbox, monkeypatch):
    tenant = await talking(db)
    result = await scored(db, sandbox, tenant)
    monkeypatch.setattr("kithline_core.engine.keys.engine_version", lambda *_: "another")
    with pytest.raises(Conflict, match="start a new run"):
        await what_if(db, sandbox, tenant, result, interfaces=[{"side_a": "buying", "side_b": "making"}])
    monkeypatch.undo()

    async with db.tenant(tenant) as tx:
        await kept.forget(tx, await supposing.rights.secret(tx), STAFF[0])
    with pytest.raises(InputsGone):
        await what_if(db, sandbox, tenant, result, interfaces=[{"side_a": "buying", "side_b": "making"}])


async def test_a_result_whose_ground_ended_tells_nothing_more(db, sandbox):
    tenant = await talking(db)
    result = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        for one in await grounds.page(tx):
            await grounds.end(tx, one.id)

    with pytest.raises(Withheld):
        await what_if(db, sandbox, tenant, result, interfaces=[{"side_a": "buying", "side_b": "making"}])
    with pytest.raises(Withheld):
        await path(db, sandbox, tenant, result)


async def test_the_path_is_about_the_ceiling_alone_where_it_binds_and_is_tried_out(db, sandbox, tenant, depth):
    told = await path(db, sandbox, tenant, depth)

    assert (told.level, told.next_level, told.next_name, told.kind) == (2, 3, "transparent", "ceiling")
    assert told.reachable
    assert told.why is None
    assert {step.item[:2] for one in told.sets for step in one.steps} == {"WF"}
    # Workforce stands at .25 and needs .5: two of five questions at the top, the cheapest of them at 1 each.
    assert (told.effort, {len(one.steps) for one in told.sets}) == (2.0, {2})
    assert all(one.level == 3 and one.gain > 0 and one.interval[0] <= one.gain for one in told.sets)
    assert told.proof.proven
    assert sum(told.proof.branches.values()) == len(told.proof.tree)


async def test_a_path_without_its_snapshot_is_told_without_the_gain(db, sandbox, tenant, depth, monkeypatch):
    monkeypatch.setattr("kithline_core.engine.keys.engine_version", lambda *_: "another")

    told = await path(db, sandbox, tenant, depth)

    assert told.reachable
    assert {one.gain for one in told.sets} == {None}
    assert all(one.interval.startswith("unquantified: this result was computed by") for one in told.sets)


async def test_a_path_whose_trial_would_tell_of_few_is_told_without_the_gain(db, sandbox, monkeypatch):
    def refuse(*_):
        raise TooFew("few")

    tenant = await work.provision(db)
    rows = [
        AnswerRow(questionnaire="depth", version="1", assessment="a", item=one.item, role="assessor", dated=DATED,
                  value=2.0, evidence="minutes")
        for one in shipped()["depth"].items
    ]  # fmt: skip
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, rows)
    result = await scored(db, sandbox, tenant, DEPTH)
    monkeypatch.setattr("kithline_core.engine.overlay.apply.lay", refuse)

    told = await path(db, sandbox, tenant, result)

    assert (told.kind, told.next_level) == ("level", 1)
    assert {one.interval for one in told.sets} == {"unquantified: few"}


async def test_a_scorer_without_gates_says_so(db, sandbox, tenant, silos):
    told = await path(db, sandbox, tenant, silos)

    assert (told.reachable, told.sets, told.proof, told.goal if hasattr(told, "goal") else None) == (
        False,
        [],
        None,
        None,
    )
    assert told.why == pathing.NO_GATES


async def test_who_asks_twice_at_a_time_gets_one_errand(db, tenant, depth):
    async with db.tenant(tenant) as tx:
        first, again = [await pathing.ask(tx, depth.id) for _ in range(2)]

    assert first.id == again.id


async def test_a_withheld_result_is_not_asked_about(db, tenant, depth, monkeypatch):
    async def withheld(tx, result_id):
        return msgspec.structs.replace(depth, status="withheld")

    monkeypatch.setattr(results, "get", withheld)
    async with db.tenant(tenant) as tx:
        with pytest.raises(Withheld):
            await pathing.ask(tx, depth.id)
