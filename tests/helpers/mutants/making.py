"""Makes mutants of a module: one small change each, of what runs and not of what is only said."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
RECKONED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutant(NamedTuple):
    """One change: the file, the number of the place in it, its line, and what it was and is."""

    path: Path
    place: int
    line: int
    was: str
    became: str


def mutants(path: Path) -> list[Mutant]:
    """Return every mutant of a module."""
    found = []
    for place, (node, change) in enumerate(_places(ast.parse(path.read_text()))):
        was = ast.unparse(node)
        found.append(Mutant(path, place, getattr(node, "lineno", 0), was, ast.unparse(change())))
    return found


def mutated(source: str, place: int) -> ast.Module:
    """Return a module with the change of one place."""
    tree = ast.parse(source)
    for number, (node, change) in enumerate(_places(tree)):
        if number == place:
            new = change()
            return ast.fix_missing_locations(_Replacing(node, new).visit(tree))
    raise LookupError(f"there is no place {place}")


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.new, node) if node is self.old else self.generic_visit(node)


def _places(tree: ast.Module) -> Iterator[tuple]:
    """Yield nodes with what makes their mutant, in the order of the source."""
    for node in _running(tree):
        yield from ((node, change) for change in _changes(node))


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs: no annotation, no docstring, no message of an error, no name of a type."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment"} or isinstance(
            node, ast.Raise | ast.JoinedStr
        ):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and not _says(one):
                yield one
                yield from _running(one)


def _says(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        yield lambda: ast.Compare(node.left, [COMPARED[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    if (
        isinstance(node, ast.BinOp)
        and type(node.op) in RECKONED
        and not isinstance(node.left, ast.Constant | ast.JoinedStr)
    ):
        yield lambda: ast.BinOp(node.left, RECKONED[type(node.op)](), node.right)
    if isinstance(node, ast.BoolOp):
        yield lambda: ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield lambda: node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda: ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda: ast.Constant(node.value + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLED:
        yield lambda: ast.Call(ast.Name(CALLED[node.func.id], ast.Load()), node.args, node.keywords)
    if isinstance(node, ast.IfExp):
        yield lambda: ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield lambda: ast.Return(ast.Constant(None))
