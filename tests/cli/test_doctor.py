import asyncio
import json
from itertools import count

import asyncpg
import pytest
from click.testing import CliRunner

from kithline_cli import checks
from kithline_cli.main import cli
from kithline_core import plugins
from kithline_core.db import Database, replays, workers
from kithline_core.sandbox.claims import Claim
from kithline_core.settings import Settings
from kithline_core.stack import probe


@pytest.fixture
def settings(database_urls):
    return Settings(database_url=database_urls.app, dispatcher_database_url=database_urls.dispatcher)


def by_name(found):
    return {check.name: check for check in found}


async def test_a_migrated_database_with_the_products_roles_is_well(settings):
    found = by_name(await checks.database(settings))
    found["dispatcher role"] = await checks.role("dispatcher role", settings.dispatcher_database_url)

    assert found.pop("workers").state == "warn"  # there is none
    assert {name: check.state for name, check in found.items()} == dict.fromkeys(
        [
            "postgres",
            "app role",
            "migrations",
            "row-level security",
            "connections",
            "clock",
            "replays",
            "dispatcher role",
        ],
        "ok",
    )


async def test_workers_say_how_strongly_they_shut_plugins_in_and_what_is_missing(settings):
    async def told(tier, **missing):
        async with Database.open(settings.database_url) as db, db.platform() as tx:
            await workers.seen(tx, "a:1", tier, missing)
        return by_name(await checks.database(settings))["workers"]

    strong, weak = await told("full"), await told("process", full="no user namespaces")
    async with Database.open(settings.database_url) as db, db.platform() as tx:
        await workers.gone(tx, "a:1")

    assert (strong.state, strong.found) == ("ok", "1 in tier full")
    assert (weak.state, "no user namespaces" in weak.found) == ("warn", True)


async def test_a_replay_that_differed_fails_and_says_when(settings):
    async with Database.open(settings.database_url) as db, db.platform() as tx:
        await tx.connection.execute(replays.RAISE, replays.ALARM)
        found = by_name(await checks.database(settings))["replays"]
        assert found.state == "ok"  # not before it is committed
    found = by_name(await checks.database(settings))["replays"]

    assert (found.state, found.found.startswith("1 differed so far")) == ("fail", True)
    assert "log of the workers" in found.advice


async def test_a_role_that_could_pass_row_level_security_fails(database_urls):
    for url in (database_urls.superuser, database_urls.owner):
        check = await checks.role("app role", url)
        assert check.state == "fail"
        assert check.advice


async def test_temporary_tables_of_whoever_takes_in_events_are_no_tables_of_its_own(database_urls):
    taking_in = await asyncpg.connect(database_urls.app)
    try:
        await taking_in.execute("create temporary table arrivals (id text)")
        check = await checks.role("app role", database_urls.app)
    finally:
        await taking_in.close()

    assert check.state == "ok"


async def test_a_role_without_a_url_or_a_server_fails(free_port):
    assert (await checks.role("app role", "")).state == "fail"
    assert "no connection" in (await checks.role("app role", f"postgresql://a@127.0.0.1:{free_port}/b")).found


async def test_no_database_is_said_in_one_line(free_port):
    for url in ("", f"postgresql://a@127.0.0.1:{free_port}/b"):
        (check,) = await checks.database(Settings(database_url=url))
        assert check.state == "fail"


async def test_an_empty_database_wants_its_migrations(bare_database_urls):
    found = by_name(await checks.database(Settings(database_url=bare_database_urls.app)))

    assert found["migrations"].state == found["row-level security"].state == "fail"
    assert "kithline migrate" in found["migrations"].advice


async def test_a_tenant_table_without_a_forced_policy_is_named(bare_database_urls):
    connection = await asyncpg.connect(bare_database_urls.owner)
    await connection.execute("create table forgotten (tenant_id uuid)")
    await connection.close()

    found = by_name(await checks.database(Settings(database_url=bare_database_urls.app)))

    assert found["row-level security"].state == "fail"
    assert "forgotten" in found["row-level security"].found


