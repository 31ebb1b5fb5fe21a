"""What the body of a loop reads and writes, and the same body with other names for parts of arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Accesses:
    """The names in some statements.

    Attributes:
        indices: by name, the indices of each part that is read or written; None if all of it is, at least once.
        stored: the names that are assigned, as a whole or in part.
        counters: those of the loops among them.
        calls: the names of functions.
    """

    indices: Mapping[str, Sequence[Sequence[ast.expr]] | None]
    stored: frozenset[str]
    counters: frozenset[str]
    calls: frozenset[str]


Replacement: TypeAlias = Callable[[ast.expr], ast.expr]
"""What stands for one row of an array, by its index."""


def accesses_of(statements: Iterable[ast.stmt]) -> Accesses:
    """All names in some statements."""
    finder = _Finder()
    for statement in statements:
        finder.visit(statement)
    stored = {name for statement in statements for name in _stored(statement)}
    return Accesses(finder.indices, frozenset(stored), frozenset(finder.counters), frozenset(finder.calls))


def with_rows(statements: Sequence[ast.stmt], rules: Mapping[str, tuple[int, Replacement]]) -> list[ast.stmt]:
    """The same statements with rows of arrays by names of their own.

    Args:
        statements: in which the arrays occur only with an index for the axis of the rows.
        rules: for each array this axis, and what stands for a row.
    """
    if not rules:
        return list(statements)
    writer = _Writer(rules)
    return [writer.visit(deepcopy(statement)) for statement in statements]


def elements_of(node: ast.Subscript) -> list[ast.expr]:
    """The indices between the brackets."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def base_of(target: ast.expr) -> str:
    """The name of the array that a target is a part of."""
    while isinstance(target, ast.Subscript):
        target = target.value
    assert isinstance(target, ast.Name), f"{ast.unparse(target)} is no part of an array"
    return target.id


def added_at(statement: ast.stmt) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """The array, the places and the numbers of ``add.at(array, places, numbers)``."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="add"), attr="at"), args=[array, places, numbers])):
            return array, places, numbers
        case _:
            return None


def _stored(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)]):
            return {base_of(target) for target in targets}
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
            return {base_of(target)}
        case ast.For(body=body):
            return {name for one in body for name in _stored(one)}
        case _:
            adding = added_at(statement)
            assert adding is not None, f"{ast.unparse(statement)} is no statement of a printed program"
            return {base_of(adding[0])}


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.indices: dict[str, list[list[ast.expr]] | None] = {}
        self.counters: set[str] = set()
        self.calls: set[str] = set()

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.value, ast.Name):
            found = self.indices.setdefault(node.value.id, [])
            if found is not None:
                found.append(elements_of(node))
        else:
            self.visit(node.value)
        self.visit(node.slice)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            self.calls.add(node.func.id)
        else:
            self.visit(node.func)
        for part in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.visit(part)

    def visit_For(self, node: ast.For) -> None:
        assert isinstance(node.target, ast.Name)
        self.counters.add(node.target.id)
        for statement in node.body:
            self.visit(statement)

    def visit_Name(self, node: ast.Name) -> None:
        self.indices[node.id] = None


class _Writer(ast.NodeTransformer):
    def __init__(self, rules: Mapping[str, tuple[int, Replacement]]) -> None:
        self._rules = rules

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        rule = self._rules.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if rule is None:
            self.generic_visit(node)
            return node
        axis, replacement = rule
        elements = elements_of(node)
        row = replacement(elements.pop(axis))
        rest = [self.visit(element) for element in elements]
        if rest:
            row = ast.Subscript(row, rest[0] if len(rest) == 1 else ast.Tuple(rest, ast.Load()), node.ctx)
        # An expression is known by its place in the text.
        return ast.copy_location(row, node)

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        (target,) = node.targets
        node.value = self.visit(node.value)
        written = self.visit(target)
        if isinstance(written, ast.Name) and isinstance(target, ast.Subscript):
            # A row keeps its shape, whatever is written to it.
            written = ast.Subscript(written, ast.Constant(...), ast.Store())
        node.targets = [written]
        return node
