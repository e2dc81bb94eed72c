"""Why two results differ, from the database: who was who, who did not count, what was counted, and who may know."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from helpers.agreed import employees
from helpers.engine import Answering
from helpers.explained import SETTINGS, STAFF, member, pairs, scored, send, talking
from helpers.jobs import done
from kithline_core import privacy
from kithline_core.db import explanations, grounds, identities, kept, people, rights, scopes, ties
from kithline_core.errors import Conflict, Invalid, NotFound, Withheld
from kithline_core.model.deltas import Delta
from kithline_core.model.grounds import from_template
from kithline_core.model.identities import NewIdentity
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import PersonRow, TieRow
from kithline_core.model.scopes import NewScope
from kithline_core.questions import explaining
from kithline_core.questions.explaining import InputsGone
from kithline_core.sandbox.outcomes import Failed

pytestmark = pytest.mark.anyio


async def told(db, sandbox, tenant, before, after):
    asked = {"before": str(before.id), "after": str(after.id)}
    return msgspec.json.decode(await explaining.work(db, sandbox, SETTINGS, tenant, asked), type=Delta)


def changed(found):
    return [one.stage for one in found.stages if one.changed]


async def test_ties_that_came_in_late_are_new_data_and_nothing_else(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)
    await send(db, tenant, pairs(1))
    after = await scored(db, sandbox, tenant)

    found = await told(db, sandbox, tenant, before, after)

    assert (before.status, after.status) == ("ok", "ok")
    assert changed(found) == ["new_data"]
    assert found.difference == found.stages[0].part == found.after.value - found.before.value != 0
    assert (found.before.exact, found.after.exact, found.notes) == (True, True, [])


async def test_people_who_moved_are_affiliation(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [member(one, "making") for one in STAFF[:8]])
    after = await scored(db, sandbox, tenant)

    assert changed(await told(db, sandbox, tenant, before, after)) == ["affiliation"]


async def test_people_who_turn_out_to_be_others_are_affiliation(db, sandbox, tenant):
    others = [f"{one}-at-home" for one in STAFF[:6]]
    await send(db, tenant, [(one, other) for one in others for other in STAFF[20:30]])
    before = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        for one, other in zip(others, STAFF, strict=False):
            await identities.link(tx, NewIdentity(kind="person", id=one, same_as=other))
    after = await scored(db, sandbox, tenant)

    found = await told(db, sandbox, tenant, before, after)

    assert changed(found) == ["affiliation"]
    assert sum(one.part for one in found.stages) == found.difference


async def test_people_who_object_are_exemptions_and_so_are_those_who_come_back(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        for one in STAFF[:6]:
            await rights.take(tx, "object", one)
    without = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        await rights.lift(tx, "object", STAFF[:6])
    again = await scored(db, sandbox, tenant)

    assert changed(await told(db, sandbox, tenant, before, without)) == ["exemptions"]
    assert changed(await told(db, sandbox, tenant, without, again)) == ["exemptions"]
    assert (await told(db, sandbox, tenant, before, again)).difference == 0


async def test_people_without_a_ground_are_exemptions(db, sandbox, tenant):
    guests = [f"guest-{number}" for number in range(8)]
    async with db.tenant(tenant) as tx:
        (synthetic,) = await grounds.in_force(tx)
        await grounds.end(tx, synthetic.id)
        await grounds.create(tx, employees(mode="identified"))
        held = await grounds.create(tx, from_template("customers", "the board"))
        await people.upsert(tx, [PersonRow(person=one, group="customer") for one in guests])
    await send(db, tenant, [(one, other) for one, other in zip(guests, STAFF, strict=False)])
    async with db.tenant(tenant) as tx:
        await grounds.end(tx, held.id)
    before = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        await grounds.create(tx, from_template("customers", "the board"))
    after = await scored(db, sandbox, tenant)

    assert changed(await told(db, sandbox, tenant, before, after)) == ["exemptions"]


async def test_another_scope_is_scope_and_says_that_it_cannot_be_told_better(db, sandbox, tenant):
    async with db.tenant(tenant) as tx:
        await ties.upsert(tx, [TieRow(actor=a, target=b, count=3, community="room") for a, b in pairs(2)])
        scope = await scopes.create(tx, NewScope(scope="room", reason="a test", owner="us", communities=["room"]))
    before = await scored(db, sandbox, tenant)
    after = await scored(db, sandbox, tenant, scope_id=scope.id)

    found = await told(db, sandbox, tenant, before, after)

    assert changed(found) == ["scope"]
    assert "ties" in found.notes[0]


async def test_a_parameter_is_parameters_and_a_floor_is_one(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)
    after = await scored(db, sandbox, tenant, parameters={"floor": 6})

    found = await told(db, sandbox, tenant, before, after)

    assert changed(found) == ["parameters"]
    assert found.difference == found.stages[5].part


async def test_an_answer_is_kept_and_given_again(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)
    await send(db, tenant, pairs(1))
    after = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        assert await explaining.asked(tx, before.id, after.id) is None

    await told(db, sandbox, tenant, before, after)

    async with db.tenant(tenant) as tx:
        kept_answer = await explaining.asked(tx, before.id, after.id)
        assert await explaining.asked(tx, after.id, before.id) is None
    assert msgspec.json.decode(kept_answer, type=Delta).difference is not None


async def test_what_may_have_failed_for_want_of_time_is_not_kept(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)
    await send(db, tenant, pairs(1))
    after = await scored(db, sandbox, tenant)

    await told(db, Answering(Failed("timeout", "a test")), tenant, before, after)

    async with db.tenant(tenant) as tx:
        assert await explaining.asked(tx, before.id, after.id) is None


async def test_what_may_not_run_here_is_refused_in_words(db, sandbox, tenant):
    before = await scored(db, sandbox, tenant)

    with pytest.raises(Conflict, match="a stronger wall"):
        await told(db, Answering(Failed("below_tier", "a stronger wall")), tenant, before, before)


async def test_a_question_is_asked_once_while_somebody_works_on_it(db, tenant):
    async with db.tenant(tenant) as tx:
        one = await explanations.ask(tx, "said", {"a": "1"})
        same, another = await explanations.ask(tx, "said", {"a": "1"}), await explanations.ask(tx, "said", {"a": "2"})

    assert one.id == same.id != another.id


async def test_results_of_two_scorers_have_no_difference(db, sandbox, tenant):
    one, other = await scored(db, sandbox, tenant), await scored(db, sandbox, tenant, "supply.collaboration")

    async with db.tenant(tenant) as tx:
        with pytest.raises(Invalid, match="of one scorer"):
            await explaining.asked(tx, one.id, other.id)


async def test_another_tenants_results_are_not_there(db, sandbox, tenant):
    one, other = await scored(db, sandbox, tenant), await talking(db)

    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await explaining.asked(tx, one.id, one.id)


async def test_whoever_is_erased_takes_the_explanations_inputs_along(db, sandbox, tenant):
    one = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        job = await privacy.request(tx, "erase", AskedRight(person=STAFF[0], reason="they asked"))
    await done(db, tenant, job.id, SETTINGS)

    async with db.tenant(tenant) as tx:
        with pytest.raises(InputsGone, match="start a new run"):
            await explaining.asked(tx, one.id, one.id)


async def test_when_roll_ups_had_their_time_nobody_can_tell_rows_apart(db, sandbox, tenant):
    one = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        await kept.let_go(tx, datetime.now(UTC) + timedelta(days=1))

        with pytest.raises(InputsGone, match="roll-ups"):
            await explaining.asked(tx, one.id, one.id)


async def test_nothing_is_told_of_a_result_whose_ground_ended(db, sandbox, tenant):
    one = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)

    async with db.tenant(tenant) as tx:
        with pytest.raises(Withheld, match="start a new run"):
            await explaining.asked(tx, one.id, one.id)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, {}),
        ({"a": "b"}, {"a": "b"}, {}),
        ({}, {"b": "a"}, {"b": "a"}),
        ({"b": "a"}, {}, {"b": "a"}),
        ({"b": "a"}, {"b": "c"}, {"c": "a"}),
        ({"b": "a", "c": "a"}, {"b": "d", "c": "e"}, {"d": "a", "e": "a"}),
        ({}, {"a": "c", "b": "c"}, {"b": "a", "c": "a"}),
    ],
)
def test_names_that_were_one_at_some_time_stand_together(before, after, expected):
    assert explaining.together(before, after) == expected
