"""Puts a plugin's wheel into the store, with an environment of its own. Needs no network and runs nothing of it."""

import platform
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from kithline_core.errors import Conflict, Invalid
from kithline_core.plugins.clashes import clash
from kithline_core.plugins.found import Plugin, rank
from kithline_core.plugins.store import base, environment, folder
from kithline_core.plugins.store.folder import Record, Stored
from kithline_core.plugins.wheel import archive, locking, metadata, reading
from kithline_core.plugins.wheel.metadata import About
from kithline_core.plugins.wheel.reading import Wheel

HOW = "bring the hashed lock kithline.lock beside kithline.json, and install with --wheels FOLDER; see the page on plugins"


def install(
    store: Path, path: Path, wheels: Path | None = None, others: Sequence[Plugin] = (), attestation: Path | None = None
) -> Stored:
    """Install a wheel; where it is installed already, return it. `others` are the plugins that are here.

    Raises Invalid for a wheel that is refused, Conflict for one that takes something from another plugin.
    """
    wheel = reading.read(path)
    fitting(wheel)
    with folder.changing(store):
        place = store / folder.name_of(wheel.about.name, wheel.about.version, wheel.digest)
        if place.exists():
            return folder.read(place)
        _once(store, wheel.about)
        with folder.coming(store) as building:
            record = _build(store, building, wheel, wheels)
            if attestation is not None:
                shutil.copyfile(attestation, Stored(building, record).attestation)
            _vet(building, wheel, others)
            folder.publish(building, place)
        return folder.read(place)


def _once(store: Path, about: About) -> None:
    """Refuse a second wheel of one version: whoever pins it would not know which it is. Raises Conflict."""
    for one in folder.stored(store):
        if (one.record.plugin, rank(one.record.version)) == (about.name, rank(about.version)):
            raise Conflict(
                f"another wheel of {about.name} {about.version} is stored; remove it, or publish a new version"
            )


def fitting(wheel: Wheel) -> None:
    """Refuse a wheel for another machine or another Python. Raises Invalid."""
    if locking.suits(wheel.path) is None:
        raise Invalid(f"{wheel.path.name} is not for this machine and interpreter")
    _for_python(wheel.about)


def _for_python(about: About) -> None:
    here = platform.python_version()
    if not about.python.contains(here, prereleases=True):
        raise Invalid(f"{about.name} {about.version} is for Python {about.python}; this is {here}")


def _build(store: Path, building: Path, wheel: Wheel, wheels: Path | None) -> Record:
    shutil.copyfile(wheel.path, building / wheel.path.name)
    if archive.digest(building / wheel.path.name) != wheel.digest:
        raise Conflict(f"{wheel.path.name} changed while it was read")
    place = environment.build(building / "env")
    _fill(store, place, wheel, wheels)
    environment.put(building / wheel.path.name, place)
    record = Record(
        plugin=wheel.about.name, version=wheel.about.version, module=wheel.module, digest=wheel.digest,
        wheel=wheel.path.name, hooks=list(wheel.hooks), libraries=environment.libraries(place),
        locked=wheel.lock is not None, installed_at=datetime.now(UTC),
    )  # fmt: skip
    (building / folder.RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    return record


def _fill(store: Path, place: Path, wheel: Wheel, wheels: Path | None) -> None:
    """Put into the environment what the plugin needs: what its lock says, else the base layer. Raises Invalid."""
    pins = [] if wheel.lock is None else locking.pins(wheel.lock)
    held = [_library(path, place) for path in locking.choose(pins, wheels)]
    named = {one.name for one in held}
    # The SDK of this host stands in for one the lock leaves out: no registry has it.
    ours = base.LIBRARIES if wheel.lock is None else tuple({base.SDK} - named)
    base.link(base.layer(store), ours, place)
    versions = environment.libraries(place)
    if lacking := locking.lacking([wheel.about, *held], versions):
        told = "and brings no lock" if wheel.lock is None else "which its lock leaves out"
        raise Invalid(f"{'; '.join(lacking)}, {told}: {HOW}")
    if missing := sorted({canonicalize_name(name) for name in base.LIBRARIES} - versions.keys()):
        raise Invalid(f"the plugin's lock leaves out {', '.join(missing)}, without which no plugin can be loaded")


def _library(path: Path, place: Path) -> About:
    """Unpack one wheel of a lock and return what it says about itself."""
    with archive.opened(path, archive.LIBRARY) as file:
        info = metadata.info(path, file)
        archive.recorded(path, file, info)
        about = metadata.about(path, file, info)
    _for_python(about)
    environment.put(path, place)
    return about


def _vet(building: Path, wheel: Wheel, others: Sequence[Plugin]) -> None:
    plugin = Plugin(wheel.module, folder.site(building / "env", base.python()) / wheel.module, wheel.manifest)
    if taken := clash(plugin, others):
        raise Conflict(f"{wheel.path.name}: {taken}")
