"""What can be asked of a printed program."""

from __future__ import annotations

import ast
from collections import Counter

# What costs nothing: views, and arrays that are about to be filled.
_FREE = ("reshape", "transpose", "ravel", "copy", "zeros")


def computed_twice(source: str) -> list[str]:
    """The expressions of arrays that a source computes more than once."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            if name in _FREE:
                continue
        elif not isinstance(node, ast.BinOp | ast.Compare):
            continue
        names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if names - {"m", "theta", "broadcast_to"}:
            found[ast.unparse(node)] += 1
    return [expression for expression, times in found.items() if times > 1]
