"""A Viva Engage (Yammer) network export: a zip of CSVs, of which Users, Groups and Messages are read.

Private conversations and deleted messages are left out and counted; no text is taken, for a network is not public.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Final, Literal

from msgspec import Struct

from kithline_connectors import times
from kithline_connectors.sources import attempted
from kithline_sdk.archives import Archive
from kithline_sdk.connecting import Cell, Entry, Fault, Progress, Said, Source, Unreadable
from kithline_sdk.delimited import Table

_MESSAGE: Final = ("id", "thread_id", "sender_id", "created_at")
_EVERY: Final = 5_000
Cells = Mapping[str, str]


class VivaOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: the group of the network's members (empty: said elsewhere), and the events' source."""

    group: Literal["", "employee", "supplier", "partner", "customer", "shareholder", "competitor", "other"] = "employee"
    source: str = "viva-engage"


class Viva:
    """Yields communities, people, and a posting or reply for every message."""

    key: ClassVar[str] = "viva.engage"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[Struct]] = VivaOptions

    def read(self, source: Source, options: VivaOptions) -> Iterator[Said]:
        """Yield what the export holds. Raises Unreadable when it is none."""
        archive = Archive(source.stream)
        parts = {name.rsplit("/", 1)[-1].lower(): name for name in archive.names()}
        if "messages.csv" not in parts:
            raise Unreadable("this is no Viva Engage export: it has no Messages.csv")
        if "groups.csv" in parts:
            yield from _rows(archive, parts["groups.csv"], ("id", "name"), _community)
        if "users.csv" in parts:
            yield from _rows(archive, parts["users.csv"], ("id",), lambda cells: _person(cells, options))
        yield from _messages(archive, parts["messages.csv"], options)


def _rows(archive: Archive, name: str, needed: tuple[str, ...], made: Callable[[Cells], Entry]) -> Iterator[Said]:
    for line, cells in Table(archive.chunks(name), needed):
        yield attempted(f"{name}, line {line}", made, cells)


def _community(cells: Cells) -> Entry:
    private = cells.get("private", "").lower() == "true"
    row: dict[str, Cell] = {
        "community": cells["id"], "name": cells.get("name", "")[:200], "visibility": "restricted" if private else "members",
    }  # fmt: skip
    if "created_at" in cells:
        row["launched_at"] = times.instant(cells["created_at"])
    return Entry("communities", row)


def _person(cells: Cells, options: VivaOptions) -> Entry:
    row: dict[str, Cell] = {"person": cells["id"]}
    if options.group:
        row["group"] = options.group
    if "department" in cells:
        row["department"] = cells["department"]
    if "joined_at" in cells:
        row["valid_from"] = times.instant(cells["joined_at"])
    if "deleted_at" in cells:
        row["valid_to"] = times.instant(cells["deleted_at"])
    return Entry("people", row)


def _messages(archive: Archive, name: str, options: VivaOptions) -> Iterator[Said]:
    # Who wrote what: a reply names the message, not the person.
    authors = {
        cells["id"]: cells["sender_id"] for _, cells in Table(archive.chunks(name), _MESSAGE) if "sender_id" in cells
    }
    left_out = 0
    for done, (line, cells) in enumerate(Table(archive.chunks(name), _MESSAGE), 1):
        if _passed_over(cells):
            left_out += 1
        else:
            yield attempted(f"{name}, line {line}", _event, cells, authors, options)
        if done % _EVERY == 0:
            yield Progress(done, len(authors))
    if left_out:
        yield Fault(name, "left_out", f"{left_out} messages: private conversations, deleted ones, system messages")
    yield Progress(len(authors), len(authors))


def _passed_over(cells: Cells) -> bool:
    private = cells.get("in_private_conversation", "").lower() == "true"
    system = cells.get("sender_type", "User").lower() not in ("user", "")
    return private or system or "deleted_at" in cells


def _event(cells: Cells, authors: Mapping[str, str], options: VivaOptions) -> Entry:
    replied = cells.get("replied_to_id")
    restricted = cells.get("in_private_group", "").lower() == "true"
    row: dict[str, Cell] = {
        "id": cells["id"], "source": options.source, "actor": cells["sender_id"], "thread": cells["thread_id"],
        "occurred_at": times.instant(cells["created_at"]), "visibility": "restricted" if restricted else "members",
        "verb": "replied" if replied else "posted",
    }  # fmt: skip
    if "group_id" in cells:
        row["community"] = cells["group_id"]
    if replied:
        row["parent"] = replied
        if replied in authors:
            row["target"] = authors[replied]
    return Entry("events", row)
