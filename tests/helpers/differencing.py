"""The game "who does person X talk to": a week of the demo organisation's employees, and what guards it."""

import functools
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np

from kithline_core import plugins
from kithline_core.dataset import door
from kithline_core.demo import make
from kithline_core.engine import difference, facts, keys, snapshot, telling
from kithline_core.engine.assemble import assemble
from kithline_core.engine.difference import Side
from kithline_core.engine.facts import NONE, Block
from kithline_core.engine.tables import micros
from kithline_network import Silos
from kithline_network.silos import cells
from kithline_sdk import floor
from kithline_sdk.snapshot import DAY, Column, Table, Window

Tables = dict[str, Table]
K, DAYS = 5, 7
SECRET = b"the tenant's own secret"
CROWD = 24
MOVED = 3  # days by which the adversary moves the window
EDITED = ("memberships", "tie_day", "activity_day")
# Hashing a name is a pure function: the game asks for the same ones thousands of times.
DIGEST, LABEL = functools.cache(telling.pseudonyms.digest), functools.cache(facts.label)


class World:
    """The demo organisation's employees and one week of what they said to each other."""

    def __init__(self) -> None:
        self.known: dict[object, tuple[Tables, Any]] = {}
        made = make.make()
        self.spec = next(one for one in plugins.installed().scorers() if one.key == "silos.internal")
        self.params = keys.parameters(self.spec, {})
        end = micros(made.settings.end or 0)
        # The holidays are quiet: a week before them.
        self.window = Window(end - (DAYS + 14) * DAY, end - 14 * DAY)
        tables = assemble(door.data(made), [])
        staff = {row.person: row.department for row in made.rows["people"] if row.group == "employee"}
        self.department = staff
        self.tables = {**tables, **{name: _week(only(tables, staff)[name], self.window) for name in EDITED[1:]}}
        self.tables["memberships"] = only(tables, staff)["memberships"]
        self.everybody = np.unique(np.array([self.hash(one) for one in staff], np.uint64))
        with quick():
            self.facts = self.read(self.tables)
            self.shown = self.score(self.tables)
        self.games = self._games()

    def read(self, tables: Tables, window: Window | None = None) -> facts.Facts:
        return self._once(self._read, tables, window)

    def score(self, tables: Tables, window: Window | None = None, **parameters: object) -> dict[str, Any]:
        return self._once(self._score, tables, window, **parameters)

    def _once(self, act: Callable[..., Any], tables: Tables, window: Window | None, **parameters: object) -> Any:
        """Do something with the same tables once a game: many strategies begin alike."""
        key = (act.__name__, id(tables), window and window.start, *parameters.items())
        if key not in self.known:
            # With the tables, so that no others can take their place in memory.
            self.known[key] = (tables, act(tables, window, **parameters))
        return self.known[key][1]

    def _read(self, tables: Tables, window: Window | None) -> facts.Facts:
        return telling.read(self.spec, tables, window or self.window, SECRET)

    def _score(self, tables: Tables, window: Window | None, **parameters: object) -> dict[str, Any]:
        params = {**self.params, **parameters}
        cut = snapshot.cut(self.spec, tables, window or self.window, params)
        kept = {name: value for name, value in params.items() if name in Silos.Params.__struct_fields__}
        found = Silos().score(cut, Silos.Params(**kept), 1)
        pairs = {(row["a"], row["b"]): row["ties"] for row in found.tables.get("pairs", [])}
        return {**found.measures, "pairs": pairs}

    @staticmethod
    def hash(person: str) -> int:
        return facts.person(SECRET, person)

    def _games(self) -> list[tuple[str, str, str]]:
        """Return (X, somebody X has a tie with, somebody of the same department with whom X never spoke)."""
        met: dict[str, set[str]] = {one: set() for one in self.department}
        rows = self.tables["tie_day"]
        active = set(_this_week(self.tables["activity_day"], self.window).texts("actor"))
        ways: dict[tuple[str, str], set[int]] = {}
        for a, b, day in zip(rows.texts("actor"), rows.texts("target"), rows.ints("day").tolist(), strict=True):
            met[a].add(b)
            met[b].add(a)
            if day >= self.window.first_day:
                ways.setdefault((a, b), set()).add(day)
        tied = {(a, b) for (a, b), days in ways.items() if len(days) > 1 or (b, a) in ways}
        draw = random.Random(7)
        found = []
        for a, b in sorted(tied | {(b, a) for a, b in tied}):
            if self.department[a] != self.department[b]:
                apart = {one for one in active - met[a] if self.department[one] == self.department[b]}
                found.append((a, b, draw.choice(sorted(apart - {a, b}))))
        draw.shuffle(found)
        return found


