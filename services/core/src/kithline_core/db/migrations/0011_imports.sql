-- Files too large for one request come as imports: their parts are taken in as they come, so that nothing of a file
-- is ever kept but its rows. What is kept of an import is how far it got, what became of its lines, and which were
-- rejected: place and reason, no content. A verb of one's own needs a schema before events may use it.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table imports (
    tenant_id uuid not null references tenants,
    import_id uuid not null,
    file text not null,
    format text not null check (format in ('csv', 'ndjson')),
    batch text collate "C" not null,
    sha256 text collate "C",
    state text not null default 'open' check (state in ('open', 'paused', 'completed', 'cancelled')),
    bytes bigint not null check (bytes > 0),
    position bigint not null default 0 check (position between 0 and bytes),
    -- Lines read; the columns of a CSV file; whether the next part begins inside a line that is too long to be a row.
    lines bigint not null default 0,
    header text [],
    skipping boolean not null default false,
    accepted bigint not null default 0,
    updated bigint not null default 0,
    duplicates bigint not null default 0,
    conflicts bigint not null default 0,
    rejected bigint not null default 0,
    listed bigint not null default 0,
    seconds double precision not null default 0,
    created_at timestamptz not null default now(),
    moved_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, import_id),
    constraint imports_are_complete_at_their_end check (state <> 'completed' or position = bytes)
);
create index imports_by_content on imports (tenant_id, sha256) where sha256 is not null;

create table import_rejects (
    tenant_id uuid not null,
    import_id uuid not null,
    number bigint not null,
    line bigint not null,
    pointer text not null,
    code text not null,
    message text not null,
    primary key (tenant_id, import_id, number),
    foreign key (tenant_id, import_id) references imports
);

create table verb_schemas (
    tenant_id uuid not null references tenants,
    verb text collate "C" not null,
    title text not null,
    activity text not null,
    required text [] not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, verb)
);

do $$
declare
    name text;
begin
    foreach name in array array['imports', 'import_rejects', 'verb_schemas']
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

grant select, insert, update on imports, verb_schemas to kithline_app;
grant select, insert on import_rejects to kithline_app;
