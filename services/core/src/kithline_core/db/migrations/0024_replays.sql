-- Why two results differ, once it was computed; and whether results computed again still say the same, byte for byte.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table explanations (
    tenant_id uuid not null references tenants,
    before_id uuid not null,
    after_id uuid not null,
    document bytea not null,
    explained_at timestamptz not null default now(),
    primary key (tenant_id, before_id, after_id),
    foreign key (tenant_id, before_id) references results (tenant_id, result_id),
    foreign key (tenant_id, after_id) references results (tenant_id, result_id)
);
create index explanations_by_after on explanations (tenant_id, after_id);

-- What it would be with a newer rule is `bridged`: the old data under another version of the plugin, in 1e-9 of the score.
create table bridges (
    tenant_id uuid not null references tenants,
    result_id uuid not null,
    plugin_version text collate "C" not null,
    status text collate "C" not null,
    level integer,
    score double precision,
    bridged bigint,
    stored bigint,
    bridged_at timestamptz not null default now(),
    primary key (tenant_id, result_id, plugin_version),
    foreign key (tenant_id, result_id) references results (tenant_id, result_id)
);

create table replays (
    tenant_id uuid not null references tenants,
    replay_id uuid not null,
    result_id uuid not null,
    outcome text not null check (outcome in ('identical', 'differs', 'impossible')),
    reason text,
    path text,
    engine text collate "C" not null,
    nightly boolean not null,
    replayed_at timestamptz not null default now(),
    primary key (tenant_id, replay_id),
    foreign key (tenant_id, result_id) references results (tenant_id, result_id),
    check ((outcome = 'impossible') = (reason is not null)),
    check (outcome <> 'differs' or path is not null)
);
create index replays_by_result on replays (tenant_id, result_id, replayed_at);

-- When a tenant's results are replayed next.
create table replay_rounds (
    tenant_id uuid primary key references tenants,
    next_at timestamptz not null
);

-- What every process of the installation has to show, whichever tenant it was: how often, and when last.
create table alarms (
    alarm text collate "C" primary key,
    times bigint not null default 1,
    raised_at timestamptz not null default now()
);

do $$
declare
    name text;
begin
    foreach name in array array['explanations', 'bridges', 'replays', 'replay_rounds']
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
-- The dispatcher sees whose round is due.
create policy dispatching on replay_rounds for select to kithline_dispatcher using (true);

grant select, insert on explanations, bridges, replays to kithline_app;
grant update (path) on replays to kithline_app;
grant select, insert, update on replay_rounds to kithline_app;
grant select on replay_rounds to kithline_dispatcher;
grant select, insert, update on alarms to kithline_app;
