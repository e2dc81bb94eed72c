"""The escape suite: what a plugin may not do is tried in every tier that this host gives, and by a child that nothing holds."""

import os

import pytest

from helpers.escapes import modes, runner
from helpers.escapes.bait import Bait
from helpers.escapes.runner import Verdict
from helpers.escapes.table import ATTEMPTS, EVIDENCE, accepted, unstopped
from kithline_core.plugins import Tier
from kithline_core.sandbox import claims

pytestmark = pytest.mark.anyio

# One control run of these few parts takes a second, and is enough to see that the suite can fail.
CONTROL = ("reading", "writing", "network", "kernel")
FEWEST = 35
# Many of these end the process that forks, which is then started anew; the slow suite makes them in every tier.
SLOWEST = {"resources", "answers"}


def out(verdicts: list[Verdict]) -> str:
    """Return what got through, and what was not even tried; a line each."""
    assert len(verdicts) > FEWEST
    told = [f"{one.name} got through: {one.how}" for one in verdicts if one.through]
    return "\n".join(told + [f"{one.name} was not tried: {one.how}" for one in verdicts if not one.clear])


def of(*parts: str) -> list[str]:
    return [name for name, (part, _) in ATTEMPTS.items() if part in parts]


def test_every_attempt_of_the_plugin_stands_in_the_table_once(bait: Bait):
    listed = [name for kinds in EVIDENCE.values() for names in kinds.values() for name in names]

    assert sorted(listed) == sorted(set(listed))
    assert set(listed) == runner.offered()
    assert len(listed) >= 66


async def test_no_attempt_gets_out_of_a_run_in_the_strongest_tier(bait: Bait):
    names = [name for name, (part, _) in ATTEMPTS.items() if part not in SLOWEST]

    verdicts = await runner.runs(claims.here().tier, bait, names, hooks=["listen"])

    assert not out(verdicts)


async def test_no_attempt_gets_out_while_a_plugin_is_imported_in_the_strongest_tier(bait: Bait):
    verdicts = await runner.imports(claims.here().tier, bait, runner.quiet())

    assert not out(verdicts)


async def test_the_attempts_work_where_nothing_holds_them(bait: Bait):
    verdicts = await runner.runs("naive", bait, of(*CONTROL))

    assert len([one for one in verdicts if one.through]) >= FEWEST


async def test_what_the_host_sees_counts_whatever_the_plugin_says(bait: Bait):
    (quiet,) = await runner.runs("naive", bait, ["kill_through_pipe"])

    assert quiet.through
    assert "victim 0 changed" in quiet.how


@pytest.mark.slow
@pytest.mark.parametrize("tried", modes.MODES)
@pytest.mark.parametrize("tier", modes.TIERS)
async def test_no_attempt_gets_out_of_any_tier(bait: Bait, tier: Tier, tried: str):
    if why := modes.missing(tier):
        pytest.skip(why)  # with its reason in the summary

    assert not out(await modes.MODES[tried](tier, bait))


@pytest.mark.slow
async def test_most_attempts_work_in_the_control(bait: Bait):
    verdicts = await runner.runs("naive", bait)

    # An end by the clock and an answer that cannot be read hold everywhere.
    held = [one.name for one in verdicts if not one.through and ATTEMPTS[one.name][1] not in {unstopped, accepted}]
    assert len(held) < (30 if os.getuid() == 0 else 60), held
