"""Losses against closed forms in plain floats, and in many digits in the tails."""

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, exp, grad, softmax, vectorize
from nn import (
    binary_cross_entropy,
    binary_cross_entropy_from_logit,
    cross_entropy_from_logits,
    hinge,
    squared_error,
)

LOGITS = [-700.0, -40.0, -1.5, -1e-20, 0.0, 0.3, 36.0, 40.0, 700.0]
FORMS: list[Any] = [float, Value]


def relative(x: float) -> Any:
    return pytest.approx(x, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("z", LOGITS)
def test_binary_cross_entropy_from_a_logit_in_many_digits(z: float, y: float, form: Any) -> None:
    with mpmath.workdps(400):
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        expected = -(y * mpmath.log(p) + (1 - mpmath.mpf(y)) * mpmath.log(1 - p))
        slope = p - y
    logit = Value(z)
    loss = binary_cross_entropy_from_logit(logit, form(y))
    assert loss.data == relative(float(expected))
    # With y between 0 and 1 the slope is a difference of two near numbers: right to the last digits of one.
    assert grad(loss, logit) == pytest.approx(float(slope), rel=1e-12, abs=1e-16 if y == 0.25 else 0.0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("p", [1e-300, 1e-20, 0.3, 0.5, 0.75, 1 - 1e-15])
def test_binary_cross_entropy_from_a_probability(p: float, y: float, form: Any) -> None:
    with mpmath.workdps(400):
        exact = mpmath.mpf(p)
        expected = -(y * mpmath.log(exact) + (1 - y) * mpmath.log(1 - exact))
        slope = (exact - y) / (exact * (1 - exact))
    probability = Value(p)
    loss = binary_cross_entropy(probability, form(y))
    assert loss.data == relative(float(expected))
    assert grad(loss, probability) == relative(float(slope))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("p", [0.0, 1.0])
def test_a_certain_and_right_probability_costs_nothing(p: float, form: Any) -> None:
    probability = Value(p)
    loss = binary_cross_entropy(probability, form(p))
    assert loss.data == 0.0
    # −y/p at p = y = 1, (1 − y)/(1 − p) at p = y = 0.
    assert grad(loss, probability) == (-1.0 if p == 1.0 else 1.0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("p", "y"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.5), (1.0, 0.5)])
def test_a_certain_and_wrong_probability_says_what_to_do(p: float, y: float, form: Any) -> None:
    with pytest.raises(ValueError, match=r"infinite: the probability is .* binary_cross_entropy_from_logit"):
        binary_cross_entropy(Value(p), form(y))


@pytest.mark.parametrize("number", [-0.1, 1.1, math.nan, math.inf])
def test_numbers_outside_the_unit_interval(number: float) -> None:
    with pytest.raises(ValueError, match="the probability must be from 0 to 1"):
        binary_cross_entropy(Value(number), 1)
    with pytest.raises(ValueError, match="the target must be from 0 to 1"):
        binary_cross_entropy(Value(0.5), number)
    with pytest.raises(ValueError, match="the target must be from 0 to 1"):
        binary_cross_entropy_from_logit(Value(0.5), Value(number))


@given(st.floats(-10, 10), st.sampled_from([0, 1]))
def test_both_forms_of_the_binary_cross_entropy_agree(z: float, y: int) -> None:
    from_probability = binary_cross_entropy(Value(z).sigmoid(), y).data
    # σ(z) near 1 is rounded to a multiple of 1e-16, and 1 − σ(z) is at least 4e-5 here.
    assert from_probability == pytest.approx(binary_cross_entropy_from_logit(z, y).data, rel=1e-11, abs=1e-15)


def test_the_loss_of_the_text() -> None:
    # The textbook's sentiment example: ŷ = .70 costs .36 if the review is positive, 1.2 if it is not.
    assert round(binary_cross_entropy(0.7, 1).data, 2) == 0.36
    assert round(binary_cross_entropy(0.7, 0).data, 1) == 1.2


@pytest.mark.parametrize("form", [int, Value])
def test_cross_entropy_is_minus_the_logarithm_of_the_softmax(form: Any) -> None:
    numbers = [0.6, 1.1, -1.5, 1.2, 3.2, -1.1]
    exponentials = np.exp(np.array(numbers))
    probabilities = exponentials / exponentials.sum()
    for c in range(6):
        logits = tuple(map(Value, numbers))
        loss = cross_entropy_from_logits(logits, form(c))
        assert loss.data == relative(-math.log(probabilities[c]))
        expected = [p - (j == c) for j, p in enumerate(probabilities)]
        assert grad(loss, logits) == pytest.approx(expected, rel=1e-12)


def test_cross_entropy_is_two_nodes_on_the_logits() -> None:
    logits = (Value(1.0), Value(2.0))
    loss = cross_entropy_from_logits(logits, 1)
    assert loss.operands[0].operands == logits
    assert loss.operands[1] is logits[1]
    recorded = cross_entropy_from_logits(logits, Value(1))
    assert recorded.operands[1].primitive.name == "pick"


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=6), st.data())
def test_cross_entropy_of_any_logits(numbers: list[float], data: st.DataObject) -> None:
    c = data.draw(st.integers(0, len(numbers) - 1))
    loss = cross_entropy_from_logits(numbers, c).data
    assert math.exp(-loss) == pytest.approx(softmax(numbers)[c].data, rel=1e-9)
    assert loss >= 0.0
    # Adding the same number to all logits changes nothing.
    assert cross_entropy_from_logits([z + 3.0 for z in numbers], c).data == pytest.approx(loss, rel=1e-9, abs=1e-12)


