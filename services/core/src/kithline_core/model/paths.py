"""The shortest path to the next level as it is answered."""

from typing import Any, Literal

from msgspec import Struct


class PathGate(Struct, frozen=True, kw_only=True):
    """A condition that is not met: what there is (null: not known) and what it needs."""

    gate: str
    kind: Literal["ceiling", "level"]
    what: str
    have: float | None
    need: float


class PathStep(Struct, frozen=True, kw_only=True):
    """One thing to do, at its declared effort (null: nobody declared it), and the gates it moves."""

    step: str
    what: str
    effort: float | None
    item: str | None
    answer: float | None
    evidence: bool
    outside: bool
    gates: list[str]


class PathSet(Struct, frozen=True, kw_only=True):
    """A cheapest set of steps. `gain`: by how many points the score would rise, from a what-if of all of them.

    `interval`: the 90 % interval of the gain, or why there is none; `level`: the level it would be, null where unknown.
    """

    steps: list[PathStep]
    gain: float | None
    interval: Any
    level: int | None


class Proof(Struct, frozen=True, kw_only=True):
    """Why no set is cheaper: branches that hold every set there is, each closed for a reason that can be checked.

    `branches`: how many were closed because they meet the gates at no lower cost (met), cannot be completed for less (dear,
    at `prices` per gate) or leave a gate unmet (unreachable). `tree`: null of more than 200; `sha256` is its hash.
    """

    proven: bool
    statement: str
    branches: dict[str, int]
    sha256: str | None
    tree: list[dict[str, Any]] | None


class Path(Struct, frozen=True, kw_only=True):
    """The cheapest sets of steps to the next level, at most five, or `why` there is none.

    `kind`: ceiling where one binds, then the steps are about the ceiling alone and `then` says what is left behind it.
    `unknown`: steps that were left out, since nobody declared their effort.
    """

    result: str
    scorer: str
    version: str
    level: int | None
    next_level: int | None
    next_name: str | None
    kind: Literal["ceiling", "level"] | None
    reachable: bool
    why: str | None
    unmet: list[PathGate]
    then: list[PathGate]
    effort: float | None
    sets: list[PathSet]
    more: bool
    unknown: list[PathStep]
    proof: Proof | None
