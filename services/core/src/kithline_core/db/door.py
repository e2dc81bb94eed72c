"""The door: what a tenant's policy says of a batch before anything of it is stored.

Ids of people become pseudonyms where a ground says so; nothing comes in about somebody who was erased, and nothing is
kept about a competitor's people. It serves every file that names people.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import msgspec

from kithline_core.db import grounds
from kithline_core.db.database import TenantTx
from kithline_core.model import pseudonyms
from kithline_core.model.row import Row
from kithline_core.model.rows import FILES, IDENTITY, UNNAMED
from kithline_core.model.verdicts import Verdict

R = TypeVar("R", bound=Row)

# Everything that decides on a batch, in one round trip.
LOAD = """
      with standing as (
           select mode
             from processing_grounds
            where tenant_id = $1 and valid_from <= now() and (valid_to is null or valid_to > now()))
    select text_secret as secret,
           exists (select from standing where mode in ('identified', 'pseudonymous')) as open,
           exists (select from processing_grounds
                    where tenant_id = $1 and mode = 'pseudonymous' and valid_from <= now()) as pseudonymous,
           exists (select from standing where mode in ('aggregates', 'local')) as closed,
           exists (select from erased_people where tenant_id = $1) as erased,
           exists (select from competitor_people where tenant_id = $1) as competitors,
           exists (select from expired_days where tenant_id = $1) as expired,
           to_regclass('pg_temp.arrivals') is not null as prepared
      from tenants
     where tenant_id = $1
"""

ERASED = "select digest from erased_people where tenant_id = $1 and digest = any($2::bytea[])"
# Known members of groups of which only cells or findings are taken.
CLOSED = """
    select distinct person
      from memberships
      join processing_grounds as held
        on held.tenant_id = $1 and held.mode in ('aggregates', 'local')
           and held.valid_from <= now() and (held.valid_to is null or held.valid_to > now())
           and (held.groups = '{}' or memberships."group" = any(held.groups))
           and (held.legal_entity is null or held.legal_entity = memberships.organisation)
     where memberships.tenant_id = $1 and memberships."group" is not null and person = any($2::text[])
"""

COMPETITORS = "select digest from competitor_people where tenant_id = $1 and digest = any($2::bytea[])"

# The people a row is about: without them there is no row.
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("person",),
    "events": ("actor", "target"),
    "ties": ("actor", "target"),
    "answers": ("respondent",),
    "ratings": ("rater",),
    "survivals": ("unit",),
    "identities": ("id", "same_as"),
}
# Ids that senders like to make out of people's, and of which nothing but sameness is ever asked.
MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {"events": ("thread", "object"), "ratings": ("object",)}
# Who else is named: such a cell goes blank, and the row stays.
ASIDE: Final[Mapping[str, str]] = {"people": "manager", "answers": "confirmed_by"}
# Cells that may list people, split by `;`: whoever was erased is left out, and the row stays. Only what lists nobody
# else is hashed: an owner may be a department.
LISTED: Final[Mapping[str, tuple[str, ...]]] = {"communities": ("owner", "hosts")}
HASHED_LISTS: Final = ("hosts",)
ERASED_WORDS: Final = ("erased", "somebody it names was erased here; leave rows about erased people out")
CLOSED_WORDS: Final = (
    "mode_not_allowed",
    "somebody it names belongs to a group of which the ground in force takes no rows; send cells or findings",
)
_STEMS: Final = {kind: stem for stem, kind in FILES.items()}


class Admitted(msgspec.Struct, Generic[R], frozen=True):
    """The rows of a batch as they may be stored, in their places, and the verdicts of those that are not to be.

    `counted`: the places of rows that speak of a competitor's people.
    """

    rows: Sequence[R]
    verdicts: dict[int, Verdict]
    counted: Sequence[int] = ()


class Met(msgspec.Struct, frozen=True):
    """People of a batch, as it names them, of whom nothing may be kept."""

    erased: frozenset[str] = frozenset()
    competitors: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


class Door(msgspec.Struct, frozen=True):
    """A tenant's policy for one batch: its secret, and which registers hold anything at all."""

    secret: bytes
    open: bool
    pseudonymous: bool
    closed: bool
    erased: bool
    competitors: bool
    expired: bool
    prepared: bool

    def stored(self, person: str) -> str:
        """Return the id under which the tenant keeps a person."""
        return pseudonyms.pseudonym(self.secret, person) if self.pseudonymous else person

    async def admit(self, tx: TenantTx, rows: Sequence[R]) -> Admitted[R]:
        """Return what of these rows of one file may be stored, and how."""
        stem = stem_of(rows)
        if stem is None or not (self.pseudonymous or self.closed or self.erased or self.competitors):
            return Admitted(rows, {})
        met = await self._met(tx, _named(stem, rows))
        verdicts, counted = {}, []
        for place, row in enumerate(rows):
            about = _about(stem, row)
            if not met.erased.isdisjoint(about):
                verdicts[place] = _refused(place, stem, row, met.erased, ERASED_WORDS)
            elif not met.closed.isdisjoint(about):
                verdicts[place] = _refused(place, stem, row, met.closed, CLOSED_WORDS)
            elif not met.competitors.isdisjoint(about):
                verdicts[place] = Verdict(place, "accepted")
                counted.append(place)
        stored = [row if place in verdicts else self._kept(stem, row, met) for place, row in enumerate(rows)]
        return Admitted(stored, verdicts, counted)

    async def _met(self, tx: TenantTx, people: Collection[str]) -> Met:
        """Return who of these people was erased, who is a competitor's, and who belongs to a group that is closed."""
        closed = frozenset[str]()
        if self.closed:
            names = {self.stored(person): person for person in people}
            closed = frozenset(names[row["person"]] for row in await tx.rows(CLOSED, sorted(names)))
        if not (self.erased or self.competitors):
            return Met(closed=closed)
        digests: dict[bytes, list[str]] = {}
        for person in people:
            for digest in pseudonyms.digests(self.secret, person):
                digests.setdefault(digest, []).append(person)
        erased = await tx.rows(ERASED, sorted(digests)) if self.erased else []
        competitors = await tx.rows(COMPETITORS, sorted(digests)) if self.competitors else []
        gone, rivals = (
            frozenset(one for row in found for one in digests[row["digest"]]) for found in (erased, competitors)
        )
        return Met(gone, rivals, closed)

    def _kept(self, stem: str, row: R, met: Met) -> R:
        """Return the row without whom it may not name, and with pseudonyms where the tenant keeps these."""
        changes: dict[str, str | None] = {}
        if (aside := ASIDE.get(stem)) is not None and (named := _aside(row, aside)) is not None:
            gone = named in met.erased or named in met.competitors or named in met.closed
            changes[aside] = None if gone else self.stored(named)
        changes |= self._lists(stem, row, met)
        if self.pseudonymous and _personal(stem, row):
            columns = (*PEOPLE.get(stem, ()), *MADE_OF.get(stem, ()))
            changes |= {name: self.stored(cell) for name in columns if (cell := getattr(row, name)) is not None}
        return msgspec.structs.replace(row, **changes) if changes else row

    def _lists(self, stem: str, row: Row, met: Met) -> dict[str, str | None]:
        changes = {}
        for column, people in _listed(stem, row).items():
            hashed = self.pseudonymous and column in HASHED_LISTS
            left = [one for one in people if one not in met.erased]
            if hashed or left != people:
                changes[column] = ";".join(self.stored(one) if hashed else one for one in left) or None
        return changes


