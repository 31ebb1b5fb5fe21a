"""From a graph to a diagram: which nodes are shown, at what level of detail, and what is written into each box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from autograd.drawing.diagram.diagram import Box, Diagram, Edge, Kind
from autograd.drawing.diagram.folding import Detail, Fold, fold, parts_of
from autograd.drawing.diagram.naming import name_nodes
from autograd.drawing.diagram.titles import summary_of, title_of
from autograd.engine import graph
from autograd.engine.scopes import description_of, level_of, name_of
from autograd.engine.value import Value
from autograd.notation.names import Name, Run, plain
from autograd.notation.numbers import format_number

NO_GRADIENT = "–"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is written into the boxes and at the edges.

    Attributes:
        gradients: whether each box has a gradient, or a dash where none has been computed.
        local_derivatives: whether ∂target/∂source stands at each edge.
        hide_constants: whether a constant is left without a box if it stands in the formulas of all the nodes that use it.
        digits: how many significant digits numbers are rounded to; whole digits are always kept.
        gradient_of: the gradients that are known.
        fold_numbers: whether a node that was computed from hidden constants alone is written as a number too.
    """

    gradients: bool = True
    local_derivatives: bool = False
    hide_constants: bool = True
    digits: int = 4
    gradient_of: Mapping[Value, float] = field(default_factory=dict)
    fold_numbers: bool = False


def build(roots: Sequence[Value], order: Sequence[Value], detail: Detail, contents: Contents) -> Diagram:
    """Make the diagram of a graph.

    Args:
        roots: the outputs.
        order: all nodes, operands before results.
        detail: the smallest unit that has a box of its own.
    """
    builder = _DiagramBuilder(roots, order, contents)
    groups = fold(order, detail)
    ordered = _in_order(groups)
    if ordered is None:
        # Scopes that lead into each other can't be folded one by one.
        detail, ordered = "value", fold(order, "value")
    return builder.diagram(ordered, detail)


def _in_order(groups: Sequence[Fold]) -> list[Fold] | None:
    """The folds in an order in which operands come before results; None if that is impossible."""
    group_of = {node: group for group in groups for node in (*group.nodes, *group.hidden)}
    position = {group: number for number, group in enumerate(groups)}
    users: dict[Fold, dict[Fold, None]] = {group: {} for group in groups}
    waiting = dict.fromkeys(groups, 0)
    for group in groups:
        needed = {group_of[v]: None for node in group.nodes for v in graph.operands(node)}
        needed.pop(group, None)
        waiting[group] = len(needed)
        for other in needed:
            users[other][group] = None
    ready = [position[group] for group in groups if waiting[group] == 0]
    ordered = []
    while ready:
        group = groups[heappop(ready)]
        ordered.append(group)
        for user in users[group]:
            waiting[user] -= 1
            if waiting[user] == 0:
                heappush(ready, position[user])
    return ordered if len(ordered) == len(groups) else None


