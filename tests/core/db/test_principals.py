"""Keys, partners, grants and the first keys of an installation."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from kithline_core.db import bootstrap, grants, keys, operators, partner_keys, partners, tenants, tokens
from kithline_core.db.database import Database
from kithline_core.errors import NotFound, Unauthenticated
from kithline_core.model.keys import SCOPES
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_core.settings import Settings

pytestmark = pytest.mark.anyio
PAST = datetime.now(UTC) - timedelta(minutes=1)


async def issued(db, tenant, **more):
    async with db.tenant(tenant) as tx:
        return await keys.issue(tx, "a key", ["runs:write", "runs:read", "runs:read"], **more)


async def a_partner(db):
    async with db.platform() as tx:
        return await partners.create(tx, NewPartner(title="a partner"))


def test_a_token_is_told_from_noise_offline():
    token = tokens.make()

    assert tokens.SCANNER.fullmatch(token.plaintext)
    assert tokens.read(token.plaintext) == token
    for wrong in ("", "kithline_live_x", token.plaintext[:-1], token.plaintext + "0", token.plaintext.swapcase()):
        assert tokens.read(wrong) is None
    flipped = token.plaintext.replace(token.secret, token.secret[::-1])
    assert tokens.read(flipped) is None


async def test_a_tenants_key_opens_its_tenant(db, tenant):
    key, plaintext = await issued(db, tenant)

    who = await keys.authenticate(db, plaintext)

    assert (who.kind, who.tenant_id, who.id, who.partner_id) == ("tenant", tenant, key.id, None)
    assert list(who.scopes) == ["runs:read", "runs:write"]
    assert key.expires_at - key.created_at > timedelta(days=364)


async def test_a_revoked_or_expired_key_opens_nothing(db, tenant):
    key, revoked = await issued(db, tenant)
    _, expired = await issued(db, tenant, expires_at=PAST)
    async with db.tenant(tenant) as tx:
        assert (await keys.revoke(tx, key.id)).revoked_at is not None

    for plaintext in (revoked, expired, "nonsense", tokens.make().plaintext):
        with pytest.raises(Unauthenticated, match="no key of ours"):
            await keys.authenticate(db, plaintext)


async def test_the_right_id_with_another_secret_opens_nothing(db, tenant):
    _, plaintext = await issued(db, tenant)
    token, other = tokens.read(plaintext), tokens.make()
    body = f"kithline_live_{token.key_id}_{other.secret}"

    with pytest.raises(Unauthenticated):
        await keys.authenticate(db, f"{body}_{tokens.checksum(body)}")


async def test_another_pepper_opens_nothing(database_urls, db, tenant):
    _, plaintext = await issued(db, tenant)

    async with Database.open(database_urls.app, secret="salt") as elsewhere:
        with pytest.raises(Unauthenticated):
            await keys.authenticate(elsewhere, plaintext)


async def test_the_last_use_is_written_at_most_once_a_minute(db, tenant):
    key, plaintext = await issued(db, tenant)

    async def used():
        await keys.authenticate(db, plaintext)
        async with db.tenant(tenant) as tx:
            return (await keys.get(tx, key.id)).last_used_at

    first = await used()

    assert first is not None
    assert await used() == first


async def test_no_plaintext_is_stored(db, tenant, database_urls):
    _, plaintext = await issued(db, tenant)
    connection = await asyncpg.connect(database_urls.superuser)
    told = await connection.fetchval("select string_agg(api_keys::text, ' ') from api_keys")
    await connection.close()

    assert tokens.read(plaintext).secret not in told


async def test_a_tenant_lists_its_own_keys(db, tenant, other):
    made = [(await issued(db, tenant))[0].id for _ in range(3)]

    async with db.tenant(tenant) as tx:
        page = await keys.page(tx, size=2)
        rest = await keys.page(tx, before=page[-1].id)
    async with db.tenant(other) as tx:
        assert await keys.page(tx) == []
        with pytest.raises(NotFound):
            await keys.revoke(tx, made[0])

    assert sorted(key.id for key in [*page, *rest]) == sorted(made)


async def test_a_partners_key_opens_the_partner(db):
    partner = await a_partner(db)
    async with db.platform() as tx:
        key, plaintext = await partner_keys.issue(tx, partner.id, "a key")

    who = await keys.authenticate(db, plaintext)
    await keys.authenticate(db, plaintext)

    assert (who.kind, who.id, who.partner_id, who.tenant_id) == ("partner", partner.id, partner.id, None)
    async with db.platform() as tx:
        (listed,) = await partner_keys.page(tx, partner.id)
        assert listed.last_used_at is not None
        await partner_keys.revoke(tx, partner.id, key.id)
    with pytest.raises(Unauthenticated):
        await keys.authenticate(db, plaintext)


async def test_an_operators_key_opens_the_operator(db):
    async with db.platform() as tx:
        operator, plaintext = await operators.create(tx, "an operator")

    who = await keys.authenticate(db, plaintext)
    assert (who.kind, who.id) == ("operator", operator.id)


async def test_partners_page_from_the_newest(db):
    made = [(await a_partner(db)).id for _ in range(2)]
    async with db.platform() as tx:
        page = await partners.page(tx, size=1)
        assert (await partners.get(tx, made[0])).id == made[0]
        assert page[0].id in made
        assert page[0].id not in [one.id for one in await partners.page(tx, before=page[0].id)]


async def test_nobody_is_provisioned_without_a_grant(db):
    partner = await a_partner(db)

    with pytest.raises(grants.NoGrant, match="no grant in force"):
        async with db.platform() as tx:
            await tenants.provision(tx, partner.id, "x", NewTenant(title="x"))


async def test_a_grant_may_name_one_tenant_end_or_be_revoked(db):
    partner = await a_partner(db)
    async with db.platform() as tx:
        await grants.create(tx, partner.id, NewGrant(given_by="over", valid_until=PAST))
        assert await grants.in_force(tx, partner.id) == []
        one = await grants.create(tx, partner.id, NewGrant(given_by="acme", external_id="acme", document="a contract"))
        assert await grants.in_force(tx, partner.id, "acme") == [one]
        assert await grants.in_force(tx, partner.id) == [one]
        assert await grants.in_force(tx, partner.id, "else") == []
        await grants.revoke(tx, partner.id, one.id)
        assert await grants.in_force(tx, partner.id, "acme") == []


async def _started_twice(url):
    async with Database.open(url, secret="pepper") as db:
        both = await asyncio.gather(bootstrap.bootstrap(db), bootstrap.bootstrap(db))
        made = max(both, key=lambda one: one.tenant_key)
        shown = (made.operator_key, made.partner_key, made.tenant_key)
        return both, made.tenant, [await keys.authenticate(db, key) for key in shown]


def test_two_starts_make_first_keys_once(new_database):
    with new_database() as urls:
        both, tenant, who = asyncio.run(_started_twice(urls.app))

    assert bootstrap.Made() in both
    assert tenant == "local"
    assert [one.kind for one in who] == ["operator", "partner", "tenant"]
    assert sorted(who[2].scopes) == sorted(SCOPES)


def test_the_bootstrap_command_prints_keys_only_when_it_made_them(new_database, capsys):
    with new_database() as urls:
        settings = Settings(database_url=urls.app, secret="pepper")

        assert bootstrap.main(["--json"], settings) == 0
        first = json.loads(capsys.readouterr().out)
        assert bootstrap.main(["--json"], settings) == 0
        assert json.loads(capsys.readouterr().out) == {}
        assert bootstrap.main([], settings) == 0
        assert capsys.readouterr().out == ""

        done = subprocess.run(
            [sys.executable, "-m", "kithline_core.db.bootstrap", "--json"],
            env={**os.environ, "KITHLINE_DATABASE_URL": urls.app, "KITHLINE_SECRET": "pepper"},
            capture_output=True, check=True, text=True,
        )  # fmt: skip
    assert done.stdout == "{}\n"
    assert set(first) == {"operator_key", "partner_key", "tenant", "tenant_key"}


async def granted(db, external_id="acme"):
    """A partner, its one grant, a tenant of it, and a key that the partner issued."""
    partner = await a_partner(db)
    async with db.platform() as tx:
        grant = await grants.create(tx, partner.id, NewGrant(given_by="x", external_id=external_id))
        tenant, _ = await tenants.provision(tx, partner.id, "acme", NewTenant(title="acme"))
    _, plaintext = await issued(db, tenant.id, partner_id=partner.id)
    return partner, grant, tenant, plaintext


@pytest.mark.parametrize("external_id", ["acme", None])
async def test_a_key_that_a_partner_issued_opens_nothing_once_its_grant_is_revoked(db, external_id):
    partner, grant, tenant, plaintext = await granted(db, external_id)
    _, own = await issued(db, tenant.id)

    who = await keys.authenticate(db, plaintext)
    async with db.platform() as tx:
        await grants.create(tx, partner.id, NewGrant(given_by="x", external_id="another tenant"))
        await grants.revoke(tx, partner.id, grant.id)

    assert (who.tenant_id, who.partner_id) == (tenant.id, partner.id)
    with pytest.raises(Unauthenticated, match="no key of ours"):
        await keys.authenticate(db, plaintext)
    assert (await keys.authenticate(db, own)).tenant_id == tenant.id


async def test_a_grant_of_another_partner_holds_nobodys_key(db):
    partner, grant, _, plaintext = await granted(db)
    other, _, _, others = await granted(db)
    async with db.platform() as tx:
        await grants.revoke(tx, partner.id, grant.id)

    with pytest.raises(Unauthenticated):
        await keys.authenticate(db, plaintext)
    assert (await keys.authenticate(db, others)).partner_id == other.id


async def test_a_partner_finds_only_tenants_under_a_grant_in_force(db):
    partner, grant, tenant, _ = await granted(db)

    async def seen():
        async with db.platform() as tx:
            return [one.id for one in await tenants.page(tx, partner.id)]

    before = await seen()
    async with db.platform() as tx:
        await grants.create(tx, partner.id, NewGrant(given_by="x", external_id="another tenant"))
        await grants.create(tx, partner.id, NewGrant(given_by="x", valid_until=PAST))
        await grants.revoke(tx, partner.id, grant.id)

    assert before == [tenant.id]
    assert await seen() == []
    with pytest.raises(NotFound):
        async with db.platform() as tx:
            await tenants.find(tx, partner.id, "acme")


async def test_a_partner_sees_no_other_partner_its_keys_or_grants(db):
    mine, *_ = await granted(db)
    await granted(db)
    async with db.platform() as tx:
        await partner_keys.issue(tx, mine.id, "mine")
        seen = {
            name: await tx.rows(f"select partner_id from {name}") for name in ("partners", "partner_keys", "grants")
        }

    assert {name: {row["partner_id"] for row in rows} for name, rows in seen.items()} == {
        name: {mine.id} for name in seen
    }


async def _renewed(url):
    async with Database.open(url, secret="pepper") as db:
        first = await bootstrap.bootstrap(db, renew=True)
        second = await bootstrap.bootstrap(db, renew=True)
        told = [(one.operator_key, one.partner_key, one.tenant_key) for one in (first, second)]
        who = [[await keys.authenticate(db, key) for key in one] for one in told]
        async with db.platform() as tx:
            for grant in await grants.in_force(tx, who[0][1].id):
                await grants.revoke(tx, who[0][1].id, grant.id)
        return told, who, await bootstrap.bootstrap(db, renew=True)


def test_lost_keys_are_issued_again_for_the_same_partner_and_tenant(new_database):
    with new_database() as urls:
        told, (first, second), ungranted = asyncio.run(_renewed(urls.app))

    assert not set(told[0]) & set(told[1])
    assert first[1].id == second[1].id
    assert first[2].tenant_id == second[2].tenant_id
    assert [one.kind for one in second] == ["operator", "partner", "tenant"]
    assert ungranted.operator_key
    assert ungranted.partner_key
    assert (ungranted.tenant, ungranted.tenant_key) == ("", "")


async def _renamed(url):
    async with Database.open(url, secret="pepper") as db:
        async with db.platform() as tx:
            await operators.create(tx, "somebody")
        return await bootstrap.bootstrap(db, renew=True)


def test_without_the_first_partner_only_an_operator_is_made(new_database):
    with new_database() as urls:
        made = asyncio.run(_renamed(urls.app))

    assert made == bootstrap.Made(operator_key=made.operator_key)
    assert made.operator_key