class Tenant:
    """What was published of one tenant so far; `off` names the guards that are taken away."""

    def __init__(self, world: World, off: Iterable[str] = (), *, begun: bool = True) -> None:
        self.world, self.off = world, frozenset(off)
        self.held: list[facts.Facts] = [world.facts] if begun else []

    def publish(
        self, tables: Tables, window: Window | None = None, *, told: Tables | None = None, **parameters: object
    ) -> dict[str, Any] | None:
        """Return the exact figures, or None where they are withheld. `told`: what the guard sees, if something else."""
        found = self.world.read(told if told is not None and "identity" in self.off else tables, window)
        if self._refused(found):
            return None
        self.held.append(found)
        return self.world.score(tables, window, **parameters)

    def preview(self, before: Tables, after: Tables) -> float | None:
        """Return by how many ties two states differ that nobody publishes, or None."""
        if "preview" not in self.off and difference.withheld(self.world.read(before), self.world.read(after), K):
            return None
        return self.world.score(before)["ties"] - self.world.score(after)["ties"]

    def erase(self, tables: Tables, person: str) -> Tables:
        """Let somebody be erased: a tombstone takes the name's place in the data and in what was published."""
        gone, stands = (self.world.hash(name).to_bytes(8, "big") for name in (person, "erased-x"))
        self.held = [
            found._replace(blocks={name: _renamed(block, gone, stands) for name, block in found.blocks.items()})
            for found in self.held
        ]
        return renamed(tables, {person: "erased-x"})

    def _refused(self, found: facts.Facts) -> bool:
        known = None if not self.held or "newcomers" in self.off else self.world.everybody
        if "alone" not in self.off and difference.withheld(NONE, found, K, known):
            return True
        earlier = self.held[-1:] if "history" in self.off else self.held
        if not self.off & {"removed", "added", "apart", "belonging"}:
            return any(difference.withheld(one, found, K, known) for one in earlier)
        return any(not self._far(one, found, known) for one in earlier)

    def _far(self, before: facts.Facts, after: facts.Facts, known: np.ndarray | None) -> bool:
        """Say what `difference.withheld` denies, with a guard less."""
        parts = difference.parts(before, after)
        sides = [*difference.changed(parts, before.blocks, after.blocks)]
        alone = [difference.side(parts.gone, before.blocks), difference.side(parts.new, after.blocks)]
        if "belonging" in self.off:
            sides, alone = (
                [one._replace(belongs=np.zeros(one.size, np.bool_)) for one in both] for both in (sides, alone)
            )
        if "apart" in self.off:
            sides, alone = [_empty(), _empty()], [_joined(*both) for both in zip(sides, alone, strict=True)]
        for way, place in (("removed", 0), ("added", 1)):
            if way in self.off:
                sides[place] = alone[place] = _empty()
        return difference.apart_enough((sides[0], sides[1]), K, known) and all(
            difference.together_enough(one, K, known) for one in alone
        )


def _empty() -> Side:
    return Side(np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.bool_))


def _joined(one: Side, other: Side) -> Side:
    return Side(*(np.concatenate(both) for both in zip(one, other, strict=True)))


def _renamed(block: Block, gone: bytes, stands: bytes) -> Block:
    people, said = block.encode()
    return Block.decode(people.replace(gone, stands), said) if gone in people else block


@contextmanager
def quick():
    """Remember hashes."""
    with mock.patch.object(telling.pseudonyms, "digest", DIGEST), mock.patch.object(facts, "label", LABEL):
        yield


@contextmanager
def without(guard: str):
    """Take away a guard that stands in the scorer."""
    stand_ins = {"overlap": {"near": _none_is_near}, "cells": {
        "heads": _whoever_belongs, "_people": _enough_between, "_inside": _enough_inside,
    }}.get(guard, {})  # fmt: skip
    with ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(mock.patch.object(floor if name == "near" else cells, name, stand_in))
        yield


