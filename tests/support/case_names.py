"""Names for the cases of a test: a function by its name or its expression, a structure by what it holds."""

from __future__ import annotations

import ast
import linecache
from enum import Enum
from functools import cache
from re import Pattern
from types import CodeType, NoneType
from typing import Any

_LONGEST = 60
_NAMED_BY_PYTEST = (str, bytes, int, float, complex, NoneType, Enum, Pattern)


def name_of_case(value: Any) -> str | None:
    """What to call a parameter of a test; None to leave it to pytest.

    >>> name_of_case([1.0, (2, "a")])
    "[1.0, (2, 'a')]"
    >>> name_of_case(3.0) is None
    True
    """
    name = None
    if getattr(value, "__name__", "") == "<lambda>":
        name = _expression(value)
    elif not isinstance(value, _NAMED_BY_PYTEST) and not hasattr(value, "__name__"):
        name = _written(value)
    if not name:
        return None
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _written(value: Any) -> str | None:
    """A structure as it is written, with functions by their expressions; None if something in it has no such form."""
    if isinstance(value, dict):
        parts = [(_written(key), _written(part)) for key, part in value.items()]
        whole = None if any(None in pair for pair in parts) else ", ".join(f"{key}: {part}" for key, part in parts)
        return None if whole is None else f"{{{whole}}}"
    if isinstance(value, list | tuple):
        elements = [_written(element) for element in value]
        if None in elements:
            return None
        inside = ", ".join(map(str, elements))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if callable(value) and hasattr(value, "__name__"):
        return _expression(value) if value.__name__ == "<lambda>" else str(value.__name__)
    text = repr(value)
    # An address, and the order of a set, differ from process to process.
    return None if " at 0x" in text or isinstance(value, set | frozenset) else text


def _expression(function: Any) -> str | None:
    """The body of a lambda as it stands in its file; None if the file is gone, or if lambdas in one line can't be told apart."""
    code = function.__code__
    lines, lambdas_of_file = _lambdas(code.co_filename)
    lambdas = [node for node in lambdas_of_file if node.lineno == code.co_firstlineno]
    # Of several in one line, those that compile to the same code.
    alike = [node for node in lambdas if len(lambdas) == 1 or _content(_compiled(lines, node)) == _content(code)]
    return _source(lines, alike[0].body) if alike else None


@cache
def _lambdas(file: str) -> tuple[list[bytes], list[ast.Lambda]]:
    lines = linecache.getlines(file)
    lambdas = [node for node in ast.walk(ast.parse("".join(lines))) if isinstance(node, ast.Lambda)]
    return [line.encode() for line in lines], lambdas


def _source(lines: list[bytes], node: ast.expr) -> str:
    """What `ast.get_source_segment` gives, which takes the whole file apart each time; columns count bytes."""
    assert node.end_lineno is not None
    part = lines[node.lineno - 1 : node.end_lineno]
    part[-1] = part[-1][: node.end_col_offset]
    part[0] = part[0][node.col_offset :]
    return b"".join(part).decode()


def _compiled(lines: list[bytes], node: ast.Lambda) -> CodeType:
    constants = compile(f"({_source(lines, node)})", "<lambda>", "eval").co_consts
    return next(one for one in constants if isinstance(one, CodeType))


def _content(code: CodeType) -> tuple[Any, ...]:
    constants = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, code.co_names, constants
