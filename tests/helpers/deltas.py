"""Two states of one tenant, what a scorer computes from either, and the difference between both."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np

from helpers.tenants import FOCAL, InProcess, Tenant
from kithline_core import plugins
from kithline_core.dataset import door
from kithline_core.engine import facts, keys, snapshot
from kithline_core.engine.assemble import assemble
from kithline_core.engine.delta.causes import Known
from kithline_core.engine.delta.ends import End, Rule
from kithline_core.engine.delta.split import Split, split
from kithline_core.engine.delta.stages import Limits
from kithline_core.engine.score import again
from kithline_core.engine.tables import micros
from kithline_sdk.snapshot import DAY, Window

Rows = list[dict[str, Any]]
State = dict[str, Rows]
SECRET: Final = b"a tenant's own secret"
NOTHING: Final = Known()
END: Final = micros(Tenant(0, small=True).dataset.settings.end)  # type: ignore[arg-type]  # they all have one


def hashed(*people: str) -> np.ndarray:
    """Return the hashes of people."""
    return np.array([facts.person(SECRET, one) for one in people], np.uint64)


def links(names: Mapping[str, str]) -> dict[int, int]:
    """Return names that stand for others, as hashes."""
    return {facts.person(SECRET, one): facts.person(SECRET, other) for one, other in names.items()}


def state(seed: int, *, small: bool = True) -> State:
    """Return a tenant's tables as rows of its own."""
    return {name: [dict(row) for row in found] for name, found in _state(seed, small=small).items()}


@cache
def _state(seed: int, *, small: bool) -> State:
    found = door.data(Tenant(seed, small=small).dataset)
    return {
        name: [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
        for name, cells in found.items()
    }


def edited(rows: State, table: str, edit: Callable[[dict[str, Any]], Iterable[dict[str, Any]]]) -> State:
    """Return a state in which every row of a table became those that `edit` makes of it."""
    return {**rows, table: [new for row in rows[table] for new in edit(dict(row))]}


def window(days: int = 90, shift: int = 0) -> Window:
    """Return a window that ends so many days before the tenant's last one."""
    return Window(END - (days + shift) * DAY, END - shift * DAY)


def end(rows: State, scorer: str, span: Window | None = None, rule: Rule | None = None, **overrides: Any) -> End:
    """Return what a scorer finds of a state, with what it is computed from; `rule`: by which version of it."""
    plugin, spec = rule or Rule(*plugins.installed().find(scorer))
    columns = {
        name: {column: [row[column] for row in kept] for column in (kept[0] if kept else ())}
        for name, kept in rows.items()
    }
    params = keys.parameters(spec, overrides)
    cut, people = snapshot.cut_with_people(spec, assemble(columns, []), span or window(), params)
    data = cut.encode()
    judged = asyncio.run(again(plugin, spec, data, params, InProcess()))
    return End(judged.document, data, hashed(*people), params, Rule(plugin, spec))


def told(before: End, after: End, known: Known = NOTHING, floor: int = 5, **more: Any) -> Split:
    """Return why both differ."""
    return asyncio.run(split(before, after, known, Limits(floor), InProcess(), **more))


def shares(found: Split) -> dict[str, int | None]:
    """Return the parts of the stages that changed something."""
    return {one.stage: one.part for one in found.stages if one.changed}


@cache
def earlier(seed: int, scorer: str) -> End:
    """Return what a scorer found of a tenant at first."""
    return end(state(seed, small=False), scorer, window(90, 10))


class Later:
    """A tenant some time later: whatever can happen happened to some of it, as a number draws it."""

    def __init__(self, seed: int, draw: int = 0) -> None:
        self.seed, self.random = seed, random.Random(1_000 * seed + draw)
        self.rows = state(seed, small=False)
        self.people = sorted({row["person"] for row in self.rows["memberships"]})
        self.gone: list[str] = []
        self.names: dict[str, str] = {}
        self.shift = 0
        self.parameters: dict[str, Any] = {}
        for change in (self.late, self.withdrawn, self.moved, self.objected, self.linked, self.later, self.stricter):
            if self.random.random() < 0.5:
                change()

    def late(self) -> None:
        """Events come in late, and counts grow."""
        for name in ("tie_day", "activity_day"):
            self.rows[name] = [
                {**row, "count": row["count"] + 1} if self.random.random() < 0.1 else row for row in self.rows[name]
            ]
            self.rows[name] += [{**row, "day": row["day"] - 1} for row in self.rows[name] if self.random.random() < 0.1]

    def withdrawn(self) -> None:
        """Rows are taken back, and answers changed."""
        for name in ("tie_day", "activity_day", "answers"):
            self.rows[name] = [row for row in self.rows[name] if self.random.random() > 0.1]
        for row in self.rows["answers"]:
            if row["value"] is not None and self.random.random() < 0.2:
                row["value"] = max(0.0, row["value"] - 1)

    def moved(self) -> None:
        """People change departments."""
        for row in self.rows["memberships"]:
            if row["organisation"] == FOCAL and self.random.random() < 0.2:
                row["department"] = "department-00"

    def objected(self) -> None:
        """Some are not counted any more."""
        self.gone = self.random.sample(self.people, min(len(self.people), self.random.choice([1, 3, 6, 9])))
        ends = ("person", "actor", "target", "respondent", "used_by")
        for name, rows in self.rows.items():
            self.rows[name] = [row for row in rows if not any(row.get(one) in self.gone for one in ends)]

    def linked(self) -> None:
        """Two of them turn out to be one."""
        one, other = self.random.sample(self.people, 2)
        self.names = {one: other}
        for name in ("tie_day", "activity_day"):
            for row in self.rows[name]:
                row |= {end: other for end in ("actor", "target") if row.get(end) == one}

    def later(self) -> None:
        """The window moves on."""
        self.shift = self.random.choice([1, 7, 10])

    def stricter(self) -> None:
        """Parameters change."""
        self.parameters = {"floor": self.random.choice([6, 8])}

    def ends(self, scorer: str) -> tuple[End, End]:
        """Return what a scorer found before, and what it finds now."""
        return earlier(self.seed, scorer), end(self.rows, scorer, window(90, 10 - self.shift), **self.parameters)

    @property
    def known(self) -> Known:
        """What is known beside both snapshots."""
        return Known(barred=(hashed(), hashed(*self.gone)), people=links(self.names))
