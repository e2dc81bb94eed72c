"""Golden fixtures: a snapshot and the finding it gave, byte for byte, beside the plugin's tests.

`golden/<key>/<size>.snapshot` holds canonical bytes, `golden/<key>/<size>@<version>.finding` what that version made of them.
"""

from pathlib import Path
from typing import Final

from kithline_sdk.checks import run
from kithline_sdk.contract import Scorer
from kithline_sdk.kit.bench import Bench, encoded
from kithline_sdk.kit.outcomes import Skipped
from kithline_sdk.snapshot import Snapshot

WORLDS: Final = {"few": 12, "some": 40}
_UPDATE: Final = "write them with `check --update-golden` and commit them"


def golden(bench: Bench) -> str:
    """Compare every golden finding, or write them. Raises Skipped where there are none, AssertionError."""
    if bench.golden is None:
        raise Skipped("golden fixtures lie beside the source; a wheel has none")
    folder = bench.golden / bench.spec.key
    if bench.update:
        return write(bench, folder)
    held = sorted(folder.glob("*.snapshot"))
    if not held:
        raise Skipped(f"there are none yet; {_UPDATE}")
    for one in held:
        compare(bench.scorer, one)
    return f"{len(held)} findings are what they were, byte for byte"


def compare(scorer: Scorer, snapshot: Path) -> None:
    """Compare one finding with the golden one of this version. Raises AssertionError."""
    wanted = snapshot.with_name(f"{snapshot.stem}@{scorer.version}.finding")
    if not wanted.exists():
        raise AssertionError(f"{wanted.name} is not there: version {scorer.version} has no golden finding; {_UPDATE}")
    got = encoded(run(scorer, Snapshot.decode(snapshot.read_bytes())))
    if got != wanted.read_bytes():
        raise AssertionError(
            f"the finding for {snapshot.name} differs from {wanted.name}; where that is meant, raise the scorer's version"
        )


def write(bench: Bench, folder: Path) -> str:
    """Write a snapshot and a finding for each golden world; findings of earlier versions go."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.finding"):
        old.unlink()
    for name, people in WORLDS.items():
        world = bench.world(people, people)
        (folder / f"{name}.snapshot").write_bytes(world.encode())
        (folder / f"{name}@{bench.scorer.version}.finding").write_bytes(encoded(run(bench.scorer, world)))
    return f"{len(WORLDS)} snapshots and findings were written"
