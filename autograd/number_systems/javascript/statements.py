"""Statements of JavaScript, one for each operation, joined into functions in which nothing has a name that is used once only."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

# What statements assign to.
_NAME = re.compile(r"\bt\d+\b")
# A name, or a call without anything around it; every other expression may need parentheses.
_WHOLE = re.compile(r"[\w.]+(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")


def literal(x: float) -> str:
    """A number as JavaScript reads it back to the same bits.

    >>> literal(2.0), literal(-0.5), literal(-0.0), literal(math.inf)
    ('2', '(-.5)', '(-0)', '(1/0)')
    """
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "(1/0)" if x > 0.0 else "(-1/0)"
    text = repr(x).removesuffix(".0")
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return f"({text})" if text.startswith("-") else text


class Statements:
    """A list of statements that grows.

    >>> statements = Statements()
    >>> square = statements.write("x*x")
    >>> statements.body([statements.write(f"{square}+1")])
    '(x*x)+1'
    """

    def __init__(self) -> None:
        self._written: dict[str, str] = {}

    def write(self, right_hand_side: str) -> str:
        """Append a statement, and return the name it assigns to."""
        name = f"t{len(self._written) + 1}"
        self._written[name] = right_hand_side
        return name

    def body(self, results: Sequence[str], *, as_list: bool = False) -> str:
        """The body of an arrow function, which gives one result, or a list of them; what they don't need is left out."""
        result = f"[{','.join(results)}]" if as_list else results[0]
        uses: Counter[str] = Counter(_NAME.findall(result))
        for name, text in reversed(self._written.items()):
            if uses[name]:
                uses.update(_NAME.findall(text))
        texts: dict[str, str] = {}
        kept = []

        def inlined(text: str) -> str:
            def put(found: re.Match[str]) -> str:
                inner = texts.get(found[0])
                if inner is None:
                    return found[0]
                before, after = text[: found.start()][-1:], text[found.end() :][:1]
                stands_alone = before in ("", "(", ",", "[") and after in ("", ")", ",", "]")
                return inner if stands_alone or _WHOLE.fullmatch(inner) else f"({inner})"

            return _NAME.sub(put, text)

        for name, text in self._written.items():
            if uses[name] == 1:
                texts[name] = inlined(text)
            elif uses[name]:
                kept.append(f"{name}={inlined(text)}")
        result = inlined(result)
        if kept:
            return f"{{const {','.join(kept)};return {result}}}"
        return result
