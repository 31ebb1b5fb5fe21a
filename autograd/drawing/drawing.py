"""`draw`: a picture of any computation graph."""

from __future__ import annotations

import sys
import warnings
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any, Literal, TypeAlias, overload

from autograd.drawing.canvases.painting import paint
from autograd.drawing.canvases.palette import THEMES, Theme
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.svg import to_svg
from autograd.drawing.diagram.building import Contents
from autograd.drawing.diagram.choosing import MOST_BOXES, Level, around, at_level, too_many
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.folding import DETAILS, Detail
from autograd.drawing.diagram.gradients import Gradients, difference_note, gradients_of
from autograd.drawing.diagram.kinks import caption_of_kinks
from autograd.drawing.diagram.legend import legend_of
from autograd.drawing.layout.layout import DIRECTIONS, Direction
from autograd.engine import graph
from autograd.engine.value import Value

Engine: TypeAlias = Literal["own", "dot"]

# At the prompt, a picture of more boxes than this is one line rather than pages of text.
_MOST_IN_REPR = 40
_FORMATS = ("svg", "png", "pdf", "dot", "html")


@dataclass(frozen=True, slots=True)
class Live:
    """What a drawing must know to compute in its page.

    Attributes:
        roots: the Values of which it is drawn.
        outputs: those whose sum is differentiated; none before a backward pass.
        digits: how many significant digits numbers are rounded to.
        caption: the caption without what is said of kinks.
        kinks: what is said of kinks.
    """

    roots: tuple[Value, ...]
    outputs: tuple[Value, ...]
    digits: int
    caption: str
    kinks: str


