"""Finds all cheapest sets of steps by branch and bound, and keeps the branches it closed: they are the proof.

The bound is a price per gate (Lagrange, weak duality): whoever pays `price` for every unit of a gate that a step adds gets
no completion cheaper than price x lacking + the sum over the choices left of min(0, cost - price x adds).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from kithline_core.engine.gates.model import Step, System

# Of equally cheap sets so many are told.
SHOWN: Final = 5
# Branches looked at before it is given up to prove anything: a few seconds.
PATIENCE: Final = 20_000

# Per choice, in order: the number of the step that is taken, or -1 for none.
Taken = tuple[int, ...]


class Branch(NamedTuple):
    """A closed branch: what was decided, and why nothing cheaper is in it.

    `met`: all gates are met, at no lower cost. `unreachable`: all that is left does not meet `gate`. `dear`: `prices`
    show that whatever completes it costs no less.
    """

    taken: Taken
    why: str
    gate: str = ""
    prices: Mapping[str, Fraction] = {}


class Found(NamedTuple):
    """The cheapest sets (none: nothing reaches the goal), their cost, and the branches; `proven`: it was searched to the end."""

    cost: int | None
    sets: list[list[Step]]
    more: bool
    branches: list[Branch]
    proven: bool


class _Gaveup(Exception):
    pass


class _Node(NamedTuple):
    taken: Taken
    cost: int
    lacking: Mapping[str, int]


class _Search:
    def __init__(self, system: System, patience: int) -> None:
        self.system, self.patience, self.grain = system, patience, system.grain
        self.parts = _parts(system)
        self.best: int | None = None
        self.branches: list[Branch] = []
        self.left = patience

    def look(self, node: _Node, *, ties: bool) -> Iterator[Taken]:
        """Walk a branch; with `ties` yield every completion at the best cost, else better ones as they are met."""
        self.left -= 1
        if self.left < 0:
            raise _Gaveup
        closed = self._closed(node, ties=ties)
        if closed is not None:
            if closed.why == "met" and (
                self.best is None or node.cost < self.best or (ties and node.cost == self.best)
            ):
                self.best = node.cost
                yield node.taken
            if not ties:
                self.branches.append(closed)
            return
        for number, step in _options(self.system.choices[len(node.taken)]):
            yield from self.look(_after(node, number, step), ties=ties)

    def _closed(self, node: _Node, *, ties: bool) -> Branch | None:
        if not node.lacking:
            return Branch(node.taken, "met")
        left = self.system.choices[len(node.taken) :]
        for gate, need in node.lacking.items():
            if sum(_most(choice, gate) for choice in left) < need:
                return Branch(node.taken, "unreachable", gate)
        if self.best is None:
            return None
        bound, prices = self._bound(node, left)
        reach = node.cost + bound
        dear = reach > self.best if ties else reach >= self.best
        return Branch(node.taken, "dear", prices=prices) if dear else None

    def _bound(self, node: _Node, left: Sequence[Sequence[Step]]) -> tuple[int, dict[str, Fraction]]:
        """Return a lower bound of what meets the lacking gates, in whole grains, and the prices that show it."""
        whole, prices = Fraction(0), dict[str, Fraction]()
        for part in self.parts:
            offers = [(_price(left, gate, node.lacking[gate]), gate) for gate in part if gate in node.lacking]
            worth = [(least(left, gate, node.lacking[gate], price), gate, price) for price, gate in offers]
            if worth:
                most, gate, price = max(worth)
                whole, prices[gate] = whole + most, price
        return math.ceil(whole / self.grain) * self.grain, prices


def cheapest(system: System, patience: int = PATIENCE) -> Found:
    """Return all cheapest sets (up to five), exactly. Every step must have a cost."""
    ordered = order(system)
    search = _Search(ordered, patience)
    start = _Node((), 0, dict(system.needs))
    best: Taken | None = None
    try:
        for taken in search.look(start, ties=False):
            best = taken
    except _Gaveup:
        return Found(search.best, [] if best is None else [chosen(ordered, best)], False, [], False)
    if best is None:
        return Found(None, [], False, search.branches, True)
    sets, more = _ties(search, start, chosen(ordered, best))
    return Found(search.best, sets, more, search.branches, True)


def order(system: System) -> System:
    """Return a system with its choices in the order in which they are decided."""
    return System(system.needs, sorted(system.choices, key=_worth))


def chosen(system: System, taken: Taken) -> list[Step]:
    """Return the steps of a completion."""
    return [choice[number] for choice, number in zip(system.choices, taken, strict=False) if number >= 0]


def least(left: Sequence[Sequence[Step]], gate: str, need: int, price: Fraction) -> Fraction:
    """Return what a price for a gate proves about the cost of meeting it with the choices left."""
    spared = (min([Fraction(0), *((step.cost or 0) - price * step.adds.get(gate, 0) for step in one)]) for one in left)
    return price * need + sum(spared, Fraction(0))


def _ties(search: _Search, start: _Node, first: list[Step]) -> tuple[list[list[Step]], bool]:
    """Return cheapest sets none of whose steps could be left out, and whether there are more than are told."""
    found: list[list[Step]] = []
    search.left = search.patience
    try:
        for taken in search.look(start, ties=True):
            one = chosen(search.system, taken)
            if needed(search.system, one):
                found.append(one)
            if len(found) > SHOWN:
                break
    except _Gaveup:
        return found[:SHOWN] or [first], True
    return found[:SHOWN], len(found) > SHOWN


def needed(system: System, one: Sequence[Step]) -> bool:
    """Say whether every step of a set is needed."""
    return not any(meets(system, [step for step in one if step is not left]) for left in one)


def meets(system: System, one: Sequence[Step]) -> bool:
    """Say whether a set of steps meets every gate."""
    return all(sum(step.adds.get(gate, 0) for step in one) >= need for gate, need in system.needs.items())


def _options(choice: Sequence[Step]) -> list[tuple[int, Step | None]]:
    return [*enumerate(choice), (-1, None)]


def _after(node: _Node, number: int, step: Step | None) -> _Node:
    taken = (*node.taken, number)
    if step is None:
        return _Node(taken, node.cost, node.lacking)
    left = {gate: need - step.adds.get(gate, 0) for gate, need in node.lacking.items()}
    return _Node(taken, node.cost + (step.cost or 0), {gate: need for gate, need in left.items() if need > 0})


def _most(choice: Sequence[Step], gate: str) -> int:
    return max(step.adds.get(gate, 0) for step in choice)


def _price(left: Sequence[Sequence[Step]], gate: str, need: int) -> Fraction:
    """Return the price of the last unit where units are bought from the cheapest choice on."""
    offers = [(min(_each(choice, gate)), _most(choice, gate)) for choice in left if _most(choice, gate)]
    price = Fraction(0)
    for each, most in sorted(offers):
        if need <= 0:
            break
        price, need = each, need - most
    return price


def _each(choice: Sequence[Step], gate: str) -> list[Fraction]:
    return [Fraction(step.cost or 0, step.adds[gate]) for step in choice if gate in step.adds]


def _worth(choice: Sequence[Step]) -> tuple[Fraction, str]:
    """Sort by the lowest cost of a unit, whatever gate it is of."""
    return min(Fraction(step.cost or 0, sum(step.adds.values())) for step in choice), choice[0].choice


def _parts(system: System) -> list[set[str]]:
    """Return the gates in parts that no choice joins: their costs add up."""
    parts = [{gate} for gate in system.needs]
    for choice in system.choices:
        moved = {gate for step in choice for gate in step.adds}
        hit = [part for part in parts if part & moved]
        parts = [part for part in parts if part not in hit] + ([set().union(*hit)] if hit else [])
    return parts
