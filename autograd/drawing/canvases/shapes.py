"""A scene as paths and texts in the order in which they are painted, with what matplotlib's renderers need to paint them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from autograd.drawing.canvases.fonts import families_for
from autograd.drawing.canvases.scene import DENSE, DrawnBox, DrawnEdge, Scene, TextLine
from autograd.drawing.canvases.text_width import LOWERED, SCRIPT_SCALE, back_before, width_of_runs
from autograd.drawing.layout.layout import Point
from autograd.notation.names import legible

PIXELS_PER_INCH = 96.0
POINTS_PER_INCH = 72.0
_TEXT_COLOURS = {
    "title": "ink", "value": "ink", "gradient": "gradient", "detail": "quiet", "derivative": "derivative", "count": "ink",
    "caption": "quiet",
}  # fmt: skip
_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 4, 79  # the codes of matplotlib.path.Path
_ROUNDED = [_MOVE, *[_LINE, _CURVE, _CURVE, _CURVE] * 4, _CLOSE]
_CORNER = 0.4477  # how far a control point of a quarter circle is from the corner, in radii


class PaintedShape(NamedTuple):
    """A path, the names of the colours of its face and its edge (empty for none), and where it lies from top to bottom."""

    path: Any
    face: str
    edge: str
    width: float
    alpha: float
    dashed: bool
    top: float
    bottom: float


class WrittenText(NamedTuple):
    """A run of text at the start of its base line, with its size in pixels."""

    text: str
    x: float
    y: float
    size: float
    italic: bool
    colour: str
    alpha: float


class Picture:
    """A scene as shapes and texts, in the order in which they are painted, in the scene's pixels."""

    def __init__(self, scene: Scene, colours: Mapping[str, str]) -> None:
        from matplotlib.colors import to_rgb

        self.colours = {name: to_rgb(colour) for name, colour in colours.items()}
        self.shapes: list[PaintedShape] = []
        self.texts: list[WrittenText] = []
        self._is_dense = len(scene.lines) > DENSE
        self._rectangle((0.0, 0.0), scene.width, scene.height, 0.0, "paper", "", 0.0, 1.0)
        for line in scene.lines:
            self._line(line)
        for line in scene.lines:
            if line.label:
                self._label(line.label, 0.35 if line.faded else 1.0)
        for node in scene.nodes:
            self._node(node)
        for caption in scene.captions:
            self._text(caption, (0.0, 0.0), 1.0)

    def flatten(self, scale: float) -> None:
        """Turn the curves of edges into straight pieces, because the renderer drops curves that begin outside its canvas."""
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        enlarged = Affine2D().scale(scale)
        for number, shape in enumerate(self.shapes):
            if not shape.face:
                points = shape.path.cleaned(enlarged, curves=False).vertices[:-1] / scale
                self.shapes[number] = shape._replace(path=Path(points))

    def paint_shapes(self, renderer: Any, scale: float, bottom: float, shown: tuple[float, float]) -> None:
        """Paint the shapes between two heights of the scene.

        Args:
            renderer: one of matplotlib's, whose y goes up.
            scale: its units for one pixel of the scene.
            bottom: where its y = 0 is, in its units from the top of the scene.
        """
        from matplotlib.transforms import Affine2D

        transform = Affine2D.from_values(scale, 0.0, 0.0, -scale, 0.0, bottom)
        gc = renderer.new_gc()
        for shape in self.shapes:
            if shape.bottom < shown[0] or shape.top > shown[1]:
                continue
            gc.set_alpha(shape.alpha)
            gc.set_linewidth(shape.width * POINTS_PER_INCH / PIXELS_PER_INCH if shape.edge else 0.0)
            gc.set_foreground(self.colours[shape.edge or shape.face], isRGBA=False)
            gc.set_dashes(0, (3.0, 2.2) if shape.dashed else None)
            face = (*self.colours[shape.face], shape.alpha) if shape.face else None
            renderer.draw_path(gc, shape.path, transform, face)
        gc.restore()

    def paint_text(self, renderer: Any, written: WrittenText, scale: float, bottom: float) -> None:
        """Paint one text; see `paint_shapes`."""
        gc = renderer.new_gc()
        gc.set_alpha(written.alpha)
        gc.set_foreground(self.colours[written.colour], isRGBA=False)
        properties = _properties(families_for(written.text), written.size * POINTS_PER_INCH / PIXELS_PER_INCH, written.italic)
        y = written.y * scale
        if not renderer.flipy():
            y = bottom - y
        renderer.draw_text(gc, written.x * scale, y, written.text, properties, 0.0, ismath=False)
        gc.restore()

    def _line(self, line: DrawnEdge) -> None:
        course = line.course
        colour = "mark" if line.highlighted else "edge"
        alpha = 0.35 if line.faded else 1.0
        width = 3.0 if line.highlighted else 2.6 if line.weight > 2.0 else 1.3
        if self._is_dense and not line.highlighted:
            width, alpha = 0.8, 0.5 * alpha
        points, codes = [course.start], [_MOVE]
        for segment in course.segments:
            points += segment
            codes += [_LINE if len(segment) == 1 else _CURVE] * len(segment)
        self._path(points, codes, "", colour, width, alpha)
        self._path([*course.arrow, course.arrow[0]], [_MOVE, _LINE, _LINE, _CLOSE], colour, "", 0.0, alpha)

    def _label(self, label: TextLine, alpha: float) -> None:
        # Edges that pass behind a label stop at it.
        wide = width_of_runs(label.runs) * label.size
        x, y = label.at
        left = x if label.start else x - 0.5 * wide
        self._rectangle((left - 1.0, y - 0.85 * label.size), wide + 2.0, label.size, 2.0, "paper", "", 0.0, alpha)
        self._text(label, (0.0, 0.0), alpha)

    def _node(self, node: DrawnBox) -> None:
        kind = {"constant": "operation"}.get(node.kind, node.kind)
        alpha = 0.35 if node.faded else 1.0
        width = 3.2 if node.highlighted else 2.6 if node.kind == "output" else 1.4
        edge = "mark" if node.highlighted else f"{kind}-line"
        for shift in (4.0, 0.0) if node.stacked else (0.0,):
            corner = (node.corner[0] + shift, node.corner[1] - shift)
            self._rectangle(
                corner, node.width, node.height, node.radius, kind, edge, width, alpha, dashed=node.kind == "constant"
            )
        for text in node.texts:
            self._text(text, node.corner, alpha)

    def _rectangle(
        self, corner: Point, width: float, height: float, radius: float, face: str, edge: str, line_width: float, alpha: float,
        *, dashed: bool = False,
    ) -> None:  # fmt: skip
        x, y = corner
        r = min(radius, 0.5 * width, 0.5 * height)
        c = _CORNER * r
        right, bottom = x + width, y + height
        points = [
            (x + r, y), (right - r, y), (right - c, y), (right, y + c), (right, y + r),
            (right, bottom - r), (right, bottom - c), (right - c, bottom), (right - r, bottom),
            (x + r, bottom), (x + c, bottom), (x, bottom - c), (x, bottom - r),
            (x, y + r), (x, y + c), (x + c, y), (x + r, y), (x + r, y),
        ]  # fmt: skip
        self._path(points, _ROUNDED, face, edge, line_width, alpha, dashed=dashed)

    def _path(
        self, points: list[Point], codes: list[int], face: str, edge: str, width: float, alpha: float, *, dashed: bool = False
    ) -> None:
        from matplotlib.path import Path

        heights = [y for _, y in points]
        path = Path(points, codes)
        self.shapes.append(
            PaintedShape(
                path, face, edge, width, alpha, dashed, min(heights) - 0.5 * width - 1.0, max(heights) + 0.5 * width + 1.0
            )
        )

    def _text(self, text: TextLine, corner: Point, alpha: float) -> None:
        x, y = corner[0] + text.at[0], corner[1] + text.at[1]
        if not text.start:
            x -= 0.5 * width_of_runs(text.runs) * text.size
        for index, run in enumerate(text.runs):
            size = text.size * (SCRIPT_SCALE if run.script else 1.0)
            x += back_before(text.runs, index) * text.size
            shown = shown_text(run.text)
            if shown.strip():
                down = y + LOWERED[run.script] * text.size
                self.texts.append(WrittenText(shown, x, down, size, run.italic, _TEXT_COLOURS[text.role], alpha))
            x += width_of_runs([run]) * text.size


def shown_text(text: str) -> str:
    """A text without the characters that join several emoji into one, for which fonts have no outline."""
    return legible(text).replace("\ufe0f", "").replace("\u200d", "")


@lru_cache(maxsize=256)
def _properties(families: tuple[str, ...], points: float, italic: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families), size=points, style="italic" if italic else "normal")
