"""What people asked for: who is left out of snapshots and lists, who is being erased, who was."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from kithline_core import ids
from kithline_core.db import datasets, pseudonymous, stale
from kithline_core.db.database import TenantTx
from kithline_core.db.permission import ASIDE, Cells, Data
from kithline_core.model import pseudonyms, rows
from kithline_core.model.identities import IdentityRow
from kithline_sdk.catalogue import CATALOGUE

R = TypeVar("R", bound=msgspec.Struct)

SECRET = "select text_secret from tenants where tenant_id = $1"  # noqa: S105 - a statement

# Whether the tenant ever kept both ids and pseudonyms: what is stored does not change with the mode.
MODES = """
    select count(distinct mode) > 1 as mixed
      from processing_grounds
     where tenant_id = $1 and mode in ('identified', 'pseudonymous')
"""

# Every id that links in force make one person's, from the ids that are given.
LINKED = """
      with recursive known (person) as (
           select unnest($2::text[]) collate "C"
            union
           select linked.person
             from known
            cross join lateral (
                  select same_as as person
                    from identities
                   where tenant_id = $1 and kind = 'person' and undone_at is null and id = known.person
                     and (confidence is null or confidence >= $3)
                   union all
                  select id
                    from identities
                   where tenant_id = $1 and kind = 'person' and undone_at is null and same_as = known.person
                     and (confidence is null or confidence >= $3)) as linked)
    select person
      from known
     order by person
"""

IN_FORCE = """
    select distinct person
      from person_rights
     where tenant_id = $1 and lifted_at is null and kind = any($2::text[])
"""

NAMES = """
    select person, name
      from person_rights
     where tenant_id = $1 and lifted_at is null and kind = 'erase'
"""

TAKE = """
    insert into person_rights (tenant_id, right_id, kind, person, name)
    values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, person, kind) where lifted_at is null do nothing
"""

LIFT = """
    update person_rights
       set lifted_at = now()
     where tenant_id = $1 and person = any($2::text[]) and kind = $3 and lifted_at is null
"""

# When somebody can have been counted, per table; a null is open on that side.
PRESENCE = """
    select to_timestamp(min(day) * 86400.0) as starts, to_timestamp((max(day) + 1) * 86400.0) as ends
      from activity_day
     where tenant_id = $1 and actor = any($2::text[])
    having count(*) > 0
 union all
    select to_timestamp(min(day) * 86400.0), to_timestamp((max(day) + 1) * 86400.0)
      from tie_day
     where tenant_id = $1 and target = any($2::text[])
    having count(*) > 0
 union all
    select to_timestamp(min(day) * 86400.0), to_timestamp((max(day) + 1) * 86400.0)
      from item_use
     where tenant_id = $1 and used_by = any($2::text[])
    having count(*) > 0
 union all
    select to_timestamp(min(opened_at) / 1000000.0), to_timestamp(max(answered_at) / 1000000.0) + interval '1 second'
      from opening
     where tenant_id = $1 and answerer = any($2::text[])
    having count(*) > 0
 union all
    select case when bool_and(valid_from is not null) then min(valid_from) end,
           case when bool_and(valid_to is not null) then max(valid_to) end
      from memberships
     where tenant_id = $1 and (person = any($2::text[]) or manager = any($2::text[]))
    having count(*) > 0
 union all
    select case when bool_and(first_at is not null) then min(first_at) end,
           case when bool_and(last_at is not null) then max(last_at) + interval '1 microsecond' end
      from ties
     where tenant_id = $1 and (actor = any($2::text[]) or target = any($2::text[]))
    having count(*) > 0
 union all
    select case when bool_and(dated is not null) then min(dated) end,
           case when bool_and(dated is not null) then max(dated) + interval '1 microsecond' end
      from answers
     where tenant_id = $1 and (respondent = any($2::text[]) or confirmed_by = any($2::text[]))
    having count(*) > 0
 union all
    select null, null
      from ratings
     where tenant_id = $1 and rater = any($2::text[])
    having count(*) > 0
 union all
    select null, null
      from survivals
     where tenant_id = $1 and unit = any($2::text[])
    having count(*) > 0
"""

ERASED = "select digest from erased_people where tenant_id = $1 and digest = any($2::bytea[])"

REMEMBER = """
    insert into erased_people (tenant_id, digest)
    select $1, unnest($2::bytea[])
        on conflict (tenant_id, digest) do nothing
"""

# Who no snapshot counts, and whom no list shows. Somebody under erasure is counted under the new name.
UNCOUNTED: Final = ("object", "restrict")
UNSHOWN: Final = ("restrict", "erase")
# The columns of source tables that say whom a row is about.
ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "identities": ("id", "same_as"),
    **{
        table: tuple(column for column, kind in columns.items() if kind == "person" and column != ASIDE.get(table))
        for table, columns in CATALOGUE.items()
    },
}
# The rows of lists that speak of people, with the columns that do.
PEOPLE_OF: Final[Mapping[type[msgspec.Struct], tuple[str, ...]]] = {
    rows.EventRow: ("actor", "target"),
    rows.PersonRow: ("person",),
    rows.TieRow: ("actor", "target"),
    rows.AnswerRow: ("respondent",),
    rows.RatingRow: ("rater",),
    rows.SurvivalRow: ("unit",),
    IdentityRow: ("id", "same_as"),
}
NAMED_ASIDE: Final[Mapping[type[msgspec.Struct], str]] = {rows.PersonRow: "manager", rows.AnswerRow: "confirmed_by"}


async def secret(tx: TenantTx) -> bytes:
    """Return what keys the tenant's digests."""
    (row,) = await tx.rows(SECRET)
    found: bytes = row["text_secret"]
    return found


