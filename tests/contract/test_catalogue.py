"""What the migrated schema promises about tenants, asked of its own catalogue."""

import re

import asyncpg
import pytest

from kithline_core.db import bootstrap
from kithline_core.db.database import Database

pytestmark = pytest.mark.anyio

TABLES = """
    select relname, relrowsecurity, relforcerowsecurity
      from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
"""
TENANT_TABLES = """
    select attrelid::regclass::text as name
      from pg_attribute
      join pg_class on pg_class.oid = attrelid
     where attname = 'tenant_id' and relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
"""
KEYS = """
    select conname, contype, conrelid::regclass::text as name,
           (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) as first
      from pg_constraint
     where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f')
"""
UNIQUE_INDEXES = """
    select indrelid::regclass::text as name,
           (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0]) as first
      from pg_index
      join pg_class on pg_class.oid = indrelid
     where indisunique and relnamespace = 'public'::regnamespace
"""
POLICIES = "select tablename, policyname, roles::text[], cmd, qual, with_check from pg_policies"
ROLES = """
    select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb
      from pg_roles
     where rolname in ('kithline_app', 'kithline_dispatcher')
"""
OWNED = """
    select relname
      from pg_class
     where relnamespace = 'public'::regnamespace and relowner::regrole::text <> 'kithline_owner'
"""
DEFINERS = """
    select proname,
           (select array_agg(grantee::regrole::text order by grantee::regrole::text) from aclexplode(proacl)) as callers
      from pg_proc
     where pronamespace = 'public'::regnamespace and prosecdef
"""
SEEN = """
    select table_name, column_name
      from information_schema.column_privileges
     where grantee = 'kithline_dispatcher' and table_name = any($1::text[])
"""
VIEWS = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
COLLATIONS = """
    select attrelid::regclass::text || '.' || attname as name, collname
      from pg_attribute
      join pg_class on pg_class.oid = attrelid
      join pg_collation on pg_collation.oid = attcollation
     where relnamespace = 'public'::regnamespace and relkind = 'i'
"""

# What speaks of the platform: each shows itself only to a transaction that says on whose behalf it acts.
PRINCIPALS = {
    "operators": {"app.key", "app.operator"},
    # A tenant may know the platform that acts for it: its papers name who receives the data.
    "partners": {"app.operator", "app.partner", "app.tenant"},
    "partner_keys": {"app.key", "app.partner"},
    "grants": {"app.partner"},
}

# Found before a tenant is known, by secrets of their own; provisioned under a partner's own ids.
PLATFORM_KEYS = {("tenants", "partner_id"), ("api_keys", "key_id"), ("api_keys", "partner_id")}


