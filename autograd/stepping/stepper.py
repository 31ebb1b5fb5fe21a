"""`step_through`: a cursor over the steps of the forward and the backward pass."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import Any, overload

from autograd.drawing.layout.layout import DIRECTIONS, Direction
from autograd.engine import graph
from autograd.engine.outputs import single
from autograd.engine.value import Value
from autograd.notation.names import name_of_label, plain
from autograd.stepping.explaining import Explanation, explain
from autograd.stepping.page import framed_html, page_html, widget_html
from autograd.stepping.presenting import Presentation, notebook_bundle, page_data, present
from autograd.stepping.steps import Step, steps_of
from autograd.stepping.wording import Wording


class Stepper:
    """A cursor over the steps of computing an output and its gradients, which a notebook shows as an interactive page.

    It starts before the first step. It does not change the graph, and its numbers are exactly those of `grad`.

    Attributes:
        output: the Value whose gradients are computed.
        digits: how many significant digits are shown.
        direction: the direction in which the computation proceeds in the picture.
        order: all nodes, operands before results.
        wording: the names and formulas of its steps.
        steps: all steps, a tuple of `Step`.
        current: the step the cursor is at; None before the first.

    >>> a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    >>> stepper = step_through(c * (a + 2 * b))
    >>> len(stepper), stepper.next().sentence
    (9, 'Forward: v₁ = 2 × b = 2 × 1 = 2.')
    >>> stepper.goto("a").sentence
    'Backward: ∂L/∂a = ∂L/∂v₂ · ∂v₂/∂a = (−2) · 1 = −2.'
    """

    def __init__(self, output: Value, *, digits: int = 4, direction: Direction = "right") -> None:
        output = single(output)
        if not isinstance(output, Value):
            raise TypeError(f"step_through takes a Value, not {output!r}")
        if direction not in DIRECTIONS:
            raise ValueError(f"direction is one of {', '.join(map(repr, DIRECTIONS))}, not {direction!r}")
        self.output = output
        self.digits = digits
        self.direction: Direction = direction
        self.order = graph.topological_order(output)
        self.wording = Wording(output, self.order, digits)
        self.steps: tuple[Step, ...] = tuple(steps_of(output, self.order, self.wording))
        self._computed_at = {step.node: step.index for step in self.steps if step.phase == "forward"}
        self._position = -1
        self._gradients: dict[Value, float] = {}
        self._breakpoints: dict[Value, None] = {}

    # -------------------------------------------------------------------------------------------- where it is

    @property
    def position(self) -> int:
        """The index of the current step; -1 before the first."""
        return self._position

    @property
    def current(self) -> Step | None:
        """The step the cursor is at; None before the first."""
        return self.steps[self._position] if self._position >= 0 else None

    def gradient_of(self, node: Value | str) -> float | None:
        """The gradient that a node has at this point; None before a contribution has reached it.

        Raises:
            KeyError: there is no such node.
        """
        return self._gradients.get(self._node(node))

    def is_computed(self, node: Value | str) -> bool:
        """Whether the value of a node is known at this point; those of leaves are known from the start.

        Raises:
            KeyError: there is no such node.
        """
        wanted = self._node(node)
        return wanted._first is None or self._computed_at[wanted] <= self._position

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[index]

    # --------------------------------------------------------------------------------------------- moving it

    def next(self) -> Step | None:
        """Take one step forward and return it; at the end, stay there and return None."""
        if self._position + 1 == len(self.steps):
            return None
        self._position += 1
        step = self.steps[self._position]
        if step.after is not None:
            self._gradients[step.node] = step.after
        return step

    def back(self) -> Step | None:
        """Take one step back and return the step at which the cursor then is; None before the first."""
        if self._position >= 0:
            step = self.steps[self._position]
            if step.before is not None:
                self._gradients[step.node] = step.before
            else:
                self._gradients.pop(step.node, None)
            self._position -= 1
        return self.current

    def goto(self, target: int | str | Value) -> Step:
        """Go to a step and return it.

        Args:
            target: an index, which counts from the end if it is negative; or a node or its name, for the step that completes its
                gradient.

        Raises:
            IndexError: there is no step with that index.
            KeyError: there is no node of that name, or it has no gradient.
        """
        if isinstance(target, int):
            if not -len(self.steps) <= target < len(self.steps):
                raise IndexError(f"there are {len(self.steps)} steps, from 0 to {len(self.steps) - 1}; there is no step {target}")
            index = target % len(self.steps)
        else:
            node = self._node(target)
            reached = [step.index for step in self.steps if step.node is node]
            if not reached:
                raise KeyError(f"no step changes {plain(self.wording.names[node])}: it is a constant")
            index = reached[-1]
        while self._position < index:
            self.next()
        while self._position > index:
            self.back()
        return self.steps[index]

    def reset(self) -> None:
        """Go back to before the first step. Breakpoints are kept."""
        self._position = -1
        self._gradients.clear()

    def add_breakpoint(self, node: Value | str) -> None:
        """Make `run` stop at each step that changes a node.

        Raises:
            KeyError: there is no such node.
        """
        self._breakpoints[self._node(node)] = None

    def remove_breakpoint(self, node: Value | str) -> None:
        """Remove a breakpoint, if there is one.

        Raises:
            KeyError: there is no such node.
        """
        self._breakpoints.pop(self._node(node), None)

    def run(self) -> Step | None:
        """Go on to the next breakpoint and return its step; if there is none, go to the end and return None."""
        while step := self.next():
            if step.node in self._breakpoints:
                return step
        return None

    # -------------------------------------------------------------------------------------------- showing it

    def explain(self, node: Value | str, by: str = "use") -> Explanation:
        """Why the gradient of a node is what it is; see `explain`."""
        return explain(self._node(node), self.output, by=by, digits=self.digits)

    def presented(self) -> Presentation:
        """The steps and the picture of the page, as it is at the position of the cursor.

        Raises:
            ValueError: the graph has too many nodes for a page.
        """
        return present(self.wording, self.steps, self._position, self.direction)

    def html(self) -> str:
        """The page as a fragment of HTML, as a notebook shows it.

        Raises:
            ValueError: the graph has too many nodes for a page.
        """
        return widget_html(page_data(self.presented()))

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page as one HTML file, which works offline from disk.

        Returns:
            The path.

        Raises:
            ValueError: the name doesn't end in ``.html``, or the graph has too many nodes for a page.
            OSError: the file can't be written.
        """
        path = Path(fspath(path))
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"can't save the steps as {path.name!r}: the name must end in .html")
        page = page_html(page_data(self.presented()))
        try:
            path.write_text(page, encoding="utf-8")
        except OSError as error:
            # The error of a full disk has no file name.
            error.filename = error.filename or str(path)
            raise
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return notebook_bundle(self.presented(), repr(self))

    def _mime_(self) -> tuple[str, str]:
        """The page for marimo, which runs scripts in frames only."""
        return "text/html", framed_html(page_data(self.presented()))

    def __repr__(self) -> str:
        where = "before the first step" if self.current is None else f"at step {self._position}: {self.current.sentence}"
        return f"<{len(self.steps)} steps to the gradients of {plain(self.wording.names[self.output])}, {where}>"

    def _node(self, node: Value | str) -> Value:
        node = single(node)
        if isinstance(node, Value):
            if node not in self.wording.names:
                raise KeyError(f"{node.label or node!r} is not a node of this graph")
            return node
        written = plain(name_of_label(node))
        found = [v for v, name in self.wording.names.items() if node == v.label or plain(name) in (node, written)]
        if not found:
            named = sorted({plain(name) for v, name in self.wording.names.items() if v.primitive.name != "constant"})
            raise KeyError(f"no node is called {node!r}; there are {', '.join(named[:20])}{' …' if len(named) > 20 else ''}")
        return found[-1]


def step_through(output: Value, *, digits: int = 4, direction: Direction = "right") -> Stepper:
    """Step through the forward and the backward pass of a graph, one edge at a time.

    Args:
        output: the Value whose gradients are computed; its graph is not changed.
        digits: how many significant digits numbers are rounded to where they are shown; a number below a million keeps its whole
            digits. The steps have all digits.
        direction: where the computation proceeds in the picture: ``"right"``, ``"left"``, ``"down"`` or ``"up"``.

    Returns:
        A `Stepper`: a cursor for programs, and in a notebook a page with buttons, a slider and the chain rule in formulas. Each
        leaf has a slider and a field there, and all that the page shows follows; it computes by itself, without a network.

    Raises:
        TypeError: output is not a Value.
        ValueError: direction is not one of the four.
        StaleGraphError: a leaf was assigned after a result had been computed from it; call refresh() first.

    Source: the section on backward differentiation on computation graphs of the textbook (Jurafsky & Martin, *Speech and
    Language Processing*, the chapter on neural networks).
    """
    return Stepper(output, digits=digits, direction=direction)
