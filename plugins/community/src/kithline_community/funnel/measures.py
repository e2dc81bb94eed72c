"""Every figure of the card that can be computed, its interval, and why the others are absent."""

import numpy as np

from kithline_community.funnel.ideas import Ideas
from kithline_community.funnel.params import FunnelParams
from kithline_community.funnel.parts import followed, outside
from kithline_community.funnel.registers import Registers
from kithline_sdk import Interval, Missing, floor, names
from kithline_sdk.contract import Value
from kithline_sdk.stats import kaplan_meier, pielou, wilson


class Figures:
    """Measures, their intervals and what is absent, gathered one by one."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.measures: dict[str, float | int | str] = {}
        self.intervals: dict[str, Interval] = {}
        self.missing: list[Missing] = []

    def share(self, name: str, hits: int, n: int, reason: str) -> None:
        """Add a share with Wilson's interval, or say why it is absent."""
        if n:
            self.measures[name], self.intervals[name] = hits / n, wilson(hits, n)
        else:
            self.absent(name, reason)

    def value(self, name: str, found: float | None, reason: str) -> None:
        """Add a number, or say why it is absent."""
        if found is None:
            self.absent(name, reason)
        else:
            self.measures[name] = found

    def absent(self, name: str, reason: str) -> None:
        """Say why a measure is absent."""
        self.missing.append(Missing(what=name, reason=reason))


def figures(ideas: Ideas, registers: Registers, params: FunnelParams) -> Figures:
    """Return all figures."""
    found = Figures()
    found.measures["ideas_or_decisions"] = max(len(ideas.groups), registers.decisions)
    _of_ideas(found, ideas, params)
    _of_registers(found, registers)
    _origins(found, ideas, params)
    return found


def _of_ideas(found: Figures, ideas: Ideas, params: FunnelParams) -> None:
    many, closed = len(ideas.groups), int(ideas.decided.sum())
    found.measures["ideas"] = many
    found.share("acceptance_share", int(ideas.adopted.sum()), closed, "nothing_decided" if many else "no_ideas")
    found.share("implemented_share", int(ideas.implemented.sum()), many, "no_ideas")
    found.share("outside_share", *outside(ideas), "nothing_adopted" if many else "no_ideas")
    if followed(ideas, params):
        curve = ideas.adoption()
        low, high = curve.interval(params.adoption_days)
        found.measures["adopted_180d"] = 1 - curve.at(params.adoption_days)
        found.intervals["adopted_180d"] = (1 - high, 1 - low)
    else:
        found.absent("adopted_180d", "short_window" if many else "no_ideas")
    found.value("median_days", ideas.cycle().median() if many else None, "half_still_open" if many else "no_ideas")


def _of_registers(found: Figures, registers: Registers) -> None:
    found.measures["decisions"], found.measures["outcomes"] = registers.decisions, registers.verified
    found.measures["outcome_kinds"], found.measures["incidents"] = len(registers.kinds), registers.incidents
    found.share("decisions_citing", registers.citing, registers.decisions, "no_decisions")
    spread = registers.known_departments > 1
    even = (
        pielou(registers.departments.values(), registers.known_departments)
        if spread and registers.departments
        else None
    )
    found.value("outcome_evenness", even, "few_departments" if registers.departments else "no_outcomes")
    found.share(
        "two_sided", registers.both, registers.sided, "no_partner_outcomes" if registers.verified else "no_outcomes"
    )
    found.share("outcomes_linked", registers.linked, registers.verified, "no_outcomes")
    median = kaplan_meier(registers.waits, registers.acknowledged).median() if registers.incidents else None
    found.value("acknowledge_hours", median, "half_unacknowledged" if registers.incidents else "not_observed")
    found.share("low_rated_cited", registers.low_cited, registers.low_rated, "no_low_ratings")
    # Ratings carry no date: whether the action came within N days cannot be known.
    found.absent("low_rated_acted", "no_dates")


def tables(registers: Registers, params: FunnelParams) -> dict[str, list[dict[str, Value]]]:
    """Return verified outcomes by kind and by department, cells under the floor and what would give them away withheld."""
    cells = {"kind": registers.kinds, "department": registers.departments}
    return {f"outcomes_by_{name}": _table(name, counts, params) for name, counts in cells.items()}


def _table(name: str, counts: dict[str, int], params: FunnelParams) -> list[dict[str, Value]]:
    sizes = np.array(list(counts.values()), np.int64)
    # A kind of outcome is nobody's; a department's outcomes may be one person's.
    free = params.no_floor or name == "kind" or not counts
    open_ = [True] * len(counts) if free else floor.shown(sizes, floor.in_force(params.floor)).tolist()
    return [{name: label, "outcomes": n} for (label, n), one in zip(counts.items(), open_, strict=True) if one]


def _origins(found: Figures, ideas: Ideas, params: FunnelParams) -> None:
    if not ideas.groups:
        found.absent("origin.<group>", "no_ideas")
        found.absent("median_days.<group>", "no_ideas")
    groups = np.array([group or "unknown" for group in ideas.groups], np.object_)
    labels = sorted(set(groups.tolist()))
    sizes = np.array([int((groups == label).sum()) for label in labels], np.int64)
    open_ = np.ones(len(labels), np.bool_)
    if not params.no_floor and labels:
        open_ = floor.shown(sizes, floor.in_force(params.floor))
    for label, size, shown in zip(labels, sizes.tolist(), open_.tolist(), strict=True):
        origin, wait = names.name("origin", label), names.name("median_days", label)
        if not shown:
            found.absent(origin, "below_floor")
            found.absent(wait, "below_floor")
            continue
        found.share(origin, size, len(groups), "no_ideas")
        found.value(wait, ideas.cycle(np.asarray(groups == label, np.bool_)).median(), "half_still_open")
