"""What a stored result hangs on: each gate alone and what is left out, never stored, refused like a what-if."""

from datetime import UTC, datetime

import msgspec
import pytest

from helpers import work
from helpers.explained import SETTINGS, STAFF, pairs, scored, send, talking
from helpers.supposing import shipped
from kithline_core import errands as performing
from kithline_core import ids
from kithline_core.db import answers, errands, grounds, kept, rights
from kithline_core.engine import document
from kithline_core.engine.leaving import units
from kithline_core.engine.score import again
from kithline_core.errors import Conflict, NotFound, Withheld
from kithline_core.model.rows import AnswerRow
from kithline_core.model.sensitivity import Sensitivity
from kithline_core.questions import pathing, supposing, varying
from kithline_core.questions.explaining import InputsGone
from kithline_sdk.snapshot import Snapshot

pytestmark = pytest.mark.anyio
DEPTH = "maturity.depth"
DATED = datetime(2025, 11, 17, 9, tzinfo=UTC)


def sheet(skip=(), **values):
    """Answers of an assessor: three to every question, or what its factor or name says."""
    return [
        AnswerRow(
            questionnaire="depth", version="1", assessment="autumn", item=one.item, role="assessor", dated=DATED,
            value=float(values.get(one.item, values.get(one.ceiling or "", 3.0))), evidence="minutes",
        )
        for one in shipped()["depth"].items
        if one.item not in skip
    ]  # fmt: skip


@pytest.fixture(scope="module")
async def talked(db):
    """One whose every two departments have ties enough for a score."""
    made = await talking(db)
    for take in (1, 2):
        await send(db, made, pairs(take))
    return made


@pytest.fixture(scope="module")
async def depth(db, sandbox, talked):
    """Workforce with one, a question of level 4 with nothing at all."""
    async with db.tenant(talked) as tx:
        await answers.upsert(tx, sheet(workforce=1.0))
    return await scored(db, sandbox, talked, DEPTH)


@pytest.fixture(scope="module")
async def silos(db, sandbox, talked):
    return await scored(db, sandbox, talked)


@pytest.fixture
def brisk(monkeypatch):
    """Leave out no more than three of each kind."""
    monkeypatch.setattr(varying, "MOST", dict.fromkeys(units.KINDS, 3))


async def alone(db, sandbox, tenant, result):
    """What each gate does, without leaving anything out."""
    return await varying.vary(await based(db, tenant, result), sandbox, seconds=0)


async def told(db, sandbox, tenant, result):
    raw = await varying.work(db, sandbox, SETTINGS, tenant, {"result": str(result.id)})
    return msgspec.json.decode(raw, type=Sensitivity)


def of(found, kind):
    return next(one for one in found.left_out if one.kind == kind)


async def based(db, tenant, result):
    async with db.tenant(tenant) as tx:
        return await supposing.base(tx, result.id)


async def brute(base, sandbox, kind):
    """Score without each unit of a kind by hand."""
    cut, scores = Snapshot.decode(base.stands.data), []
    for one in units.units(cut, kind, 5).units:
        data = units.without(cut, one).encode()
        judged = await again(base.plugin, base.spec, data, base.stands.inputs.parameters, sandbox)
        scores.append((document.decode(judged.document).score, one.name))
    return scores


async def test_ranges_are_the_least_and_most_of_runs_without_each_one(db, sandbox, talked, silos):
    found = await told(db, sandbox, talked, silos)
    base = await based(db, talked, silos)

    departments = await brute(base, sandbox, "department")
    assert of(found, "department").score == (min(departments)[0], max(departments)[0])
    assert of(found, "department").tried == 3
    people = [score - silos.score for score, _ in await brute(base, sandbox, "person")]
    low, high = of(found, "person").change
    assert low <= min(people) < low + 1
    assert high - 1 < max(people) <= high
    assert {name for _, name in departments} >= {of(found, "department").most.name}


@pytest.mark.usefixtures("brisk")
async def test_nobody_is_named(db, sandbox, talked, silos):
    raw = await varying.work(db, sandbox, SETTINGS, talked, {"result": str(silos.id)})

    assert not [one for one in STAFF if one.encode() in raw]


@pytest.mark.usefixtures("brisk")
async def test_no_result_is_stored(db, sandbox, talked, silos):
    async def held():
        async with db.tenant(talked) as tx:
            return (await tx.rows("select count(*) as held from results where tenant_id = $1"))[0]["held"]

    before = await held()
    found = await told(db, sandbox, talked, silos)

    assert found.hypothetical
    assert await held() == before


async def test_a_gate_alone_is_tried_out_and_says_whether_it_reaches_the_level(db, sandbox, talked, depth):
    found = await alone(db, sandbox, talked, depth)

    (one,) = found.alone
    assert (found.level, found.next_level, one.name, one.kind) == (2, 3, "ceiling.workforce", "ceiling")
    assert (one.reaches, one.level, one.why) == (True, 3, None)
    assert one.gain > 0
    assert one.interval[0] <= one.gain <= one.interval[1]
    assert len(one.steps) == 2


async def test_one_of_several_gates_names_those_that_stay_unmet(db, sandbox):
    tenant = await talking(db)
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, sheet(workforce=1.0, leadership=1.0))
    found = await alone(db, sandbox, tenant, await scored(db, sandbox, tenant, DEPTH))

    assert [one.reaches for one in found.alone] == [False, False]
    assert all("unmet stay mean of the questions about" in one.why for one in found.alone)


