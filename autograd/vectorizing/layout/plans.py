"""How each group of a graph is computed and from which elements, and where the parameters are: what laying out decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

import numpy

from autograd.vectorizing.grouping.groups import Located

Indices: TypeAlias = Any  # numpy.ndarray of flat indices
Shape = tuple[int, ...]


@dataclass
class Block:
    """Neighbouring parameters that are used as one array.

    Attributes:
        offset: where they begin in θ.
        shape: the shape of the array.
    """

    offset: int
    shape: Shape

    @property
    def size(self) -> int:
        """The number of parameters."""
        return prod(self.shape)


@dataclass
class Elements:
    """What a slot of a laid-out group takes: elements of one group, or runs of several side by side along the last axis.

    Attributes:
        parts: a group and flat indices into it. All index arrays agree in shape up to the last axis.
    """

    parts: list[tuple[int, Indices]]

    @property
    def shape(self) -> Shape:
        """The shape of all parts together."""
        first: Shape = self.parts[0][1].shape
        if len(self.parts) == 1:
            return first
        return (*first[:-1], sum(indices.shape[-1] for _, indices in self.parts))


@dataclass
class Plan:
    """How a group is computed.

    Attributes:
        group: the number of the group.
        kind: `"elementwise"`, `"outer product"` (all pairs of rows), `"row product"` (row by row), `"rows"` (a function of
            the last axis), `"look-up"` (rows of a table by index), `"look-up by columns"` (of a table that is given turned),
            `"choice"` (one element of each row), `"running"` (a sum or product along the last axis), or `"concatenation"`.
        shape: the shape of the result for one example.
        operands: the operands, which have the shape of the result; rows have one more axis, for their elements.
    """

    group: int
    kind: str
    shape: Shape
    operands: list[Elements]


@dataclass
class ArrayLayout:
    """Where everything is.

    Attributes:
        plans: how the groups are computed, in order.
        blocks: the parameters that are used as one array, in the order of θ.
        theta: for each place in θ, the position of the parameter in its group.
        shapes: the shape of each group's array.
        ranks: for each group, the place of each member in its array.
    """

    plans: list[Plan] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    theta: list[int] = field(default_factory=list)
    shapes: dict[int, Shape] = field(default_factory=dict)
    ranks: dict[int, Indices] = field(default_factory=dict)

    def operand(self, located: list[Located]) -> Elements:
        """Where some scalars are; runs of neighbours from the same group are one part."""
        parts: list[tuple[int, list[int]]] = []
        for group, position in located:
            if not parts or parts[-1][0] != group:
                parts.append((group, []))
            parts[-1][1].append(position)
        return Elements([(group, self.ranks[group][numpy.array(positions)]) for group, positions in parts])
