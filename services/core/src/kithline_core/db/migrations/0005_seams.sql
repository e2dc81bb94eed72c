-- What lawful, arguable data need in tables that are there already, and the two registers everybody writes to:
-- who did what (audit_events), and of whom nothing may be kept (digests of ids, never ids).
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- A withdrawn event stays readable as history and takes part in nothing. `batch` names the import it came with.
alter table events add column batch text collate "C";
alter table events add column supersedes text collate "C";
alter table events add column withdrawn_at timestamptz;
grant update (withdrawn_at) on events to kithline_app;

-- What a result rests on: when a ground ends it is withheld, when a table it read changes it is stale.
alter table results add column grounds uuid[] not null default '{}';
alter table results add column reads text[] not null default '{}';
alter table results add column origin text not null default 'here';
alter table results add column snapshot_at timestamptz;

create table audit_events (
    tenant_id uuid not null references tenants,
    audit_id uuid not null,
    action text not null,
    subject text not null,
    details jsonb not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, audit_id)
);

-- Keyed hashes of ids: of people who were erased, of competitors' people, and of events that were only counted.
create table erased_people (
    tenant_id uuid not null references tenants,
    digest bytea not null,
    erased_at timestamptz not null default now(),
    primary key (tenant_id, digest)
);

create table competitor_people (
    tenant_id uuid not null references tenants,
    digest bytea not null,
    primary key (tenant_id, digest)
);

create table counted_events (
    tenant_id uuid not null references tenants,
    digest bytea not null,
    primary key (tenant_id, digest)
);

create table competitor_day (
    tenant_id uuid not null references tenants,
    day integer not null,
    community text collate "C",
    count bigint not null,
    unique nulls not distinct (tenant_id, day, community)
);

do $$
declare
    name text;
begin
    foreach name in array array[
        'audit_events', 'erased_people', 'competitor_people', 'counted_events', 'competitor_day'
    ]
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy own on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)',
            name
        );
    end loop;
end
$$;

grant select, insert on audit_events, erased_people, competitor_people, counted_events to kithline_app;
grant select, insert, update on competitor_day to kithline_app;