async def load(tx: TenantTx) -> Door:
    """Return the tenant's door."""
    return await tx.one(Door, LOAD)


async def admitted(tx: TenantTx, rows: Sequence[R]) -> Admitted[R]:
    """Return what of these rows of one file may be stored, and how."""
    return Admitted(rows, {}) if stem_of(rows) is None else await (await load(tx)).admit(tx, rows)


async def ready(tx: TenantTx) -> Door:
    """Return the door of a tenant that may take in rows about people. Raises NoGround, ModeNotAllowed."""
    door = await load(tx)
    if not door.open:
        await grounds.require(tx)
    return door


async def named(tx: TenantTx, stem: str, names: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return what identifies rows of a file as the tenant keeps it."""
    entry = await load(tx)
    if not entry.pseudonymous or stem not in PEOPLE:
        return list(names)
    people = [column in (*PEOPLE[stem], *MADE_OF.get(stem, ())) for column in IDENTITY[stem]]
    return [
        tuple(
            entry.stored(cell) if is_person and cell is not None else cell
            for is_person, cell in zip(people, name, strict=True)
        )
        for name in names
    ]


def stem_of(rows: Sequence[Row]) -> str | None:
    """Return the file that rows belong to, if it is one that names people."""
    for kind in type(rows[0]).__mro__ if rows else ():
        if (stem := _STEMS.get(kind)) is not None:
            return stem if stem in PEOPLE or stem in LISTED else None
    return None


def _personal(stem: str, row: Row) -> bool:
    return stem != "identities" or getattr(row, "kind", None) == "person"


def _about(stem: str, row: Row) -> list[str]:
    return [getattr(row, name) for name in PEOPLE.get(stem, ())] if _personal(stem, row) else []


def _named(stem: str, rows: Sequence[Row]) -> set[str]:
    found: set[str | None] = {person for row in rows for person in _about(stem, row)}
    if (aside := ASIDE.get(stem)) is not None:
        found |= {_aside(row, aside) for row in rows}
    if stem in LISTED:
        found |= {person for row in rows for people in _listed(stem, row).values() for person in people}
    return {person for person in found if person is not None}  # a blank cell names nobody


def _listed(stem: str, row: Row) -> dict[str, list[str]]:
    cells = {column: getattr(row, column) or "" for column in LISTED.get(stem, ())}
    return {column: [one.strip() for one in cell.split(";") if one.strip()] for column, cell in cells.items()}


def _aside(row: Row, column: str) -> str | None:
    named: str | None = getattr(row, column)
    return None if column == "confirmed_by" and named == UNNAMED else named


def _refused(place: int, stem: str, row: Row, people: Collection[str], words: tuple[str, str]) -> Verdict:
    column = next(name for name in PEOPLE[stem] if getattr(row, name) in people)
    return Verdict(place, "rejected", *words, f"/{column}")
