"""Compiles modules to bytecode and runs nothing of them: a program, in a process of its own, that imports no Kithline.

Called with the folder that they lie in; their names come in, and pairs of number and bytecode go out. A module that cannot
be compiled is left out; one that brings this process down takes all that would come after it along.
"""

import marshal
import resource
import struct
import sys
import warnings
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from typing import Final

HEAD: Final = struct.Struct("<IQ")
# A short source can stand for much: "a" * 4096 is folded.
LARGEST, MOST = 16 * 1024 * 1024, 512 * 1024 * 1024
MEMORY, SECONDS = 2048 * 1024 * 1024, 120
# Never held against its source again when it is imported: who installs and who looks over do that.
UNCHECKED: Final = struct.pack("<I", 1)
# Later forms tell which strings happened to be shared; of this one, equal modules have equal bytes.
PLAIN: Final = 2


def bytecode(source: bytes, name: str) -> bytes:
    """Return the content of the bytecode file of a module, b"" when it has none: a function of its source and name alone."""
    try:
        code = compile(source, name, "exec", dont_inherit=True, optimize=0)
        found = marshal.dumps(code, PLAIN)
    except Exception:  # noqa: BLE001 - a stranger's text: whatever goes wrong, it is imported from source
        return b""
    return b"".join((MAGIC_NUMBER, UNCHECKED, source_hash(source), found)) if len(found) <= LARGEST else b""


def main(folder: str) -> None:  # pragma: no cover - in its own process
    """Compile what standard input names, within limits."""
    warnings.simplefilter("ignore")
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 1),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    left = MOST
    for number, name in enumerate(sys.stdin.buffer.read().decode().split("\0")):
        made = bytecode(Path(folder, name).read_bytes(), name)
        left -= len(made)
        if left < 0:
            return
        sys.stdout.buffer.write(HEAD.pack(number, len(made)) + made)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
