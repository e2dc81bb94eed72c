"""Checks that a cheapest set is one, from the closed branches alone: nothing of the search is believed."""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from kithline_core.engine.gates.model import System
from kithline_core.engine.gates.search import Branch, Found, Taken

# Closed branches that are told one by one; of more only how many there are, and their hash.
TOLD: Final = 200


def holds(system: System, cost: int | None, branches: Sequence[Branch]) -> bool:
    """Say whether the branches leave no room for a set cheaper than `cost` (None: for any set that meets the gates).

    The choices of the system stand in the order in which the branches decide them.
    """
    return _closed(system, cost, {one.taken: one for one in branches}, ())


def _closed(system: System, cost: int | None, branches: Mapping[Taken, Branch], taken: Taken) -> bool:
    branch = branches.get(taken)
    if branch is not None:
        return _true(system, cost, branch)
    if len(taken) == len(system.choices):
        return False
    numbers = (*range(len(system.choices[len(taken)])), -1)
    return all(_closed(system, cost, branches, (*taken, number)) for number in numbers)


def _true(system: System, cost: int | None, branch: Branch) -> bool:
    spent, lacking = _state(system, branch.taken)
    left = system.choices[len(branch.taken) :]
    if branch.why == "met":
        return not lacking and cost is not None and spent >= cost
    if branch.why == "unreachable":
        reach = sum(max(step.adds.get(branch.gate, 0) for step in choice) for choice in left)
        return lacking.get(branch.gate, 0) > reach
    if cost is None or any(price < 0 for price in branch.prices.values()):
        return False
    # One price per gate, for all at once: whatever meets the gates pays at least this (weak duality).
    bound = sum((price * lacking.get(gate, 0) for gate, price in branch.prices.items()), Fraction(0))
    for choice in left:
        paid = (
            (step.cost or 0) - sum(price * step.adds.get(gate, 0) for gate, price in branch.prices.items())
            for step in choice
        )
        bound += min([Fraction(0), *paid])
    grain = system.grain
    return spent + -(-bound // grain) * grain >= cost


def _state(system: System, taken: Taken) -> tuple[int, dict[str, int]]:
    steps = [choice[number] for choice, number in zip(system.choices, taken, strict=False) if number >= 0]
    left = {gate: need - sum(step.adds.get(gate, 0) for step in steps) for gate, need in system.needs.items()}
    return sum(step.cost or 0 for step in steps), {gate: need for gate, need in left.items() if need > 0}


def told(system: System, found: Found) -> dict[str, Any]:
    """Return the proof as it is shown: in words, and as branches that anybody can check."""
    lines = [_line(system, one) for one in found.branches]
    counts = {why: sum(one.why == why for one in found.branches) for why in ("met", "dear", "unreachable")}
    return {
        "proven": found.proven,
        "statement": _statement(found, counts),
        "branches": counts,
        "sha256": hashlib.sha256(msgspec.json.encode(lines)).hexdigest() if found.proven else None,
        "tree": lines if found.proven and len(lines) <= TOLD else None,
    }


def _statement(found: Found, counts: Mapping[str, int]) -> str:
    if not found.proven:
        return "the search was given up: what is shown is the cheapest set met so far, and a cheaper one may exist"
    goal = "no set of steps meets the gates" if found.cost is None else "no cheaper set of steps meets the gates"
    return (
        f"{goal}: every set lies in one of {sum(counts.values())} branches, of which {counts['met']} meet them at no lower "
        f"cost, {counts['dear']} cannot be completed for less, and {counts['unreachable']} leave a gate unmet whatever is added"
    )


def _line(system: System, one: Branch) -> dict[str, Any]:
    decided = [
        choice[number].name if number >= 0 else f"not {choice[0].choice}"
        for choice, number in zip(system.choices, one.taken, strict=False)
    ]
    prices = {gate: f"{price.numerator}/{price.denominator}" for gate, price in sorted(one.prices.items())}
    return {"taken": decided, "why": one.why, "gate": one.gate, "prices": prices}
