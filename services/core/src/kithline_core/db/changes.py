"""Rows of a file that changed: which results they reach, by the dates they carry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from kithline_core.db import grounds, stale
from kithline_core.db import images as kept
from kithline_core.db.database import TenantTx
from kithline_core.db.images import Image, table_of
from kithline_core.db.stale import Span
from kithline_core.model import sensitive
from kithline_core.model.rows import IDENTITY, PersonRow, Row

# Files whose rows reach only the windows they lie in. The last contact of a tie, and an answer's instant, lie inside.
_DATES: Final = {"people": ("valid_from", "valid_to"), "ties": ("first_at", "last_at"), "answers": ("dated", "dated")}


PLACES = "select community, name, purpose, sensitive from communities where tenant_id = $1 order by community"


async def rows(tx: TenantTx, stem: str, inserted: Sequence[Row], updated: Sequence[Row]) -> int:
    """Mark the results that rows of a file reach which were written; return how many."""
    if not inserted and not updated:
        return 0
    if stem not in _DATES or (stem == "people" and await _far(tx, inserted, updated)):
        return await stale.table(tx, table_of(stem))
    spans = [*(_span(stem, row, anew=True) for row in inserted), *(_span(stem, row, anew=False) for row in updated)]
    return await stale.spans(tx, table_of(stem), spans, _bounds(stem))


async def images(tx: TenantTx, stem: str, changed: Iterable[Image]) -> int:
    """Mark the results that rows of a file reach, by what they were and what they are; return how many."""
    every = list(changed)
    if not every:
        return 0
    if stem not in _DATES or stem == "people":
        return await stale.table(tx, table_of(stem))
    begins, ends = _DATES[stem]
    spans = [(_read(image, begins), _read(image, ends)) for image in every]
    return await stale.spans(tx, table_of(stem), spans, _bounds(stem))


async def put_back(tx: TenantTx, stem: str, back: Mapping[UUID, Image | None], changed: Iterable[Image]) -> None:
    """Make rows of a file what they were (None: there was none), and mark the results they reach, before or after."""
    was = await sensitive_ones(tx) if stem == "communities" else frozenset[str]()
    await kept.put_back(tx, stem, back)
    await images(tx, stem, changed)
    if stem == "communities":
        await sensitivity(tx, was)


async def sensitive_ones(tx: TenantTx) -> frozenset[str]:
    """Return the tenant's sensitive communities: what is marked so, and what is asked about and not answered."""
    rows = await tx.rows(PLACES)
    return sensitive.marked(
        {name: [row[name] for row in rows] for name in ("community", "name", "purpose", "sensitive")}
    )


async def sensitivity(tx: TenantTx, was: frozenset[str]) -> None:
    """Mark the results that hang on which communities are sensitive, if that is not what it was."""
    if await sensitive_ones(tx) != was:
        await stale.table(tx, "sensitive")


def _read(image: Image, name: str) -> datetime | None:
    return datetime.fromisoformat(image[name]) if name in image else None


def _bounds(stem: str) -> Literal["[)", "[]"]:
    return "[)" if stem == "people" else "[]"


def _span(stem: str, row: Row, *, anew: bool) -> Span:
    """Return a row's span; what it was before is known only of what identifies it."""
    begins, ends = (getattr(row, name) if anew or name in IDENTITY[stem] else None for name in _DATES[stem])
    return begins, ends


async def _far(tx: TenantTx, inserted: Iterable[Row], updated: Sequence[Row]) -> bool:
    """Say whether memberships reach beyond their dates: a bot is one at all times, and so is who no ground covers."""
    told = any(_at_all_times(row) for row in inserted if isinstance(row, PersonRow))
    if told or updated:  # what an updated row said before is not known
        return True
    return any(ground.groups or ground.legal_entity for ground in await grounds.in_force(tx))


def _at_all_times(row: PersonRow) -> bool:
    return row.bot is not None or row.bot_confidence is not None or row.group == "competitor"