def test_cross_entropy_of_huge_logits() -> None:
    assert cross_entropy_from_logits([1000.0, 1000.0], 0).data == relative(math.log(2.0))
    assert cross_entropy_from_logits([1000.0, -1000.0], 1).data == 2000.0


def test_whole_numbers_of_other_kinds_are_classes() -> None:
    expected = cross_entropy_from_logits([0.5, 2.0], 1).data
    for c in (1.0, np.int64(1), np.float64(1.0), np.float32(1.0), np.array(1), np.array(1.0), np.True_, True):
        assert cross_entropy_from_logits([0.5, 2.0], c).data == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [int, Value])
@pytest.mark.parametrize("c", [3, -1])
def test_a_class_out_of_range(c: int, form: Any) -> None:
    with pytest.raises(IndexError, match=rf"class {c} is out of range for 3 logits"):
        cross_entropy_from_logits([0.0, 1.0, 2.0], form(c))


@pytest.mark.parametrize("c", [0.5, Value(0.5), "1", None, math.nan, math.inf])
def test_what_is_no_class(c: Any) -> None:
    with pytest.raises(TypeError, match="the target is a class number, not "):
        cross_entropy_from_logits([0.0, 1.0], c)


def test_no_logits() -> None:
    with pytest.raises(ValueError, match="logsumexp of no operands"):
        cross_entropy_from_logits([], 0)


@given(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100))
def test_squared_error(output: float, target: float) -> None:
    y = Value(output)
    loss = squared_error(y, target)
    assert loss.data == (output - target) * (output - target)
    assert grad(loss, y) == 2 * (output - target)


