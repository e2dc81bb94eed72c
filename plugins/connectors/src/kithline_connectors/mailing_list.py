"""A mailing list's archive in mbox form: headers only; bodies are passed over unread."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import ClassVar, Final, Literal

from msgspec import Struct

from kithline_connectors import times
from kithline_connectors.sources import attempted, behind, chunks
from kithline_sdk.archives import lines
from kithline_sdk.connecting import Cell, Entry, Fault, Said, Source, Unreadable

_LINE: Final = 1024**2
_HEADER: Final = 256 * 1024
_EVERY: Final = 1_000
_ID: Final = re.compile(r"<([^<>\s]+)>")


class MailingListOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: the list's name (else its List-Id), who may read it, and the events' source."""

    community: str = ""
    visibility: Literal["public", "members", "restricted"] = "members"
    source: str = "mail"


class MailingList:
    """Yields a posting or reply per mail; automatic answers are left out and counted."""

    key: ClassVar[str] = "mail.mbox"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[Struct]] = MailingListOptions

    def read(self, source: Source, options: MailingListOptions) -> Iterator[Said]:
        """Yield events. Raises Unreadable when it is no mbox."""
        authors: dict[str, str] = {}
        automatic = 0
        for number, mail in enumerate(_mails(source), 1):
            if _automatic(mail):
                automatic += 1
            else:
                yield attempted(f"mail {number}", _event, mail, authors, options)
            if number % _EVERY == 0:
                yield behind(source)
        if automatic:
            yield Fault(source.name, "left_out", f"{automatic} automatic answers")
        yield behind(source)


def _mails(source: Source) -> Iterator[Message]:
    """Yield the headers of each mail: what stands between its `From ` line and the first empty one."""
    found = lines(chunks(source.stream), _LINE)
    if not next(found, b"").startswith(b"From "):
        raise Unreadable("this is no mbox: its first line does not begin with `From `")
    head, inside, blank, parser = bytearray(), True, False, BytesHeaderParser()
    for line in found:
        if inside and not line.strip():
            yield parser.parsebytes(bytes(head))
            inside = False
        elif inside:
            head += line
        elif blank and line.startswith(b"From "):
            head, inside = bytearray(), True
        if len(head) > _HEADER:
            raise Unreadable(f"the headers of a mail are longer than {_HEADER} bytes")
        blank = not line.strip()
    if inside:
        yield parser.parsebytes(bytes(head))


def _automatic(mail: Message) -> bool:
    said = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return said != "no" or str(mail.get("Precedence", "")).strip().lower() in ("auto_reply", "junk")


def _event(mail: Message, authors: dict[str, str], options: MailingListOptions) -> Entry:
    """Return a mail's event and remember who wrote it. Raises ValueError without sender, id or date."""
    sender, name = _address(str(mail.get("From", ""))), _ids(str(mail.get("Message-ID", "")))
    if not sender or not name:
        raise times.Unfit("it lacks From or Message-ID")
    row: dict[str, Cell] = {
        "id": name[0], "source": options.source, "actor": sender, "visibility": options.visibility,
        "occurred_at": times.shown(_date(mail)), **_place(mail, name[0], authors),
    }  # fmt: skip
    authors[name[0]] = sender
    if community := options.community or _list(str(mail.get("List-Id", ""))):
        row["community"] = community
    return Entry("events", row)


def _place(mail: Message, name: str, authors: dict[str, str]) -> dict[str, Cell]:
    before = _ids(str(mail.get("References", "")))
    answered = _ids(str(mail.get("In-Reply-To", ""))) or before[-1:]
    if not answered:
        return {"verb": "posted", "thread": name}
    parent = answered[0]
    known: dict[str, Cell] = {"target": authors[parent]} if parent in authors else {}
    return {"verb": "replied", "parent": parent, "thread": (before or answered)[0], **known}


def _date(mail: Message) -> datetime:
    found = parsedate_to_datetime(str(mail.get("Date", "")))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _address(header: str) -> str:
    # Archives against harvesters write `name at host`.
    found = getaddresses([header.replace(" at ", "@", 1) if "@" not in header else header])
    return found[0][1].strip().lower() if found else ""


def _ids(header: str) -> list[str]:
    return [one[:200] for one in _ID.findall(header)]


def _list(header: str) -> str:
    found = _ID.findall(header)
    return (found[0] if found else header.strip())[:200]
