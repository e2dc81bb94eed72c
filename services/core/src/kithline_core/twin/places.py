"""Where in a plugin's own files an error was raised: a file, a line and a function that are there, and nothing else."""

import ast
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from kithline_core.sandbox.outcomes import PLACE

OUTSIDE = "<module>"
# Bytes of source that are looked through: it is a stranger's, and parsing takes many times its size.
LARGEST = 2_000_000
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]
# The lines of a file, and its functions: first line, last line, name.
Lines: TypeAlias = tuple[int, tuple[tuple[int, int, str], ...]]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a plugin's file, named from its package on, and the function that it stands in."""

    file: Name
    line: Annotated[int, Meta(ge=1, le=999_999)]
    function: Name

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


def found(words: str, folder: Path) -> Place | None:
    """Return the place at the end of an error's words; None where a plugin's folder has no such file or line."""
    at = words.rfind(" [")
    told = PLACE.fullmatch(words, at) if at >= 0 else None
    file = None if told is None else _file(folder, told[1].split("."))
    if told is None or file is None:
        return None
    line, (last, functions) = int(told[2]), _lines(file)
    if line > last:
        return None
    around = [one for one in functions if one[0] <= line <= one[1]]
    # The innermost begins last.
    name = max(around)[2] if around else OUTSIDE
    return Place(str(file.relative_to(folder.parent)), line, name)


def _file(folder: Path, module: list[str]) -> Path | None:
    if module[0] != folder.name or not all(module):
        return None
    place = folder.joinpath(*module[1:])
    tried = (place / "__init__.py", place.with_name(f"{place.name}.py"))
    return next((one for one in tried if one.is_file() and one.is_relative_to(folder)), None)


@lru_cache(maxsize=256)
def _lines(file: Path) -> Lines:
    try:
        if file.stat().st_size > LARGEST:
            return 0, ()
        text = file.read_bytes()
        nodes = ast.walk(ast.parse(text))
        functions = [one for one in nodes if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return 0, ()
    return len(text.splitlines()), tuple((one.lineno, one.end_lineno or one.lineno, one.name) for one in functions)
