"""`kithline plugins counters`: all of it for who runs the installation, little of it for who publishes a plugin."""

import asyncio
import base64
import json
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kithline_cli.main import cli
from kithline_core import signing
from kithline_core.counting import publishing
from kithline_core.counting.summing import monday

ROW = """
    insert into plugin_counts
    values ($1, $2, $3, '1.0.0', 'acme.echo', $4, '', 'full', $5, $6, 0.5)
"""


@pytest.fixture
def counters(database_urls, tmp_path, monkeypatch):
    monkeypatch.setenv("KITHLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KITHLINE_DATABASE_URL", database_urls.app)
    return lambda *words: CliRunner().invoke(cli, ["plugins", "counters", *map(str, words)])


@pytest.fixture
def plugin(database_urls):
    """One that six tenants ran last week, four the week before, and one today."""
    name, today = f"acme-{uuid4().hex[:8]}", None

    async def put():
        connection = await asyncpg.connect(database_urls.superuser)
        await connection.execute("set session_replication_role = replica")
        day = await connection.fetchval("select (now() at time zone 'UTC')::date")
        last = monday(day - timedelta(days=1)) - timedelta(days=7)
        tenants = [uuid4() for _ in range(6)]
        for tenant in tenants:
            await connection.execute(ROW, tenant, last, name, "ok", 4, 3)
        for tenant in tenants[:4]:
            await connection.execute(ROW, tenant, last - timedelta(days=1), name, "ok", 4, 1)
        await connection.execute(ROW, tenants[0], day, name, "lost", -1, 1)
        await connection.execute(ROW, tenants[0], day, name, "ok", 15, 2)
        await connection.close()
        return day

    today = asyncio.run(put())
    return name, today


def test_the_operator_sees_how_often_what_came_of_it_and_how_long_it_took(counters, plugin):
    name, _ = plugin

    (one,) = json.loads(counters(name, "--json").stdout)

    assert (one["attempts"], one["runs"], one["tenants"]) == (25, 24, 6)
    assert (one["outcomes"], one["tiers"]) == ({"lost": 1, "ok": 24}, {"full": 25})
    assert one["seconds"] == {"p50": [0.1, 0.25], "p95": [600.0, None], "histogram": {"0.25": 22, "longer": 2}}
    assert (
        "25 attempts of 6 tenants, 24 runs (lost 1, ok 24); p50 0.1 to 0.25 s, p95 over 600 s" in counters(name).stdout
    )


def test_how_long_it_took_is_unknown_where_nothing_came_to_a_result(counters, database_urls):
    async def put(name):
        connection = await asyncpg.connect(database_urls.superuser)
        await connection.execute("set session_replication_role = replica")
        day = await connection.fetchval("select (now() at time zone 'UTC')::date")
        await connection.execute(ROW, uuid4(), day, name, "lost", -1, 2)
        await connection.close()

    asyncio.run(put("acme-lost"))

    assert "2 attempts of 1 tenants, 0 runs (lost 2); p50 unknown, p95 unknown" in counters("acme-lost").stdout


def test_by_week_by_day_and_since_a_day(counters, plugin):
    name, today = plugin

    cut = {by: json.loads(counters(name, "--by", by, "--json").stdout) for by in ("week", "day")}
    late = json.loads(counters(name, "--since", today, "--json").stdout)

    assert [one["attempts"] for one in cut["day"]] == [4, 18, 3]
    assert {one["began"] for one in cut["week"]} == {
        str(monday(date.fromisoformat(one["began"]))) for one in cut["week"]
    }
    assert sum(one["attempts"] for one in cut["week"]) == 25
    assert [one["attempts"] for one in late] == [3]


def test_a_version_that_never_ran_has_no_counters(counters, plugin):
    found = counters(plugin[0], "--version", "9")

    assert (found.exit_code, found.stdout) == (0, "nothing was counted\n")


def test_an_export_tells_whole_weeks_that_enough_tenants_stand_behind(counters, plugin, tmp_path):
    name, today = plugin
    file = tmp_path / "counters.json"

    done = counters(name, "--export", file)
    made = json.loads(file.read_bytes())

    assert done.exit_code == 0, done.output
    assert [week.get("attempts") for week in made["weeks"]] == [None, 18]
    assert made["weeks"][0]["withheld"] == {"all": "fewer than 5 tenants ran it"}
    assert (made["at_least"], made["plugin"], made["until"]) == (5, name, str(monday(today - timedelta(days=1))))
    assert "withheld: fewer than 5 tenants ran it" in done.stdout
    assert not file.with_name("counters.json.sig").exists()


def test_a_key_signs_it(counters, plugin, tmp_path):
    public = signing.generate(tmp_path / "key.pem")
    file = tmp_path / "counters.json"

    done = counters(plugin[0], "--export", file, "--key", tmp_path / "key.pem", "--json")

    assert json.loads(done.stdout) == json.loads(file.read_bytes())
    signature = base64.b64decode(file.with_name("counters.json.sig").read_text())
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(
        signature, publishing.PREFIX + file.read_bytes()
    )


def test_the_setting_raises_the_floor_and_never_lowers_it(counters, plugin, tmp_path, monkeypatch):
    monkeypatch.setenv("KITHLINE_COUNTERS_FLOOR", "7")
    counters(plugin[0], "--export", tmp_path / "a.json")
    monkeypatch.setenv("KITHLINE_COUNTERS_FLOOR", "4")
    refused = counters(plugin[0], "--export", tmp_path / "b.json")

    assert {"withheld"} == {
        *(name for week in json.loads((tmp_path / "a.json").read_bytes())["weeks"] for name in week)
    } - {"began", "version", "scorer"}
    assert refused.exit_code == 3
    assert not (tmp_path / "b.json").exists()


def test_of_a_week_whose_first_days_may_be_forgotten_already_nothing_is_told(counters, plugin, tmp_path, monkeypatch):
    name, today = plugin
    old = (today - (monday(today - timedelta(days=1)) - timedelta(days=7))).days

    told = []
    for days in (old, old + 1):
        monkeypatch.setenv("KITHLINE_COUNTERS_DAYS", str(days))
        counters(name, "--since", today - timedelta(days=100), "--export", tmp_path / "a.json")
        told.append([week["attempts"] for week in json.loads((tmp_path / "a.json").read_bytes())["weeks"]])

    assert told == [[], [18]]


def test_nothing_is_over_yet_since_today(counters, plugin, tmp_path):
    counters(plugin[0], "--since", plugin[1], "--export", tmp_path / "a.json")

    assert json.loads((tmp_path / "a.json").read_bytes())["weeks"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--export", "file"], "name it"), (["acme-echo", "--key", "key.pem"], "--key signs what --export writes")],
)
def test_what_goes_together_is_said(counters, words, said):
    refused = counters(*words)

    assert (refused.exit_code, said in refused.stderr) == (2, True)


def test_without_a_database_there_are_no_counters(counters, monkeypatch):
    monkeypatch.delenv("KITHLINE_DATABASE_URL")

    assert counters().exit_code == 4
