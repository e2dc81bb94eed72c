"""What to do next, and the evidence beside it. Random mixing is a yardstick, not a goal: nothing here praises or blames."""

from typing import Final

import numpy as np

from kithline_network.silos.brokers import carriers
from kithline_network.silos.picture import Picture
from kithline_sdk import Note, Recommendation, unquantified
from kithline_sdk.snapshot import Bools

NOTED: Final = 10


def advice(seen: Picture) -> list[Recommendation]:
    """Return at most three steps: the pair furthest below chance, the pair that hangs on one person, what to declare."""
    steps = [_meet(seen), _protect(seen), _declare(seen)]
    return [step for step in steps if step is not None]


def notes(seen: Picture) -> list[Note]:
    """Return the pairs with fewer ties than chance gives, after Benjamini and Hochberg, furthest below first."""
    return [
        Note(
            code="pair_below_chance",
            clause="fewer ties than under random mixing, false discovery rate kept",
            evidence=sentence(seen, cell),
        )
        for cell in _by_lift(seen, seen.pairs.found)[:NOTED]
    ]


def weakest(seen: Picture) -> int | None:
    """Return the pair furthest below chance: of the declared interfaces, else of those that chance does not explain."""
    below = seen.pairs.shown & (seen.pairs.lift < 1)
    order = _by_lift(seen, below & seen.declared.declared) or _by_lift(seen, seen.pairs.found)
    return order[0] if order else None


def sentence(seen: Picture, cell: int) -> str:
    """Say a pair's figures with both sizes."""
    (a, b), (people_a, people_b) = seen.names(cell), seen.heads(cell)
    ties = "no or few" if seen.pairs.few[cell] else f"{seen.pairs.ties[cell]:.10g}"
    chance = f"{seen.pairs.expected[cell]:.1f}"
    return f"{a} ({people_a} people) and {b} ({people_b} people): {ties} ties, {chance} by chance"


def _by_lift(seen: Picture, wanted: Bools) -> list[int]:
    cells = np.flatnonzero(wanted)
    order = np.lexsort((cells, -seen.pairs.expected[cells].round(9), seen.pairs.lift[cells].round(12)))
    return [int(cell) for cell in cells[order]]


def _meet(seen: Picture) -> Recommendation | None:
    cell = weakest(seen)
    if cell is None:
        return None
    a, b = seen.names(cell)
    why = seen.declared.why.get(cell)
    declared = bool(seen.declared.declared[cell])
    step = f"Bring {a} and {b} together where their work meets" + (f" ({why})." if why else ".")
    ask = f"Ask whether {a} and {b} share a process; if so, bring them together."
    return Recommendation(
        code="declared_pair_below_chance" if declared else "pair_below_chance",
        text=step if declared else ask,
        evidence=sentence(seen, cell),
        gain=_gain(seen, cell),
        effort="medium",
        refuted_by="no more ties between the two in the next window, or the work they share runs as well without",
    )


def _gain(seen: Picture, cell: int) -> tuple[float, float]:
    """Return what half and all of the ties lacking against chance would add to the score, all others kept."""
    mix, chance = seen.mix, seen.mix.chance or 1.0
    lacking = float(seen.pairs.expected[cell] - seen.pairs.ties[cell])
    now, half, full = (
        min(1.0, (mix.across + more) / (mix.ties + more) / chance) for more in (0.0, lacking / 2, lacking)
    )
    return max(0.0, half - now), max(0.0, full - now)


def _protect(seen: Picture) -> Recommendation | None:
    cells, people = carriers(seen.graph, seen.mix, seen.pairs)
    kept = (seen.pairs.shown & ~seen.pairs.few)[cells]
    cells, people = cells[kept], people[kept]
    if not len(cells):
        return None
    order = np.lexsort((cells, -seen.pairs.ties[cells].round(9), ~seen.declared.declared[cells]))
    cell = int(cells[order[0]])
    a, b = seen.names(cell)
    constraint = seen.who.constraint
    lowest = bool((constraint[people[cells == cell]] <= np.nanmin(constraint) + 1e-12).any())
    step = "rotate the role, so that a second person learns it" if lowest else "let a second person take part"
    return Recommendation(
        code="rotate_only_bridge" if lowest else "protect_only_bridge",
        text=f"One person carries all contact between {a} and {b}: {step}.",
        evidence=sentence(seen, cell),
        gain=unquantified("it keeps what is there"),
        effort="low",
        refuted_by="the ties between the two outlast an absence of that person",
    )


def _declare(seen: Picture) -> Recommendation | None:
    if seen.declared.declared.any():
        return None
    return Recommendation(
        code="declare_interfaces",
        text="Declare which departments must talk to each other, and why; only that can say which contact is lacking.",
        evidence="no interface between two departments is declared",
        gain=unquantified("it changes what can be said, not the score"),
        effort="low",
        refuted_by="the declared pairs already have ties both ways",
    )
