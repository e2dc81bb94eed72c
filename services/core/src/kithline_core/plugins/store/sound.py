"""Whether what was unpacked is still what came: every file of an environment is held against its RECORD."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from kithline_core.errors import Invalid
from kithline_core.plugins.store import compiling
from kithline_core.plugins.store.folder import Stored
from kithline_core.plugins.wheel import archive, metadata

MOST_TOLD = 5


def faults(one: Stored) -> list[str]:
    """Return what differs in a stored plugin, in words; at most the first few files. Runs nothing."""
    if archive.digest(one.wheel) != one.record.digest:
        return ["its wheel is not the one that was installed"]
    try:
        found = [*_of_interpreter(one), *_of_record(one), *_of_files(one.site)]
    except (OSError, ValueError, Invalid) as error:
        return [f"its environment cannot be read: {error}"]
    more = [f"and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
    return [*found[:MOST_TOLD], *more]


def _of_interpreter(one: Stored) -> Iterator[str]:
    here = Path(sys.executable).resolve().parent
    if one.python.resolve().parent != here:
        yield f"its interpreter is {one.python.resolve()}, not one of {here}"
    if "include-system-site-packages = false" not in (one.environment / "pyvenv.cfg").read_text():
        yield "its environment sees libraries outside itself"


def _of_record(one: Stored) -> Iterator[str]:
    """Hold the plugin's own RECORD against that of its wheel, which its digest vouches for."""
    with archive.opened(one.wheel, archive.PLUGIN) as file:
        info = metadata.info(one.wheel, file)
        came = archive.record(file.read(f"{info}/RECORD").decode())
    there = archive.record((one.site / info / "RECORD").read_text())
    for name, mark in came.items():
        if there.get(name) != mark and not name.startswith(f"{info}/RECORD"):
            yield f"{name} is not recorded as the wheel brought it"


def _of_files(site: Path) -> Iterator[str]:
    told: dict[str, str] = {}
    for found in sorted(site.glob("*.dist-info/RECORD")):
        told |= archive.record(found.read_text())
    there = {str(one.relative_to(site)): one for one in site.rglob("*") if not one.is_dir() or one.is_symlink()}
    yield from _of_others(site, told, sorted(there.keys() - told.keys()))
    for name, mark in sorted(told.items()):
        if name not in there:
            yield f"{name} is gone"
        elif mark and _hash(there[name], mark.partition("=")[0]) != mark:
            yield f"{name} was changed"


def _of_others(site: Path, told: dict[str, str], names: list[str]) -> Iterator[str]:
    """Hold what no RECORD names against what we would have made: bytecode is compiled anew from its source."""
    sources = {compiling.cached(one): one for one in told if one.endswith(".py")}
    known = [sources[name] for name in names if name in sources and (site / sources[name]).is_file()]
    made = dict(compiling.bytecode(site, known))
    for name in names:
        if name not in sources:
            yield f"{name} came with no wheel"
        elif (site / name).read_bytes() != made.get(sources[name]):
            yield f"{name} is not what {sources[name]} compiles to"


def _hash(file: Path, kind: str) -> str:
    with file.open("rb") as opened:
        return f"{kind}={archive.encoded(hashlib.file_digest(opened, kind).digest())}"
