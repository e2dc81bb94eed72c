"""What a run leaves behind is nothing: no number of an earlier run, no process, no descriptor, no growing memory."""

import asyncio
from collections.abc import Collection

import psutil
import pytest

from helpers.escapes import runner
from helpers.escapes.bait import Bait
from kithline_core.sandbox import Sandbox, Scored, claims

pytestmark = pytest.mark.anyio

RUNS = 50
MARATHON = 2_000
GROWTH_MB = 4.0
SETTLE_SECONDS = 0.5


async def drawn(sandbox: Sandbox, bait: Bait, seed: int) -> str:
    installed = runner.plugin(bait.folder / "installed" / "kithline_escapes")
    asked = {"attempt": "drawn", "bait": {}}
    found = await sandbox.score(installed, runner.SPEC, runner.EMPTY, asked, seed)
    assert isinstance(found, Scored), found
    return str(found.finding.measures["back"])


def processes(others: Collection[int] = ()) -> list[psutil.Process]:
    """Return what runs below this process, but for those that have nothing to do with the sandbox."""
    return [one for one in psutil.Process().children(recursive=True) if one.pid not in others]


async def settled(others: Collection[int]) -> list[psutil.Process]:
    """Return them once who loads for the next run is there: after a run some end and some begin."""
    seen: list[int] = []
    while (pids := sorted(one.pid for one in processes(others))) != seen:
        seen = pids
        await asyncio.sleep(SETTLE_SECONDS)
    return processes(others)


def resident(found: list[psutil.Process]) -> float:
    """Return how many megabytes processes hold that they share with nobody."""
    return sum(one.memory_full_info().uss for one in found) / 1024**2


async def test_no_two_runs_draw_the_same_numbers_and_one_seed_draws_them_again(bait: Bait):
    bait.copy("installed")
    async with Sandbox.open(tier=claims.here().tier) as sandbox:
        numbers = [await drawn(sandbox, bait, seed) for seed in range(RUNS)]
        again = [await drawn(sandbox, bait, seed) for seed in range(3)]

    assert len(set(numbers)) == RUNS
    assert again == numbers[:3]


@pytest.mark.slow
async def test_two_thousand_runs_leave_no_process_no_descriptor_and_no_memory(bait: Bait):
    bait.copy("installed")
    others = {one.pid for one in processes()}  # victims, and servers of other tests
    async with Sandbox.open(tier=claims.here().tier) as sandbox:
        for seed in range(RUNS):
            await drawn(sandbox, bait, seed)
        there = await settled(others)
        before, open_before = resident(there), psutil.Process().num_fds()
        family = len(there)  # worn ones are exchanged on the way: how many counts, not which

        for seed in range(MARATHON):
            await drawn(sandbox, bait, seed)

        after = await settled(others)
        held = [one.num_fds() for one in after]
        zombies = [one for one in after if one.status() == psutil.STATUS_ZOMBIE]
        assert len(after) == family
        assert zombies == []
        assert psutil.Process().num_fds() == open_before
        assert max(held) < 16
        assert resident(after) - before < GROWTH_MB
    assert psutil.wait_procs(after, timeout=3)[1] == []
