-- What a result was computed from, so that it can be computed again: to replay it years later, to say why it changed and
-- what would change it. People stand in it as numbers; `people` holds their keyed hashes until roll-ups have had their time.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table kept_snapshots (
    tenant_id uuid not null references tenants,
    kept text collate "C" not null,
    data bytea not null,
    people bytea,
    kept_at timestamptz not null default now(),
    primary key (tenant_id, kept)
);
-- The bytes come compressed, and hashes cannot be; trying costs time.
alter table kept_snapshots alter column data set storage external;
alter table kept_snapshots alter column people set storage external;

-- With what a result was computed. `kept` is null once its snapshot is gone, and where it was too large to keep.
create table result_inputs (
    tenant_id uuid not null references tenants,
    result_id uuid not null,
    kept text collate "C",
    parameters jsonb not null,
    plugin text collate "C" not null,
    plugin_version text collate "C" not null,
    engine text collate "C" not null,
    primary key (tenant_id, result_id),
    foreign key (tenant_id, result_id) references results (tenant_id, result_id),
    foreign key (tenant_id, kept) references kept_snapshots (tenant_id, kept) on delete set null (kept)
);
create index result_inputs_by_kept on result_inputs (tenant_id, kept);

-- Work that needs a sandbox and is no run: asked, done by a worker under a lease, its answer kept for a while.
create table errands (
    tenant_id uuid not null references tenants,
    errand_id uuid not null,
    kind text collate "C" not null,
    asked jsonb not null,
    answer bytea,
    problem jsonb,
    attempt integer not null default 0,
    token uuid,
    lease_until timestamptz,
    nudged_at timestamptz,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    expires_at timestamptz not null,
    primary key (tenant_id, errand_id),
    check ((token is null) = (lease_until is null)),
    check (finished_at is null or answer is not null or problem is not null)
);
create index errands_waiting on errands (tenant_id, errand_id) where finished_at is null;
create index errands_over on errands (expires_at);

do $$
declare
    name text;
begin
    foreach name in array array['kept_snapshots', 'result_inputs', 'errands']
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
create policy dispatching on errands to kithline_dispatcher using (true);

grant select, insert, delete on kept_snapshots to kithline_app;
grant update (people) on kept_snapshots to kithline_app;
grant select, insert on result_inputs to kithline_app;
grant select, insert on errands to kithline_app;
grant update (answer, problem, attempt, token, lease_until, finished_at, expires_at) on errands to kithline_app;
-- Which errands, and nothing of what is in them.
grant select (tenant_id, errand_id, attempt, lease_until, nudged_at, finished_at, expires_at) on errands to kithline_dispatcher;
grant update (nudged_at) on errands to kithline_dispatcher;
grant delete on errands to kithline_dispatcher;
