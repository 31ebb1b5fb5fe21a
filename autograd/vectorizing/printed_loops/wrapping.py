"""Long lines on several lines."""

from __future__ import annotations

_INDENT = "    "
_SUMS, _PRODUCTS = (" + ", " - "), (" * ", " @ ", " / ")
_ASSIGNMENTS = (" = ", " += ", " -= ")


def wrapped(line: str, width: int) -> list[str]:
    """A statement on as many lines as it takes; what stands on one line is left as it is.

    >>> for line in wrapped("loss = first * second + stack([third, fourth, fifth])", 32): print(line)
    loss = (
        first * second
        + stack([third, fourth,
            fifth])
    )
    """
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    target, sign, expression = _taken_apart(line.strip())
    parts = _terms(expression)
    if not sign or len(parts) == 1:
        return _broken(line, width, indent + _INDENT, 0)
    rows: list[str] = []
    for part in parts:
        if rows and len(indent) + len(_INDENT) + len(rows[-1]) + len(part) + 1 <= width // 2:
            rows[-1] = f"{rows[-1]} {part}"
        else:
            rows.append(part)
    inner = [line for row in rows for line in _broken(f"{indent}{_INDENT}{row}", width, indent + 2 * _INDENT, 1)]
    return [f"{indent}{target}{sign}(", *inner, f"{indent})"]


def _taken_apart(statement: str) -> tuple[str, str, str]:
    """The target of a statement, the sign behind it and the expression; no sign for a call."""
    depth = 0
    for place, letter in enumerate(statement):
        depth += (letter in "([{") - (letter in ")]}")
        for sign in _ASSIGNMENTS:
            if not depth and statement.startswith(sign, place):
                return statement[:place], sign, statement[place + len(sign) :]
    return "", "", statement


def _terms(expression: str) -> list[str]:
    """The terms of a sum, each with the sign in front of it; the factors of a product if it is one."""
    for signs in (_SUMS, _PRODUCTS):
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


def _broken(line: str, width: int, indent: str, depth: int) -> list[str]:
    """A line broken inside of brackets, behind commas and in front of signs, where it is too long.

    Args:
        depth: how many brackets are open at its beginning.
    """
    lines = []
    while len(line) > width:
        place, depth = _last_place(line, width, len(indent), depth)
        if not place:
            break
        lines.append(line[:place].rstrip())
        line = indent + line[place:].lstrip()
    return [*lines, line]


def _last_place(line: str, width: int, start: int, depth: int) -> tuple[int, int]:
    """Where to break a line at the latest, behind its indentation, and how many brackets are open there; 0 if nowhere.

    An index is broken only where nothing else can be.
    """
    found, found_in_index = (0, depth), (0, depth)
    indices: list[int] = []  # how many brackets were open in front of each index
    for place, letter in enumerate(line[:width]):
        if letter == "[" and place and (line[place - 1].isalnum() or line[place - 1] in "_)]"):
            indices.append(depth)
        depth += (letter in "([{") - (letter in ")]}")
        if indices and depth == indices[-1]:
            indices.pop()
        if depth <= 0 or place <= start:
            continue
        if line.startswith(", ", place):
            here = (place + 1, depth) if place + 1 < width else (0, depth)
        else:
            here = (place if line[place : place + 3] in (*_SUMS, *_PRODUCTS) else 0), depth
        if here[0] and indices:
            found_in_index = here
        elif here[0]:
            found = here
    return found if found[0] else found_in_index
