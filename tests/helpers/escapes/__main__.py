"""Prints the table of the escape suite: `PYTHONPATH=tests python -m helpers.escapes [TIER...]`, all tiers by default."""

import asyncio
import sys
import time
from collections.abc import Iterable

from helpers.escapes.bait import Bait
from helpers.escapes.modes import MODES, TIERS, missing
from helpers.escapes.runner import Verdict
from helpers.escapes.table import ATTEMPTS, EVIDENCE

# A child that nothing holds has nothing to disarm.
CONTROL = [("in a run", MODES["in a run"])]


def row(name: str, tried: str, verdicts: list[Verdict], seconds: float) -> str:
    """Return one line of the table: where, how many attempts, how many got through, by part."""
    parts = (sum(one.through for one in verdicts if one.part == part) for part in EVIDENCE)
    cells = [name, tried, len(verdicts), sum(one.through for one in verdicts), *parts, f"{seconds:.0f}"]
    return " | ".join(map(str, cells))


def lines(verdicts: list[Verdict], tier: str) -> list[str]:
    """Return what got through where nothing should, and what was not even made."""
    found = [f"{one.name} got through: {one.how}" for one in verdicts if one.through and tier != "naive"]
    return found + [f"{one.name} was not made: {one.how}" for one in verdicts if not one.clear]


def say(line: str) -> None:
    """Print a line as soon as it is known."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(tiers: Iterable[str]) -> None:
    """Run everything and print it."""
    say(f"{len(ATTEMPTS)} attempts; figures are successes")
    say(" | ".join(["tier", "tried", "attempts", "successes", *EVIDENCE, "seconds"]))
    told: list[str] = []
    with Bait.laid() as bait:
        for tier in tiers:
            for tried, mode in MODES.items() if tier != "naive" else CONTROL:
                if tier != "naive" and (why := missing(tier)):
                    say(f"{tier} | {tried} | {why}")
                    continue
                begun = time.monotonic()
                verdicts = asyncio.run(mode(tier, bait))
                say(row(tier, tried, verdicts, time.monotonic() - begun))
                told += [f"{tier}, {tried}: {line}" for line in lines(verdicts, tier)]
    say("\n".join(told or ["nothing got through a tier"]))


if __name__ == "__main__":
    main(sys.argv[1:] or [*TIERS, "naive"])
