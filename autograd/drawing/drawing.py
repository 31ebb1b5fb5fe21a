"""`draw`: a picture of any computation graph."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal, TypeAlias

from autograd import graph
from autograd.drawing.building import Contents
from autograd.drawing.choosing import MOST_BOXES, Level, around, at_level, too_many
from autograd.drawing.diagram import Diagram
from autograd.drawing.folding import DETAILS, Detail
from autograd.drawing.kinks import caption_of_kinks
from autograd.drawing.layout import DIRECTIONS, Direction
from autograd.drawing.painting import paint
from autograd.drawing.palette import THEMES, Theme
from autograd.drawing.scene import Scene
from autograd.drawing.svg import to_svg
from autograd.value import Value

Engine: TypeAlias = Literal["own", "dot"]

_FORMATS = ("svg", "png", "pdf", "dot", "html")


class Drawing:
    """A picture of a graph. A notebook shows it by itself.

    Attributes:
        diagram: its boxes and edges.
        level: the level of detail that is shown.
        caption: what was folded or left out, and how to see it; empty if all is there.
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
    ) -> None:
        self.diagram = diagram
        self.level = level
        self.direction: Direction = direction
        self.theme: Theme = theme
        self.engine: Engine = engine
        self._roots = roots
        self._legend = legend
        self._scene: Scene | None = None

    @property
    def caption(self) -> str:
        """What was folded or left out, and how to see it; empty if all is there."""
        return self.diagram.caption

    @property
    def title(self) -> str:
        """What the picture shows, in a line."""
        return f"Computation graph of {self.diagram.output}: {len(self.diagram.boxes)} nodes, {len(self.diagram.edges)} edges"

    @property
    def scene(self) -> Scene:
        """The picture as shapes with coordinates; laid out when it is first asked for."""
        if self._scene is None:
            self._scene = paint(self.diagram, self._roots, self.direction, self.title, self._legend)
        return self._scene

    def svg(self, *, inline: bool = False) -> str:
        """The picture as SVG text.

        Args:
            inline: whether it will stand inside a page, whose light or dark theme it then follows.
        """
        if self.engine == "dot":
            from autograd.drawing.dot import render

            return render(self._digraph(), "svg").decode()
        return to_svg(self.scene, self.theme, inline=inline)

    def text(self) -> str:
        """The graph as lines of text, for a terminal: each operation above what it was computed from."""
        from autograd.drawing.terminal import to_text

        return to_text(self.diagram, self._roots)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file; the ending of its name says in which format.

        ``.svg``, ``.png``, ``.pdf`` and ``.html`` need nothing else installed; ``.dot`` is the text that Graphviz reads.

        Returns:
            The path.

        Raises:
            ValueError: the ending is none of these.
            OSError: the file can't be written.
        """
        path = Path(fspath(path))
        file_format = path.suffix.lstrip(".").lower()
        if file_format not in _FORMATS:
            endings = ", ".join("." + known for known in _FORMATS)
            raise ValueError(f"can't save a drawing as {path.name!r}: the name must end in one of {endings}")
        if file_format == "dot":
            path.write_text(str(self._digraph().source), encoding="utf-8")
        elif self.engine == "dot" and file_format != "html":
            from autograd.drawing.dot import render

            path.write_bytes(render(self._digraph(), file_format))
        elif file_format == "svg":
            path.write_text(self.svg() + "\n", encoding="utf-8")
        elif file_format == "html":
            from autograd.drawing.page import to_page

            path.write_text(to_page(self.svg(inline=True), self.title, self.theme), encoding="utf-8")
        else:
            from autograd.drawing.figure import save_figure

            save_figure(self.scene, path, file_format, self.theme)
        return path

    def _digraph(self) -> Any:
        from autograd.drawing.dot import to_digraph

        return to_digraph(self.diagram, self.direction, self.theme)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from autograd.drawing.notebook import output_of

        return {"text/html": output_of(self.svg(), self.title, self.theme), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<{self.title}>" if not self.caption else f"<{self.title}. {self.caption}>"


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
) -> Drawing:
    """Draw a computation graph.

    In each box stands the operation, ``e = a + d``, under it its value, and under that its gradient: a dash until a
    backward pass has reached it. Leaves have round corners, the output a thick border, folded nodes are stacked. Edges arrive in
    the order of the operands; a Value that is used twice has two.

    Args:
        output: the Value whose graph is drawn, or several of them.
        level: ``"value"`` draws every node; ``"neuron"``, ``"layer"`` and ``"network"`` fold what was computed in one into one
            box; ``"auto"`` takes the most detailed of them with at most 150 boxes.
        direction: where the computation goes: ``"right"``, ``"left"``, ``"down"`` or ``"up"``.
        gradients: whether gradients are shown.
        local_derivatives: at each edge, the derivative of what it leads to with respect to what it comes from, so that
            upstream × local = downstream can be read off the picture.
        hide_constants: leave out the boxes of plain numbers that stand in the formula of what uses them.
        focus: draw only what is near this node: up to `up` steps towards the output, `down` steps towards the leaves.
        up, down: how far around the focus, in edges.
        digits: how many significant digits numbers are rounded to.
        theme: ``"light"``, ``"dark"``, or ``"auto"`` for what the reader prefers.
        engine: ``"own"``, or ``"dot"`` to have Graphviz lay it out, where it is installed.

    Returns:
        A `Drawing`: shown by a notebook; `save` writes SVG, PNG, PDF, HTML or DOT.

    Raises:
        TypeError: output is not a Value or a sequence of them.
        ValueError: an argument is none of the above, focus isn't in the graph, or there are too many nodes to draw; the
            message says how to fold them.
        StaleGraphError: a leaf was assigned after a result had been computed from it; call refresh() first.

    Source: the figures of the text's section on computation graphs.

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
    _check("level", level, ("auto", *DETAILS))
    _check("direction", direction, DIRECTIONS)
    _check("theme", theme, THEMES)
    _check("engine", engine, ("own", "dot"))
    for name, number in (("up", up), ("down", down), ("digits", digits)):
        least = 1 if name == "digits" else 0
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise ValueError(f"{name} must be a whole number from {least} on, not {number!r}")
    order = graph.topological_order(*roots)
    contents = Contents(gradients, local_derivatives, hide_constants, digits)
    detail, diagram = at_level(roots, order, level if focus is None or level != "auto" else "value", contents, focus)
    if focus is not None:
        diagram = around(diagram, focus, up, down)
    if len(diagram.boxes) > MOST_BOXES:
        raise too_many(len(diagram.boxes), detail)
    legend = ""
    if gradients and any(box.gradient for box in diagram.boxes):
        of = diagram.output if len(roots) == 1 else "output"
        legend = f"In each box: the value, and under it the gradient ∂{of}/∂node" + (
            f" ({'–'}: no backward pass yet)." if all(box.gradient in ("", "–") for box in diagram.boxes) else "."
        )
    if local_derivatives or (gradients and any(box.gradient not in ("", "–") for box in diagram.boxes)):
        legend = " ".join(filter(None, (legend, caption_of_kinks(diagram, digits))))
    numbers = list(dict.fromkeys(diagram.box_of[root] for root in roots if root in diagram.box_of))
    return Drawing(diagram, numbers, level=detail, direction=direction, theme=theme, engine=engine, legend=legend)


def _roots(output: Any) -> list[Value]:
    roots = [output] if isinstance(output, Value) else list(output) if isinstance(output, list | tuple) else []
    if not roots or not all(isinstance(root, Value) for root in roots):
        raise TypeError(f"draw takes a Value or a list of Values, not {output!r}")
    return list(dict.fromkeys(roots))


def _check(name: str, given: Any, known: Sequence[str]) -> None:
    if given not in known:
        raise ValueError(f"{name} is one of {', '.join(map(repr, known))}, not {given!r}")


def draw_dot(output: Value | Sequence[Value], level: Level = "auto", direction: Direction = "right", **options: Any) -> Any:
    """The graph as a `graphviz.Digraph`, with the same content as `draw`, for whoever has Graphviz's program ``dot``.

    Args:
        output, level, direction, options: as for `draw`.

    Returns:
        A `graphviz.Digraph`; its ``source`` is the DOT text.

    >>> x = Value(3.0, "x")
    >>> print(draw_dot(x * x).source.splitlines()[-2].strip())
    n0 -> n1
    """
    from autograd.drawing.dot import to_digraph

    drawing = draw(output, level, direction, **options)
    return to_digraph(drawing.diagram, direction, drawing.theme)
