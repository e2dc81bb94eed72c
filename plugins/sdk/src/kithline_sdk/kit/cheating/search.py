"""Searches the cheapest set of moves that reaches a goal, where moves may need others and gains may come only together.

Greedy steps by gain per cost, with pairs where no single move gains; then sets that reach the goal are thinned out and
their moves swapped for cheaper ones. Each of the three has its share of the budget.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import combinations
from typing import Final, NamedTuple

Moves = frozenset[int]
NOTHING: Final[Moves] = frozenset()
REACHED: Final = 1.0
_CLOSE: Final = 1e-9
_BEAM, _THINNED, _TURNS, _FEW = 3, 4, 8, 12
# More sets than this are not tried in one step.
_STEP: Final = 400


class Problem(NamedTuple):
    """Moves with a cost and the moves each needs (with all that those need); `progress` of 1 and more is the goal."""

    costs: tuple[float, ...]
    needs: tuple[Moves, ...]
    progress: Callable[[Moves], float]

    def cost(self, moves: Iterable[int]) -> float:
        """Return what a set costs."""
        return sum(self.costs[one] for one in sorted(moves))

    def closed(self, moves: Iterable[int]) -> Moves:
        """Return a set with all that it needs."""
        return NOTHING.union(*({one} | self.needs[one] for one in moves))


class Found(NamedTuple):
    """The cheapest set met (None: none reaches the goal), and how many were tried."""

    moves: Moves | None
    tried: int


class _Spent(Exception):
    """The budget is used up."""


class _Search:
    tries: int
    until: float

    def __init__(self, problem: Problem) -> None:
        self.of = problem
        self.seen: dict[Moves, float] = {}
        self.best: Moves | None = None
        self.price = float("inf")

    @property
    def all(self) -> range:
        return range(len(self.of.costs))

    def look(self, moves: Moves) -> float:
        """Return the progress of a set, and keep it when it is the cheapest that reaches the goal."""
        if moves not in self.seen:
            if len(self.seen) >= self.tries or time.monotonic() > self.until:
                raise _Spent
            self.seen[moves] = self.of.progress(moves)
        value = self.seen[moves]
        if value >= REACHED and self.of.cost(moves) < self.price - _CLOSE:
            self.best, self.price = moves, self.of.cost(moves)
        return value

    def cheaper(self, moves: Moves) -> bool:
        return self.of.cost(moves) < self.price - _CLOSE

    def some(self, sets: Iterable[Moves]) -> list[Moves]:
        """Return those of the sets that are cheaper than the best, or so many of all costs as a step may try."""
        found = sorted(dict.fromkeys(one for one in sets if self.cheaper(one)), key=self.of.cost)
        return found[:: 1 + len(found) // _STEP]

    def climb(self) -> None:
        """Add what gains most for its cost, several sets abreast; first of all look at the whole."""
        self.look(self.of.closed(self.all))
        beam = [NOTHING]
        for _ in self.all:
            steps = [step for base in beam for step in self.steps(base, 1) or self.steps(base, 2)]
            beam = list(dict.fromkeys(one for _, one in sorted(steps, key=lambda step: -step[0])))[:_BEAM]
            if not beam:
                return

    def steps(self, base: Moves, many: int) -> list[tuple[float, Moves]]:
        """Return the sets with so many moves more that gain, each with its gain per cost."""
        more = self.some(self.of.closed(base | set(one)) for one in combinations(self.all, many))
        found = []
        for one in more:
            if one != base:
                gain = self.look(one) - self.look(base)
                if gain > _CLOSE:
                    found.append((gain / max(self.of.cost(one) - self.of.cost(base), _CLOSE), one))
        return found

    def thin(self) -> None:
        """Take out of sets that reach the goal whatever is not needed, beginning with each of the dearest."""
        for one in self.all:
            self.look(self.without(self.of.closed(self.all), {one}))
        reached = sorted((one for one, value in self.seen.items() if value >= REACHED), key=self.of.cost)
        for start in reached[:_THINNED] + reached[-1:]:
            order = sorted(start, key=lambda one: -self.of.costs[one])
            for turn in range(min(_TURNS, len(order))):
                self.thinned(start, order[turn:] + order[:turn])

    def thinned(self, moves: Moves, order: list[int]) -> None:
        """Take out halves, quarters, ... and single moves, as long as the goal stays reached."""
        size = len(order)
        while size := size // 2:
            for place in range(0, len(order), size):
                rest = self.without(moves, order[place : place + size])
                if rest != moves and self.look(rest) >= REACHED:
                    moves = rest

    def without(self, moves: Moves, out: Iterable[int]) -> Moves:
        """Return a set without some moves and without what needs them."""
        gone = set(out)
        return frozenset(one for one in moves if one not in gone and not self.of.needs[one] & gone)

    def swap(self) -> None:
        """Put up to three moves in place of one or two, until that helps no more."""
        before = None
        while self.best is not None and self.best != before:
            before = self.best
            for one in self.some(self.neighbours(before)):
                self.look(one)

    def neighbours(self, moves: Moves) -> Iterable[Moves]:
        others = [one for one in self.all if one not in moves]
        ins = [(), *((one,) for one in others), *combinations(others, 2), *combinations(others[:_FEW], 3)]
        for many in (1, 2):
            for out in combinations(sorted(moves), many):
                rest = self.without(moves, out)
                yield from (found for one in ins if self.cheaper(found := self.of.closed(rest | set(one))))


def cheapest(problem: Problem, tries: int, seconds: float) -> Found:
    """Return the cheapest set that reaches the goal, as far as so many tried sets and seconds show."""
    search = _Search(problem)
    began = time.monotonic()
    for share, act in ((0.5, search.climb), (0.8, search.thin), (1.0, search.swap)):
        search.tries, search.until = int(share * tries), began + share * seconds
        with suppress(_Spent):
            act()
    return Found(search.best, len(search.seen))
