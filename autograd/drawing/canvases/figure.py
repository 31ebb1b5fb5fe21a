"""The canvas of pixels and paper: PNG and PDF, drawn by matplotlib's renderers, without a display and without its artists."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from autograd.drawing.canvases.fonts import families_for, glyph, missing_characters, needs_shaping, warn_of_missing
from autograd.drawing.canvases.palette import Theme, colours_of
from autograd.drawing.canvases.png import encode, encode_small
from autograd.drawing.canvases.scene import DENSE, DrawnBox, DrawnEdge, Scene, TextLine
from autograd.drawing.canvases.text_width import LOWERED, SCRIPT_SCALE, back_before, width_of_runs
from autograd.drawing.layout.layout import Point
from autograd.notation.names import legible

_PIXELS_PER_INCH = 96.0
_POINTS_PER_INCH = 72.0
_MOST_PIXELS = 30_000  # of a side; the renderer takes up to 65,535
_MOST_AREA = 40_000_000
_SHARPNESS = 2.0
_TEXT_COLOURS = {
    "title": "ink", "value": "ink", "gradient": "gradient", "detail": "quiet", "derivative": "derivative", "count": "ink",
    "caption": "quiet",
}  # fmt: skip
_PIXELS_OF_STRIP, _LEAST_ROWS = 1_000_000, 64
_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 4, 79  # the codes of matplotlib.path.Path
_ROUNDED = [_MOVE, *[_LINE, _CURVE, _CURVE, _CURVE] * 4, _CLOSE]
_CORNER = 0.4477  # how far a control point of a quarter circle is from the corner, in radii


def to_png(
    scene: Scene, theme: Theme = "light", *, sharpness: float = _SHARPNESS, most_area: int = _MOST_AREA, is_small: bool = False
) -> bytes:
    """A scene as PNG.

    Args:
        theme: ``"dark"``, or else light: a picture of pixels follows no preference.
        sharpness: how many pixels there are for one of the SVG, along a side; fewer where the picture would be huge.
        most_area: how many pixels there are at most.
        is_small: whether the file is to be small, at the price of some smoothness.
    """
    from matplotlib.backends.backend_agg import RendererAgg

    scale = min(sharpness, _MOST_PIXELS / max(scene.width, scene.height), (most_area / (scene.width * scene.height)) ** 0.5)
    width, height = max(1, round(scene.width * scale)), max(1, round(scene.height * scale))
    picture = _Picture(scene, colours_of(theme))
    picture.flatten(scale)
    rows = min(height, max(_LEAST_ROWS, _PIXELS_OF_STRIP // width))
    renderer: Any = RendererAgg(width, rows, _PIXELS_PER_INCH * scale)  # type: ignore[no-untyped-call]
    glyphs = _Glyphs(picture, renderer, scale)

    def strips() -> Iterator[Any]:
        # Strip by strip: a picture of many pixels then needs little memory, which is what takes the time.
        for top in range(0, height, rows):
            renderer.clear()
            picture.paint_shapes(renderer, scale, rows + top, (top / scale, (top + rows) / scale))
            glyphs.paint(top, rows)
            yield renderer.buffer_rgba()[: height - top]

    return (encode_small if is_small else encode)(width, height, strips())


def to_pdf(scene: Scene, theme: Theme = "light") -> bytes:
    """A scene as PDF, in vectors."""
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    scale = _POINTS_PER_INCH / _PIXELS_PER_INCH
    picture = _Picture(scene, colours_of(theme))

    class Painter(Artist):
        def draw(self, renderer: Any) -> None:
            picture.paint_shapes(renderer, scale, scene.height * scale, (0.0, scene.height))
            for text in picture.texts:
                picture.paint_text(renderer, text, scale, scene.height * scale)

    figure = Figure(figsize=(scene.width / _PIXELS_PER_INCH, scene.height / _PIXELS_PER_INCH))
    figure.add_artist(Painter())
    file = io.BytesIO()
    # Else the file would name the time and the version that it was made with, and differ.
    figure.savefig(file, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return file.getvalue()


def warn_of_missing_characters(scene: Scene) -> None:
    """Warn if there are characters that no font of this machine has."""
    texts = [text for node in scene.nodes for text in node.texts]
    texts += [line.label for line in scene.lines if line.label] + scene.captions
    warn_of_missing(missing_characters({_shown(run.text) for text in texts for run in text.runs}))


def _shown(text: str) -> str:
    """A text without what makes one picture of several emoji, for which fonts have no outline."""
    return legible(text).replace("\ufe0f", "").replace("\u200d", "")


class _Shape(NamedTuple):
    path: Any
    face: str
    edge: str
    width: float
    alpha: float
    dashed: bool
    top: float
    bottom: float


class _Written(NamedTuple):
    text: str
    x: float
    y: float
    size: float
    italic: bool
    colour: str
    alpha: float


class _Picture:
    """A scene as shapes and texts, in the order in which they are painted, in the scene's pixels."""

    def __init__(self, scene: Scene, colours: Mapping[str, str]) -> None:
        from matplotlib.colors import to_rgb

        self.colours = {name: to_rgb(colour) for name, colour in colours.items()}
        self.shapes: list[_Shape] = []
        self.texts: list[_Written] = []
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
        """Make straight pieces of the curves of edges: the renderer loses curves that begin outside what it paints."""
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        enlarged = Affine2D().scale(scale)
        for number, shape in enumerate(self.shapes):
            if not shape.face:
                points = shape.path.cleaned(enlarged, curves=False).vertices[:-1] / scale
                self.shapes[number] = shape._replace(path=Path(points))

    def paint_shapes(self, renderer: Any, scale: float, bottom: float, shown: tuple[float, float]) -> None:
        """Paint what lies between two heights of the scene.

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
            gc.set_linewidth(shape.width * _POINTS_PER_INCH / _PIXELS_PER_INCH if shape.edge else 0.0)
            gc.set_foreground(self.colours[shape.edge or shape.face], isRGBA=False)
            gc.set_dashes(0, (3.0, 2.2) if shape.dashed else None)
            face = (*self.colours[shape.face], shape.alpha) if shape.face else None
            renderer.draw_path(gc, shape.path, transform, face)
        gc.restore()

    def paint_text(self, renderer: Any, written: _Written, scale: float, bottom: float) -> None:
        """Paint one text; see `paint_shapes`."""
        gc = renderer.new_gc()
        gc.set_alpha(written.alpha)
        gc.set_foreground(self.colours[written.colour], isRGBA=False)
        properties = _properties(families_for(written.text), written.size * _POINTS_PER_INCH / _PIXELS_PER_INCH, written.italic)
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
            _Shape(path, face, edge, width, alpha, dashed, min(heights) - 0.5 * width - 1.0, max(heights) + 0.5 * width + 1.0)
        )

    def _text(self, text: TextLine, corner: Point, alpha: float) -> None:
        x, y = corner[0] + text.at[0], corner[1] + text.at[1]
        if not text.start:
            x -= 0.5 * width_of_runs(text.runs) * text.size
        for index, run in enumerate(text.runs):
            size = text.size * (SCRIPT_SCALE if run.script else 1.0)
            x += back_before(text.runs, index) * text.size
            shown = _shown(run.text)
            if shown.strip():
                down = y + LOWERED[run.script] * text.size
                self.texts.append(_Written(shown, x, down, size, run.italic, _TEXT_COLOURS[text.role], alpha))
            x += width_of_runs([run]) * text.size


class _Glyphs:
    """The texts of a picture, letter by letter: each kind of letter is drawn once and stamped wherever it occurs."""

    def __init__(self, picture: _Picture, renderer: Any, scale: float) -> None:
        import numpy

        self.picture = picture
        self.renderer = renderer
        self.scale = scale
        self.shaped: list[_Written] = []  # what is more than a row of letters, which the renderer sets
        places: dict[tuple[str, float, bool, str, float], list[Point]] = {}
        for written in picture.texts:
            if needs_shaping(written.text):
                self.shaped.append(written)
                continue
            x = written.x
            for character in written.text:
                kind = (character, written.size, written.italic, written.colour, written.alpha)
                places.setdefault(kind, []).append((x * scale, written.y * scale))
                x += glyph(character, written.italic).advance * written.size
        self.places = {kind: numpy.array(points) for kind, points in places.items()}

    def paint(self, top: int, rows: int) -> None:
        """Paint what stands in some rows of pixels."""
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D, IdentityTransform

        gc = self.renderer.new_gc()
        gc.set_linewidth(0.0)
        upright = IdentityTransform()
        for (character, size, italic, colour, alpha), points in self.places.items():
            outline = glyph(character, italic).outline
            reach = 2.0 * size * self.scale
            inside = points[(points[:, 1] > top - reach) & (points[:, 1] < top + rows + reach)]
            if outline is None or not len(inside):
                continue
            rgb = self.picture.colours[colour]
            gc.set_alpha(alpha)
            gc.set_foreground(rgb, isRGBA=False)
            at = inside * (1.0, -1.0) + (0.0, top + rows)
            stamp = Affine2D().scale(size * self.scale)
            self.renderer.draw_markers(gc, outline, stamp, Path(at), upright, (*rgb, alpha))
        gc.restore()
        for written in self.shaped:
            if top - 2.0 * written.size * self.scale < written.y * self.scale < top + rows + 2.0 * written.size * self.scale:
                moved = written._replace(y=written.y - top / self.scale)
                self.picture.paint_text(self.renderer, moved, self.scale, rows)


@lru_cache(maxsize=256)
def _properties(families: tuple[str, ...], points: float, italic: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families), size=points, style="italic" if italic else "normal")
