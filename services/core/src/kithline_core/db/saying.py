"""Rows in whose texts, names and images a person's id stands: found by what erasure would rewrite."""

import re
from collections.abc import Sequence
from typing import Final

from kithline_core.db.places import ABOUT, PLACES, TABLES, Place
from kithline_core.model.rights import speaks

# How columns of people are called, also in rows that are kept as JSON (see `renamed_json` in the migration of rights).
PEOPLE: Final = (
    "person", "manager", "actor", "target", "respondent", "rater", "unit", "confirmed_by", "used_by", "same_as", "subject",
)  # fmt: skip
# These hold an id as long as a job works on it; afterwards the keyed hash.
WORKING: Final = ("jobs",)

# The cheap look comes first.
_TOLD = """
    strpos({column}::text, start) > 0
    and renamed_json(to_jsonb({column}), id, case when inside then name_pattern(id) end, 'erased',
                     case when inside then '' else 'person' end) <> to_jsonb({column})
"""

# Findings are bytes of JSON.
_FINDING = """
    inside and strpos(convert_from(finding, 'UTF8'), start) > 0
    and convert_from(finding, 'UTF8') ~ json_name_pattern(id)
"""

# $3 to $5: ids, how each begins wherever it is written, and whether it is looked for inside of texts; $6: how they begin,
# as patterns of LIKE. Without that look at all columns in one, 500,000 events took 15 s instead of 0.2.
_PLACE = """
    {kind} concat_ws(E'\\n', {columns}) like any($6::text[])
    and exists (
        select
          from unnest($3::text[], $4::text[], $5::boolean[]) as told (id, start, inside)
         where {told})
"""

_FOUND = """
    {select}
      from {table} as had
     where tenant_id = $1 and ({ends}) is not true and ({told})
"""

_COUNTED: Final = "select count(*) as rows"
_READ: Final = "select tableoid::bigint as relation, ctid as row, to_jsonb(had) - 'tenant_id' as content"
_PAGED = """       and (tableoid, ctid) > ($7::bigint::oid, $8::tid)
     order by tableoid, ctid
     limit $9
"""

# How an id begins is written alike in texts, lists and JSON.
_START: Final = re.compile(r'[^"\\\x00-\x1f\x7f]*')
_WILD: Final = re.compile("[%_]")


def asked(people: Sequence[str]) -> tuple[list[str], list[str], list[str], list[bool], list[str]]:
    """Return what the statements take behind the tenant."""
    starts = [match[0] if (match := _START.match(person)) else "" for person in people]
    likes = ["%" + _WILD.sub(r"\\\g<0>", start) + "%" for start in starts]
    return list(people), list(people), starts, [speaks(person) for person in people], likes


def _place(place: Place) -> str:
    whole = [_TOLD.format(column=f'had."{name}"') for name in (*place.names, *place.images)]
    parts = [_TOLD.format(column=f'had."{name}"') for name in place.texts]
    told = [*whole, *(f"inside and {part}" for part in parts), *([_FINDING] if place.table == "results" else [])]
    columns = [f'had."{name}"' for name in (*place.names, *place.images, *place.texts)]
    read = [*columns, *(["convert_from(finding, 'UTF8')"] if place.table == "results" else [])]
    kind = f"kind = '{place.kind}' and" if place.kind else ""
    return f"({_PLACE.format(kind=kind, columns=', '.join(read), told=' or '.join(told))})"


def _told(table: str) -> str:
    places = [place for place in PLACES if place.table == table and (place.names or place.texts or place.images)]
    return " or ".join(_place(place) for place in places)


def _statement(select: str, table: str) -> str:
    ends = " or ".join(f'"{name}" = any($2::text[])' for name in ABOUT.get(table, ())) or "$2::text[] is null"
    return _FOUND.format(select=select, table=table, ends=ends, told=_told(table))


_SAYING: Final = tuple(table for table in TABLES if table not in WORKING and _told(table))
COUNTS: Final = {table: _statement(_COUNTED, table) for table in _SAYING}
ROWS: Final = {table: _statement(_READ, table) + _PAGED for table in _SAYING}
