"""Grounds: what has to be named, who is covered where, which form of data a mode takes, and how one ends."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from helpers.agreed import employees
from kithline_core import ids
from kithline_core.db import (
    answers,
    audit,
    communities,
    datasets,
    events,
    grounds,
    identities,
    people,
    ratings,
    survivals,
    ties,
)
from kithline_core.errors import Conflict, Invalid, ModeNotAllowed, NoGround
from kithline_core.model.datasets import Dataset
from kithline_core.model.ground_rules import faults
from kithline_core.model.grounds import TEMPLATES, from_template
from kithline_core.model.identities import IdentityRow
from kithline_core.model.rows import AnswerRow, CommunityRow, EventRow, PersonRow, RatingRow, SurvivalRow, TieRow

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


def now():
    return datetime.now(UTC)


def pointers(ground):
    return [fault.pointer for fault in faults(ground)]


def changed(name, **changes):
    return msgspec.structs.replace(TEMPLATES[name], **{"signed_by": "the board", **changes})


def test_a_ground_over_employees_names_documents_agreement_and_assessment():
    bare = {"documents": [], "works_agreement": None, "impact_assessment": None}
    wanted = ["/documents", "/works_agreement", "/impact_assessment"]

    assert pointers(employees(**bare)) == wanted
    assert pointers(employees("employees-aggregates", **bare)) == wanted
    assert pointers(changed("suppliers", groups=[])) == wanted[1:]
    assert pointers(employees()) == []


@pytest.mark.parametrize("word", ["to be named", "Works agreement: TO BE NAMED", "", "  ", "tbd", "n/a", "None"])
def test_what_only_stands_where_a_name_will_be_is_no_name(word):
    assert pointers(employees(works_agreement=word)) == ["/works_agreement"]
    assert pointers(employees(documents=["a letter", word])) == ["/documents/1"]
    assert pointers(changed("suppliers", signed_by=word)) == ["/signed_by"]


def test_data_that_describe_nobody_or_are_published_need_no_agreement():
    assert pointers(changed("synthetic")) == pointers(changed("public")) == []
    assert pointers(changed("synthetic", groups=["employee"])) == []
    assert pointers(changed("public", groups=["employee"])) == ["/works_agreement", "/impact_assessment"]


async def test_what_lacks_a_name_is_not_put_on_record(db, bare):
    async with db.tenant(bare) as tx:
        with pytest.raises(Invalid, match="/works_agreement: name it") as refused:
            await grounds.create(tx, from_template("employees", "the board"))
        assert await grounds.page(tx) == []

    assert refused.value.pointer == "/works_agreement"


async def test_a_ground_ends_after_it_begins_and_not_before_it_is_made(db, bare):
    async with db.tenant(bare) as tx:
        with pytest.raises(Invalid, match="ends before it begins"):
            await grounds.create(tx, changed("public", valid_from=now() + DAY, valid_to=now()))
    with pytest.raises(Invalid, match="over already"):
        async with db.tenant(bare) as tx:
            await grounds.create(tx, changed("public", valid_from=now() - 2 * DAY, valid_to=now() - DAY))
    async with db.tenant(bare) as tx:
        assert await grounds.page(tx) == []


async def test_a_ground_can_end_now_in_the_past_or_in_the_future_and_never_later_than_it_did(db, bare):
    async with db.tenant(bare) as tx:
        made = await grounds.create(tx, changed("public", valid_from=now() - 9 * DAY))
        later = await grounds.end(tx, made.id, made.created_at + DAY)
        assert await grounds.in_force(tx) == [later]
        past = await grounds.end(tx, made.id, made.created_at - DAY)
        assert past.valid_to == made.created_at - DAY
        assert await grounds.in_force(tx) == []
        assert await grounds.end(tx, made.id) == past == await grounds.end(tx, made.id, past.valid_to)
        with pytest.raises(Conflict, match="never made longer"):
            await grounds.end(tx, made.id, made.created_at)
        with pytest.raises(Invalid, match="before it began"):
            await grounds.end(tx, made.id, made.valid_from - DAY)


async def test_what_is_done_to_grounds_is_audited_without_who_signed(db, bare):
    async with db.tenant(bare) as tx:
        made = await grounds.create(tx, employees(mode="identified"))
        await grounds.end(tx, made.id)
        await grounds.end(tx, made.id)
        created, ended = sorted(await audit.page(tx), key=lambda one: one.action)

    assert (created.action, ended.action) == ("ground.create", "ground.end")
    assert created.subject == ended.subject == ids.show("ground", made.id)
    assert created.details["works_agreement"] == made.works_agreement
    assert made.signed_by not in str(created.details)


async def test_the_ground_a_dataset_took_with_it_is_audited(db, bare):
    for nature in ("public", "private"):
        async with db.tenant(bare) as tx:
            await datasets.put(tx, Dataset(nature=nature))
    async with db.tenant(bare) as tx:
        assert {one.action for one in await audit.page(tx)} == {"ground.end", "ground.create"}


async def test_a_ground_of_a_legal_entity_covers_who_belongs_to_it_and_nobody_else(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees(mode="identified", legal_entity="auren-de"))
        await people.upsert(
            tx, [PersonRow(person="p", group="employee", organisation="auren-de"), PersonRow(person="q")]
        )
        elsewhere = [PersonRow(person="r", group="employee", organisation=one) for one in ("auren-fr", None)]
        with pytest.raises(NoGround, match="for employee, employee at auren-fr;"):
            await people.upsert(tx, elsewhere)
        assert await grounds.require(tx, ["employee"])


async def test_who_has_no_ground_is_refused_alone_and_the_others_are_taken(db, bare):
    rows = [PersonRow(person=one, group=group) for one, group in (("e", "employee"), ("s", "supplier"), ("x", None))]
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        verdicts = await people.upsert(tx, rows)
        kept = {row.person for row in (await people.page(tx)).rows}

    assert [(one.index, one.status, one.code) for one in verdicts] == [
        (0, "rejected", "no_ground"), (1, "accepted", None), (2, "accepted", None),
    ]  # fmt: skip
    assert verdicts[0].pointer == "/group"
    assert "covers employee; put one on record first from the template employees, then" in (verdicts[0].detail or "")
    assert kept == {"s", "x"}


async def test_of_a_group_of_which_only_cells_are_taken_the_rows_alone_are_refused(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees("employees-aggregates"))
        await grounds.create(tx, changed("suppliers"))
        verdicts = await people.upsert(tx, [PersonRow(person=one, group=one) for one in ("employee", "supplier")])

    assert [(one.status, one.code, one.pointer) for one in verdicts] == [
        ("rejected", "mode_not_allowed", "/group"), ("accepted", None, None),
    ]  # fmt: skip


async def test_further_rows_of_a_file_are_refused_one_by_one_as_long_as_any_ground_holds(db, bare):
    staff = [PersonRow(person="e", group="employee"), PersonRow(person="o", group="other")]
    async with db.tenant(bare) as tx:
        with pytest.raises(NoGround):
            await people.go_on(tx, staff)
        await grounds.create(tx, changed("suppliers"))
        assert [one.code for one in await people.go_on(tx, staff)] == ["no_ground", "no_ground"]
        with pytest.raises(NoGround, match="for employee, other;"):
            await people.upsert(tx, staff)


@pytest.mark.parametrize(
    ("mode", "taken"),
    [
        ("identified", {"rows", "cells", "findings"}),
        ("pseudonymous", {"rows", "cells", "findings"}),
        ("aggregates", {"cells", "findings"}),
        ("local", {"findings"}),
    ],
)
async def test_a_mode_takes_its_forms_of_data_and_no_others(db, bare, mode, taken):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees(mode=mode))
        for form in ("rows", "cells", "findings"):
            for member in ("employee", ("employee", "auren"), None, (None, "auren")):
                if form in taken:
                    assert await grounds.require(tx, [member], form)
                else:
                    with pytest.raises(ModeNotAllowed, match=mode):
                        await grounds.require(tx, [member], form)


async def test_the_strictest_mode_wins_for_a_group_and_strangers_pass_where_any_ground_takes_them(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, employees("employees-aggregates"))
        await grounds.create(tx, changed("public"))
        await people.upsert(tx, [PersonRow(person="c", group="customer"), PersonRow(person="x")])
        with pytest.raises(ModeNotAllowed, match="rows are not taken of employee"):
            await people.upsert(tx, [PersonRow(person="e", group="employee")])


HASH = "a" * 26
UNDER_A_NAME = [
    (people, PersonRow(person="ann", group="supplier")),
    (people, PersonRow(person="p-" + HASH, group="supplier", manager="ann")),
    (ties, TieRow(actor="p-" + HASH, target="ann")),
    (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1, respondent="ann")),
    (ratings, RatingRow(object="o", rater="ann", item="i", value=1)),
    (survivals, SurvivalRow(unit="ann", duration=1, ended=True)),
    (answers, AnswerRow(questionnaire="q", assessment="a", item="i", value=1, confirmed_by="ann")),
    (identities, IdentityRow(kind="person", id="p-" + HASH, same_as="ann")),
    (communities, CommunityRow(community="c", hosts=f"p-{HASH}; ann")),
]


@pytest.mark.parametrize(("noun", "row"), UNDER_A_NAME)
async def test_nobody_is_hashed_who_is_here_under_a_name(db, bare, noun, row):
    async with db.tenant(bare) as tx:
        first = await grounds.create(tx, changed("suppliers"))
        await noun.upsert(tx, [row])
        with pytest.raises(Conflict, match="under their own ids"):
            await grounds.create(tx, employees())
        assert await grounds.in_force(tx) == [first]


async def test_nobody_is_hashed_to_whom_something_was_said_under_a_name(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        spoken = EventRow(id="1", source="s", occurred_at=now(), actor="p-" + HASH, verb="replied", target="ann")
        assert [one.status for one in await events.ingest(tx, [spoken])] == ["accepted"]
        with pytest.raises(Conflict, match="under their own ids"):
            await grounds.create(tx, employees())


async def test_a_pseudonymous_ground_begins_at_once_lest_ids_come_in_until_it_does(db, bare):
    with pytest.raises(Invalid, match="on the day it begins, before the first row") as refused:
        async with db.tenant(bare) as tx:
            await grounds.create(tx, employees(mode="pseudonymous", valid_from=now() + DAY))
    assert refused.value.pointer == "/valid_from"
    async with db.tenant(bare) as tx:
        assert await grounds.page(tx) == []
        await grounds.create(tx, employees(mode="pseudonymous", valid_from=now() - DAY))
        await grounds.create(tx, employees(mode="identified", valid_from=now() + DAY))


async def test_whoever_is_hashed_already_or_was_erased_is_no_obstacle(db, bare):
    async with db.tenant(bare) as tx:
        await grounds.create(tx, changed("suppliers"))
        await people.upsert(tx, [PersonRow(person=f"{form}-{HASH}", group="supplier") for form in ("p", "erased")])
        await grounds.create(tx, employees())
        await people.upsert(tx, [PersonRow(person="ann", group="supplier")])
        await grounds.create(tx, employees(title="Another"))
        assert all(row.person.startswith(("p-", "erased-")) for row in (await people.page(tx)).rows)
