"""The base layer: what every plugin needs, copied from this environment once and shared by all that need nothing else."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from kithline_core.errors import Conflict
from kithline_core.plugins.store import compiling, folder
from kithline_core.plugins.wheel import archive

SDK: Final = "kithline-sdk"
LIBRARIES: Final = (SDK, "msgspec", "numpy", "pluggy")
INFO_FILES: Final = ("METADATA", "WHEEL")
# A file → its hash as RECORD writes it.
Files = dict[str, str]


def python() -> str:
    """Return the version of Python, as names of folders tell it."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def layer(store: Path) -> Path:
    """Return the layer's folder of importable files; it is built where it is missing, while the store is held.

    Raises Conflict when a library here is not as its RECORD says.
    """
    parts = {name: _parts(distribution(name)) for name in LIBRARIES}
    place = store / folder.BASE / _name(parts)
    if not place.exists():
        folder.make(place.parent)
        with folder.coming(store) as building:
            for name, (root, files) in parts.items():
                _copy(name, root, files, building)
            folder.publish(building, place)
        for older in set(place.parent.iterdir()) - {place}:
            folder.discard(older)  # the environments that were made of it hold its files themselves
    return place


def link(layer: Path, names: Iterable[str], site: Path) -> None:
    """Put libraries of the layer into an environment: the same files under another name, where the disk can do that."""
    for name in names:
        for path in archive.record((_info(layer, name) / "RECORD").read_text()):
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(layer / path, site / path)
            except FileExistsError:
                raise Conflict(f"{path} of {name} is there already, from another wheel") from None
            except OSError:
                shutil.copy2(layer / path, site / path)


def _info(layer: Path, name: str) -> Path:
    named = {canonicalize_name(one.name.partition("-")[0]): one for one in layer.glob("*.dist-info")}
    return named[canonicalize_name(name)]


def _parts(found: Distribution) -> tuple[Path, Files]:
    """Return where a library's files begin, and what it consists of."""
    told = found.files or []
    own = {str(one): f"{one.hash.mode}={one.hash.value}" for one in told if one.hash and not _aside(str(one))}
    if any(not _informs(name) for name in own):
        return Path(str(found.locate_file(""))), own
    # Installed for whoever works on it: its files lie where its source does.
    spec = find_spec(found.name.replace("-", "_"))
    package = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    source = sorted(one for one in package.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    return package.parent, {str(one.relative_to(package.parent)): _hash(one.read_bytes()) for one in source}


def _aside(name: str) -> bool:
    """Return whether a file is none that one imports: a program, a link to sources, the installer's own notes."""
    odd = name.startswith(("..", "/")) or name.endswith(".pth")
    return odd or (_informs(name) and name.rpartition("/")[2] not in INFO_FILES)


def _informs(name: str) -> bool:
    return name.partition("/")[0].endswith(".dist-info")


def _name(parts: dict[str, tuple[Path, Files]]) -> str:
    said = [f"python=={python()}", *(f"{name}=={distribution(name).version}" for name in parts)]
    said += [f"{path} {files[path]}" for _, files in parts.values() for path in sorted(files)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[: folder.DIGITS]


def _copy(name: str, root: Path, files: Files, target: Path) -> None:
    """Copy a library, each file held against its hash, with the bytecode that lies beside it; write its RECORD."""
    found = distribution(name)
    info = f"{found.name.replace('-', '_')}-{found.version}.dist-info"
    told = {path: mark for path, mark in files.items() if not _informs(path)}
    told = {path: _place(root / path, target / path, mark) for path, mark in told.items()}
    for cached in [path for path in told if path.endswith(".py")]:
        told |= _bytecode(root, cached, target)
    for one in INFO_FILES:
        text = found.read_text(one) or ""
        (target / info).mkdir(exist_ok=True)
        (target / info / one).write_text(text)
        told[f"{info}/{one}"] = _hash(text.encode())
    lines = [f"{path},{mark},{(target / path).stat().st_size}" for path, mark in sorted(told.items())]
    (target / info / "RECORD").write_text("\n".join([*lines, f"{info}/RECORD,,", ""]))


def _place(source: Path, target: Path, mark: str) -> str:
    if _hash(source.read_bytes(), mark.partition("=")[0]) != mark:
        raise Conflict(f"{source.name} of this environment is not as its RECORD says; reinstall Kithline")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    return mark


def _bytecode(root: Path, path: str, target: Path) -> Files:
    """Copy what Python has compiled of a module: the copy's date is the same, so that it holds."""
    name = compiling.cached(path)
    if not (root / name).exists():
        return {}
    (target / name).parent.mkdir(exist_ok=True)
    shutil.copy2(root / name, target / name)
    return {name: _hash((target / name).read_bytes())}


def _hash(content: bytes, kind: str = "sha256") -> str:
    return f"{kind}={archive.encoded(hashlib.new(kind, content).digest())}"
