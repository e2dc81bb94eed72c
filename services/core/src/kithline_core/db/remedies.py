"""What an accepted dispute writes: a row that holds in place of the disputed one, for as long as is claimed."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from kithline_core.affiliation import priority
from kithline_core.affiliation.spans import Row as Cells
from kithline_core.db import datasets, rights
from kithline_core.db.database import TenantTx
from kithline_core.model.disputes import Dispute, MembershipName, OrganisationName, Remedy
from kithline_core.model.rows import OrganisationRow, PersonRow

MEMBERSHIPS = """
    select person, "group", organisation, department, rank, manager, leader, bot, valid_from, valid_to, source,
           confidence, bot_confidence
      from memberships
     where tenant_id = $1 and person = $2
     order by valid_from nulls first, row_id
"""

ORGANISATIONS = """
    select organisation, name, role, tier, owner, circles, competing, aliases, valid_from, valid_to, successor
      from organisations
     where tenant_id = $1 and organisation = $2
     order by valid_from nulls first, row_id
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
# The first instant that a row may name: a correction of a row without a beginning.
_FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
_DATES: Final = ("valid_from", "valid_to")


Name = MembershipName | OrganisationName


def named(row: PersonRow | OrganisationRow, name: Name, kind: type[Name]) -> bool:
    """Say whether a row is the one that is named, by the columns of this kind of name."""
    return all(getattr(row, column) == getattr(name, column) for column in kind.__struct_fields__)


def differs(row: PersonRow | OrganisationRow, claimed: dict[str, Any]) -> bool:
    """Say whether a claim says anything else than the row, its dates aside."""
    return any(getattr(row, name) != cell for name, cell in claimed.items() if name not in _DATES)


def membership(dispute: Dispute) -> PersonRow:
    """Return the row that corrects the disputed membership. It ends when that one is ended, unless it says when."""
    about = msgspec.convert(dispute.about, PersonRow)
    plain = {**dispute.about, **dict.fromkeys((*_DATES, "confidence", "bot", "bot_confidence")), **dispute.claimed}
    return msgspec.convert({**plain, "source": priority.correction_of(_cells(about))}, PersonRow)


def organisation(dispute: Dispute) -> OrganisationRow:
    """Return the row that corrects the disputed organisation: the newest holds, so it begins behind the disputed one."""
    about = msgspec.convert(dispute.about, OrganisationRow)
    behind = _FIRST if about.valid_from is None else about.valid_from + _TICK
    claimed = msgspec.convert(dispute.claimed.get("valid_from"), datetime | None)
    begins = behind if claimed is None else max(claimed, behind)
    return msgspec.convert({**dispute.about, **dispute.claimed, "valid_from": begins}, OrganisationRow)


def _cells(row: PersonRow) -> Cells:
    return {name: _cell(getattr(row, name)) for name in row.__struct_fields__}


def _cell(value: object) -> object:
    return (value - _EPOCH) // _TICK if isinstance(value, datetime) else value


def _row(cells: Cells) -> PersonRow:
    dates = {name: None if cells[name] is None else _EPOCH + cells[name] * _TICK for name in _DATES}
    return PersonRow(**{name: cells[name] for name in PersonRow.__struct_fields__} | dates)


async def preview(tx: TenantTx, dispute: Dispute) -> Remedy:
    """Return the subject's rows as they count, and as they would with the correction; of nobody whom no list may show."""
    if dispute.kind == "person":
        rows, further = await tx.all(PersonRow, MEMBERSHIPS, dispute.subject), membership(dispute)
        sources = (await datasets.get(tx)).affiliation.sources
        both = (_counted(held, sources) for held in (rows, [*(row for row in rows if row != further), further]))
        now, then = [await rights.shown(tx, held) for held in both]
        return Remedy(memberships=now, memberships_then=then, organisations=[], organisations_then=[])
    held, new = await tx.all(OrganisationRow, ORGANISATIONS, dispute.subject), organisation(dispute)
    after = [*(row for row in held if row != new), new]
    return Remedy(memberships=[], memberships_then=[], organisations=held, organisations_then=after)


def _counted(rows: list[PersonRow], sources: list[str]) -> list[PersonRow]:
    table = [_cells(row) for row in rows]
    cells = {name: [row[name] for row in table] for name in PersonRow.__struct_fields__}
    found = priority.settled(priority.corrected(cells), sources)
    held = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    return sorted((_row(row) for row in held), key=lambda row: (row.valid_from or _FIRST, msgspec.json.encode(row)))