async def test_pools_that_ask_for_more_than_the_server_has_fail(database_urls):
    greedy = Settings(database_url=database_urls.app, pool_max=500)

    assert by_name(await checks.database(greedy))["connections"].state == "fail"


@pytest.mark.parametrize(("warn", "fail", "state"), [(-1.0, 60.0, "warn"), (-1.0, -1.0, "fail")])
async def test_clocks_that_differ_are_told(settings, monkeypatch, warn, fail, state):
    monkeypatch.setattr(checks, "SKEW_WARN", warn)
    monkeypatch.setattr(checks, "SKEW_FAIL", fail)

    assert by_name(await checks.database(settings))["clock"].state == state


@pytest.mark.parametrize(("oldest", "tried", "state"), [(10, 990_000, "warn"), (990_000, 990_000, "fail")])
async def test_an_old_server_is_told(settings, monkeypatch, oldest, tried, state):
    monkeypatch.setattr(checks, "OLDEST", oldest)
    monkeypatch.setattr(checks, "TRIED", tried)

    assert by_name(await checks.database(settings))["postgres"].state == state


def test_the_api_and_the_broker_are_asked(monkeypatch):
    assert checks.api("").state == checks.broker("").state == "fail"
    for there, state in ((True, "ok"), (False, "fail")):
        monkeypatch.setattr(checks, "answers", lambda _, there=there: there)
        monkeypatch.setattr(checks, "pings", lambda _, there=there: there)
        assert checks.api("http://x").state == state
        assert checks.broker("redis://x").state == state
    monkeypatch.setattr(checks, "pings", lambda _: True)
    assert checks.broker("redis://x", clock=count().__next__).state == "warn"


def test_a_weaker_sandbox_is_a_warning_that_says_what_is_missing_and_none_is_a_failure():
    missing = {"full": "no user namespaces"}

    weaker = checks.sandbox(Claim("process", missing))

    assert (weaker.state, weaker.found) == ("warn", "tier process; full is missing: no user namespaces")
    assert checks.sandbox(Claim("none", missing)).state == "fail"
    assert checks.sandbox(Claim("full", {})).state == "ok"


def test_a_quarantined_plugin_is_named(monkeypatch):
    broken = plugins.Installed([], [plugins.Quarantined("kithline_broken", "its manifest cannot be read")])
    monkeypatch.setattr(plugins, "installed", lambda: broken)

    none, left_out = checks.installed()

    assert (none.state, left_out.state) == ("fail", "warn")
    assert "kithline_broken" in left_out.name


def test_the_doctor_prints_lines_with_advice_and_fails_where_one_check_fails(root, monkeypatch):
    monkeypatch.setenv("KITHLINE_HOME", str(root))
    monkeypatch.setenv("KITHLINE_URL", f"http://127.0.0.1:{probe.any_port('127.0.0.1')}")

    lines, as_json = CliRunner().invoke(cli, ["doctor"]), CliRunner().invoke(cli, ["doctor", "--json"])

    assert lines.exit_code == as_json.exit_code == 1
    assert "fail  api" in lines.stdout
    assert "kithline status" in lines.stdout
    assert json.loads(as_json.stdout)["checks"][0]["state"] == "fail"


def test_a_healthy_installation_passes(settings, root, monkeypatch):
    healthy = [checks.Check("api", "ok", "fine"), checks.Check("sandbox", "warn", "weak", "trust")]

    async def examine(*_):
        return healthy

    monkeypatch.setenv("KITHLINE_HOME", str(root))
    monkeypatch.setattr(checks, "examine", examine)

    assert CliRunner().invoke(cli, ["doctor"]).exit_code == 0


def test_everything_is_examined_once(settings):
    names = [check.name for check in asyncio.run(checks.examine(settings, ""))]

    assert len(set(names)) == len(names)
    assert {"api", "postgres", "app role", "dispatcher role", "broker", "sandbox", "plugins"} <= set(names)
