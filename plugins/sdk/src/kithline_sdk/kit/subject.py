"""What is checked: a wheel, unpacked for the while, or the folder of a project."""

import configparser
import email
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

GROUP: Final = "kithline"
MANIFEST: Final = "kithline.json"
# A plugin is code, word lists and questionnaires; what unpacks to more is a mistake or an attack.
_MOST_BYTES: Final = 512 * 1024 * 1024
_PASSED_BY: Final = frozenset({".venv", "venv", "build", "dist", "node_modules", "tests", "golden"})


class Unusable(Exception):
    """There is nothing to check; the words say what was looked for."""


class Subject(msgspec.Struct, frozen=True):
    """A plugin on disk.

    `source` goes on the import path, `package` holds the manifest, `entry_points` lead to modules; `wheel` is the name
    and version of what is built from it ("" where that is worked out later); `project` is the folder it is developed in
    (None for a wheel).
    """

    name: str
    source: Path
    package: Path
    entry_points: Mapping[str, str]
    wheel: tuple[str, str]
    project: Path | None = None

    @property
    def module(self) -> str:
        """The import name of the package."""
        return self.package.name

    def read(self) -> bytes:
        """Return the bytes of the manifest."""
        return (self.package / MANIFEST).read_bytes()

    def files(self) -> list[Path]:
        """Return the Python files of the package."""
        return sorted(self.package.rglob("*.py"))


@contextmanager
def opened(target: Path) -> Iterator[Subject]:
    """Open a wheel or a folder. Raises Unusable."""
    if target.is_dir():
        yield _folder(target)
    elif target.is_file() and zipfile.is_zipfile(target):
        with tempfile.TemporaryDirectory(prefix="kithline-check-") as place:
            yield _wheel(target, Path(place))
    else:
        raise Unusable(f"{target} is neither a wheel nor a folder")


def _wheel(target: Path, place: Path) -> Subject:
    with zipfile.ZipFile(target) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
            raise Unusable(f"{target.name} unpacks to more than {_MOST_BYTES // 1024**2} MiB")
        archive.extractall(place)  # zipfile keeps every member below the folder
    points: dict[str, str] = {}
    for file in sorted(place.glob("*.dist-info/entry_points.txt")):
        told = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        told.read_string(file.read_text(encoding="utf-8"))
        points |= dict(told[GROUP]) if GROUP in told else {}
    return Subject(target.name, place, _package(place, place, target), points, _metadata(place))


def _metadata(place: Path) -> tuple[str, str]:
    """Return name and version as the wheel's own metadata have them."""
    for file in sorted(place.glob("*.dist-info/METADATA")):
        told = email.message_from_bytes(file.read_bytes())
        return str(told["Name"] or ""), str(told["Version"] or "")
    return "", ""


def _folder(target: Path) -> Subject:
    target = target.resolve()
    project = target / "pyproject.toml"
    if not project.is_file():
        raise Unusable(f"{target} has no pyproject.toml: name the folder of a project, or a wheel")
    try:
        told: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{project} cannot be read: {error}") from None
    source = target / "src" if (target / "src").is_dir() else target
    about = told.get("project", {})
    named = (about.get("name", ""), about.get("version", ""))
    points = about.get("entry-points", {}).get(GROUP, {})
    return Subject(target.name, source, _package(source, target, target), points, named, target)


def _package(source: Path, top: Path, target: Path) -> Path:
    found = [one.parent for one in sorted(source.glob(f"*/{MANIFEST}")) if one.parent.name not in _PASSED_BY]
    if len(found) != 1:
        many = ", ".join(str(one.relative_to(top)) for one in found) or "none"
        raise Unusable(f"{target.name} should have one package with a {MANIFEST} in it, and has {many}")
    return found[0]