@pytest.fixture
async def schema(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


async def test_every_table_but_the_four_that_hold_no_tenants_data_forces_row_level_security(schema):
    tenant = {row["name"] for row in await schema.fetch(TENANT_TABLES)}
    tables = await schema.fetch(TABLES)
    forced = {row["relname"] for row in tables if row["relrowsecurity"] and row["relforcerowsecurity"]}

    assert len(tenant) > 25
    # Control points are of no tenant: an operator alone sees and adds some.
    assert forced == tenant | set(PRINCIPALS) | {"curve_points"}
    assert {row["relname"] for row in tables} - forced == {
        "alarms",
        "figures",
        "kithline_migrations",
        "workers",
    }


async def test_principals_show_themselves_only_to_who_acts_for_them(schema):
    policies = [row for row in await schema.fetch(POLICIES) if row["tablename"] in PRINCIPALS]
    read = {name: set() for name in PRINCIPALS}
    for row in policies:
        read[row["tablename"]] |= set(re.findall(r"current_setting\('([a-z.]+)'::text, true\)", row["qual"]))

    assert read == PRINCIPALS
    assert all("NULLIF(current_setting(" in row["qual"] for row in policies)


async def test_a_forgotten_filter_on_principals_returns_no_row(schema, database_urls):
    connection = await asyncpg.connect(database_urls.app)
    try:
        async with Database.open(database_urls.app, secret="pepper") as db:
            await bootstrap.bootstrap(db)
        there = {name: await schema.fetchval(f"select count(*) from {name}") for name in PRINCIPALS}
        seen = {name: await connection.fetchval(f"select count(*) from {name}") for name in PRINCIPALS}
    finally:
        await connection.close()

    assert min(there.values()) > 0
    assert set(seen.values()) == {0}


async def test_every_key_of_a_tenant_table_starts_with_the_tenant(schema):
    tenant = {row["name"] for row in await schema.fetch(TENANT_TABLES)}
    keys = [row for row in await schema.fetch(KEYS) if row["name"] in tenant]
    indexes = [row for row in await schema.fetch(UNIQUE_INDEXES) if row["name"] in tenant]

    strangers = {(row["name"], row["first"]) for row in [*keys, *indexes] if row["first"] != "tenant_id"}

    assert len(keys) > 60
    assert strangers <= PLATFORM_KEYS


async def test_every_policy_fails_closed_and_only_the_dispatcher_sees_all_tenants(schema):
    policies = await schema.fetch(POLICIES)
    tenant = {row["name"] for row in await schema.fetch(TENANT_TABLES)}
    own = [row for row in policies if row["policyname"] == "own"]
    open_to_all = {(row["tablename"], *row["roles"]) for row in policies if row["qual"] == "true"}

    assert {row["tablename"] for row in own} == tenant
    assert all("NULLIF(current_setting('app.tenant'::text, true), ''::text)" in row["qual"] for row in own)
    assert open_to_all == {
        (name, "kithline_dispatcher")
        for name in (
            "dirty_days",
            "errands",
            "runs",
            "run_tasks",
            "attempts",
            "outbox",
            "jobs",
            "plugin_counts",
            "pooling",
            "replay_rounds",
            "retention",
            "tenants",
        )
    }


async def test_of_jobs_errands_pooling_retention_and_tenants_the_dispatcher_sees_that_they_are_there(schema):
    seen = await schema.fetch(SEEN, ["errands", "jobs", "pooling", "retention", "tenants"])

    assert {(row["table_name"], row["column_name"]) for row in seen} == {
        *(("jobs", name) for name in ("tenant_id", "job_id", "state", "token", "lease_until", "due_at", "finished_at")),
        *(
            ("errands", name)
            for name in ("tenant_id", "errand_id", "attempt", "lease_until", "nudged_at", "finished_at", "expires_at")
        ),
        *(("pooling", name) for name in ("tenant_id", "agreed")),
        *(("retention", name) for name in ("tenant_id", "next_at")),
        ("tenants", "tenant_id"),
    }


async def test_the_roles_own_nothing_and_bypass_nothing(schema):
    assert [tuple(row)[1:] for row in await schema.fetch(ROLES)] == [(False, False, False, False)] * 2
    assert await schema.fetch(OWNED) == []


async def test_nothing_but_erasure_and_sums_over_tenants_runs_with_its_owners_rights(schema):
    assert {row["proname"]: row["callers"] for row in await schema.fetch(DEFINERS)} == {
        name: ["kithline_app", "kithline_owner"]
        for name in ("forget_statistics", "plugin_counters", "rename_in_findings", "rename_person")
    }
    assert await schema.fetch(VIEWS) == []


async def test_what_runs_with_its_owners_rights_touches_nothing_outside_of_a_tenants_transaction(database_urls, schema):
    connection = await asyncpg.connect(database_urls.app)
    await schema.execute("set session_replication_role = replica")  # no tenant is needed for this
    await schema.execute(
        "insert into audit_events values (gen_random_uuid(), gen_random_uuid(), 'a.b', 'ann-77', '{}')"
    )
    try:
        touched = await connection.fetchval(
            "select rename_person('audit_events', null, '{subject}', '{details}', 'ann-77', 'erased-' || repeat('a', 26), 9)"
        )
    finally:
        await connection.close()

    assert touched == 0
    assert await schema.fetchval("delete from audit_events where subject = 'ann-77' returning true")


async def test_every_index_sorts_text_by_code_point(schema):
    linguistic = {row["name"] for row in await schema.fetch(COLLATIONS) if row["collname"] != "C"}

    # Two closed lists of words, where order means nothing.
    assert {name.rpartition(".")[2] for name in linguistic} <= {"group", "kind"}


async def test_results_cannot_be_changed_or_removed_by_the_app(database_urls):
    connection = await asyncpg.connect(database_urls.app)
    try:
        # Events go when they have had their time: see `expired_days`.
        for act in ("delete from results", "update results set finding = ''", "delete from runs"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(act)
    finally:
        await connection.close()
