"""Processing grounds: nothing about people is taken in, or counted, without one in force."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from kithline_core import ids
from kithline_core.db import audit, errands, pseudonymous
from kithline_core.db.database import TenantTx
from kithline_core.errors import Conflict, Invalid, ModeNotAllowed, NoGround
from kithline_core.model.ground_rules import faults
from kithline_core.model.grounds import CELL_MODES, ROW_MODES, TEMPLATES, Ground, NewGround
from kithline_core.model.verdicts import Verdict

# What comes in: rows about single people, cells of enough people, or findings made at the tenant's own site.
Form: TypeAlias = Literal["rows", "cells", "findings"]
# A group of people, or a group at an organisation; None where nobody knows.
Member: TypeAlias = str | tuple[str | None, str | None] | None

MODES: Final = {"rows": ROW_MODES, "cells": CELL_MODES, "findings": CELL_MODES | {"local"}}

CREATE = """
    insert into processing_grounds
           (tenant_id, ground_id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
            impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, coalesce($16, now()), $17, $18)
 returning ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
"""

GET = """
    select ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
      from processing_grounds
     where tenant_id = $1 and ground_id = $2
"""

PAGE = """
    select ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
      from processing_grounds
     where tenant_id = $1 and ($2::uuid is null or ground_id < $2)
     order by ground_id desc
     limit $3
"""

IN_FORCE = """
    select ground_id as id, title, basis, purposes, groups, legal_entity, country, documents, works_agreement,
           impact_assessment, scorers, mode, floor, retention_days, valid_from, valid_to, signed_by, created_at
      from processing_grounds
     where tenant_id = $1 and valid_from <= coalesce($2, now()) and (valid_to is null or valid_to > coalesce($2, now()))
     order by ground_id
"""

# A ground is never made longer: what ended stays ended.
END = """
    update processing_grounds
       set valid_to = coalesce($3, now())
     where tenant_id = $1 and ground_id = $2 and (valid_to is null or valid_to > coalesce($3, now()))
 returning ground_id
