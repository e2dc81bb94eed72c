"""How an adversary with every tenant scope may try to learn whom somebody talks to; each returns a candidate or None."""

import random
from collections.abc import Callable
from functools import cached_property

from helpers.differencing import CROWD, MOVED, Tenant, World, less, moved, only, posted, renamed, spoke
from kithline_sdk.snapshot import DAY, Window

NEW = [(f"new-{n:02d}", f"newer-{n:02d}") for n in range(6)]


class Game:
    """One question: X, two candidates in an order that tells nothing, and people from elsewhere."""

    def __init__(self, world: World, number: int) -> None:
        world.known.clear()
        x, contact, stranger = world.games[number % len(world.games)]
        self.world, self.x, self.contact = world, x, contact
        self.first, self.second = (contact, stranger) if number % 2 else (stranger, contact)
        draw = random.Random(number)
        own = {world.department[x], world.department[contact]}
        away = sorted(one for one, of in world.department.items() if of not in own)
        self.crowd = draw.sample(away, CROWD)
        self.more = draw.sample(sorted(set(away) - set(self.crowd)), CROWD)

    def told(self, ties: float | None, known: float = 0) -> str | None:
        """Return the candidate that a number of ties points to."""
        return None if ties is None else self.first if ties > known else self.second

    @cached_property
    def all(self):
        return only(self.world.tables, [*self.crowd, self.x, self.first])

    @cached_property
    def rest(self):
        return only(self.world.tables, [*self.crowd, self.x])


def less_by(one, other) -> float | None:
    return None if one is None or other is None else one["ties"] - other["ties"]


def everybody_else_objects(game: Game, tenant: Tenant):
    shown = tenant.publish(only(game.world.tables, [game.x, game.first]))
    return game.told(shown and shown["ties"])


def candidate_objects(game: Game, tenant: Tenant):
    return game.told(less_by(tenant.publish(game.all), tenant.publish(game.rest)))


def objection_is_lifted(game: Game, tenant: Tenant):
    rest = tenant.publish(game.rest)
    return game.told(less_by(tenant.publish(game.all), rest))


def _padded(game: Game, tables):
    there = moved(tables, {one: ["pads"] for pair in NEW for one in pair})
    return spoke(there, game.world.window, NEW)


def newcomers_go_with_the_candidate(game: Game, tenant: Tenant):
    return game.told(less_by(tenant.publish(_padded(game, game.all)), tenant.publish(game.rest)), len(NEW))


def newcomers_come_with_the_candidate(game: Game, tenant: Tenant):
    rest = tenant.publish(game.rest)
    return game.told(less_by(tenant.publish(_padded(game, game.all)), rest), len(NEW))


def something_else_is_published_between(game: Game, tenant: Tenant):
    first = tenant.publish(game.all)
    tenant.publish(game.world.tables)
    return game.told(less_by(first, tenant.publish(game.rest)))


def window_moves_meanwhile(game: Game, tenant: Tenant):
    window = game.world.window
    before = Window(window.start - MOVED * DAY, window.end - MOVED * DAY)
    rest = tenant.publish(game.rest, before)
    return game.told(less_by(tenant.publish(game.all), rest))


def departments_are_renamed_meanwhile(game: Game, tenant: Tenant):
    names = {one: [f"{game.world.department[one]} renamed"] for one in game.crowd}
    return game.told(less_by(tenant.publish(game.all), tenant.publish(moved(game.rest, names))))


def _walled(game: Game, tenant: Tenant, tables):
    shown = tenant.publish(tables)
    if shown is None:
        return None
    # A cell that is hidden although both departments are large enough tells as much as a number.
    return game.told(shown["pairs"].get(("one", "other"), 1 if shown["pairs"] else None))


def ghosts_fill_departments(game: Game, tenant: Tenant):
    ghosts = [f"ghost-{n}" for n in range(8)]
    walls = {
        game.x: ["one"],
        game.first: ["other"],
        **{one: ["one" if n < 4 else "other"] for n, one in enumerate(ghosts)},
    }
    tables = posted(moved(game.world.tables, walls), game.world.window, ghosts)
    return _walled(game, Tenant(game.world, tenant.off, begun=False), tables)


def people_from_elsewhere_fill_departments(game: Game, tenant: Tenant):
    walls = {
        game.x: ["one"],
        game.first: ["other"],
        **{one: ["one" if n < 4 else "other"] for n, one in enumerate(game.crowd[:8])},
    }
    return _walled(game, Tenant(game.world, tenant.off, begun=False), moved(game.world.tables, walls))


