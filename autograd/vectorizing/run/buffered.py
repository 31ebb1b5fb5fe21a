"""Emitting the program that runs: array operations → Python statements that write into buffers.

Buffers, and views of them, are made once for a batch of m examples; the statements then compute in them. A buffer is used
again as soon as nothing needs what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import assert_never

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, is_scalar, needed
from autograd.vectorizing.arrays.steps import Length, lengths_of
from autograd.vectorizing.run.accumulations import flat_index, write_accumulation
from autograd.vectorizing.run.calls import Name
from autograd.vectorizing.run.places import Places
from autograd.vectorizing.run.products import write_product, write_sum
from autograd.vectorizing.run.statements import Statements

_UFUNCS = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "negative": "negative", "abs": "absolute",
    "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal", "equal": "equal",
}  # fmt: skip
_RUNNING = {"sum": "cumsum", "product": "cumprod"}
_RUNNING_GRADIENTS = {"sum": "cumsum_from_end", "product": "cumprod_gradient"}


class BufferedProgram:
    """Writes the statements for some arrays.

    Args:
        roots: the arrays wanted.
        homes: arrays that are to be computed in a given place, by name of a variable.
        forward: the forward pass ends where these are computed.

    Attributes:
        statements: what was written.
        n_forward: how many statements the forward pass has.
    """

    def __init__(self, roots: Sequence[Array], homes: dict[Array, Name] | None = None, forward: Sequence[Array] = ()) -> None:
        order = needed(roots)
        self.statements = Statements()
        self.n_forward = 0
        self._names = self.statements.names
        self._places = Places(self.statements, order, roots, homes or {})
        softmax = op.OfRows("softmax")
        self._softmax_of = {array.arrays[0]: array for array in order if array.operation == softmax}
        forward_until = max((order.index(array) for array in forward), default=-1)
        for position, array in enumerate(order):
            self._places.begin(position)
            if array not in self._names:
                self._compute(array)
            self._places.end()
            if position == forward_until:
                self.n_forward = len(self.statements.calls)

    def _compute(self, array: Array) -> None:
        operation, operands = array.operation, array.operands
        write, out = self.statements.write, self._places.out
        match operation:
            case op.Elementwise(name):
                self._compute_elementwise(array, name)
            case op.Show(view):
                self.statements.name_view(array, view)
            case (
                op.GivenNumbers.THETA
                | op.ParameterBlock()
                | op.Input()
                | op.GivenNumbers.WEIGHT
                | op.GivenNumbers.NUMBER_OF_EXAMPLES
                | op.Captured()
            ):
                self.statements.name_given(array, operation)
            case op.Contract():
                write_product(self.statements, array, operation, out(array))
            case op.Sum():
                write_sum(self.statements, array, operation, out(array))
            case op.Accumulate():
                write_accumulation(self.statements, self._places, array, operation)
            case op.Extreme(name):
                # An array first.
                ordered = operands if isinstance(operands[0], Array) else operands[::-1]
                numbers = [self.statements.number(operand) for operand in ordered]
                write(name, *numbers, out=out(array, in_place=True))
            case op.Plain.WHERE:
                condition, if_true, if_false = operands
                place = self._places.out_of_copy(array, if_false)
                write("copyto", place, self.statements.name(if_true), "same_kind", self.statements.name(condition))
            case op.Plain.BROADCAST:
                self._compute_broadcast(array)
            case op.Plain.MASK_AS_FLOAT | op.Plain.INDEX_AS_FLOAT | op.Plain.COPY:
                write("copyto", out(array), self._names[array.arrays[0]])
            case op.Plain.FLOAT_AS_MASK:
                write("not_equal", self._names[array.arrays[0]], 0.0, out(array))
            case op.FloatAsIndex(length):
                write("as_index", self._names[array.arrays[0]], length, out(array))
            case op.Gather(view):
                (base,) = array.arrays
                places = self.statements.capture(view.indices(), "i")
                write(f"{self.statements.flat(base)}.take", places, 1 if base.batched else 0, out(array), "clip")
            case op.Plain.LOOK_UP:
                table, index = array.arrays
                write(f"{self._names[table]}.take", self._names[index], 0, out(array), "clip")
            case op.Plain.CHOOSE:
                self._compute_choice(array, *array.arrays)
            case op.Plain.CONCATENATE:
                self._compute_concatenation(array)
            case op.OfRows(name):
                self._compute_of_rows(array, name)
            case op.Running(name):
                write(_RUNNING[name], self._names[array.arrays[0]], -1, None, out(array))
            case op.RunningGradient(name):
                write(_RUNNING_GRADIENTS[name], *[self._names[operand] for operand in array.arrays], out(array))
            case _:
                assert_never(operation)

    def _compute_elementwise(self, array: Array, name: str) -> None:
        statements = self.statements
        if is_scalar(array) and array not in self._places.homes:
            self._names[array] = statements.define("s", f"number_{name}", *map(statements.name, array.operands))
        elif name in _UFUNCS:
            numbers = [statements.number(operand) for operand in array.operands]
            statements.write(_UFUNCS[name], *numbers, self._places.out(array, in_place=True))
        else:
            statements.write(name, *map(statements.name, array.operands), self._places.out(array))

    def _compute_broadcast(self, array: Array) -> None:
        (source,) = array.operands
        if (
            not isinstance(source, Array)
            or source.operation is op.GivenNumbers.WEIGHT
            or isinstance(source.operation, op.Captured)
        ):
            # Always the same: computed once.
            lengths = lengths_of(array.shape, array.batched)
            filled = self.statements.define("a", "filled", lengths, self.statements.name(source))
            home = self._places.homes.get(array)
            if home is not None:
                self.statements.write("copyto", home, filled)
            self._names[array] = home or filled
            return
        self.statements.write("copyto", self._places.out(array), self.statements.aligned(source, array.shape))

    def _compute_choice(self, array: Array, rows: Array, index: Array) -> None:
        out = self._places.out(array)
        if rows.batched == index.batched and rows.is_contiguous:
            flat = self.statements.reshaped(rows, (Length(prod(rows.shape), rows.batched),))
            self.statements.write(f"{flat}.take", flat_index(self.statements, rows, index), None, out, "clip")
        else:
            self.statements.write("choose", self._names[rows], self._names[index], out)

    def _compute_concatenation(self, array: Array) -> None:
        out = self._places.out(array)
        start = 0
        before = ((None, None),) * (len(array.shape) - 1 + array.batched)
        for operand in array.arrays:
            stop = start + operand.shape[-1]
            part = self.statements.shown(array, out, (("index", (*before, (start, stop))),))
            self.statements.write("copyto", part, self._names[operand])
            start = stop

    def _compute_of_rows(self, array: Array, name: str) -> None:
        (rows,) = array.arrays
        out = self._places.out(array)
        shares = self._softmax_of.get(rows)
        if name == "logsumexp" and shares is not None:
            # What the derivative will need is at hand now.
            self.statements.write("logsumexp_and_softmax", self._names[rows], out, self._places.out(shares))
        else:
            self.statements.write(name, self._names[rows], out)
