"""The process in which a plugin is imported: `python -m kithline_sdk.kit.child REPLY`, the request on standard input."""

import hashlib
import sys
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from kithline_sdk.checks import run
from kithline_sdk.contract import Scorer
from kithline_sdk.kit import loading, rules, suite
from kithline_sdk.kit.bench import Bench, encoded
from kithline_sdk.kit.cheating.price import prices
from kithline_sdk.kit.outcomes import Outcome, judged
from kithline_sdk.kit.processes import Facts, Reply, Request, Weighed
from kithline_sdk.kit.subject import MANIFEST
from kithline_sdk.kit.watching import Watch
from kithline_sdk.manifest import Manifest
from kithline_sdk.snapshot import Snapshot

# People and seeds of the worlds in which findings of several processes are compared.
COMPARED: Final = ((9, 1), (24, 2), (60, 3))
_TIMES: Final = 3
_SHOWN: Final = 9
_MIB: Final = 1024


def answer(request: Request) -> Reply:
    """Do what is asked; what the plugin raises becomes an error in the reply."""
    package = Path(request.package)
    watch = Watch(package) if request.task == "laws" else None
    loading.usual()
    began = time.perf_counter()
    try:
        scorers = _imported(request, watch)
    except BaseException as error:  # noqa: BLE001 - an import may raise anything, SystemExit included
        return Reply(error=f"its import fails: {type(error).__name__}: {error}"[:500])
    seconds = time.perf_counter() - began
    benches = [_bench(request, one) for key, one in scorers.items() if _wanted(request, key)]
    keys = sorted(scorers)
    if request.task == "validity":
        return Reply(keys=keys, prices=[each for one in benches for each in prices(one, request.costs)])
    if request.task == "size":
        return Reply(keys=keys, weighed=_weigh(benches[0], request.people))
    if watch is None:
        return Reply(keys=keys, facts=Facts(import_seconds=seconds, digests=_digests(benches)))
    reach = _reach(benches, watch)
    return Reply(keys=keys, outcomes=[reach, *(one for bench in benches for one in suite.run(bench))])


def _imported(request: Request, watch: Watch | None) -> dict[str, Scorer]:
    preload = _manifest(Path(request.package)).preload
    if watch is None:
        return loading.scorers(request.entry_points, preload)
    with watch.importing():
        return loading.scorers(request.entry_points, preload)


def _wanted(request: Request, key: str) -> bool:
    declared = {one.key for one in _manifest(Path(request.package)).scorers}
    return key in declared and (not request.scorers or key in request.scorers)


def _manifest(package: Path) -> Manifest:
    return msgspec.json.decode((package / MANIFEST).read_bytes(), type=Manifest)


def _bench(request: Request, scorer: Scorer) -> Bench:
    package = Path(request.package)
    manifest = _manifest(package)
    (spec,) = (one for one in manifest.scorers if one.key == scorer.key)
    questionnaires: list[dict[str, Any]] = [
        msgspec.json.decode((package / one).read_bytes()) for one in manifest.questionnaires
    ]
    golden = Path(request.golden) if request.golden else None
    return Bench(scorer, spec, msgspec.to_builtins(spec), questionnaires, golden, request.update)


def _reach(benches: list[Bench], watch: Watch) -> Outcome:
    """Score once, watched."""
    for bench in benches:
        world = bench.world(*COMPARED[1])
        with watch.scoring():
            _quietly(bench, world)
    return judged(rules.REACH, lambda: _untouched(watch))


def _untouched(watch: Watch) -> str:
    late = [f"late import of {name}: name it in `preload`" for name in watch.late]
    if found := list(dict.fromkeys([*watch.seen, *late])):
        raise AssertionError("; ".join(found[:_SHOWN]))
    return "nothing was seen"


def _quietly(bench: Bench, world: Snapshot) -> None:
    try:
        run(bench.scorer, world)
    except Exception:  # noqa: BLE001 - the check `finding` tells it, with the world in which it happens
        return


def _digests(benches: list[Bench]) -> dict[str, str]:
    found = {}
    for bench in benches:
        for people, seed in COMPARED:
            try:
                told = encoded(run(bench.scorer, bench.world(people, seed)))
            except Exception as error:  # noqa: BLE001 - the same error in every process is no difference
                told = repr(error).encode()
            found[f"{bench.spec.key} {people}"] = hashlib.sha256(told).hexdigest()
    return found


def _weigh(bench: Bench, people: int) -> Weighed:
    """Measure a run as the engine has it: decode, score, encode; the best of three."""
    world = bench.world(people, people)
    data, rows = world.encode(), sum(table.rows for table in world.tables.values())
    seconds = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        encoded(run(bench.scorer, Snapshot.decode(data)))
        seconds.append(time.perf_counter() - began)
    return Weighed(rows=rows, seconds=min(seconds), memory_mb=_peak())


def _peak() -> float:
    """Return the most memory this process held, in MiB; 0 where nobody knows.

    What a child of Linux counts as its own most (`ru_maxrss`) begins with what its parent held.
    """
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return _peak_elsewhere()
    return int(told.partition("VmHWM:")[2].split()[0]) / _MIB


def _peak_elsewhere() -> float:  # pragma: no cover - not on Linux
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (_MIB * _MIB if sys.platform == "darwin" else _MIB)


def main(reply: str) -> None:
    """Read the request, answer, write the reply."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    sys.path.insert(0, request.source)
    Path(reply).write_bytes(msgspec.json.encode(answer(request)))


if __name__ == "__main__":
    main(*sys.argv[1:])