"""


async def create(tx: TenantTx, new: NewGround) -> Ground:
    """Write a ground down; without a date it is in force from now on. Raises Invalid, Conflict."""
    if lacking := faults(new):
        raise Invalid("; ".join(f"{one.pointer}: {one.words}" for one in lacking), pointer=lacking[0].pointer)
    if new.mode == "pseudonymous" and not await pseudonymous.begun(tx):
        await pseudonymous.begin(tx)
    made = await tx.one(
        Ground, CREATE, ids.new(), new.title, new.basis, new.purposes, new.groups, new.legal_entity, new.country,
        new.documents, new.works_agreement, new.impact_assessment, new.scorers, new.mode, new.floor,
        new.retention_days, new.valid_from, new.valid_to, new.signed_by,
    )  # fmt: skip
    if made.valid_to is not None and made.valid_to <= made.created_at:
        raise Invalid("it is over already; leave `valid_to` out, or name an instant to come", pointer="/valid_to")
    if made.mode == "pseudonymous" and made.valid_from > made.created_at:
        # Until then ids would come in as they are, and stay so under a mode that promises there are none.
        raise Invalid(
            "a ground in the mode pseudonymous does not begin later: create it on the day it begins, before the first row",
            pointer="/valid_from",
        )
    await audit.record(tx, "ground.create", ids.show("ground", made.id), _told(made))
    return made


def _told(ground: Ground) -> dict[str, Any]:
    """Return what the audit keeps of a ground: its terms, without whoever signed."""
    kept = {name: cell for name, cell in msgspec.to_builtins(ground).items() if name not in ("id", "signed_by")}
    return {name: cell for name, cell in kept.items() if cell not in (None, [])}


async def get(tx: TenantTx, ground_id: UUID) -> Ground:
    """Return one ground. Raises NotFound."""
    return await tx.one(Ground, GET, ground_id)


async def page(tx: TenantTx, before: UUID | None = None, size: int = 50) -> list[Ground]:
    """Return grounds, the newest first."""
    return await tx.all(Ground, PAGE, before, size)


async def end(tx: TenantTx, ground_id: UUID, at: datetime | None = None) -> Ground:
    """End a ground at an instant (default: now), past or to come; what rests on it is withheld from then on.

    Raises NotFound, Invalid when it would end before it begins, Conflict when it ends earlier already.
    """
    before = await get(tx, ground_id)
    if at is not None and at < before.valid_from:
        raise Invalid("it would end before it began", pointer="/at")
    done = await tx.run(END, ground_id, at)
    after = await get(tx, ground_id)
    if not done and at is not None and at != after.valid_to:
        raise Conflict("it ends earlier already, and a ground is never made longer; put a new one on record")
    if done:
        await errands.forget(tx)
        ends = {"valid_to": after.valid_to, "before": before.valid_to}
        await audit.record(tx, "ground.end", ids.show("ground", ground_id), msgspec.to_builtins(ends))
    return after


async def in_force(tx: TenantTx, at: datetime | None = None) -> list[Ground]:
    """Return the grounds in force at an instant (default: now, by the database's clock)."""
    return await tx.all(Ground, IN_FORCE, at)


async def require(tx: TenantTx, groups: Iterable[Member] = (None,), form: Form = "rows") -> list[Ground]:
    """Return the grounds in force. Raises NoGround, ModeNotAllowed.

    NoGround: one of these groups of people has none (None: any will do). ModeNotAllowed: one of them is under a ground
    whose mode does not take this form (None: all grounds in force are of such modes); the strictest mode wins.
    """
    found = await in_force(tx)
    _demand(found, list(groups), form)
    return found


async def sift(tx: TenantTx, groups: Sequence[Member], *, begun: bool = False) -> dict[int, Verdict]:
    """Return a verdict for each of these rows' groups of which no ground in force takes rows, by its place.

    Raises NoGround, ModeNotAllowed when no row is left, unless others of the same file are in (`begun`).
    """
    found = await in_force(tx)
    refused = {member: verdict for member in set(groups) if (verdict := _refused(found, member)) is not None}
    if not (begun and found) and all(member in refused for member in groups):
        _demand(found, groups, "rows")
    return {
        place: msgspec.structs.replace(refused[member], index=place)
        for place, member in enumerate(groups)
        if member in refused
    }


def _refused(found: Sequence[Ground], member: Member) -> Verdict | None:
    """Return why rows about a group are not taken, as the verdict of the first row."""
    if not any(covers(ground, member) for ground in found):
        words = f"no processing ground in force covers {_words(member)}; {_remedy(member)}, then send the line again"
        return Verdict(0, "rejected", NoGround.code, words, "/group")
    if closed(found, member):
        words = f"the ground in force takes no rows about {_words(member)}; send cells or findings instead"
        return Verdict(0, "rejected", ModeNotAllowed.code, words, "/group")
    return None


def _remedy(member: Member) -> str:
    group = member[0] if isinstance(member, tuple) else member
    fitting = [name for name, one in TEMPLATES.items() if group in one.groups and one.mode in ROW_MODES]
    return f"put one on record first{f' from the template {fitting[0]}' if fitting else ''}"


def _demand(found: Sequence[Ground], asked: Sequence[Member], form: Form) -> None:
    """Raise NoGround or ModeNotAllowed when one of these groups has no ground, or none that takes this form."""
    if bare := _named(member for member in asked if not any(covers(ground, member) for ground in found)):
        raise NoGround(f"no processing ground is in force for {bare}; create one from a template first")
    if shut := _named(member for member in asked if closed(found, member, form)):
        modes = ", ".join(sorted({ground.mode for ground in found} - MODES[form]))
        raise ModeNotAllowed(f"{form} are not taken of {shut}: the ground in force is in the mode {modes}")


def covers(ground: Ground, member: Member) -> bool:
    """Say whether a ground covers a group; one without its organisation may be at any."""
    if isinstance(member, tuple):
        return ground.covers(*member)
    return ground.covers(member, ground.legal_entity)


def closed(in_force: Sequence[Ground], member: Member, form: Form = "rows") -> bool:
    """Say whether this form of data may not be taken of a group: a ground over it is of a mode that does without."""
    over = [ground for ground in in_force if covers(ground, member)]
    shut = [ground.mode not in MODES[form] for ground in over]
    unknown = member is None or (isinstance(member, tuple) and member[0] is None)
    return bool(shut) and (all(shut) if unknown else any(shut))


def _named(members: Iterable[Member]) -> str:
    found = {_words(member) for member in members}
    return ", ".join(sorted(found))


def _words(member: Member) -> str:
    group, organisation = member if isinstance(member, tuple) else (member, None)
    return f"{group or 'people'}{'' if organisation is None else f' at {organisation}'}"
