"""Whether a batch is one of such examples, and what it is converted into."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from autograd.vectorizing.example.arguments import Arguments
from autograd.vectorizing.example.batches import Batches

pytestmark = pytest.mark.every_engine

FLOAT = numpy.dtype(numpy.float64)


def reader(f: Any, *example: Any, limits: tuple[int | None, ...] | None = None, dtype: Any = FLOAT) -> Any:
    """`read` as a program calls it: with one list of limits for all batches."""
    arguments = Arguments.of(f, example)
    kept = list(limits) if limits else [None for _ in arguments.arrays]
    batches = Batches(arguments)
    return lambda *batch: batches.read(batch, kept, dtype)


def test_arrays_that_fit_are_taken_as_they_are() -> None:
    read = reader(lambda x, y: None, [1.0, 2.0], 0.0)
    x, y = numpy.ones((3, 2)), numpy.zeros(3)
    m, arrays = read(x, y)
    assert m == 3 and arrays[0] is x and arrays[1] is y


def test_a_batch_of_a_size_known_already_takes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    read = reader(lambda x, y: None, [1.0, 2.0], 0.0)
    read(numpy.ones((3, 2)), numpy.zeros(3))
    read(numpy.ones((5, 2)), numpy.zeros(5))
    # What looks closely, and takes its time, is not asked again.
    monkeypatch.delattr(Batches, "_read")
    x, y = numpy.ones((3, 2)), numpy.zeros(3)
    m, arrays = read(x, y)
    assert m == 3 and arrays[0] is x and arrays[1] is y


@pytest.mark.parametrize("dtype", [numpy.float64, numpy.float32])
@pytest.mark.parametrize(
    "given",
    [
        [[1, 2], [3, 4], [5, 6]],
        numpy.array([[1, 2], [3, 4], [5, 6]], numpy.int8),
        numpy.array([[1, 2], [3, 4], [5, 6]], numpy.float16),
        numpy.array([[1, 2], [3, 4], [5, 6]], ">f8"),
        numpy.asfortranarray([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        numpy.array([[1.0, 0, 2, 0], [3, 0, 4, 0], [5, 0, 6, 0]])[:, ::2],
        numpy.array([[1.0, 3, 5], [2, 4, 6]], numpy.float32).T,
    ],
    ids=["lists", "integers", "half", "other byte order", "by columns", "strided", "transposed"],
)
def test_everything_else_is_converted(given: Any, dtype: Any) -> None:
    read = reader(lambda x: None, [0.0, 0.0], dtype=numpy.dtype(dtype))
    read(numpy.zeros((3, 2), dtype))
    m, (array,) = read(given)
    assert m == 3
    assert array.dtype == dtype and array.dtype.isnative and array.flags.c_contiguous
    assert array.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_truth_values_are_numbers() -> None:
    _, (array,) = reader(lambda x: None, True)(numpy.array([True, False]))
    assert array.dtype == FLOAT and array.tolist() == [1.0, 0.0]


def test_the_users_arrays_are_not_changed() -> None:
    given = numpy.array([[2, 1], [0, 3]])
    kept = given.copy()
    reader(lambda x: None, [0, 0], limits=(4,))(given)
    reader(lambda x: None, [0, 0])(given)
    assert given.dtype == kept.dtype and (given == kept).all()


def test_batches_of_structures() -> None:
    def f(x: Any, y: Any) -> None: ...

    read = reader(f, {"left": [1, 2], "right": 3}, ([1], [2, 3]))
    m, arrays = read({"right": [1, 2], "left": [[3, 4], [5, 6]]}, [[[7], [8]], [[9, 10], [11, 12]]])
    assert m == 2
    assert [array.tolist() for array in arrays] == [[[3, 4], [5, 6]], [1, 2], [[7], [8]], [[9, 10], [11, 12]]]


def test_a_function_without_arguments_has_one_example() -> None:
    assert reader(lambda: None)() == (1, [])


@pytest.mark.parametrize("indices", [[0, 4, 2], [0.0, 4.0, 2.0], numpy.array([0, 4, 2], "u1"), numpy.array([0, 4, 2], "f4")])
def test_indices_become_integers_of_the_machine(indices: Any) -> None:
    _, (array,) = reader(lambda i: None, 0, limits=(5,))(indices)
    assert array.dtype == numpy.intp and array.tolist() == [0, 4, 2]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([[0, 1], [2, 5]], IndexError, r"i\[1\]\[1\] is 5, but must be from 0 to 4"),
        ([[0, -1], [2, 1]], IndexError, r"i\[0\]\[1\] is -1, but must be from 0 to 4"),
        ([[0, 1], [2, float("inf")]], IndexError, r"i\[1\]\[1\] is inf"),
        (numpy.array([[0, 2**64 - 1]], numpy.uint64), IndexError, r"i\[0\]\[1\] is 18446744073709551615"),
        ([[0, 1], [1.5, 9]], TypeError, r"whole numbers from 0 to 4, but i\[1\]\[0\] is 1.5"),
        ([[0, 1], [1, float("nan")]], TypeError, r"whole numbers from 0 to 4, but i\[1\]\[1\] is nan"),
        ([0, 1], ValueError, r"i must have shape \(m, 2\), for m examples, not \(2,\)"),
    ],
)
def test_indices_that_choose_nothing(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        reader(lambda i: None, [0, 0], limits=(5,))(given)


WRONG_ARRAYS: list[tuple[Any, type[Exception], str]] = [
    (numpy.array(3.0), ValueError, r"x must have shape \(m, 2\), for m examples, not \(\)"),
    (3.0, ValueError, r"x must have shape \(m, 2\), for m examples, not \(\)"),
    (numpy.ones(2), ValueError, r"x must have shape \(m, 2\), for m examples, not \(2,\)"),
    (numpy.ones((4, 3)), ValueError, r"x must have shape \(m, 2\), for m examples, not \(4, 3\)"),
    (numpy.ones((4, 2, 1)), ValueError, r"x must have shape \(m, 2\), for m examples, not \(4, 2, 1\)"),
    (numpy.ones((0, 2)), ValueError, r"x has shape \(0, 2\): a batch must have at least one example"),
    (
        [[1.0, 2.0], [3.0]],
        ValueError,
        r"x must be an array of shape \(m, 2\); its lists are of different lengths \(lengths 1, 2\)",
    ),
    (
        numpy.ones((4, 2), complex),
        TypeError,
        r"x must hold real numbers in an array of shape \(m, 2\), not an array of complex128",
    ),
    (numpy.ones((4, 2), object), TypeError, r"x must hold real numbers .* object"),
    ([["a", "b"]], TypeError, r"x must hold real numbers .*\(m, 2\)"),
    ("ab", TypeError, r"x must be an array of shape \(m, 2\), not str 'ab'"),
    (None, TypeError, r"x must be an array of shape \(m, 2\), not NoneType"),
    ({"x": 1}, TypeError, r"x must be an array of shape \(m, 2\), not dict"),
]


@pytest.mark.parametrize("after_a_good_one", [False, True])
@pytest.mark.parametrize(("given", "error", "message"), WRONG_ARRAYS)
def test_an_array_that_does_not_fit(given: Any, error: type[Exception], message: str, after_a_good_one: bool) -> None:
    # The quick checks that a good batch arranges must not say anything else.
    read = reader(lambda x: None, [1.0, 2.0])
    if after_a_good_one:
        read(numpy.ones((4, 2)))
    with pytest.raises(error, match=message):
        read(given)


@pytest.mark.parametrize("m", [1, 3, 5])
def test_all_arguments_have_as_many_examples(m: int) -> None:
    read = reader(lambda x, y: None, 0.0, [1.0, 2.0])
    read(numpy.ones(4), numpy.ones((4, 2)))
    with pytest.raises(ValueError, match=rf"y has {m} examples, but x has 4: y must have shape \(4, 2\), not \({m}, 2\)"):
        read(numpy.ones(4), numpy.ones((m, 2)))


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        (([1.0], 2.0), TypeError, r"the batch must have 1 arguments \(x\), not 2"),
        ((), TypeError, r"the batch must have 1 arguments \(x\), not 0"),
        (([1.0],), TypeError, "x must be a dictionary of batches with the keys 'left', 'right', not list"),
        (({"left": [1.0]},), ValueError, "x must have the keys 'left', 'right', not 'left'"),
        (
            ({"left": [1.0], "right": [], "else": 1},),
            ValueError,
            "x must have the keys 'left', 'right', not 'left', 'right', 'else'",
        ),
        (({"left": [1.0], "right": 3},), TypeError, r"x\['right'\] must be a list of 2 batches, one for each element, not int 3"),
        (
            ({"left": [1.0], "right": [1]},),
            ValueError,
            r"x\['right'\] must be a list of 2 batches, one for each element, not of 1",
        ),
        (
            ({"left": [1.0], "right": [[1], [[2]]]},),
            ValueError,
            r"x\['right'\]\[0\] must have shape \(m, 1\), for m examples, not \(1,\)",
        ),
    ],
)
def test_a_structure_that_does_not_fit(batch: tuple[Any, ...], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        reader(lambda x: None, {"left": 1.0, "right": [[1], [2, 3]]})(*batch)
