"""Long lines on several lines."""

from __future__ import annotations

_INDENT = "    "
_SIGNS = (" + ", " - ", " * ", " @ ", " / ")


def wrapped(line: str, width: int) -> list[str]:
    """A statement on as many lines as it takes; what stands on one line is left as it is.

    >>> for line in wrapped("loss = first * second + stack([third, fourth])", 32): print(line)
    loss = (
        first * second
        + stack([third, fourth])
    )
    """
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    target, sign, expression = line.strip().partition(" = ")
    for other in (" += ", " -= "):
        if not sign or other in target:
            target, sign, expression = line.strip().partition(other)
            if sign:
                break
    if not sign:
        return [line]
    parts = _terms(expression)
    if len(parts) == 1:
        return [line]
    rows: list[str] = []
    for part in parts:
        if rows and len(indent) + len(_INDENT) + len(rows[-1]) + len(part) + 1 <= width // 2:
            rows[-1] = f"{rows[-1]} {part}"
        else:
            rows.append(part)
    return [f"{indent}{target}{sign}(", *(f"{indent}{_INDENT}{row}" for row in rows), f"{indent})"]


def _terms(expression: str) -> list[str]:
    """The terms of a sum, each with the sign in front of it; the factors of a product if it is one."""
    for signs in (_SIGNS[:2], _SIGNS[2:]):
        parts, depth, start = [], 0, 0
        for place, letter in enumerate(expression):
            depth += (letter in "([{") - (letter in ")]}")
            if depth == 0 and expression[place : place + 3] in signs:
                parts.append(expression[start:place])
                start = place + 1
        parts.append(expression[start:])
        if len(parts) > 1:
            return parts
    return [expression]
