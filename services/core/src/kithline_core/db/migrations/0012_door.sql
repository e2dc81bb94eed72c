-- What comes in is held against the tenant's policy, and goes in through a temporary table of the connection's own.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- The setting is read once per statement instead of once per row: a quarter of an insert's time.
alter policy own on events using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
alter policy own on activity_day using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
alter policy own on tie_day using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
alter policy own on item_use using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));
alter policy own on event_day using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid));

-- An event that comes again is compared with what is here. A hash of it without a key could confirm a guess at who
-- did it, also after that person was erased.
-- squawk-ignore ban-drop-column
alter table events drop column body_hash;

-- Competitors' people are not kept, so what came before anybody knew is removed.
grant delete on memberships, ties, answers, ratings, survivals, identities to kithline_app;

do $$
begin
    execute format('grant temporary on database %I to kithline_app', current_database());
end
$$;

-- Ends the way in of a batch in one call, for all batches of a tenant wait for each other here: marks the days of the
-- events that came in. False: some of them change other days too, or replace events, and nothing is marked yet.
-- The locks are those of `marks.QUEUE`. Each statement sees what others committed before it, also inside a function.
create function settle_arrivals(tenant uuid) returns boolean
language plpgsql security invoker as $$
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
        return false;
    end if;
    insert into dirty_days (tenant_id, day)
    select tenant, day
      from (select distinct day from arrivals) as touched
     order by day
        on conflict (tenant_id, day) do update
       set marks = dirty_days.marks + 1, marked_at = now();
    return true;
end
$$;
revoke execute on function settle_arrivals from public;
grant execute on function settle_arrivals to kithline_app;
