"""Wheels of what is installed here, packed anew: an environment can be made from them without any download."""

import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.pages import HOUSE

SDK = HOUSE / "plugins" / "sdk"


def built(project: Path, folder: Path) -> Path:
    """Build a wheel of a member and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    before = set(folder.glob("*.whl"))
    subprocess.run(command, cwd=project, capture_output=True, check=True)
    (made,) = set(folder.glob("*.whl")) - before
    return made


def with_needs(names: Iterable[str]) -> list[str]:
    """Return distributions with all they require here, extras aside."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.append(name)
            waiting += _needs(name)
    return found


def repack(name: str, folder: Path) -> Path:
    """Write the wheel of an installed distribution, uncompressed: it lives for one test."""
    one = distribution(name)
    tags = [line.split()[1] for line in (one.read_text("WHEEL") or "").splitlines() if line.startswith("Tag:")]
    target = folder / f"{one.metadata['Name'].replace('-', '_')}-{one.version}-{_tag(tags)}.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in one.files or []:
            here = Path(str(one.locate_file(file)))
            if ".." not in file.parts and "__pycache__" not in file.parts and here.is_file():
                archive.write(here, str(file))
        for script in [file for file in one.files or [] if file.parts[0] == ".." and file.parts[-2] == "bin"]:
            data = f"{target.name.partition('-')[0]}-{one.version}.data/scripts/{script.name}"
            if not _is_entry_point(one.read_text("entry_points.txt") or "", script.name):
                archive.write(Path(str(one.locate_file(script))), data)
    return target


def _needs(name: str) -> Iterator[str]:
    try:
        requires = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for text in requires:
        one = Requirement(text)
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield one.name


def _tag(tags: list[str]) -> str:
    """Return the compressed tag of several."""
    parts = zip(*(tag.split("-") for tag in tags), strict=True)
    return "-".join(".".join(dict.fromkeys(one)) for one in parts)


def _is_entry_point(text: str, name: str) -> bool:
    return any(line.partition("=")[0].strip() == name for line in text.splitlines())
