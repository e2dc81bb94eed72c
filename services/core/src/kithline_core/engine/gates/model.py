"""Gates and steps as a scorer publishes them in its tables `gates` and `steps`, and the exact system made of them.

Everything is counted in whole numbers, so that a proof can be checked to the last digit: figures of gates in units of
1e-12, efforts in units of 1e-6. A gate is met from `need` - 1e-9 on.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from kithline_core.errors import Invalid

UNIT: Final = 10**12
COST: Final = 10**6
SLACK: Final = 1000  # 1e-9 in units

Kind = Literal["ceiling", "level"]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
Figure = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Effort = Annotated[float, msgspec.Meta(ge=0, le=1e6)]


class GateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `gates`: what a level or a ceiling asks for. `have`: None where it is not known, which is not met."""

    gate: Word
    level: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    kind: Kind
    what: str
    have: Figure | None
    need: Figure

    @property
    def lacking(self) -> int:
        """How much it lacks, in units; 0: it is met."""
        return max(0, units(self.need) - SLACK - units(self.have or 0.0))

    @property
    def met(self) -> bool:
        """Whether it is met."""
        return self.have is not None and not self.lacking


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `steps`: what a step adds to one gate. A step that moves several has a row for each.

    Of the steps of one `choice` at most one can be taken. `effort` None: nobody declared it. A step that is an answer
    names questionnaire, item and the answer on its own scale, so that it can be tried out; `keeps`: it leaves the answer as
    it stands, and another step may change it as well.
    """

    step: Word
    choice: Word
    gate: Word
    adds: Figure
    effort: Effort | None
    what: str
    questionnaire: str | None = None
    version: str | None = None
    item: str | None = None
    answer: Figure | None = None
    evidence: int = 0
    outside: int = 0
    keeps: int = 0


class Step(NamedTuple):
    """A step with all it moves."""

    name: str
    choice: str
    cost: int | None
    adds: Mapping[str, int]
    row: StepRow


class System(NamedTuple):
    """What has to be covered, and by what: lacking units per gate, and the steps that help by choice."""

    needs: Mapping[str, int]
    choices: Sequence[Sequence[Step]]

    @property
    def grain(self) -> int:
        """The largest amount of which every cost is a multiple."""
        return math.gcd(*(step.cost or 0 for choice in self.choices for step in choice)) or 1


class Goal(NamedTuple):
    """The gates between here and the next level: of a ceiling where one binds, else of the level."""

    level: int
    kind: Kind
    unmet: list[GateRow]
    then: list[GateRow]


def units(figure: float) -> int:
    """Return a figure in units."""
    return round(figure * UNIT)


def rows(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[list[GateRow], list[StepRow]]:
    """Return what a finding says of gates and steps. Raises Invalid where it says it in another form."""
    try:
        gates = msgspec.convert(tables.get("gates", []), list[GateRow])
        steps = msgspec.convert(tables.get("steps", []), list[StepRow])
    except msgspec.ValidationError as problem:
        raise Invalid(f"the scorer's tables `gates` and `steps` cannot be read: {problem}") from None
    if len({row.gate for row in gates}) < len(gates):
        raise Invalid("the scorer names a gate twice")
    return gates, steps


def goal(gates: Iterable[GateRow]) -> Goal | None:
    """Return what stands before the lowest level with an unmet gate; None where every gate is met."""
    unmet = [row for row in gates if not row.met]
    if not unmet:
        return None
    level = min(row.level for row in unmet)
    here = [row for row in unmet if row.level == level]
    ceilings = [row for row in here if row.kind == "ceiling"]
    chosen = ceilings or here
    return Goal(level, chosen[0].kind, chosen, [row for row in here if row not in chosen])


def steps(rows: Iterable[StepRow]) -> list[Step]:
    """Return steps with all they move, by name. Raises Invalid when rows of one step contradict each other."""
    found: dict[str, Step] = {}
    for row in rows:
        cost = None if row.effort is None else round(row.effort * COST)
        known = found.setdefault(row.step, Step(row.step, row.choice, cost, {}, row))
        if (known.choice, known.cost) != (row.choice, cost) or row.gate in known.adds:
            raise Invalid(f"the scorer contradicts itself about the step {row.step!r}")
        found[row.step] = known._replace(adds={**known.adds, row.gate: units(row.adds)})
    return [found[name] for name in sorted(found)]


def system(unmet: Sequence[GateRow], offered: Iterable[Step]) -> System:
    """Return the system of some unmet gates and those of some steps that help with any of them."""
    needs = {row.gate: row.lacking for row in unmet}
    choices: dict[str, list[Step]] = {}
    for step in offered:
        adds = {gate: amount for gate, amount in step.adds.items() if gate in needs and amount > 0}
        if adds:
            choices.setdefault(step.choice, []).append(step._replace(adds=adds))
    return System(needs, [choices[name] for name in sorted(choices)])


def hopeless(found: System, unknown: Collection[str] = ()) -> list[str]:
    """Return the gates that all steps together leave unmet, and those nobody knows."""
    reach = {
        gate: sum(max(step.adds.get(gate, 0) for step in choice) for choice in found.choices) for gate in found.needs
    }
    return [gate for gate, need in found.needs.items() if gate in unknown or reach[gate] < need]
