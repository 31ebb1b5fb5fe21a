"""Names of test cases: what a parameter is, in place of its position in a list."""

from __future__ import annotations

import ast
import linecache
from types import CodeType, FunctionType
from typing import Any

_LONGEST = 60


def id_of(parameter: Any) -> str | None:
    """A lambda by its source, a list, a dict or an object by its `repr`; None where pytest itself names it well.

    The same in each process: no address in memory, and no set, whose order is not the same.
    """
    if isinstance(parameter, FunctionType) and parameter.__name__ == "<lambda>":
        return _shortened(_source_of(parameter))
    if parameter is None or hasattr(parameter, "__name__") or isinstance(parameter, str | bytes | int | float | complex):
        return None
    text = repr(parameter)
    return None if " at 0x" in text or ("{" in text and not isinstance(parameter, dict)) else _shortened(text)


def _source_of(function: FunctionType) -> str:
    code = function.__code__
    source = "".join(linecache.getlines(code.co_filename))
    lambdas = [
        text
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno
        if (text := ast.get_source_segment(source, node))
    ]
    # Of several in one line, the one that gives the same code.
    alike = [text for text in lambdas if len(lambdas) == 1 or _content(_compiled(text)) == _content(code)]
    return " ".join(alike[0].split()) if alike else f"lambda in line {code.co_firstlineno}"


def _compiled(text: str) -> CodeType:
    constants = compile(f"({text})", "<lambda>", "eval").co_consts
    return next(one for one in constants if isinstance(one, CodeType))


def _content(code: CodeType) -> tuple[Any, ...]:
    constants = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, code.co_names, constants


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
