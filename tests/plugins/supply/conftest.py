from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import settings

from kithline_sdk import Finding
from kithline_sdk.testing import declared, run, scorer_entry, snapshot
from kithline_supply.collaboration import Collaboration

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

WINDOW = ("2026-01-01", "2026-04-01")
DAYS = ("2026-01-10", "2026-02-10")
Rows = list[dict[str, object]]


class World:
    """A focal organisation F and suppliers, each with one person of the same id in small letters."""

    def __init__(self, suppliers: Iterable[str] = (), *, focal: str | None = "F", **more: Mapping[str, Any]) -> None:
        self.suppliers = list(suppliers)
        named = [(focal, "focal")] if focal else []
        self.organisations: Rows = [
            {"organisation": one, "role": role, **more.get(one, {})}
            for one, role in [*named, *((one, "supplier") for one in self.suppliers)]
        ]
        self.members: Rows = [self.member(row["organisation"]) for row in self.organisations]
        self.tables: dict[str, Rows] = {"tie_day": [], "item_use": [], "activity_day": []}

    def member(self, organisation: str, person: str | None = None, **more: object) -> dict[str, object]:
        return {"person": person or organisation.lower(), "organisation": organisation, **more}

    def say(self, actor: str, target: str, days: Sequence[str] = DAYS, **more: object) -> "World":
        """Let somebody speak to somebody on each of these days."""
        event = {"actor": actor.lower(), "target": target.lower(), "verb": "posted", "recipients": 1, "count": 1}
        self.tables["tie_day"] += [{**event, "day": day, **more} for day in days]
        return self

    def talk(self, pairs: Iterable[tuple[str, str]], **more: object) -> "World":
        """Let each pair speak in both directions."""
        for one, other in pairs:
            self.say(one, other, **more).say(other, one, **more)
        return self

    def share(self, author: str, item: str, users: Iterable[str] = (), day: str = DAYS[0]) -> "World":
        row = {"item": item, "day": day, "actor": author.lower()}
        self.tables["item_use"] += [row, *({**row, "used_by": user.lower()} for user in users)]
        return self

    def add(self, table: str, *rows: dict[str, object]) -> "World":
        self.tables.setdefault(table, []).extend(rows)
        return self

    def rows(self) -> dict[str, Rows]:
        return {"organisations": self.organisations, "memberships": self.members, **self.tables}


@pytest.fixture(scope="session")
def entry() -> dict[str, Any]:
    return scorer_entry("kithline_supply", "supply.collaboration")


@pytest.fixture(scope="session")
def world() -> type[World]:
    return World


@pytest.fixture(scope="session")
def score(entry) -> Callable[..., Finding]:
    """Score a world, or plain tables, as the engine would hand them over."""

    def scored(given: World | Mapping[str, Rows], window: tuple[str, str] = WINDOW, **parameters: object) -> Finding:
        rows = given.rows() if isinstance(given, World) else given
        return run(Collaboration(), declared(snapshot(rows, window), entry), **parameters)

    return scored


@pytest.fixture
def suppliers() -> Callable[[int], list[str]]:
    return lambda size: [f"S{number:03}" for number in range(size)]
