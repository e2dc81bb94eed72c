-- Who waited for whom: what was asked, and the first answer of everybody who answered it. A row belongs to the day on
-- which something was asked, whenever the answer came, so that day is rolled up again when one comes.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- Of each opening a row without an answerer, and one per answerer: whoever must not be counted leaves alone. What an
-- answer was given in says whether the answer counts; no scorer sees it. Without a key, as `item_use`: the roll-up
-- makes each row once, and an index over six texts would cost more than the rest.
create table opening (
    tenant_id uuid not null,
    day integer not null,
    community text collate "C",
    channel text collate "C",
    kind text collate "C" not null,
    asker text collate "C" not null,
    opened_at bigint not null,
    answerer text collate "C",
    answered_at bigint,
    answer_community text collate "C",
    answer_channel text collate "C"
);
create index opening_by_day on opening (tenant_id, day);

alter table opening enable row level security;
alter table opening force row level security;
-- The setting is read once per statement instead of once per row, as in 0012.
create policy own on opening using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
grant select, insert, delete on opening to kithline_app;

-- What is rolled up already has no openings yet; row-level security would hide the days from the owner as well.
alter table event_day no force row level security;
alter table dirty_days no force row level security;
insert into dirty_days (tenant_id, day) select tenant_id, day from event_day on conflict do nothing;
alter table event_day force row level security;
alter table dirty_days force row level security;

create function contributes(verb text) returns boolean
language sql immutable parallel safe
return verb in ('posted', 'replied', 'shared', 'mentioned', 'answered') or starts_with(verb, 'custom:');

-- Days of what the arrivals answer: their parents, questions of their threads, and the post that begins a thread, also
-- where one of the arrivals begins it now. See `marks.FOLLOWERS`, which does the same for events that are here.
create function answered_days(tenant uuid) returns setof integer
language plpgsql stable security invoker as $$
begin
    if not exists (select from arrivals where parent is not null or thread is not null) then
        return;
    end if;
    -- Planned anew for each batch: a plan that is kept from a tenant's first, empty days takes minutes a year later. As
    -- long as nothing is known of a table, any index would do that begins with the tenant and the source: hence the ||.
    return query execute $answered$
    select parent.day
      from arrivals
     cross join lateral (
           select day, kind, verb, events.parent
             from events
            where tenant_id = $1 and source = arrivals.source and id = arrivals.parent
           offset 0) as parent
     where arrivals.parent is not null and contributes(arrivals.verb)
       and (parent.kind = 'question' or (parent.verb = 'posted' and parent.parent is null))
    union
    select opening.day
      from (select distinct source, thread
              from arrivals
             where thread is not null and contributes(verb)) as thread
     cross join lateral (
           select day
             from (select day, verb, parent
                     from events
                    where tenant_id = $1 and events.thread = thread.thread and source || '' = thread.source
                      and withdrawn_at is null and contributes(verb)
                      and (source, id) not in (select source, id from arrivals)
                    order by occurred_at, id
                    limit 1) as head
            where verb = 'posted' and parent is null
            union all
           (select day
              from events
             where tenant_id = $1 and events.thread = thread.thread and source || '' = thread.source
               and kind = 'question' and withdrawn_at is null
             order by occurred_at, id)
           offset 0) as opening
    $answered$ using tenant;
end
$$;

-- As `settle_arrivals`, and returns the days that the batch changes; null: some of its events change other days too in
-- ways that are not looked at here, or replace events, and nothing is marked yet.
create function settled_days(tenant uuid) returns integer[]
language plpgsql security invoker as $$
declare
    touched integer[];
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('results of ' || tenant::text, 0));
    perform pg_advisory_xact_lock(hashtextextended('events of ' || tenant::text, 0));
    if exists (select from events where tenant_id = tenant and supersedes is not null)
       or exists (
           select
             from arrivals
            where kind = 'practice'
               or (text_hash is not null
                   and exists (select
                                 from (select source, id
                                         from events
                                        where tenant_id = tenant and text_hash = arrivals.text_hash
                                          and withdrawn_at is null
                                        order by occurred_at, source, id
                                        limit 2) as two
                                where two.source <> arrivals.source or two.id <> arrivals.id))) then
        return null;
    end if;
    touched := array(select day from arrivals union select answered_days(tenant) order by 1);
    insert into dirty_days (tenant_id, day)
    select tenant, day
      from unnest(touched) as day
        on conflict (tenant_id, day) do update
       set marks = dirty_days.marks + 1, marked_at = now();
    return touched;
end
$$;

-- Whoever runs an older version while this one comes in still asks for these two.
create or replace function settle_arrivals(tenant uuid) returns boolean
language sql volatile security invoker as $$ select settled_days(tenant) is not null $$;

create or replace function take_arrivals(tenant uuid, name text, change uuid, reached text[]) returns text
language plpgsql security invoker as $$
declare
    touched integer[];
begin
    begin
        insert into events
               (tenant_id, batch, source, id, occurred_at, actor, verb, target, community, channel, thread, parent,
                object, kind, visibility, text_hash, count, sent_at, supersedes, day, text_length)
        select tenant, name, source, id, occurred_at, actor, verb, target, community, channel, thread, parent, object,
               kind, visibility, text_hash, count, sent_at, supersedes, day, text_length
          from arrivals;
    exception when unique_violation or deadlock_detected or serialization_failure then
        return 'met';
    end;
    -- The queue comes first: whoever is in it may mark the same results, and would wait for us while we wait for it.
    touched := settled_days(tenant);
    if touched is null then
        return 'moving';
    end if;
    perform mark_stale(tenant, change, reached, (
        select range_agg(tstzrange(start at time zone 'UTC', (start + interval '1 day') at time zone 'UTC'))
          from (select date '1970-01-01' + day + time '00:00' as start from unnest(touched) as day) as days));
    return 'settled';
end
$$;

revoke execute on function contributes, answered_days, settled_days from public;
grant execute on function contributes, answered_days, settled_days to kithline_app;
