-- Who writes a plugin wants to know how it fares; who runs the installation, how everything does. What became of attempts
-- is counted in rows of the tenant's own, next to the results they stand for: a row common to all would make every task
-- of the installation wait for every other. Sums over tenants leave through one function, which names none.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

alter table attempts add column tier text;

-- `outcome`: the status of the result, `given_back` or `lost`. `reason`: the kind of an error, or `dead` for the last of a
-- task's attempts. `bucket`: how long it took, as a place among fixed bounds; -1 for an attempt that was not finished.
create table plugin_counts (
    tenant_id uuid not null references tenants,
    day date not null,
    plugin text collate "C" not null,
    plugin_version text collate "C" not null,
    scorer text collate "C" not null,
    outcome text collate "C" not null,
    reason text collate "C" not null,
    tier text collate "C" not null,
    bucket bigint not null,
    attempts bigint not null,
    seconds double precision not null,
    primary key (tenant_id, day, plugin, plugin_version, scorer, outcome, reason, tier, bucket)
);
create index plugin_counts_by_day on plugin_counts (day);

alter table plugin_counts enable row level security;
alter table plugin_counts force row level security;
create policy own on plugin_counts using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- It counts the attempts of workers that were lost, and says how today goes.
create policy dispatching on plugin_counts to kithline_dispatcher using (true);
-- The function below reads as its owner, who sees more than one tenant's only where an operator asks.
create policy counting on plugin_counts for select to kithline_owner using (
    current_setting('app.operator', true) = 'on'
);

-- Per period, plugin version and scorer: all attempts, and the parts of them by whether they ended, outcome, tier and
-- bucket. `tenants` stand behind a figure, one of them with `largest` of it; which they are is not told.
create function plugin_counters(since date, until date, period text) returns table (
    began date, plugin text, plugin_version text, scorer text, kind text, name text,
    attempts bigint, seconds double precision, tenants bigint, largest bigint
)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      with of_tenants as (
           select case period when 'day' then day when 'week' then date_trunc('week', day)::date else since end as began,
                  tenant_id, counted.plugin, counted.plugin_version, counted.scorer, part.kind, part.name,
                  sum(counted.attempts) as attempts, sum(counted.seconds) as seconds
             from plugin_counts as counted
            cross join lateral (
                  values ('all', ''),
                         ('ended', case when bucket < 0 then 'unfinished' else 'finished' end),
                         ('outcome', outcome || case when reason = '' then '' else ':' || reason end),
                         ('tier', tier),
                         ('bucket', bucket::text)) as part (kind, name)
            where day >= since and day < until
            group by 1, 2, 3, 4, 5, 6, 7)
    select began, plugin, plugin_version, scorer, kind, name,
           sum(attempts)::bigint, sum(seconds), count(*), max(attempts)::bigint
      from of_tenants
     group by 1, 2, 3, 4, 5, 6
     order by 1, 2, 3, 4, 5, 6
$$;

-- How the installation stands, as a dispatcher counted it last: numbers by state, and nothing of whose they are.
create table figures (
    figure text collate "C" primary key,
    told jsonb not null,
    told_at timestamptz not null default now()
);

grant select, insert, update (attempts, seconds) on plugin_counts to kithline_app, kithline_dispatcher;
grant delete on plugin_counts, replays to kithline_app;
revoke execute on function plugin_counters from public;
grant execute on function plugin_counters to kithline_app;
grant select on figures to kithline_app;
grant select, insert, update (told, told_at) on figures to kithline_dispatcher;
