"""At most three steps: share what hangs on a few, tie people to each other, a second person for every bridge."""

from typing import Final

import numpy as np

from kithline_network.dependency.bridges import Bridges
from kithline_network.dependency.drivers import gain
from kithline_network.dependency.params import DependencyParams
from kithline_network.dependency.picture import Parts, Picture
from kithline_network.dependency.roles import roles
from kithline_sdk import Recommendation, Snapshot, floor, unquantified
from kithline_sdk.snapshot import Ints

# A part that reaches this needs no step.
STRONG: Final = 0.9 - 1e-9


def advice(snapshot: Snapshot, seen: Picture, whole: Parts | None, params: DependencyParams) -> list[Recommendation]:
    """Return the card's steps, the weaker part first."""
    steps = [] if whole is None else [_share(snapshot, seen, whole, params), _connect(whole)]
    if whole is not None and whole.values[1] < whole.values[0]:
        steps.reverse()
    return [step for step in [*steps, _second(seen.bridges, params)] if step is not None]


def _share(snapshot: Snapshot, seen: Picture, whole: Parts, params: DependencyParams) -> Recommendation | None:
    absence = whole.absence
    if whole.values[0] >= STRONG:
        return None
    top = seen.counted.person[np.argsort(-seen.counted.amount, kind="stable")[:absence]]
    held = roles(snapshot, top, params)
    who = f" (roles: {', '.join(held)})" if held else ""
    return Recommendation(
        code="share_the_work",
        text=f"Half of what counts comes from {absence} of {len(seen.counted.person)} contributors{who}: let a second person "
        "learn and answer for each of their subjects.",
        evidence=f"absence factor {absence}, volume capped and broadcasts left out",
        gain=(0.0, gain(0, whole.values[0])),
        effort="medium",
        refuted_by="after 90 days more people carry half of the contributions, and an absence is felt as before",
    )


def _connect(whole: Parts) -> Recommendation | None:
    rest = whole.rest
    if whole.values[1] >= STRONG:
        return None
    return Recommendation(
        code="connect_around_the_top",
        text="Bring people together who meet only through the most active ones: pairs, rotating hosts, common tasks.",
        evidence=f"without the top 5 % of contributors the connected share of pairs falls from {rest.before:.0%} to "
        f"{rest.after:.0%}",
        gain=(0.0, gain(1, whole.values[1])),
        effort="medium",
        refuted_by="after 90 days there are more ties past the most active, and the drop has not fallen",
    )


def _second(found: Bridges | None, params: DependencyParams) -> Recommendation | None:
    """Name the largest two departments that one person alone reaches, where both may be named."""
    if found is None or not len(found.a):
        return None
    pairs = _named(found, params)
    largest = f", first {pairs[0][0]} and {pairs[0][1]}" if pairs else ""
    return Recommendation(
        code="second_bridge",
        text=f"Let a second person take part where one alone has ties into two departments{largest}.",
        evidence=f"{found.people} people are the only ones with ties into both of {len(found.a)} pairs of departments",
        gain=unquantified("it keeps what is there"),
        effort="low",
        refuted_by="contact between the two outlasts an absence of that person",
    )


def _named(found: Bridges, params: DependencyParams) -> list[tuple[str, str]]:
    """Return the pairs whose departments both have k people, the largest first."""
    k = 1 if params.no_floor else floor.in_force(params.floor)
    heads = found.found.heads
    fit: Ints = np.flatnonzero((heads[found.a] >= k) & (heads[found.b] >= k))
    size = (heads[found.a] + heads[found.b])[fit]
    ordered = fit[np.lexsort((found.b[fit], found.a[fit], -size))]
    names = found.found.departments
    return [(names[found.a[one]], names[found.b[one]]) for one in ordered.tolist()[:1]]
