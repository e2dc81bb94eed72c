"""What `kithline doctor` looks at. Each check says ok, warn or fail, what it found, and what to do next."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import asyncpg
import msgspec

from kithline_core import plugins
from kithline_core.db import migrate, replays, workers
from kithline_core.errors import DomainError
from kithline_core.plugins.current import terms
from kithline_core.plugins.examining import examine as look_over
from kithline_core.sandbox import claims
from kithline_core.sandbox.claims import Claim
from kithline_core.settings import Settings, adopted
from kithline_core.stack.probe import answers, pings

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
OLDEST, TRIED = 160_000, 180_000
SKEW_WARN, SKEW_FAIL = 1.0, 5.0
SLOW_BROKER = 0.5

VERSION = "select current_setting('server_version_num')::int"
MAX_CONNECTIONS = "select current_setting('max_connections')::int"
CLOCK = "select clock_timestamp()"
# Temporary tables are their connection's alone: each that takes in events has one.
RIGHTS = """
    select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong,
           exists (select from pg_class where relowner = pg_roles.oid and relpersistence <> 't') as owns
      from pg_roles
     where rolname = current_user
"""
TENANT_TABLES = """
    select c.relname as name,
           c.relrowsecurity and c.relforcerowsecurity
               and exists (select from pg_policy p where p.polrelid = c.oid) as guarded
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     order by c.relname
"""


class Check(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the doctor's."""

    name: str
    state: Literal["ok", "warn", "fail"]
    found: str
    advice: str = ""


async def examine(settings: Settings, api_url: str) -> list[Check]:
    """Return every check, in the order a request passes the parts."""
    return [
        api(api_url),
        *await database(settings),
        await role("dispatcher role", settings.dispatcher_database_url),
        broker(settings.broker_url),
        sandbox(claims.here()),
        *installed(),
    ]


def api(url: str) -> Check:
    """Look whether the API is ready."""
    if not url:
        return Check("api", "fail", "no address is known", "start it with `kithline up`, or set KITHLINE_URL")
    if answers(f"{url}/readyz"):
        return Check("api", "ok", f"{url} is ready")
    return Check("api", "fail", f"{url}/readyz does not say ready", "see `kithline status` and the logs it names")


