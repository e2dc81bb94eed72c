-- What acts as the owner touched any table it was given, also a temporary one with a trigger of somebody else's.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- Raises where a relation is none of ours. What the functions below are for stands in migration 0006.
create function require_own_table(relation regclass) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from pg_class where oid = relation and relnamespace = 'public'::regnamespace) then
        raise exception 'no table of tenants' using errcode = 'invalid_parameter_value';
    end if;
end
$$;

create or replace function rename_person(
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
    perform require_own_table(relation);
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

create or replace function forget_statistics(relation regclass) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    part record;
begin
    perform require_own_table(relation);
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

revoke execute on function require_own_table from public;
