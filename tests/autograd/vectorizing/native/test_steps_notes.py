"""Formulas that are recorded give what NumPy gives, to the bit, and formulas that could give something else are not recorded."""

from __future__ import annotations

import copy
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy
import pytest

pytest.importorskip("llvmlite")

from autograd.vectorizing.native.machine import compile_module
from autograd.vectorizing.native.steps import StepKernel, Steps
from autograd.vectorizing.native.steps_notes import FormulaNotes

Formula = Callable[[Any, Any, Any, Any, Any], Any]
"""What becomes of a number, its gradient and a state in step t, with a list of settings."""

GRADIENT = [0.0, -0.0, 1.0, -1.5, 1e-3, 0.3, -7.0, 5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan, 2.0, -0.7, 1e-200, 0.1]
SETTINGS = [0.9, 0.999, -0.5, 3.0]

# The gradient is the input; the figures are such that nothing stops.
COPYING = f"""
define i64 @kernel(ptr %theta, ptr %gradient, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {{
entry:
  store <2 x double> zeroinitializer, ptr %results, align 8
  %x = load ptr, ptr %inputs
  br label %copy
copy:
  %i = phi i64 [0, %entry], [%next, %copy]
  %from = getelementptr double, ptr %x, i64 %i
  %to = getelementptr double, ptr %gradient, i64 %i
  %number = load double, ptr %from
  store double %number, ptr %to
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, {len(GRADIENT)}
  br i1 %more, label %copy, label %done
done:
  ret i64 0
}}
"""

