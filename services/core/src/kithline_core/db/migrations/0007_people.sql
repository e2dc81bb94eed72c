-- Who said where somebody belongs, and how sure they were; who took over whom; which ids name one person or one
-- organisation; and what a person or an organisation disputes. Links and disputes are only ever appended or ended.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

alter table memberships add column source text collate "C";
alter table memberships add column confidence double precision;
alter table memberships add column bot_confidence double precision;
alter table organisations add column successor text collate "C";

-- What two sources say of one person are two rows, even where they agree: else the later would silence the earlier.
-- The old key has a name that Postgres shortened, hence the look-up.
do $$
declare
    key text;
begin
    select conname into strict key
      from pg_constraint
     where conrelid = 'memberships'::regclass and contype = 'u';
    execute format('alter table memberships drop constraint %I', key);
end
$$;
-- Built under the lock: without the key the same row could come in twice, and a list of people is short.
alter table memberships
    -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
    add constraint memberships_identity
        unique nulls not distinct (tenant_id, person, "group", organisation, department, valid_from, source);

create table identities (
    tenant_id uuid not null references tenants,
    row_id uuid not null,
    kind text not null check (kind in ('person', 'organisation')),
    id text collate "C" not null,
    same_as text collate "C" not null check (same_as <> id),
    confidence double precision,
    rule text,
    source text collate "C",
    created_at timestamptz not null default now(),
    undone_at timestamptz,
    primary key (tenant_id, row_id)
);
-- An id has one other name at a time; what was taken back stays as history.
create unique index identities_in_force on identities (tenant_id, kind, id) where undone_at is null;
create index identities_by_name on identities (tenant_id, kind, same_as) where undone_at is null;

create table disputes (
    tenant_id uuid not null references tenants,
    dispute_id uuid not null,
    kind text not null check (kind in ('person', 'organisation')),
    subject text collate "C" not null,
    about jsonb not null,
    claimed jsonb not null,
    reason text not null,
    opened_by text not null,
    state text not null default 'open' check (state in ('open', 'accepted', 'refused')),
    decision text,
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    primary key (tenant_id, dispute_id),
    constraint disputes_decided_iff_not_open check ((state = 'open') = (decided_at is null))
);

do $$
declare
    name text;
begin
    foreach name in array array['identities', 'disputes']
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

grant select, insert, update on identities, disputes to kithline_app;
-- An import that is undone takes its links with it.
grant delete on identities to kithline_app;
