-- People's rights, work that takes longer than a request, and data that have had their time.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- `place` says where the work stands. Whom it is about stands under `people` of the parameters until it is over, and in
-- `subject` as a keyed hash for good.
create table jobs (
    tenant_id uuid not null references tenants,
    job_id uuid not null,
    kind text not null,
    subject text,
    parameters jsonb not null,
    state text not null default 'queued'
        check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    done bigint not null default 0,
    total bigint,
    place jsonb not null default '{}',
    receipt jsonb not null default '{}',
    reason text,
    attempt integer not null default 0,
    token uuid,
    lease_until timestamptz,
    due_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, job_id),
    constraint jobs_end_iff_over check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint jobs_lease_iff_token check ((token is null) = (lease_until is null)),
    constraint jobs_forget_people check (finished_at is null or not parameters ? 'people')
);
create index jobs_waiting on jobs (tenant_id, due_at) where finished_at is null;

-- `name`: what an erased person is called by, while the old name is still being replaced.
create table person_rights (
    tenant_id uuid not null references tenants,
    right_id uuid not null,
    kind text not null check (kind in ('object', 'restrict', 'erase')),
    person text collate "C" not null,
    name text collate "C",
    created_at timestamptz not null default now(),
    lifted_at timestamptz,
    primary key (tenant_id, right_id),
    constraint person_rights_name_iff_erased check ((kind = 'erase') = (name is not null))
);
create unique index person_rights_in_force on person_rights (tenant_id, person, kind) where lifted_at is null;

-- Null: for ever. `chosen`: the tenant set it; else the defaults of its dataset's nature hold.
create table retention (
    tenant_id uuid primary key references tenants,
    chosen boolean not null default false,
    events_days integer check (events_days >= 1),
    rollups_days integer check (rollups_days >= 1),
    next_at timestamptz,
    last_at timestamptz,
    constraint retention_keeps_rollups_longer
        check (rollups_days is null or (events_days is not null and rollups_days >= events_days))
);

-- Days of which events are removed. Closed: the door takes no more of them. Emptied: removal began, so a roll-up would
-- count too few. Forgotten: the roll-ups went too. `received_at`: when the last event of that day came in.
create table expired_days (
    tenant_id uuid not null references tenants,
    day integer not null,
    received_at timestamptz not null,
    closed_at timestamptz not null default now(),
    emptied_at timestamptz,
    forgotten_at timestamptz,
    primary key (tenant_id, day),
    constraint expired_days_in_order check (forgotten_at is null or emptied_at is not null)
);

-- What the planner remembers are samples of rows, and a dump may carry them: not of columns that hold names for a while.
alter table jobs alter column parameters set statistics 0;
alter table person_rights alter column person set statistics 0;
alter table idempotency_keys alter column idempotency_key set statistics 0;
alter table idempotency_keys alter column headers set statistics 0;
alter table idempotency_keys alter column body set statistics 0;

-- An assessment may be called by a person's id; its answers follow when that is replaced. Not checked again: the rows
-- were held to the same key until now.
-- squawk-ignore ban-drop-constraint
alter table answers drop constraint answers_tenant_id_questionnaire_assessment_fkey;
alter table answers add constraint answers_of_assessment
    foreign key (tenant_id, questionnaire, assessment) references assessments (tenant_id, questionnaire, assessment)
    on update cascade not valid;

do $$
declare
    name text;
begin
    foreach name in array array['jobs', 'person_rights', 'retention', 'expired_days']
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

-- The dispatcher sees which tenant has work, and nothing of the work.
create policy dispatching on jobs for select to kithline_dispatcher using (true);
create policy dispatching on retention for select to kithline_dispatcher using (true);
create policy dispatching on tenants for select to kithline_dispatcher using (true);

grant select, insert, update on jobs, person_rights, retention, expired_days to kithline_app;
grant delete on events to kithline_app;
grant select (tenant_id, job_id, state, token, lease_until, due_at, finished_at) on jobs to kithline_dispatcher;
grant select (tenant_id, next_at) on retention to kithline_dispatcher;
grant select (tenant_id) on tenants to kithline_dispatcher;

