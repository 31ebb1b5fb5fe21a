"""A figure of matplotlib's that a notebook shows by itself.

A notebook knows figures only once pyplot was imported, and shows those of pyplot a second time where a cell ends with one.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import Any

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A figure without pyplot, which a notebook shows as a picture.

    Attributes:
        alternative: what the picture shows, in words, for those who can't see it.
    """

    alternative = ""

    def picture(self) -> str:
        """The picture as HTML, in which it is contained."""
        return self._html_of(self._png())

    def _html_of(self, png: str) -> str:
        return f'<img alt="{escape(self.alternative, quote=True)}" style="max-width:100%" src="data:image/png;base64,{png}">'

    def _png(self) -> str:
        with BytesIO() as file:
            self.savefig(file, format="png", dpi=120)
            return b64encode(file.getvalue()).decode()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        png = self._png()
        return {"text/plain": repr(self), "text/html": self._html_of(png), "image/png": png}
