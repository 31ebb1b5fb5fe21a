"""The canvas of pixels and paper: PNG and PDF, drawn by matplotlib's renderers, without a display and without its artists."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from autograd.drawing.canvases.fonts import glyph, missing_characters, needs_shaping, warn_of_missing
from autograd.drawing.canvases.palette import Theme, colours_of
from autograd.drawing.canvases.png import encode, encode_small
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.shapes import PIXELS_PER_INCH, POINTS_PER_INCH, Picture, WrittenText, shown_text
from autograd.drawing.layout.layout import Point

_MOST_PIXELS = 30_000  # of a side; the renderer takes up to 65,535
_MOST_AREA = 40_000_000
_SHARPNESS = 2.0
_PIXELS_OF_STRIP, _LEAST_ROWS = 1_000_000, 64


def to_png(
    scene: Scene, theme: Theme = "light", *, sharpness: float = _SHARPNESS, most_area: int = _MOST_AREA, is_small: bool = False
) -> bytes:
    """A scene as PNG.

    Args:
        theme: ``"dark"``; all others give the light colours, since pixels can't follow the reader's preference.
        sharpness: how many pixels correspond to one of the SVG along each side; fewer if the picture would be huge.
        most_area: the largest number of pixels.
        is_small: whether to make the file small at the cost of some smoothness.
    """
    from matplotlib.backends.backend_agg import RendererAgg

    scale = min(sharpness, _MOST_PIXELS / max(scene.width, scene.height), (most_area / (scene.width * scene.height)) ** 0.5)
    width, height = max(1, round(scene.width * scale)), max(1, round(scene.height * scale))
    picture = Picture(scene, colours_of(theme))
    picture.flatten(scale)
    rows = min(height, max(_LEAST_ROWS, _PIXELS_OF_STRIP // width))
    renderer: Any = RendererAgg(width, rows, PIXELS_PER_INCH * scale)  # type: ignore[no-untyped-call]
    glyphs = _Glyphs(picture, renderer, scale)

    def strips() -> Iterator[Any]:
        # Strip by strip, because large amounts of memory are what takes time in big pictures.
        for top in range(0, height, rows):
            renderer.clear()
            picture.paint_shapes(renderer, scale, rows + top, (top / scale, (top + rows) / scale))
            glyphs.paint(top, rows)
            yield renderer.buffer_rgba()[: height - top]

    return (encode_small if is_small else encode)(width, height, strips())


def to_pdf(scene: Scene, theme: Theme = "light") -> bytes:
    """A scene as PDF, in vector graphics."""
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    scale = POINTS_PER_INCH / PIXELS_PER_INCH
    picture = Picture(scene, colours_of(theme))

    class Painter(Artist):
        def draw(self, renderer: Any) -> None:
            picture.paint_shapes(renderer, scale, scene.height * scale, (0.0, scene.height))
            for text in picture.texts:
                picture.paint_text(renderer, text, scale, scene.height * scale)

    figure = Figure(figsize=(scene.width / PIXELS_PER_INCH, scene.height / PIXELS_PER_INCH))
    figure.add_artist(Painter())
    file = io.BytesIO()
    # Without these, the file would contain the time and the version of matplotlib, and differ each time.
    figure.savefig(file, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return file.getvalue()


def warn_of_missing_characters(scene: Scene) -> None:
    """Warn if a scene has characters that no font of this machine has."""
    texts = [text for node in scene.nodes for text in node.texts]
    texts += [line.label for line in scene.lines if line.label] + scene.captions
    warn_of_missing(missing_characters({shown_text(run.text) for text in texts for run in text.runs}))


class _Glyphs:
    """The texts of a picture, letter by letter: each kind of letter is drawn once and stamped wherever it occurs."""

    def __init__(self, picture: Picture, renderer: Any, scale: float) -> None:
        import numpy

        self.picture = picture
        self.renderer = renderer
        self.scale = scale
        self.shaped: list[WrittenText] = []  # what is more than a row of letters, which the renderer sets
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