class _DiagramBuilder:
    def __init__(self, roots: Sequence[Value], order: Sequence[Value], contents: Contents) -> None:
        self.roots = dict.fromkeys(roots)
        self.contents = contents
        self.order = order
        self.names: dict[Value, Name] = {}
        self.n_nodes = len(order)
        self.passed_on: set[Value] = set()  # nodes that another fold than their own uses
        self.numbers: set[Value] = set()  # nodes that are written as numbers where they are used
        self.number: Callable[[float], str] = lambda x: format_number(x, contents.digits)

    def diagram(self, groups: Sequence[Fold], detail: Detail) -> Diagram:
        if self.contents.hide_constants:
            self._find_numbers(groups)
        self._name(groups)
        result = Diagram(n_nodes=self.n_nodes, outputs={root: plain(self.names[root]) for root in self.roots})
        shown = [group for group in groups if group.is_folded or group.nodes[0] not in self.numbers]
        for number, group in enumerate(shown):
            result.boxes.append(self._folded(group, detail) if group.is_folded else self._single(group.nodes[0]))
            for node in (*group.nodes, *group.hidden):
                result.box_of[node] = number
        for number, group in enumerate(shown):
            if group.is_folded:
                self._add_folded_edges(result, group, number)
            else:
                self._add_edges(result, group.nodes[0], number)
        return result

    def _name(self, groups: Sequence[Fold]) -> None:
        """Name the nodes that have a box of their own, and the outputs of folded ones."""
        group_of = {node: group for group in groups for node in group.nodes}
        self.passed_on = {
            operand for node, group in group_of.items() for operand in graph.operands(node) if group_of.get(operand) is not group
        }
        given: dict[Value, Name] = {node: (Run(self.number(node._data)),) for node in self.numbers}
        visible = set(self.roots)
        for group in groups:
            if not group.is_folded or group.nodes[0]._first is None:
                visible.update(group.nodes)
                continue
            outputs = self._outputs(group)
            # Leaves that are hidden in a box appear in the formula of what it computes.
            visible.update(outputs, group.hidden)
            for place, output in enumerate(outputs):
                given[output] = _output_name(group, place, len(outputs))
        self.names = name_nodes([node for node in self.order if node in visible], list(self.roots), self.contents.digits, given)

    def _find_numbers(self, groups: Sequence[Fold]) -> None:
        """Find the unlabelled constants, and nodes computed from them alone, that appear in the titles of all their users."""
        used = {v for g in groups for user in g.nodes if g.is_folded or user.primitive.arity > 2 for v in graph.operands(user)}
        single = {group.nodes[0] for group in groups if not group.is_folded}
        for node in self.order:
            if node not in single or node.label or node in self.roots or node in used:
                continue
            folds = self.contents.fold_numbers and node._first is not None and self.numbers.issuperset(graph.operands(node))
            if node.primitive.name == "constant" or folds:
                self.numbers.add(node)

    def _single(self, node: Value) -> Box:
        name = self.names[node]
        is_constant = node.primitive.name == "constant"
        title = name if node._first is None else title_of(node, self.names)
        kind: Kind = (
            "output" if node in self.roots and node._first is not None
            else "operation" if node._first is not None else "constant" if is_constant else "leaf"
        )  # fmt: skip
        # The name of an unlabelled constant is its number, which need not be written twice.
        value = "" if is_constant and not node.label else self.number(node._data)
        return Box(kind, title, plain(name), value, self._gradient(node), nodes=(node,))

    def _gradient(self, node: Value) -> str:
        if not self.contents.gradients or node.primitive.name == "constant":
            return ""
        gradient = self.contents.gradient_of.get(node)
        return NO_GRADIENT if gradient is None else self.number(gradient)

    def _folded(self, group: Fold, detail: Detail) -> Box:
        nodes = tuple(group.nodes)
        if nodes[0]._first is None:
            return self._folded_leaves(nodes, group.is_owned)
        assert group.scope is not None
        outputs = self._outputs(group)
        parameters = [leaf for leaf in group.hidden if leaf.primitive.name != "constant"]
        parts = parts_of(nodes)
        n_parts = len(parts)
        details = []
        if group.index is None:
            name: Name = (Run(name_of(group.scope)),)
            described = description_of(group.scope)
            details += [described] if described and described != name[0].text else []
        else:
            name = self.names[outputs[0]] if len(outputs) == 1 else _output_name(group, 0, 1)
        summary = summary_of(parts, outputs, self.names)
        if summary:
            details.append(f"{n_parts} × {summary}" if n_parts > 1 else summary)
        if group.index is None:
            counts = [_counted(len(nodes), "operation"), _counted(len(parameters), "parameter")]
            details.append(", ".join(count for count in counts if not count.startswith("0 ")))
        single = outputs[0] if len(outputs) == 1 else None
        kind: Kind = "output" if any(node in self.roots for node in nodes) else "folded"
        return Box(
            kind, name, plain(name), self.number(single._data) if single is not None else "",
            self._gradient(single) if single is not None else "", tuple(details), nodes, n_parts,
        )  # fmt: skip

    def _folded_leaves(self, nodes: tuple[Value, ...], is_owned: bool) -> Box:
        kind: Kind = "constant" if nodes[0].primitive.name == "constant" else "leaf"
        first, last = self.names[nodes[0]], self.names[nodes[-1]]
        title = (*first, Run(" … "), *last) if len(nodes) > 2 else (*first, Run(", "), *last)
        detail = f"{len(nodes)} {'constants' if kind == 'constant' else 'parameters' if is_owned else 'leaves'}"
        return Box(kind, title, plain(title), details=(detail,), nodes=nodes, repeated=len(nodes))

    def _outputs(self, group: Fold) -> list[Value]:
        inside = {v for node in group.nodes for v in graph.operands(node)}
        # A node may be used both inside and outside.
        return [node for node in group.nodes if node not in inside or node in self.passed_on or node in self.roots]

    def _add_edges(self, result: Diagram, node: Value, target: int) -> None:
        operands = graph.operands(node)
        written: Sequence[str] = ()
        if self.contents.local_derivatives and operands:
            written = list(map(self.number, graph.local_derivatives(node)))
        for position, operand in enumerate(operands):
            source = result.box_of.get(operand)
            if source is None:
                continue
            # Constants have no gradient, so no local derivative is needed on the way to them.
            derivative = written[position] if written and operand.primitive.name != "constant" else ""
            result.edge_of[node, position] = len(result.edges)
            result.edges.append(Edge(source, target, position, derivative))

    def _add_folded_edges(self, result: Diagram, group: Fold, target: int) -> None:
        used: dict[int, dict[Value, None]] = {}
        for node in group.nodes:
            for operand in graph.operands(node):
                source = result.box_of.get(operand)
                if source is not None and source != target:
                    used.setdefault(source, {})[operand] = None
        for position, (source, values) in enumerate(used.items()):
            result.edges.append(Edge(source, target, position, repeated=len(values)))


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _output_name(group: Fold, place: int, n_outputs: int) -> Name:
    """The textbook's name for the output of a folded neuron or layer: h^[1]₂ for unit 2 of layer 1, and y for a network."""
    assert group.scope is not None
    is_network = group.index is None and level_of(group.scope) == "network"
    letter = Run("y" if is_network else "h", italic=True)
    number = place + 1 if group.index is None else group.index + 1
    subscript = () if is_network and n_outputs == 1 else (Run(str(number), -1),)
    parts = name_of(group.scope).split(".")
    counted = ",".join(str(int(part) + 1) if part.isdigit() else part for part in parts if part != "layers")
    if is_network or counted in ("", type(group.scope[1]).__name__):
        return (letter, *subscript)
    return (letter, Run(f"[{counted}]", 1), *subscript)


def shown_only(diagram: Diagram, kept: Mapping[int, int]) -> Diagram:
    """The part of a diagram that some boxes make up; `kept` maps their positions to the new ones."""
    part = Diagram(n_nodes=diagram.n_nodes, caption=diagram.caption, outputs=diagram.outputs)
    part.boxes = [diagram.boxes[number] for number in kept]
    edges: dict[int, int] = {}
    for number, edge in enumerate(diagram.edges):
        if edge.source in kept and edge.target in kept:
            edges[number] = len(part.edges)
            part.edges.append(replace(edge, source=kept[edge.source], target=kept[edge.target]))
    part.box_of = {node: kept[number] for node, number in diagram.box_of.items() if number in kept}
    part.edge_of = {use: edges[number] for use, number in diagram.edge_of.items() if number in edges}
    return part
