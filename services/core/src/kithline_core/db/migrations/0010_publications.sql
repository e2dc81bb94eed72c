-- What was published speaks of people as soon as two results of it differ by few of them. Per scorer the facts of every
-- published snapshot are kept, as keyed hashes and nothing else, so that the next one can be held against them.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- Facts of one day, community and channel, under a name made of what they say: snapshots that hold the same share them.
-- `people`: 8 bytes for either end of each fact; `said`: 8 bytes each.
create table blocks (
    tenant_id uuid not null references tenants,
    block bigint not null,
    people bytea not null,
    said bytea not null,
    primary key (tenant_id, block)
);
-- Hashes cannot be compressed; trying costs time.
alter table blocks alter column people set storage external;
alter table blocks alter column said set storage external;

-- What a snapshot selected (null: all), and its cells with the names of their blocks (see engine/facts.py).
create table snapshots (
    tenant_id uuid not null references tenants,
    scorer text collate "C" not null,
    digest bytea not null,
    first_day bigint not null,
    last_day bigint not null,
    communities bigint[],
    channels bigint[],
    cells bytea not null,
    primary key (tenant_id, scorer, digest)
);

-- Whatever was shown, a result or the count of a preview, by the id it has where it stands.
create table publications (
    tenant_id uuid not null references tenants,
    publication_id uuid not null,
    scorer text collate "C" not null,
    digest bytea not null,
    floor integer not null,
    published_at timestamptz not null default now(),
    primary key (tenant_id, publication_id),
    foreign key (tenant_id, scorer, digest) references snapshots (tenant_id, scorer, digest)
);
create index publications_by_scorer on publications (tenant_id, scorer, digest, published_at);

-- Who was met in somebody's data first when: whoever is new may be there to cover somebody.
create table acquaintances (
    tenant_id uuid not null references tenants,
    acquaintance_id uuid not null,
    met_at timestamptz not null default now(),
    people bytea not null,
    primary key (tenant_id, acquaintance_id)
);

do $$
declare
    name text;
begin
    foreach name in array array['blocks', 'snapshots', 'publications', 'acquaintances']
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

grant select, insert on blocks, snapshots, publications, acquaintances to kithline_app;
grant update (people) on blocks, acquaintances to kithline_app;
