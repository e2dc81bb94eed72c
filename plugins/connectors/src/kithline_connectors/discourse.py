"""What a Discourse site exports: the admin's user list (CSV), topics as JSON, a user's own archive (CSV), or a zip of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Final, Literal

from msgspec import Struct

from kithline_connectors import times
from kithline_connectors.sources import JSON_BYTES, attempted, chunks, parsed
from kithline_sdk.archives import Archive
from kithline_sdk.connecting import Cell, Entry, Fault, Progress, Said, Source, Unreadable
from kithline_sdk.delimited import Table

_TOPIC: Final = re.compile(r"/t/(?:[^/]+/)?(\d+)(?:/(\d+))?")
_USERS: Final = frozenset({"id", "username", "trust_level"})
_OWN: Final = frozenset({"topic_title", "url", "created_at"})
_REGULAR: Final = 1
Group = Literal["", "employee", "supplier", "partner", "customer", "shareholder", "competitor", "other"]


class Post(Struct, frozen=True):
    """One post of a topic."""

    id: int
    post_number: int
    username: str
    created_at: str
    reply_to_post_number: int | None = None
    post_type: int = _REGULAR


class Stream(Struct, frozen=True):
    """A topic's posts."""

    posts: list[Post] = []


class Topic(Struct, frozen=True):
    """A topic as the site gives it away at /t/<id>.json."""

    id: int
    post_stream: Stream
    category_id: int | None = None
    archetype: str = "regular"


class DiscourseOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: members' group, who may read the site, the events' source, and whose archive it is."""

    group: Group = ""
    visibility: Literal["public", "members", "restricted"] = "public"
    source: str = "discourse"
    actor: str = ""


class Discourse:
    """Yields people from user lists, postings and replies from topics and from a user's archive."""

    key: ClassVar[str] = "discourse.export"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[Struct]] = DiscourseOptions

    def read(self, source: Source, options: DiscourseOptions) -> Iterator[Said]:
        """Yield what the export holds. Raises Unreadable when nothing in it is one of the three."""
        parts, understood = list(_parts(source)), 0
        for done, (name, data) in enumerate(parts, 1):
            said = _part(name, data, options)
            understood += said is not None
            yield from said if said is not None else [Fault(name, "left_out", "no user list, topic or archive")]
            yield Progress(done, len(parts))
        if not understood:
            raise Unreadable("nothing here is a user list, a topic (/t/<id>.json) or a user's archive")


def _parts(source: Source) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the members of a zip, or the one file there is, with what they hold."""
    if not source.name.lower().endswith(".zip"):
        yield source.name, chunks(source.stream)
        return
    archive = Archive(source.stream)
    for name in archive.names():
        yield name, archive.chunks(name)


def _part(name: str, data: Iterable[bytes], options: DiscourseOptions) -> Iterator[Said] | None:
    if name.lower().endswith(".json"):
        return _topic(parsed(b"".join(_capped(name, data)), Topic, name), options)
    if not name.lower().endswith(".csv"):
        return None
    table = Table(data)
    if set(table.columns) >= _USERS:
        return _rows(name, table, lambda cells: _person(cells, options))
    if set(table.columns) >= _OWN:
        if not options.actor:
            raise Unreadable(f"{name} is one user's archive; say whose with the option actor=USERNAME")
        return _rows(name, table, lambda cells: _own(cells, options))
    return None


def _capped(name: str, data: Iterable[bytes]) -> Iterator[bytes]:
    seen = 0
    for chunk in data:
        seen += len(chunk)
        if seen > JSON_BYTES:
            raise Unreadable(f"{name} is larger than {JSON_BYTES} bytes")
        yield chunk


def _rows(name: str, table: Table, made: Callable[[Mapping[str, str]], Entry | None]) -> Iterator[Said]:
    for line, cells in table:
        one = attempted(f"{name}, line {line}", made, cells)
        if one is not None:
            yield one


def _person(cells: Mapping[str, str], options: DiscourseOptions) -> Entry:
    row: dict[str, Cell] = {"person": cells["username"]}
    if options.group:
        row["group"] = options.group
    if "created_at" in cells:
        row["valid_from"] = times.instant(cells["created_at"])
    return Entry("people", row)


def _topic(topic: Topic, options: DiscourseOptions) -> Iterator[Said]:
    if topic.archetype == "private_message":
        yield Fault(f"topic {topic.id}", "left_out", "private messages")
        return
    authors = {post.post_number: post.username for post in topic.post_stream.posts}
    base: dict[str, Cell] = {"source": options.source, "visibility": options.visibility, "thread": f"t/{topic.id}"}
    if topic.category_id is not None:
        base["community"] = f"c/{topic.category_id}"
    for post in topic.post_stream.posts:
        if post.post_type == _REGULAR:
            yield attempted(f"post {post.id}", _event, post, topic.id, authors, base)


def _event(post: Post, topic: int, authors: Mapping[int, str], base: Mapping[str, Cell]) -> Entry:
    row: dict[str, Cell] = {
        **base, "id": f"t/{topic}/{post.post_number}", "actor": post.username, "verb": "posted",
        "occurred_at": times.instant(post.created_at),
    }  # fmt: skip
    if post.post_number == 1:
        return Entry("events", row)
    # Without a number a reply answers the topic, whose first post is number 1.
    answered = post.reply_to_post_number or 1
    row |= {"verb": "replied", "parent": f"t/{topic}/{answered}"}
    if answered in authors:
        row["target"] = authors[answered]
    return Entry("events", row)


def _own(cells: Mapping[str, str], options: DiscourseOptions) -> Entry | None:
    """Return an event of a user's own archive; None for private messages. Raises ValueError for an address that is none."""
    if cells.get("is_pm", "").lower() in ("yes", "true"):
        return None
    place = _TOPIC.search(cells["url"])
    if place is None:
        raise times.Unfit("its url names no topic")
    topic, number = place[1], int(place[2] or 1)
    row: dict[str, Cell] = {
        "id": f"t/{topic}/{number}", "source": options.source, "actor": options.actor, "thread": f"t/{topic}",
        "verb": "posted" if number == 1 else "replied", "visibility": options.visibility,
        "occurred_at": times.instant(cells["created_at"]),
    }  # fmt: skip
    if "categories" in cells:
        row["community"] = cells["categories"][:200]
    return Entry("events", row)
