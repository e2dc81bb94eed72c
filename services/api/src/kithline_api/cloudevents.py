"""CloudEvents 1.0, structured and batched, as rows of events.

| attribute | column |
| --- | --- |
| id, source | id, source |
| type | verb |
| time | occurred_at |
| subject | community |
| sentat, supersedes (extensions) | sent_at, supersedes |
| data | actor, target, channel, thread, parent, object, kind, visibility, text, count |
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from kithline_api import lines, media
from kithline_api.bodies import InvalidBody, Malformed, decode
from kithline_api.fields import FieldError
from kithline_core.dataset.cut import LINE_BYTES
from kithline_core.model.rows import EventRow, Row
from kithline_core.model.types import Count, EventKind, Id, Time, Verb, Visibility

_COLUMNS: Final = {
    "id": "/id", "source": "/source", "verb": "/type", "occurred_at": "/time", "community": "/subject",
    "sent_at": "/sentat", "supersedes": "/supersedes",
}  # fmt: skip


class EventData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the `data` of an event may hold: columns of events that CloudEvents have no attribute for."""

    actor: Id
    target: Id | None = None
    channel: Id | None = None
    thread: Id | None = None
    parent: Id | None = None
    object: Id | None = None
    kind: EventKind | None = None
    visibility: Visibility | None = None
    text: Annotated[str, Meta(max_length=20_000, pattern=r"^[^\x00]*$")] | None = None
    count: Count | None = None


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event in the JSON format of CloudEvents 1.0. No extensions are taken but `sentat` and `supersedes`."""

    specversion: Literal["1.0"]
    id: Id
    source: Id
    type: Verb
    time: Time
    data: EventData
    subject: Id | None = None
    datacontenttype: Literal["application/json"] | None = None
    dataschema: Annotated[str, Meta(max_length=2_000, description="Read over")] | None = None
    sentat: Time | None = None
    supersedes: Id | None = None


def one(body: bytes, _: type[Row]) -> Iterator[tuple[int, bytes]]:
    """Yield the one event of a structured body."""
    yield 1, body


def batch(body: bytes, _: type[Row]) -> Iterator[tuple[int, bytes]]:
    """Yield the events of a batch."""
    return lines.cut(body, media.JSON)


def row(line: bytes, _: Any, room: int) -> EventRow:  # noqa: ANN401 - the row type, of which there is one
    """Return a CloudEvent as a row. Raises Malformed, or InvalidBody with pointers into the CloudEvent."""
    if len(line) > LINE_BYTES:
        raise Malformed(f"the line has {len(line)} bytes; a row has {LINE_BYTES} at most")
    sent = decode(line, CloudEvent, room)
    own = {name: getattr(sent.data, name) for name in EventData.__struct_fields__}
    try:
        return EventRow(
            id=sent.id, source=sent.source, verb=sent.type, occurred_at=sent.time, community=sent.subject,
            sent_at=sent.sentat, supersedes=sent.supersedes, **own,
        )  # fmt: skip
    except ValueError as error:
        raise InvalidBody(
            [FieldError(place(f"/{str(error).split()[0]}"), "invalid_value", str(error))][:room]
        ) from None


def place(pointer: str) -> str:
    """Return where in a CloudEvent a column of the row stands."""
    name = pointer.removeprefix("/")
    return _COLUMNS.get(name, f"/data{pointer}") if name else ""
