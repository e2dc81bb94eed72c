-- Corrections append, and results say when what they counted is not what is there any more. Every change notes what
-- it touched and when, so that a result which was being computed meanwhile is known to be late before it is born.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- The first moment a result read (its look-back included); null where a result is older than this column.
alter table results add column reach_start timestamptz;
create index results_fresh on results (tenant_id, window_end) where stale_since is null;

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

do $$
declare
    name text;
begin
    foreach name in array array['changes']
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
grant update (reach_start) on results to kithline_app;
