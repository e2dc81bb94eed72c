"""What the walls cost: the same scorer in this process and behind them, side by side, in turns.

Once with a snapshot of 10 kB, where the fork, the pipes and the filters are all there is; once with two million ties,
where the snapshot's way into the other process counts. Medians of the differences and of the ratios are held: of a
plugin that lies beside Kithline, and of the same one as from a store, whose next process is ready when it is asked for.
What that one takes when runs follow each other at once, import and all, is printed.
"""

import asyncio
import statistics
import time
from importlib.metadata import entry_points
from pathlib import Path

import msgspec
import numpy as np
import pytest

from helpers.wheels import wheel
from kithline_core import plugins
from kithline_core.plugins import Limits, Plugin
from kithline_core.plugins.store import installing
from kithline_core.sandbox import Sandbox, Scored
from kithline_core.sandbox.far import loader
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
SCORER = "silos.internal"
MILLISECONDS, TIMES = 8.0, 1.3
SMALL, LARGE = 160, 2_000_000
VERBS = ("mentioned", "posted", "replied")
PEOPLE_PER_DEPARTMENT = 40


def snapshot(ties: int) -> Snapshot:
    """Return so many rows of contacts among people in departments; the more rows, the more people."""
    drawn = np.random.default_rng(7)
    people = max(20, min(20_000, ties // 20))
    rows = {
        "day": drawn.integers(0, 90, ties), "actor": drawn.integers(0, people, ties),
        "target": drawn.integers(0, people, ties), "recipients": np.ones(ties), "count": drawn.integers(1, 5, ties),
    }  # fmt: skip
    here = np.ones(ties, np.bool_)
    columns = {name: Column("int", values.astype(np.int64), here) for name, values in rows.items()}
    verbs = {"verb": Column("str", drawn.integers(0, len(VERBS), ties), here, VERBS)}
    told = {
        "person": list(range(people)), "group": ["employee"] * people, "organisation": ["acme"] * people,
        "department": [f"d{one // PEOPLE_PER_DEPARTMENT}" for one in range(people)], "rank": [None] * people,
    }  # fmt: skip
    kinds = {"person": "int"}
    members = {name: Column.of(kinds.get(name, "str"), cells) for name, cells in told.items()}
    spans = {name: Column.of("int", [None] * people) for name in ("valid_from", "valid_to")}
    order = ("day", "actor", "target", "verb", "recipients", "count")
    contacts = Table("tie_day", {name: (columns | verbs)[name] for name in order}).sorted()
    focal = Table("focal", {"organisation": Column.of("str", ["acme"])})
    return Snapshot(Window(0, 90 * DAY), [contacts, Table("memberships", members | spans), focal, *empty()])


def empty() -> list[Table]:
    """Return the scorer's other tables, without a row."""
    _, spec = plugins.installed().find(SCORER)
    filled = {"tie_day", "memberships", "focal"}
    return [
        Table(one.table, {name: Column.of("int", []) for name in one.columns})
        for one in spec.inputs
        if one.table not in filled
    ]


def roomy(seconds: float, memory_mb: int):
    """Return the plugin and its scorer, with limits that two million ties fit in."""
    plugin, spec = plugins.installed().find(SCORER)
    spec = msgspec.structs.replace(spec, limits=Limits(seconds=seconds, memory_mb=memory_mb))
    return msgspec.structs.replace(plugin, manifest=msgspec.structs.replace(plugin.manifest, scorers=[spec])), spec


def from_a_store(plugin: Plugin, folder: Path) -> Plugin:
    """Return the plugin as one from a store: its wheel, installed there with an environment of its own."""
    folder.chmod(0o755)
    own = {
        str(one.relative_to(plugin.folder.parent)): one.read_bytes()
        for one in sorted(plugin.folder.rglob("*"))
        if one.is_file() and "__pycache__" not in one.parts
    }
    points = "".join(
        f"{one.name} = {one.value}\n" for one in entry_points(group=plugins.GROUP) if one.module == plugin.module
    )
    points = f"[{plugins.GROUP}]\n{points}"
    name, version = plugin.manifest.plugin, plugin.manifest.version
    made = wheel(folder / "dist", name, version, module=plugin.folder.name, points=points, files=own)
    one = installing.install(folder / "plugins", made)
    return msgspec.structs.replace(
        plugin, folder=one.site / plugin.folder.name, python=str(one.python), digest=one.record.digest,
        libraries=one.record.libraries,
    )  # fmt: skip


async def side_by_side(
    ties: int, turns: int, folder: Path | None = None, pause: float = 0.0
) -> list[tuple[float, float]]:
    """Return the seconds that each turn took in this process and behind the walls, with a pause between the turns."""
    plugin, spec = roomy(300.0, 6_144)
    plugin = from_a_store(plugin, folder) if folder else plugin
    made = snapshot(ties)
    data = made.encode()
    scorer = loader.load(plugin.module).scorers[SCORER]
    given = {"persons": False, "floor": 5, "no_floor": False}
    taken = []
    async with Sandbox.open() as sandbox:
        await sandbox.score(plugin, spec, data, given, 1)
        for seed in range(turns):
            begun = time.perf_counter()
            scorer.score(made, msgspec.convert(given, scorer.Params), seed)
            here = time.perf_counter() - begun
            await asyncio.sleep(pause)
            begun = time.perf_counter()
            outcome = await sandbox.score(plugin, spec, data, given, seed)
            assert isinstance(outcome, Scored), outcome
            taken.append((here, time.perf_counter() - begun))
    return taken


def told(capsys, taken, ties: int, what: str) -> tuple[float, float]:
    """Print and return the medians of how many milliseconds longer it takes, and of how many times as long."""
    longer = statistics.median((behind - here) * 1000 for here, behind in taken)
    times = statistics.median(behind / here for here, behind in taken)
    here = statistics.median(here for here, _ in taken) * 1000
    with capsys.disabled():
        print(  # noqa: T201 - a benchmark prints its figures
            f"\nsandbox, {what}, at {ties} ties: here {here:.1f} ms, behind walls {longer:+.1f} ms, {times:.2f} times as long"
        )
    return longer, times


def test_a_run_takes_at_most_8_ms_longer_behind_walls(capsys):
    assert 8_000 < len(snapshot(SMALL).encode()) < 12_000

    longer, _ = told(capsys, asyncio.run(side_by_side(SMALL, 200)), SMALL, "beside Kithline")

    assert longer <= MILLISECONDS


def test_a_stored_plugins_run_takes_at_most_8_ms_longer_when_the_next_process_is_ready(capsys, tmp_path):
    taken = asyncio.run(side_by_side(SMALL, 60, tmp_path, pause=0.25))

    longer, _ = told(capsys, taken, SMALL, "from a store")

    assert longer <= MILLISECONDS


def test_a_stored_plugins_runs_at_once_after_each_other_wait_for_its_import(capsys, tmp_path):
    longer, _ = told(capsys, asyncio.run(side_by_side(SMALL, 60, tmp_path)), SMALL, "from a store, at once")

    assert longer > 0  # how much it is depends on what the plugin imports


@pytest.mark.parametrize("stored", [False, True], ids=["beside Kithline", "from a store"])
def test_two_million_ties_take_at_most_a_third_longer_behind_walls(capsys, tmp_path, stored):
    where = tmp_path if stored else None

    _, times = told(
        capsys, asyncio.run(side_by_side(LARGE, 5, where)), LARGE, "from a store" if stored else "beside Kithline"
    )

    assert times <= TIMES
