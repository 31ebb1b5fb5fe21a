"""Emitting the program that runs: array operations → Python statements that write into buffers.

Buffers, and views of them, are made once for a batch of m examples; the statements then compute in them. A buffer is used
again as soon as nothing needs what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from autograd.vectorizing.arrays.array_graph import Array, is_scalar
from autograd.vectorizing.arrays.walking import GIVEN, base_of
from autograd.vectorizing.run.accumulation_statements import AccumulationStatements
from autograd.vectorizing.run.calls import Length, Name, lengths_of
from autograd.vectorizing.run.product_statements import ProductStatements

_UFUNCS = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "negative": "negative", "abs": "absolute",
    "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal", "equal": "equal",
}  # fmt: skip
_ALONG_AN_AXIS = {"running sum": "cumsum", "running product": "cumprod"}
GRADIENTS = {"gradient of running sum": "cumsum_from_end", "gradient of running product": "cumprod_gradient"}
_EXTREMES = {"maximum of two": "maximum", "minimum of two": "minimum"}


class BufferedProgram(ProductStatements, AccumulationStatements):
    """Writes the statements for some arrays.

    Args:
        roots: the arrays wanted.
        homes: arrays that are to be computed in a given place, by name of a variable.
        forward: the forward pass ends where these are computed.

    Attributes:
        n_forward: how many statements the forward pass has.
    """

    def __init__(self, roots: Sequence[Array], homes: dict[Array, Name] | None = None, forward: Sequence[Array] = ()) -> None:
        super().__init__(roots, homes)
        self._last_use = self._last_uses()
        self.n_forward = 0
        self._forward_until = max((self.order.index(array) for array in forward), default=-1)
        self._write()

    def _last_uses(self) -> dict[Array, int]:
        last: dict[Array, int] = {}
        for position, array in enumerate(self.order):
            for operand in array.operands:
                if isinstance(operand, Array):
                    last[base_of(operand)] = position
        for root in self._roots:
            last[base_of(root)] = len(self.order)
        return last

    def _write(self) -> None:
        self._softmax_of = {
            array.operands[0]: array
            for array in self.order
            if array.operation == "softmax" and isinstance(array.operands[0], Array)
        }
        dying: dict[int, list[Array]] = {}
        for array, position in self._last_use.items():
            dying.setdefault(position, []).append(array)
        for position, array in enumerate(self.order):
            dead = [one for one in dying.get(position, ()) if one in self._buffer_of]
            if array.operation in GIVEN:
                self._give_name(array)
            elif array.is_view:
                self._write_view(array)
            elif array not in self.names:
                self._compute(array, dead)
            for one in dead:
                name = self._buffer_of.pop(one, None)
                if name is not None:
                    self._buffers.give_back(one, self._kind_of(one), name)
            if position == self._forward_until:
                self.n_forward = len(self.statements)

    def _compute(self, array: Array, dead: list[Array]) -> None:
        operation = array.operation
        write = self.write
        if is_scalar(array) and array not in self.homes:
            self.names[array] = self.define("s", f"number_{operation}", *[self.name(operand) for operand in array.operands])
        elif operation in _UFUNCS:
            operands = [self._number(operand) for operand in array.operands]
            write(_UFUNCS[operation], *operands, self._out(array, dead, in_place=True))
        elif operation in _EXTREMES:
            operands = [self._number(operand) for operand in array.operands]
            if not isinstance(array.operands[0], Array):
                operands.reverse()
            write(_EXTREMES[operation], *operands, out=self._out(array, dead, in_place=True))
        elif operation == "where":
            self._compute_where(array, dead)
        elif operation == "contract":
            self._compute_contract(array, dead)
        elif operation == "sum":
            self._compute_sum(array, dead)
        elif operation == "broadcast":
            self._compute_broadcast(array, dead)
        elif operation == "view":
            self._compute_gather(array, dead)
        elif operation == "choose":
            self._compute_choice(array, dead)
        elif operation == "concatenate":
            self._compute_concatenation(array, dead)
        elif operation == "accumulate":
            self._accumulate(array, dead)
        elif operation in ("logsumexp", "softmax"):
            self._compute_logsumexp(array, dead)
        else:
            named = [self.name(operand) for operand in array.operands]
            out = self._out(array, dead)
            if operation in ("as float", "as number", "copy"):
                write("copyto", out, *named)
            elif operation == "differs from 0":
                write("not_equal", *named, 0.0, out)
            elif operation == "look up":
                write(f"{named[0]}.take", named[1], 0, out, "clip")
            elif operation == "as index":
                write("as_index", *named, array.attribute, out)
            elif operation in _ALONG_AN_AXIS:
                write(_ALONG_AN_AXIS[operation], *named, -1, None, out)
            elif operation in GRADIENTS:
                write(GRADIENTS[operation], *named, out)
            else:
                write(operation, *named, out)

    def _compute_where(self, array: Array, dead: list[Array]) -> None:
        condition, if_true, last = array.operands
        assert isinstance(condition, Array)
        if (
            isinstance(last, Array) and last in dead and last in self._buffer_of and last not in (condition, if_true)
            and last.shape == array.shape and last.batched == array.batched
            and array not in self.homes and base_of(if_true) is not last
        ):  # fmt: skip
            out = self._take_over(last, array)
        else:
            if_false = self.name(last)
            out = self._out(array, dead)
            self.write("copyto", out, if_false)
        self.write("copyto", out, self.name(if_true), "same_kind", self.names[condition])

    def _compute_broadcast(self, array: Array, dead: list[Array]) -> None:
        source = array.operands[0]
        if not isinstance(source, Array) or source.operation in ("weight", "constant"):
            # Always the same: computed once.
            filled = self.define("a", "filled", lengths_of(array.shape, array.batched), self.name(source))
            if array in self.homes:
                self.write("copyto", self.homes[array], filled)
            self.names[array] = self.homes.get(array, filled)
            return
        self.write("copyto", self._out(array, dead), self.aligned(source, array.shape))

    def _compute_gather(self, array: Array, dead: list[Array]) -> None:
        base = array.operands[0]
        assert isinstance(base, Array)
        index = self.capture(array.attribute.indices(), "i")
        self.write(f"{self._flat(base)}.take", index, 1 if base.batched else 0, self._out(array, dead), "clip")

    def _compute_choice(self, array: Array, dead: list[Array]) -> None:
        rows, index = array.operands
        assert isinstance(rows, Array) and isinstance(index, Array)
        out = self._out(array, dead)
        if rows.batched == index.batched and rows.is_contiguous:
            flat = self.reshaped(rows, (Length(prod(rows.shape), rows.batched),))
            self.write(f"{flat}.take", self._flat_index(rows, index), None, out, "clip")
        else:
            self.write("choose", self.names[rows], self.names[index], out)

    def _compute_concatenation(self, array: Array, dead: list[Array]) -> None:
        out = self._out(array, dead)
        start = 0
        before = ((None, None),) * (len(array.shape) - 1 + array.batched)
        for operand in array.operands:
            assert isinstance(operand, Array)
            stop = start + operand.shape[-1]
            part = self.shown(array, out, (("index", (*before, (start, stop))),))
            self.write("copyto", part, self.names[operand])
            start = stop

    def _compute_logsumexp(self, array: Array, dead: list[Array]) -> None:
        rows = array.operands[0]
        assert isinstance(rows, Array)
        shares = self._softmax_of.get(rows)
        if array.operation == "logsumexp" and shares is not None:
            # What the derivative will need is at hand now.
            out = self._out(array, dead)
            self.write("logsumexp_and_softmax", self.names[rows], out, self._out(shares, dead))
        else:
            self.write(array.operation, self.names[rows], self._out(array, dead))
