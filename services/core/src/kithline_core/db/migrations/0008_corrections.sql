-- Corrections append, and results say when what they counted is not what is there any more. Every change notes what
-- it touched and when, so that a result which was being computed meanwhile is known to be late before it is born.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- The first moment a result read (its look-back included); null where a result is older than this column.
alter table results add column reach_start timestamptz;

-- `transaction` is compared with the snapshot a result was read under: clocks cannot tell what was committed when.
create table changes (
    tenant_id uuid not null references tenants,
    change_id uuid not null,
    tables text[] not null,
    during tstzmultirange not null,
    transaction xid8 not null default pg_current_xact_id(),
    changed_at timestamptz not null default now(),
    primary key (tenant_id, change_id)
);
create index changes_by_time on changes (tenant_id, changed_at);

-- Imports by their names. Undone: what came with it is gone; the same name sent again opens it anew. Expired: what rows
-- were before has had its time, so that undoing it does not put them back.
create table batches (
    tenant_id uuid not null references tenants,
    batch text collate "C" not null,
    opened_at timestamptz not null default now(),
    undone_at timestamptz,
    expired_at timestamptz,
    primary key (tenant_id, batch)
);

-- What a row was before an import touched it, and what the import made of it; no image before: there was no row.
create table batch_rows (
    tenant_id uuid not null references tenants,
    entry bigint generated always as identity,
    batch text collate "C" not null,
    file text collate "C" not null,
    row_id uuid not null,
    before jsonb,
    after jsonb not null,
    noted_at timestamptz not null default now(),
    primary key (tenant_id, entry),
    foreign key (tenant_id, batch) references batches (tenant_id, batch) on update cascade
);
create index batch_rows_by_batch on batch_rows (tenant_id, batch, file, row_id);
create index batch_rows_by_time on batch_rows (tenant_id, noted_at);
create index batch_rows_by_row on batch_rows (tenant_id, file, row_id, entry);

-- An event that an import sent which was there already: it stays while any import that sent it does.
create table batch_events (
    tenant_id uuid not null references tenants,
    batch text collate "C" not null,
    source text collate "C" not null,
    id text collate "C" not null,
    primary key (tenant_id, source, id, batch),
    foreign key (tenant_id, batch) references batches (tenant_id, batch) on update cascade
);
create index batch_events_by_batch on batch_events (tenant_id, batch);

-- Every withdrawal, restoration and undone import, for good: by whom, why, and how many of what.
create table corrections (
    tenant_id uuid not null references tenants,
    correction_id uuid not null,
    kind text not null check (kind in ('withdrawn', 'restored', 'undone')),
    file text collate "C",
    batch text collate "C",
    reason text not null,
    made_by text not null,
    counts jsonb not null,
    undoes_id uuid,
    created_at timestamptz not null default now(),
    primary key (tenant_id, correction_id),
    unique (tenant_id, undoes_id),
    foreign key (tenant_id, undoes_id) references corrections (tenant_id, correction_id)
);

-- Which events and rows a withdrawal took; a row with its image, for it stands nowhere else.
create table corrected_events (
    tenant_id uuid not null references tenants,
    correction_id uuid not null,
    source text collate "C" not null,
    id text collate "C" not null,
    primary key (tenant_id, correction_id, source, id),
    foreign key (tenant_id, correction_id) references corrections (tenant_id, correction_id)
);

create table corrected_rows (
    tenant_id uuid not null references tenants,
    correction_id uuid not null,
    file text collate "C" not null,
    row_id uuid not null,
    image jsonb not null,
    noted_at timestamptz not null default now(),
    primary key (tenant_id, correction_id, row_id),
    foreign key (tenant_id, correction_id) references corrections (tenant_id, correction_id)
);

-- Rows of an import and of a withdrawal can be gone again, which nothing needed so far.
grant delete on
    organisations, memberships, populations, communities, interfaces, ties, organisation_ties, ratings, survivals,
    answers
    to kithline_app;

-- Where a practice stood and where it was used: an item of a sensitive community is nobody's business. What is rolled
-- up already does not know, so its days are done again; row-level security would hide them from the owner as well.
alter table item_use add column community text collate "C";
alter table item_use add column practice_community text collate "C";
alter table item_use no force row level security;
alter table dirty_days no force row level security;
insert into dirty_days (tenant_id, day) select distinct tenant_id, day from item_use on conflict do nothing;
alter table item_use force row level security;
alter table dirty_days force row level security;

-- Who answers for what a scope counts.
alter table scopes add column owner text;

do $$
declare
    name text;
begin
    foreach name in array array['changes', 'batches', 'batch_rows', 'batch_events', 'corrections', 'corrected_events', 'corrected_rows']
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

grant select, insert, delete on changes to kithline_app;
grant select, insert, update on batches to kithline_app;
grant select, insert, update, delete on batch_rows, batch_events, corrected_rows, corrected_events to kithline_app;
grant update (batch) on events to kithline_app;
grant select, insert on corrections to kithline_app;
grant update (reach_start) on results to kithline_app;
