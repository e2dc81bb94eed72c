"""Twenty planted bugs, written down before there was a twin: how many show again over a twin of what they show over."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest

from helpers.bugs import world
from helpers.bugs.installing import BUGS, project
from kithline_core import twin
from kithline_core.engine.keys import GENERAL
from kithline_core.plugins import Plugin
from kithline_core.sandbox import Sandbox
from kithline_core.twin import CLOSED, searching
from kithline_core.twin.reproducing import laid_out
from kithline_core.twin.searching import Failed, Rule
from kithline_sdk.snapshot import Snapshot

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore::RuntimeWarning")]
FAST = ("empty_group", "both_ways", "several_groups")


@pytest.fixture(scope="module")
def bugs() -> Iterator[Plugin]:
    with tempfile.TemporaryDirectory() as place, laid_out(project(Path(place))) as plugin:
        yield plugin


@pytest.fixture(scope="module")
async def sandbox(anyio_backend) -> AsyncIterator[Sandbox]:
    async with Sandbox.open() as opened:
        yield opened


def rule(plugin: Plugin, bug: str) -> Rule:
    return Rule(plugin, next(spec for spec in plugin.manifest.scorers if spec.key == f"bugs.{bug}"))


def cut(one: Rule, snapshot: Snapshot) -> bytes:
    """Return what the engine would hand to the scorer."""
    return Snapshot(snapshot.window, [snapshot[wanted.table] for wanted in one.spec.inputs]).encode()


@cache
def ordinary_twin(data: bytes) -> bytes:
    return twin.drawn(twin.shape(Snapshot.decode(data), 10), 1).snapshot.encode()


async def tried(plugin: Plugin, bug: str, sandbox: Sandbox) -> dict[str, object]:
    """Return how a bug fails over its data, whether it does over a twin, and how over the twin of an ordinary company."""
    one = rule(plugin, bug)
    data, usual = cut(one, world.planted(bug)), cut(one, world.ordinary())
    failure = await searching.failure(one, data, GENERAL, sandbox)
    assert failure is not None, f"{bug} does not show"
    assert await searching.failure(one, usual, GENERAL, sandbox) is None, f"{bug} shows without being planted"
    found = await searching.search(Failed(data, GENERAL, 5, failure), CLOSED, one, sandbox)
    ordinary = await searching.failure(one, ordinary_twin(usual), GENERAL, sandbox)
    return {"bug": bug, "failure": failure, "reproduced": found.reproduces, "over an ordinary twin": ordinary}


def line(one: dict[str, object]) -> str:
    failure = one["failure"]
    told = f"{one['bug']:<20}{failure.code:<17}{failure.error:<20}{'yes' if one['reproduced'] else 'no':<5}"
    return f"{told}{one['over an ordinary twin'] or ''}"


@pytest.mark.parametrize("bug", FAST)
async def test_a_bug_shows_again_over_the_twin_and_not_over_an_ordinary_one(bug, bugs, sandbox):
    found = await tried(bugs, bug, sandbox)

    assert (found["reproduced"], found["over an ordinary twin"]) == (True, None)


@pytest.mark.slow
async def test_at_least_sixteen_of_twenty_bugs_show_again_over_a_twin(bugs, sandbox):
    found = [await tried(bugs, bug, sandbox) for bug in BUGS]

    print("\n".join(map(line, found)))  # noqa: T201 - the table is what this test is for
    assert len(found) == 20
    # Whatever fails over any twin says nothing: it does not count.
    assert sum(bool(one["reproduced"]) and one["over an ordinary twin"] is None for one in found) >= 16
