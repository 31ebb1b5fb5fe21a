"""What a program knows of the graph it was made from, whichever engine computes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.rolled.program import Kind, RolledProgram


@dataclass(frozen=True, slots=True)
class Digest:
    """What has been read of a recorded graph.

    Attributes:
        parameters: the parameters that anything in the graph depends on, in the order in which θ begins.
        captured: the leaves that are not parameters, whose numbers have become constants.
        n_nodes: how many scalars were recorded, with or without leaves: what it takes to compute one example anew.
        has_choice: whether anything in the graph can be left out of a derivative, as what `where` does not choose is.
        has_gradient: whether the loss depends on a parameter.
        demands_on_inputs: the numbers of the demands that depend on inputs and on no parameter, in the order in which they
            are checked. A demand that depends on neither held when it was recorded, and always will.
    """

    parameters: tuple[Value, ...]
    captured: tuple[Value, ...]
    n_nodes: int
    has_choice: bool
    has_gradient: bool
    demands_on_inputs: tuple[int, ...]


def digest_of_grouping(grouping: Grouping, layout: ArrayLayout | None) -> Digest:
    """The digest of a grouped graph; θ has the order of the layout, if there is one."""
    used: list[Value] = [member for member in grouping.groups[Grouping.PARAMETERS].members if member is not None]
    numbers = grouping.demands_by_group(active=False).values()
    return Digest(
        parameters=tuple(used if layout is None else [used[place] for place in layout.theta]),
        captured=tuple(grouping.captured),
        n_nodes=grouping.n_nodes,
        has_choice=_has_choice(group.primitive.removesuffix(" of two") for group in grouping.groups),
        has_gradient=grouping.groups[grouping.loss[0]].active,
        demands_on_inputs=tuple([number for of_group in numbers for number in sorted(of_group)]),
    )


def digest_of_rolled(rolled: RolledProgram) -> Digest:
    """The digest of a rolled program; θ has the order in which the parameters are first used."""
    arrays = [demand.array for demand in rolled.demands]
    return Digest(
        parameters=tuple(rolled.parameter_values),
        captured=tuple(rolled.captured),
        n_nodes=rolled.n_nodes,
        has_choice=_has_choice(rolled.primitives),
        has_gradient=rolled.loss.array.active,
        demands_on_inputs=tuple(
            [
                number
                for number, array in enumerate(arrays)
                if array.batched and not array.active and array.kind is not Kind.CONSTANTS
            ]
        ),
    )


def _has_choice(names: Iterable[str]) -> bool:
    return any(TABLE[name].selects for name in set(names) & TABLE.keys())
