-- What acts as the owner touched any table it was given, also a temporary one with a trigger of somebody else's. Now what
-- the app role may call looks at the table first; what these functions are for stands in migration 0006.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

-- Raises where a relation is none of ours.
create function require_own_table(relation regclass) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from pg_class where oid = relation and relnamespace = 'public'::regnamespace) then
        raise exception 'no table of tenants' using errcode = 'invalid_parameter_value';
    end if;
end
$$;

-- Who calls them finds the same names at COMMIT.
revoke execute on function rename_person, forget_statistics from kithline_app;
-- squawk-ignore renaming-object
alter function rename_person rename to rename_person_anywhere;
alter function rename_person_anywhere security invoker;
-- squawk-ignore renaming-object
alter function forget_statistics rename to forget_statistics_anywhere;
alter function forget_statistics_anywhere security invoker;

create function rename_person(
    relation regclass, said_of text, whole text[], parts text[], person text, tombstone text, most integer
) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform require_own_table(relation);
    return rename_person_anywhere(relation, said_of, whole, parts, person, tombstone, most);
end
$$;

create function forget_statistics(relation regclass) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform require_own_table(relation);
    perform forget_statistics_anywhere(relation);
end
$$;

revoke execute on function require_own_table, rename_person, forget_statistics from public;
grant execute on function rename_person, forget_statistics to kithline_app;
