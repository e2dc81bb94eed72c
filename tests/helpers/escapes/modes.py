"""The three ways in which a plugin makes its attempts, and the tiers in which they are made."""

from collections.abc import Awaitable, Callable
from functools import cache

from helpers.escapes import runner
from helpers.escapes.bait import Bait
from helpers.escapes.runner import LOUD, Configuration, Verdict
from helpers.escapes.table import ALONE, ATTEMPTS
from kithline_core.plugins import Tier
from kithline_core.sandbox import claims, parcel

TIERS: tuple[Tier, ...] = ("full", "process", "syscall")
Mode = Callable[[Configuration, Bait], Awaitable[list[Verdict]]]


async def in_a_run(tier: Configuration, bait: Bait) -> list[Verdict]:
    """Make every attempt in a run of its own; the plugin also listens in on the process that forks."""
    return await runner.runs(tier, bait, ATTEMPTS, hooks=["listen"])


async def while_imported(tier: Configuration, bait: Bait) -> list[Verdict]:
    """Make those that can be made while the plugin is imported."""
    together = await runner.imports(tier, bait, runner.quiet())
    return together + [one for name in ALONE for one in await runner.imported(tier, bait, [name])]


async def disarmed(tier: Configuration, bait: Bait) -> list[Verdict]:
    """Make them in runs of a plugin that took away, while it was imported, what Python puts around a run."""
    names = [name for name, (part, _) in ATTEMPTS.items() if part not in LOUD or part == "remains"]
    return await runner.runs(tier, bait, names, hooks=["listen", "disarm"])


MODES: dict[str, Mode] = {"in a run": in_a_run, "while imported": while_imported, "disarmed": disarmed}


def missing(tier: Tier) -> str:
    """Return why nothing can be tried in a tier, "" when this host gives it."""
    why = hole(tier)
    return f"the tier {tier} is missing on this host: {why}" if why else ""


@cache
def hole(tier: Tier) -> str:
    """Return what the worker itself finds at its start, once per process."""
    with parcel.unpacked() as far:
        return claims.hole(tier, far)
