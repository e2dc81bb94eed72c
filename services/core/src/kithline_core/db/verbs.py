"""Schemas of custom verbs: an event with a verb nobody registered is refused."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final

from kithline_core.db.database import TenantTx
from kithline_core.model.rows import EventRow
from kithline_core.model.shapes import Stored
from kithline_core.model.verbs import CUSTOM, Activity, Needed, NewVerb, Verb, custom
from kithline_core.model.verdicts import Verdict

PUT = """
    insert into verb_schemas as had (tenant_id, verb, title, activity, required)
    values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, verb) do update
       set title = excluded.title, activity = excluded.activity, required = excluded.required, updated_at = now()
     where (had.title, had.activity, had.required) is distinct from (excluded.title, excluded.activity, excluded.required)
 returning xmax = 0 as fresh
"""

GET = """
    select verb, title, activity, required, updated_at
      from verb_schemas
     where tenant_id = $1 and verb = $2
"""

KNOWN = """
    select verb, title, activity, required, updated_at
      from verb_schemas
     where tenant_id = $1 and verb = any($2::text[])
"""

ALL = """
    select verb, title, activity, required, updated_at
      from verb_schemas
     where tenant_id = $1
     order by verb
     limit 1000
"""


_VERB: Final = attrgetter("verb")


class _Schema(Stored, frozen=True):
    verb: str
    title: str
    activity: Activity
    required: list[Needed]
    updated_at: datetime

    def shown(self) -> Verb:
        return custom(
            self.verb, NewVerb(title=self.title, activity=self.activity, required=self.required), self.updated_at
        )


async def put(tx: TenantTx, verb: str, new: NewVerb) -> bool:
    """Register `namespace.verb`, or change its schema for events from now on; say whether it is new."""
    rows = await tx.rows(PUT, verb, new.title, new.activity, new.required)
    return any(row["fresh"] for row in rows)


async def get(tx: TenantTx, verb: str) -> Verb:
    """Return a registered verb. Raises NotFound."""
    return (await tx.one(_Schema, GET, verb)).shown()


async def registered(tx: TenantTx) -> list[Verb]:
    """Return the tenant's own verbs, by name."""
    return [one.shown() for one in await tx.all(_Schema, ALL)]


async def refused(tx: TenantTx, rows: Sequence[EventRow]) -> dict[int, Verdict]:
    """Return a verdict for every event whose custom verb is not registered, or lacks what its schema asks for."""
    names = sorted(verb.removeprefix(CUSTOM) for verb in set(map(_VERB, rows)) if verb.startswith(CUSTOM))
    if not names:
        return {}
    known = {CUSTOM + one.verb: one for one in await tx.all(_Schema, KNOWN, names)}
    judged = (
        (index, _judged(index, row, known.get(row.verb)))
        for index, row in enumerate(rows)
        if row.verb.startswith(CUSTOM)
    )
    return {index: verdict for index, verdict in judged if verdict is not None}


def _judged(index: int, row: EventRow, schema: _Schema | None) -> Verdict | None:
    if schema is None:
        why = "this verb is not registered; PUT its schema to /v1/verb-schemas/{verb} first"
        return Verdict(index, "rejected", "unknown_verb", why, "/verb")
    for name in schema.required:
        if getattr(row, name) is None:
            return Verdict(index, "rejected", "missing", "The schema of this verb requires this field", f"/{name}")
    return None
