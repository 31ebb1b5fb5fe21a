"""Formulas as LaTeX, for notebooks and papers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograd.notation.formulas import Formula
from autograd.notation.names import GREEK, Name, Run, is_layer, with_scripts
from autograd.notation.writing import Writer

_SIGNS = {
    "-": " - ", "+": " + ", "·": r" \cdot ", "×": r" \times ", "=": " = ", "<": " < ", ">": " > ", "≤": r" \leq ", "≥": r" \geq ",
    "≠": r" \neq ", "mod": r" \;\mathrm{mod}\; ", "…": r" \dots ",
}  # fmt: skip
_TIGHT = {"-": "-", "∂": r"\partial "}
_ESCAPED = {
    "\\": r"\backslash ", "_": r"\_", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
    "^": r"\hat{\ }", "~": r"\sim ", "<": "< ", " ": r"\ ", "\n": r"\ ", "\t": r"\ ", "′": "'", "−": "-", "∞": r"\infty ",
}  # fmt: skip
_ESCAPED |= {letter: rf"\{name} " for name, letter in GREEK.items()}
# Control characters, and halves of characters, which no file can hold.
_UNWRITABLE = re.compile("(?![\n\t])[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FENCES = {"⌊": r"\lfloor", "⌋": r"\rfloor"}
_COMMANDS = {"ln", "log", "exp", "max", "min", "sin", "cos", "tan", "sinh", "cosh", "tanh"}
_GREEK_LETTERS = set(GREEK.values())


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
        taken: set[int] = set()
        for run in name:
            if run.script == 0:
                taken.clear()
                written.append(_text(run))
                continue
            if run.script in taken:
                # LaTeX allows one subscript and one superscript; an empty base carries the next.
                taken.clear()
                written.append("{}")
            taken.add(run.script)
            written.append(f"{'_' if run.script < 0 else '^'}{{{_text(run)}}}")
        return "".join(written)

    def function(self, name: Name) -> str:
        words = name[0].text.split(" ")
        known = all(word in _COMMANDS or word in _GREEK_LETTERS for word in words)
        written = "".join(map(_function, words)) if known else _function(name[0].text)
        return written + self.symbol(name[1:])

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.replace("−", "-").partition("e")
        mantissa = mantissa.replace("∞", r"\infty ").replace("nan", r"\mathrm{nan}")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

    def sign(self, sign: str, *, tight: bool = False) -> str:
        return _TIGHT[sign] if tight else _SIGNS.get(sign) or f" {_text(Run(sign))} "

    def fenced(self, left: str, pieces: Sequence[str], right: str) -> str:
        return rf"\left{_FENCES.get(left, left)} {', '.join(pieces)} \right{_FENCES.get(right, right)}"

    def fraction(self, numerator: str, denominator: str) -> str:
        return rf"\frac{{{numerator}}}{{{denominator}}}"

    def power(self, base: str, exponent: Formula) -> str:
        return f"{base}^{{{self.write(exponent)}}}"

    def root(self, radicand: Formula, degree: int) -> str:
        return rf"\sqrt{'' if degree == 2 else '[3]'}{{{self.write(radicand)}}}"


def _function(word: str) -> str:
    base, *scripts = with_scripts(word) or (Run(""),)
    written = f"\\{base.text}" if base.text in _COMMANDS else _ESCAPED[word] if word in _GREEK_LETTERS else _text(base)
    for run in scripts:
        mark, text = ("", "^", "_")[run.script], _text(run)
        written += mark + (text if len(text) == 1 else f"{{{text}}}")
    return written


def _text(run: Run) -> str:
    letters = run.text.rstrip("'′")
    text = "".join(_ESCAPED.get(character, character) for character in _UNWRITABLE.sub("?", run.text))
    if (
        run.text.isdigit()
        or (is_layer(run.text) and run.text[1:-1].isdigit())
        or (len(letters or run.text) == 1 and (run.script or run.italic or not letters.isalpha()))
    ):
        return text
    # Words are upright, and so are letters that are not variables: the number e, in contrast to a node called e.
    return rf"\mathrm{{{text}}}"