def departments_overlap_but_for_one(game: Game, tenant: Tenant):
    department = game.world.department
    names = {department[game.x]: ["p", "q"], department[game.first]: ["r", "s"]}
    both = {one: names[of] for one, of in department.items() if of in names}
    shown = Tenant(game.world, tenant.off, begun=False).publish(
        moved(game.world.tables, {**both, game.x: ["p"], game.first: ["r"]})
    )
    cells = (
        None
        if shown is None
        else [shown["pairs"].get(pair) for pair in (("p", "r"), ("q", "r"), ("p", "s"), ("q", "s"))]
    )
    if cells is None or None in cells:
        return None
    return game.told(cells[0] - cells[1] - cells[2] + cells[3], 0.25)


def a_late_event(game: Game, tenant: Tenant):
    shown = tenant.publish(spoke(game.world.tables, game.world.window, [(game.x, game.first)]))
    return None if shown is None else game.told(game.world.shown["ties"] + 1 - shown["ties"])


def late_events_of_three_more(game: Game, tenant: Tenant):
    pads = list(zip(game.crowd[:3], game.more[:3], strict=True))
    shown = tenant.publish(spoke(game.world.tables, game.world.window, [(game.x, game.first), *pads]))
    return None if shown is None else game.told(game.world.shown["ties"] + 1 + len(pads) - shown["ties"])


def late_events_beside_newcomers(game: Game, tenant: Tenant):
    tables = _padded(game, spoke(game.world.tables, game.world.window, [(game.x, game.first)]))
    shown = tenant.publish(tables)
    return None if shown is None else game.told(game.world.shown["ties"] + 1 + len(NEW) - shown["ties"])


def x_is_merged_with_either(game: Game, tenant: Tenant):
    drops = []
    for one in (game.first, game.second):
        shown = tenant.publish(renamed(game.world.tables, {one: game.x}), told=game.world.tables)
        if shown is None:
            return None
        drops.append(game.world.shown["ties"] - shown["ties"])
    if drops[0] == drops[1]:
        return None
    return game.first if drops[0] > drops[1] else game.second


def x_objects(game: Game, tenant: Tenant):
    shown = tenant.publish(less(game.world.tables, game.x))
    if shown is None:
        return None
    both = tenant.publish(less(game.world.tables, game.x, game.first))
    alone = tenant.publish(less(game.world.tables, game.first))
    if None in (both, alone):
        return None
    return game.told(game.world.shown["ties"] - shown["ties"] - alone["ties"] + both["ties"])


def x_is_erased(game: Game, tenant: Tenant):
    shown = tenant.publish(tenant.erase(game.world.tables, game.x))
    assert shown is not None, "an erasure changes no fact and breaks no publication"
    return (
        game.told(abs(shown["ties"] - game.world.shown["ties"])) if shown["ties"] != game.world.shown["ties"] else None
    )


def a_preview_of_an_objection(game: Game, tenant: Tenant):
    return game.told(tenant.preview(game.all, game.rest))


def parameters_change(game: Game, tenant: Tenant):
    found = [tenant.publish(game.all, min_events=number) for number in (1, 2, 3)]
    if None in found:
        return None
    rest = tenant.publish(game.rest, min_events=3)
    return None if rest is None else game.told(less_by(found[2], rest))


def events_of_many_are_forged(game: Game, tenant: Tenant):
    pads = list(zip(game.crowd, game.more, strict=True))
    shown = tenant.publish(spoke(game.world.tables, game.world.window, [(game.x, game.first), *pads]))
    return None if shown is None else game.told(game.world.shown["ties"] + 1 + len(pads) - shown["ties"])


Strategy = Callable[[Game, Tenant], str | None]

# Each with the guard without which it wins (None: it is part of the portfolio all the same).
PORTFOLIO: dict[Strategy, str | None] = {
    everybody_else_objects: "alone",
    candidate_objects: "removed",
    objection_is_lifted: "added",
    newcomers_go_with_the_candidate: "newcomers",
    newcomers_come_with_the_candidate: "newcomers",
    something_else_is_published_between: "history",
    window_moves_meanwhile: "apart",
    departments_are_renamed_meanwhile: "belonging",
    ghosts_fill_departments: "cells",
    people_from_elsewhere_fill_departments: None,
    departments_overlap_but_for_one: "overlap",
    x_is_merged_with_either: "identity",
    a_preview_of_an_objection: "preview",
    a_late_event: None,
    late_events_of_three_more: None,
    late_events_beside_newcomers: None,
    x_objects: None,
    x_is_erased: None,
    parameters_change: None,
}
