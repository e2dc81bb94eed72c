"""Every statement prepares against the migrated schema and names its tenant; without a tenant it sees nothing."""

import importlib
import pkgutil
import re

import asyncpg
import pytest

import kithline_core.db
from kithline_core.db import arrivals

pytestmark = pytest.mark.anyio
SQL = re.compile(r"^\s*(select|insert|update|delete|with)\b")


def every_statement():
    package = kithline_core.db
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for constant, value in vars(importlib.import_module(found.name)).items():
            # `_READ` and its like begin statements that are put together, each of which is looked at.
            for key, sql in (value if isinstance(value, dict) else {None: value}).items():
                if constant.isupper() and constant[0] != "_" and isinstance(sql, str) and SQL.match(sql):
                    name = f"{found.name.removeprefix(package.__name__ + '.')}.{constant}"
                    yield name if key is None else f"{name}[{key}]", sql


STATEMENTS = dict(every_statement())

# These speak of the platform (operators, partners, the runner's ledger, locks, bells): no tenant stands behind them.
PLATFORM = {
    "acting.AS_OPERATOR",
    "acting.AS_PARTNER",
    "admission.ALONE",
    "bootstrap.ALONE",
    "bootstrap.FIRST",
    "bootstrap.STARTED",
    "counters.READ",
    "counters.TODAY",
    "figures.ALARMS",
    "figures.ATTEMPTS",
    "figures.ERRANDS",
    "figures.JOBS",
    "figures.LAST",
    "figures.TASKS",
    "figures.TELL",
    "figures.TOOK",
    "database.NOTIFY",
    "grants.CREATE",
    "grants.IN_FORCE",
    "grants.REVOKE",
    "migrate.EXISTS",
    "migrate.KNOWN",
    "migrate.RECORD",
    "migrate.SEIZE",
    "operators.CREATE",
    "partner_keys.GET",
    "partner_keys.INSERT",
    "partner_keys.PAGE",
    "partner_keys.REVOKE",
    "keys.TOUCH_PARTNER",
    "partners.CREATE",
    "partners.GET",
    "partners.PAGE",
    "curve_points.ANNOUNCE",
    "curve_points.KEPT",
    "replays.RAISE",
    "replays.RAISED",
    "workers.GONE",
    "workers.PAGE",
    "workers.SEEN",
}
# The app role may not run these: they are the owner's and the dispatcher's.
DISPATCHER = {name for name in STATEMENTS if name.startswith("admission.")} | {
    "counters.ADD_LOST",
    "figures.ATTEMPTS",
    "figures.ERRANDS",
    "figures.JOBS",
    "figures.RUNS",
    "figures.TASKS",
    "figures.TELL",
    "figures.TOOK",
    "pooling.AGREED",
    "rollups.DIRTY_TENANTS",
    "errands.NUDGE",
    "errands.SWEEP",
    "idempotency.SWEEP",
    "jobs.DUE",
    "replays.DUE",
    "retention.DUE",
}
OWNER = {"migrate.KNOWN", "migrate.RECORD"}


@pytest.fixture
async def connections(database_urls):
    made = {role: await asyncpg.connect(getattr(database_urls, role)) for role in ("app", "dispatcher", "owner")}
    await made["app"].execute(arrivals.MAKE)
    yield made
    for connection in made.values():
        await connection.close()


def role_of(name):
    return "dispatcher" if name in DISPATCHER else "owner" if name in OWNER else "app"


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_every_statement_prepares_and_names_its_tenant(name, connections):
    await connections[role_of(name)].prepare(STATEMENTS[name])

    assert "tenant_id" in STATEMENTS[name] or name in PLATFORM


def test_the_list_of_platform_statements_holds_no_strangers():
    assert set(STATEMENTS) >= PLATFORM
    assert not [name for name in PLATFORM if "tenant_id" in STATEMENTS[name]]


@pytest.mark.parametrize("name", sorted(set(STATEMENTS) - PLATFORM - DISPATCHER - OWNER))
def test_a_tenants_statement_takes_the_tenant_first(name):
    sql = STATEMENTS[name]

    # Provisioning and presented keys are found before a tenant is known; their policies say by whom.
    assert "$1" in sql
    assert "tenant_id = $1" in sql or "values ($1" in sql or "select $1" in sql or name in {
        "keys.FIND", "tenants.INSERT", "tenants.RENAME", "tenants.FIND", "tenants.PAGE", "outbox.ADD",
        "scopes.QUEUE", "identities.QUEUE", "marks.QUEUE", "plugin_choices.QUEUE",
    }  # fmt: skip
