"""Who there is: organisations, memberships, populations, communities and what they owe each other."""

from itertools import pairwise

from kithline_sdk.kit.worlds.world import FOCAL, Cells, World
from kithline_sdk.snapshot import DAY

_PURPOSES = (
    "Design engineers answer each other's questions on axles within 24 hours, so that no drawing waits for a meeting.",
    "Here you get an answer within a day and save the next drawing: engineers help each other with doors and axles.",
    "Buyers and suppliers of doors agree every month which 3 faults to end first, and publish what came of it.",
    "A place to talk.",
    "Service staff collect what customers report and hand the five most frequent faults to development each week.",
)
_RANKS = ("staff", "staff", "staff", "team lead", "head")


def organisations(world: World) -> Cells:
    """Return the focal organisation and the firms around it; one in eight belongs to another one."""
    many = len(world.firms)
    roles = [world.group(one) for one in range(many)]
    return {
        "organisation": [FOCAL, *world.firms],
        "name": ["Us Ltd", *(f"Firm {one}" for one in range(many))],
        "role": ["focal", *roles],
        "tier": [None, *(1 + one % 2 if role == "supplier" else None for one, role in enumerate(roles))],
        "owner": [None, *(world.firms[0] if one and one % 8 == 0 else None for one in range(many))],
        "circles": [None, *world.some(["axle", "door", "axle;door", None], many)],
        "competing": [None, *(world.firms[one - 1] if one and one % 5 == 0 else None for one in range(many))],
        "aliases": [None, *(f"F{one}" if one % 3 == 0 else None for one in range(many))],
    }


def memberships(world: World) -> Cells:
    """Return one row a person; one in thirty of the staff came from another department in the middle of the window."""
    staff, others = world.staff, world.people - world.staff
    firms = world.below(len(world.firms), others)
    rows: Cells = {
        "person": list(range(world.people)),
        "group": ["employee"] * staff + [world.group(one) for one in firms],
        "organisation": [FOCAL] * staff + [world.firms[one] for one in firms],
        "department": [*world.departments, *[None] * others],
        "rank": world.some(_RANKS, staff) + [None] * others,
        "manager": [None, *((one - 1) // 6 for one in range(1, staff)), *[None] * others],
        "leader": [one < 1 + staff // 12 for one in range(staff)] + [None] * others,
        "valid_from": [None] * world.people,
        "valid_to": [None] * world.people,
    }
    middle = world.window.end - world.days // 2 * DAY
    for person in range(29, staff, 30):
        before = {name: cells[person] for name, cells in rows.items()}
        rows["valid_from"][person] = middle
        for name, cell in {**before, "department": world.departments[0], "valid_to": middle}.items():
            rows[name].append(cell)
    return rows


def populations(world: World) -> Cells:
    """Return how many there are in all, a few more than the data know, and in each department."""
    names = sorted(set(world.departments))
    sizes = [world.departments.count(name) for name in names]
    return {
        "group": ["employee", "customer", *["employee"] * len(names)],
        "department": [None, None, *names],
        "count": [world.staff + 2, 1000, *sizes],
    }


def communities(world: World) -> Cells:
    """Return places with texts from clear to empty."""
    many = len(world.communities)
    said = [_PURPOSES[one % len(_PURPOSES)] for one in range(many)]
    return {
        "community": list(world.communities),
        "name": [f"Circle {one}" for one in range(many)],
        "purpose": said,
        "audience": world.some(["design engineers", "buyers", None], many),
        "activity": world.some(["answer questions", None], many),
        "object": world.some(["axles", "doors", None], many),
        "outcome": world.some(["fewer faults", None], many),
        "measure": world.some(["answers within 24 hours", None], many),
        "due": world.some(["2026-06-30", None], many),
        "owner": world.some(["d0", "d1", None], many),
        "launched_at": world.times(many),
        "invited": [20 + one for one in world.below(200, many)],
        "asked": [20 + one for one in world.below(200, many)],
        "access": world.some(["open", "closed"], many),
        "kind": world.some(["practice", "interest"], many),
        "visibility": world.some(["internal", "public"], many),
        "sensitive": [False] * many,
        "language": ["en"] * many,
    }


def interfaces(world: World) -> Cells:
    """Return pairs of departments that must work together."""
    names = sorted(set(world.departments))
    pairs = list(pairwise(names))
    return {
        "side_a": [one for one, _ in pairs],
        "side_b": [other for _, other in pairs],
        "why": ["orders"] * len(pairs),
        "weight": [1.0] * len(pairs),
        "source": ["process map"] * len(pairs),
    }


def focal(_: World) -> Cells:
    """Return which organisation it is about."""
    return {"organisation": [FOCAL]}
