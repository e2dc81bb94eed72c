"""What people do with each other: daily sums of events, declared ties, ties of organisations."""

from itertools import pairwise

from kithline_sdk.kit.worlds.world import END, FOCAL, Cells, World
from kithline_sdk.snapshot import DAY

# Rows of contact a person has in a window, whatever its length.
BUSY = 24
_VERBS = ("posted", "replied", "replied", "answered", "mentioned", "shared", "reacted")
_KINDS = ("practice", "question", None, None)
_NEAR = 9  # with so many of the next numbers people have most of their contact
_HOUR = DAY // 24
_SOON = 14  # half the square of what is drawn below it: hours until an answer
_WEEKS = 8  # within which a practice is used


def tie_day(world: World) -> Cells:
    """Return contact between pairs: most of it among neighbours, one event in six back."""
    size = BUSY * world.people
    actors = world.below(world.people, size)
    near, far, home = world.below(_NEAR, size), world.below(world.people, size), world.when(0.7, size)
    ends = [
        (one + 1 + step) % world.people if close else other
        for one, step, other, close in zip(actors, near, far, home, strict=True)
    ]
    back = world.when(1 / 6, size)
    days, counts = world.dates(size), [1 + one for one in world.below(3, size)]
    return {
        "day": days,
        "community": world.some(world.communities, size),
        "channel": world.some(["forum", "mail", None], size),
        "actor": [end if turned else one for one, end, turned in zip(actors, ends, back, strict=True)],
        "target": [one if turned else end for one, end, turned in zip(actors, ends, back, strict=True)],
        "verb": world.some(_VERBS, size),
        "kind": world.some(_KINDS, size),
        "recipients": world.some([1, 1, 1, 2, 3, 12], size),
        "count": counts,
        "first_at": [day * DAY + 9 * _HOUR for day in days],
        "last_at": [day * DAY + 9 * _HOUR + (many - 1) * _HOUR for day, many in zip(days, counts, strict=True)],
    }


def activity_day(world: World) -> Cells:
    """Return what single people do: as much as they have contact, and posts to nobody among it."""
    size = BUSY * world.people // 2
    days, counts = world.dates(size), [1 + one for one in world.below(4, size)]
    return {
        "day": days,
        "community": world.some(world.communities, size),
        "channel": world.some(["forum", "mail", None], size),
        "actor": world.below(world.people, size),
        "verb": world.some(_VERBS, size),
        "kind": world.some(_KINDS, size),
        "count": counts,
        "first_at": [day * DAY + 8 * _HOUR for day in days],
        "last_at": [day * DAY + 8 * _HOUR + (many - 1) * _HOUR for day, many in zip(days, counts, strict=True)],
    }


def event_day(world: World) -> Cells:
    """Return a sum a day, with the hash that leads back to the events."""
    whole = world.days + world.lookback
    first = world.window.last_day + 1 - whole
    return {
        "day": [first + one for one in range(whole)],
        "count": [1 + one for one in world.below(4 * world.people, whole)],
        "ids_hash": [f"{first + one:064x}" for one in range(whole)],
    }


def competitor_day(world: World) -> Cells:
    """Return what competitors did, as sums."""
    size = 12
    return {
        "day": world.dates(size),
        "community": world.some(world.communities, size),
        "count": [1 + one for one in world.below(5, size)],
    }


def item_use(world: World) -> Cells:
    """Return practices: a row for the day on which its one author shared it, a row for each use by somebody else later."""
    many = max(2, world.people // 2)
    authors, shared = world.below(world.people, many), world.dates(many)
    used, users, later = (world.below(n, world.people) for n in (many, world.people, _WEEKS * 7))
    uses = [(one, user, lag) for one, user, lag in zip(used, users, later, strict=True) if user != authors[one]]
    items = [*range(many), *(one for one, _, _ in uses)]
    return {
        "item": [f"p{one}" for one in items],
        "day": [*shared, *(min(END - 1, shared[one] + lag) for one, _, lag in uses)],
        "actor": [authors[one] for one in items],
        "used_by": [*[None] * many, *(user for _, user, _ in uses)],
    }


def opening(world: World) -> Cells:
    """Return what was asked, two in five answered by nobody, the others by one or two within days, most within hours."""
    size = 4 * world.people
    askers, opened = world.below(world.people, size), world.times(size)
    places, kinds = world.some(world.communities, size), world.some(["post", "question"], size)
    asked = [one for one in range(size) for _ in range(2)]
    helpers, hours, there = (
        world.below(world.people, 2 * size),
        world.below(_SOON, 2 * size),
        world.when(0.37, 2 * size),
    )
    said = zip(asked, helpers, hours, there, strict=True)
    first = {
        (one, who): opened[one] + _HOUR * (1 + h * h // 2) for one, who, h, yes in said if yes and who != askers[one]
    }
    first = {key: at for key, at in first.items() if at < END * DAY}
    rows = [*range(size), *(one for one, _ in first)]
    return {
        "community": [places[one] for one in rows],
        "channel": ["forum"] * len(rows),
        "kind": [kinds[one] for one in rows],
        "asker": [askers[one] for one in rows],
        "opened_at": [opened[one] for one in rows],
        "answerer": [*[None] * size, *(who for _, who in first)],
        "answered_at": [*[None] * size, *first.values()],
    }


def ties(world: World) -> Cells:
    """Return a few ties that somebody declared."""
    size = max(2, world.people // 2)
    pairs = sorted({(one, (one + 2) % world.people) for one in world.below(world.people, size)})
    last = world.times(len(pairs))
    return {
        "actor": [one for one, _ in pairs],
        "target": [other for _, other in pairs],
        "count": [1 + one for one in world.below(9, len(pairs))],
        "days": [1] * len(pairs),
        "first_at": list(last),
        "last_at": list(last),
        "community": world.some([*world.communities, None], len(pairs)),
    }


def organisation_ties(world: World) -> Cells:
    """Return ties of firms with the organisation and with each other."""
    firms = world.firms
    pairs = [(FOCAL, one) for one in firms[::2]] + list(pairwise(firms))
    return {
        "organisation_a": [one for one, _ in pairs],
        "organisation_b": [other for _, other in pairs],
        "weight": [float(1 + one) for one in world.below(9, len(pairs))],
        "kind": world.some(["practice", None], len(pairs)),
        "period": [None] * len(pairs),
        "direction": world.some(["both", "forward", None], len(pairs)),
        "declared": world.when(0.5, len(pairs)),
    }
