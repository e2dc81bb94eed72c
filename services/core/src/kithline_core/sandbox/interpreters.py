"""What an interpreter and its environment consist of: the files that a plugin's process may read, and no others."""

import os
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

# A prefix of the whole system holds more than Python: of it only Python's own parts are shown.
SYSTEM: Final = ("/", "/usr", "/usr/local")
LIBRARIES: Final = (
    "/lib64", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
)  # fmt: skip
ASK: Final = (
    "import json, sys, sysconfig as s; p = s.get_paths();"
    "print(json.dumps([sys.base_prefix, p['stdlib'], p['platstdlib'], s.get_config_var('INSTSONAME') or '']))"
)
HOPS: Final = 40
SECONDS: Final = 30


def readable(python: str, *more: str | Path, development: bool) -> list[str]:
    """Return what a process of this interpreter reads. In development also what editable installs lead to.

    A stored plugin's environment holds all it needs: what its `.pth` files name must not become readable.
    """
    paths = [*links(python), *_base(os.path.realpath(python)), *_environment(python), *LIBRARIES, *map(str, more)]
    if development and python == sys.executable:
        paths += _beside()
    return topmost(path for path in paths if os.path.isabs(path) and os.path.exists(path))  # noqa: PTH110, PTH117 - strings throughout


def links(python: str) -> list[str]:
    """Return the path of an interpreter and every link on the way to its file."""
    found = [python]
    while os.path.islink(found[-1]) and len(found) < HOPS:  # noqa: PTH114 - strings throughout
        found.append(os.path.normpath(Path(found[-1]).parent / os.readlink(found[-1])))  # noqa: PTH115 - as above
    return found


def topmost(paths: Iterable[str]) -> list[str]:
    """Return the paths without those that lie in another one."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(f"{above.rstrip('/')}/") for above in kept):
            kept.append(path)
    return kept


def _environment(python: str) -> list[str]:
    prefix = Path(python).parent.parent
    return [str(prefix)] if (prefix / "pyvenv.cfg").exists() else []


@cache
def _beside() -> list[str]:
    """Return where packages beside Kithline lie, those under development included.

    Not `sys.path`, which begins with the folder a process was started in: the data folder, for one.
    """
    places = [Path(place) for place in site.getsitepackages()]
    lines = [line.strip() for place in places for one in place.glob("*.pth") for line in one.read_text().splitlines()]
    return [*map(str, places), *(line for line in lines if line.startswith("/"))]


@cache
def _base(binary: str) -> list[str]:
    """Return the parts of an interpreter's own installation; nothing of an environment is run for it."""
    prefix, *parts, library = _asked(binary)
    if prefix not in SYSTEM:  # it brings the libraries of its modules along; environments may lie beside them
        return [*parts, *(str(Path(prefix, name)) for name in ("lib", "lib64"))]
    places = [Path(prefix, "lib", library), *Path(prefix, "lib").glob(f"*/{library}")] if library else []
    return [*parts, *map(str, places)]


def _asked(binary: str) -> list[str]:
    if binary == os.path.realpath(sys.executable):
        paths = sysconfig.get_paths(vars={"installed_base": sys.base_prefix, "platbase": sys.base_prefix})
        library = sysconfig.get_config_var("INSTSONAME") or ""
        return [sys.base_prefix, paths["stdlib"], paths["platstdlib"], library]
    said = subprocess.run(  # noqa: S603 - an interpreter of the operator's, in isolated mode
        [binary, "-I", "-S", "-c", ASK], capture_output=True, check=True, timeout=SECONDS, env={}
    )
    return msgspec.json.decode(said.stdout, type=list[str])
