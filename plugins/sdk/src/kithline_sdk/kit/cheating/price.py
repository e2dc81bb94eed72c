"""What the cheapest forgery of a score costs in made-up organisations, who notices it, and how that is told."""

from pathlib import Path
from typing import Final, Literal

import msgspec

from kithline_sdk.checks import run
from kithline_sdk.contract import Finding
from kithline_sdk.kit.bench import Bench, scored
from kithline_sdk.kit.cheating.moves import Costs, Move, costs, forged
from kithline_sdk.kit.cheating.plots import plots
from kithline_sdk.kit.cheating.search import Moves, Problem, cheapest
from kithline_sdk.kit.outcomes import Price
from kithline_sdk.snapshot import Snapshot

# People and seeds of the worlds, and how long and how often each is tried.
WORLDS: Final = ((24, 1), (60, 2))
SECONDS, TRIES = 20.0, 1500
POINTS: Final = 0.1  # what counts as a rise where there are no levels
_NOTICED: Final = 0.02  # a smaller rise of `concentration` is in nobody's eye
_SHARE: Final = 0.5  # of a gain, owed to one person, one day, the new ones: worth naming


def prices(bench: Bench, file: str = "", seconds: float = SECONDS) -> list[Price]:
    """Return the price in each world; `file` overrides costs. Raises what reading it raises."""
    told = costs(Path(file) if file else None)
    return [price(bench, people, seed, told, seconds) for people, seed in WORLDS]


def price(bench: Bench, people: int, seed: int, told: Costs, seconds: float = SECONDS) -> Price:
    """Return the price in one world."""
    return _Attempt(bench, f"{people} people, seed {seed}", bench.world(people, seed), told).price(seconds, seed)


class _Attempt:
    def __init__(self, bench: Bench, name: str, world: Snapshot, told: Costs) -> None:
        self.bench, self.name, self.world, self.costs = bench, name, world, told
        self.before = self.found([])
        self.by_level = bool(bench.spec.levels) and self.before.level is not None

    def found(self, moves: list[Move]) -> Finding:
        return run(self.bench.scorer, forged(self.world, moves))

    def price(self, seconds: float, seed: int) -> Price:
        if not scored(self.before):
            return self.told("no score")
        if self.top():
            return self.told("at the top")
        moves = plots(self.world, self.costs, seed)
        of = Problem(tuple(one.hours for one in moves), tuple(one.needs for one in moves),
                     lambda chosen: self.progress([moves[one] for one in sorted(chosen)]))  # fmt: skip
        cheap = cheapest(of, TRIES, seconds)
        told = self.told("not found") if cheap.moves is None else self.judged(moves, cheap.moves)
        return msgspec.structs.replace(told, tried=cheap.tried)

    def told(self, verdict: Literal["no score", "at the top", "not found"]) -> Price:
        return Price(scorer=self.bench.spec.key, world=self.name, costs=self.costs.version, verdict=verdict)

    def top(self) -> bool:
        if self.by_level:
            return self.before.level == len(self.bench.spec.levels) - 1
        return (self.before.score or 0.0) > 1 - POINTS

    def progress(self, moves: list[Move]) -> float:
        """Return how far towards the goal these moves lead; 1 is there."""
        after = self.found(moves)
        if not scored(after):
            return -1.0
        rise = ((after.score or 0.0) - (self.before.score or 0.0)) / POINTS
        if not self.by_level:
            return rise + 1e-9
        return 1.0 if (after.level or 0) > (self.before.level or 0) else min(rise * POINTS, 0.99)

    def judged(self, moves: list[Move], chosen: Moves) -> Price:
        """Return the price of a forgery that works, with who saw it."""
        taken = [moves[one] for one in sorted(chosen)]
        after, hours = self.found(taken), sum(one.hours for one in taken)
        guards = seen(self.before, after)
        verdict = "seen" if guards else "soft" if hours < self.costs.soft_below.hours else "dear"
        efforts = [self.costs.effort[one.effort] for one in self.before.recommendations]
        return Price(
            scorer=self.bench.spec.key,
            world=self.name,
            costs=self.costs.version,
            verdict=verdict,  # type: ignore[arg-type]  # three of its words
            hours=round(hours, 2),
            honest_hours=sum(efforts) or None,
            level=(self.before.level or 0, after.level or 0) if self.by_level else None,
            score=(round(100 * (self.before.score or 0.0), 1), round(100 * (after.score or 0.0), 1)),
            moves=[f"{one.words} ({one.hours:g} h)" for one in taken],
            seen_by=guards,
            traces=self.traces(moves, chosen),
        )

    def traces(self, moves: list[Move], chosen: Moves) -> list[str]:
        """Return what a look at the data would show: to whom and to which day most of the gain is owed."""
        acts = [moves[one] for one in sorted(chosen)]
        gain = self.progress(acts)
        new = {one.person for one in acts if one.kind == "person"}
        parts = {"people who are new": [one for one in acts if one.person not in new]} if new else {}
        for who in sorted({one.person for one in acts if one.person is not None}):
            parts[f"one person, {who}"] = [one for one in acts if one.person != who]
        for day in sorted({one.day for one in acts if one.day is not None}):
            parts[f"one day, {day}"] = [one for one in acts if one.day != day]
        shares = {name: 1 - max(0.0, self.progress(rest)) / gain for name, rest in parts.items()}
        found = [
            f"{100 * min(1.0, one):.0f} % of the gain is owed to {name}"
            for name, one in shares.items()
            if one >= _SHARE
        ]
        texts = [one.text for one in acts if one.text]
        return found + (["identical texts"] if len(set(texts)) < len(texts) else [])


def seen(before: Finding, after: Finding) -> list[str]:
    """Return what in the finding tells the forgery: what it says now and did not say before."""
    found = [f"status: {before.status} to {after.status}"] if after.status != before.status else []
    one, other = before.concentration or 0.0, after.concentration or 0.0
    if other - one >= _NOTICED:
        found.append(f"concentration: {one:.3f} to {other:.3f}")
    lists = {
        "reason": [set(each.reasons) for each in (before, after)],
        "missing": [{what.reason for what in each.missing} for each in (before, after)],
        "note": [{what.code for what in each.findings} for each in (before, after)],
    }
    return found + [f"{name}: {word}" for name, (old, new) in lists.items() for word in sorted(new - old)]
