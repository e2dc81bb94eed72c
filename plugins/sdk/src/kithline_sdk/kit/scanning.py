"""Reads the code of a plugin without running it: what it imports and names that it may not, and where it has no types."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from kithline_sdk.kit import bans


def banned(files: Iterable[Path], root: Path) -> list[str]:
    """Return a line for everything banned: place, name, why, and the way round."""
    return [f"{path.relative_to(root)}:{told}" for path in files for told in _in_file(path)]


def untyped(files: Iterable[Path], root: Path) -> list[str]:
    """Return a line for every function that lacks a type of an argument or of what it returns."""
    return [f"{path.relative_to(root)}:{told}" for path in files for told in _bare(path)]


def _in_file(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_bytes(), str(path))
    known = dict(_imported(tree))
    for node in ast.walk(tree):
        for name, ban in _found(node, known):
            yield f"{getattr(node, 'lineno', 0)}: {name}: {ban.why}; use {ban.instead}"


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what each imported name stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield one.asname or one.name.partition(".")[0], one.name if one.asname else one.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def _found(node: ast.AST, known: dict[str, str]) -> Iterator[tuple[str, bans.Ban]]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [one.name for one in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [f"{node.module}.{one.name}" for one in node.names]
    elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
        yield from _used(node, known)
    for name in names:
        ban = bans.of_module(name) or bans.of_name(name)
        if ban is not None:
            yield name, ban


def _used(node: ast.Attribute | ast.Name, known: dict[str, str]) -> Iterator[tuple[str, bans.Ban]]:
    name = _dotted(node, known)
    # The whole name alone: `os.environ.get` would be told twice, once for each of its parts.
    if name in bans.NAMES and not (isinstance(node, ast.Name) and node.id in known):
        yield name, bans.NAMES[name]


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        whole = _dotted(node.value, known)
        return f"{whole}.{node.attr}" if whole else ""
    return ""


def _bare(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            bare = [one.arg for one in given if one and one.annotation is None and one.arg not in {"self", "cls"}]
            if bare:
                yield f"{node.lineno}: {node.name}() has no type for {', '.join(bare)}"
            if node.returns is None and node.name != "__init__":
                yield f"{node.lineno}: {node.name}() does not say what it returns"
