"""Reads the configuration of a tenant as it is now."""

from collections.abc import Sequence
from typing import Final

from kithline_core.choices import choosing
from kithline_core.db import TenantTx, datasets, grounds, papers, pseudonymous, retention, tenants
from kithline_core.engine.keys import GENERAL
from kithline_core.model.grounds import Ground
from kithline_core.papers.configuration import Configuration, grounds_by_title, scorer, speaks_of_people
from kithline_core.plugins import ScorerSpec

# What is said about leaders is shown of ten people at least.
LEADERS: Final = 10


async def configuration(tx: TenantTx) -> Configuration:
    """Return the facts that papers tell, as they are now."""
    in_force = await grounds.in_force(tx)
    return Configuration(
        controller=(await tenants.get(tx)).title,
        platform=await papers.partner(tx),
        nature=(await datasets.get(tx)).nature,
        grounds=grounds_by_title(in_force),
        hashed=await pseudonymous.begun(tx),
        retention=await days(tx),
        floor={"people": GENERAL["floor"], "leaders": LEADERS},
        scorers={spec.key: scorer(spec) for _, spec in (await choosing.of(tx)).ready() if _used(spec, in_force)},
    )


async def days(tx: TenantTx) -> dict[str, int | None]:
    """Return how many days events, roll-ups and results stay; None is for ever."""
    holds = (await retention.policy(tx)).holds
    return {"events": holds.events_days, "rollups": holds.rollups_days, "results": None}


def _used(spec: ScorerSpec, in_force: Sequence[Ground]) -> bool:
    """Say whether a scorer is used: it speaks of no people, or a ground in force lets it."""
    allowed = any(ground.allows(spec.key) and ground.mode in spec.modes for ground in in_force)
    return allowed or not speaks_of_people(spec)
