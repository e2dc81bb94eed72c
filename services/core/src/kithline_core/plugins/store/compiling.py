"""The bytecode of an environment's modules: made here when it is built, held against its source, never taken from a wheel."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from kithline_core.plugins.store import compiler

# A fixed seed, and nothing of the caller's environment: equal source has equal bytecode.
OPTIONS: Final = ("-S", "-s", "-P", "-B", "-X", "utf8")
SECONDS: Final = 180


def cached(module: str) -> str:
    """Return where the bytecode of a module's file lies, by paths as RECORD tells them."""
    own = Path(module)
    return str(own.parent / "__pycache__" / f"{own.stem}.{sys.implementation.cache_tag}.pyc")


def put(site: Path, modules: Sequence[str]) -> None:
    """Compile modules of a folder. Runs nothing of them, and lets be what cannot be compiled."""
    for module, content in bytecode(site, modules):
        place = site / cached(module)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)


def bytecode(site: Path, modules: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield modules of a folder with what they compile to, in a process that the worst source only ends."""
    said = _compiled(site, modules) if modules else b""
    at = 0
    while at + compiler.HEAD.size <= len(said):
        number, size = compiler.HEAD.unpack_from(said, at)
        at += compiler.HEAD.size + size
        if size and at <= len(said):
            yield modules[number], said[at - size : at]


def _compiled(site: Path, modules: Sequence[str]) -> bytes:
    command = [sys.executable, *OPTIONS, compiler.__file__, str(site)]
    try:
        return subprocess.run(  # noqa: S603 - our own program and no shell
            command, input="\0".join(modules).encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"PYTHONHASHSEED": "0"}, cwd="/", timeout=SECONDS, check=False,
        ).stdout  # fmt: skip
    except subprocess.TimeoutExpired:
        return b""
