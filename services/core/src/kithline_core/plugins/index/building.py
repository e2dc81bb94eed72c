"""Builds an index: reads the wheels, writes a page for each and signs the list."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jinja2 import Environment, PackageLoader, StrictUndefined

from kithline_core.errors import Invalid
from kithline_core.plugins.found import rank
from kithline_core.plugins.index.catalogue import WHEELS, Catalogue, Entry, write
from kithline_core.plugins.wheel import reading
from kithline_core.plugins.wheel.reading import Wheel

ATTESTATION = ".publish.attestation"


def build(folder: Path, added: Sequence[Path], title: str, key: Ed25519PrivateKey) -> Catalogue:
    """Put wheels into an index, with the attestations beside them, describe all of them anew and sign. Raises Invalid.

    A plugin's wheel is read as it is before it is installed; one that would be refused there is refused here.
    """
    for wheel in added:
        reading.read(wheel)
    (folder / WHEELS).mkdir(parents=True, exist_ok=True)
    for wheel in added:
        _add(folder, wheel)
    found = sorted(map(reading.read, _plugins(folder)), key=lambda one: (one.about.name, rank(one.about.version)))
    if not found:
        raise Invalid(f"{folder / WHEELS} holds no plugin; name the wheels to put there")
    catalogue = Catalogue(title=title, issued_at=datetime.now(UTC), plugins=[_entry(one) for one in found])
    _pages(folder, catalogue, found)
    write(folder, catalogue, key)
    return catalogue


def _add(folder: Path, wheel: Path) -> None:
    place = folder / WHEELS / wheel.name
    if place.exists() and place.read_bytes() != wheel.read_bytes():
        raise Invalid(f"the index holds another {wheel.name}: a version is published once; give yours a new one")
    for name in (wheel.name, wheel.name + ATTESTATION):
        one = wheel.with_name(name)
        if one.exists() and one.resolve() != (folder / WHEELS / name).resolve():
            shutil.copyfile(one, folder / WHEELS / name)


def _plugins(folder: Path) -> list[Path]:
    """Return the wheels of plugins; beside them may lie those that their locks ask for."""
    return [one for one in sorted((folder / WHEELS).glob("*.whl")) if reading.offers(one)]


def _entry(one: Wheel) -> Entry:
    return Entry(
        name=one.about.name, version=one.about.version, wheel=one.path.name, digest=one.digest,
        size=one.path.stat().st_size, lifecycle=one.manifest.lifecycle, minimum_tier=one.manifest.minimum_tier,
        titles={spec.key: spec.title.get("en", spec.key) for spec in one.manifest.scorers},
        attested=one.path.with_name(one.path.name + ATTESTATION).exists(),
    )  # fmt: skip


def _pages(folder: Path, catalogue: Catalogue, found: Sequence[Wheel]) -> None:
    loader = PackageLoader("kithline_core.plugins.index", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "index.html").write_text(environment.get_template("index.html").render(catalogue=catalogue))
    template = environment.get_template("plugin.html")
    for entry, wheel in zip(catalogue.plugins, found, strict=True):
        page = folder / "plugins" / f"{entry.name}-{entry.version}.html"
        page.write_text(template.render(catalogue=catalogue, entry=entry, manifest=wheel.manifest, wheel=wheel))
