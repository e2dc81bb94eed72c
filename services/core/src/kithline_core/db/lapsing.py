"""What rests on a processing ground that is no longer in force has lapsed: as a condition for statements."""

_LAPSED = """exists (
           select
             from unnest({0}.grounds) as needed (ground_id)
            where not exists (
                  select
                    from processing_grounds as held
                   where held.tenant_id = $1 and held.ground_id = needed.ground_id
                     and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now())))"""


def lapsed(results: str) -> str:
    """Return the condition that a row of results, by the name it has in a statement, rests on a ground that ended."""
    return _LAPSED.format(results)
