"""The database's door hands the engine the same cells as a folder's door."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from helpers.agreed import employees
from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.db import (
    answers,
    assessments,
    communities,
    datasets,
    events,
    grounds,
    interfaces,
    organisation_ties,
    organisations,
    people,
    populations,
    ratings,
    rollups,
    scopes,
    sources,
    survivals,
    ties,
    values,
)
from kithline_core.db.cells import contributions, group_activity, group_ties, waits
from kithline_core.db.permission import Reader
from kithline_core.db.registers import barriers, decisions, ideas, incidents, interventions, outcomes, roadmap
from kithline_core.engine.assemble import assemble
from kithline_core.engine.rollups import roll_up
from kithline_core.model.assessments import NewAssessment
from kithline_core.model.cells import ContributionRow, GroupActivityRow, GroupTieRow, WaitRow
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.grounds import TEMPLATES
from kithline_core.model.registers import (
    BarrierRow,
    DecisionRow,
    IdeaRow,
    IncidentRow,
    InterventionRow,
    OutcomeRow,
    RoadmapRow,
)  # fmt: skip
from kithline_core.model.rows import (
    AnswerRow,
    CommunityRow,
    EventRow,
    InterfaceRow,
    OrganisationRow,
    OrganisationTieRow,
    PersonRow,
    PopulationRow,
    RatingRow,
    SurvivalRow,
    TieRow,
)  # fmt: skip
from kithline_core.model.scopes import NewScope
from kithline_core.model.value import Factor, ValueLine, ValueModel
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
MODULES = {
    "organisations": organisations, "people": people, "populations": populations, "communities": communities,
    "interfaces": interfaces, "ties": ties, "organisation_ties": organisation_ties, "ratings": ratings,
    "survivals": survivals, "answers": answers,
    "incidents": incidents, "ideas": ideas, "decisions": decisions, "outcomes": outcomes, "roadmap": roadmap,
    "barriers": barriers, "interventions": interventions, "group_ties": group_ties, "group_activity": group_activity,
    "waits": waits, "contributions": contributions,
}  # fmt: skip
ALWAYS = Window(-20_000 * DAY, 40_000 * DAY)
AT = datetime(2026, 3, 1, 12, 30, 1, 7, tzinfo=UTC)
ROWS = {
    "organisations": [
        OrganisationRow(organisation="acme", role="focal", tier=0, valid_from=AT),
        OrganisationRow(organisation="Zulu"),
    ],
    "people": [
        PersonRow(person="ann", group="employee", department="d1", manager="eve", leader=True, valid_to=AT),
        PersonRow(person="bob", group="supplier", organisation="Zulu"),
        PersonRow(person="bot", group="employee", bot=True),
        PersonRow(person="cyd", group="customer"),
        PersonRow(person="eve", group="employee", manager="cyd", rank="head"),
    ],
    "populations": [PopulationRow(group="employee", count=40)],
    "communities": [CommunityRow(community="c1", purpose="é", launched_at=AT, sensitive=False), CommunityRow(community="c2")],
    "interfaces": [InterfaceRow(side_a="d1", side_b="d2", weight=0.1 + 0.2)],
    "ties": [TieRow(actor="ann", target="cyd", community="c1", first_at=AT), TieRow(actor="ann", target="eve")],
    "organisation_ties": [OrganisationTieRow(organisation_a="acme", organisation_b="Zulu", weight=1e-9, period="2025")],
    "ratings": [RatingRow(object="o", rater="cyd", item="i", value=-0.0)],
    "survivals": [SurvivalRow(unit="cyd", duration=3.25, ended=False)],
    "answers": [
        AnswerRow(questionnaire="q", assessment="a", item="i", value=4.0, respondent="ann", dated=AT),
        AnswerRow(questionnaire="q", assessment="a", item="j", value=2.5, evidence="a page"),
    ],
    "incidents": [IncidentRow(incident="x", occurred_at=AT, acknowledged_at=AT, public=False, community="c1")],
    "ideas": [IdeaRow(idea="x", submitted_at=AT, group="supplier", status="accepted", implementer="d1")],
    "decisions": [DecisionRow(decision="x", decided_at=AT, cites="x;y")],
    "outcomes": [OutcomeRow(outcome="x", dated=AT, kind="supply", verified=True, ours=True, theirs=False)],
    "roadmap": [RoadmapRow(purpose="x", order=2, decides="seeding"), RoadmapRow(purpose="y")],
    "barriers": [BarrierRow(barrier="x", code="authority", strength="low", open=True)],
    "interventions": [InterventionRow(intervention="x", started_at=AT, aim="silos.internal")],
    "group_ties": [GroupTieRow(period="2026-Q1", level="staff", ties=1 / 3, members=7, expected=0.1 + 0.2)],
    "group_activity": [GroupActivityRow(period="2026-Q1", group="employee", contributors=5)],
    "waits": [WaitRow(period="2026-Q1", people=5, median_hours=1.25)],
    "contributions": [ContributionRow(period="2026-Q1", least=1, most=1, contributors=9, contributions=9)],
    "events": [
        EventRow(id="1", occurred_at=AT, actor="ann", target="cyd", verb="posted", community="c1", channel="mail"),
        EventRow(id="2", occurred_at=AT, actor="bob", target="ann", verb="posted", community="c2", kind="practice"),
        EventRow(id="3", occurred_at=AT + timedelta(days=2), actor="eve", verb="reacted", parent="2"),
    ],
}  # fmt: skip


VALUE = ValueModel(
    lines=[
        ValueLine(
            line="calls", side="benefit", kind="process", count=Factor(low=10, likely=0.1 + 0.2, high=1e9), unit_value=Factor(low=1, likely=2, high=3),
            attribution=Factor(low=0, likely=1 / 3, high=1), start_month=3, evidence="A", driver="answered",
        ),
        ValueLine(line="staff", side="cost", unit_value=Factor(low=1, likely=1, high=1), overlaps="calls"),
    ],
    discount_rate=0.035,
)  # fmt: skip


def as_rows(data):
    plain = {name: sorted(map(repr, zip(*data[name].values(), strict=True))) for name in data if name in CATALOGUE}
    return {name: rows for name, rows in plain.items() if rows}


async def sent(db, tenant):
    async with db.tenant(tenant) as tx:
        for stem, module in MODULES.items():
            await module.upsert(tx, ROWS[stem])
        await events.ingest(tx, ROWS["events"])
        await values.put(tx, VALUE)
        await datasets.put(tx, Settings(nature="synthetic", focal="Holding"))
        await rollups.refresh(tx)


async def load(db, tenant, tables=tuple(CATALOGUE), window=ALWAYS, **more):
    async with db.tenant(tenant, frozen=True) as tx:
        return (await sources.load(tx, tables, window, **more)).data


async def test_both_doors_hand_over_the_same_cells(db, tenant):
    await sent(db, tenant)

    there = as_rows(door.data(Dataset(settings=Settings(focal="Holding"), rows=ROWS, value=VALUE)))
    here = as_rows(await load(db, tenant))

    assert here == there
    assert (await load(db, tenant))["bots"]["person"] == ["bot"]
    assert len(here) > 10


@pytest.mark.parametrize(
    ("named", "spoken"), [([], ["en", None]), (["de"], ["en", "de"]), (["de", "en"], ["en", None])]
)
async def test_through_either_door_the_one_language_of_a_dataset_is_that_of_communities_that_name_none(
    db, tenant, named, spoken
):
    rows = [CommunityRow(community="c1", language="en"), CommunityRow(community="c2")]
    settings = Settings(nature="synthetic", languages=named)
    async with db.tenant(tenant) as tx:
        await communities.upsert(tx, rows)
        await datasets.put(tx, settings)
    folder = Dataset(settings=settings)
    folder.rows["communities"] = rows

    doors = [assemble(found, [])["communities"] for found in (door.data(folder), await load(db, tenant))]

    assert [dict(zip(one.texts("community"), one.texts("language"), strict=True)) for one in doors] == [
        dict(zip(["c1", "c2"], spoken, strict=True))
    ] * 2


async def test_an_empty_tenant_has_every_column_and_no_row(db, tenant):
    data = await load(db, tenant)

    for name in ("organisations", "memberships", "activity_day", "answers", "findings"):
        if name in data:
            assert list(data[name]) == list(CATALOGUE[name])
            assert not any(data[name].values())


async def test_only_what_was_asked_for_is_read(db, tenant):
    assert set(await load(db, tenant, ["ties", "findings", "people"])) == {
        "ties", "memberships", "bots", "focal", "languages",
    }  # fmt: skip


async def test_an_open_assessment_is_not_counted(db, tenant):
    async with db.tenant(tenant) as tx:
        await assessments.create(tx, NewAssessment(questionnaire="q", assessment="a"))
    await sent(db, tenant)

    assert (await load(db, tenant))["answers"]["item"] == []


async def test_a_scope_counts_its_communities_and_channels(db, tenant):
    await sent(db, tenant)
    async with db.tenant(tenant) as tx:
        of_c1 = await scopes.create(tx, NewScope(owner="a role", reason="a test", scope="one", communities=["c1"]))
        of_mail = await scopes.create(tx, NewScope(owner="a role", reason="a test", scope="mail", channels=["mail"]))

    one, mail = await load(db, tenant, scope_id=of_c1.id), await load(db, tenant, scope_id=of_mail.id)

    assert set(one["activity_day"]["community"]) == set(one["communities"]["community"]) == {"c1"}
    assert list(one["ties"]["community"]) == ["c1"]
    assert set(mail["tie_day"]["channel"]) == {"mail"}
    assert len(mail["communities"]["community"]) == 2


def people_of(data):
    ends = [(name, column) for name in data for column, kind in CATALOGUE.get(name, {}).items() if kind == "person"]
    return {cell for name, column in ends for cell in data[name][column] if cell is not None}


async def only(db, tenant, new):
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
    if new is not None:
        async with db.tenant(tenant) as tx:
            await grounds.create(tx, new)


async def test_people_whom_no_ground_covers_are_in_no_table(db, tenant):
    await sent(db, tenant)
    await only(db, tenant, employees(mode="identified"))

    data = await load(db, tenant)

    assert people_of(data) == {"ann", "eve", "bot"}
    assert data["memberships"]["manager"].count("cyd") == 0
    assert list(data["ties"]["target"]) == ["eve"]
    assert sorted(data["answers"]["item"]) == ["i", "j"]
    assert len(data["organisations"]["organisation"]) == 2


async def test_without_any_ground_nobody_is_read(db, tenant):
    await sent(db, tenant)
    await only(db, tenant, None)

    data = await load(db, tenant)

    assert people_of(data) == set()
    assert list(data["answers"]["item"]) == ["j"]


async def test_a_ground_for_other_scorers_opens_nothing_to_this_one(db, tenant):
    await sent(db, tenant)
    await only(db, tenant, msgspec.structs.replace(TEMPLATES["synthetic"], scorers=["supply.collaboration"]))

    assert people_of(await load(db, tenant, reader=Reader("silos.internal", ["identified"]))) == set()
    assert "ann" in people_of(await load(db, tenant, reader=Reader("supply.collaboration", ["identified"])))


async def test_an_export_page_by_page_gives_the_folder_back(db, tenant):
    await sent(db, tenant)

    async with db.tenant(tenant) as tx:
        rows = {stem: (await module.page(tx)).rows for stem, module in MODULES.items()}
        rows["events"] = (await events.page(tx)).rows

    for stem, sent_rows in ROWS.items():
        assert sorted(map(msgspec.json.encode, rows[stem])) == sorted(map(msgspec.json.encode, sent_rows)), stem
    assert as_rows(roll_up(rows["events"])) == as_rows(roll_up(ROWS["events"]))
    assert all(a.id < b.id for a, b in pairwise(rows["events"]))
