"""Version 1 of a plugin with the numpy of this host beside version 2 with another one: each its own, at once."""

import csv
import hashlib
import subprocess
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path

import pytest

from helpers.pages import HOUSE
from helpers.wheels import wheel, zipped
from kithline_core.dataset import door
from kithline_core.dataset.read import read
from kithline_core.engine import keys
from kithline_core.engine.assemble import assemble
from kithline_core.engine.score import score_one
from kithline_core.plugins import current
from kithline_core.plugins.store import allowed, installing
from kithline_core.plugins.store.allowed import Decision
from kithline_core.plugins.store.loading import Terms
from kithline_core.sandbox import Sandbox
from kithline_sdk.snapshot import DAY, Window

OTHER = "2.3.5"
# Its wheels for x86-64 Linux, Python 3.11 to 3.14.
HASHES = (
    "8cba086a43d54ca804ce711b2a940b16e452807acebe7852ff327f1ecd49b0d4",
    "0d8163f43acde9a73c2a33605353a4f1bc4798745a8b1d73183b28e5b435ae28",
    "11e06aa0af8c0f05104d56450d6093ee639e15f24ecf62d417329d06e522e017",
    "fffe29a1ef00883599d1dc2c51aa2e5d80afe49523c261a74933df395c15c520",
)

pytestmark = pytest.mark.slow


@pytest.fixture
def wheels(tmp_path):
    """A folder with another numpy, fetched by its hash, and this host's msgspec and pluggy as wheels."""
    asked, place = tmp_path / "asked.txt", tmp_path / "wheels"
    asked.write_text(f"numpy=={OTHER} {' '.join(f'--hash=sha256:{one}' for one in HASHES)}\n")
    command = [HOUSE / ".uv" / "bin" / "pip", "download", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    try:
        subprocess.run([*command, "-d", place, "-r", asked], check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"another numpy cannot be fetched here: {error}")
    for name in ("msgspec", "pluggy"):
        again(name, place)
    return place


def again(name, place):
    """Make a wheel of what is installed here."""
    found = distribution(name)
    info = f"{name}-{found.version}.dist-info"
    rows = [row[0] for row in csv.reader((found.read_text("RECORD") or "").splitlines())]
    kept = [row for row in rows if not row.startswith("..") and not row.endswith(("INSTALLER", "REQUESTED", "RECORD"))]
    content = {row: Path(str(found.locate_file(row))).read_bytes() for row in kept}
    tags = [
        line.removeprefix("Tag: ") for line in (found.read_text("WHEEL") or "").splitlines() if line.startswith("Tag")
    ]
    zipped(place / f"{name}-{found.version}-{tags[0]}.whl", content, info)


def lock(wheels):
    return "".join(
        "{}=={} --hash=sha256:{}\n".format(*one.name.split("-")[:2], hashlib.sha256(one.read_bytes()).hexdigest())
        for one in sorted(wheels.glob("*.whl"))
    )


async def test_each_version_runs_with_its_own_numpy_and_says_so_in_its_keys(fresh, tmp_path, wheels):
    paths = wheel(tmp_path, version="1.0.0", build=1), wheel(tmp_path, version="2.0.0", build=2, lock=lock(wheels))
    for path in paths:
        made = installing.install(fresh, path, wheels)
        decision = Decision(digest=made.record.digest, allowed=True, who="ann", when=datetime.now(UTC), reason="read")
        allowed.decide(fresh, decision)
    found = current.look(Terms(fresh))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ties.csv").write_text("actor,target\nann,bob\n")
    tables, told = assemble(door.data(read(tmp_path / "data")), []), {}

    async with Sandbox.open() as sandbox:
        for version in ("1.0.0", "2.0.0", "1.0.0"):
            plugin, spec = found.find("acme.echo", version)
            judged = await score_one(plugin, spec, tables, Window(0, 90 * DAY), {}, sandbox)
            told.setdefault(version, set()).add((judged.key, judged.document))

    assert [len(one) for one in told.values()] == [1, 1]
    ((one, first),), ((two, second),) = told.values()
    assert b'"numpy":203,"build":2' in second
    assert b'"numpy":203' not in first
    assert one != two
    assert found.find("acme.echo", "2.0.0")[0].libraries["numpy"] == OTHER
    assert keys.engine_version(found.find("acme.echo", "1.0.0")[0]) == keys.engine_version()
    assert keys.engine_version(found.find("acme.echo", "2.0.0")[0]) != keys.engine_version()