def _none_is_near(cell, person, size, k):
    return np.zeros(size, np.bool_)


def _whoever_belongs(graph):
    return np.bincount(graph.department, minlength=graph.departments)


def _enough_between(graph, mix, places):
    return np.full(places.total, 99)


def _enough_inside(graph, mix):
    return np.full(graph.departments, 99)


def _week(table: Table, window: Window) -> Table:
    day = table.ints("day")
    return table.where((day >= window.first_day - MOVED) & (day <= window.last_day))


def _this_week(table: Table, window: Window) -> Table:
    return table.where(table.ints("day") >= window.first_day)


def _keeps(table: Table, wanted: Callable[[str], bool]) -> np.ndarray:
    keep = np.ones(table.rows, np.bool_)
    for end in telling.ENDS[table.name]:
        column = table.columns[end]
        keep &= np.array([*(wanted(label) for label in column.labels), True])[column.values]
    return keep


def only(tables: Tables, people: Iterable[str]) -> Tables:
    """Leave everybody else out: they objected."""
    wanted = set(people)
    return {**tables, **{name: tables[name].where(_keeps(tables[name], wanted.__contains__)) for name in EDITED}}


def less(tables: Tables, *people: str) -> Tables:
    """Leave some out."""
    return {
        **tables,
        **{name: tables[name].where(_keeps(tables[name], lambda one: one not in people)) for name in EDITED},
    }


def renamed(tables: Tables, names: Mapping[str, str]) -> Tables:
    """Give people other names: that of another merges the two."""

    def column(found: Column) -> Column:
        called = [names.get(label, label) for label in found.labels]
        labels = tuple(sorted(set(called)))
        place = {label: number for number, label in enumerate(labels)}
        codes = np.array([*(place[label] for label in called), -1], np.int64)
        return Column("str", codes[found.values], found.present, labels)

    made = dict(tables)
    for name in EDITED:
        ends = {end: column(tables[name].columns[end]) for end in telling.ENDS[name]}
        made[name] = Table(name, {**tables[name].columns, **ends})
    return made


def more(tables: Tables, name: str, rows: list[dict[str, object]]) -> Tables:
    """Add rows to a table."""
    if not rows:
        return tables
    table = tables[name]
    new = {column: Column.of(kept.kind, [row.get(column) for row in rows]) for column, kept in table.columns.items()}
    return {**tables, name: Table(name, {column: _both(kept, new[column]) for column, kept in table.columns.items()})}


def _both(one: Column, other: Column) -> Column:
    values, labels = [one.values, other.values], one.labels
    if one.kind == "str":
        labels = tuple(sorted({*one.labels, *other.labels}))
        place = {label: number for number, label in enumerate(labels)}
        values = [
            np.array([*(place[name] for name in part.labels), -1], np.int64)[part.values] for part in (one, other)
        ]
    return Column(one.kind, np.concatenate(values), np.concatenate([one.present, other.present]), labels)


def moved(tables: Tables, departments: Mapping[str, Iterable[str]]) -> Tables:
    """Let people belong to other departments."""
    table = tables["memberships"]
    stay = {**tables, "memberships": table.where(_keeps(table, lambda one: one not in departments))}
    return more(stay, "memberships", [
        {"person": one, "group": "employee", "organisation": "auren", "department": name}
        for one, names in departments.items() for name in names
    ])  # fmt: skip


def spoke(tables: Tables, window: Window, pairs: Iterable[tuple[str, str]]) -> Tables:
    """Add what makes a tie: a message on each of two days, and the activity behind it."""
    days = [window.first_day + 1, window.first_day + 2]
    ties = [
        {"day": day, "channel": "chat", "actor": a, "target": b, "verb": "posted", "recipients": 1, "count": 1}
        for a, b in pairs for day in days
    ]  # fmt: skip
    acts = [{name: cell for name, cell in row.items() if name not in {"target", "recipients"}} for row in ties]
    return more(more(tables, "tie_day", ties), "activity_day", acts)


def posted(tables: Tables, window: Window, people: Iterable[str]) -> Tables:
    """Add posts to nobody: activity without a tie."""
    rows = [
        {"day": window.first_day + 1, "channel": "chat", "actor": one, "verb": "posted", "count": 1} for one in people
    ]
    return more(tables, "activity_day", rows)
