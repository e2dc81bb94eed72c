-- What senders say about their organisations and people. Ids are theirs, byte for byte, hence collate "C".
-- A null in an identity is a value of its own ("not known"), hence `nulls not distinct`.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table datasets (
    tenant_id uuid primary key references tenants,
    document jsonb not null,
    updated_at timestamptz not null default now()
);

create table processing_grounds (
    tenant_id uuid not null references tenants,
    ground_id uuid not null,
    title text not null,
    basis text not null,
    purposes text[] not null,
    groups text[] not null,
    legal_entity text,
    country text,
    documents text[] not null,
    works_agreement text,
    impact_assessment text,
    scorers text[] not null,
    mode text not null,
    floor integer not null check (floor >= 1),
    retention_days integer,
    valid_from timestamptz not null,
    valid_to timestamptz,
    signed_by text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, ground_id)
);

create table organisations (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    organisation text collate "C" not null,
    name text,
    role text,
    tier bigint,
    owner text,
    circles text,
    competing text,
    aliases text,
    valid_from timestamptz,
    valid_to timestamptz,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, organisation, valid_from)
);

create table memberships (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    person text collate "C" not null,
    "group" text,
    organisation text collate "C",
    department text collate "C",
    rank text,
    manager text collate "C",
    leader boolean,
    bot boolean,
    valid_from timestamptz,
    valid_to timestamptz,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, person, "group", organisation, department, valid_from)
);

create table populations (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    "group" text not null,
    department text collate "C",
    count bigint not null,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, "group", department)
);

create table communities (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    community text collate "C" not null,
    name text,
    purpose text,
    audience text,
    activity text,
    object text,
    outcome text,
    measure text,
    due text,
    owner text,
    hosts text,
    launched_at timestamptz,
    invited bigint,
    asked bigint,
    access text,
    kind text,
    visibility text,
    sensitive boolean,
    language text,
    primary key (tenant_id, row_id),
    unique (tenant_id, community)
);

create table interfaces (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    side_a text collate "C" not null,
    side_b text collate "C" not null,
    why text collate "C",
    weight double precision,
    source text,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, side_a, side_b, why)
);

create table ties (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    actor text collate "C" not null,
    target text collate "C" not null,
    count bigint,
    days bigint,
    first_at timestamptz,
    last_at timestamptz,
    community text collate "C",
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, actor, target, community, first_at)
);

create table organisation_ties (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    organisation_a text collate "C" not null,
    organisation_b text collate "C" not null,
    weight double precision,
    kind text,
    period text collate "C",
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, organisation_a, organisation_b, kind, period)
);

create table ratings (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    object text collate "C" not null,
    rater text collate "C" not null,
    item text collate "C" not null,
    value double precision not null,
    primary key (tenant_id, row_id),
    unique (tenant_id, object, rater, item)
);

create table survivals (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    unit text collate "C" not null,
    duration double precision not null,
    ended boolean not null,
    "group" text collate "C",
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, unit, "group")
);

create table value_models (
    tenant_id uuid primary key references tenants,
    discount_rate double precision not null
);

create table value_lines (
    tenant_id uuid not null references tenants,
    line text collate "C" not null,
    document jsonb not null,
    primary key (tenant_id, line)
);

-- A version is never changed: answers were given to exactly these items.
create table questionnaires (
    tenant_id uuid not null references tenants,
    questionnaire text collate "C" not null,
    version text collate "C" not null,
    document jsonb not null,
    sha256 bytea not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, questionnaire, version)
);

create table assessments (
    tenant_id uuid not null references tenants,
    assessment_id uuid not null,
    questionnaire text collate "C" not null,
    assessment text collate "C" not null,
    version text collate "C",
    title text,
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    primary key (tenant_id, assessment_id),
    unique (tenant_id, questionnaire, assessment)
);

create table answers (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    questionnaire text collate "C" not null,
    version text collate "C",
    assessment text collate "C" not null,
    respondent text collate "C",
    item text collate "C" not null,
    department text collate "C",
    rank text,
    dimension text,
    value double precision not null,
    seconds double precision,
    evidence text,
    dated timestamptz,
    role text,
    confirmed_by text,
    primary key (tenant_id, row_id),
    unique nulls not distinct (tenant_id, questionnaire, version, assessment, respondent, item),
    foreign key (tenant_id, questionnaire, assessment) references assessments (tenant_id, questionnaire, assessment)
);
create index answers_by_assessment on answers (tenant_id, questionnaire, assessment);

-- Never changed: a score names the version it counted.
create table scopes (
    tenant_id uuid not null references tenants,
    scope_id uuid not null,
    scope text collate "C" not null,
    version integer not null,
    title text,
    reason text,
    communities text[],
    channels text[],
    created_at timestamptz not null default now(),
    primary key (tenant_id, scope_id),
    unique (tenant_id, scope, version)
);

do $$
declare
    name text;
begin
    foreach name in array array[
        'datasets', 'processing_grounds', 'organisations', 'memberships', 'populations', 'communities', 'interfaces',
        'ties', 'organisation_ties', 'ratings', 'survivals', 'value_models', 'value_lines', 'questionnaires',
        'assessments', 'answers', 'scopes'
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

grant select, insert, update on
    datasets, organisations, memberships, populations, communities, interfaces, ties, organisation_ties, ratings,
    survivals, value_models, assessments, answers
    to kithline_app;
grant select, insert, update, delete on value_lines to kithline_app;
grant select, insert on questionnaires, scopes, processing_grounds to kithline_app;
grant update (valid_to) on processing_grounds to kithline_app;
