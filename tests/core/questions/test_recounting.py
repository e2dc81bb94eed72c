"""Evidence through time: what was corrected, came late, was erased, restricted or had its time is told, and lists nobody's ids."""

from datetime import timedelta

import asyncpg
import msgspec
import pytest

from helpers.explained import END, SETTINGS, STAFF, member, pairs, scored
from helpers.jobs import done
from helpers.work import provision
from kithline_core import ids, plugins, privacy, scoring
from kithline_core.db import (
    answers,
    communities,
    corrections,
    events,
    grounds,
    kept,
    people,
    populations,
    runs,
)
from kithline_core.db import evidence as evidence_of
from kithline_core.engine import lineage
from kithline_core.engine.listable import Cell
from kithline_core.errors import NotFound, TooFew, Withheld
from kithline_core.model.corrections import EventsWithdrawal
from kithline_core.model.rights import AskedRight
from kithline_core.model.rows import AnswerRow, CommunityRow, EventRow, PopulationRow
from kithline_core.model.runs import NewRun, Pinned
from kithline_core.plugins import Installed
from kithline_core.questions import listing, recounting, tracing
from kithline_core.questions.explaining import InputsGone
from kithline_sdk.snapshot import Column, Table

pytestmark = pytest.mark.anyio
BUYING = "department_ei.buying"


def said(number, one, other, **more):
    at = END - timedelta(days=1 + number % 60, minutes=number)
    row = {"source": "forum", "actor": one, "target": other, "verb": "replied", "community": "alpha"}
    return EventRow(id=f"m-{number}", occurred_at=at, **{**row, **more})


async def talk(db, tenant, talks, start=0, **more):
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [said(start + place, *pair, **more) for place, pair in enumerate(talks)])


@pytest.fixture
async def tenant(db):
    tenant = await provision(db)
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [member(one) for one in STAFF])
    await talk(db, tenant, [pair for pair in pairs(0) for _ in range(2)])
    return tenant


