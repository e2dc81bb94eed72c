"""Nothing survives from one run to the next, whatever a plugin does while it is imported or while it runs."""

import pytest

from kithline_core.plugins import Limits, ScorerSpec
from kithline_core.sandbox import Failed, Sandbox, Scored, claims, wear
from kithline_sdk.snapshot import Snapshot, Window

pytestmark = pytest.mark.anyio
EMPTY = Snapshot(Window(0, 1), []).encode()
SPEC = ScorerSpec(
    key="keeps.one", version="1.0.0", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=1,
    inputs=[], not_for=[], limits=Limits(seconds=5),
)  # fmt: skip
# What two forks of a process could share is asked for while the process is still alone.
KEEPING = """
import builtins, errno, mmap, os, random, socket, sys
import msgspec, numpy as np
from kithline_sdk import Finding, hookimpl

def tried(act):
    try:
        return act() and "done"
    except OSError as error:
        return errno.errorcode[error.errno]

SHARED = {
    "memory": tried(lambda: mmap.mmap(-1, 4096)),
    "pipe": tried(os.pipe),
    "sockets": tried(socket.socketpair),
    "file in memory": tried(lambda: os.memfd_create("x")),
    "event": tried(lambda: os.eventfd(0)),
    "file": tried(lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR)),
    "lock": tried(lambda: os.lockf(os.open(__file__, os.O_RDONLY), os.F_LOCK, 0)),
}

class Params(msgspec.Struct):
    word: str = ""

KEPT = []

class Keeps:
    key, version, Params = "keeps.one", "1.0.0", Params

    def score(self, snapshot, params, seed):
        found = [*KEPT, *getattr(builtins, "kept", []), *getattr(sys, "kept", []), os.environ.get("KEPT"),
                 os.environ.get("HOME"), *getattr(np, "kept", []), *getattr(Keeps, "kept", []), *SHARED.get("kept", [])]
        KEPT.append(params.word)
        builtins.kept = sys.kept = np.kept = Keeps.kept = SHARED["kept"] = [params.word]
        os.environ["KEPT"] = params.word
        files = [tried(lambda path=path: os.open(path, os.O_CREAT | os.O_RDWR)) for path in ("/tmp/kept", "/dev/shm/kept")]
        drawn = [random.random(), float(np.random.random())]
        told = {name: answer for name, answer in SHARED.items() if name != "kept"}
        return Finding(measures={"found": str(found), "files": str(files), "drawn": str(drawn), "shared": str(sorted(told.items()))})

@hookimpl
def kithline_scorers():
    return [Keeps()]
"""
# It takes the second filter away while it is imported, and leaves a process behind in a run.
LEAVING = """
from kithline_core.sandbox.far import seccomp
seccomp.prepared = lambda _: lambda: None
""" + KEEPING.replace(
    "        found = [*KEPT",
    "        if params.word == 'leave' and os.fork() == 0:\n            import time; time.sleep(60)\n        found = [*KEPT",
)


@pytest.fixture(params=[tier for tier in claims.TRIED if tier not in claims.here().missing])
async def walled(request):
    """A sandbox of each tier that this host gives."""
    async with Sandbox.open(tier=request.param) as opened:
        if opened.tier != request.param:
            pytest.skip(f"this host does not give {request.param}: {opened.claim.missing}")
        yield opened


async def test_two_runs_have_nothing_through_which_one_could_tell_the_other_anything(walled, make_plugin):
    plugin = make_plugin("keeps", KEEPING, SPEC)

    said = [await walled.score(plugin, SPEC, EMPTY, {"word": word}, 5) for word in ("first", "second")]

    first, second = (one.finding.measures for one in said)
    assert first == second
    assert first["found"] == "[None, None]"
    assert "done" not in first["files"] + first["shared"]


async def test_every_run_draws_its_own_numbers(walled, make_plugin):
    plugin = make_plugin("keeps", KEEPING, SPEC)

    drawn = [(await walled.score(plugin, SPEC, EMPTY, {}, seed)).finding.measures["drawn"] for seed in (1, 2, 3, 1)]

    assert len(set(drawn)) == 3
    assert drawn[0] == drawn[3]


async def test_a_process_that_a_run_leaves_ends_with_it_though_the_import_undid_what_holds_runs(walled, make_plugin):
    plugin = make_plugin("keeps", LEAVING, SPEC)
    assert isinstance(await walled.score(plugin, SPEC, EMPTY, {"word": "stay"}, 5), Scored)

    left = await walled.score(plugin, SPEC, EMPTY, {"word": "leave"}, 5)

    assert isinstance(left, Failed), left
    assert isinstance(await walled.score(plugin, SPEC, EMPTY, {"word": "stay"}, 5), Scored)


async def test_a_worn_process_is_replaced_and_nobody_notices(walled, make_plugin, monkeypatch):
    monkeypatch.setattr(wear, "RUNS", 2)
    plugin = make_plugin("keeps", KEEPING, SPEC)
    held = walled._process(plugin)

    seen = []
    for _ in range(4):
        assert isinstance(await walled.score(plugin, SPEC, EMPTY, {}, 5), Scored)
        seen.append(held.process.pid if held.process else None)

    assert [pid is None for pid in seen] == [False, True, False, True]
    assert seen[0] != seen[2]


def standing(group):
    return [folder for folder in group.folders if folder.exists()]


async def test_a_group_holds_the_process_where_one_may_be_made(walled, make_plugin):
    plugin = make_plugin("keeps", KEEPING, SPEC)
    await walled.score(plugin, SPEC, EMPTY, {}, 5)
    held = walled._process(plugin)
    if not held.group.folders:
        pytest.skip("this process may make no control group")

    for folder in held.group.folders:
        assert set(map(int, (folder / "cgroup.procs").read_text().split())) == set(held.family())
    walled.close()
    assert not standing(held.group)
