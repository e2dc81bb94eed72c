-- By which communities and departments ids of events were listed, of which days: other lists of them would cross these.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- Hashes of the communities that have lists, and of who belongs to which department that has one (empty: none was told).
create table told_lists (
    tenant_id uuid not null references tenants,
    first_day bigint not null,
    last_day bigint not null,
    communities bytea not null,
    members bytea not null,
    told_at timestamptz not null default now(),
    primary key (tenant_id, first_day, last_day, communities, members)
);

alter table told_lists enable row level security;
alter table told_lists force row level security;
create policy own on told_lists using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

grant select, insert on told_lists to kithline_app;
