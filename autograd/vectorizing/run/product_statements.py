"""Emitting products and sums: which call of `numpy.dot`, `matmul` or `einsum` computes one, of which matrices."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from autograd.vectorizing.arrays.array_graph import Array
from autograd.vectorizing.run.calls import Length, Name
from autograd.vectorizing.run.statements import Statements


class ProductStatements(Statements):
    """Writes contractions and sums."""

    def _compute_sum(self, array: Array, dead: list[Array]) -> None:
        source = array.operands[0]
        assert isinstance(source, Array)
        axes, over_examples = array.attribute
        first = 1 if source.batched else 0
        all_axes = tuple([0] if over_examples else []) + tuple([axis + first for axis in axes])
        out = self._out(array, dead)
        n_axes = len(source.shape) + first
        summed = Length(prod([source.shape[axis] for axis in axes]), over_examples)
        rest = Length(prod(array.shape), array.batched)
        # A product with a vector of ones takes a fraction of the time of `add.reduce`.
        if source.is_contiguous and all_axes == tuple(range(len(all_axes))):
            ones = self.define("e", "ones", summed)
            dot = "sum_of_examples" if over_examples else "dot"
            if len(all_axes) == n_axes:
                self.write(dot, ones, self.reshaped(source, (summed,)), self.reshaped(array, ()))
            else:
                self.write(dot, ones, self.reshaped(source, (summed, rest)), self.reshaped(array, (rest,)))
        elif source.is_contiguous and all_axes == tuple(range(n_axes - len(all_axes), n_axes)):
            ones = self.define("e", "ones", summed)
            self.write("dot", self.reshaped(source, (rest, summed)), ones, self.reshaped(array, (rest,)))
        else:
            self.write("reduce_add", self.names[source], all_axes, None, out)

    def _compute_contract(self, array: Array, dead: list[Array]) -> None:
        a, b = array.operands
        assert isinstance(a, Array) and isinstance(b, Array)
        axes_a, axes_b, axes = array.attribute
        out = self._out(array, dead)
        stack = [axis for axis in axes if axis in axes_a and axis in axes_b]
        summed = [axis for axis in axes_a if axis in axes_b and axis not in axes]
        free_a = [axis for axis in axes_a if axis not in axes_b]
        free_b = [axis for axis in axes_b if axis not in axes_a]
        if not stack and not summed and axes in (axes_a + axes_b, axes_b + axes_a) and a.is_contiguous and b.is_contiguous:
            # A matrix product of a column and a row, which is faster than repeating both.
            (first, names), (second, others) = sorted(((a, axes_a), (b, axes_b)), key=lambda one: not axes.startswith(one[1]))
            rows, columns = _flat_length(first, names, names), _flat_length(second, others, others)
            left, right = self.reshaped(first, (rows, 1)), self.reshaped(second, (1, columns))
            self.write("dot", left, right, self.reshaped(array, (rows, columns)))
            return
        if not stack and summed:
            for (one, axes_one, free_one), (other, axes_other, free_other) in (
                ((a, axes_a, free_a), (b, axes_b, free_b)),
                ((b, axes_b, free_b), (a, axes_a, free_a)),
            ):
                if "".join(free_one + free_other) != axes:
                    continue
                matrices = (
                    self._as_matrix(one, axes_one, free_one, summed),
                    self._as_matrix(other, axes_other, summed, free_other),
                )
                if None not in matrices:
                    lengths = [_flat_length(one, axes_one, free_one)] if free_one else []
                    lengths += [_flat_length(other, axes_other, free_other)] if free_other else []
                    self.write("dot", *matrices, self.reshaped(array, tuple(lengths)))
                    return
        if stack and len(free_a) == len(free_b) == len(summed) == 1:
            self.write(
                "matmul",
                self._transposed(self.names[a], a, axes_a, "".join(stack + free_a + summed)),
                self._transposed(self.names[b], b, axes_b, "".join(stack + summed + free_b)),
                self._transposed(out, array, axes, "".join(stack + free_a + free_b)),
            )
            return
        self.write("einsum", f"{axes_a},{axes_b}->{axes}", self.names[a], self.names[b], out=out)

    def _as_matrix(self, array: Array, axes: str, rows: list[str], columns: list[str]) -> Name | None:
        """A variable for an operand as a matrix of rows and columns, or as a vector if it has one of them only."""
        for first, second, turned in ((rows, columns, False), (columns, rows, True)):
            if "".join(first + second) == axes:
                name = self.names[array]
                lengths = tuple([_flat_length(array, axes, some) for some in (first, second) if some])
                if len(first) > 1 or len(second) > 1:
                    if not array.is_contiguous:
                        return None
                    name = self.reshaped(array, lengths)
                return self.shown(array, name, (("transpose", (1, 0)),)) if turned and len(lengths) == 2 else name
        return None

    def _transposed(self, name: Name, array: Array, axes: str, order: str) -> Name:
        if axes == order:
            return name
        return self.shown(array, name, (("transpose", tuple([axes.index(axis) for axis in order])),))


def _flat_length(array: Array, axes: str, some: Sequence[str]) -> Length:
    """How many elements some axes have together."""
    lengths = dict(zip(axes.replace("m", ""), array.shape, strict=True))
    return Length(prod([lengths[axis] for axis in some if axis != "m"]), "m" in some)
