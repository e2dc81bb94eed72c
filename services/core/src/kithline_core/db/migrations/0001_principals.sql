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

create table api_keys (
    tenant_id uuid not null references tenants,
    api_key_id uuid not null,
    key_id text collate "C" not null,
    secret_hash bytea not null,
    title text not null,
    scopes text[] not null,
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

alter table tenants enable row level security;
alter table tenants force row level security;
create policy own on tenants
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (false);
-- A partner sees the tenants it provisioned, inside a transaction that names the partner.
create policy provisioned on tenants
    using (partner_id = nullif(current_setting('app.partner', true), '')::uuid);

alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy own on api_keys
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy presented on api_keys for select
    using (key_id = nullif(current_setting('app.key', true), ''));
create policy presented_used on api_keys for update
    using (key_id = nullif(current_setting('app.key', true), ''))
    with check (key_id = nullif(current_setting('app.key', true), ''));

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy own on idempotency_keys
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

grant select, insert on operators, partners, tenants to kithline_app;
grant select, insert, update on partner_keys, grants, api_keys to kithline_app;
grant update (title) on tenants to kithline_app;
grant update (revoked_at) on operators to kithline_app;
grant select, insert, update, delete on idempotency_keys to kithline_app;
