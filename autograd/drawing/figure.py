"""The matplotlib canvas: PNG and PDF, without a display."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from autograd.drawing.layout import Point
from autograd.drawing.palette import DARK, LIGHT, Theme
from autograd.drawing.scene import DENSE, Line, Node, Scene, Text
from autograd.drawing.text_width import LOWERED, SCRIPT_SCALE, back_before, width_of_runs

_PIXELS_PER_INCH = 96.0
_MOST_PIXELS = 30_000  # of a side; the renderer takes up to 65,535
_MOST_AREA = 40_000_000
_SHARPNESS = 2.0


def save_figure(scene: Scene, path: Any, file_format: str, theme: Theme = "light") -> None:
    """Write a scene as PNG (at twice the size of the SVG in pixels, if that isn't huge) or as PDF.

    Args:
        path: a path or a binary file to write to.
        file_format: ``"png"`` or ``"pdf"``.
        theme: ``"dark"``, or else light: paper follows no preference.
    """
    from matplotlib.figure import Figure

    canvas = _Canvas(scene, DARK if theme == "dark" else LIGHT)
    figure = Figure(figsize=(scene.width / _PIXELS_PER_INCH, scene.height / _PIXELS_PER_INCH), facecolor=canvas.colours["paper"])
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0.0, scene.width)
    axes.set_ylim(scene.height, 0.0)
    canvas.paint(axes)
    scale = min(_SHARPNESS, _MOST_PIXELS / max(scene.width, scene.height), (_MOST_AREA / (scene.width * scene.height)) ** 0.5)
    # Else the file would name the time and the version that it was made with, and differ.
    metadata = {"Software": None} if file_format == "png" else {"CreationDate": None, "Creator": None, "Producer": None}
    with warnings.catch_warnings():
        # A script that the font lacks is shown as boxes, which is no reason to fail.
        warnings.filterwarnings("ignore", message=".*Glyph.*missing")
        dots = _PIXELS_PER_INCH * scale
        paper = canvas.colours["paper"]
        # Pictures of even colours gain next to nothing from more compression than this, which takes a third of the time.
        quick: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}} if file_format == "png" else {}
        figure.savefig(path, format=file_format, dpi=dots, facecolor=paper, metadata=metadata, **quick)


class _Canvas:
    def __init__(self, scene: Scene, colours: Mapping[str, str]) -> None:
        self.scene = scene
        self.colours = colours
        self._text_colours = {
            "title": "ink", "value": "ink", "gradient": "gradient", "detail": "quiet", "derivative": "derivative",
            "count": "ink", "caption": "quiet",
        }  # fmt: skip

    def paint(self, axes: Any) -> None:
        for line in self.scene.lines:
            self._line(axes, line)
        for node in self.scene.nodes:
            self._node(axes, node)
        for caption in self.scene.captions:
            self._text(axes, caption, (0.0, 0.0), 1.0)

    def _line(self, axes: Any, line: Line) -> None:
        from matplotlib.patches import PathPatch, Polygon
        from matplotlib.path import Path

        points, codes = [line.course.start], [Path.MOVETO]
        for segment in line.course.segments:
            points += segment
            codes += [Path.LINETO if len(segment) == 1 else Path.CURVE4] * len(segment)
        colour = self.colours["mark" if line.highlighted else "edge"]
        alpha = 0.35 if line.faded else 1.0
        width = 3.0 if line.highlighted else 2.6 if line.weight > 2.0 else 1.3
        if len(self.scene.lines) > DENSE and not line.highlighted:
            width, alpha = 0.8, 0.5 * alpha
        axes.add_artist(
            PathPatch(Path(points, codes), fill=False, edgecolor=colour, linewidth=_points(width), alpha=alpha, capstyle="butt")
        )
        axes.add_artist(Polygon(line.course.arrow, closed=True, facecolor=colour, edgecolor="none", alpha=alpha))
        if line.label:
            self._text(axes, line.label, (0.0, 0.0), alpha)

    def _node(self, axes: Any, node: Node) -> None:
        kind = {"constant": "operation"}.get(node.kind, node.kind)
        alpha = 0.35 if node.faded else 1.0
        width = 3.2 if node.highlighted else 2.6 if node.kind == "output" else 1.4
        edge = self.colours["mark" if node.highlighted else f"{kind}-line"]
        radius = 11.0 if node.kind in ("leaf", "constant") else 4.0
        for shift in (4.0, 0.0) if node.stacked else (0.0,):
            self._rectangle(axes, node, shift, radius, self.colours[kind], edge, width, alpha)
        for text in node.texts:
            self._text(axes, text, node.corner, alpha)

    def _rectangle(
        self, axes: Any, node: Node, shift: float, radius: float, face: str, edge: str, width: float, alpha: float
    ) -> None:
        from matplotlib.patches import FancyBboxPatch

        axes.add_artist(
            FancyBboxPatch(
                (node.corner[0] + shift, node.corner[1] - shift), node.width, node.height,
                boxstyle=f"round,pad=0,rounding_size={radius}", facecolor=face, edgecolor=edge, linewidth=_points(width),
                linestyle=(0, (3, 2.2)) if node.kind == "constant" else "solid", alpha=alpha,
            )
        )  # fmt: skip

    def _text(self, axes: Any, text: Text, corner: Point, alpha: float) -> None:
        from matplotlib.patheffects import withStroke

        x, y = corner[0] + text.at[0], corner[1] + text.at[1]
        if not text.start:
            x -= 0.5 * width_of_runs(text.runs) * text.size
        effects = [withStroke(linewidth=3, foreground=self.colours["paper"])] if text.role in ("derivative", "count") else None
        for index, run in enumerate(text.runs):
            size = text.size * (SCRIPT_SCALE if run.script else 1.0)
            x += back_before(text.runs, index) * text.size
            axes.text(
                x, y + LOWERED[run.script] * text.size, run.text.replace("\n", " "),
                fontsize=_points(size), color=self.colours[self._text_colours[text.role]], alpha=alpha, parse_math=False,
                style="italic" if run.italic else "normal", family="DejaVu Sans", verticalalignment="baseline",
                path_effects=effects,
            )  # fmt: skip
            x += width_of_runs([run]) * text.size


def _points(pixels: float) -> float:
    return pixels * 72.0 / _PIXELS_PER_INCH
