"""Who lives in a made-up organisation, and when: what all of its tables agree on."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

from kithline_sdk.snapshot import DAY, Window
from kithline_sdk.stats.random import Draws

Cells = dict[str, list[Any]]
Choice = TypeVar("Choice")

FOCAL: Final = "us"
# A little over half of the people work for the organisation; the others are dealt out to the groups around it.
STAFF: Final = 0.55
OUTSIDE: Final = ("supplier", "supplier", "customer", "partner")
_MOST_DEPARTMENTS: Final = 12
_PEOPLE_A_DEPARTMENT: Final = 12
_PEOPLE_A_FIRM: Final = 4
END: Final = 20_544  # 2026-04-01: a world has its own present


class World:
    """An organisation of `people` people, numbered 0, 1, ...; the staff comes first. One seed, one world."""

    def __init__(self, people: int, seed: int, days: int, lookback: int = 0) -> None:
        self.people, self.days, self.lookback = people, days, lookback
        self.draws = Draws(seed)
        self.window = Window((END - days) * DAY, END * DAY)

    @property
    def staff(self) -> int:
        """How many of the people work for the organisation."""
        return max(1, round(self.people * STAFF))

    @cached_property
    def departments(self) -> list[str]:
        """The department of each member of staff. No two departments are of one size: the floor would choose by name."""
        many = min(_MOST_DEPARTMENTS, 2 + self.staff // _PEOPLE_A_DEPARTMENT)
        steps = many * (many + 1) // 2
        base = max(0, (self.staff - steps) // many)
        sizes = [base + one + 1 for one in range(many)]
        sizes[-1] += max(0, self.staff - sum(sizes))
        return [f"d{one}" for one, size in enumerate(sizes) for _ in range(size)][: self.staff]

    @cached_property
    def firms(self) -> list[str]:
        """The organisations around it; at least three, of about four people each."""
        return [f"f{one}" for one in range(max(3, (self.people - self.staff) // _PEOPLE_A_FIRM))]

    @cached_property
    def communities(self) -> list[str]:
        """The places where people meet."""
        return [f"c{one}" for one in range(2 + self.people // 100)]

    def group(self, firm: int) -> str:
        """Return which group the people of a firm belong to."""
        return OUTSIDE[firm % len(OUTSIDE)]

    def below(self, n: int, size: int) -> list[int]:
        """Return `size` whole numbers in [0, n)."""
        return [int(one) for one in self.draws.below(n, size)]

    def some(self, among: Sequence[Choice], size: int) -> list[Choice]:
        """Return `size` of these, drawn with replacement."""
        return [among[one] for one in self.below(len(among), size)]

    def when(self, share: float, size: int) -> list[bool]:
        """Return `size` times true or false, true in about this share."""
        return [bool(one < share) for one in self.draws.uniform(size)]

    def dates(self, size: int) -> list[int]:
        """Return days of the window and what it looks back on."""
        whole = self.days + self.lookback
        return [END - whole + one for one in self.below(max(1, whole), size)]

    def times(self, size: int) -> list[int]:
        """Return instants of the window and what it looks back on."""
        seconds = self.below(DAY // 1_000_000, size)
        return [day * DAY + second * 1_000_000 for day, second in zip(self.dates(size), seconds, strict=True)]
