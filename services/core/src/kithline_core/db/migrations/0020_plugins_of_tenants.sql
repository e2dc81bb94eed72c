-- Which plugins a tenant uses, in which version, with which parameters; and what a version that runs in the shadow of the
-- one in force would have changed: differences of whole scores, and no finding.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- `enabled` null: as it comes (what the operator installed beside Kithline is enabled). `pinned` null: the newest.
create table plugin_choices (
    tenant_id uuid not null references tenants,
    plugin text collate "C" not null,
    enabled boolean,
    pinned text collate "C",
    reason text collate "C" not null,
    changed_at timestamptz not null default now(),
    primary key (tenant_id, plugin)
);

-- What stands in place of a manifest's values; `checked_by` is the plugin version whose own type took them.
create table plugin_parameters (
    tenant_id uuid not null references tenants,
    scorer text collate "C" not null,
    parameters jsonb not null,
    checked_by text collate "C" not null,
    reason text collate "C" not null,
    changed_at timestamptz not null,
    primary key (tenant_id, scorer)
);

create table shadows (
    tenant_id uuid not null references tenants,
    shadow_id uuid not null,
    plugin text collate "C" not null,
    in_force text collate "C" not null,
    candidate text collate "C" not null,
    decision text collate "C" check (decision in ('accept', 'pin', 'opt_out')),
    reason text collate "C",
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (tenant_id, shadow_id),
    check (ended_at is null or decision is not null)
);
create unique index shadows_open on shadows (tenant_id, plugin) where ended_at is null;

-- Of one snapshot: what the version in force says, and what the candidate would. `difference` is in 1e-9 of the score.
create table shadow_differences (
    tenant_id uuid not null references tenants,
    shadow_id uuid not null,
    result_id uuid not null,
    scorer text collate "C" not null,
    status text collate "C" not null,
    candidate_status text collate "C" not null,
    level integer,
    candidate_level integer,
    difference bigint,
    identical boolean not null,
    primary key (tenant_id, shadow_id, result_id),
    foreign key (tenant_id, shadow_id) references shadows (tenant_id, shadow_id),
    foreign key (tenant_id, result_id) references results (tenant_id, result_id)
);
create index shadow_differences_by_result on shadow_differences (tenant_id, result_id);

do $$
declare
    name text;
begin
    foreach name in array array['plugin_choices', 'plugin_parameters', 'shadows', 'shadow_differences']
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

grant select, insert, update (enabled, pinned, reason, changed_at) on plugin_choices to kithline_app;
grant select, insert, update (parameters, checked_by, reason, changed_at) on plugin_parameters to kithline_app;
grant select, insert, update (decision, reason, ended_at) on shadows to kithline_app;
grant select, insert on shadow_differences to kithline_app;
