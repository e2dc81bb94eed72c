-- What was published speaks of people as soon as two results of it differ by few of them. Per scorer the facts of every
-- published snapshot are kept, as keyed hashes and nothing else, so that the next one can be held against them.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- `people`: 8 bytes each; `facts`: 12 bytes each, naming people by their place. `sample`: one fact in 2^thinning, which
-- decides most comparisons. `renamed`: hashes that took another's place, of which the sample knows nothing.
create table sketches (
    tenant_id uuid not null references tenants,
    sketch_id uuid not null,
    scorer text collate "C" not null,
    digest bytea not null,
    thinning integer not null check (thinning >= 0),
    sample_people bytea not null,
    sample bytea not null,
    people bytea not null,
    facts bytea not null,
    renamed bytea not null default '',
    primary key (tenant_id, sketch_id),
    unique (tenant_id, scorer, digest)
);
-- Hashes cannot be compressed; trying costs time.
alter table sketches alter column sample_people set storage external;
alter table sketches alter column sample set storage external;
alter table sketches alter column people set storage external;
alter table sketches alter column facts set storage external;

-- `result_id`: of the result, or of a scope's preview, which is stored nowhere else.
create table publications (
    tenant_id uuid not null references tenants,
    result_id uuid not null,
    scorer text collate "C" not null,
    sketch_id uuid not null,
    floor integer not null,
    published_at timestamptz not null default now(),
    primary key (tenant_id, result_id),
    foreign key (tenant_id, sketch_id) references sketches (tenant_id, sketch_id)
);
create index publications_by_scorer on publications (tenant_id, scorer, sketch_id, published_at);

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
    foreach name in array array['sketches', 'publications', 'acquaintances']
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

grant select, insert on sketches, publications, acquaintances to kithline_app;
grant update (people, sample_people, renamed) on sketches to kithline_app;
grant update (people) on acquaintances to kithline_app;
