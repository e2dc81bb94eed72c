"""The author's side: a scorer over the twin of a bundle, in the sandbox, as installed or as it lies on disk."""

import hashlib
from collections.abc import AsyncIterator
from functools import partial

import msgspec
import pytest

from helpers.bugs import world
from helpers.bugs.installing import project
from helpers.wheels import wheel
from kithline_core import twin
from kithline_core.engine.keys import GENERAL
from kithline_core.errors import Invalid, UnknownScorer
from kithline_core.sandbox import Sandbox
from kithline_core.twin import bundle, reproducing
from kithline_core.twin.bundle import Bundle, Record
from kithline_core.twin.failing import Failure
from kithline_sdk.snapshot import Snapshot

pytestmark = pytest.mark.anyio
CRASH = Failure("crash", "ZeroDivisionError")
FUNCTION = "self_tie"


def bundled(scorer: str, snapshot: Snapshot, failure: Failure = CRASH, plugin: str = "planted-bugs") -> Bundle:
    """Return a bundle of a failure over a snapshot."""
    data = snapshot.encode()
    told = Record(
        scorer=scorer, version="1.0.0", plugin=plugin, plugin_version="1.0.0", engine="2", floor=5, parameters=GENERAL,
        failure=failure, reproduces=True, sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    return bundle.read(bundle.packed(told, data))


@pytest.fixture(scope="module")
async def sandbox(anyio_backend) -> AsyncIterator[Sandbox]:
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
def run(sandbox):
    """`await run(bundle, target)`."""
    return partial(reproducing.reproduce, sandbox=sandbox)


async def test_a_project_on_disk_fails_over_the_twin_as_it_did_over_the_data(run, tmp_path):
    read = bundled("bugs.self_tie", twin.twin(world.planted("self_tie"), 5, 1))

    found = await run(read, project(tmp_path))

    assert found.alike
    assert (found.now.error, found.now.place.file, found.now.place.function) == (
        "ZeroDivisionError", "planted_bugs/__init__.py", FUNCTION,
    )  # fmt: skip
    assert found.words == f"ZeroDivisionError: division by zero [planted_bugs:{found.now.place.line}]"


@pytest.mark.parametrize(("line", "function", "alike"), [(0, "", True), (1, "", False), (0, "other", False)])
async def test_only_what_fails_in_the_same_place_fails_alike(line, function, alike, run, tmp_path):
    folder, snapshot = project(tmp_path), twin.twin(world.planted("self_tie"), 5, 1)
    there = (await run(bundled("bugs.self_tie", snapshot), folder)).now.place
    then = msgspec.structs.replace(there, line=there.line + line, function=function or there.function)

    found = await run(bundled("bugs.self_tie", snapshot, msgspec.structs.replace(CRASH, place=then)), folder)

    assert (found.alike, found.now.place) == (alike, there)


async def test_a_project_that_was_mended_does_not(run, tmp_path):
    read, folder = bundled("bugs.self_tie", twin.twin(world.planted("self_tie"), 5, 1)), project(tmp_path)
    code = folder / "src" / "planted_bugs" / "__init__.py"
    code.write_text(
        code.read_text().replace("[1 / distance for distance in apart]", "[1 / max(1, one) for one in apart]")
    )

    found = await run(read, folder)

    assert (found.alike, found.now, found.words) == (False, None, "")


async def test_a_wheel_runs_as_it_is(run, tmp_path):
    read = bundled("acme.echo", twin.twin(world.ordinary(), 5, 1), plugin="acme-echo")

    found = await run(read, wheel(tmp_path))

    assert (found.plugin, found.plugin_version, found.now, found.alike) == ("acme-echo", "1.0.0", None, False)


async def test_what_is_installed_runs_unless_another_is_named(run):
    read = bundled("silos.internal", twin.twin(world.ordinary(), 5, 1), plugin="kithline-network")

    found = await run(read, None)

    assert (found.scorer, found.plugin, found.alike) == ("silos.internal", "kithline-network", False)


async def test_a_scorer_that_is_not_there_is_named(run, tmp_path):
    read = bundled("nobodys.scorer", twin.twin(world.ordinary(), 5, 1))

    with pytest.raises(UnknownScorer):
        await run(read, None)
    with pytest.raises(Invalid, match=r"declares no scorer nobodys\.scorer; it has bugs\."):
        await run(read, project(tmp_path))


async def test_a_scorer_that_reads_more_than_the_bundle_holds_is_not_run(run, tmp_path):
    whole = world.ordinary()
    read = bundled("bugs.self_tie", Snapshot(whole.window, [whole["answers"]]))

    with pytest.raises(Invalid, match="reads what the bundle does not hold: memberships"):
        await run(read, project(tmp_path))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": ""}, "has no entry point"),
        ({"files": {"acme_echo/kithline.json": "{}"}}, "cannot be read"),
    ],
)
async def test_what_is_no_plugin_is_refused(run, change, words, tmp_path):
    read = bundled("acme.echo", twin.twin(world.ordinary(), 5, 1))

    with pytest.raises(Invalid, match=words):
        await run(read, wheel(tmp_path, **change))


async def test_what_is_neither_wheel_nor_folder_is_refused(run, tmp_path):
    with pytest.raises(Invalid, match="neither a wheel nor a folder"):
        await run(bundled("acme.echo", world.ordinary()), tmp_path / "nothing")
