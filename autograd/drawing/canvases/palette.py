"""The colours and the fonts of pictures, light and dark: SVG, pixels, paper, DOT, pages and notebooks all take them from here.

The hues are those of `autograd.colours`, and nothing is told by colour alone: constants are dashed, the output has a
thick border, folded nodes are stacked.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from autograd.colours import BLUE, SKY, VERMILION

Theme: TypeAlias = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")

LIGHT = {
    "paper": "#ffffff", "ink": "#1b1f24", "quiet": "#57606a", "edge": "#6b7480",
    "leaf": "#e4f1fb", "leaf-line": BLUE, "operation": "#ffffff", "operation-line": "#5b6470",
    "output": "#fdf1e1", "output-line": "#c45a00", "folded": "#f3ecfa", "folded-line": "#7b52ab",
    "gradient": "#b3400a", "derivative": "#00694f", "mark": VERMILION,
}  # fmt: skip
DARK = {
    "paper": "#16191d", "ink": "#e9ebee", "quiet": "#a3acb8", "edge": "#8c96a4",
    "leaf": "#12314a", "leaf-line": SKY, "operation": "#23282f", "operation-line": "#9aa4b2",
    "output": "#3f290f", "output-line": "#f0a202", "folded": "#2d2342", "folded-line": "#bba1e6",
    "gradient": "#ffa873", "derivative": "#5fd3b0", "mark": "#ff9e4a",
}  # fmt: skip
FONTS = ("Helvetica", "Arial", "DejaVu Sans", "sans-serif")
# How pages say that they are light or dark, as selectors: Sphinx, Docusaurus and others; Bootstrap and Quarto; Material for
# MkDocs; JupyterLab and Notebook; Colab; VS Code.
PAGES = {
    "light": ("[data-theme=light]", "[data-bs-theme=light]", "[data-md-color-scheme=default]", "[data-jp-theme-light=true]",
              "[theme=light]", ".vscode-light"),
    "dark": ("[data-theme=dark]", "[data-bs-theme=dark]", "[data-md-color-scheme=slate]", "[data-jp-theme-light=false]",
             "[theme=dark]", ".vscode-dark"),
}  # fmt: skip


def colours_of(theme: Theme) -> dict[str, str]:
    """The colours of a picture that can't follow the reader's preference: the dark ones, or else the light ones."""
    return DARK if theme == "dark" else LIGHT
