-- Operators, partners and their grants, tenants and every kind of key are different things from the first day on.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table operators (
    operator_id uuid primary key,
    title text not null,
    key_id text collate "C" not null unique,
    secret_hash bytea not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create table partners (
    partner_id uuid primary key,
    title text not null,
    created_at timestamptz not null default now()
);

create table partner_keys (
    partner_id uuid not null references partners,
    partner_key_id uuid not null,
    key_id text collate "C" not null unique,
    secret_hash bytea not null,
    title text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    primary key (partner_id, partner_key_id)
);

create table grants (
    partner_id uuid not null references partners,
    grant_id uuid not null,
    given_by text not null,
    external_id text collate "C",
    document text,
    valid_from timestamptz not null default now(),
    valid_until timestamptz,
    revoked_at timestamptz,
    primary key (partner_id, grant_id)
);

-- text_secret keys the hashes of texts: nobody can test a sentence against a tenant's hashes without it.
create table tenants (
    tenant_id uuid primary key,
    partner_id uuid not null references partners,
    external_id text collate "C" not null,
    title text not null,
    text_secret bytea not null,
    created_at timestamptz not null default now(),
    unique (partner_id, external_id)
);

-- A key that a partner issued, and every key made with it, holds only while a grant lets that partner act.
create table api_keys (
    tenant_id uuid not null references tenants,
    api_key_id uuid not null,
    key_id text collate "C" not null,
    secret_hash bytea not null,
    title text not null,
    scopes text[] not null,
    partner_id uuid references partners,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    primary key (tenant_id, api_key_id),
    unique (tenant_id, key_id)
);
-- A caller's tenant is known only after its key was found; twelve random characters collide with nobody's.
create index api_keys_by_key on api_keys (key_id);

create table idempotency_keys (
    tenant_id uuid not null references tenants,
    operation text collate "C" not null,
    idempotency_key text collate "C" not null,
    body_sha256 bytea not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (tenant_id, operation, idempotency_key)
);
create index idempotency_keys_by_end on idempotency_keys (expires_at);

-- Whoever speaks for the platform says so inside the transaction: as a partner, as an operator, or with a key in hand
-- whose owner is not known yet. Without a word of it these tables are empty.
do $$
declare
    name text;
begin
    foreach name in array array['operators', 'partners', 'partner_keys', 'grants', 'tenants', 'api_keys', 'idempotency_keys']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
    end loop;
    foreach name in array array['api_keys', 'idempotency_keys']
    loop
        execute format(
            'create policy own on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)',
            name
        );
    end loop;
    foreach name in array array['partners', 'partner_keys', 'grants']
    loop
        execute format(
            'create policy acting on %I using (partner_id = nullif(current_setting(''app.partner'', true), '''')::uuid)',
            name
        );
    end loop;
    foreach name in array array['operators', 'partners']
    loop
        execute format(
            'create policy operating on %I using (nullif(current_setting(''app.operator'', true), '''') is not null)',
            name
        );
    end loop;
    foreach name in array array['operators', 'partner_keys', 'api_keys']
    loop
        execute format(
            'create policy presented on %I for select using (key_id = nullif(current_setting(''app.key'', true), ''''))',
            name
        );
    end loop;
    foreach name in array array['partner_keys', 'api_keys']
    loop
        execute format(
            'create policy presented_used on %I for update using '
            || '(key_id = nullif(current_setting(''app.key'', true), ''''))',
            name
        );
    end loop;
end
$$;

create policy own on tenants
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (false);
-- A partner sees the tenants it provisioned, inside a transaction that names the partner.
create policy provisioned on tenants
    using (partner_id = nullif(current_setting('app.partner', true), '')::uuid);

-- The dispatcher removes what is over, and cannot read what stands in it.
create policy sweeping on idempotency_keys to kithline_dispatcher
    using (expires_at <= now());

grant select, insert on operators, partners, tenants to kithline_app;
grant select, insert, update on partner_keys, grants, api_keys to kithline_app;
grant update (title) on tenants to kithline_app;
grant update (revoked_at) on operators to kithline_app;
grant select, insert, update, delete on idempotency_keys to kithline_app;
grant select (tenant_id, operation, idempotency_key, expires_at), delete on idempotency_keys to kithline_dispatcher;
