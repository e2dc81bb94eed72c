"""At most three steps, and never one that brings competitors together."""

from typing import Final

import numpy as np

from kithline_sdk import Recommendation
from kithline_sdk.snapshot import Bools
from kithline_supply.drivers import gain
from kithline_supply.params import SupplyParams
from kithline_supply.parts import Part, Scored, parts
from kithline_supply.picture import Picture
from kithline_supply.structure import links

NAMED: Final = 10
NEAR: Final = 0.5
DENSE: Final = 0.3


def advice(seen: Picture, found: dict[str, Part], value: Scored, params: SupplyParams) -> list[Recommendation]:
    """Return the card's three: answer the one-way, tighten the loosest circle, share practices inside circles."""
    steps = (_one_way(seen, found, value), _loosest(seen, found, value, params), _sessions(seen, found, value))
    return [step for step in steps if step is not None]


def rivals(seen: Picture) -> Bools:
    """Return the suppliers that compete with another supplier: no recommendation names them."""
    found = np.zeros(seen.network.size, np.bool_)
    for side in seen.network.rival_suppliers():
        found[side] = True
    return found


def _one_way(seen: Picture, found: dict[str, Part], value: Scored) -> Recommendation | None:
    touched, linked, _, _ = links(seen.network)
    waiting = np.setdiff1d(touched, linked)
    named = waiting[~rivals(seen)[waiting]]
    if not len(named):
        return None
    one = 1 / seen.structure.values["suppliers"]
    return Recommendation(
        code="answer_one_way",
        text=f"Turn one-way contact into conversation: ask a question of, or answer, {_names(seen, named)}.",
        evidence=f"{len(waiting)} suppliers have contact in one direction only",
        gain=(gain("link_coverage", one, found, value), gain("link_coverage", one * len(named), found, value)),
        effort="low",
        refuted_by="after 90 days these suppliers are in contact both ways and link_coverage has not risen",
    )


def _loosest(seen: Picture, found: dict[str, Part], value: Scored, params: SupplyParams) -> Recommendation | None:
    """Return advice for the circle with the lowest density; its members that compete with one another stay out."""
    density, around = seen.inside.density, seen.circles
    for circle in np.argsort(np.nan_to_num(density, nan=1.0), kind="stable").tolist():
        if not density[circle] < DENSE:
            return None
        members = around.unit[around.circle == circle]
        named = members[~rivals(seen)[members]]
        if len(named) > 1:
            return Recommendation(
                code="tighten_circle",
                text=f"Give the circle {around.labels[circle]} a task to solve together: {_names(seen, named)}.",
                evidence=f"{seen.inside.ties[circle]} of {seen.inside.possible[circle]} pairs inside the circle have a tie",
                gain=(0.0, _if_dense(seen, circle, found, value, params)),
                effort="medium",
                refuted_by="after 90 days the circle has worked on the task and its density has not risen",
            )
    return None


def _if_dense(seen: Picture, circle: int, found: dict[str, Part], value: Scored, params: SupplyParams) -> float:
    """Return the gain of bringing one circle to the density at which the curve is near its top."""
    ties = seen.inside.ties.copy()
    ties[circle] = np.ceil(DENSE * seen.inside.possible[circle])
    then = parts(seen._replace(inside=seen.inside._replace(ties=ties)), None, params)["density"]
    return gain("density", then.value - found["density"].value, found, value)


def _sessions(seen: Picture, found: dict[str, Part], value: Scored) -> Recommendation | None:
    near = found.get("within_two_steps")
    if near is None or near.value >= NEAR:
        return None
    names = seen.circles.labels
    where = f"inside the circles {_listed(names)}" if names else "in circles of suppliers with a common programme"
    return Recommendation(
        code="share_practices",
        text=f"Hold sessions {where} in which one supplier shows a practice and another takes it up; "
        "suppliers that compete with each other are not brought together.",
        evidence=f"{near.value:.0%} of the supplier pairs are within two steps without the focal organisation",
        gain=(
            gain("within_two_steps", NEAR - near.value, found, value),
            gain("within_two_steps", 1.0 - near.value, found, value),
        ),
        effort="medium",
        refuted_by="after 90 days sessions were held and within_two_steps has not risen",
    )


def _names(seen: Picture, units: np.ndarray[tuple[int], np.dtype[np.int64]]) -> str:
    return _listed(tuple(seen.known.ids[unit] for unit in units.tolist()))


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
