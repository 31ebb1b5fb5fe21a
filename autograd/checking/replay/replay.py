"""A recorded graph, replayed in numbers of any precision: forward, forward with an input moved, and backward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from mpmath.libmp import fone, fzero, mpf_abs, mpf_mul

from autograd.engine import graph
from autograd.engine.value import Value, recorded_as
from autograd.number_systems.high_precision import arithmetic
from autograd.number_systems.high_precision.arithmetic import Raw, bits, from_float
from autograd.number_systems.high_precision.compiled_rules import compile_rule, gives_each_other, is_product
from autograd.number_systems.high_precision.evaluation import Forward, derivative_of, derivatives_of, forward_of
from autograd.table.rules import MANY, Primitive, Summed


def working_precision(digits: int) -> int:
    """How many bits to compute with for a number of decimal digits."""
    return bits(digits) + 20


class ReplayStep(NamedTuple):
    """One node to compute: its place, what computes it, and the places of its operands (lists for n-ary primitives)."""

    place: int
    compute: Forward
    first: Any
    second: Any


class UndefinedError(ArithmeticError):
    """A replay came to an operation that is not defined there.

    Attributes:
        place: of the node.
    """

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(reason)
        self.place = place


class Replay:
    """A graph laid out for replaying.

    Args:
        outputs: its roots.
        inputs: the leaves that move.

    Attributes:
        nodes: all that the outputs were computed from, operands before results.
        place: of each node in `nodes`.
        inputs: the places of the inputs; None for one that no output depends on.
        outputs: the places of the outputs.

    >>> from mpmath.libmp import to_float
    >>> x = Value(3.0)
    >>> replay = Replay([x * x], [x])
    >>> values = replay.forward(200)
    >>> gradients = replay.backward(values, replay.outputs[0], 200)
    >>> to_float(values[replay.outputs[0]]), to_float(gradients[replay.inputs[0]])
    (9.0, 6.0)
    """

    def __init__(self, outputs: Sequence[Value], inputs: Iterable[Value]) -> None:
        self.nodes = graph.topological_order(*outputs)
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self.outputs = [self.place[output] for output in outputs]
        self.inputs = [self.place.get(leaf) for leaf in inputs]
        forwards: dict[Primitive, Forward] = {}
        place_of = self.place.__getitem__
        self.steps: list[ReplayStep] = []
        for place, node in enumerate(self.nodes):
            first, second, primitive = node._first, node._second, node.primitive
            if first is None:
                continue
            compute = forwards.get(primitive)
            if compute is None:
                compute = forwards[primitive] = forward_of(primitive)
            self.steps.append(
                ReplayStep(
                    place,
                    compute,
                    list(map(place_of, first)) if first.__class__ is tuple else place_of(first),
                    list(map(place_of, second)) if second.__class__ is tuple else None if second is None else place_of(second),
                )
            )
        self._reached = self._reach()

    def _reach(self) -> list[bool]:
        """For each node, whether it depends on an input."""
        reached = [False] * len(self.nodes)
        for place in self.inputs:
            if place is not None:
                reached[place] = True
        for place, _, first, second in self.steps:
            reached[place] = any(
                reached[group] if group.__class__ is int else any(map(reached.__getitem__, group))
                for group in (first, second)
                if group is not None
            )
        return reached

    @cached_property
    def _users(self) -> list[list[int]]:
        """For each node, the numbers of the steps that it is an operand of."""
        users: list[list[int]] = [[] for _ in self.nodes]
        for number, step in enumerate(self.steps):
            for operand in self.operands(step):
                users[operand].append(number)
        return users

    def steps_after(self, k: int) -> list[ReplayStep]:
        """What has to be computed anew when input k moves."""
        start = self.inputs[k]
        pending, found = [] if start is None else [start], set()
        while pending:
            for number in self._users[pending.pop()]:
                if number not in found:
                    found.add(number)
                    pending.append(self.steps[number].place)
        return [self.steps[number] for number in sorted(found)]

    def steps_after_any(self) -> list[ReplayStep]:
        """What has to be computed anew when any input moves."""
        return [step for step in self.steps if self._reached[step.place]]

    def forward(self, precision: int) -> list[Raw]:
        """The value of every node, from the leaves' own numbers.

        Raises:
            UndefinedError: an operation is not defined there.
        """
        values: list[Any] = [from_float(node._data) if node._first is None else None for node in self.nodes]
        return self._run(values, self.steps, precision)

    def forward_or_none(self, precision: int) -> list[Raw] | None:
        """The same; None where an operation is not defined."""
        try:
            return self.forward(precision)
        except UndefinedError:
            return None

    def moved(
        self, values: Sequence[Raw], moves: dict[int, Raw], steps: Iterable[ReplayStep], precision: int
    ) -> list[Raw] | None:
        """The value of every node when the leaves at some places have other numbers; None where that is not defined."""
        changed = list(values)
        for place, number in moves.items():
            changed[place] = number
        try:
            return self._run(changed, steps, precision)
        except UndefinedError:
            return None

    def _run(self, values: list[Raw], steps: Iterable[ReplayStep], precision: int) -> list[Raw]:
        place = 0
        try:
            for place, compute, first, second in steps:
                if first.__class__ is int:
                    if second is None:
                        values[place] = compute(values[first], precision)
                    else:
                        values[place] = compute(values[first], values[second], precision)
                elif second is None:
                    values[place] = compute([values[k] for k in first], precision)
                else:
                    other = values[second] if second.__class__ is int else [values[k] for k in second]
                    values[place] = compute([values[k] for k in first], other, precision)
        except (ArithmeticError, ValueError, IndexError) as error:
            raise UndefinedError(place, str(error)) from None
        return values

    def groups(self, step: ReplayStep, values: Sequence[Raw]) -> list[Any]:
        """The operands of a step as groups of raw numbers."""
        return [
            values[group] if group.__class__ is int else [values[k] for k in group]
            for group in (step.first, step.second)
            if group is not None
        ]

    def operands(self, step: ReplayStep) -> list[int]:
        """The places of a step's operands, in order."""
        return [
            k for group in (step.first, step.second) if group is not None for k in ([group] if group.__class__ is int else group)
        ]

    def edges(self, step: ReplayStep, values: Sequence[Raw], precision: int) -> list[tuple[int, Raw]]:
        """Each operand that depends on an input, with its local derivative by the rules of the table.

        What a selection leaves out is left out here too.
        """
        place, _, first, second = step
        primitive = self.nodes[place].primitive
        reached = self._reached
        if primitive.arity != MANY:
            operands = (first,) if second is None else (first, second)
            groups = [values[operand] for operand in operands]
            found = [
                (operand, derivative_of(primitive, groups, values[place], position, precision))
                for position, operand in enumerate(operands)
                if reached[operand]
            ]
            return [edge for edge in found if edge[1] != fzero] if primitive.selects else found
        groups = self.groups(step, values)
        if isinstance(primitive, Summed):
            terms = list(zip(first, second, strict=True)) if second is not None else [(k,) for k in first]
            rules = [compile_rule(primitive.term_derivatives, len(groups) + 1, position) for position in range(len(groups))]
            return [
                (operand, rule(*(values[k] for k in term), values[place], precision))
                for term in terms
                for rule, operand in zip(rules, term, strict=True)
                if reached[operand]
            ]
        derivatives = derivatives_of(primitive, groups, values[place], precision)
        pairs = zip(self.operands(step), derivatives, strict=True)
        return [(k, d) for k, d in pairs if reached[k] and not (primitive.selects and d == fzero)]

    def backward(self, values: Sequence[Raw], output: int, precision: int, *, absolute: bool = False) -> list[Raw | None]:
        """The gradient of an output for every node, by the local rules of the table; None for what it does not reach.

        Args:
            values: of all nodes.
            output: the place of the output.
            precision: in bits.
            absolute: of all factors, so that nothing cancels: a measure of what the gradient was added up from.
        """
        # What comes down to a node: None, one number, or a list of the terms to be summed when all are there.
        coming: list[Any] = [None] * len(self.nodes)
        coming[output] = fone
        for step in reversed(self.steps):
            place = step.place
            terms = coming[place]
            if terms is None or not self._reached[place]:
                continue
            upstream = coming[place] = arithmetic.total(terms, precision) if terms.__class__ is list else terms
            if self._is_dot(step):
                self._share_out(upstream, step, values, coming, precision, absolute)
                continue
            for operand, derivative in self.edges(step, values, precision):
                _come(coming, operand, mpf_mul(upstream, mpf_abs(derivative) if absolute else derivative, precision))
        return [arithmetic.total(terms, precision) if terms.__class__ is list else terms for terms in coming]

    def _is_dot(self, step: ReplayStep) -> bool:
        """Whether a node is a sum of products wᵢxᵢ whose derivatives are xᵢ and wᵢ by the rules: the bulk of a network."""
        primitive = self.nodes[step.place].primitive
        return (
            isinstance(primitive, Summed)
            and step.second.__class__ is list
            and is_product(primitive.term, 2)
            and gives_each_other(primitive.term_derivatives)
        )

    def _share_out(
        self, upstream: Raw, step: ReplayStep, values: Sequence[Raw], coming: list[Any], precision: int, absolute: bool
    ) -> None:
        """What `backward` does with each edge of a sum of products, without a call for each."""
        sign, mantissa, exponent, _ = upstream
        reached, longest = self._reached, 2 * precision
        for one, other in ((step.first, step.second), (step.second, step.first)):
            for operand, factor in zip(one, other, strict=True):
                if not reached[operand]:
                    continue
                s, m, e, _ = values[factor]
                product = mantissa * m
                length = product.bit_length()
                if product and length <= longest:
                    downstream: Raw = (0 if absolute else sign ^ s, product, exponent + e, length)
                else:
                    raw = values[factor]
                    downstream = mpf_mul(upstream, mpf_abs(raw) if absolute else raw, precision)
                if coming[operand] is None:
                    coming[operand] = downstream
                else:
                    _come(coming, operand, downstream)


def alone(node: Value) -> tuple[Value, list[Value]]:
    """One operation as a graph of its own: a copy of the node, and its operands, which are leaves with the same numbers."""
    leaves = [Value(operand._data) for operand in graph.operands(node)]
    return recorded_as(node.primitive, *graph.regrouped(node, leaves), node._data), leaves


def _come(coming: list[Any], operand: int, downstream: Raw) -> None:
    known = coming[operand]
    if known is None:
        coming[operand] = downstream
    elif known.__class__ is list:
        known.append(downstream)
    else:
        coming[operand] = [known, downstream]
