"""What the figures of a result came from: per table the filter, the count and the hash, and the ids behind them."""

from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

# Whether a table still recounts: it does, what is there is something else, nothing is there any more.
State = Literal["same", "changed", "gone"]


class Division(NamedTuple):
    """Hashes of the communities that have lists, and of who belongs to which department that has one; empty: none is asked for.

    Lists of two results that say the same by both tell of an event that both have what one of them tells.
    """

    communities: bytes
    members: bytes


class Recount(Struct, frozen=True, kw_only=True):
    """How many ids there are, and the sha256 of them sorted."""

    count: int
    ids_hash: str


class Part(Struct, frozen=True, kw_only=True):
    """What is listed of a table: of a measure's community, department or group, and without items that few answered."""

    filter: str
    count: int
    ids_hash: str


class Traced(Struct, frozen=True, kw_only=True):
    """One table a finding read: as it was counted then, and as it counts `now`.

    `now` is null where nobody can tell, and where what speaks of people changed: the difference could be one person's.
    `ids` names what makes an id, nothing where only people tell its rows apart. `held_back` says why no ids are listed;
    `part` is there where ids may be listed, and are not all: a measure narrows the table, or few answered some items.
    """

    table: str
    filter: str
    window: tuple[str, str]
    count: int
    ids_hash: str
    ids: list[str]
    recount: State | None
    now: Recount | None
    reasons: list[str]
    held_back: str | None
    part: Part | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """What a result's figures came from, table by table; of one measure where one was named."""

    result: str
    scorer: str
    version: str
    stale_since: datetime | None
    measure: str | None
    tables: list[Traced]


class Source(Struct, frozen=True, kw_only=True):
    """One id of what a table's rows came from, with the time and verb of an event, or the result that a finding is of."""

    id: list[str]
    at: datetime | None = None
    verb: str | None = None
    result: str | None = None
