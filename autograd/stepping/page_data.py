"""What a page of steps shows, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from autograd.drawing.live.program import LiveProgram


class WrittenName(NamedTuple):
    """The name of a node: as plain text and as MathML, alone and in a derivative, where a sum is in parentheses."""

    plain: str
    enclosed_plain: str
    mathml: str
    enclosed_mathml: str


# Texts, and between them pairs of the place of an operand and how its number is enclosed.
Template = tuple[str | tuple[int, int], ...]


class WrittenOperation(NamedTuple):
    """The formulas of a computed node.

    Attributes:
        plain, mathml: what it computes, in letters.
        plain_numbers, mathml_numbers: the same with places for the numbers of its operands.
        locals: for each operand the local derivative in MathML, as a factor; empty if its name says more.
    """

    plain: str
    mathml: str
    plain_numbers: Template
    mathml_numbers: Template
    locals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageData:
    """What a page shows.

    Attributes:
        svg: the picture, without styles: a group ``.node`` with ``data-node`` for each box, a group ``.edge`` with ``data-edge``
            for each edge, in a box texts of the classes ``value`` and ``gradient``, at an edge one of the class ``derivative``.
        styled_svg: the same picture with styles, to stand alone.
        title: the title of the page.
        names: the names of the nodes, operands before results.
        operations: their formulas; None for leaves and constants.
        program: what the page computes.
        output: the place of the output among the nodes.
        start: the step at which the page opens.
        digits: how many significant digits numbers are rounded to.
    """

    svg: str
    styled_svg: str
    title: str
    names: tuple[WrittenName, ...]
    operations: tuple[WrittenOperation | None, ...]
    program: LiveProgram
    output: int
    start: int
    digits: int
