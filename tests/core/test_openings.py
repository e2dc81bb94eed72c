"""What was asked and who answered first: the same in both doors, case by case."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpers import work
from kithline_core.affiliation import merging, sensitive
from kithline_core.db import communities, corrections, events, expired_days, rollups, scopes, sources
from kithline_core.db.database import Database
from kithline_core.engine import snapshot as cutting
from kithline_core.engine.assemble import assemble
from kithline_core.engine.rollups import roll_up
from kithline_core.model import tokens
from kithline_core.model.corrections import EventsWithdrawal
from kithline_core.model.rows import CommunityRow, EventRow
from kithline_core.model.scopes import NewScope
from kithline_core.plugins import Input, ScorerSpec
from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALWAYS = Window(0, 40_000 * DAY)
HOUR = 3_600_000_000
READS = ScorerSpec(
    key="a.test", version="1.0.0", title={"en": "t"}, question={"en": "q"}, unit="none", aggregation="none", levels=[], window_days=2,
    lookback_days=1, inputs=[Input(table="opening", columns=list(CATALOGUE["opening"]))], not_for=[],
)  # fmt: skip


@pytest.fixture(scope="module")
async def db(database_urls: Any) -> AsyncIterator[Database]:
    async with Database.open(database_urls.app, secret="pepper", pool_max=2) as opened:
        yield opened


def said(number, actor, verb="replied", hours=0.0, **more):
    at = NINE + timedelta(hours=hours)
    return EventRow(id=str(number), **({"source": "s"} | more), occurred_at=at, actor=actor, verb=verb)


def asked(number=1, actor="ann", hours=0.0, **more):
    return said(number, actor, "posted", hours, **({"kind": "question"} | more))


def public(text):
    return {"text": text, "visibility": "public"}


def told(data):
    """(kind, asker, hour of asking, answerer, hours waited) of each row."""
    table = data["opening"]
    cells = (table[name] for name in ("kind", "asker", "opened_at", "answerer", "answered_at"))
    first = int(NINE.timestamp() * 1_000_000)
    return sorted(
        [
            (kind, asker, (at - first) / HOUR, who, None if back is None else (back - at) / HOUR)
            for kind, asker, at, who, back in zip(*cells, strict=True)
        ],
        key=repr,
    )


def rows(*waits, kind="question", asker="ann", at=0.0):
    return sorted([(kind, asker, at, None, None), *((kind, asker, at, who, hours) for who, hours in waits)], key=repr)


CASES = {
    "everybody's first answer counts": (
        [asked(), said(2, "bob", hours=2, parent="1"), said(3, "bob", hours=1, parent="1"), said(4, "cem", hours=5, parent="1")],
        rows(("bob", 1.0), ("cem", 5.0)),
    ),
    "nobody answers themselves, and a reaction or a view is no answer": (
        [asked(), said(2, "ann", hours=1, parent="1"), said(3, "bob", "reacted", 1, parent="1"), said(4, "cem", "viewed", 1, parent="1")],
        rows(),
    ),
    "a custom verb contributes": (
        [said(1, "ann", "custom:x.asked", kind="question"), said(2, "bob", "custom:x.y", 1, parent="1")],
        rows(("bob", 1.0)),
    ),
    "a viewed question asks nothing": ([said(1, "ann", "viewed", kind="question")], []),
    "a post that begins a thread opens, the next one answers": (
        [asked(kind=None, thread="t"), said(2, "bob", "posted", 3, thread="t"), said(3, "ann", "posted", 4, thread="t")],
        rows(("bob", 3.0), kind="post"),
    ),
    "a view before it does not begin the thread": (
        [said(1, "bob", "viewed", -1, thread="t"), asked(2, kind=None, thread="t")],
        rows(kind="post"),
    ),
    "a reply begins no conversation, and what follows it in its thread neither": (
        [said(1, "ann", thread="t"), said(2, "bob", "posted", 1, thread="t"), said(3, "cem", "posted", 1, parent="9")],
        [],
    ),
    "a question may stand anywhere in a thread": (
        [said(1, "bob", hours=-2, thread="t"), asked(2, thread="t", parent="1"), said(3, "cem", hours=1, thread="t")],
        rows(("cem", 1.0)),
    ),
    "under it an answer may be of the same instant, beside it in a thread not": (
        [asked(thread="t"), said(2, "bob", parent="1"), said(3, "cem", thread="t")],
        rows(("bob", 0.0)),
    ),
    "an answer before the question is a wrong clock": ([asked(), said(2, "bob", hours=-1, parent="1")], rows()),
    "another source's ids and threads are others": (
        [asked(thread="t"), said(2, "bob", hours=1, parent="1", thread="t", source="r")],
        rows(),
    ),
    "a text under ten characters answers nothing": (
        [asked(), said(2, "bob", hours=1, parent="1", **public("ok thanks")), said(3, "cem", hours=2, parent="1", **public("ok, thanks"))],
        rows(("cem", 2.0)),
    ),
    "what is not known of a text is held against nobody": (
        [asked(), said(2, "bob", hours=1, parent="1"), said(3, "cem", hours=2, parent="1", visibility="members")],
        rows(("bob", 1.0), ("cem", 2.0)),
    ),
    "a short question is one": ([asked(**public("How?")), said(2, "bob", hours=1, parent="1")], rows(("bob", 1.0))),
    "what was said before neither asks nor answers": (
        [
            said(1, "dan", hours=-9, **public("have you tried?")), asked(2), said(3, "bob", hours=1, parent="2", **public("have you tried?")),
            asked(4, "eve", hours=2, **public("have you tried?")),
        ],
        rows(),
    ),
    "a post to many at one instant is one opening": (
        [asked(n, kind=None, object="o", target=f"t{n}") for n in range(3)] + [said(9, "t1", hours=1, parent="1")],
        rows(("t1", 1.0), kind="post"),
    ),
    "what another event replaces is not there": (
        [asked(1), asked(2, hours=1, supersedes="1"), said(3, "bob", hours=2, parent="1"), said(4, "cem", hours=3, parent="2")],
        rows(("cem", 2.0), at=1.0),
    ),
}  # fmt: skip


async def stored(db, sent):
    tenant = await work.provision(db)
    async with db.tenant(tenant) as tx:
        for one in sent:
            await events.ingest(tx, [one])
            await rollups.refresh(tx)
    return tenant


async def loaded(db, tenant, **more):
    async with db.tenant(tenant) as tx:
        return (await sources.load(tx, ["opening"], ALWAYS, **more)).data


@pytest.mark.parametrize("name", CASES)
async def test_both_doors_tell_what_was_asked_and_who_answered(db, name):
    sent, expected = CASES[name]
    tenant = await stored(db, sent)
    async with db.tenant(tenant) as tx:
        exported = (await events.page(tx)).rows

    assert told(roll_up(sent)) == expected
    assert told(await loaded(db, tenant)) == told(roll_up(sent))
    assert told(roll_up(exported)) == told(roll_up(sent))


async def test_an_answer_that_comes_much_later_is_counted_on_the_day_of_the_question(db):
    tenant = await stored(db, [asked(), said(2, "bob", hours=50 * 24, parent="1")])
    days = "select distinct day from opening where tenant_id = $1"
    async with db.tenant(tenant) as tx:
        found = await tx.rows(days)

    assert [row["day"] for row in found] == [NINE.toordinal() - events.EPOCH_DAY]
    assert told(await loaded(db, tenant)) == rows(("bob", 50 * 24.0))


HEAD = said(2, "ann", "posted", 48, thread="t")
ASIDE = said(3, "bob", hours=0, parent="9", kind="question", thread="t")
# What is there, and what comes later; `practice` has the batch take the long way in.
LATE = {
    "a beginning of a thread": ([HEAD], {"actor": "cem", "verb": "posted", "hours": 0, "thread": "t"}),
    "an answer in a thread": ([said(2, "ann", "posted", 0, thread="t")], {"actor": "cem", "hours": 72, "thread": "t"}),
    "an answer under a post": ([said(2, "ann", "posted", 0)], {"actor": "cem", "hours": 72, "parent": "2"}),
    "an answer under a question that is a reply": ([ASIDE], {"actor": "cem", "hours": 72, "parent": "3"}),
    "an answer to a question amid a thread": ([said(1, "dan", hours=-90, thread="t"), ASIDE], {"actor": "cem", "hours": 72, "thread": "t"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", [None, "practice"])
@pytest.mark.parametrize("name", LATE)
async def test_what_comes_late_changes_the_days_it_concerns_and_changes_them_back(db, name, kind):
    there, more = LATE[name]
    one = said(5, kind=kind, **more)
    tenant = await stored(db, [*there, one])
    with_it, without = told(roll_up([*there, one])), told(roll_up(there))

    assert told(await loaded(db, tenant)) == with_it != without
    async with db.tenant(tenant) as tx:
        made = await corrections.withdraw_events(tx, EventsWithdrawal(reason="r", source="s", ids=["5"]), "a key")
        await rollups.refresh(tx)
    assert told(await loaded(db, tenant)) == without
    async with db.tenant(tenant) as tx:
        await corrections.restore(tx, made.id, "r", "a key")
        await rollups.refresh(tx)
    assert told(await loaded(db, tenant)) == with_it


async def test_an_answer_beside_a_practice_is_counted_too(db):
    tenant = await stored(db, [said(2, "ann", "posted", 0, thread="t")])
    async with db.tenant(tenant) as tx:
        await events.ingest(tx, [said(8, "eve", "viewed", 80, kind="practice"), said(9, "cem", hours=72, thread="t")])
        await rollups.refresh(tx)

    assert told(await loaded(db, tenant)) == rows(("cem", 72.0), kind="post")


async def test_where_an_answer_was_given_must_count_too(db):
    tenant = await stored(db, [
        asked(community="open", channel="forum"), said(2, "bob", hours=1, parent="1", community="open", channel="mail"),
        said(3, "cem", hours=2, parent="1", community="closed", channel="forum"), said(4, "dan", hours=3, parent="1", community="open", channel="forum"),
    ])  # fmt: skip
    async with db.tenant(tenant) as tx:
        forum = await scopes.create(tx, NewScope(owner="a role", reason="a test", scope="f", channels=["forum"]))
        open_ = await scopes.create(tx, NewScope(owner="a role", reason="a test", scope="o", communities=["open"]))

    assert told(await loaded(db, tenant, scope_id=forum.id)) == rows(("cem", 2.0), ("dan", 3.0))
    assert told(await loaded(db, tenant, scope_id=open_.id)) == rows(("bob", 1.0), ("dan", 3.0))


async def test_what_is_asked_or_answered_in_a_sensitive_community_is_in_neither_door(db):
    sent = [
        asked(community="open"), said(2, "bob", hours=1, parent="1", community="union"), said(3, "cem", hours=2, parent="1", community="open"),
        asked(4, "dan", community="union"), said(5, "eve", hours=1, parent="4", community="open"),
    ]  # fmt: skip
    tenant = await stored(db, sent)
    async with db.tenant(tenant) as tx:
        await communities.upsert(tx, [CommunityRow(community="union", sensitive=True), CommunityRow(community="open")])

    assert told(await loaded(db, tenant)) == rows(("cem", 2.0))
    assert told(sensitive.left_out({"opening": roll_up(sent)["opening"]}, {"union"})) == rows(("cem", 2.0))
    assert set((await loaded(db, tenant))["opening"]) == set(CATALOGUE["opening"])


def test_two_names_of_one_person_answer_once_and_not_themselves():
    sent = [
        asked(), said(2, "bob", hours=3, parent="1"), said(3, "rob", hours=2, parent="1"), said(4, "annie", hours=1, parent="1"),
        asked(5, "annie", hours=1),
    ]  # fmt: skip
    cells = {name: list(roll_up(sent)["opening"][name]) for name in CATALOGUE["opening"]}

    found = merging.people("opening", cells, {"rob": "bob", "annie": "ann"})

    assert told({"opening": found}) == sorted([*rows(("bob", 2.0)), ("question", "ann", 1.0, None, None)], key=repr)


def test_a_program_that_answered_takes_its_row_along_and_not_what_was_asked():
    sent = [asked(), said(2, "bob", hours=1, parent="1"), said(3, "bot", hours=0.1, parent="1"), asked(4, "bot")]
    tables = assemble({"opening": roll_up(sent)["opening"], "bots": {"person": ["bot"]}}, [])
    nine = int(NINE.timestamp() * 1_000_000)

    found = cutting.cut(READS, tables, Window(nine, nine + DAY), {"persons": False})["opening"]

    assert found.rows == 2
    assert found.ints("answered_at")[found.present("answerer")].tolist() == [nine + HOUR]


def test_a_window_knows_no_answer_that_comes_after_it():
    sent = [asked(1, hours=-48), asked(2, hours=-24), said(3, "bob", hours=0, parent="2"), asked(4, "cem", hours=1)]
    tables = assemble({"opening": roll_up(sent)["opening"]}, [])
    nine = int(NINE.timestamp() * 1_000_000)

    until, after = (
        cutting.cut(READS, tables, Window(nine - DAY, end), {"persons": False})["opening"] for end in (nine, nine + 1)
    )

    assert (until.rows, after.rows) == (2, 3)
    assert not until.present("answerer").any()


@pytest.mark.parametrize("text", ["ok", "ok thanks", "ok, thanks", "x" * 500])
async def test_a_token_says_whether_the_text_was_short_and_no_more(db, text):
    tenant = await stored(db, [said(1, "bob", **public(text))])
    async with db.tenant(tenant) as tx:
        (sent,) = (await events.page(tx)).rows
    again = await stored(db, [sent])
    async with db.tenant(again) as tx:
        (back,) = (await events.page(tx)).rows
        (kept,) = await tx.rows("select text_length from events where tenant_id = $1")

    assert back.text == sent.text
    assert tokens.read(sent.text).short == (len(text) < 10)
    assert kept["text_length"] == (1 if len(text) < 10 else None)


def test_only_the_two_forms_of_a_hash_are_tokens():
    raw = bytes(range(32))
    plain, short = tokens.show(raw), tokens.show(raw, short=True)

    assert [tokens.read(one) for one in (plain, short)] == [(raw, False), (raw, True)]
    assert [tokens.read(plain[:-1] + last) is None for last in "abcdpqrs"] == [
        False,
        False,
        True,
        True,
        True,
        False,
        False,
        True,
    ]


async def test_final_roll_ups_lose_whoever_may_not_be_kept(db):
    tenant = await stored(
        db,
        [asked(), said(2, "bob", hours=1, parent="1"), asked(3, "bob", hours=2), said(4, "cem", hours=3, parent="3")],
    )
    day = NINE.toordinal() - events.EPOCH_DAY
    async with db.tenant(tenant) as tx:
        await expired_days.close(tx, datetime(2100, 1, 1, tzinfo=UTC))
        await expired_days.remove(tx, [day], datetime(2100, 1, 1, tzinfo=UTC))
        await expired_days.forget_people(tx, ["bob"])

    assert told(await loaded(db, tenant)) == rows()