@pytest.fixture
async def owner(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


async def evidence(db, tenant, result, measure=None):
    return await recounting.tell(db, tenant, result.id, measure)


def events_of(told):
    return next(one for one in told.tables if one.table == "events")


def state(told):
    found = events_of(told)
    return found.recount, found.reasons, found.held_back


async def listed(db, tenant, result, table="events", measure=None):
    return [one.source for one in await listing.listed(db, tenant, result.id, table, measure, None, 10_000)]


async def test_what_came_late_and_what_was_corrected_is_told_beside_what_was_counted(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    same = await evidence(db, tenant, result)

    await talk(db, tenant, pairs(1)[:3], start=5000)
    late = await evidence(db, tenant, result)
    async with db.tenant(tenant) as tx:
        await corrections.withdraw_events(tx, EventsWithdrawal(source="forum", ids=["m-0"], reason="a test"), "a test")
    corrected = await evidence(db, tenant, result)

    assert state(same) == ("same", [], None)
    assert state(late) == ("changed", ["late"], None)
    assert state(corrected) == ("changed", ["corrected", "late"], None)
    assert events_of(same).now.count == events_of(same).count
    assert late.stale_since is not None


async def test_two_lists_of_events_differ_by_nobody_whatever_came_and_went_between_them(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    before, of_buying = await listed(db, tenant, result), await listed(db, tenant, result, measure=BUYING)

    await talk(db, tenant, [(STAFF[0], STAFF[1])], start=5000)
    async with db.tenant(tenant) as tx:
        await corrections.withdraw_events(tx, EventsWithdrawal(source="forum", ids=["m-0"], reason="a test"), "a test")
    told = events_of(await evidence(db, tenant, result, BUYING))

    assert await listed(db, tenant, result) == before
    assert len(before) == told.count
    assert await listed(db, tenant, result, measure=BUYING) == of_buying
    assert told.part.count == len(of_buying)


async def of_measure(db, tenant, result, measure=BUYING):
    """Return why a measure's events are not listed, else how many are told, and listed."""
    told = events_of(await evidence(db, tenant, result, measure))
    return told.held_back or (told.part.count, len(await listed(db, tenant, result, measure=measure)))


async def test_who_moved_between_two_results_is_not_told_by_the_lists_of_both(db, sandbox, tenant):
    first, same = await scored(db, sandbox, tenant), await scored(db, sandbox, tenant)
    once = await of_measure(db, tenant, first)
    moved = [one for one in STAFF if member(one).department == "buying"][:6]
    async with db.tenant(tenant) as tx:
        sent = [msgspec.structs.replace(member(one), department="making") for one in moved]
        await people.upsert(tx, sent)
    after = await scored(db, sandbox, tenant, days=1)

    assert once[0] == once[1] > 0
    assert await of_measure(db, tenant, after) == "told_otherwise"
    with pytest.raises(TooFew, match="ask for those lists"):
        await listed(db, tenant, after, measure=BUYING)
    assert await listed(db, tenant, after)
    assert await of_measure(db, tenant, first) == once
    assert await of_measure(db, tenant, same) == once


async def test_nobodys_events_are_listed_by_group_since_groups_and_departments_have_people_in_common(
    db, sandbox, tenant
):
    result = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        found = await tracing.base(tx, result.id, BUYING)
        of_group = found._replace(cell=Cell("group", "employee"))

        assert await tracing.held_back(tx, of_group, tracing.entries(found, "events")[0]) == "one_kind"


@pytest.mark.parametrize("right", ["object", "restrict"])
async def test_how_many_rows_somebody_had_who_is_no_longer_counted_is_not_told(db, sandbox, tenant, right):
    result = await scored(db, sandbox, tenant)
    await exercised(db, tenant, right, STAFF[0])
    once = {one.table: one for one in (await evidence(db, tenant, result)).tables}
    for one in STAFF[1:12]:
        await exercised(db, tenant, right, one)
    again = {one.table: one for one in (await evidence(db, tenant, result)).tables}

    for told in (once, again):
        assert (told["memberships"].recount, told["memberships"].now) == ("changed", None)
        assert told["memberships"].reasons == ["data_changed"]
    assert once["populations"].now is not None


async def test_how_many_events_of_one_person_came_late_is_not_told(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    await talk(db, tenant, [(STAFF[0], STAFF[1])] * 3, start=5000)

    told = events_of(await evidence(db, tenant, result))

    assert (told.recount, told.reasons, told.now) == ("changed", ["late"], None)


async def exercised(db, tenant, right, person):
    async with db.tenant(tenant) as tx:
        return await privacy.request(tx, right, AskedRight(person=person, reason="their letter"))


async def test_whoever_is_erased_takes_the_ids_along_from_the_request_on(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    job = await exercised(db, tenant, "erase", STAFF[0])

    asked = await evidence(db, tenant, result)
    await done(db, tenant, job.id)
    erased = await evidence(db, tenant, result)
    again = await scored(db, sandbox, tenant)
    anew = await evidence(db, tenant, again)

    for told in (asked, erased):
        assert told.stale_since is not None
        assert {(one.recount, tuple(one.reasons), one.held_back) for one in told.tables} == {
            ("changed", ("erased",), "erased")
        }
        assert all(one.now is None for one in told.tables)
    for table in ("events", "focal"):
        with pytest.raises(InputsGone, match="erased"):
            await listed(db, tenant, result, table)
    assert state(anew) == ("same", [], None)
    assert not any("erased-" in part for one in await listed(db, tenant, again) for part in one.id)


async def test_nothing_is_listed_while_somebody_in_it_is_under_a_restriction(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    await exercised(db, tenant, "restrict", STAFF[0])

    told = await evidence(db, tenant, result)

    assert state(told) == ("same", [], "restricted")
    with pytest.raises(Withheld, match="restriction"):
        await listed(db, tenant, result)


async def test_a_restriction_of_somebody_else_keeps_nothing_back(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    await exercised(db, tenant, "restrict", "nobody in it")

    assert state(await evidence(db, tenant, result)) == ("same", [], None)


async def test_events_that_had_their_time_are_gone_and_those_left_are_fewer(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        rows = await tx.rows("select day, count(*) from events where tenant_id = $1 group by day order by day")
        days = [row["day"] for row in rows]
        close = """insert into expired_days (tenant_id, day, received_at, emptied_at)
                   select $1, unnest($2::integer[]), now(), now()"""
        await tx.run(close, days[:1])
        await tx.run("delete from events where tenant_id = $1 and day = any($2::integer[])", days[:1])
    fewer = await evidence(db, tenant, result)
    async with db.tenant(tenant) as tx:
        await tx.run(close, days[1:])
        await tx.run("delete from events where tenant_id = $1")
    gone = await evidence(db, tenant, result)

    assert state(fewer) == ("changed", ["retention"], None)
    assert state(gone) == ("gone", ["retention"], "retention")
    assert events_of(gone).now.count == 0
    with pytest.raises(InputsGone, match="had their time"):
        await listed(db, tenant, result)


async def test_rows_that_say_something_else_under_the_same_ids_are_changed(db, sandbox, tenant):
    async with db.tenant(tenant) as tx:
        await populations.upsert(tx, [PopulationRow(group="employee", department="buying", count=14)])
    result = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        await populations.upsert(tx, [PopulationRow(group="employee", department="buying", count=15)])
    told = {one.table: one for one in (await evidence(db, tenant, result)).tables}
    async with db.tenant(tenant) as tx:
        await tx.run("delete from populations where tenant_id = $1")
    gone = {one.table: one for one in (await evidence(db, tenant, result)).tables}

    assert (told["populations"].recount, told["populations"].reasons) == ("changed", ["data_changed"])
    assert told["populations"].now.ids_hash == told["populations"].ids_hash
    assert told["memberships"].recount == "same"
    assert (gone["populations"].recount, gone["populations"].now.count) == ("gone", 0)
    assert [one.id for one in await listed(db, tenant, result, "populations")] == [["employee", "buying"]]


@pytest.mark.parametrize("too_large", [False, True])
async def test_without_its_snapshot_rows_are_recounted_and_not_listed(db, sandbox, tenant, owner, too_large):
    result = await scored(db, sandbox, tenant)
    forget = "update result_inputs set kept = null" if too_large else "delete from result_inputs"
    await owner.execute(f"{forget} where tenant_id = $1", tenant)
    told = await evidence(db, tenant, result, "department_ei.buying")

    assert {one.recount for one in told.tables} == {"same"}
    assert {one.table: one.held_back for one in told.tables}["focal"] == "not_kept"
    assert state(told) == ("same", [], "let_go")
    with pytest.raises(InputsGone, match="not kept"):
        await listed(db, tenant, result, "memberships")
    await talk(db, tenant, pairs(1)[:1], start=7000)
    assert state(await evidence(db, tenant, result)) == ("changed", ["late"], None)


async def test_who_belonged_where_is_forgotten_with_the_roll_ups(db, sandbox, tenant):
    result = await scored(db, sandbox, tenant)
    async with db.tenant(tenant) as tx:
        await kept.let_go(tx, END + timedelta(days=10_000))

    with pytest.raises(InputsGone, match="without a measure"):
        await listed(db, tenant, result, measure="department_ei.buying")
    assert await listed(db, tenant, result)


async def test_later_pages_of_a_department_do_not_ask_again_who_did_what(db, sandbox, tenant, monkeypatch):
    result = await scored(db, sandbox, tenant)

    async def page(after):
        return await listing.listed(db, tenant, result.id, "events", BUYING, after, 5)

    first = await page(None)
    monkeypatch.setattr(evidence_of, "acted", None)
    second = await page(first[-1].behind)

    assert len(second) == 5
    assert not {tuple(one.source.id) for one in first} & {tuple(one.source.id) for one in second}
    async with db.tenant(tenant) as tx:
        await kept.let_go(tx, END + timedelta(days=10_000))
    with pytest.raises(InputsGone, match="without a measure"):
        await page(second[-1].behind)


async def test_where_the_scorer_is_not_installed_rows_cannot_be_recounted_and_events_can(
    db, sandbox, tenant, monkeypatch
):
    result = await scored(db, sandbox, tenant)
    monkeypatch.setattr(plugins, "installed", lambda: Installed([], []))

    told = await evidence(db, tenant, result, "department_ei.buying")

    assert state(told)[0] == "same"
    rows = [one for one in told.tables if one.table != "events"]
    assert {(one.recount, tuple(one.reasons)) for one in rows} == {(None, ("plugin_missing",))}
    assert all(one.ids == [] and one.part is None for one in rows)


@pytest.fixture
async def quiet(db):
    tenant = await provision(db)
    async with db.tenant(tenant) as tx:
        await people.upsert(tx, [member(one) for one in STAFF])
    return tenant


async def test_a_few_people_are_not_listed_and_what_comes_late_lifts_no_list_over_the_floor(db, sandbox, quiet):
    await talk(db, quiet, [(one, STAFF[9]) for one in STAFF[:4]])
    few = await scored(db, sandbox, quiet)
    await talk(db, quiet, [(one, STAFF[9]) for one in STAFF[4:9]], start=100)
    enough = await scored(db, sandbox, quiet, days=1)
    await talk(db, quiet, [(STAFF[20], STAFF[9])] * 90, start=1000)

    assert state(await evidence(db, quiet, enough))[2] is None
    assert len(await listed(db, quiet, enough)) == 9
    with pytest.raises((TooFew, Withheld), match=r"fewer people|withheld"):
        await listed(db, quiet, few)


async def test_ids_of_which_one_person_makes_nearly_all_are_not_listed(db, sandbox, quiet):
    await talk(db, quiet, [(one, STAFF[9]) for one in STAFF[:9]])
    await talk(db, quiet, [(STAFF[20], STAFF[9])] * 90, start=1000)
    whale = await scored(db, sandbox, quiet)
    await talk(db, quiet, pairs(0), start=3000)

    assert state(await evidence(db, quiet, whale))[2] == "few_people"
    with pytest.raises(TooFew, match="fewer people"):
        await listed(db, quiet, whale)


async def test_what_is_withheld_has_no_evidence_and_others_find_none(db, sandbox, tenant):
    result, other = await scored(db, sandbox, tenant), await provision(db)

    with pytest.raises(NotFound):
        await evidence(db, other, result)
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
    with pytest.raises(Withheld):
        await evidence(db, tenant, result)


async def run_of(db, sandbox, tenant, *scorers):
    """Return the results of one run of these scorers, the last of which reads the others."""
    tasks = []
    for name in scorers:
        plugin, spec = plugins.installed().find(name)
        tasks.append(
            Pinned(
                scorer=name, version=spec.version, plugin=plugin.manifest.plugin, plugin_version=plugin.manifest.version,
                window_start=END - timedelta(days=90), window_end=END, after=[one for one in spec.after if one in scorers],
            )
        )  # fmt: skip
    async with db.tenant(tenant) as tx:
        run = await runs.insert(tx, NewRun(intended_use="self_assessment", tasks=tasks))
        queued = await runs.tasks(tx, run.id)
    order = sorted(queued, key=lambda task: scorers.index(task.scorer))
    return [await scoring.perform(db, sandbox, SETTINGS, tenant, task.id) for task in order]


async def test_a_result_over_other_results_leads_to_them(db, sandbox, tenant):
    silos, verdict = await run_of(db, sandbox, tenant, "silos.internal", "kithline.verdict")

    told = {one.table: one for one in (await evidence(db, tenant, verdict)).tables}
    rows = await listed(db, tenant, verdict, "findings")
    days = await listed(db, tenant, verdict, "event_day")

    assert (told["findings"].recount, told["findings"].ids) == ("same", ["scorer", "field"])
    assert {(one.id[0], one.result) for one in rows} == {("silos.internal", ids.show("result", silos.id))}
    assert told["event_day"].recount == "same"
    assert len(days) == told["event_day"].count


async def polled(db, sandbox, **answered):
    """Return a tenant and a result over answers: by item, who gave one."""
    tenant = await provision(db)
    asked = {"questionnaire": "purpose.poll", "assessment": "a-1", "value": 4.0}
    day = END - timedelta(days=2, hours=3)
    async with db.tenant(tenant) as tx:
        await communities.upsert(
            tx, [CommunityRow(community="alpha", purpose="Cut scrap of the paint shop by a third")]
        )
        for item, staff in answered.items():
            dated = [day] * (len(staff) - 1) + [None]
            sent = [
                AnswerRow(respondent=one, dated=at, item=item, **asked) for one, at in zip(staff, dated, strict=True)
            ]
            await answers.upsert(tx, sent)
        await tx.run("update assessments set closed_at = $2 where tenant_id = $1", END)
    return tenant, await scored(db, sandbox, tenant, "purpose.clarity")


async def answers_of(db, tenant, result):
    return next(one for one in (await evidence(db, tenant, result)).tables if one.table == "answers")


async def test_answers_are_listed_by_the_day_and_from_ten_people_on(db, sandbox):
    tenant, result = await polled(db, sandbox, know=STAFF[:13])

    rows, told = await listed(db, tenant, result, "answers"), await answers_of(db, tenant, result)

    assert {tuple(one.id) for one in rows} == {("purpose.poll", "a-1", "know")}
    assert sorted({one.at for one in rows}, key=str) == [(END - timedelta(days=3)).replace(hour=0), None]
    assert not any(person in str(rows) for person in STAFF)
    assert (told.held_back, told.part) == (None, None)


async def test_items_that_few_answered_are_not_listed_and_cannot_be_had_by_subtraction(db, sandbox):
    tenant, result = await polled(db, sandbox, know=STAFF[:20], named=STAFF[:12], support=STAFF[:3])

    rows, told = await listed(db, tenant, result, "answers"), await answers_of(db, tenant, result)

    assert {one.id[-1] for one in rows} == {"know"}
    assert (told.count, told.part.count, len(rows)) == (35, 20, 20)
    assert "; items and assessments that fewer than 10 people answered left out" in told.part.filter
    assert told.part.ids_hash == lineage.hashed([lineage.line(one.id) for one in rows])


async def test_answers_of_which_no_item_may_be_listed_are_held_back(db, sandbox):
    tenant, result = await polled(db, sandbox, know=STAFF[:6], named=STAFF[6:12])

    assert (await answers_of(db, tenant, result)).held_back == "few_people"
    with pytest.raises(TooFew, match="fewer people"):
        await listed(db, tenant, result, "answers")


@pytest.mark.parametrize(("right", "end"), [("restrict", None), ("object", None), ("restrict", "let go")])
async def test_answers_are_not_listed_while_somebody_among_them_objected_or_is_restricted(db, sandbox, right, end):
    tenant, result = await polled(db, sandbox, know=STAFF[:13])
    await exercised(db, tenant, right, STAFF[20])
    other = await answers_of(db, tenant, result)
    if end is None:
        await exercised(db, tenant, right, STAFF[0])
    else:  # nobody can tell any more whether it is somebody among them
        async with db.tenant(tenant) as tx:
            await kept.let_go(tx, END + timedelta(days=10_000))

    assert other.held_back is None
    assert (await answers_of(db, tenant, result)).held_back == "restricted"
    with pytest.raises(Withheld, match="restriction"):
        await listed(db, tenant, result, "answers")
    assert await listed(db, tenant, result, "communities")


async def test_a_measure_of_a_community_narrows_to_its_events(db, sandbox, tenant):
    await talk(db, tenant, [pair for pair in pairs(2) for _ in range(2)], start=9000, community="beta")
    async with db.tenant(tenant) as tx:
        said = "Cut the scrap of our paint shop by a third until June 2026 together with suppliers"
        await communities.upsert(
            tx, [CommunityRow(community=one, purpose=f"{said} in {one}") for one in ("alpha", "beta")]
        )
    result = await scored(db, sandbox, tenant, "purpose.clarity")

    rows = await listed(db, tenant, result, measure="community:beta.words")
    part = events_of(await evidence(db, tenant, result, "community:beta.words")).part

    assert len(rows) == part.count
    assert {int(one.id[1].removeprefix("m-")) >= 9000 for one in rows} == {True}
    assert part.filter.endswith("; community is beta")
    assert [one.id for one in await listed(db, tenant, result, "communities", "community:beta.words")] == [["beta"]]


async def test_of_what_was_computed_at_the_site_nobody_here_can_tell(db, sandbox, tenant, owner):
    result = await scored(db, sandbox, tenant)
    await owner.execute("update results set origin = 'site' where tenant_id = $1", tenant)

    told = await evidence(db, tenant, result)

    assert {(one.recount, tuple(one.reasons), one.held_back) for one in told.tables} == {
        (None, ("computed_elsewhere",), "computed_elsewhere")
    }
    with pytest.raises(InputsGone, match="at your site"):
        await listed(db, tenant, result)


async def test_rows_that_an_older_engine_hashed_otherwise_cannot_be_counted_again(db, sandbox, tenant, owner):
    result = await scored(db, sandbox, tenant)
    stored = msgspec.json.decode(await owner.fetchval("select finding from results where result_id = $1", result.id))
    lineage = [one if one["table"] == "events" else {**one, "ids_hash": "older"} for one in stored["lineage"]]
    changed = msgspec.json.encode({**stored, "lineage": lineage})
    await owner.execute("update results set finding = $2 where result_id = $1", result.id, changed)

    told = await evidence(db, tenant, result)

    assert state(told) == ("same", [], None)
    assert {tuple(one.reasons) for one in told.tables if one.table != "events"} == {("other_engine",)}


def test_who_belongs_nowhere_is_in_no_department():
    numbers, places = Column.of("person", [0, 1, 1]), Column.of("str", [None, "a", "b"])
    members = Table("memberships", {"person": numbers, "department": places})

    assert tracing.belonging(members, "department", b"firstoneanother1") == {b"another1": ["a", "b"]}
    assert tracing.belonging(members, "group", b"") == {}