async def test_a_gate_that_nobody_knows_or_nothing_moves_says_so(db, sandbox):
    tenant = await talking(db)
    needed = next(one.item for one in shipped()["depth"].items if one.mandatory and one.level == 3)
    rows = [*sheet(skip=[needed]), msgspec.structs.replace(sheet()[0], item="cap.workforce", value=2.0)]
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, rows)
    found = await alone(db, sandbox, tenant, await scored(db, sandbox, tenant, DEPTH))

    why = {one.name: (one.reaches, one.why) for one in found.alone}
    assert why["declared.workforce"][0] is False
    assert "nothing in the model brings" in why["declared.workforce"][1]
    assert why[f"mandatory.{needed}"] == (None, "nobody knows it: answer it first")


async def test_a_gate_that_no_time_is_left_for_says_so(db, sandbox, talked, depth, monkeypatch):
    monkeypatch.setattr(varying, "GATES", 0.0)

    (one,) = (await alone(db, sandbox, talked, depth)).alone

    assert (one.gain, one.reaches, one.why) == (None, None, varying.TIME_UP)


async def test_at_the_top_there_is_no_next_cut_off(db, sandbox):
    tenant = await talking(db)
    rows = [msgspec.structs.replace(one, value=4.0, confirmed_by="a client") for one in sheet()]
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, rows)
    found = await alone(db, sandbox, tenant, await scored(db, sandbox, tenant, DEPTH))

    assert (found.alone, found.alone_why, found.next_level) == ([], pathing.AT_THE_TOP, None)


async def test_a_scorer_without_gates_tells_its_drivers(db, sandbox, talked, silos):
    found = await alone(db, sandbox, talked, silos)

    assert {one.kind for one in found.alone} == {"driver"}
    assert all(one.gain is not None and one.interval.startswith("unquantified: ") for one in found.alone)
    assert {one.why for one in found.alone} == {varying.NO_LEVELS}


async def test_a_driver_whose_gain_nobody_states_says_so(db, sandbox, talked, silos):
    base = await based(db, talked, silos)
    whole = document.decode(base.stands.document)
    bare = msgspec.structs.replace(whole, drivers=[msgspec.structs.replace(whole.drivers[0], gain=None)])
    levels = msgspec.structs.replace(base.spec, levels=["some", "much"])
    other = base._replace(stands=base.stands._replace(document=document.encode(bare)), spec=levels)
    none = base._replace(
        stands=base.stands._replace(document=document.encode(msgspec.structs.replace(bare, drivers=[])))
    )

    (one,) = (await varying.vary(other, sandbox, seconds=0)).alone

    assert one.gain is None
    assert one.why == f"the scorer does not say what its next cut-off would add; {varying.NO_GATES}"
    assert "neither gates nor drivers" in (await varying.vary(none, sandbox, seconds=0)).alone_why


async def test_without_a_score_everything_is_unknown_with_the_reason(db, sandbox):
    tenant = await work.provision(db)
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, sheet()[:1])
    found = await told(db, sandbox, tenant, await scored(db, sandbox, tenant, "purpose.clarity"))

    assert found.score is None
    assert {one.why.split("(")[0] for one in found.left_out} == {
        f"unknown: the result has no score; its status is {found.status} "
    }
    assert found.alone_why.startswith("unknown: the result has no score")


async def test_when_the_time_is_up_what_was_not_tried_is_unknown(db, sandbox, talked, silos):
    found = await varying.vary(await based(db, talked, silos), sandbox, seconds=0)

    assert {one.tried for one in found.left_out} == {0}
    assert of(found, "department").why == "unknown: the time was up before the first of them"


@pytest.mark.usefixtures("brisk")
async def test_questions_are_left_out_of_depth_as_far_as_the_bound_allows(db, sandbox, talked, depth):
    found = of(await told(db, sandbox, talked, depth), "item")

    assert (found.tried, found.of, found.withheld) == (3, len(shipped()["depth"].items), 0)
    assert found.levels == {"recommendable": 1.0}


@pytest.mark.usefixtures("brisk")
async def test_asking_is_one_errand_for_all_who_ask_at_a_time(db, sandbox, talked, depth):
    async with db.tenant(talked) as tx:
        one, other = [await varying.ask(tx, depth.id) for _ in range(2)]
    await performing.perform(db, sandbox, SETTINGS, talked, one.id)
    async with db.tenant(talked) as tx:
        done = await errands.get(tx, one.id)

    assert one.id == other.id
    assert msgspec.json.decode(done.answer)["result"] == ids.show("result", depth.id)


async def test_what_may_not_be_seen_or_computed_again_is_refused(db, sandbox, depth, monkeypatch):
    with pytest.raises(NotFound):
        await told(db, sandbox, await work.provision(db), depth)
    tenant = await talking(db)
    result = await scored(db, sandbox, tenant)
    monkeypatch.setattr("kithline_core.engine.keys.engine_version", lambda *_: "another")
    with pytest.raises(Conflict, match="start a new run"):
        await told(db, sandbox, tenant, result)
    monkeypatch.undo()
    async with db.tenant(tenant) as tx:
        await kept.forget(tx, await rights.secret(tx), STAFF[0])
    with pytest.raises(InputsGone):
        await told(db, sandbox, tenant, result)
    async with db.tenant(tenant) as tx:
        for one in await grounds.page(tx):
            await grounds.end(tx, one.id)
    with pytest.raises(Withheld):
        await told(db, sandbox, tenant, result)