async def database(settings: Settings) -> list[Check]:
    """Look at the server through the eyes of the app's role."""
    if not settings.database_url:
        return [Check("postgres", "fail", "no database is known", "run `kithline up`, or set KITHLINE_DATABASE_URL")]
    try:
        connection: Connection = await asyncpg.connect(settings.database_url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [Check("postgres", "fail", f"no connection: {error}", "is the server running, and the password right?")]
    try:
        return [
            await _version(connection),
            await role("app role", settings.database_url),
            await _migrations(settings.database_url),
            await _row_security(connection),
            await _connections(connection, settings),
            await _clock(connection),
            await _workers(connection),
            await _replays(connection),
        ]
    finally:
        await connection.close()


async def role(name: str, url: str) -> Check:
    """Look whether a role could pass row-level security."""
    if not url:
        return Check(name, "fail", "no URL is set", "run `kithline up`, or set the role's URL")
    try:
        connection: Connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return Check(name, "fail", f"no connection: {error}", "is the server running, and the password right?")
    try:
        rights = await connection.fetchrow(RIGHTS)
    finally:
        await connection.close()
    if rights is None or rights["strong"] or rights["owns"]:
        advice = "connect as a role without superuser, bypassrls, createrole and tables of its own"
        return Check(name, "fail", "it can pass row-level security", advice)
    return Check(name, "ok", "owns nothing and passes no policy")


async def _version(connection: Connection) -> Check:
    number = await connection.fetchval(VERSION)
    shown = f"version {number // 10_000}.{number % 10_000}"
    if number < OLDEST:
        return Check("postgres", "fail", shown, f"use {OLDEST // 10_000} or newer; {TRIED // 10_000} is what we test")
    if number < TRIED:
        return Check("postgres", "warn", shown, f"it should work; {TRIED // 10_000} is what we test")
    return Check("postgres", "ok", shown)


async def _migrations(url: str) -> Check:
    try:
        steps = await migrate.verify(url)
    except DomainError as error:
        return Check("migrations", "fail", error.detail, "run `kithline migrate`")
    return Check("migrations", "ok", f"{len(steps)} applied as shipped")


async def _row_security(connection: Connection) -> Check:
    tables = await connection.fetch(TENANT_TABLES)
    bare = [table["name"] for table in tables if not table["guarded"]]
    if not tables:
        return Check("row-level security", "fail", "there is no tenant table", "run `kithline migrate`")
    if bare:
        advice = "run `kithline migrate --verify`; never serve tenants from such a table"
        return Check("row-level security", "fail", f"not forced on {', '.join(bare)}", advice)
    return Check("row-level security", "ok", f"forced on all {len(tables)} tenant tables")


async def _connections(connection: Connection, settings: Settings) -> Check:
    limit = await connection.fetchval(MAX_CONNECTIONS)
    # The API, each child of the worker, the dispatcher; five for people and migrations.
    needed = settings.pool_max * (settings.worker_children + 2) + 5
    found = f"{needed} needed at most by one API, worker and dispatcher; the server takes {limit}"
    if needed >= limit:
        return Check("connections", "fail", found, "raise max_connections, or lower KITHLINE_POOL_MAX")
    return Check("connections", "ok", found)


async def _clock(connection: Connection) -> Check:
    asked = datetime.now(UTC)
    there = await connection.fetchval(CLOCK)
    here = asked + (datetime.now(UTC) - asked) / 2
    skew = abs((there - here).total_seconds())
    found = f"{skew:.3f} s between this machine and the database"
    if skew < SKEW_WARN:
        return Check("clock", "ok", found)
    state: Literal["warn", "fail"] = "warn" if skew < SKEW_FAIL else "fail"
    return Check("clock", state, found, "synchronise both clocks; leases go by the database's")


async def _replays(connection: Connection) -> Check:
    """Look whether a result came out differently when it was computed again."""
    try:
        alarm = await connection.fetchrow(replays.RAISED, replays.ALARM, replays.DAYS)
    except asyncpg.UndefinedTableError:
        return Check("replays", "warn", "nothing can be told before the migrations", "run `kithline migrate`")
    if alarm is None:
        return Check("replays", "ok", f"none differed in {replays.DAYS} days")
    found = f"{alarm['times']} differed so far, the last one at {alarm['raised_at']:%Y-%m-%d %H:%M} UTC"
    return Check("replays", "fail", found, "the log of the workers names the results; no figure of that plugin is sure")


async def _workers(connection: Connection) -> Check:
    """Look at what the workers said of themselves: they may run on another machine than this one."""
    try:
        found = [(row["tier"], row["missing"]) for row in await connection.fetch(workers.PAGE)]
    except asyncpg.UndefinedTableError:
        return Check("workers", "warn", "they cannot say so before the migrations", "run `kithline migrate`")
    told = ", ".join(f"{number} in tier {tier}" for tier, number in sorted(Counter(tier for tier, _ in found).items()))
    if not found:
        return Check("workers", "warn", "none has been seen for a day", "start one; tasks wait until then")
    if weak := sorted({missing for tier, missing in found if tier not in {"vm", "full"}}):
        return Check("workers", "warn", f"{told}; missing for more: {'; '.join(weak)}", "see the page on the sandbox")
    return Check("workers", "ok", told)


def broker(url: str, clock: Callable[[], float] = time.perf_counter) -> Check:
    """Look whether the broker answers, and how soon."""
    if not url:
        return Check("broker", "fail", "no broker is known", "run `kithline up`, or set KITHLINE_BROKER_URL")
    begun = clock()
    if not pings(url):
        advice = "runs wait until it is back; nothing is lost"
        return Check("broker", "fail", "no answer within 2 s", advice)
    taken = clock() - begun
    found = f"answers in {taken * 1000:.0f} ms"
    if taken > SLOW_BROKER:
        return Check("broker", "warn", found, "it is slow; look at its load and at the way there")
    return Check("broker", "ok", found)


def sandbox(claim: Claim) -> Check:
    """Look at how strongly plugins are shut in, and what is missing for more."""
    found = "; ".join([f"tier {claim.tier}", *(f"{tier} is missing: {why}" for tier, why in claim.missing.items())])
    if claim.tier == "none":
        return Check("sandbox", "fail", found, "no plugin runs like this; see the page on the sandbox")
    if claim.missing:
        return Check("sandbox", "warn", found, "plugins run behind a weaker wall; see the page on the sandbox")
    return Check("sandbox", "ok", found)


def installed() -> list[Check]:
    """Look at the plugins: who is here, who was left out, and what `kithline plugins doctor` has to say of the others."""
    found = plugins.installed()
    scorers = ", ".join(spec.key for spec in found.scorers())
    checks = [Check("plugins", "ok", scorers)] if scorers else [Check("plugins", "fail", "none", "install one")]
    checks += [Check(f"plugin {one.module}", "warn", one.reason, one.remedy) for one in found.quarantined]
    told = look_over(plugins.Installed(found.plugins, []), terms(adopted()))
    return checks + [
        Check(f"plugin {one.plugin}", one.state, one.found, one.advice) for one in told if one.state != "ok"
    ]
