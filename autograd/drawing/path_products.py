"""Every path that the chain rule sums over: ∂L/∂a is the sum, over all paths from a to L, of the product of local derivatives.

Source: the section on backward differentiation on computation graphs in the textbook (Jurafsky & Martin, *Speech and Language
Processing*, the chapter on neural networks), and Bauer (1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

from autograd.derivatives import gradients_by_node
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.naming import name_nodes
from autograd.drawing.drawing import Drawing, draw
from autograd.engine import graph
from autograd.engine.outputs import single
from autograd.engine.value import Value
from autograd.notation.formulas import equation, number, product_of
from autograd.notation.names import plain
from autograd.notation.numbers import format_number
from autograd.notation.plain import to_plain

_Walked: TypeAlias = tuple[tuple[Value, ...], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class GraphPath:
    """A path from a node to the output.

    Attributes:
        nodes: the nodes from the start to the output.
        local_derivatives: the local derivative of each step, ∂next/∂this.
        product: the product of the local derivatives, which is what this path adds to the gradient.
        text: the path and the product written out.
    """

    nodes: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    product: float
    text: str


class Paths(Drawing):
    """A picture with the paths from one node to the output highlighted, and the product along each.

    Attributes:
        paths: the first paths with their products, in the order of operands.
        count: the number of all paths, which may be more than could ever be listed.
        total: the sum of the products of all paths, which is the gradient.
    """

    def __init__(self, drawing: Drawing, paths: tuple[GraphPath, ...], count: int, total: float, heading: str) -> None:
        vars(self).update(vars(drawing))
        self.paths = paths
        self.count = count
        self.total = total
        self._heading = heading

    def text(self) -> str:
        """The paths and their products as lines of text.

        >>> a, b = Value(3, "a"), Value(1, "b")
        >>> d = a * b; d.label = "d"
        >>> print(paths(a, a * d).text())
        ∂L/∂a = 6, the sum over 2 paths:
          a → L: 3
          a → d → L: 1 · 3 = 3
        """
        lines = [self._heading, *(f"  {path.text}" for path in self.paths)]
        if self.count > len(self.paths):
            lines.append(f"  … and {self.count - len(self.paths):,} more")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from html import escape

        bundle = super()._repr_mimebundle_()
        return {"text/html": f"{bundle['text/html']}<pre>{escape(self.text())}</pre>", "text/plain": self.text()}


def paths(source: Value, output: Value, *, limit: int = 20, **options: Any) -> Paths:
    """Highlight every path from a node to the output, and print the product of the local derivatives along each.

    Args:
        source: the node at which the paths begin: a leaf, or any other node of the graph.
        output: the node at which they end.
        limit: how many paths are listed; all are counted and summed.
        options: the options of `draw`; local derivatives are shown unless they say otherwise.

    Returns:
        A drawing, which prints as the list of paths.

    Raises:
        ValueError: the output does not depend on the source.
        StaleGraphError: a leaf was assigned after a result had been computed from it; call refresh() first.
    """
    source, output = single(source), single(output)
    order = graph.topological_order(output)
    on_path = _between(source, output, order)
    digits = options.get("digits", 4)
    names = name_nodes(order, [output], digits)
    drawing = draw(output, **{"level": "value", "local_derivatives": True, **options})
    listed = []
    for nodes, derivatives in _walk(source, output, on_path, limit):
        # An operand that a choice left out takes no part: its product is 0, even if another factor is infinite.
        left_out = any(node.primitive.selects and not d for node, d in zip(nodes[1:], derivatives, strict=True))
        product = 0.0 if left_out else prod(derivatives)
        ways = " → ".join(plain(names[node]) for node in nodes)
        factors = [number(derivative, digits) for derivative in derivatives]
        sides = [product_of(*factors), number(product, digits)] if len(factors) > 1 else [number(product, digits)]
        listed.append(GraphPath(nodes, derivatives, product, f"{ways}: {to_plain(equation(*sides))}"))
    count, total = _count_and_sum(source, output, order, on_path)
    _highlight(drawing.diagram, on_path)
    what = f"∂{plain(names[output])}/∂{plain(names[source])} = {format_number(total, digits)}"
    heading = f"{what}, the product along the only path:" if count == 1 else f"{what}, the sum over {count:,} paths:"
    return Paths(drawing, tuple(listed), count, total, heading)


def _between(source: Value, output: Value, order: list[Value]) -> dict[Value, None]:
    """The nodes that lie on a path, in the order of computation."""
    leads: dict[Value, None] = {source: None}
    for node in order:
        if node is not source and any(operand in leads for operand in graph.operands(node)):
            leads[node] = None
    if source not in set(order) or output not in leads:
        named = f"{source.label!r}" if source.label else repr(source)
        raise ValueError(f"there is no path: {output.label or 'the output'} was not computed from {named}")
    return leads


def _walk(source: Value, output: Value, on_path: dict[Value, None], limit: int) -> list[_Walked]:
    """The first paths, as nodes and as local derivatives from the source to the output."""
    found: list[_Walked] = []
    # The steps are linked lists from the output down, so that a long path costs no more than its length.
    stack: list[tuple[Value, Any]] = [(output, None)]
    while stack and len(found) < limit:
        node, way = stack.pop()
        if node is source:
            nodes, derivatives = [node], []
            while way is not None:
                (upper, derivative), way = way
                nodes.append(upper)
                derivatives.append(derivative)
            found.append((tuple(nodes), tuple(derivatives)))
            continue
        steps = [
            (operand, ((node, derivative), way))
            for operand, derivative in zip(graph.operands(node), graph.local_derivatives(node), strict=True)
            if operand in on_path
        ]
        stack += reversed(steps)
    return found


def _count_and_sum(source: Value, output: Value, order: list[Value], on_path: dict[Value, None]) -> tuple[int, float]:
    """How many paths there are, and the sum of their products, both without walking them one by one."""
    counts = {source: 1}
    for node in order:
        if node in on_path and node is not source:
            counts[node] = sum(counts.get(operand, 0) for operand in graph.operands(node) if operand in on_path)
    sums = gradients_by_node([output], [node for node in order if node in on_path and node is not source])
    return counts[output], sums.get(source, 0.0)


def _highlight(diagram: Diagram, on_path: dict[Value, None]) -> None:
    for box in diagram.boxes:
        box.highlighted = any(node in on_path for node in box.nodes)
        box.faded = not box.highlighted
    for edge in diagram.edges:
        edge.highlighted = diagram.boxes[edge.source].highlighted and diagram.boxes[edge.target].highlighted
        edge.faded = not edge.highlighted