def test_squared_error_of_a_list_is_an_error() -> None:
    with pytest.raises(TypeError, match="one real number, not a tuple"):
        squared_error((Value(1.0),), 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@given(s=st.floats(-1e100, 1e100), y=st.sampled_from([-1, 1]))
def test_hinge(form: Any, s: float, y: int) -> None:
    score = Value(s)
    loss = hinge(score, form(y))
    assert loss.data == max(0.0, 1.0 - y * s)
    if y * s != 1.0:
        assert grad(loss, score) == (-y if y * s < 1.0 else 0.0)


@pytest.mark.parametrize("y", [0, 0.5, 2, Value(0), math.nan])
def test_hinge_with_another_target(y: Any) -> None:
    with pytest.raises(ValueError, match=r"hinge: the target must be -1 or \+1, not "):
        hinge(Value(1.0), y)


@pytest.mark.parametrize("loss", [binary_cross_entropy, binary_cross_entropy_from_logit, hinge, squared_error])
def test_losses_of_plain_numbers_are_values(loss: Any) -> None:
    assert isinstance(loss(0.5, 1), Value)
    with pytest.raises(TypeError, match="None"):
        loss(0.5, None)
    with pytest.raises(TypeError):
        loss(None, 1)


def test_the_logit_form_has_slope_a_minus_y() -> None:
    # The text: ∂L/∂z = a − y for a sigmoid output with the cross-entropy loss.
    z = Value(0.4)
    assert grad(binary_cross_entropy_from_logit(z, 1), z) == relative(1 / (1 + math.exp(-0.4)) - 1)
    a = 1.0 / (1.0 + exp(-z))
    assert grad(binary_cross_entropy(a, 1), z) == relative(1 / (1 + math.exp(-0.4)) - 1)


def message_of(call: Any) -> str:
    with pytest.raises(ValueError) as caught:
        call()
    return str(caught.value)


COMPILED = {
    "binary cross-entropy": (binary_cross_entropy, 0.5, 1.0, "the target must be from 0 to 1"),
    "binary cross-entropy from a logit": (binary_cross_entropy_from_logit, 0.5, 1.0, "the target must be from 0 to 1"),
    "hinge": (hinge, 0.5, 1.0, "hinge: the target must be -1 or +1"),
}


@pytest.mark.parametrize("settings", [{}, {"dtype": np.float32}, {"exact": True}])
@pytest.mark.parametrize("name", COMPILED)
def test_a_compiled_loss_refuses_the_targets_that_it_refuses(name: str, settings: dict[str, Any]) -> None:
    loss, output, target, message = COMPILED[name]
    b = Value(0.0, "b")
    program = vectorize(lambda s, y: loss(b + s, y), output, target, **settings)
    theta = program.parameters.read()
    for wrong in (-0.5, 2.0, math.nan, math.inf, 0.0 if loss is hinge else -1e-30):
        batch = [output] * 4, [target, target, wrong, target]
        for call in (program, program.losses, program.value_and_grad, program.eager):
            found = message_of(lambda call=call, batch=batch: call(theta, *batch))
            assert found.startswith(f"example 2 of the batch: {message} (y = ")
        assert message_of(lambda wrong=wrong: loss(Value(output), Value(wrong))).startswith(f"{message}, not ")
    right = [-1.0, 1.0] if loss is hinge else [0.0, 1.0, 0.25]
    expected = [loss(output, y).data for y in right]
    assert program.losses(theta, [output] * len(right), right).tolist() == pytest.approx(expected, rel=1e-6)


def test_a_compiled_binary_cross_entropy_refuses_what_is_no_probability() -> None:
    """At y = 0 the loss of ŷ = −0.5 would be −ln 1.5."""
    p = Value(0.5, "p")
    program = vectorize(lambda y: binary_cross_entropy(p, y), 0.0)
    assert program(np.array([0.25]), [1.0]) == relative(-math.log(0.25))
    for wrong in (-0.5, 1.5, math.nan):
        for call in (program, program.losses, program.value_and_grad, program.eager):
            found = message_of(lambda call=call, wrong=wrong: call(np.array([wrong]), [0.0]))
            assert found == f"example 0 of the batch: the probability must be from 0 to 1 (p = {wrong!r})"


# Machine code gives the eager engine's errors, which name the example and not the argument.
@pytest.mark.engine("numpy")
def test_a_compiled_cross_entropy_refuses_what_is_no_class() -> None:
    bias = [Value(0.0), Value(1.0), Value(2.0)]
    program = vectorize(lambda c: cross_entropy_from_logits(bias, c), 0)
    theta = program.parameters.read()
    for wrong, error in ((3, IndexError), (-1, IndexError), (0.5, TypeError), (math.nan, TypeError)):
        with pytest.raises(error, match=r"c\[1\]"):
            program(theta, np.array([0, wrong]))
