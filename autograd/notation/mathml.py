"""Formulas as MathML, which browsers display and screen readers read aloud, offline and without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from autograd.notation.formulas import Formula
from autograd.notation.names import Name, Run, is_layer, legible, with_scripts
from autograd.notation.writing import Writer

_SINGLE = re.compile(r"<(m[in])( [^>]*)?>[^<]*</\1>|<mrow>(?:(?!<mrow>).)*</mrow>")
# A sign before a number or a letter is set tight, and not like a sign between two operands.
_MINUS = '<mo form="prefix">−</mo>'


def to_mathml(formula: Formula) -> str:
    """A formula as the inside of a ``<math>`` element.

    >>> from autograd.notation.formulas import symbol
    >>> to_mathml(symbol((Run("x", italic=True), Run("1", -1))))
    '<msub><mi>x</mi><mn>1</mn></msub>'
    """
    return _MathMLWriter().write(formula)


def math(formula: Formula, *, block: bool = False) -> str:
    """A formula as a ``<math>`` element, within a line or, as a `block`, on a line of its own."""
    display = ' display="block"' if block else ""
    return f"<math{display}>{to_mathml(formula)}</math>"


class _MathMLWriter(Writer[str]):
    def row(self, pieces: Sequence[str]) -> str:
        return "".join(pieces)

    def symbol(self, name: Name) -> str:
        if not name:
            return "<mi></mi>"
        written: list[str] = []
        base = ""
        scripts: dict[int, str] = {}
        for run in name:
            if run.script and run.script not in scripts:
                scripts[run.script] = _token(run)
            elif run.script:
                # An element takes one subscript and one superscript, so it becomes the base of the next.
                base, scripts = _scripted(base, scripts), {run.script: _token(run)}
            else:
                written.append(_scripted(base, scripts))
                base, scripts = _token(run), {}
        return "".join((*written, _scripted(base, scripts)))

    def function(self, name: Name) -> str:
        return self.symbol((*with_scripts(name[0].text), *name[1:]))

    def number(self, text: str) -> str:
        if text.startswith("−"):
            return f"{_MINUS}{self.number(text[1:])}"
        mantissa, _, exponent = text.partition("e")
        if exponent:
            return f"<mn>{escape(mantissa)}</mn><mo>·</mo><msup><mn>10</mn>{_one(self.number(exponent))}</msup>"
        return f"<mn>{escape(text)}</mn>"

    def sign(self, sign: str, *, tight: bool = False) -> str:
        return _MINUS if tight and sign == "-" else f"<mo>{escape({'-': '−'}.get(sign, sign))}</mo>"

    def fenced(self, left: str, pieces: Sequence[str], right: str) -> str:
        return f"<mrow><mo>{left}</mo>{'<mo>,</mo>'.join(pieces)}<mo>{right}</mo></mrow>"

    def fraction(self, numerator: str, denominator: str) -> str:
        return f"<mfrac>{_one(numerator)}{_one(denominator)}</mfrac>"

    def power(self, base: str, exponent: Formula) -> str:
        return f"<msup>{_one(base)}{_one(self.write(exponent))}</msup>"

    def root(self, radicand: Formula, degree: int) -> str:
        inside = self.write(radicand)
        return f"<msqrt>{inside}</msqrt>" if degree == 2 else f"<mroot>{_one(inside)}<mn>3</mn></mroot>"


def _one(written: str) -> str:
    """A formula as one argument of an element: in a row, unless it is a single letter or number."""
    return written if _SINGLE.fullmatch(written) else f"<mrow>{written}</mrow>"


def _scripted(base: str, scripts: Mapping[int, str]) -> str:
    """A base with its subscript, its superscript or both."""
    if not scripts:
        return base
    if len(scripts) == 2:
        return f"<msubsup>{base or '<mi></mi>'}{scripts[-1]}{scripts[1]}</msubsup>"
    ((script, token),) = scripts.items()
    element = "msub" if script < 0 else "msup"
    return f"<{element}>{base or '<mi></mi>'}{token}</{element}>"


def _token(run: Run) -> str:
    text = escape(legible(run.text))
    if run.script > 0 and is_layer(run.text):
        return f"<mtext>{text}</mtext>"
    if run.text.isdigit():
        return f"<mn>{text}</mn>"
    if len(run.text) == 1 and not run.italic and not run.script:
        return f'<mi mathvariant="normal">{text}</mi>'
    return f"<mi>{text}</mi>"
