"""A stream of events: ids, instants inside working days, replies."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from kithline_core.model.rows import EventRow
from kithline_sdk.stats import Draws

START: Final = datetime(2025, 1, 1, tzinfo=UTC)
END: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = (END - START).days
MESH_FROM: Final = datetime(2025, 7, 1, tzinfo=UTC)  # month 7: suppliers begin to talk to each other
T = TypeVar("T")


class Stream:
    """Collects events; every random choice comes from one seed."""

    def __init__(self, seed: int) -> None:
        self._draws = Draws(seed)
        self._pool: list[float] = []
        self.events: list[EventRow] = []

    def chance(self) -> float:
        """Return a number in [0, 1)."""
        if not self._pool:
            self._pool = self._draws.uniform(65_536).tolist()
        return self._pool.pop()

    def pick(self, among: list[T]) -> T:
        """Return one of them."""
        return among[int(self.chance() * len(among))]

    def some(self, among: list[T], size: int) -> list[T]:
        """Return `size` different ones (or all), in the order drawn."""
        rest = list(among)
        return [rest.pop(int(self.chance() * len(rest))) for _ in range(min(size, len(rest)))]

    def moment(self, first: datetime = START, last: datetime = END) -> datetime:
        """Return an instant of a working day between 7 and 19 o'clock."""
        while True:
            day = first + timedelta(days=int(self.chance() * (last - first).days))
            if day.weekday() < 5:
                return day + timedelta(seconds=7 * 3600 + int(self.chance() * 12 * 3600))

    def add(self, at: datetime, actor: str, verb: str, target: str | None = None, **more: Any) -> EventRow:  # noqa: ANN401 - columns of an event
        """Append an event and return it."""
        made = EventRow(
            id=f"e{len(self.events) + 1:06d}", source="demo", occurred_at=at, actor=actor, verb=verb, target=target,
            **{"visibility": "members", **more},
        )  # fmt: skip
        self.events.append(made)
        return made

    def exchange(self, at: datetime, one: str, other: str, answer: float, **more: Any) -> EventRow:  # noqa: ANN401 - columns of an event
        """Let one write to the other, who answers with the given chance within a day; return the first event."""
        asked = self.add(at, one, "posted", other, **more)
        later = at + timedelta(seconds=600 + int(self.chance() * 72_000))
        if self.chance() < answer and later < END:
            kind = "answer" if more.get("kind") == "question" else more.get("kind")
            self.add(later, other, "replied", one, **{**more, "kind": kind, "parent": asked.id})
        return asked
