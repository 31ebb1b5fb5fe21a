"""Emitting products and sums: which call of `numpy.dot`, `matmul` or `einsum` computes one, of which matrices."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.operations import Contract, Sum
from autograd.vectorizing.arrays.steps import Length
from autograd.vectorizing.run.calls import Name
from autograd.vectorizing.run.statements import Statements


def write_sum(statements: Statements, array: Array, operation: Sum, out: Name) -> None:
    """Write the sum of an array's operand over some axes."""
    (source,) = array.arrays
    axes = operation.counted_axes(source.batched)
    n_axes = len(source.shape) + source.batched
    summed = Length(prod([source.shape[axis] for axis in operation.axes]), operation.over_examples)
    rest = Length(prod(array.shape), array.batched)
    # A product with a vector of ones takes a fraction of the time of `add.reduce`.
    if source.is_contiguous and axes == tuple(range(len(axes))):
        ones = statements.define("e", "ones", summed)
        dot = "sum_of_examples" if operation.over_examples else "dot"
        before, after = ((summed,), ()) if len(axes) == n_axes else ((summed, rest), (rest,))
        statements.write(dot, ones, statements.reshaped(source, before), statements.reshaped(array, after))
    elif source.is_contiguous and axes == tuple(range(n_axes - len(axes), n_axes)):
        ones = statements.define("e", "ones", summed)
        statements.write("dot", statements.reshaped(source, (rest, summed)), ones, statements.reshaped(array, (rest,)))
    else:
        statements.write("reduce_add", statements.names[source], axes, None, out)


def write_product(statements: Statements, array: Array, product: Contract, out: Name) -> None:
    """Write the contraction of an array's two operands."""
    a, b = array.arrays
    axes_a, axes_b, axes = product.left, product.right, product.result
    stack, summed = product.stacked, product.summed
    free_a = "".join([axis for axis in axes_a if axis not in axes_b])
    free_b = "".join([axis for axis in axes_b if axis not in axes_a])
    if not stack and not summed and axes in (axes_a + axes_b, axes_b + axes_a) and a.is_contiguous and b.is_contiguous:
        # A matrix product of a column and a row, which is faster than repeating both.
        (first, names), (second, others) = sorted(((a, axes_a), (b, axes_b)), key=lambda one: not axes.startswith(one[1]))
        rows, columns = _length(first, names, names), _length(second, others, others)
        left, right = statements.reshaped(first, (rows, 1)), statements.reshaped(second, (1, columns))
        statements.write("dot", left, right, statements.reshaped(array, (rows, columns)))
        return
    if not stack and summed:
        for (one, axes_one, free_one), (other, axes_other, free_other) in (
            ((a, axes_a, free_a), (b, axes_b, free_b)),
            ((b, axes_b, free_b), (a, axes_a, free_a)),
        ):
            if free_one + free_other != axes:
                continue
            left_matrix = _as_matrix(statements, one, axes_one, free_one, summed)
            right_matrix = _as_matrix(statements, other, axes_other, summed, free_other)
            if left_matrix is not None and right_matrix is not None:
                lengths = [_length(one, axes_one, free_one)] if free_one else []
                lengths += [_length(other, axes_other, free_other)] if free_other else []
                statements.write("dot", left_matrix, right_matrix, statements.reshaped(array, tuple(lengths)))
                return
    if stack and len(free_a) == len(free_b) == len(summed) == 1:
        statements.write(
            "matmul",
            _transposed(statements, a, axes_a, stack + free_a + summed),
            _transposed(statements, b, axes_b, stack + summed + free_b),
            _transposed(statements, array, axes, stack + free_a + free_b),
        )
        return
    statements.write("einsum", f"{axes_a},{axes_b}->{axes}", statements.names[a], statements.names[b], out=out)


def _as_matrix(statements: Statements, array: Array, axes: str, rows: str, columns: str) -> Name | None:
    """A variable for an operand as a matrix of rows and columns, or as a vector if it has one of them only."""
    for first, second, turned in ((rows, columns, False), (columns, rows, True)):
        if first + second == axes:
            name = statements.names[array]
            lengths = tuple([_length(array, axes, some) for some in (first, second) if some])
            if len(first) > 1 or len(second) > 1:
                if not array.is_contiguous:
                    return None
                name = statements.reshaped(array, lengths)
            return statements.shown(array, name, (("transpose", (1, 0)),)) if turned and len(lengths) == 2 else name
    return None


def _transposed(statements: Statements, array: Array, axes: str, order: str) -> Name:
    name = statements.names[array]
    if axes == order:
        return name
    return statements.shown(array, name, (("transpose", tuple([axes.index(axis) for axis in order])),))


def _length(array: Array, axes: str, some: Iterable[str]) -> Length:
    """How many elements some axes have together."""
    lengths = dict(zip(axes.replace("m", ""), array.shape, strict=True))
    return Length(prod([lengths[axis] for axis in some if axis != "m"]), "m" in some)
