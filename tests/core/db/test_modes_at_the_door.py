"""Of groups under a ground in the mode aggregates or local no row about a single person comes in, by whatever file."""

from datetime import UTC, datetime

import msgspec
import pytest

from helpers.agreed import employees
from kithline_core.aggregate.answers import answers as aggregated
from kithline_core.db import answers, events, grounds, people, ties
from kithline_core.errors import ModeNotAllowed
from kithline_core.model.grounds import from_template
from kithline_core.model.rows import AnswerRow, EventRow, PersonRow, TieRow

pytestmark = pytest.mark.anyio
AT = datetime(2026, 3, 1, tzinfo=UTC)


def event(name, actor, target=None):
    return EventRow(id=name, occurred_at=AT, actor=actor, verb="posted", target=target)


@pytest.fixture(params=["aggregates", "local"])
async def mixed(request, db, bare):
    """Employees who were known before their mode changed, and customers under a ground of their own."""
    async with db.tenant(bare) as tx:
        first = await grounds.create(tx, employees(mode="identified"))
        await grounds.create(tx, from_template("customers", "the board"))
        await people.upsert(tx, [PersonRow(person="ann", group="employee"), PersonRow(person="cyd", group="customer")])
        await grounds.end(tx, first.id)
        await grounds.create(tx, employees(mode=request.param, title="Now"))
    return bare


async def test_events_of_its_people_are_rejected_line_by_line_and_others_come_in(db, mixed):
    rows = [event("1", "ann"), event("2", "cyd"), event("3", "cyd", "ann"), event("4", "somebody")]
    async with db.tenant(mixed) as tx:
        told = await events.ingest(tx, rows)
        stored = (await events.page(tx)).rows

    assert [one.status for one in told] == ["rejected", "accepted", "rejected", "accepted"]
    assert [(one.code, one.pointer) for one in told if one.code] == [
        ("mode_not_allowed", "/actor"),
        ("mode_not_allowed", "/target"),
    ]
    assert [row.id for row in stored] == ["2", "4"]


async def test_ties_and_answers_of_its_people_are_rejected_too(db, mixed):
    async with db.tenant(mixed) as tx:
        tied = await ties.upsert(tx, [TieRow(actor="cyd", target="ann"), TieRow(actor="cyd", target="eve")])
        asked = [
            AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent=name) for name in ("ann", "cyd")
        ]
        answered = await answers.upsert(tx, asked)

    assert [one.code for one in tied] == ["mode_not_allowed", None]
    assert [one.code for one in answered] == ["mode_not_allowed", None]


async def test_one_of_its_people_is_no_manager_of_anybody(db, mixed):
    async with db.tenant(mixed) as tx:
        await people.upsert(tx, [PersonRow(person="dan", group="customer", manager="ann")])
        (row,) = [row for row in (await people.page(tx)).rows if row.person == "dan"]

    assert row.manager is None


async def test_without_any_other_ground_no_row_about_people_comes_in(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees("employees-aggregates"))
        with pytest.raises(ModeNotAllowed, match="the mode aggregates"):
            await events.ingest(tx, [event("1", "ann")])
        with pytest.raises(ModeNotAllowed, match="rows are not taken of employee"):
            await people.upsert(tx, [PersonRow(person="ann", group="employee")])


async def test_means_that_somebody_confirmed_come_in_as_aggregate_writes_them(db, bare):
    people_gave = [
        AnswerRow(questionnaire="q", assessment="a", item="i", value=n, respondent=f"p{n}", confirmed_by="boss")
        for n in range(5)
    ]
    written = aggregated(people_gave, 5)

    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees("employees-aggregates"))
        told = await answers.upsert(tx, written)
        stored = (await answers.page(tx)).rows

    assert [one.status for one in told] == ["accepted"]
    assert stored == written


async def test_that_somebody_confirmed_stays_a_word_where_ids_become_pseudonyms(db, bare):
    rows = [
        AnswerRow(questionnaire="q", assessment="a", item=who, value=1, confirmed_by=who) for who in ("given", "boss")
    ]
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees())
        await answers.upsert(tx, rows)
        stored = {row.item: row.confirmed_by for row in (await answers.page(tx)).rows}

    assert stored["given"] == "given"
    assert stored["boss"].startswith("p-")


async def test_a_ground_of_one_legal_entity_closes_nobody_elses_rows(db, bare):
    async with db.tenant(bare) as tx:
        first = await grounds.create(tx, employees(mode="identified"))
        rows = [PersonRow(person=one, group="employee", organisation=one) for one in ("de", "fr")]
        await people.upsert(tx, rows)
        await grounds.create(tx, employees(mode="local", legal_entity="de", title="Ours"))
        told = await events.ingest(tx, [event("1", "de"), event("2", "fr")])

    assert [one.status for one in told] == ["rejected", "accepted"]
    assert first.mode == "identified"


async def test_a_closed_group_is_known_by_its_pseudonyms_where_ids_are_hashed(db, bare):
    customers = msgspec.structs.replace(from_template("customers", "the board"), mode="pseudonymous")
    async with db.tenant(bare) as tx:
        await grounds.create(tx, customers)
        first = await grounds.create(tx, employees())
        await people.upsert(tx, [PersonRow(person="ann", group="employee")])
        await grounds.end(tx, first.id)
        await grounds.create(tx, employees("employees-aggregates"))
        told = await events.ingest(tx, [event("1", "ann"), event("2", "cyd")])

    assert [one.code for one in told] == ["mode_not_allowed", None]
