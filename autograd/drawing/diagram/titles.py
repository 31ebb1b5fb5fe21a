"""The formulas in boxes: ``e = a + d`` for an operation, ``tanh(w·x + b)`` for a folded neuron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.notation.formulas import Formula, call, ellipsis, product_of, symbol
from autograd.notation.names import Name, Run, plain
from autograd.notation.plain import to_runs
from autograd.number_systems.formulas import formula_of

_LONGEST_SUMMARY = 28
_MOST_OPERATIONS = 6  # of one part
_MOST_ELEMENTS = 3  # of a vector that has no letter


def title_of(node: Value, names: Mapping[Value, Name]) -> tuple[Run, ...]:
    """The formula of an operation, with the names of its operands."""
    groups = graph.mapped(lambda operand: symbol(names[operand]), graph.groups(node))
    return (*names[node], Run(" = "), *to_runs(formula_of(node.primitive, groups)))


def summary_of(parts: Sequence[Sequence[Value]], outputs: Sequence[Value], names: Mapping[Value, Name]) -> str:
    """What folded nodes compute, if all parts share one short formula; else an empty string.

    The formula has the full names, or the letters alone where parts, or the terms of a dot product, differ in their indices only:
    h = tanh(w·x + b). A letter never stands for two different things.

    Args:
        parts: the nodes, as connected parts.
        outputs: those of them that other nodes use, or that are used by none.
        names: the names of all nodes that they use.
    """
    if max(map(len, parts)) > _MOST_OPERATIONS:
        return ""
    ends = set(outputs)
    has_dots = any(node.primitive.name == "dot" for part in parts for node in part)
    for writer in (_Letters, _Names) if has_dots else (_Names, _Letters):
        written = {writer(part, names).write([node for node in part if node in ends]) for part in parts}
        summary = written.pop() if len(written) == 1 else ""
        if 0 < len(summary) <= _LONGEST_SUMMARY:
            return summary
    return ""


class _UnwritableError(Exception):
    """There is no formula in these names for what a part computes."""


class _Names:
    """Writes what a part computes, with the names of the nodes it uses."""

    def __init__(self, part: Sequence[Value], names: Mapping[Value, Name]) -> None:
        self.inside = set(part)
        self.names = names
        self.meanings: dict[Name, tuple[Value, ...]] = {}

    def write(self, outputs: Sequence[Value]) -> str:
        if len(outputs) != 1:
            return ""
        try:
            return plain(_tight(to_runs(self.formula(outputs[0]))))
        except _UnwritableError:
            return ""

    def formula(self, node: Value) -> Formula:
        if node in self.inside:
            return self.operation(node)
        if node not in self.names:
            raise _UnwritableError
        return self.operand(node)

    def operation(self, node: Value) -> Formula:
        return formula_of(node.primitive, graph.mapped(self.formula, graph.groups(node)))

    def operand(self, node: Value) -> Formula:
        return symbol(self.meaning(self.names[node], (node,)))

    def meaning(self, name: Name, nodes: tuple[Value, ...]) -> Name:
        """A name, which from now on stands for these nodes only. A number stands for itself."""
        if not name or (not _is_number(nodes[0]) and self.meanings.setdefault(name, nodes) != nodes):
            raise _UnwritableError
        return name


class _Letters(_Names):
    """Writes names without indices, and a dot product as that of two vectors."""

    def operation(self, node: Value) -> Formula:
        if node.primitive.name != "dot":
            return super().operation(node)
        return product_of(*map(self.vector, graph.groups(node)))

    def operand(self, node: Value) -> Formula:
        return symbol(self.meaning(self.letter_of(node), (node,)))

    def vector(self, elements: tuple[Value, ...]) -> Formula:
        if not self.inside.isdisjoint(elements) or not all(element in self.names for element in elements):
            raise _UnwritableError
        if len(set(map(self.letter_of, elements))) == 1 and (len(elements) == 1 or not any(map(_is_number, elements))):
            return symbol(self.meaning(self.letter_of(elements[0]), elements))
        shown = elements if len(elements) <= _MOST_ELEMENTS else (elements[0], None, elements[-1])
        return call("", *(ellipsis() if element is None else self.operand(element) for element in shown))

    def letter_of(self, node: Value) -> Name:
        return tuple(run for run in self.names[node] if run.script == 0)


def _is_number(node: Value) -> bool:
    return node.primitive.name == "constant" and not node.label


def _tight(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(Run("·") if run == Run(" · ") else run for run in runs)
