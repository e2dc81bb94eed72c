"""Tries a law on made-up organisations: hypothesis draws and shrinks them where it is installed, else a seeded list."""

import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Final

from kithline_sdk.kit.bench import Bench
from kithline_sdk.kit.outcomes import Skipped
from kithline_sdk.snapshot import Snapshot
from kithline_sdk.stats.random import Draws

# A law takes the bench, a world and the world's seed; it returns why it did not apply, or None. It raises AssertionError.
Law = Callable[[Bench, Snapshot, int], str | None]

FEWEST, MOST = 4, 60
TRIED: Final = 12
_SEEDS: Final = 2**32


def generator() -> str:
    """Return what draws the worlds, with its version."""
    if find_spec("hypothesis") is None:
        return "seeded list"
    try:
        return f"hypothesis {version('hypothesis')}"
    except PackageNotFoundError:  # pragma: no cover - a copy without metadata
        return "hypothesis"


def tried(bench: Bench, law: Law, cases: int = TRIED) -> str:
    """Try a law in some worlds and say in how many it held. Raises AssertionError with the smallest world it fails in."""
    idle: list[str] = []
    done = 0

    def one(people: int, seed: int) -> None:
        nonlocal done
        reason = attempt(bench, law, people, seed)
        done += reason is None
        if reason is not None:
            idle.append(reason)

    (_drawn if find_spec("hypothesis") else _listed)(one, cases)
    if not done:
        raise Skipped(idle[0])
    return f"held in {done} worlds of {FEWEST} to {MOST} people"


def attempt(bench: Bench, law: Law, people: int, seed: int) -> str | None:
    """Try a law in one world; whatever goes wrong names the call that makes the world again."""
    where = f"in the world snapshot_factory(entry, {people}, {seed})"
    try:
        return law(bench, bench.world(people, seed), seed)
    except AssertionError as error:
        raise AssertionError(f"{error}; {where}") from None
    except Exception as error:  # a scorer may raise anything
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
        raise AssertionError(f"{type(error).__name__}: {error} ({place}); {where}") from error


def _listed(one: Callable[[int, int], None], cases: int) -> None:
    draws = Draws(cases)
    for people, seed in zip(draws.below(MOST - FEWEST + 1, cases), draws.below(_SEEDS, cases), strict=True):
        one(FEWEST + int(people), int(seed))


def _drawn(one: Callable[[int, int], None], cases: int) -> None:
    import hypothesis  # noqa: PLC0415 - an extra; the kit works without it
    from hypothesis import strategies as st  # noqa: PLC0415 - the same

    quiet = hypothesis.settings(
        max_examples=cases,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        report_multiple_bugs=False,
    )
    hypothesis.given(st.integers(FEWEST, MOST), st.integers(0, _SEEDS - 1))(quiet(one))()
