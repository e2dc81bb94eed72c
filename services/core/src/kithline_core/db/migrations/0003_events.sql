-- Events, and the daily roll-ups that scores are read from. A text is never kept: its keyed hash says whether it was
-- said before, its length how long it was. `source` is '' where the sender named none, so that it can be a key.
-- No foreign key to tenants here: at 50,000 rows a second it would cost more than the insert, and the policy lets
-- nobody write for a tenant that is not their own.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table events (
    tenant_id uuid not null,
    source text collate "C" not null,
    id text collate "C" not null,
    day integer not null,
    occurred_at timestamptz not null,
    actor text collate "C" not null,
    verb text collate "C" not null,
    target text collate "C",
    community text collate "C",
    channel text collate "C",
    thread text collate "C",
    parent text collate "C",
    object text collate "C",
    kind text collate "C",
    visibility text,
    text_hash bytea,
    text_length integer,
    count bigint,
    sent_at timestamptz,
    body_hash bytea not null,
    received_at timestamptz not null default now(),
    primary key (tenant_id, source, id)
);
-- What is known of other tenants says nothing about the one whose first events just came in: with statistics, the
-- planner expects a single row of it, takes any index that begins with the tenant, and a roll-up becomes quadratic.
alter table events alter column tenant_id set statistics 0;

create index events_by_day on events (tenant_id, day);
create index events_by_text on events (tenant_id, text_hash, occurred_at, source, id) where text_hash is not null;
create index events_by_parent on events (tenant_id, source, parent) where parent is not null;

-- Days whose events changed since they were rolled up.
create table dirty_days (
    tenant_id uuid not null,
    day integer not null,
    marks bigint not null default 1,
    marked_at timestamptz not null default now(),
    primary key (tenant_id, day)
);

create table activity_day (
    tenant_id uuid not null,
    day integer not null,
    community text collate "C",
    channel text collate "C",
    actor text collate "C" not null,
    verb text collate "C" not null,
    kind text collate "C",
    count bigint not null,
    first_at bigint not null,
    last_at bigint not null,
    unique nulls not distinct (tenant_id, day, community, channel, actor, verb, kind)
);

create table tie_day (
    tenant_id uuid not null,
    day integer not null,
    community text collate "C",
    channel text collate "C",
    actor text collate "C" not null,
    target text collate "C" not null,
    verb text collate "C" not null,
    kind text collate "C",
    recipients bigint not null,
    count bigint not null,
    first_at bigint not null,
    last_at bigint not null,
    unique nulls not distinct (tenant_id, day, community, channel, actor, target, verb, kind, recipients)
);

create table item_use (
    tenant_id uuid not null,
    day integer not null,
    item text collate "C" not null,
    actor text collate "C" not null,
    used_by text collate "C"
);
create index item_use_by_day on item_use (tenant_id, day);

create table event_day (
    tenant_id uuid not null,
    day integer not null,
    count bigint not null,
    ids_hash text not null,
    primary key (tenant_id, day)
);

do $$
declare
    name text;
begin
    foreach name in array array['events', 'dirty_days', 'activity_day', 'tie_day', 'item_use', 'event_day']
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

-- The dispatcher has days rolled up in the background; it sees which tenant has work, and nothing of the work.
create policy dispatching on dirty_days for select to kithline_dispatcher using (true);

grant select, insert on events to kithline_app;
grant select, insert, update, delete on dirty_days to kithline_app;
grant select, insert, delete on activity_day, tie_day, item_use, event_day to kithline_app;
grant select on dirty_days to kithline_dispatcher;
