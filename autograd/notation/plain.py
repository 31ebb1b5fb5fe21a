"""Formulas on one line: as plain text, and as runs of text for pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from autograd.notation.formulas import Formula
from autograd.notation.names import Name, Run, plain
from autograd.notation.writing import ROOTED, Writer

Runs: TypeAlias = tuple[Run, ...]

_SIGNS = {"-": " − ", "/": " ÷ ", "·": " · ", "×": " × ", "+": " + ", "…": "…"}


def to_runs(formula: Formula) -> Runs:
    """A formula as runs of text."""
    return _RunsWriter().write(formula)


def to_plain(formula: Formula) -> str:
    """A formula as plain text, with Unicode's subscripts and superscripts.

    >>> from autograd.notation.formulas import number, symbol
    >>> x = symbol((Run("x", italic=True), Run("1", -1)))
    >>> to_plain(2 * x - x / (1 + abs(x)))
    '2x₁ − x₁ ÷ (1 + |x₁|)'
    """
    return plain(to_runs(formula))


class _RunsWriter(Writer[Runs]):
    has_bars = False

    def row(self, pieces: Sequence[Runs]) -> Runs:
        return tuple(run for piece in pieces for run in piece)

    def symbol(self, name: Name) -> Runs:
        return tuple(name)

    def number(self, text: str) -> Runs:
        return (Run(text),)

    def sign(self, sign: str, *, tight: bool = False) -> Runs:
        return (Run(sign.replace("-", "−") if tight else _SIGNS.get(sign, f" {sign} ")),)

    def fenced(self, left: str, pieces: Sequence[Runs], right: str) -> Runs:
        inside: list[Run] = []
        for position, piece in enumerate(pieces):
            inside += [*([Run(", ")] if position else []), *piece]
        return (Run(left), *inside, Run(right))

    def power(self, base: Runs, exponent: Formula) -> Runs:
        written = self.write(exponent)
        if all(run.script == 0 for run in written) and not (base and base[-1].script > 0):
            return (*base, *(Run(run.text.replace(" ", ""), 1, run.italic) for run in written))
        if base == (Run("e"),):
            return self.row([(Run("exp"),), self.fenced("(", [written], ")")])
        return self.row([base, (Run("^"),), self.fenced("(", [written], ")") if len(written) > 1 else written])

    def root(self, radicand: Formula, degree: int) -> Runs:
        sign = "√" if degree == 2 else "∛"
        if radicand.kind == "symbol":
            return (Run(sign), *self.enclosed(radicand, 5))
        if radicand.kind == "given" and radicand.name:
            return (Run(sign), *self.place(radicand, ROOTED))
        written = self.write(radicand)
        # √4 and √0.5, but √(−4) and √(2e−9).
        is_bare = radicand.kind in ("number", "given") and radicand.text.replace(".", "").isdigit()
        return (Run(sign), *(written if is_bare else self.fenced("(", [written], ")")))
