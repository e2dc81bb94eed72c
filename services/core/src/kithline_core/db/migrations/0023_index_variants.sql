-- A total over the five indices is a tenant's own choice: it has a name, a reason and, where weights differ, the budget
-- allocation they come from. No value is stored; it follows from results.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table index_variants (
    tenant_id uuid not null references tenants,
    variant text collate "C" not null,
    document jsonb not null,
    weights jsonb not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    primary key (tenant_id, variant)
);

alter table index_variants enable row level security;
alter table index_variants force row level security;
create policy own on index_variants using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

grant select, insert, delete on index_variants to kithline_app;
grant update (document, weights, changed_at) on index_variants to kithline_app;
