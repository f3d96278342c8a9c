"""The program with one statement left out: what a test must notice."""

from __future__ import annotations

import ast
import importlib
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FunctionType, ModuleType


class Statement(NamedTuple):
    """A call that stands for itself in a module: where, in which function or method, and how it reads."""

    module: str
    line: int
    within: str
    words: str

    @property
    def reading(self) -> str:
        """How it reads, and within what."""
        return f"{self.within}: {self.words}"

    def __str__(self) -> str:
        return self.reading


def statements(module: str, methods: frozenset[str]) -> list[Statement]:
    """Return every statement of `module` that is a call of one of `methods`."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return [
        Statement(module, node.lineno, within, ast.unparse(node))
        for within, function in _functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Expr) and _method(node) in methods
    ]


@contextmanager
def left_out(statement: Statement) -> Iterator[None]:
    """Leave `statement` out of the program for the length of the context."""
    module = importlib.import_module(statement.module)
    function = _function_named(module, statement.within)
    original = function.__code__
    function.__code__ = _code_without(module, statement)
    try:
        yield
    finally:
        function.__code__ = original


def _code_without(module: ModuleType, statement: Statement) -> CodeType:
    tree = ast.parse(inspect.getsource(module))
    shortened = ast.fix_missing_locations(_Leaver(statement.line).visit(tree))
    code = compile(shortened, str(module.__file__), "exec")
    for part in statement.within.split("."):
        code = next(inner for inner in code.co_consts if getattr(inner, "co_name", None) == part)
    return code


class _Leaver(ast.NodeTransformer):
    """Puts nothing in the place of the statement that begins on a line."""

    def __init__(self, line: int) -> None:
        self._line = line

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return ast.Pass() if node.lineno == self._line else node


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{part.name}", part) for part in node.body if isinstance(part, ast.FunctionDef))


def _function_named(module: ModuleType, name: str) -> FunctionType:
    found: object = module
    for part in name.split("."):
        found = getattr(found, part)
    found = inspect.unwrap(found) if callable(found) else found
    assert inspect.isfunction(found)
    return found


def _method(statement: ast.Expr) -> str | None:
    call = statement.value
    return call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
