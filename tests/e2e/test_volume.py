"""Posting more changes nothing: only contact that goes both ways moves a level or the verdict."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from kithline_core import plugins
from kithline_core.dataset import door, write
from kithline_core.demo import make
from kithline_core.engine import plan
from kithline_core.engine.assemble import assemble
from kithline_core.engine.score import score_one
from kithline_core.engine.tables import micros
from kithline_core.model.rows import EventRow, PersonRow
from kithline_core.sandbox import Sandbox

END = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = END - timedelta(days=28)
BRAND = "auren-on-air"
POSTS = 10_000
MILLION = 1_000_000


@pytest.fixture(scope="module")
def month():
    """Four weeks of the demo organisation, where people do answer each other."""
    made = make.make()
    made.rows["events"] = [row for row in made.rows["events"] if row.occurred_at >= SINCE]
    return made


@pytest.fixture(scope="module")
def posts(month):
    """Ten thousand outgoing posts of one account; every second names a customer, and nobody answers."""
    customers = [row.person for row in month.rows["people"] if row.group == "customer"]
    return [
        EventRow(
            id=str(number),
            source="broadcast",
            occurred_at=SINCE + timedelta(minutes=4 * number),
            actor=BRAND,
            verb="posted",
            target=customers[number % len(customers)] if number % 2 else None,
            community="owners-garage",
        )
        for number in range(POSTS)
    ]


def said(documents):
    """Return what a manager would read: level and status of each index, and the verdict's own words."""
    found = {scorer: msgspec.json.decode(document) for scorer, document in documents.items()}
    verdict = found["kithline.verdict"]["measures"]
    levels = {scorer: (one["status"], one["level"], one["level_name"]) for scorer, one in found.items()}
    return levels, verdict["label"], verdict["sentence"], verdict["distance"]


def test_ten_thousand_outgoing_posts_change_neither_level_nor_verdict(installation, month, posts, tmp_path):
    # Two tenants: within one, a run that differs from the last by one account's posts is withheld.
    write.write(tmp_path / "data", month)
    quiet, loud = installation.tenant("quiet"), installation.tenant("loud")
    for tenant in (quiet, loud):
        installation.run("import", tmp_path / "data", **tenant)
    before = installation.findings("run", "--to", "2026-01-01", **quiet)

    lines = b"\n".join(msgspec.json.encode(post) for post in posts)
    with installation.client(loud) as client:
        account = msgspec.json.encode(
            PersonRow(person=BRAND, group="employee", organisation="auren", department="marketing")
        )
        client.send("POST", "/v1/people:bulk", account, headers={"content-type": "application/x-ndjson"})
        sent = client.send("POST", "/v1/events:bulk", lines, headers={"content-type": "application/x-ndjson"})
    after = installation.findings("run", "--to", "2026-01-01", **loud)

    assert msgspec.json.decode(sent.content)["accepted"] == POSTS
    assert b'"score":null' not in before["supply.collaboration"]
    assert said(after) == said(before)
    assert after != before


@pytest.fixture(scope="module")
def data(month):
    return door.data(month)


def scored(data):
    """Return the documents of source tables, in this process but for the scorers themselves."""

    async def run():
        found, tables = plugins.installed(), assemble(data, [])
        documents = {}
        async with Sandbox.open() as sandbox:
            for spec in plan.order(found.scorers()):
                earlier = [documents[key] for key in spec.after]
                window = plan.window(spec, micros(END))
                judged = await score_one(*found.find(spec.key), tables, window, {}, sandbox, earlier)
                documents[spec.key] = judged.document
        return documents

    return asyncio.run(run())


def million(data):
    """Return the tables with a million posts of one account, as the roll-up of thousand a day and channel holds them."""
    first = micros(SINCE) // (86_400 * 1_000_000)
    rows = [(first + number % 20, f"channel {number // 20}") for number in range(1_000)]
    at = [day * 86_400 * 1_000_000 for day, _ in rows]
    added = {
        "day": [day for day, _ in rows], "community": ["owners-garage"] * 1_000, "channel": [name for _, name in rows],
        "actor": [BRAND] * 1_000, "verb": ["posted"] * 1_000, "kind": [None] * 1_000,
        "count": [MILLION // 1_000] * 1_000, "first_at": at, "last_at": at,
    }  # fmt: skip
    return {**data, "activity_day": {name: [*cells, *added[name]] for name, cells in data["activity_day"].items()}}


def test_a_million_posts_in_a_roll_up_change_neither_level_nor_verdict(data):
    louder = million(data)
    assert sum(louder["activity_day"]["count"]) == sum(data["activity_day"]["count"]) + MILLION

    quiet, loud = scored(data), scored(louder)

    assert said(loud) == said(quiet)
    assert loud["purpose.clarity"] != quiet["purpose.clarity"]
