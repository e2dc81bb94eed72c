"""Reads the source tables of a tenant as the engine takes them: the same cells that a folder's door hands over."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from kithline_core.affiliation import sensitive, steps
from kithline_core.db import changes, datasets, grounds, permission, rights, scopes, written
from kithline_core.db.database import TenantTx
from kithline_core.db.permission import Cells, Data, Permitted, Reader
from kithline_core.model.datasets import Affiliation, Dataset
from kithline_core.model.grounds import Ground
from kithline_sdk.snapshot import Window

MOMENT = "select now() as moment from tenants where tenant_id = $1"

ORGANISATIONS = """
    select organisation, name, role, tier, owner, circles, competing, aliases,
           (extract(epoch from valid_from) * 1000000)::bigint as valid_from,
           (extract(epoch from valid_to) * 1000000)::bigint as valid_to, successor
      from organisations
     where tenant_id = $1
"""

MEMBERSHIPS = """
    select person, "group", organisation, department, rank, manager, leader,
           (extract(epoch from valid_from) * 1000000)::bigint as valid_from,
           (extract(epoch from valid_to) * 1000000)::bigint as valid_to, source, confidence, bot, bot_confidence
      from memberships
     where tenant_id = $1
"""

IDENTITIES = """
    select kind, id, same_as, confidence
      from identities
     where tenant_id = $1 and undone_at is null
"""

COMPETITOR_DAY = """
    select day, community, count
      from competitor_day
     where tenant_id = $1 and day between $2 and $3 and ($4::text[] is null or community = any($4))
"""

POPULATIONS = """
    select "group", department, count
      from populations
     where tenant_id = $1
"""

COMMUNITIES = """
    select community, name, purpose, audience, activity, object, outcome, measure, due, owner,
           (extract(epoch from launched_at) * 1000000)::bigint as launched_at,
           invited, asked, access, kind, visibility, sensitive, language
      from communities
     where tenant_id = $1 and ($2::text[] is null or community = any($2))
"""

ACTIVITY_DAY = """
    select day, community, channel, actor, verb, kind, count, first_at, last_at
      from activity_day
     where tenant_id = $1 and day between $2 and $3
       and ($4::text[] is null or community = any($4)) and ($5::text[] is null or channel = any($5))
"""

TIE_DAY = """
    select day, community, channel, actor, target, verb, kind, recipients, count, first_at, last_at
      from tie_day
     where tenant_id = $1 and day between $2 and $3
       and ($4::text[] is null or community = any($4)) and ($5::text[] is null or channel = any($5))
"""

ITEM_USE = """
    select item, day, actor, used_by, community, practice_community
      from item_use
     where tenant_id = $1 and day between $2 and $3
"""

# An answer is counted where it was given, too.
OPENING = """
    select community, channel, kind, asker, opened_at, answerer, answered_at, answer_community
      from opening
     where tenant_id = $1 and day between $2 and $3
       and ($4::text[] is null or (community = any($4) and (answerer is null or answer_community = any($4))))
       and ($5::text[] is null or (channel = any($5) and (answerer is null or answer_channel = any($5))))
"""

EVENT_DAY = """
    select day, count, ids_hash
      from event_day
     where tenant_id = $1 and day between $2 and $3
"""

TIES = """
    select actor, target, count, days, (extract(epoch from first_at) * 1000000)::bigint as first_at,
           (extract(epoch from last_at) * 1000000)::bigint as last_at, community
      from ties
     where tenant_id = $1 and ($2::text[] is null or community = any($2))
"""

ORGANISATION_TIES = """
    select organisation_a, organisation_b, weight, kind, period, direction, declared
      from organisation_ties
     where tenant_id = $1
"""

INTERFACES = """
    select side_a, side_b, why, weight, source
      from interfaces
     where tenant_id = $1
"""

ANSWERS = """
    select answers.questionnaire, answers.version, answers.assessment, answers.respondent, answers.department,
           answers.rank, answers.dimension, answers.item, answers.value, answers.seconds, answers.evidence,
           (extract(epoch from answers.dated) * 1000000)::bigint as dated, answers.role, answers.confirmed_by,
           answers.respondents, answers.language
      from answers
      join assessments
        on assessments.tenant_id = $1 and assessments.questionnaire = answers.questionnaire
           and assessments.assessment = answers.assessment
     where answers.tenant_id = $1 and assessments.closed_at is not null
"""

RATINGS = """
    select object, rater, item, value
      from ratings
     where tenant_id = $1
"""

SURVIVALS = """
    select unit, duration, ended, "group"
      from survivals
     where tenant_id = $1
"""

FOCAL = """
    select distinct organisation
      from organisations
     where tenant_id = $1 and role = 'focal'
     order by organisation
