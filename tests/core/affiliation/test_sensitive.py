"""What belongs to a sensitive community is in nothing that is counted, whichever door it came through."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpers import work
from kithline_core.affiliation.sensitive import left_out
from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.db import communities, events, rollups, scopes, sources, ties
from kithline_core.db.database import Database
from kithline_core.db.registers import ideas
from kithline_core.demo import make
from kithline_core.model.registers import IdeaRow
from kithline_core.model.rows import CommunityRow, EventRow, TieRow
from kithline_core.model.scopes import NewScope
from kithline_core.model.sensitive import looks_like, marked, question, shipped
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALWAYS = Window(0, 40_000 * DAY)
TABLES = ("activity_day", "communities", "ideas", "item_use", "opening", "tie_day", "ties")
HIDDEN = ("union", "asked", "marked")

PLACES = [
    CommunityRow(community="union"),
    CommunityRow(community="asked", name="Betriebsrat"),
    CommunityRow(community="marked", name="Quality", sensitive=True),
    CommunityRow(community="answered", name="Health and safety", sensitive=False),
    CommunityRow(community="open", name="Quality", purpose="Cut scrap"),
]


def event(name, community, day=0, **more):
    return EventRow(id=name, occurred_at=AT + timedelta(days=day), actor=more.pop("actor", "ada"), verb="posted",
                    target="ben", community=community, **more)  # fmt: skip


SAID = [
    *(event(place.community, place.community, day) for day, place in enumerate(PLACES)),
    event("nowhere", None, 6),
    # A practice is used somewhere else: neither place may be sensitive.
    event("hidden practice", "union", kind="practice"),
    event("used in the open", "open", 1, parent="hidden practice", actor="eve"),
    event("open practice", "open", kind="practice"),
    event("used in hiding", "marked", 2, parent="open practice", actor="eve"),
    event("used", "answered", 3, parent="open practice", actor="eve"),
]
TIES = [TieRow(actor="ada", target="ben", community=one) for one in ("union", "open", None)]
IDEAS = [IdeaRow(idea=str(one), community=one) for one in ("asked", "open", None)]


@pytest.fixture(scope="module")
async def db(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.app, secret="pepper", pool_max=4) as opened:
        yield opened


def rows(data, name):
    return sorted(map(repr, zip(*(data[name][column] for column in CATALOGUE[name]), strict=True)))


def offline():
    dataset = Dataset()
    dataset.rows |= {"communities": list(PLACES), "events": list(SAID), "ties": list(TIES), "ideas": list(IDEAS)}
    return door.data(dataset)


async def online(db, *places):
    tenant = await work.provision(db)
    async with db.tenant(tenant) as tx:
        await communities.upsert(tx, PLACES)
        await events.ingest(tx, SAID)
        await ties.upsert(tx, TIES)
        await ideas.upsert(tx, IDEAS)
        await rollups.refresh(tx)
        scope = (
            await scopes.create(tx, NewScope(owner="a role", reason="a test", scope="s", communities=list(places)))
            if places
            else None
        )
        return (await sources.load(tx, TABLES, ALWAYS, scope_id=scope and scope.id)).data


def test_no_table_holds_a_row_of_a_sensitive_community():
    data = offline()

    seen = {place for name in TABLES if "community" in data[name] for place in data[name]["community"]}
    assert seen == {"answered", "open", None}
    assert sorted(zip(data["item_use"]["item"], data["item_use"]["used_by"], strict=True), key=repr) == [
        ("/open practice", "eve"), ("/open practice", None),
    ]  # fmt: skip
    assert set(data["item_use"]) == set(CATALOGUE["item_use"])


@pytest.mark.anyio
async def test_both_doors_leave_out_the_same(db):
    found, same = await online(db), offline()

    assert {name: rows(found, name) for name in TABLES} == {name: rows(same, name) for name in TABLES}


@pytest.mark.anyio
async def test_a_scope_that_names_a_sensitive_community_counts_nothing_of_it(db):
    found = await online(db, "union", "open")

    assert set(found["communities"]["community"]) == {"open"}
    assert set(found["tie_day"]["community"]) == {"open"}


def test_without_sensitive_communities_every_row_stays():
    data = {"ties": {"actor": ["a"], "community": ["c"]}, "bots": {"person": ["b"]}, "item_use": {"item": ["i"]}}

    assert left_out(data, frozenset()) == data
    assert left_out(data, {"other"}) == data


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Works Council Berlin", "works council"),
        ("betriebsrat_nord", "works council"),
        ("Gewerkschaftliche Vertrauensleute", "union"),
        ("GESUNDHEIT & Sport", "health"),
        ("Bibelkreis", "faith"),
        ("ver.di", "union"),
        ("Queer@Work", "sexuality"),
        ("Menschen mit Behinderung", "disability"),
        ("Migrationshintergrund", "ethnic origin"),
        ("Christmas party", "party"),
        ("Betriebsratswahl 2026", "works council"),
        ("Infos der Betriebsräte", "works council"),
        ("betriebsraete-nord", "works council"),
        ("Gesamtpersonalratsmitglieder", "works council"),
        ("WorksCouncil_DE", "works council"),
        ("Gewerkschaftsgruppe Werk 3", "union"),
        ("Krebsselbsthilfe", "health"),
        ("Juedisches Leben; juedisch", "faith"),
        ("Vertriebsrat und Vertriebsräte", None),
        ("Reunion of reunited unionists", None),
        ("European Union customs and third-party risk", None),
        ("Quality circle", None),
        ("", None),
        (None, None),
    ],
)
def test_whole_words_of_both_languages_are_found_and_nothing_inside_others(text, topic):
    found = looks_like(text)

    assert (found and found[0]) == topic


def test_the_purpose_is_read_behind_the_name_and_the_id_only_without_one():
    assert question("c", "Tuesdays", "We pray together: our faith", None).words == "faith"
    assert question("union", "Tuesdays", None, None) is None
    assert question("union", None, None, None).topic == "union"


def test_an_answered_community_is_not_asked_about_again():
    assert question("c", "Trade union", None, True) is None
    assert question("c", "Trade union", None, False) is None


def test_marking_needs_no_columns_that_are_not_there():
    assert marked({}) == frozenset()


def test_every_topic_is_listed_in_both_languages_without_repetition():
    for languages in shipped().topics.values():
        assert set(languages) == {"en", "de"}
        assert all(len(phrases) == len(set(phrases)) and phrases for phrases in languages.values())


def test_the_demo_asks_nothing():
    rows = make.make().rows["communities"]

    assert [one for row in rows if (one := question(row.community, row.name, row.purpose, row.sensitive))] == []