-- Erasure replaces a name in tables that nobody may change otherwise. These functions act as their owner, under the same
-- row-level security, and write nothing but tombstones: whoever may call them can blot out, and cannot forge.
-- In JSON a name is the whole value of what is called like a column of people, and stands anywhere in other texts;
-- without a pattern in the former only.
create function renamed_json(document jsonb, person text, pattern text, tombstone text, called text default '')
returns jsonb
language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
begin
    return case jsonb_typeof(document)
        when 'string' then case
            when called = any(array['person', 'manager', 'actor', 'target', 'respondent', 'rater', 'unit',
                                    'confirmed_by', 'used_by', 'same_as', 'subject'])
            then case when document #>> '{}' = person then to_jsonb(tombstone) else document end
            when pattern is null then document
            else to_jsonb(regexp_replace(document #>> '{}', pattern, tombstone, 'g'))
        end
        when 'array' then coalesce(
            (select jsonb_agg(renamed_json(value, person, pattern, tombstone, called) order by place)
               from jsonb_array_elements(document) with ordinality as told (value, place)),
            '[]'
        )
        when 'object' then coalesce(
            (select jsonb_object_agg(
                        case when pattern is null then key else regexp_replace(key, pattern, tombstone, 'g') end,
                        renamed_json(value, person, pattern, tombstone, key))
               from jsonb_each(document)),
            '{}'
        )
        else document
    end;
end
$$;

-- A name within a text: not where a letter or digit goes on.
create function name_pattern(person text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select '(?<![[:alnum:]])' || regexp_replace(person, '([^[:alnum:]])', '\\\1', 'g') || '(?![[:alnum:]])'
$$;

-- Within a text of JSON a line feed is two characters, and the second is a letter.
create function json_name_pattern(person text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select '(?:(?<![[:alnum:]])|(?<=\\[bfnrt])|(?<=\\u[[:xdigit:]]{4}))'
           || regexp_replace(
                  substr(to_json(person)::text, 2, length(to_json(person)::text) - 2), '([^[:alnum:]])', '\\\1', 'g')
           || '(?![[:alnum:]])'
$$;

create function require_tombstone(tombstone text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if tombstone !~ '^erased-[a-z2-7]{26}$' then
        raise exception 'a name is replaced by a tombstone and by nothing else' using errcode = 'invalid_parameter_value';
    end if;
end
$$;

-- Replace a person's id in up to so many rows of a table, and return how many there were: in the columns `whole` where
-- it is the value (in JSON: where a column of people is told), in the columns `parts` (text, text[], jsonb) wherever it
-- stands. `said_of`: only rows of this kind; null for all.
create function rename_person(
    relation regclass, said_of text, whole text[], parts text[], person text, tombstone text, most integer
) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    pattern constant text := name_pattern(person);
    within_json constant text := substr(to_json(person)::text, 2, length(to_json(person)::text) - 2);
    conditions text[] := '{}';
    changes text[] := '{}';
    name text;
    kind text;
    inside boolean;
    touched integer;
begin
    perform require_tombstone(tombstone);
    foreach name in array whole || parts
    loop
        select format_type(atttypid, null) into strict kind
          from pg_attribute
         where attrelid = relation and attname = name and not attisdropped;
        inside := name = any(parts);
        if kind = 'jsonb' then
            conditions := conditions || format(
                '(strpos(%1$I::text, $5) > 0 and renamed_json(%1$I, $1, %2$s, $2) <> %1$I)',
                name, case when inside then '$3' else 'null' end);
            changes := changes || format(
                '%1$I = renamed_json(%1$I, $1, %2$s, $2)', name, case when inside then '$3' else 'null' end);
        elsif kind = 'text[]' then
            conditions := conditions || format(
                'exists (select from unnest(%I) as one (said) where said collate "default" ~ $3)', name);
            changes := changes || format(
                '%1$I = case when %1$I is null then null else array(
                     select regexp_replace(said collate "default", $3, $2, ''g'')
                       from unnest(%1$I) with ordinality as one (said, place) order by place) end',
                name);
        elsif inside then
            conditions := conditions || format('(strpos(%1$I, $1) > 0 and %1$I collate "default" ~ $3)', name);
            changes := changes || format('%1$I = regexp_replace(%1$I collate "default", $3, $2, ''g'')', name);
        else
            conditions := conditions || format('%I = $1', name);
            changes := changes || format('%1$I = case when %1$I = $1 then $2 else %1$I end', name);
        end if;
    end loop;
    execute format(
        'update %1$s set %2$s
          where ctid = any(array(
                select ctid from %1$s
                 where tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid and (%3$s) %4$s
                 limit $4))
            and tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid and (%3$s) %4$s',
        relation, array_to_string(changes, ', '), array_to_string(conditions, ' or '),
        case when said_of is not null then format('and kind = %L', said_of) end
    ) using person, tombstone, pattern, most, within_json;
    get diagnostics touched = row_count;
    return touched;
end
$$;

-- The same in stored findings, whose bytes are kept as they were written, with a new hash over them.
create function rename_in_findings(person text, tombstone text, most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    touched integer;
begin
    perform require_tombstone(tombstone);
    with found as materialized (
        select result_id,
               convert_to(
                   regexp_replace(convert_from(finding, 'UTF8'), json_name_pattern(person), tombstone, 'g'),
                   'UTF8') as rewritten
          from results
         where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           and convert_from(finding, 'UTF8') ~ json_name_pattern(person)
         limit most)
    update results
       set finding = found.rewritten, sha256 = encode(sha256(found.rewritten), 'hex')
      from found
     where results.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
       and results.result_id = found.result_id;
    get diagnostics touched = row_count;
    return touched;
end
$$;

-- What the planner remembers of a table is made anew from the rows that are there now.
create function forget_statistics(relation regclass) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    part record;
begin
    if not exists (select from pg_attribute where attrelid = relation and attname = 'tenant_id') then
        raise exception 'no table of tenants' using errcode = 'invalid_parameter_value';
    end if;
    -- Before release 18 a table that has become empty keeps its old samples.
    if current_setting('server_version_num')::integer >= 180000 then
        for part in
            select nspname, relname, attname
              from pg_attribute
              join pg_class on pg_class.oid = attrelid
              join pg_namespace on pg_namespace.oid = relnamespace
             where attnum > 0 and not attisdropped
               and attrelid in (select relation union select relid from pg_partition_tree(relation))
        loop
            perform pg_clear_attribute_stats(part.nspname, part.relname, part.attname, false);
            perform pg_clear_attribute_stats(part.nspname, part.relname, part.attname, true);
        end loop;
    end if;
    execute format('analyze %s', relation);
end
$$;

-- Rows that speak of somebody, as the caller may read them, behind the place of the last one.
create function person_rows(
    tenant uuid, relation regclass, names text[], people text[], behind_relation oid, behind_row tid, most integer
) returns table (of_relation oid, of_row tid, content jsonb)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    condition text;
begin
    select string_agg(format('%I = any($2)', name), ' or ') into strict condition from unnest(names) as one (name);
    return query execute format(
        'select tableoid, ctid, to_jsonb(had) - ''tenant_id''
           from %s as had
          where tenant_id = $1 and (%s) and (tableoid, ctid) > ($3, $4)
          order by tableoid, ctid
          limit $5',
        relation, condition
    ) using tenant, people, behind_relation, behind_row, most;
end
$$;

create function person_count(tenant uuid, relation regclass, names text[], people text[]) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    condition text;
    counted bigint;
begin
    select string_agg(format('%I = any($2)', name), ' or ') into strict condition from unnest(names) as one (name);
    execute format('select count(*) from %s where tenant_id = $1 and (%s)', relation, condition)
       into strict counted
      using tenant, people;
    return counted;
end
$$;

revoke execute on function rename_person, rename_in_findings, forget_statistics from public;
grant execute on function rename_person, rename_in_findings, forget_statistics to kithline_app;
