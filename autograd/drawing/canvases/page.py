"""A drawing as a single HTML file that opens from disk, offline."""

from __future__ import annotations

from html import escape

from autograd.drawing.canvases.palette import DARK, LIGHT, Theme

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 1em; background: {light}; overflow-x: auto; }}
{dark_rule}
@media print {{ svg {{ max-width: 100%; max-height: 95vh; height: auto; }} }}
</style>
</head>
<body>
{svg}
</body>
</html>
"""


def to_page(svg: str, title: str, theme: Theme) -> str:
    """Put a picture into a page of its own, which is light or dark like the picture."""
    dark = f"body {{ background: {DARK['paper']}; }}"
    dark_rule = {"auto": f"@media (prefers-color-scheme: dark) {{ {dark} }}", "dark": dark, "light": ""}[theme]
    return _PAGE.format(title=escape(title), light=LIGHT["paper"], dark_rule=dark_rule, svg=svg)
