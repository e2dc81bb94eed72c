"""Draws mutants, runs the tests of the touched module on each, and lists who survives."""

import argparse
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from helpers.mutants.making import Mutant, mutants

HOUSE = Path(__file__).parents[3]
CORE = HOUSE / "services/core/src/kithline_core"
SDK = HOUSE / "plugins/sdk/src/kithline_sdk"
# What is drawn from, and the tests of each.
DRAWN = {
    CORE / "engine": ["tests/core/engine"],
    SDK / "stats": ["tests/sdk"],
}
# Modules whose facts are tested with their use case.
BESIDE = {name: ["tests/core/test_publication.py"] for name in ("difference", "facts", "telling")}
# Every mutant of these lines must be killed: the floor, the minimum rules, the fence.
SACRED = {
    SDK / "floor.py": ["tests/sdk/test_floor_by_sets.py", "tests/sdk/test_floor.py"],
    CORE / "engine/judge.py": ["tests/core/engine/test_judge.py"],
    CORE / "db/tasks.py": [
        f"tests/core/db/{name}.py" for name in ("test_attempts", "test_tasks", "test_task_histories")
    ],
    CORE / "engine/cells.py": ["tests/core/engine/test_cells.py"],
}
LIMIT = 240.0
# What is still at work after the limit is called endless: a change nobody would overlook.
Fate = Literal["killed", "survived", "endless"]


def tests_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the tests of a module: those called after it, which mostly suffice, and those of its folder."""
    for place, tests in {**SACRED, **DRAWN}.items():
        if path == place or place in path.parents:
            names = (path.stem, path.parent.name) if place in DRAWN else ()
            near = [found for name in names for test in tests for found in (HOUSE / test).glob(f"test_{name}*.py")]
            own = {str(one.relative_to(HOUSE)) for one in near}
            return sorted(own), [*tests, *BESIDE.get(path.stem, [])]
    raise LookupError(path)


def fate(mutant: Mutant) -> Fate:
    """Say what the tests of its module make of the change."""
    own, rest = tests_of(mutant.path)
    where = f"{mutant.path}:{mutant.place}"
    found = tried(where, own) if own else "survived"
    return tried(where, rest) if found == "survived" else found


def tried(where: str, tests: Sequence[str]) -> Fate:
    """Run these tests with the change at this place, or with none."""
    env = {**os.environ, "KITHLINE_MUTANT": where, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "helpers.mutants.hook",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
    ]
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=HOUSE,
            env={**env, "PYTHONPATH": "tests"},
            capture_output=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "endless"
    return "survived" if done.returncode == 0 else "killed"


def drawn(count: int, seed: int, *, sacred: bool) -> list[Mutant]:
    """Return mutants: every one of what is sacred, or so many of the rest."""
    if sacred:
        return [one for path in SACRED for one in mutants(path)]
    every = [one for place in DRAWN for path in sorted(place.rglob("*.py")) for one in mutants(path)]
    return random.Random(seed).sample(every, min(count, len(every)))


def say(words: str) -> None:
    """Print a line at once: the whole takes long."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def check_unchanged(chosen: Sequence[Mutant]) -> None:
    """Refuse to begin where a test fails without any change. Raises SystemExit."""
    tests = sorted({test for one in chosen for part in tests_of(one.path) for test in part})
    if tried("", tests) == "killed":
        raise SystemExit(f"they fail without any change: {tests}")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--sacred", action="store_true", help="every mutant of floor, minimum rules and fence instead")
    asked.add_argument("--jobs", type=int, default=2)
    given = asked.parse_args()
    chosen = drawn(given.count, given.seed, sacred=given.sacred)
    check_unchanged(chosen)
    fates: Counter[Fate] = Counter()
    with ThreadPoolExecutor(given.jobs) as pool:
        for mutant, found in zip(chosen, pool.map(fate, chosen), strict=True):
            fates[found] += 1
            if found != "killed":
                say(f"{found} {mutant.path.relative_to(HOUSE)}:{mutant.line}: {mutant.was!r} -> {mutant.became!r}")
            if fates.total() % 25 == 0:
                say(f"{fates.total()} of {len(chosen)}, {fates['survived']} survived")
    dead = len(chosen) - fates["survived"]
    say(
        f"{dead} of {len(chosen)} killed ({dead / len(chosen):.1%}), {fates['endless']} of them endless, seed {given.seed}"
    )


if __name__ == "__main__":
    main()
