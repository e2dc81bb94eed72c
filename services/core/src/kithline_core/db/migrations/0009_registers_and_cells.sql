-- Registers an organisation keeps of its own doing, the cells of the aggregates mode, and what the local mode needs: the
-- public keys with which a tenant signs findings it computed itself, and the signature of each. None of these names a person.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table incidents (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    incident text collate "C" not null,
    occurred_at timestamptz,
    acknowledged_at timestamptz,
    remedied_at timestamptz,
    public boolean,
    community text collate "C",
    evidence text,
    primary key (tenant_id, row_id),
    unique (tenant_id, incident)
);

create table ideas (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    idea text collate "C" not null,
    submitted_at timestamptz,
    "group" text,
    department text collate "C",
    community text collate "C",
    status text,
    decided_at timestamptz,
    implemented_at timestamptz,
    implementer text,
    evidence text,
    primary key (tenant_id, row_id),
    unique (tenant_id, idea)
);

create table decisions (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    decision text collate "C" not null,
    decided_at timestamptz,
    department text collate "C",
    cites text,
    evidence text,
    primary key (tenant_id, row_id),
    unique (tenant_id, decision)
);

create table outcomes (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    outcome text collate "C" not null,
    dated timestamptz,
    kind text,
    department text collate "C",
    community text collate "C",
    verified boolean,
    ours boolean,
    theirs boolean,
    evidence text,
    primary key (tenant_id, row_id),
    unique (tenant_id, outcome)
);

create table roadmap (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    purpose text collate "C" not null,
    "order" bigint,
    community text collate "C",
    horizon text,
    value text,
    risk text,
    investment text,
    signed_by text,
    decides text,
    primary key (tenant_id, row_id),
    unique (tenant_id, purpose)
);

create table barriers (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    barrier text collate "C" not null,
    code text,
    strength text,
    owner text,
    countermeasure text,
    gate text,
    open boolean,
    primary key (tenant_id, row_id),
    unique (tenant_id, barrier)
);

create table interventions (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    intervention text collate "C" not null,
    started_at timestamptz,
    ended_at timestamptz,
    kind text,
    aim text,
    department text collate "C",
    community text collate "C",
    owner text,
    evidence text,
    primary key (tenant_id, row_id),
    unique (tenant_id, intervention)
);

create table group_ties (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    period text collate "C" not null,
    level text collate "C",
    a text collate "C",
    b text collate "C",
    people_a bigint,
    people_b bigint,
    ties double precision,
    forward bigint,
    backward bigint,
    members bigint,
    met bigint,
    departments bigint,
    departments_at_floor bigint,
    within double precision,
    expected double precision,
    items bigint,
    adopted bigint,
    sharing bigint,
    evenness double precision,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, period, level, a, b)
);

create table group_activity (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    period text collate "C" not null,
    community text collate "C",
    "group" text collate "C",
    contributors bigint,
    contributions bigint,
    events bigint,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, period, community, "group")
);

create table waits (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    period text collate "C" not null,
    community text collate "C",
    "group" text collate "C",
    people bigint,
    openings bigint,
    answered bigint,
    within_24h bigint,
    within_168h bigint,
    median_hours double precision,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, period, community, "group")
);

create table contributions (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    period text collate "C" not null,
    community text collate "C",
    "group" text collate "C",
    least bigint,
    most bigint,
    contributors bigint,
    contributions bigint,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, period, community, "group", least)
);

-- A tie that was observed at the sender's says which way contact went; one that was only declared does not.
alter table organisation_ties add column direction text;
alter table organisation_ties add column declared boolean;

-- How many people's answers a row is the mean of.
alter table answers add column respondents bigint;

create table signing_keys (
    tenant_id uuid not null references tenants,
    signing_key_id uuid not null,
    title text not null,
    public_key bytea not null check (octet_length(public_key) = 32),
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    primary key (tenant_id, signing_key_id),
    unique (tenant_id, public_key)
);

-- The same finding of the same window sent again is the same result.
create table signatures (
    tenant_id uuid not null references tenants,
    result_id uuid not null,
    signing_key_id uuid not null,
    signature bytea not null check (octet_length(signature) = 64),
    scorer text collate "C" not null,
    key text collate "C" not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, result_id),
    unique (tenant_id, scorer, key, window_start, window_end),
    foreign key (tenant_id, result_id) references results (tenant_id, result_id),
    foreign key (tenant_id, signing_key_id) references signing_keys (tenant_id, signing_key_id)
);

do $$
declare
    name text;
begin
    foreach name in array array[
        'incidents', 'ideas', 'decisions', 'outcomes', 'roadmap', 'barriers', 'interventions', 'group_ties',
        'group_activity', 'waits', 'contributions', 'signing_keys', 'signatures'
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

grant select, insert, update, delete on
    incidents, ideas, decisions, outcomes, roadmap, barriers, interventions, group_ties, group_activity, waits,
    contributions
    to kithline_app;
grant select, insert on signing_keys, signatures to kithline_app;
grant update (revoked_at) on signing_keys to kithline_app;
