"""Formulas as LaTeX, for notebooks and papers."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.notation.formulas import Formula
from autograd.notation.names import GREEK, Name, Run
from autograd.notation.writing import Writer

_SIGNS = {
    "-": " - ", "+": " + ", "·": r" \cdot ", "×": r" \times ", "=": " = ", "<": " < ", ">": " > ", "≤": r" \leq ", "≥": r" \geq ",
    "≠": r" \neq ", "…": r" \dots ",
}  # fmt: skip
_ESCAPED = {
    "\\": r"\backslash ", "_": r"\_", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
    "^": r"\hat{\ }", "~": r"\sim ", " ": r"\ ", "\n": r"\ ", "\t": r"\ ", "′": "'", "−": "-", "∞": r"\infty ",
}  # fmt: skip
_ESCAPED |= {letter: rf"\{name} " for name, letter in GREEK.items()}
_COMMANDS = {"ln", "exp", "max", "min", "sin", "cos", "tan", "sinh", "cosh", "tanh"}
_FUNCTIONS = {"σ": r"\sigma ", "sech²": r"\mathrm{sech}^2", "log₂": r"\log_2", "log₁₀": r"\log_{10}", "ln σ": r"\ln\sigma ",
              "ln Σ exp": r"\ln\sum\exp "}  # fmt: skip


def to_latex(formula: Formula) -> str:
    """A formula as LaTeX, without the dollar signs around it.

    >>> from autograd.notation.formulas import partial, symbol
    >>> x, L = symbol((Run("x", italic=True), Run("1", -1))), symbol((Run("L", italic=True),))
    >>> print(to_latex(partial(L, x)), to_latex(1 / (1 + x * x)))
    \\frac{\\partial L}{\\partial x_{1}} \\frac{1}{1 + x_{1}^{2}}
    """
    return " ".join(_LatexWriter().write(formula).split())


class _LatexWriter(Writer[str]):
    def row(self, pieces: Sequence[str]) -> str:
        return "".join(pieces)

    def symbol(self, name: Name) -> str:
        written = []
        for run in name:
            text = _text(run)
            written.append(text if run.script == 0 else f"{'_' if run.script < 0 else '^'}{{{text}}}")
        return "".join(written)

    def function(self, name: Name) -> str:
        first = name[0].text
        written = f"\\{first}" if first in _COMMANDS else _FUNCTIONS.get(first) or _text(name[0])
        return written + self.symbol(name[1:])

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.replace("−", "-").partition("e")
        mantissa = mantissa.replace("∞", r"\infty ").replace("nan", r"\mathrm{nan}")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

    def sign(self, sign: str, *, unary: bool = False) -> str:
        return "-" if unary else _SIGNS[sign]

    def fenced(self, left: str, pieces: Sequence[str], right: str) -> str:
        return rf"\left{left} {', '.join(pieces)} \right{right}"

    def fraction(self, numerator: str, denominator: str) -> str:
        return rf"\frac{{{numerator}}}{{{denominator}}}"

    def power(self, base: str, exponent: Formula) -> str:
        return f"{base}^{{{self.write(exponent)}}}"

    def root(self, radicand: Formula, degree: int) -> str:
        return rf"\sqrt{'' if degree == 2 else '[3]'}{{{self.write(radicand)}}}"

    def partial(self, output: Formula, operand: Formula) -> str:
        return self.fraction(rf"\partial {self.write(output)}", rf"\partial {self.write(operand)}")

    def choice(self, condition: Formula, if_true: Formula, if_false: Formula) -> str:
        parts = ", ".join(self.write(part) for part in (condition, if_true, if_false))
        return rf"\mathrm{{where}}\left( {parts} \right)"


def _text(run: Run) -> str:
    text = "".join(_ESCAPED.get(character, character if character >= " " else "?") for character in run.text)
    return text if len(run.text) == 1 or run.text.isdigit() else rf"\mathrm{{{text}}}"
