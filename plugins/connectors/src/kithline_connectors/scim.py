"""SCIM 2.0 user resources (RFC 7643, with the enterprise extension): a list response, one resource, or one a line."""

import codecs
from collections.abc import Iterable, Iterator
from typing import ClassVar, Final, Literal

from msgspec import Struct, field

from kithline_connectors import times
from kithline_connectors.sources import JSON_BYTES, attempted, behind, chunks, parsed
from kithline_sdk.archives import lines
from kithline_sdk.connecting import Cell, Entry, Fault, Said, Source

ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_MACHINES: Final = frozenset({"service", "bot", "application", "system"})
_LINE: Final = 1024**2
_EVERY: Final = 2_000


class Manager(Struct, frozen=True):
    """The enterprise extension's manager."""

    value: str | None = None


class Enterprise(Struct, frozen=True, rename="camel"):
    """What the enterprise extension says about a user."""

    employee_number: str | None = None
    organization: str | None = None
    division: str | None = None
    department: str | None = None
    manager: Manager | None = None


class Meta(Struct, frozen=True, rename="camel"):
    """When the resource was made and last changed."""

    created: str | None = None
    last_modified: str | None = None


class User(Struct, frozen=True, rename="camel"):
    """One user resource; what is not asked for here is passed over."""

    id: str | None = None
    external_id: str | None = None
    user_name: str | None = None
    user_type: str | None = None
    title: str | None = None
    active: bool = True
    meta: Meta = Meta()
    enterprise: Enterprise = field(name=ENTERPRISE, default=Enterprise())


class Listed(Struct, frozen=True):
    """A list response."""

    resources: list[User] = field(name="Resources", default_factory=list)


class ScimOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: which attribute names the person, and the group of everybody."""

    person: Literal["id", "user_name", "external_id", "employee_number"] = "id"
    group: Literal["employee", "supplier", "partner", "customer", "shareholder", "competitor", "other"] = "employee"


class Scim:
    """Yields a membership per user; one who is not active any more ends with the last change."""

    key: ClassVar[str] = "hr.scim"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[Struct]] = ScimOptions

    def read(self, source: Source, options: ScimOptions) -> Iterator[Said]:
        """Yield people. Raises Unreadable when it is no SCIM."""
        for number, user in enumerate(_users(source), 1):
            yield _membership(number, user, options)
            if number % _EVERY == 0:
                yield behind(source)
        yield behind(source)


def _users(source: Source) -> Iterator[User]:
    """Yield users: of a file too large to hold one a line, of any other whichever form it has."""
    if source.size > JSON_BYTES:
        yield from _a_line(lines(chunks(source.stream), _LINE))
        return
    text = b"".join(chunks(source.stream)).removeprefix(codecs.BOM_UTF8).strip()
    if text.startswith(b"["):
        yield from parsed(text, list[User], source.name)
    elif b"\n{" in text and text.partition(b"\n")[0].rstrip().endswith(b"}"):
        yield from _a_line(text.splitlines())
    elif b'"Resources"' in text:
        yield from parsed(text, Listed, source.name).resources
    else:
        yield parsed(text, User, source.name)


def _a_line(found: Iterable[bytes]) -> Iterator[User]:
    for number, line in enumerate(found, 1):
        if line.strip():
            yield parsed(line, User, f"line {number}")


def _membership(number: int, user: User, options: ScimOptions) -> Entry | Fault:
    where, more = f"user {number}", user.enterprise
    person = more.employee_number if options.person == "employee_number" else getattr(user, options.person)
    if not person:
        return Fault(where, "no_person", f"the user has no {options.person}")

    def row() -> Entry:
        cells: dict[str, Cell] = {
            "person": person, "group": options.group, "organisation": more.organization, "rank": user.title,
            "department": more.department or more.division, "manager": more.manager.value if more.manager else None,
            "bot": True if (user.user_type or "").lower() in _MACHINES else None,
        }  # fmt: skip
        if not user.active and user.meta.last_modified:
            cells["valid_to"] = times.instant(user.meta.last_modified)
        if user.meta.created:
            cells["valid_from"] = times.instant(user.meta.created)
        return Entry("people", {name: cell for name, cell in cells.items() if cell is not None})

    return attempted(where, row)
