"""A plugin that misbehaves in every way we know, loaded by its path; and one that is well-behaved."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from kithline_core.plugins import Manifest, Plugin, ScorerSpec, read_manifest
from kithline_core.sandbox import Outcome, Sandbox
from kithline_sdk.snapshot import DAY, Column, Snapshot, Table, Window

HOSTILE = Path(__file__).parent / "hostile" / "kithline_hostile"
Ask = Callable[..., Awaitable[Outcome]]


@pytest.fixture(scope="session")
def hostile() -> Plugin:
    return Plugin("kithline_hostile", HOSTILE, read_manifest(HOSTILE))


@pytest.fixture(scope="session")
def snapshot() -> bytes:
    """About 10 kB."""
    return Snapshot(Window(0, DAY), [Table("rows", {"a": Column.of("int", list(range(1200)))})]).encode()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
def ask(sandbox: Sandbox, hostile: Plugin, snapshot: bytes) -> Ask:
    """`await ask("raises")` runs that scorer of the hostile plugin."""

    def run(name: str, seed: int = 7, data: bytes = snapshot, **params: object) -> Awaitable[Outcome]:
        return sandbox.score(hostile, spec(hostile, name), data, params, seed)

    return run


def spec(plugin: Plugin, name: str) -> ScorerSpec:
    (found,) = [one for one in plugin.manifest.scorers if one.key == f"hostile.{name}"]
    return found


@pytest.fixture
def make_plugin(tmp_path: Path) -> Callable[..., Plugin]:
    """A factory: a plugin of one module with this source, installed into a folder of its own."""

    def make(module: str, source: str, spec_of: ScorerSpec, entry: str = "") -> Plugin:
        tmp_path.chmod(0o755)  # as folders are that plugins are installed into: a plugin has a user of its own
        (tmp_path / module).mkdir()
        (tmp_path / module / "__init__.py").write_text(source)
        info = tmp_path / f"{module}-1.0.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0.0\n")
        (info / "entry_points.txt").write_text(f"[kithline]\n{module} = {entry or module}\n")
        manifest = Manifest(plugin=module, version="1.0.0", api_version="1", scorers=[spec_of])
        return Plugin(module, tmp_path / module, manifest)

    return make
