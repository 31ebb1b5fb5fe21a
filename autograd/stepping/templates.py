"""Parts of formulas from which a page puts its own together, with numbers that it computes."""

from __future__ import annotations

import re

from autograd.notation.formulas import Formula, number, partial, product_of
from autograd.notation.mathml import to_mathml
from autograd.notation.plain import to_plain
from autograd.notation.writing import BARE, MARK, POWERED, ROOTED, SIGNED
from autograd.stepping.page_data import Template

# How a number is enclosed, as page.js numbers it; a raised one in plain text is the last.
_ENCLOSED = {BARE: 0, SIGNED: 1, POWERED: 2, ROOTED: 3}
_RAISED = 4
_PLACE = re.compile(rf"<mn>{MARK}(\d+)(.)</mn>|(\^\{{)?{MARK}(\d+)(.)(?(3)\}})")


def template_of(written: str) -> Template:
    """A formula with places for numbers as texts and places.

    >>> from autograd.notation.formulas import place_for_number
    >>> template_of(to_plain(place_for_number(0) * place_for_number(1)))
    ((0, 1), ' · ', (1, 1))
    """
    parts: list[str | tuple[int, int]] = []
    end = 0
    for found in _PLACE.finditer(written):
        parts.append(written[end : found.start()])
        place, enclosed = found[1] or found[4], found[2] or found[5]
        parts.append((int(place), _RAISED if found[3] else _ENCLOSED[enclosed]))
        end = found.end()
    parts.append(written[end:])
    return tuple(part for part in parts if part)


_ONE = number(1.0)


def enclosed_plain(name: Formula) -> str:
    """A name as it stands in a derivative, as plain text."""
    return to_plain(partial(_ONE, name)).removeprefix("∂1/∂")


def enclosed_mathml(name: Formula) -> str:
    """A name as it stands in a derivative, as MathML."""
    return to_mathml(partial(_ONE, name)).removeprefix("<mfrac><mrow><mo>∂</mo><mn>1</mn></mrow>")[
        len("<mrow><mo>∂</mo>") : -len("</mrow></mfrac>")
    ]


def as_factor(formula: Formula) -> str:
    """A formula as the last factor of a product, as MathML."""
    return to_mathml(product_of(partial(_ONE, _ONE), formula)).removeprefix(to_mathml(partial(_ONE, _ONE)) + "<mo>·</mo>")
