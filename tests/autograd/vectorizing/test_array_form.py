"""A program as arrays is that of the numbers that it was compiled with, whatever its leaves have been assigned since."""

from __future__ import annotations

import numpy

from autograd import Value, dot, vectorize
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import needed


def test_parameters_that_have_been_trained() -> None:
    w, b = [Value(1.0, f"w[{i}]") for i in range(3)], Value(2.0, "b")
    program = vectorize(lambda x: (dot(w, x) + b).square(), [1.0, 2.0, 3.0], parameters=[b, *w])
    before = program.array_form()
    program.parameters.write(numpy.array([5.0, 6.0, 7.0, 8.0]))
    after = program.array_form()
    assert [str(array.operation) for array in after.program.graph.arrays] == [
        str(array.operation) for array in before.program.graph.arrays
    ]
    assert after.places.tolist() == before.places.tolist() == [0, 1, 2, 3]


def test_captured_numbers_stay() -> None:
    w, c = Value(2.0, "w"), Value(10.0, "c")
    program = vectorize(lambda x: x * w * c + x * 3.0 * c, 1.0, parameters=[w])
    c.data = -5.0
    constants = {
        float(one) for array in needed([program.array_form().program.loss]) for one in array.operands if isinstance(one, float)
    }
    assert 10.0 in constants and -5.0 not in constants


def test_composite_functions_stay_whole() -> None:
    from autograd import sigmoid
    from autograd.vectorizing.array_form import array_form

    w = Value(2.0, "w")
    program = vectorize(lambda x: sigmoid(w * x), 1.0)
    names = [
        {array.operation.name for array in form.program.graph.arrays if isinstance(array.operation, op.Elementwise)}
        for form in (program.array_form(), array_form(program._recorded, [w], [], composite=True))
    ]
    assert "sigmoid" not in names[0] and "sigmoid" in names[1]
