"""Groups whose members are computed one by one: an array operation each, with the way its gradient takes back beside it."""

from __future__ import annotations

from typing import Any

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays.adjoints import Adjoint, Adjoints
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.sources import Sources
from autograd.vectorizing.grouping.groups import Group
from autograd.vectorizing.layout.layout import Plan

BEATS = {"maximum of two": "greater", "minimum of two": "less"}


class ByRule:
    """A primitive of one or two operands: both its forward rule and its derivatives are read off the table."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._plan = plan
        self._group = group
        self._sources = sources
        self._primitive = TABLE[group.primitive]
        graph = sources.graph
        self._operands = [sources.fetch(operand) for operand in plan.operands]
        if graph.composite:
            result = graph.elementwise(group.primitive, *self._operands)
        else:
            result = self._primitive.forward(graph, *self._operands)
        self.result = graph.as_float(result)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each operand upstream × local derivative."""
        derivatives = self._primitive.local_derivatives(self._sources.graph, self._operands, self.result)
        for operand, derivative in zip(self._plan.operands, derivatives, strict=True):
            passes_nothing = self._primitive.selects and not isinstance(derivative, Array) and not derivative
            if self._sources.is_active(operand) and not passes_nothing:
                adjoints.push(operand, self._product(upstream, derivative), self._group.batched)

    def _product(self, upstream: Adjoint, derivative: Any) -> Adjoint:
        graph = self._sources.graph
        if not isinstance(derivative, Array):
            derivative = float(derivative)
            if derivative == 1.0:
                return upstream
            if derivative == -1.0:
                return graph.elementwise("negative", upstream)
        return graph.elementwise("multiply", upstream, derivative)


class ChoiceOfTwo:
    """One of two numbers for each element: by a condition, or the larger or smaller one."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._batched = group.batched
        self._sources = sources
        graph = sources.graph
        operands = [sources.fetch(operand) for operand in plan.operands]
        if group.primitive == "where":
            self._condition, *chosen = operands
            self._candidates = plan.operands[1:]
        else:
            # Of equal ones the first; a nan replaces nothing and is replaced by nothing.
            chosen = operands[::-1]
            self._condition = graph.elementwise(BEATS[group.primitive], *chosen)
            self._candidates = plan.operands[::-1]
        self.result = graph.as_float(graph.choose(self._condition, *chosen))

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give what was chosen the gradient, and what was left out 0, also of an infinite gradient."""
        for candidate, parts in zip(self._candidates, ((upstream, 0.0), (0.0, upstream)), strict=True):
            if self._sources.is_active(candidate):
                adjoints.push(candidate, self._sources.graph.choose(self._condition, *parts), self._batched)


class Concatenation:
    """The members of several groups side by side."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        (self._operand,) = plan.operands
        self._batched = group.batched
        self.result = sources.fetch(self._operand)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each part its part of the gradient."""
        adjoints.push(self._operand, upstream, self._batched)
