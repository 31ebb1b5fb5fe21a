"""Formulas in LaTeX as MathML, made by docutils, so that no page asks another host for a script or a font."""

from __future__ import annotations

import re

from docutils.utils.math.latex2mathml import tex2mathml


def mathml(formula: str, *, displayed: bool = False) -> str:
    """A formula as MathML on one line; a displayed one has a line of its own in the page."""
    return re.sub(r"\s*\n\s*", "", tex2mathml(formula, as_block=displayed))
