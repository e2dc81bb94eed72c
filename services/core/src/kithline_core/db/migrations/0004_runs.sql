-- The row is the truth: a message only says that there may be something to claim. A lease ends by the database's clock,
-- a token fences out whoever comes late, and a run has one result per scorer whatever happens.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table runs (
    tenant_id uuid not null references tenants,
    run_id uuid not null,
    scope_id uuid,
    intended_use text not null,
    requested jsonb not null,
    state text not null default 'queued'
        check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, run_id),
    foreign key (tenant_id, scope_id) references scopes (tenant_id, scope_id),
    check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
);

create table run_tasks (
    tenant_id uuid not null references tenants,
    task_id uuid not null,
    run_id uuid not null,
    scorer text collate "C" not null,
    version text not null,
    plugin text not null,
    plugin_version text not null,
    parameters jsonb not null,
    after text[] not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    state text not null default 'queued'
        check (state in ('queued', 'leased', 'done', 'error', 'dead', 'cancelled')),
    attempt integer not null default 0,
    token uuid,
    lease_until timestamptz,
    admitted_at timestamptz,
    nudged_at timestamptz,
    reason text,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    primary key (tenant_id, task_id),
    unique (tenant_id, run_id, scorer),
    foreign key (tenant_id, run_id) references runs (tenant_id, run_id),
    check ((state = 'leased') = (token is not null)),
    check ((state = 'leased') = (lease_until is not null)),
    check ((state in ('queued', 'leased')) = (finished_at is null))
);
create index run_tasks_waiting on run_tasks (tenant_id, task_id) where state in ('queued', 'leased');
create index run_tasks_leases on run_tasks (tenant_id, lease_until) where state = 'leased';

create table attempts (
    tenant_id uuid not null references tenants,
    task_id uuid not null,
    attempt integer not null,
    token uuid not null,
    worker text not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text,
    primary key (tenant_id, task_id, attempt),
    foreign key (tenant_id, task_id) references run_tasks (tenant_id, task_id)
);

-- `finding` holds the bytes exactly as they were encoded: jsonb would reorder them.
create table results (
    tenant_id uuid not null references tenants,
    result_id uuid not null,
    run_id uuid not null,
    task_id uuid not null,
    scope_id uuid,
    scorer text collate "C" not null,
    version text not null,
    status text not null,
    score double precision,
    level integer,
    key text collate "C" not null,
    finding bytea not null,
    sha256 text not null,
    attempt integer not null,
    tier text not null,
    seconds double precision not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    published jsonb,
    stale_since timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, result_id),
    unique (tenant_id, run_id, scorer),
    foreign key (tenant_id, run_id) references runs (tenant_id, run_id),
    foreign key (tenant_id, task_id) references run_tasks (tenant_id, task_id),
    foreign key (tenant_id, scope_id) references scopes (tenant_id, scope_id)
);
create index results_by_scorer on results (tenant_id, scorer, result_id);

create table outbox (
    tenant_id uuid not null references tenants,
    outbox_id uuid not null,
    kind text not null,
    subject_id uuid not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    delivered_at timestamptz,
    primary key (tenant_id, outbox_id)
);
create index outbox_waiting on outbox (tenant_id, outbox_id) where delivered_at is null;

do $$
declare
    name text;
begin
    foreach name in array array['runs', 'run_tasks', 'attempts', 'results', 'outbox']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy own on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)',
            name
        );
    end loop;
    foreach name in array array['runs', 'run_tasks', 'attempts', 'outbox']
    loop
        execute format('create policy dispatching on %I to kithline_dispatcher using (true)', name);
    end loop;
end
$$;

grant select, insert on runs, run_tasks, results, outbox to kithline_app;
grant update (state, started_at, finished_at) on runs to kithline_app, kithline_dispatcher;
grant update (state, attempt, token, lease_until, admitted_at, nudged_at, reason, finished_at)
    on run_tasks to kithline_app, kithline_dispatcher;
grant select, insert, update on attempts to kithline_app;
grant update (stale_since) on results to kithline_app;
grant select on runs, run_tasks, attempts, outbox to kithline_dispatcher;
grant update (ended_at, outcome) on attempts to kithline_dispatcher;
grant insert on outbox to kithline_dispatcher;
grant update (delivered_at) on outbox to kithline_dispatcher;