class Drawing:
    """A picture of a graph, which a notebook shows by itself.

    Attributes:
        diagram: its boxes and edges.
        level: the level of detail that is shown.
        caption: what was folded or left out, and how to see it; empty if everything is shown.
    """

    def __init__(
        self,
        diagram: Diagram,
        roots: Sequence[int],
        *,
        level: Detail,
        direction: Direction,
        theme: Theme,
        engine: Engine,
        legend: str,
        live: Live | None = None,
    ) -> None:
        self.diagram = diagram
        self.level = level
        self.direction: Direction = direction
        self.theme: Theme = theme
        self.engine: Engine = engine
        self._roots = roots
        self._legend = legend
        self._live = live
        self._scene: Scene | None = None

    @property
    def caption(self) -> str:
        """What was folded or left out, and how to see it; empty if everything is shown."""
        return self.diagram.caption

    @property
    def title(self) -> str:
        """What the picture shows, in one line."""
        outputs = ", ".join(self.diagram.outputs.values())
        return f"Computation graph of {outputs}: {len(self.diagram.boxes)} nodes, {len(self.diagram.edges)} edges"

    @property
    def scene(self) -> Scene:
        """The picture as shapes with coordinates; it is laid out on first use."""
        if self._scene is None:
            self._scene = paint(self.diagram, self._roots, self.direction, self.title, self._legend)
        return self._scene

    def html(self) -> str:
        """The picture as a fragment of HTML, as a notebook shows it; with ``live=True``, its leaves have sliders."""
        if self._live is not None:
            return self._live_fragment(inline=False)
        from autograd.drawing.canvases.notebook import output_of

        return output_of(self.svg(), self.title, self.theme)

    def _live_fragment(self, *, inline: bool) -> str:
        from autograd.drawing.live.page import live_fragment

        live = self._live
        assert live is not None
        # What is said of kinks changes with the numbers, and stands under the picture.
        diagram = replace(self.diagram, caption=live.caption)
        scene = paint(diagram, self._roots, self.direction, self.title, self._legend, are_live=True)
        return live_fragment(
            diagram, scene, live.roots, live.outputs, self.theme, live.digits, live.kinks, inline=inline
        )  # fmt: skip

    def svg(self, *, inline: bool = False) -> str:
        """The picture as SVG text.

        Args:
            inline: whether it will stand inside a page, whose light or dark theme it then follows.
        """
        if self.engine == "dot":
            from autograd.drawing.canvases.dot import render

            return render(self._digraph(), "svg").decode()
        return to_svg(self.scene, self.theme, inline=inline)

    def text(self) -> str:
        """The graph as lines of text for a terminal, with each operation above its operands."""
        from autograd.drawing.canvases.terminal import to_text

        return to_text(self.diagram, self._roots)

    @overload
    def save(self, path: str | PathLike[str], format: str | None = None) -> Path: ...
    @overload
    def save(self, path: IO[bytes], format: str | None = None) -> None: ...
    def save(self, path: str | PathLike[str] | IO[bytes], format: str | None = None) -> Path | None:
        """Write the picture to a file, in the format that the ending of its name says.

        ``.dot``, the input of Graphviz, needs the library graphviz. PNG and PDF are drawn with the fonts of this machine, and a
        warning names the characters that none of them has.

        Args:
            path: the name of a file, or a binary file that is open for writing, such as an `io.BytesIO`.
            format: ``"svg"``, ``"png"``, ``"pdf"``, ``"html"`` or ``"dot"``; required for an open file.

        Returns:
            The path; None for an open file.

        Raises:
            ValueError: the ending or the format is unknown, or an open file comes without a format.
            TypeError: path is neither a name nor a binary file.
            OSError: the file can't be written.
            RuntimeError: the drawing was made with ``engine="dot"``, and that program is not installed.
        """
        is_file = hasattr(path, "write")
        if not is_file and not isinstance(path, str | PathLike):
            raise TypeError(f"save takes the name of a file or a binary file open for writing, not {path!r}")
        name = None if is_file else Path(fspath(path))  # type: ignore[arg-type]
        if format is None and name is not None:
            file_format = name.suffix.lstrip(".").lower()
            if file_format not in _FORMATS:
                endings = ", ".join("." + known for known in _FORMATS)
                raise ValueError(f"can't save a drawing as {name.name!r}: the name must end in one of {endings}")
        elif format is None:
            raise ValueError('an open file has no ending that names a format: write save(file, format="png"), or another format')
        else:
            file_format = format.lower().lstrip(".")
            _check("format", file_format, _FORMATS)
        written = self._written(file_format)
        if name is not None:
            name.write_bytes(written)
            return name
        try:
            path.write(written)  # type: ignore[union-attr]
        except TypeError:
            raise TypeError("save writes bytes: open the file in the mode 'wb', or give it an io.BytesIO") from None
        return None

    def show(self) -> Path | None:
        """Open the picture: in the output of a notebook, or else in a browser, as a page that is written to a temporary file.

        Returns:
            The path of the file; None in a notebook.
        """
        notebook = sys.modules.get("IPython")
        shell = notebook.get_ipython() if notebook is not None else None
        if notebook is not None and hasattr(shell, "kernel"):
            notebook.display.display(self)
            return None
        path = self.save(Path(mkdtemp(prefix="chalkgrad-")) / "graph.html")
        if not webbrowser.open(path.as_uri()):
            warnings.warn(f"no browser could be opened; the picture is in {path}", stacklevel=2)
        return path

    def _written(self, file_format: str) -> bytes:
        if file_format == "dot":
            return str(self._digraph().source).encode()
        if self.engine == "dot" and file_format != "html":
            from autograd.drawing.canvases.dot import render

            return render(self._digraph(), file_format)
        if file_format == "svg":
            return (self.svg() + "\n").encode()
        if file_format == "html":
            from autograd.drawing.canvases.page import to_page

            body = self.svg(inline=True) if self._live is None else self._live_fragment(inline=True)
            return to_page(body, self.title, self.theme).encode()
        from autograd.drawing.canvases.figure import to_pdf, to_png, warn_of_missing_characters

        warn_of_missing_characters(self.scene)
        return (to_png if file_format == "png" else to_pdf)(self.scene, self.theme)

    def _digraph(self) -> Any:
        from autograd.drawing.canvases.dot import to_digraph

        return to_digraph(self.diagram, self.direction, self.theme, self._legend)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from autograd.drawing.canvases.notebook import bundle_of

        html = self.svg() if self.engine == "dot" else None
        bundle = bundle_of(self.scene, self.theme, repr(self), svg=html)
        return bundle if self._live is None else {**bundle, "text/html": self.html()}

    def _mime_(self) -> tuple[str, str]:
        """The picture for marimo, which runs scripts in frames only."""
        if self._live is None:
            return "text/html", self.html()
        from autograd.drawing.live.document import framed

        return "text/html", framed(self._written("html").decode(), self.title, "", f"{self.scene.height + 150:.0f}px")

    def __repr__(self) -> str:
        if len(self.diagram.boxes) <= _MOST_IN_REPR:
            return f"{self.title}\n{self.text()}"
        caption = f" {self.caption}" if self.caption else ""
        return f"<{self.title}.{caption} print(….text()) writes them out, ….show() opens the picture>"


