"""Who talks to whom inside the company: mostly the own department, then those one must talk to."""

from typing import Final

from kithline_core.demo import cast, places
from kithline_core.demo.stream import Stream

CONVERSATIONS: Final = 58_000
INSIDE: Final = 7  # contacts inside the own department
ACROSS: Final = 3  # contacts in other departments


def inside(stream: Stream) -> None:
    """Add about two thirds of all events: conversations along each employee's fixed contacts."""
    found = _contacts(stream)
    pairs = [(person, contact) for person, contacts in found.items() for contact in contacts]
    for _ in range(CONVERSATIONS):
        one, other = stream.pick(pairs)
        if stream.chance() < 0.5:
            one, other = other, one
        stream.exchange(stream.moment(), one, other, 0.6, channel="chat", community=_place(stream))


def _place(stream: Stream) -> str | None:
    draw = stream.chance()
    return (
        "engineering-commons"
        if draw < 0.04
        else "quality-circle"
        if draw < 0.08
        else "works-town"
        if draw < 0.1
        else None
    )


def _contacts(stream: Stream) -> dict[str, list[str]]:
    staff = cast.employees()
    return {
        person: [
            *stream.some([one for one in ids if one != person], INSIDE),
            *(stream.pick(staff[other]) for other in (_other(stream, department) for _ in range(ACROSS))),
        ]
        for department, ids in staff.items()
        for person in ids
    }


def _other(stream: Stream, department: str) -> str:
    """Return another department: one that shares a process in seven of ten cases, never the silent one."""
    near = [b if a == department else a for a, b, _ in places.MUST_TALK if department in {a, b}]
    far = [one for one in cast.DEPARTMENTS if one != department and {one, department} != set(places.SILENT)]
    return stream.pick(near if near and stream.chance() < 0.7 else far)
