"""The smaller nouns: grounds, datasets, questionnaires, assessments, values, scopes, idempotency keys."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from helpers.agreed import NAMED, employees
from kithline_core.db import (
    answers,
    assessments,
    datasets,
    events,
    grounds,
    idempotency,
    people,
    questionnaires,
    ratings,
    rollups,
    scopes,
    survivals,
    ties,
    values,
)  # fmt: skip
from kithline_core.errors import Conflict, Invalid, NoGround, NotFound
from kithline_core.model.assessments import NewAssessment
from kithline_core.model.datasets import Dataset
from kithline_core.model.grounds import TEMPLATES, NewGround, from_template
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.rows import AnswerRow, EventRow, PersonRow, RatingRow, SurvivalRow, TieRow
from kithline_core.model.scopes import NewScope
from kithline_core.model.value import Factor, ValueLine, ValueModel

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)
QUIZ = Questionnaire(questionnaire="quiz", version="1", items=[Item(item="i", text={"en": "?", "de": "?!"}, level=1)])


def line(name, likely=1.5):
    return ValueLine(line=name, side="benefit", unit_value=Factor(low=0.1, likely=likely, high=1e12))


def answer(assessment="spring", **more):
    return AnswerRow(**{"questionnaire": "quiz", "assessment": assessment, "item": "i", "value": 3, **more})


@pytest.mark.parametrize("name", TEMPLATES)
async def test_every_template_is_one_call_away_from_a_ground(name, db, bare):
    async with db.tenant(bare) as tx:
        agreed = employees(name) if name.startswith("employees") else from_template(name, NAMED["signed_by"])
        made = await grounds.create(tx, agreed)
        assert await grounds.in_force(tx) == [made] == await grounds.page(tx)
        assert await grounds.get(tx, made.id) == made

    assert made.signed_by == NAMED["signed_by"]


async def test_a_ground_covers_its_groups_and_no_others(db, bare):
    async with db.tenant(bare) as tx:
        ground = await grounds.create(tx, employees(mode="identified"))
        await people.upsert(tx, [PersonRow(person="p", group="employee"), PersonRow(person="q")])
        with pytest.raises(NoGround, match="for customer, supplier;"):
            await people.upsert(tx, [PersonRow(person="p", group=group) for group in ("supplier", "customer")])
        await grounds.end(tx, ground.id)
    async with db.tenant(bare) as tx:
        with pytest.raises(NoGround, match="for employee"):
            await people.upsert(tx, [PersonRow(person="p", group="employee")])


async def test_a_ground_holds_between_its_dates(db, bare):
    day = timedelta(days=1)
    dated = msgspec.structs.replace(TEMPLATES["public"], valid_from=NOW + day, valid_to=NOW + 2 * day)
    async with db.tenant(bare) as tx:
        made = await grounds.create(tx, dated)
        assert await grounds.in_force(tx) == []
        assert await grounds.in_force(tx, NOW + day) == [made]
        assert await grounds.in_force(tx, NOW + 2 * day) == []

    assert [made.holds(NOW + n * day) for n in range(3)] == [False, True, False]
    assert made.allows("anything")
    assert made.covers("customer")


async def test_a_ground_at_the_edge_of_time_is_refused_in_words(db, bare):
    never = datetime.fromisoformat("0001-01-01T00:00:00+14:00")

    with pytest.raises(Invalid, match="years 1 to 9999"):
        async with db.tenant(bare) as tx:
            await grounds.create(tx, msgspec.structs.replace(TEMPLATES["public"], valid_from=never))


async def test_another_tenants_ground_is_not_there(db, tenant, other):
    async with db.tenant(tenant) as tx:
        (ground,) = await grounds.page(tx)
    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await grounds.end(tx, ground.id)


def test_consent_is_not_offered():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"title": "t", "basis": "consent", "purposes": ["p"], "signed_by": "s"}, NewGround)


async def test_a_public_dataset_brings_its_ground_and_takes_it_with_it(db, bare):
    async with db.tenant(bare) as tx:
        assert await datasets.get(tx) == Dataset()
        await datasets.put(tx, Dataset(nature="public", title="t", start=NOW, focal=["acme"]))
        await datasets.put(tx, Dataset(nature="public", title="t", start=NOW, focal="acme"))
        assert [ground.basis for ground in await grounds.in_force(tx)] == ["public_data"]
        assert await datasets.get(tx) == Dataset(nature="public", title="t", start=NOW, focal="acme")
    async with db.tenant(bare) as tx:
        await datasets.put(tx, Dataset(nature="synthetic"))
        assert [ground.basis for ground in await grounds.in_force(tx)] == ["synthetic"]
    async with db.tenant(bare) as tx:
        await datasets.put(tx, Dataset())
        assert await grounds.in_force(tx) == []


async def test_a_questionnaires_version_never_changes(db, tenant, other):
    changed = msgspec.structs.replace(QUIZ, title={"en": "Quiz"})
    async with db.tenant(tenant) as tx:
        assert await questionnaires.put(tx, QUIZ)
        assert not await questionnaires.put(tx, QUIZ)
        with pytest.raises(Conflict, match="says something else"):
            await questionnaires.put(tx, changed)
        assert await questionnaires.put(tx, msgspec.structs.replace(changed, version="2"))
        assert await questionnaires.get(tx, "quiz", "1") == QUIZ
        assert [one.version for one in await questionnaires.page(tx)] == ["1", "2"]
        assert [one.version for one in await questionnaires.page(tx, ("quiz", "1"))] == ["2"]
    async with db.tenant(other) as tx:
        assert await questionnaires.get(tx, "quiz", "1") is None


async def test_an_open_assessment_does_not_count_until_it_is_closed(db, tenant):
    async with db.tenant(tenant) as tx:
        sat = await assessments.create(tx, NewAssessment(questionnaire="quiz", assessment="spring", title="Spring"))
        await answers.upsert(tx, [answer()])
        assert (sat.state, (await answers.page(tx)).rows) == ("open", [])
        closed = await assessments.close(tx, sat.id)
        assert (await answers.page(tx)).rows == [answer()]
        assert closed == await assessments.close(tx, sat.id)
        with pytest.raises(Conflict, match="exists already"):
            await assessments.create(tx, NewAssessment(questionnaire="quiz", assessment="spring"))

    assert closed.state == "closed"


async def test_answers_in_bulk_bring_their_assessments_closed(db, tenant):
    async with db.tenant(tenant) as tx:
        await answers.upsert(tx, [answer("a"), answer("b", version="2"), answer("a", respondent="p")])
        found = await assessments.page(tx)
        assert await assessments.page(tx, before=found[-1].id) == []

    assert {(one.assessment, one.version, one.state) for one in found} == {("a", None, "closed"), ("b", "2", "closed")}


async def test_values_are_replaced_line_by_line_or_as_a_whole(db, tenant):
    async with db.tenant(tenant) as tx:
        assert await values.get(tx) is None
        first = await values.upsert(tx, [line("a"), line("b")])
        second = await values.upsert(tx, [line("a"), line("b", 2.5)])
        assert await values.get(tx) == ValueModel(lines=[line("a"), line("b", 2.5)])
        await values.put(tx, ValueModel(lines=[line("c")], discount_rate=0.07))
        assert await values.get(tx) == ValueModel(lines=[line("c")], discount_rate=0.07)
        assert await values.page(tx, "c") == []

    assert [verdict.status for verdict in first] == ["accepted", "accepted"]
    assert [verdict.status for verdict in second] == ["duplicate", "updated"]


async def test_a_scope_counts_its_versions(db, tenant, other):
    async def make(title):
        async with db.tenant(tenant) as tx:
            return await scopes.create(
                tx, NewScope(owner="a role", reason="a test", scope="open", title=title, communities=["c"])
            )

    made = await asyncio.gather(*(make(str(number)) for number in range(4)))

    async with db.tenant(tenant) as tx:
        page = await scopes.page(tx, size=3)
        assert len(await scopes.page(tx, before=page[-1].id)) == 1
        assert await scopes.get(tx, made[0].id) == made[0]
    async with db.tenant(other) as tx:
        with pytest.raises(NotFound):
            await scopes.get(tx, made[0].id)
    assert sorted(scope.version for scope in made) == [1, 2, 3, 4]


async def test_a_repeated_request_gets_the_first_answer(db, tenant, other):
    given = idempotency.Answer(202, {"location": "/v1/runs/x"}, b'{"a":1}')
    async with db.tenant(tenant) as tx:
        assert await idempotency.begin(tx, "POST /v1/runs", "k", b"body") is None
        with pytest.raises(Conflict, match="under way"):
            await idempotency.begin(tx, "POST /v1/runs", "k", b"body")
        await idempotency.finish(tx, "POST /v1/runs", "k", given)
    async with db.tenant(tenant) as tx:
        assert await idempotency.begin(tx, "POST /v1/runs", "k", b"body") == given
        assert await idempotency.begin(tx, "POST /v1/else", "k", b"body") is None
        with pytest.raises(idempotency.Mismatch):
            await idempotency.begin(tx, "POST /v1/runs", "k", b"another")
    async with db.tenant(other) as tx:
        assert await idempotency.begin(tx, "POST /v1/runs", "k", b"another") is None


async def test_a_key_is_forgotten_after_a_day(db, dispatch, tenant, other):
    age = "update idempotency_keys set expires_at = now() - interval '1 s' where tenant_id = $1"
    async with db.tenant(tenant) as tx:
        await idempotency.begin(tx, "op", "old", b"body")
        await idempotency.begin(tx, "op", "older", b"body")
        await tx.run(age)
        assert await idempotency.begin(tx, "op", "old", b"another") is None
    async with db.tenant(other) as tx:
        await idempotency.begin(tx, "op", "ours", b"body")
        await tx.run(age)

    async with dispatch.dispatcher() as tx:
        assert [await idempotency.sweep(tx, 1) for _ in range(3)] == [1, 1, 0]
    async with db.tenant(tenant) as tx:
        with pytest.raises(idempotency.Running):
            await idempotency.begin(tx, "op", "old", b"another")


async def test_the_dispatcher_cannot_read_what_an_idempotency_key_keeps(dispatch):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with dispatch.dispatcher() as tx:
            await tx.rows("select body from idempotency_keys")


async def test_fifty_requests_with_one_key_have_one_effect(db, tenant):
    async def post(number):
        async with db.tenant(tenant) as tx:
            had = await idempotency.begin(tx, "op", "one", b"body")
            if had is None:
                had = idempotency.Answer(201, {}, str(number).encode())
                await idempotency.finish(tx, "op", "one", had)
            return had

    answers_given = await asyncio.gather(*(post(number) for number in range(50)))

    assert len({one.body for one in answers_given}) == 1


async def test_the_dispatcher_hears_whose_days_are_dirty(db, dispatch, tenant, other):
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [EventRow(id="a", occurred_at=NOW, actor="p", verb="posted")])
    async with dispatch.dispatcher() as tx:
        waiting = await rollups.dirty_tenants(tx)
    async with db.tenant(tenant) as tx:
        await rollups.refresh(tx)
    async with dispatch.dispatcher() as tx:
        left = await rollups.dirty_tenants(tx)

    assert (tenant in waiting, other in waiting, tenant in left) == (True, False, False)


@pytest.mark.parametrize(
    ("module", "row"),
    [
        (ties, TieRow(actor="a", target="b")),
        (ratings, RatingRow(object="o", rater="r", item="i", value=1.0)),
        (survivals, SurvivalRow(unit="a", duration=1.0, ended=True)),
        (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1.0, respondent="a")),
        (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1.0, confirmed_by="A. Person")),
        (people, PersonRow(person="a", group="employee")),
    ],
)  # fmt: skip
async def test_what_speaks_of_people_needs_a_ground_and_an_empty_batch_needs_none(db, bare, module, row):
    async with db.tenant(bare) as tx:
        assert await module.upsert(tx, []) == []
        with pytest.raises(NoGround):
            await module.upsert(tx, [row])


async def test_sums_of_one_pair_that_begin_at_different_times_are_two(db, tenant):
    sums = [TieRow(actor="a", target="b", count=n, first_at=at) for n, at in ((1, NOW), (2, None), (3, None))]

    async with db.tenant(tenant) as tx:
        verdicts = await ties.upsert(tx, sums)
        kept = (await ties.page(tx)).rows

    assert [one.status for one in verdicts] == ["accepted", "accepted", "updated"]
    assert sorted(row.count for row in kept) == [1, 3]
