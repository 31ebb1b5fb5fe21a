"""What an example looks like."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any, NamedTuple

import numpy
import pytest

from autograd import Value, vectorize
from autograd.vectorizing.example.arguments import Arguments


def described(arguments: Arguments) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(array.name, array.path, array.shape) for array in arguments.arrays]


def test_names_paths_and_shapes() -> None:
    def f(x: Any, pair: Any, settings: Any, n: Any) -> None: ...

    example = ([[1, 2, 3], [4, 5, 6]], ([1.0], [2.0, 3.0]), {"left": 0.5, "a b": [1, 2]}, 7)
    assert described(Arguments.of(f, example)) == [
        ("x", "x", (2, 3)),
        ("pair_0", "pair[0]", (1,)),
        ("pair_1", "pair[1]", (2,)),
        ("settings_left", "settings['left']", ()),
        ("settings_a_b", "settings['a b']", (2,)),
        ("n", "n", ()),
    ]


def test_names_are_unique_identifiers() -> None:
    example = ({"a b": 1, "a_b": 2, 3: 4, "é!": 5}, 6)
    names = [name for name, _, _ in described(Arguments.of(lambda x, x_a_b: None, example))]
    assert len(set(names)) == len(names) == 5
    assert all(name.isidentifier() for name in names)


def test_names_of_functions_of_every_kind() -> None:
    def f(x: Any, *rest: Any, scale: float = 1.0) -> None: ...

    def names(f: Any, *example: Any) -> list[str]:
        return [array.name for array in Arguments.of(f, example).arrays]

    assert names(f, 1, 2, 3) == ["x", "rest_0", "rest_1"]
    assert names(functools.partial(lambda a, b: None, 0), 1) == ["b"]
    # Its signature is not known.
    assert names(max, 1, 2) == ["argument_0", "argument_1"]
    assert names(lambda: None) == []


def test_the_wrong_number_of_arguments() -> None:
    with pytest.raises(TypeError, match=r"does not take the example's 1 arguments.*'y'"):
        Arguments.of(lambda x, y: None, (1.0,))


def test_the_function_gets_the_same_structure_with_leaves_for_numbers() -> None:
    example = ([1, (2, 3.5)], {"k": (True, [numpy.float32(0.5)])}, numpy.array([[1, 2], [3, 4]]), Fraction(1, 4))
    nested, dictionary, array, number = Arguments.of(lambda a, b, c, d: None, example).traced()
    assert [type(nested), type(nested[1]), type(dictionary["k"]), type(array), type(array[0])] == [list, tuple, tuple, list, list]
    leaves = [nested[0], *nested[1], dictionary["k"][0], *dictionary["k"][1], *array[0], *array[1], number]
    assert [leaf.data for leaf in leaves] == [1.0, 2.0, 3.5, 1.0, 0.5, 1.0, 2.0, 3.0, 4.0, 0.25]
    assert all(isinstance(leaf, Value) and leaf.operands == () for leaf in leaves)
    assert len(set(leaves)) == len(leaves)


@pytest.mark.parametrize("number", [numpy.True_, numpy.array(1.0), numpy.array(True), numpy.float16(1.0), numpy.longdouble(1.0)])
def test_numbers_of_every_kind_are_inputs(number: Any) -> None:
    w = Value(3.0)
    program = vectorize(lambda x, y: w * x[0] * x[1] + y, [number, 2.0], number)
    assert program.parameters.values == (w,)
    assert program(numpy.array([5.0]), [[number, 2.0], [number, 3.0]], [number, number]) == 13.5


def test_tuples_with_names_keep_them() -> None:
    class Point(NamedTuple):
        x: Any
        y: Any

    for example in (Point(1.0, 2.0), Point([1.0], {"k": 2.0})):
        (point,) = Arguments.of(lambda point: None, (example,)).traced()
        assert isinstance(point, Point)
    assert [point.x[0].data, point.y["k"].data] == [1.0, 2.0]


def test_an_array_of_values_is_a_nest_of_numbers() -> None:
    arguments = Arguments.of(lambda x: None, (numpy.array([[Value(1.0), Value(2.0)]], object),))
    assert described(arguments) == [("x", "x", (1, 2))]
    ((first, second),) = arguments.traced()[0]
    assert (first.data, second.data) == (1.0, 2.0)


def test_values_stand_for_the_elements_in_c_order_and_say_which() -> None:
    arguments = Arguments.of(lambda x, y: None, ([[1, 2], [3, 4]], {"left": [[5, 6]]}))
    x, y = arguments.traced()
    assert list(arguments.values[0]) == [x[0][0], x[0][1], x[1][0], x[1][1]]
    assert list(arguments.values[1]) == y["left"][0]
    assert [value.label for value in arguments.values[0]] == ["x[0][0]", "x[0][1]", "x[1][0]", "x[1][1]"]
    assert [value.label for value in arguments.values[1]] == ["y['left'][0][0]", "y['left'][0][1]"]
    assert Arguments.of(lambda n: None, (3,)).values[0][0].label == "n"


def test_values_of_an_example_are_numbers_and_stay_as_they_are() -> None:
    x = Value(2.0, "mine")
    arguments = Arguments.of(lambda a: None, ([x, x],))
    first, second = arguments.values[0]
    # The same number twice in an example is two numbers in another.
    assert first is not second and x not in (first, second)
    assert (first.data, second.data, x.label) == (2.0, 2.0, "mine")


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        (None, "x"),
        ("text", "x"),
        (1j, "x"),
        ([1.0, "text"], r"x\[1\]"),
        ({"left": {"right": [1, None]}}, r"x\['left'\]\['right'\]\[1\]"),
        ({1.0, 2.0}, "x"),
        (numpy.array(["a"]), "x"),
        (numpy.array([1j]), "x"),
        (numpy.zeros((0, 2)), "x"),
    ],
)
def test_what_is_no_number_is_refused_by_its_path(argument: Any, path: str) -> None:
    with pytest.raises(TypeError, match=rf"^{path} is .*made of numbers"):
        Arguments.of(lambda x: None, (argument,))


def test_a_number_too_large_for_a_float_is_named() -> None:
    with pytest.raises(OverflowError, match=r"^x: int too large"):
        Arguments.of(lambda x: None, ([1, 10**400],))
