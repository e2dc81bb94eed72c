"""What a plugin does wrong fails its own result, with a reason; the next run is as if nothing had happened."""

import asyncio
import os
import time

import pytest

from kithline_core.sandbox import Failed, Scored
from kithline_core.sandbox.environment import PINNED
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

pytestmark = pytest.mark.anyio


async def test_a_good_scorer_answers_with_its_finding(ask):
    found = await ask("well", seed=2**63 + 5, floor=9)

    assert isinstance(found, Scored)
    assert found.finding.score == 0.5
    assert found.finding.measures["rows"] == 1200
    assert found.finding.measures["seed"] == str(2**63 + 5)
    assert found.finding.measures["floor"] == 9


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("raises", "crash", "RuntimeError: I do not feel like it"),
        ("exits", "crash", "SystemExit: bye"),
        ("vanishes", "crash", "it ended without an answer"),
        ("loops", "timeout", "it took longer than 1 s"),
        ("sleeps", "timeout", "it took longer than 1 s"),
        ("allocates", "out_of_memory", "it asked for more than 1024 MiB of memory"),
        ("prints", "too_large", "its output is larger than 1048576 bytes"),
        ("swells", "too_large", "its result is larger than 1048576 bytes"),
        ("nan", "invalid_finding", "finding.score is nan"),
        ("wrong", "invalid_finding", "the answer is no finding: Expected `int | float | str`, got `array`"),
        ("none", "invalid_finding", "score() returned a dict, not a Finding"),
        ("unencodable", "invalid_finding", "a finding cannot hold a object"),
        ("forges", "invalid_finding", "the answer is not one frame"),
        ("segfaults", "crash", "killed by SIGSEGV"),
        ("recurses", "crash", "RecursionError"),
        ("signals", "crash", "PermissionError: [Errno 1] Operation not permitted"),
        ("kills_parent", "crash", "PermissionError: [Errno 1] Operation not permitted"),
        ("kills_worker", "crash", "PermissionError: [Errno 1] Operation not permitted"),
        ("writes", "crash", "PermissionError: [Errno 1] Operation not permitted"),
        ("older", "crash", "the plugin offers version 0.9.0, its manifest says 1.0.0"),
        ("absent", "crash", "the plugin offers no scorer hostile.absent"),
    ],
)
async def test_an_offence_fails_its_own_run_with_a_reason_and_the_next_run_succeeds(ask, name, code, reason):
    failed = await ask(name)

    assert isinstance(failed, Failed)
    assert failed.code == code
    assert reason in failed.reason
    assert isinstance(await ask("well"), Scored)


async def test_a_run_is_stopped_soon_after_its_time_is_up(ask):
    await ask("well")
    started = time.monotonic()

    await ask("loops")

    assert time.monotonic() - started < 1.0 + 0.5


async def test_unknown_parameters_are_refused(ask):
    failed = await ask("well", nonsense=1)

    assert failed == Failed("invalid_parameter", "Object contains unknown field `nonsense`")


async def test_a_parameter_outside_its_range_is_named(ask):
    assert await ask("well", floor=0) == Failed("invalid_parameter", "floor: Expected `int` >= 1")


async def test_numbers_of_numpy_become_plain_numbers(ask):
    found = await ask("numpy")

    assert found.finding.score == 0.25
    assert found.finding.measures == {"n": 3, "yes": 1}


async def test_a_little_output_is_no_offence_and_the_environment_is_empty(ask):
    os.environ["KITHLINE_SECRET_OF_A_TEST"] = "not for plugins"
    try:
        found = await ask("chatters")
    finally:
        del os.environ["KITHLINE_SECRET_OF_A_TEST"]

    assert found.finding.measures == {"environment": len(PINNED), "home": ""}


async def test_no_descriptor_of_the_host_is_inherited(ask):
    found = await ask("descriptors")

    # Standard streams and the result pipe.
    assert found.finding.measures == {"open": 4}


async def test_a_run_leaves_nothing_to_the_next(ask):
    first, second = await ask("well", seed=1), await ask("well", seed=1)
    other = await ask("well", seed=2)

    assert first == second
    assert first.finding.measures["calls"] == 1
    assert first.finding.measures["python"] != other.finding.measures["python"]
    assert first.finding.measures["numpy"] != other.finding.measures["numpy"]


async def test_a_run_can_start_and_signal_no_process_and_begin_no_thread(ask):
    found = (await ask("breaks")).finding.measures

    assert found.pop("thread") == "can't start new thread"
    assert set(found.values()) == {"EPERM", "ENOSYS"}


async def test_runs_asked_for_at_once_all_arrive(ask):
    found = await asyncio.gather(*(ask("well", seed=seed) for seed in range(8)), ask("raises"))

    assert [isinstance(one, Scored) for one in found] == [True] * 8 + [False]


async def test_a_large_snapshot_travels_whole(ask, snapshot):
    rows = 1_000_000
    large = Snapshot(Window(0, DAY), [Table("rows", {"a": Column.of("int", range(rows))})]).encode()

    found = await ask("well", data=large)

    assert found.finding.measures["rows"] == rows
