-- A probability is worth something only where what it said came as often as it said. What was foretold and what came of it is
-- written down when it can be known, and not touched again; control points of curves are announced, and old ones stay.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- `result_id` said it, `resolved_by` shows whether it came.
create table predictions (
    tenant_id uuid not null references tenants,
    result_id uuid not null,
    prediction text collate "C" not null check (prediction in ('level_holds')),
    resolved_by uuid not null,
    scorer text collate "C" not null,
    version text collate "C" not null,
    probability double precision not null check (probability between 0 and 1),
    came boolean not null,
    resolved_at timestamptz not null default now(),
    primary key (tenant_id, result_id, prediction),
    foreign key (tenant_id, result_id) references results (tenant_id, result_id),
    foreign key (tenant_id, resolved_by) references results (tenant_id, result_id)
);
create index predictions_by_resolution on predictions (tenant_id, resolved_by);

alter table predictions enable row level security;
alter table predictions force row level security;
create policy own on predictions using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

-- Of no tenant: median and 90th percentile over ten or more that agreed, as an operator announced them.
create table curve_points (
    scorer text collate "C" not null,
    version text collate "C" not null,
    driver text collate "C" not null,
    announced_on date not null,
    median double precision not null,
    ninetieth double precision not null,
    tenants integer not null check (tenants >= 10),
    primary key (scorer, version, driver, announced_on),
    check (median <> ninetieth)
);

alter table curve_points enable row level security;
alter table curve_points force row level security;
create policy operating on curve_points using (current_setting('app.operator', true) = 'on');

grant select, insert on predictions to kithline_app;
grant select, insert on curve_points to kithline_app;