def draw(
    output: Value | Sequence[Value],
    level: Level = "auto",
    direction: Direction = "right",
    gradients: bool = True,
    local_derivatives: bool = False,
    *,
    hide_constants: bool = True,
    focus: Value | None = None,
    up: int = 2,
    down: int = 2,
    digits: int = 4,
    theme: Theme = "auto",
    engine: Engine = "own",
    live: bool = False,
) -> Drawing:
    """Draw a computation graph.

    Each box has the operation, such as ``e = a + d``, under it its value, and under that the gradient of the output with respect
    to it, or a dash as long as no backward pass has reached the output. The gradients are computed for the picture; if the
    attribute `gradient` of a node is another number, because leaves add up all passes, the caption says so. With several
    outputs, the gradient is that of the sum of the outputs from which no other output was computed. Leaves have round corners,
    the output has a thick border, and folded nodes are stacked. Edges arrive in the order of the operands; a Value that is used
    twice has two edges.

    Args:
        output: the Value whose graph is drawn, or several of them.
        level: ``"value"`` draws every node; ``"neuron"``, ``"layer"`` and ``"network"`` fold the nodes of each neuron, layer or
            network into one box; ``"auto"`` takes the most detailed of these levels with at most 150 boxes.
        direction: the direction in which the computation proceeds: ``"right"``, ``"left"``, ``"down"`` or ``"up"``.
        gradients: whether gradients are shown; no attribute `gradient` changes.
        local_derivatives: whether each edge has the derivative of the node it leads to with respect to the one it comes from, so
            that upstream × local = downstream can be read off the picture.
        hide_constants: leave out the boxes of plain numbers that appear in the formulas of the nodes that use them.
        focus: draw only the nodes near this one.
        up, down: how many edges around the focus are drawn, towards the output and towards the leaves.
        digits: how many significant digits numbers are rounded to; a number below a million keeps its whole digits, so that
            41152.3 is 41152 even to one digit.
        theme: ``"light"``, ``"dark"``, or ``"auto"`` for the reader's preference.
        engine: ``"own"``, or ``"dot"`` for the layout of Graphviz, if that is installed.
        live: whether each leaf has a slider and a field for its number in notebooks and saved pages, which all numbers then
            follow. They are computed in the page, without a network. A rule of plain Python can't be: then they stay as they are,
            and a word says why.

    Returns:
        A `Drawing`: shown by a notebook; `save` writes SVG, PNG, PDF, HTML or DOT.

    Raises:
        TypeError: output is not a Value or a sequence of them.
        ValueError: an argument has another value than those above, the focus isn't in the graph, or there are too many nodes to
            draw; the message says how to fold them.
        StaleGraphError: a leaf was assigned after a result had been computed from it; call refresh() first.

    Source: the figures in the section on computation graphs of the textbook (Jurafsky & Martin, *Speech and Language Processing*,
    the chapter on neural networks).

    >>> a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    >>> L = c * (a + 2 * b)
    >>> L.backward()
    >>> print(draw(L).text())
    L = c × v₂ = −10   ∂ = 1
    ├─ c = −2   ∂ = 5
    └─ v₂ = a + v₁ = 5   ∂ = −2
       ├─ a = 3   ∂ = −2
       └─ v₁ = 2 × b = 2   ∂ = −2
          └─ b = 1   ∂ = −4
    """
    roots = _roots(output)
    if live and engine == "dot":
        raise ValueError('a live drawing has a layout of its own: leave out engine="dot", or live=True')
    _check("level", level, ("auto", *DETAILS))
    _check("direction", direction, DIRECTIONS)
    _check("theme", theme, THEMES)
    _check("engine", engine, ("own", "dot"))
    for name, number in (("up", up), ("down", down), ("digits", digits)):
        least = 1 if name == "digits" else 0
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise ValueError(f"{name} must be a whole number from {least} on, not {number!r}")
    order = graph.topological_order(*roots)
    differentiated = gradients_of(roots, order) if gradients else Gradients()
    contents = Contents(gradients, local_derivatives, hide_constants, digits, differentiated.of, fold_numbers=True)
    detail, diagram = at_level(roots, order, level if focus is None or level != "auto" else "value", contents, focus)
    if focus is not None:
        diagram = around(diagram, focus, up, down)
    if len(diagram.boxes) > MOST_BOXES:
        raise too_many(len(diagram.boxes), detail)
    notes = " ".join(filter(None, [diagram.caption, difference_note(diagram, differentiated, digits)]))
    has_derivatives = local_derivatives or any(box.gradient not in ("", "–") for box in diagram.boxes)
    kinks = caption_of_kinks(diagram, digits) if has_derivatives else ""
    diagram.caption = " ".join(filter(None, [notes, kinks]))
    legend = legend_of(diagram, differentiated, local_derivatives)
    numbers = list(dict.fromkeys(diagram.box_of[root] for root in roots if root in diagram.box_of))
    changing = Live(tuple(roots), differentiated.outputs, digits, notes, kinks) if live else None
    return Drawing(
        diagram, numbers, level=detail, direction=direction, theme=theme, engine=engine, legend=legend, live=changing
    )  # fmt: skip


def _roots(output: Any) -> list[Value]:
    roots = [output] if isinstance(output, Value) else list(output) if isinstance(output, list | tuple) else []
    if not roots or not all(isinstance(root, Value) for root in roots):
        raise TypeError(f"draw takes a Value or a list of Values, not {output!r}")
    return list(dict.fromkeys(roots))


def _check(name: str, given: Any, known: Sequence[str]) -> None:
    if given not in known:
        raise ValueError(f"{name} is one of {', '.join(map(repr, known))}, not {given!r}")


def draw_dot(output: Value | Sequence[Value], level: Level = "auto", direction: Direction = "right", **options: Any) -> Any:
    """The graph as a `graphviz.Digraph`, with the same content as `draw`, for readers who have Graphviz's program ``dot``.

    Args:
        output, level, direction, options: as for `draw`.

    Returns:
        A `graphviz.Digraph`, whose attribute ``source`` is the graph in the DOT language.

    >>> x = Value(3.0, "x")
    >>> print(draw_dot(x * x).source.splitlines()[-2].strip())
    n0 -> n1
    """
    return draw(output, level, direction, **options)._digraph()