"""

PLAIN: Final = {
    "organisations": ORGANISATIONS,
    "memberships": MEMBERSHIPS,
    "identities": IDENTITIES,
    "populations": POPULATIONS,
    "organisation_ties": ORGANISATION_TIES,
    "interfaces": INTERFACES,
    "answers": ANSWERS,
    "ratings": RATINGS,
    "survivals": SURVIVALS,
    **written.PLAIN,
}
OF_COMMUNITIES: Final = {"communities": COMMUNITIES, "ties": TIES}
OF_DAYS: Final = {"item_use": ITEM_USE, "event_day": EVENT_DAY}
OF_DAYS_THERE: Final = {"competitor_day": COMPETITOR_DAY}
# Whoever is asked about: these say who is who, and where.
ALWAYS: Final = ("memberships", "organisations", "identities")
OF_CHANNELS: Final = {"activity_day": ACTIVITY_DAY, "tie_day": TIE_DAY, "opening": OPENING}


class Known(msgspec.Struct, frozen=True):
    """Source tables as they count, before it is asked on which ground: who objected and what is sensitive is out already.

    `standing` speaks of no person: the focal organisations and the languages.
    """

    data: Data
    bots: Cells
    standing: Data
    window: Window
    affiliation: Affiliation
    in_force: list[Ground]
    at: datetime


async def load(
    tx: TenantTx, tables: Collection[str], window: Window, *, scope_id: UUID | None = None, reader: Reader | None = None
) -> Permitted:
    """Return the named tables, `bots`, `focal` and `languages`; days outside the window (look-back included) are left out.

    People whom no ground in force covers (for this reader, when there is one) are left out of every table.
    Questionnaires are not here: see `questionnaires.page`. Raises NotFound for an unknown scope.
    """
    return opened(await known(tx, tables, window, scope_id=scope_id), tables, reader)


async def known(tx: TenantTx, tables: Collection[str], window: Window, *, scope_id: UUID | None = None) -> Known:
    """Return the named tables before grounds open them to anybody. Raises NotFound for an unknown scope."""
    data = await _tables(tx, {*tables, *ALWAYS}, window, scope_id)
    dataset = await datasets.get(tx)
    data = await rights.applied(tx, data)
    data = sensitive.left_out(data, await changes.sensitive_ones(tx))
    raw = {**data, "focal": await _focal(tx, dataset)}
    # Off the loop, as long as it takes to merge a large tenant's people.
    found = await asyncio.to_thread(steps.known, raw, dataset.affiliation)
    bots, focal = found.pop("bots"), found.pop("focal")
    standing: Data = {"focal": focal, "languages": {"language": dataset.languages}}
    in_force = await grounds.in_force(tx)
    (read,) = await tx.rows(MOMENT)
    return Known(found, bots, standing, window, dataset.affiliation, in_force, read["moment"])


def opened(known: Known, tables: Collection[str], reader: Reader | None = None) -> Permitted:
    """Return of the named tables what the grounds in force open to a reader."""
    asked = {name: cells for name, cells in known.data.items() if name in (*tables, *ALWAYS)}
    # A guess is read under the ground of what is guessed, and only then left open.
    found = permission.permitted(asked, known.in_force, reader, known.window, tables)
    sure = steps.sure({**found.data, "bots": known.bots}, known.affiliation)
    if "organisations" not in tables:
        del sure["organisations"]
    return msgspec.structs.replace(found, data={**sure, **known.standing}, at=known.at)


async def _tables(tx: TenantTx, tables: Collection[str], window: Window, scope_id: UUID | None) -> Data:
    """Return the named tables as they were sent and rolled up."""
    scope = None if scope_id is None else await scopes.get(tx, scope_id)
    communities, channels = (None, None) if scope is None else (scope.communities, scope.channels)
    days = (window.first_day, window.last_day)
    data: Data = {}
    for name in sorted(tables):
        if name in PLAIN:
            data[name] = await _columns(tx, name, PLAIN[name])
        elif name in OF_COMMUNITIES:
            data[name] = await _columns(tx, name, OF_COMMUNITIES[name], communities)
        elif name in OF_DAYS:
            data[name] = await _columns(tx, name, OF_DAYS[name], *days)
        elif name in OF_DAYS_THERE:
            data[name] = await _columns(tx, name, OF_DAYS_THERE[name], *days, communities)
        elif name in OF_CHANNELS:
            data[name] = await _columns(tx, name, OF_CHANNELS[name], *days, communities, channels)
    return data


async def _columns(tx: TenantTx, name: str, sql: str, *args: object) -> Cells:
    rows = await tx.rows(sql, *args)
    return (
        dict(zip(rows[0].keys(), zip(*rows, strict=True), strict=True))
        if rows
        else {c: [] for c in steps.columns(name)}
    )


async def _focal(tx: TenantTx, dataset: Dataset) -> Cells:
    named = dataset.focal
    said = {row["organisation"] for row in await tx.rows(FOCAL)}
    return {"organisation": sorted({*([named] if isinstance(named, str) else named), *said})}
