"""Runs the scorer of a bundle over its twin: what is installed, or a wheel or project of the author's."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kithline_core import plugins
from kithline_core.engine import document
from kithline_core.engine.keys import GENERAL
from kithline_core.engine.score import Runs, again
from kithline_core.errors import Invalid, UnknownScorer
from kithline_core.plugins import Plugin, ScorerSpec, read_manifest
from kithline_core.twin import failing
from kithline_core.twin.bundle import Bundle
from kithline_core.twin.failing import Failure
from kithline_core.twin.searching import Rule
from kithline_sdk.kit import subject
from kithline_sdk.kit.subject import Subject


class Reproduced(msgspec.Struct, frozen=True, kw_only=True):
    """How the scorer failed over the data, and how it does over the twin (None: it does not); `words` are the twin's."""

    scorer: str
    version: str
    plugin: str
    plugin_version: str
    then: Failure
    now: Failure | None
    alike: bool
    words: str


async def reproduce(bundle: Bundle, target: Path | None, sandbox: Runs) -> Reproduced:
    """Run the scorer of a bundle over its twin. Raises Invalid, UnknownScorer."""
    if target is None:
        return await _reproduced(bundle, _installed(bundle), sandbox)
    with laid_out(target) as plugin:
        return await _reproduced(bundle, _of(plugin, bundle.record.scorer), sandbox)


async def _reproduced(bundle: Bundle, rule: Rule, sandbox: Runs) -> Reproduced:
    plugin, spec = rule
    told = bundle.record
    lacking = [one.table for one in spec.inputs if not _has(bundle, one.table, one.columns)]
    if lacking:
        raise Invalid(f"{spec.key} {spec.version} reads what the bundle does not hold: {', '.join(lacking)}")
    known = {**GENERAL, **spec.parameters}
    parameters = {**known, **{name: value for name, value in told.parameters.items() if name in known}}
    judged = await again(plugin, spec, bundle.data, parameters, sandbox)
    now = failing.of(judged.document, plugin)
    missing = document.decode(judged.document).missing
    return Reproduced(
        scorer=spec.key, version=spec.version, plugin=plugin.name, plugin_version=plugin.manifest.version, then=told.failure,
        now=now, alike=told.failure.alike(now, moved=told.plugin_version != plugin.manifest.version), words=missing[0].what if now and missing else "",
    )  # fmt: skip


def _has(bundle: Bundle, table: str, columns: list[str]) -> bool:
    return table in bundle.snapshot and all(column in bundle.snapshot[table] for column in columns)


def _installed(bundle: Bundle) -> Rule:
    """Return the installed scorer: in the version that failed, else the one that answers."""
    here = plugins.installed()
    try:
        return Rule(*here.find(bundle.record.scorer, bundle.record.plugin_version))
    except UnknownScorer:
        return Rule(*here.find(bundle.record.scorer))


def _of(plugin: Plugin, key: str) -> Rule:
    found: list[ScorerSpec] = [spec for spec in plugin.manifest.scorers if spec.key == key]
    if not found:
        raise Invalid(f"{plugin.name} declares no scorer {key}; it has {', '.join(sorted(plugin.keys)) or 'none'}")
    return Rule(plugin, found[0])


@contextmanager
def laid_out(target: Path) -> Iterator[Plugin]:
    """Lay a wheel or a project out as if it were installed, for the while. Raises Invalid."""
    try:
        with subject.opened(target) as one, tempfile.TemporaryDirectory(prefix="kithline-reproduce-") as place:
            yield _plugin(one, Path(place))
    except subject.Unusable as unusable:
        raise Invalid(str(unusable)) from None


def _plugin(one: Subject, place: Path) -> Plugin:
    if not one.entry_points:
        raise Invalid(f"{one.name} has no entry point in the group {subject.GROUP}")
    try:
        manifest = read_manifest(one.package)
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid(f"the manifest of {one.name} cannot be read: {error}") from None
    place.chmod(0o755)  # a plugin has a user of its own
    shutil.copytree(one.package, place / one.module, ignore=shutil.ignore_patterns("__pycache__"))
    info = place / f"{one.module}-{manifest.version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {manifest.plugin}\nVersion: {manifest.version}\n")
    lines = [f"{name} = {point}" for name, point in one.entry_points.items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{subject.GROUP}]", *lines]) + "\n")
    return Plugin(next(iter(one.entry_points.values())).partition(":")[0], place / one.module, manifest)
