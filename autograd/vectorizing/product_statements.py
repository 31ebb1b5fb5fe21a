"""Emitting products and sums: which call of `numpy.dot`, `matmul` or `einsum` computes one, of which matrices."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.vectorizing.array_graph import Array
from autograd.vectorizing.statements import Statements


class ProductStatements(Statements):
    """Writes contractions and sums."""

    def _compute_sum(self, array: Array, operand: str, dead: list[Array]) -> None:
        source = array.operands[0]
        assert isinstance(source, Array)
        axes, over_examples = array.attribute
        first = 1 if source.batched else 0
        all_axes = tuple([0] if over_examples else []) + tuple([axis + first for axis in axes])
        out = self._out(array, dead)
        n_axes = len(source.shape) + first
        # A product with a vector of ones takes a fraction of the time of `add.reduce`.
        if source.is_contiguous and all_axes == tuple(range(len(all_axes))):
            n_summed = self._length([*source.shape], source.batched, all_axes)
            ones = self._ones(n_summed)
            if len(all_axes) == n_axes:
                flat = operand if n_axes == 1 else self.reshaped(source, "-1")
                self._dot(flat, ones, array, out, "()")
                return
            flat = self.reshaped(source, f"{n_summed}, -1") if len(all_axes) != 1 or n_axes != 2 else operand
            self._dot(ones, flat, array, out, "-1")
        elif source.is_contiguous and all_axes == tuple(range(n_axes - len(all_axes), n_axes)):
            n_summed = self._length([*source.shape], source.batched, all_axes)
            flat = self.reshaped(source, f"-1, {n_summed}") if len(all_axes) != 1 or n_axes != 2 else operand
            ones = self._ones(n_summed)
            self._dot(flat, ones, array, out, "-1")
        else:
            self.statements.append(f"reduce_add({operand}, {all_axes}, None, {out})")

    def _length(self, shape: list[int], batched: bool, axes: Iterable[int]) -> str:
        lengths = (["m"] if batched else []) + [str(length) for length in shape]
        return " * ".join(lengths[axis] for axis in axes)

    def _ones(self, length: str) -> str:
        key = ("ones", length)
        known = self._flat.get(key)
        if known is None:
            known = self._flat[key] = self._new_name("e")
            self.setup.append(f"{known} = ones({length})")
        return known

    def _dot(self, a: str, b: str, array: Array, out: str, shape: str) -> None:
        """Write a product into an array, brought into the shape that the product has."""
        self.statements.append(f"dot({a}, {b}, {self.reshaped(array, shape) if shape else out})")

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
            shape = f"{self._flat_length(first, names, list(names))}, {self._flat_length(second, others, list(others))}"
            self._dot(self.reshaped(first, "-1, 1"), self.reshaped(second, "1, -1"), array, out, shape)
            return
        if not stack and summed:
            left = self._as_matrix(a, axes_a, free_a, summed)
            right = self._as_matrix(b, axes_b, summed, free_b)
            if left is not None and right is not None:
                result = "".join(free_a + free_b)
                if result == axes:
                    lengths = [self._flat_length(a, axes_a, free_a), self._flat_length(b, axes_b, free_b)]
                    self._dot(left, right, array, out, ", ".join(length for length in lengths if length) or "()")
                    return
                if "".join(free_b + free_a) == axes:
                    left, right = self._as_matrix(b, axes_b, free_b, summed), self._as_matrix(a, axes_a, summed, free_a)
                    lengths = [self._flat_length(b, axes_b, free_b), self._flat_length(a, axes_a, free_a)]
                    if left is not None and right is not None:
                        self._dot(left, right, array, out, ", ".join(length for length in lengths if length) or "()")
                        return
        if stack and len(free_a) <= 1 and len(free_b) <= 1 and len(summed) == 1 and (free_a or free_b):
            order_a, order_b = "".join(stack + free_a + summed), "".join(stack + summed + free_b)
            result = "".join(stack + free_a + free_b)
            if free_a and free_b:
                left, right = (
                    self._transposed(self.names[a], a, axes_a, order_a),
                    self._transposed(self.names[b], b, axes_b, order_b),
                )
                place = self._transposed(out, array, axes, result)
                self.statements.append(f"matmul({left}, {right}, {place})")
                return
        self.statements.append(f"einsum('{axes_a},{axes_b}->{axes}', {self.names[a]}, {self.names[b]}, out={out})")

    def _as_matrix(self, array: Array, axes: str, rows: list[str], columns: list[str]) -> str | None:
        """A variable for an operand as a matrix of rows and columns, or as a vector if it has one of them only."""
        for first, second, turned in ((rows, columns, False), (columns, rows, True)):
            if "".join(first + second) == axes:
                name = self.names[array]
                lengths = [self._flat_length(array, axes, first), self._flat_length(array, axes, second)]
                if len(first) > 1 or len(second) > 1:
                    if not array.is_contiguous:
                        return None
                    name = self.reshaped(array, ", ".join(length for length in lengths if length))
                return self._turned(name, array) if turned and lengths[0] and lengths[1] else name
        return None

    def _turned(self, name: str, array: Array) -> str:
        key = ("turned", name)
        known = self._flat.get(key)
        if known is None:
            known = self._flat[key] = self._new_name()
            (self.statements if self._is_live(array) else self.setup).append(f"{known} = {name}.T")
        return known

    def _flat_length(self, array: Array, axes: str, some: list[str]) -> str:
        lengths = dict(zip(axes.replace("m", ""), array.shape, strict=True))
        return " * ".join("m" if axis == "m" else str(lengths[axis]) for axis in some)

    def _transposed(self, name: str, array: Array, axes: str, order: str) -> str:
        if axes == order:
            return name
        new = self._new_name()
        permutation = tuple([axes.index(axis) for axis in order])
        (self.statements if self._is_live(array) else self.setup).append(f"{new} = {name}.transpose({permutation})")
        return new