RECORDED: dict[str, Formula] = {
    "arithmetic": lambda x, g, s, t, c: (x - 2 * g) / 3.0 + c[0] * s * -g,
    "from the right": lambda x, g, s, t, c: 1.0 - (2.0 / g) + (0.5 * x),
    "roots": lambda x, g, s, t, c: numpy.sqrt(abs(g)) + abs(x) ** 0.5,
    "simple powers": lambda x, g, s, t, c: g**2 + x**2.0 - g**-1 + x**1 + numpy.square(s) + numpy.reciprocal(g),
    "powers of settings": lambda x, g, s, t, c: g / (1.0 - c[0] ** t) - x * c[1] ** (2 * t) + s * c[2] ** 3 + t**-0.5 * g,
    "numbers of steps": lambda x, g, s, t, c: g / t + x * (t % 3) + s * (t // 2) + (t == 2) * x + (t >= 3) * g,
    "functions of settings": lambda x, g, s, t, c: x * numpy.sqrt(1.0 - c[0] ** t) + numpy.cos(numpy.pi * t / 10.0) * g,
    "choices": lambda x, g, s, t, c: numpy.where(g > x, g, numpy.where(x <= 0.25, s, c[2])),
    "a choice of settings": lambda x, g, s, t, c: numpy.where(t < c[3], g, 0.5 * g) - numpy.where(c[2], x, 0.0),
    "truth times a float": lambda x, g, s, t, c: (g >= 0.0) * x + 2.0 * (g < 0.0) + (g == g) * c[0] - (1.0 - (g != x)) * g,
    "whole numbers chosen": lambda x, g, s, t, c: numpy.where(g > 0.0, 1, -1) * c[0] + x,
    "bounds": lambda x, g, s, t, c: numpy.maximum(g, 0.25) + numpy.minimum(x, 3.0) + numpy.clip(g, -1.0, c[3]),
    "signs": lambda x, g, s, t, c: x - c[0] * numpy.sign(g),
    "NumPy's names": lambda x, g, s, t, c: (
        numpy.add(g, numpy.multiply(c[0], -x)) - numpy.absolute(g) / numpy.fabs(numpy.negative(x))
    ),
    "numbers of NumPy": lambda x, g, s, t, c: numpy.float64(0.3) * g + x / numpy.float64(3.0),
    "its numbers and settings": lambda x, g, s, t, c: (c[0] * numpy.float64(0.5)) * x + g * (numpy.float64(0.3) ** t - math.inf),
    "what is there": lambda x, g, s, t, c: +g,
    "a constant": lambda x, g, s, t, c: 0.25,
    "a setting": lambda x, g, s, t, c: c[1],
}  # fmt: skip


def formula_of(formula: Formula, settings: Any = SETTINGS) -> Any:
    notes = FormulaNotes(1, len(settings))
    result = formula(notes.number, notes.gradient, notes.states[0], notes.t, notes.settings)
    return notes.formula(result, [0.5 * notes.states[0] + notes.gradient])


def bits(numbers: Any) -> list[bytes]:
    """All bits, but for those that tell one nan from another."""
    return [struct.pack("d", number) if number == number else b"nan" for number in numpy.asarray(numbers).ravel().tolist()]


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_recorded_gives_the_bits_that_numpy_gives(name: str) -> None:
    formula = RECORDED[name]
    gradient = numpy.array(GRADIENT)
    random = numpy.random.default_rng(3)
    theta, states = random.normal(size=len(GRADIENT)), numpy.zeros((1, len(GRADIENT)))
    expected, kept = theta.copy(), numpy.zeros(len(GRADIENT))
    machine = compile_module(COPYING, level=0)
    kernel = StepKernel(machine.address("kernel"), len(GRADIENT), (len(GRADIENT),), 0, machine)
    steps = Steps(formula_of(formula), lambda m: kernel, theta, states, None, [gradient[None].copy()], 1)
    steps.run(SETTINGS, 0, numpy.zeros(5))
    assert steps.taken() == 5
    with numpy.errstate(all="ignore"):
        for t in range(1, 6):
            result = formula(expected, gradient, kept, t, SETTINGS)
            expected, kept = numpy.full(len(GRADIENT), result, float), 0.5 * kept + gradient
    assert bits(theta) == bits(expected)
    assert bits(states) == bits(kept)


class Odd:
    """Something that is no number."""

    def __mul__(self, other: Any) -> Any:
        return other

    __rmul__ = __mul__


REFUSED: dict[str, Formula] = {
    "a branch": lambda x, g, s, t, c: x if g > 0 else -x,
    "a branch on t": lambda x, g, s, t, c: x if t == 1 else g,
    "t among others": lambda x, g, s, t, c: x if t in (1, 2) else g,
    "a branch on a setting": lambda x, g, s, t, c: x if c[0] else g,
    "max": lambda x, g, s, t, c: max(x, g),
    "a function of floats": lambda x, g, s, t, c: x * math.sqrt(c[0]),
    "a look at a number": lambda x, g, s, t, c: x * float(t),
    "a rounded number": lambda x, g, s, t, c: x * round(c[0]),
    "an exponential": lambda x, g, s, t, c: x - numpy.exp(g),
    "a power of a number": lambda x, g, s, t, c: x - g**3,
    "a power by a setting": lambda x, g, s, t, c: x - g ** c[3],
    "NumPy's power": lambda x, g, s, t, c: x - numpy.power(g, 2),
    "a remainder": lambda x, g, s, t, c: x - g % 1.0,
    "a norm": lambda x, g, s, t, c: x - g / numpy.linalg.norm(g),
    "a sum": lambda x, g, s, t, c: x - g / numpy.sum(g),
    "a reduction": lambda x, g, s, t, c: x - numpy.add.reduce(g),
    "a method of arrays": lambda x, g, s, t, c: x - g.mean(),
    "an element": lambda x, g, s, t, c: x - g[0],
    "a shape": lambda x, g, s, t, c: x - g.shape[0],
    "an array": lambda x, g, s, t, c: x - numpy.asarray(g),
    "another array": lambda x, g, s, t, c: x - numpy.zeros(3) * g,
    "into an array": lambda x, g, s, t, c: numpy.add(x, g, out=numpy.zeros(3)),
    "an assignment": lambda x, g, s, t, c: x.__setitem__(0, g),
    "truth of truth": lambda x, g, s, t, c: x * (1.0 * -(g > 0)),
    "the sum of two truths": lambda x, g, s, t, c: x * (((g > 0.0) + (x > 0.0)) * 1.0),
    "truth times a whole number": lambda x, g, s, t, c: x * ((g > 0.0) * 2 - 1),
    "truth times t": lambda x, g, s, t, c: x * ((g > 0.0) * t),
    "the square of a truth": lambda x, g, s, t, c: x * (g > 0.0) ** 2,
    "whole numbers multiplied": lambda x, g, s, t, c: x * (numpy.where(g > 0.0, 1, 0) * -1),
    "a long whole number": lambda x, g, s, t, c: x * (2**53 + 1),
    "a complex number": lambda x, g, s, t, c: x * 1j,
    "text": lambda x, g, s, t, c: x * "2",
    "no number": lambda x, g, s, t, c: x + Odd(),
    "None": lambda x, g, s, t, c: None,
    "a function that is not NumPy's": lambda x, g, s, t, c: numpy.frompyfunc(abs, 1, 1)(g),
    "a key": lambda x, g, s, t, c: {x: g}[x],
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_give_something_else_is_not_recorded(name: str) -> None:
    with pytest.raises(Exception) as caught:
        formula_of(REFUSED[name])
    assert not isinstance(caught.value, AssertionError)


def test_a_number_of_another_run_is_refused() -> None:
    other = FormulaNotes(0, 1)
    for number in (other.number, other.t, other.settings[0]):
        for formula in (lambda x, g, s, t, c: x + number, lambda x, g, s, t, c: number, lambda x, g, s, t, c: x * (t * number)):  # noqa: B023
            with pytest.raises(TypeError, match="of another run"):
                formula_of(formula)


def test_another_number_of_states_is_refused() -> None:
    notes = FormulaNotes(2, 0)
    with pytest.raises(ValueError, match="returned 1 states, not 2"):
        notes.formula(notes.number, [notes.gradient])


def test_formulas_are_equal_if_they_do_the_same() -> None:
    formulas = {name: formula_of(formula) for name, formula in RECORDED.items()}
    for name, formula in formulas.items():
        assert [other for other in formulas if formulas[other] == formula] == [name]
        assert formula == formula_of(RECORDED[name])
    assert formula_of(lambda x, g, s, t, c: 0.0 * x) != formula_of(lambda x, g, s, t, c: -0.0 * x)
    assert formula_of(lambda x, g, s, t, c: t**2.0 * x) != formula_of(lambda x, g, s, t, c: t**2 * x)


def test_what_all_parameters_share_is_what_python_computes() -> None:
    formula = formula_of(lambda x, g, s, t, c: x * (c[0] ** t) / (t + 1) + (1.0 - c[1]) * g + c[2] ** 2 * s)
    fixed, timed, n_computed = formula.common(SETTINGS, 3, 4)
    assert sorted(fixed.tolist()) == sorted([1.0 - 0.999, (-0.5) ** 2])
    assert sorted(timed.tolist()) == sorted([[0.9**t for t in range(3, 7)], [float(t + 1) for t in range(3, 7)]])
    assert n_computed == 4


def pythons_powers(base: float, first: int, n: int) -> Any:
    return numpy.array([base**t for t in range(first, first + n)])


COLUMNS: dict[str, Formula] = {
    "Adam": lambda x, g, s, t, c: x / (1.0 - c[0] ** t) - g / (1.0 - c[1] ** t) * c[3],
    "a falling rate": lambda x, g, s, t, c: x * (c[0] / (1.0 + 0.01 * t)) - g * (c[2] * 0.5) / t,
    "whole numbers": lambda x, g, s, t, c: x * (1 / (t + 1)) - g * ((2 - t) / 3),
    "signs": lambda x, g, s, t, c: x * -(c[2] * (c[1] ** t - 1.0)),
    "numbers of NumPy": lambda x, g, s, t, c: x * (c[2] * numpy.float64(0.5)) + g * (t / numpy.float64(3.0)),
}
NO_COLUMNS: dict[str, Formula] = {
    "a power of t": lambda x, g, s, t, c: x * t**0.5,
    "whole powers": lambda x, g, s, t, c: x * 3**t,
    "another exponent": lambda x, g, s, t, c: x * c[0] ** (t + 1),
    "powers of numbers that change": lambda x, g, s, t, c: x * (c[0] / t) ** t,
    "long products": lambda x, g, s, t, c: x * (t * t),
    "a remainder": lambda x, g, s, t, c: x * (1.0 / (t % 7 + 1)),
    "a choice": lambda x, g, s, t, c: x * (t < 5),
    "a function": lambda x, g, s, t, c: x * numpy.cos(0.1 * t),
    "nothing that changes": lambda x, g, s, t, c: x * (c[0] * c[1]),
}


@pytest.mark.parametrize("name", [*COLUMNS, *NO_COLUMNS])
def test_many_steps_at_a_time_have_the_bits_of_each(name: str) -> None:
    recorded = formula_of({**COLUMNS, **NO_COLUMNS}[name])
    assert bool(recorded.columns_source) is (name in COLUMNS)
    one_by_one, together = recorded.common(SETTINGS, 1, 400), recorded.common(SETTINGS, 1, 400, pythons_powers)
    assert [bits(part) for part in together] == [bits(part) for part in one_by_one]
    assert together[2] == 400


def test_where_many_steps_at_a_time_fail_they_are_computed_one_by_one() -> None:
    def failing(base: float, first: int, n: int) -> Any:
        raise OverflowError

    recorded = formula_of(COLUMNS["Adam"])
    assert [bits(part) for part in recorded.common(SETTINGS, 7, 30, failing)] == [
        bits(part) for part in recorded.common(SETTINGS, 7, 30)
    ]


@pytest.mark.parametrize(
    ("formula", "n_computed"),
    [
        (lambda x, g, s, t, c: x * (1.0 / (t - 3)), 2),
        (lambda x, g, s, t, c: x * (10.0**200) ** (t - 1), 2),
        (lambda x, g, s, t, c: x * c[2] ** (t / 2), 0),
        (lambda x, g, s, t, c: x * (1.0 / (c[3] - 3.0)), 0),
        (lambda x, g, s, t, c: x * 10**t, 308),
    ],
    ids=["division by 0", "overflow", "a complex number", "the settings", "long whole numbers"],
)
def test_python_computes_as_far_as_it_can(formula: Formula, n_computed: int) -> None:
    for powers in (None, pythons_powers):
        assert formula_of(formula).common(SETTINGS, 1, 400, powers)[2] == n_computed


def test_numbers_of_a_formula_are_not_copied_into_arrays() -> None:
    notes = FormulaNotes(0, 1)
    for number in (notes.number, notes.t):
        with pytest.raises(TypeError, match="is no array"):
            numpy.asarray(number)
        with pytest.raises(TypeError):
            numpy.array([1.0]) @ number
    assert copy.copy(notes.t).text == "t"
