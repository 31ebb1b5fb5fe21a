"""Tables as plain text, and as HTML for notebooks: how reports, summaries and tasks show their numbers."""

from __future__ import annotations

import html
from collections.abc import Sequence

_GAP = "  "


def text_table(rows: Sequence[Sequence[str]], *, right: Sequence[bool] = (), rule: str = "─") -> str:
    """Lay out rows in columns as wide as their widest cell.

    Args:
        rows: the cells; the first row holds the headings, and every row has as many cells as that.
        right: for each column, whether it is aligned to the right; columns without an entry are aligned to the left.
        rule: the character of which the line below the headings is made; an empty string leaves that line out.

    >>> print(text_table([["gate", "b"], ["AND", "-1.0"], ["OR", "0.0"]], right=[False, True]))
    gate     b
    ────  ────
    AND   -1.0
    OR     0.0
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligned = [*right, *[False] * (len(widths) - len(right))]

    def line(row: Sequence[str]) -> str:
        cells = zip(row, widths, aligned, strict=True)
        return _GAP.join(cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in cells).rstrip()

    lines = [line(row) for row in rows]
    if rule:
        lines.insert(1, _GAP.join(rule * width for width in widths))
    return "\n".join(lines)


def html_table(rows: Sequence[Sequence[str]], *, align: str = "left") -> str:
    """The same rows as a table of HTML, with every column aligned to the same side.

    >>> html_table([["∂f/∂a"], ["a < b"]])[:60]
    '<table><thead><tr><th style="text-align:left">∂f/∂a</th></tr'
    """
    head, *body = (
        "".join(f'<{tag} style="text-align:{align}">{html.escape(cell)}</{tag}>' for cell in row)
        for tag, row in zip(("th", *["td"] * (len(rows) - 1)), rows, strict=True)
    )
    below = "".join(f"<tr>{cells}</tr>" for cells in body)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{below}</tbody></table>"
