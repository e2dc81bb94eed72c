"""How a scorer failed, without a word of its message: the code, the class of the error or the signal, and the place."""

import ast
import builtins
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from kithline_core.engine import document
from kithline_core.plugins import Plugin
from kithline_core.stack.processes import named
from kithline_core.twin import places
from kithline_core.twin.places import Place

Code: TypeAlias = Literal[
    "crash", "timeout", "too_large", "out_of_memory", "invalid_finding", "invalid_parameter", "below_tier", "other"
]
CODES: Final = frozenset(Code.__args__)  # type: ignore[attr-defined]  # of a Literal
SAID: Final = re.compile(r"([A-Za-z_]\w{0,79}):")
KILLED: Final = re.compile(r"killed by (\w{1,20})")
SIGNALS: Final = frozenset(named(number) for number in range(1, 65))
OTHER: Final = "other"
# Errors of libraries that every plugin has; the rest is built in, or its own.
LIBRARIES: Final = frozenset(
    {
        "AxisError", "DTypePromotionError", "LinAlgError", "TooHardError", "_ArrayMemoryError", "_UFuncNoLoopError",
        "DecodeError", "EncodeError", "MsgspecError", "ValidationError", "JSONDecodeError", "StatisticsError", "error",
        "InvalidOperation", "DivisionByZero", "Inexact", "Overflow", "Empty", "Full", "CycleError",
    }
)  # fmt: skip
BUILT_IN: Final = frozenset(
    name for name, one in vars(builtins).items() if isinstance(one, type) and issubclass(one, BaseException)
)


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why there is no finding: a code and, of a crash, the class of the error and its place ("" and null: none is told)."""

    code: Code
    error: str = ""
    place: Place | None = None

    def alike(self, other: "Failure | None", *, moved: bool) -> bool:
        """Return whether another is the same failure, as far as this one tells; where lines may have `moved`, without them."""
        if other is None or (other.code, other.error) != (self.code, self.error):
            return False
        if self.place is None or other.place is None:
            return self.place is None
        same = (self.place.file, self.place.function) == (other.place.file, other.place.function)
        return same and (moved or self.place.line == other.place.line)


def of(stored: bytes, plugin: Plugin | None) -> Failure | None:
    """Return how a finding document failed; None where it did not. Only names of classes that its plugin has are told."""
    told = document.decode(stored)
    if told.status != "error":
        return None
    code = next((reason for reason in told.reasons if reason in CODES), OTHER)
    words = told.missing[0].what if told.missing else ""
    if code != "crash":
        return Failure(msgspec.convert(code, Code))
    return Failure("crash", _error(words, plugin), None if plugin is None else places.found(words, plugin.folder))


def _error(words: str, plugin: Plugin | None) -> str:
    if (killed := KILLED.fullmatch(words)) and killed[1] in SIGNALS:
        return killed[1]
    said = SAID.match(words)
    if said is None:
        return ""
    # A name may be made of data: whoever writes a class at run time may call it as they like.
    own = _classes(plugin.folder) if plugin is not None else frozenset()
    return said[1] if said[1] in BUILT_IN | LIBRARIES | own else OTHER


@lru_cache(maxsize=64)
def _classes(folder: Path) -> frozenset[str]:
    """Return the names of the classes that a plugin's files define."""
    found: set[str] = set()
    for file in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
            continue
        found.update(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return frozenset(found)