async def stored(tx: TenantTx, person: str) -> str:
    """Return the id a person is kept under: a pseudonym where the tenant keeps such."""
    return pseudonyms.pseudonym(await secret(tx), person) if await pseudonymous.begun(tx) else person


async def other(tx: TenantTx, person: str) -> str | None:
    """Return the id a person may still be kept under from a time of another mode; None where there was one mode only."""
    (modes,) = await tx.rows(MODES)
    if not modes["mixed"]:
        return None
    found = {person, pseudonyms.pseudonym(await secret(tx), person)} - {await stored(tx, person)}
    return next(iter(found), None)


async def linked(tx: TenantTx, *people: str) -> list[str]:
    """Return the ids that links in force make one person's, the given ones first."""
    found = {row["person"] for row in await tx.rows(LINKED, list(people), await _bar(tx))}
    return [*people, *sorted(found.difference(people))]


async def _bar(tx: TenantTx) -> float:
    # A link under the bar is a guess: it makes nobody one, so it gives nobody another's rights.
    return (await datasets.get(tx)).affiliation.bar


async def take(tx: TenantTx, kind: str, person: str, name: str | None = None) -> bool:
    """Write down that somebody exercises a right; False when that stands there already."""
    return await tx.run(TAKE, ids.new(), kind, person, name) == 1


async def lift(tx: TenantTx, kind: str, people: Sequence[str]) -> int:
    """End a right that is in force; return how many were."""
    return await tx.run(LIFT, list(people), kind)


async def uncounted(tx: TenantTx) -> set[str]:
    """Return the ids that no snapshot may count, with all that are linked to them."""
    return await _claimed(tx, UNCOUNTED)


async def unshown(tx: TenantTx) -> set[str]:
    """Return the ids that no list may show, with all that are linked to them."""
    return await _claimed(tx, UNSHOWN)


async def _claimed(tx: TenantTx, kinds: Collection[str]) -> set[str]:
    people = [row["person"] for row in await tx.rows(IN_FORCE, list(kinds))]
    return set(await linked(tx, *people)) if people else set()


async def make_stale(tx: TenantTx, people: Sequence[str]) -> int:
    """Mark the results that may have counted these people; return how many turned stale."""
    found = [(row["starts"], row["ends"]) for row in await tx.rows(PRESENCE, list(people))]
    return await stale.spans(tx, "person_rights", found)


async def are_erased(tx: TenantTx, people: Collection[str]) -> bool:
    """Say whether one of these ids was erased."""
    key = await secret(tx)
    return bool(await tx.rows(ERASED, [pseudonyms.digest(key, person) for person in people]))


async def remember(tx: TenantTx, people: Collection[str]) -> None:
    """Keep the digests of erased people, as they are and as pseudonyms, so that the door knows them in either mode."""
    key = await secret(tx)
    await tx.run(REMEMBER, sorted({one for person in people for one in pseudonyms.digests(key, person)}))


async def applied(tx: TenantTx, data: Data) -> Data:
    """Return source tables as rights want them: people left out, and names that are being erased replaced."""
    barred = await uncounted(tx)
    renamed = {row["person"]: row["name"] for row in await tx.rows(NAMES)}
    if not barred and not renamed:
        return data
    # Off the loop, which has to send heartbeats however large a tenant is.
    return await asyncio.to_thread(_everywhere, data, barred, renamed)


def _everywhere(data: Data, barred: set[str], renamed: Mapping[object, str]) -> Data:
    return {name: _applied(name, cells, barred, renamed) for name, cells in data.items()}


def _applied(table: str, cells: Cells, barred: set[str], renamed: Mapping[object, str]) -> Cells:
    ends, aside = ENDS.get(table, ()), ASIDE.get(table)
    columns = (*ends, *([aside] if aside else []))
    if all(barred.isdisjoint(cells[column]) and renamed.keys().isdisjoint(cells[column]) for column in columns):
        return cells
    # Links say who is who before anybody is counted: with all the ids of a person gone, they link nobody.
    named = zip(*(cells[column] for column in ends), strict=True)
    keep = [table == "identities" or barred.isdisjoint(people) for people in named]
    kept = {column: [cell for cell, here in zip(values, keep, strict=True) if here] for column, values in cells.items()}
    for column in columns:
        kept[column] = [renamed.get(cell, cell) for cell in kept[column]]
    if aside:
        kept[aside] = [None if cell in barred else cell for cell in kept[aside]]
    return dict(kept)


async def shown(tx: TenantTx, found: Sequence[R]) -> list[R]:
    """Return rows of a list without those that speak of somebody who is not to be shown."""
    kind = type(found[0]) if found else None
    hidden = await unshown(tx) if kind in PEOPLE_OF else set[str]()
    if kind is None or not hidden:
        return list(found)
    ends, aside = PEOPLE_OF[kind], NAMED_ASIDE.get(kind)
    kept = [row for row in found if hidden.isdisjoint(getattr(row, end) for end in ends)]
    if aside is None:
        return kept
    return [msgspec.structs.replace(row, **{aside: None}) if getattr(row, aside) in hidden else row for row in kept]
