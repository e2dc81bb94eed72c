-- A batch of events pays for its round trips as much as for its rows: the loop that sends them reads other batches
-- meanwhile. So what follows COPY is one call.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- Notes a change and marks the results it reaches; returns how many turned stale. A change of more than 500 spans is
-- noted as one from the first to the last. The lock is held shared until COMMIT; see `stale`.
create function mark_stale(tenant uuid, change uuid, reached text[], spans tstzmultirange) returns integer
language plpgsql security invoker as $$
declare
    marked integer;
    more integer;
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('results of ' || tenant::text, 0));
    if (select count(*) from unnest(spans)) > 500 then
        spans := tstzmultirange(range_merge(spans));
    end if;
    insert into changes (tenant_id, change_id, tables, during) values (tenant, change, reached, spans);
      with late as materialized (
           select result_id
             from results
            where tenant_id = tenant and stale_since is null and reads && reached
              and tstzrange(coalesce(reach_start, window_start), window_end) && spans
            order by result_id
              for no key update)
    update results
       set stale_since = now()
      from late
     where results.tenant_id = tenant and results.result_id = late.result_id;
    get diagnostics marked = row_count;
    more := marked;
    -- What reads the findings of another scorer of its run is as old as they are.
    while more > 0 loop
        update results
           set stale_since = now()
          from run_tasks
         where results.tenant_id = tenant and results.stale_since is null
           and run_tasks.tenant_id = tenant and run_tasks.task_id = results.task_id
           and exists (select from results as earlier
                        where earlier.tenant_id = tenant and earlier.run_id = results.run_id
                          and earlier.scorer = any(run_tasks.after) and earlier.stale_since is not null);
        get diagnostics more = row_count;
        marked := marked + more;
    end loop;
    return marked;
end
$$;

-- Puts a batch that is taken for new into the table and ends its way in. 'met': one of its events is here already, and
-- nothing was done; 'moving': stored, but some change other days too (see `settle_arrivals`), and nothing is marked yet;
-- else 'settled'.
create function take_arrivals(tenant uuid, name text, change uuid, reached text[]) returns text
language plpgsql security invoker as $$
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
    if not settle_arrivals(tenant) then
        return 'moving';
    end if;
    perform mark_stale(tenant, change, reached, (
        select range_agg(tstzrange(start at time zone 'UTC', (start + interval '1 day') at time zone 'UTC'))
          from (select distinct date '1970-01-01' + day + time '00:00' as start from arrivals) as touched));
    return 'settled';
end
$$;

revoke execute on function mark_stale, take_arrivals from public;
grant execute on function mark_stale, take_arrivals to kithline_app;
