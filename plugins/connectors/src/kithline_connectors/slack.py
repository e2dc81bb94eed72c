"""A Slack workspace export: a zip with users.json, channels.json and a folder of days per channel.

Direct messages (dms.json, mpims.json) are left out and counted; no text is taken, for a workspace is not public.
"""

import re
from collections.abc import Iterator
from typing import ClassVar, Final, Literal

from msgspec import Struct

from kithline_connectors import times
from kithline_connectors.sources import attempted, json
from kithline_sdk.archives import Archive
from kithline_sdk.connecting import Cell, Entry, Fault, Progress, Said, Source, Unreadable

_DAY: Final = re.compile(r"^(?:.*/)?([^/]+)/\d{4}-\d{2}-\d{2}\.json$")
_MENTION: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_VERBS: Final = {"channel_join": "joined", "group_join": "joined", "channel_leave": "left", "group_leave": "left"}
_SAID: Final = frozenset({None, "thread_broadcast", "file_share", "me_message"})


class Person(Struct, frozen=True):
    """A member of users.json."""

    id: str
    is_bot: bool = False


class Channel(Struct, frozen=True):
    """A channel of channels.json (seen by the workspace) or groups.json (by its members)."""

    id: str
    name: str
    created: int | None = None


class Reaction(Struct, frozen=True):
    """Who reacted to a message with one emoji; Slack keeps no time."""

    name: str
    users: list[str] = []


class Message(Struct, frozen=True):
    """One message of a day's file."""

    ts: str | None = None
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    text: str = ""
    thread_ts: str | None = None
    parent_user_id: str | None = None
    reactions: list[Reaction] = []


class SlackOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: the group of the workspace's members (empty: said elsewhere), and the events' source."""

    group: Literal["", "employee", "supplier", "partner", "customer", "shareholder", "competitor", "other"] = ""
    source: str = "slack"


class Slack:
    """Yields communities, people, and an event for every message, mention, reaction, joining and leaving."""

    key: ClassVar[str] = "slack.export"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[Struct]] = SlackOptions

    def read(self, source: Source, options: SlackOptions) -> Iterator[Said]:
        """Yield what the export holds. Raises Unreadable when it is none."""
        archive = Archive(source.stream)
        found = _channels(archive)
        yield from (_community(channel, visibility) for channel, visibility in found.values())
        yield from (_person(one, options) for one in json(archive, _named(archive, "users.json"), list[Person]))
        days = [(name, day[1]) for name in archive.names() if (day := _DAY.match(name))]
        for done, (name, folder) in enumerate(days, 1):
            if folder in found:
                yield from _day(archive, name, found[folder], options)
            else:
                yield Fault(name, "left_out", "direct messages, or a channel the export does not describe")
            yield Progress(done, len(days))


def _named(archive: Archive, wanted: str) -> str:
    for name in archive.names():
        if name == wanted or (name.endswith("/" + wanted) and name.count("/") == 1):
            return name
    raise Unreadable(f"this is no Slack export: it has no {wanted}")


def _channels(archive: Archive) -> dict[str, tuple[Channel, str]]:
    """Return channels by the name of their folder; those of groups.json are restricted."""
    found: dict[str, tuple[Channel, str]] = {}
    channels: list[Channel] = json(archive, _named(archive, "channels.json"), list[Channel])
    found.update({one.name: (one, "members") for one in channels})
    if any(name.endswith("groups.json") for name in archive.names()):
        private: list[Channel] = json(archive, _named(archive, "groups.json"), list[Channel])
        found.update({one.name: (one, "restricted") for one in private})
    return found


def _community(channel: Channel, visibility: str) -> Entry:
    row: dict[str, Cell] = {"community": channel.id, "name": channel.name[:200], "visibility": visibility}
    if channel.created is not None:
        row["launched_at"] = times.epoch(str(channel.created))
    return Entry("communities", row)


def _person(one: Person, options: SlackOptions) -> Entry:
    row: dict[str, Cell] = {"person": one.id}
    if options.group:
        row["group"] = options.group
    if one.is_bot:
        row["bot"] = True
    return Entry("people", row)


def _day(archive: Archive, name: str, channel: tuple[Channel, str], options: SlackOptions) -> Iterator[Said]:
    messages: list[Message] = json(archive, name, list[Message])
    for number, message in enumerate(messages, 1):
        made = attempted(f"{name}, message {number}", _events, message, channel, options)
        yield from [made] if isinstance(made, Fault) else made


def _events(message: Message, channel: tuple[Channel, str], options: SlackOptions) -> list[Entry]:
    """Return the events of a message. Raises ValueError for a time that is none."""
    if message.type != "message" or not message.user or not message.ts:
        return []
    base: dict[str, Cell] = {
        "source": options.source, "community": channel[0].id, "visibility": channel[1],
        "occurred_at": times.epoch(message.ts),
    }  # fmt: skip
    name = f"{channel[0].id}/{message.ts}"
    if message.subtype in _VERBS:
        said = {"id": f"{name}/{message.subtype}", "actor": message.user, "verb": _VERBS[message.subtype]}
        return [Entry("events", {**base, **said})]
    if message.subtype not in _SAID:
        return []
    return [
        Entry("events", {**base, "id": name, "actor": message.user, **_place(message, channel[0].id)}),
        *_mentions(message, message.user, name, base),
        *_reactions(message, message.user, name, base),
    ]


def _place(message: Message, channel: str) -> dict[str, Cell]:
    if message.thread_ts is None or message.thread_ts == message.ts:
        return {"verb": "posted", "thread": f"{channel}/{message.ts}"}
    thread = f"{channel}/{message.thread_ts}"
    known: dict[str, Cell] = {"target": message.parent_user_id} if message.parent_user_id else {}
    return {"verb": "replied", "thread": thread, "parent": thread, **known}


def _mentions(message: Message, author: str, name: str, base: dict[str, Cell]) -> list[Entry]:
    named = sorted(set(_MENTION.findall(message.text)) - {author, message.parent_user_id or ""})
    return [
        Entry(
            "events",
            {**base, "id": f"{name}/@{one}", "actor": author, "verb": "mentioned", "target": one, "object": name},
        )
        for one in named
    ]


def _reactions(message: Message, author: str, name: str, base: dict[str, Cell]) -> list[Entry]:
    row = {**base, "verb": "reacted", "target": author, "parent": name}
    return [
        Entry("events", {**row, "id": f"{name}/{reaction.name[:60]}/{one}", "actor": one})
        for reaction in message.reactions
        for one in reaction.users
    ]
