"""Optimizers against recurrences in plain floats, closed forms, and results of PyTorch."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import SGD, Adam, AdamW, Layer, Optimizer

GRADIENTS = [[0.5, -1.25], [0.1, 3.0], [-2.0, 0.75], [0.0, -0.5]]
Make = Callable[[list[Value]], Optimizer]


def run(make: Make, start: list[float], gradients: Sequence[Sequence[float | None]]) -> list[float]:
    parameters = [Value(number) for number in start]
    optimizer = make(parameters)
    for step in gradients:
        for parameter, gradient in zip(parameters, step, strict=True):
            parameter.gradient = gradient
        optimizer.step()
    return [parameter.data for parameter in parameters]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda p: SGD(p, 0.1), [1.14, -2.2]),
        (lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=0.01), [1.1722040283509998, -2.457467984227]),
        (
            lambda p: Adam(p, 0.1, betas=(0.8, 0.95), epsilon=1e-6, weight_decay=0.05),
            [0.9069064387472365, -2.013008552048757],
        ),
        (
            lambda p: AdamW(p, 0.1, betas=(0.8, 0.95), epsilon=1e-6, weight_decay=0.05),
            [0.8996337765911743, -1.987255399998772],
        ),
        (Adam, [0.9990443772027268, -2.0001885759175497]),
        (AdamW, [0.9990044192048142, -2.000108593859502]),
    ],
)
def test_four_steps_are_those_of_pytorch(make: Make, expected: list[float]) -> None:
    # Computed once with PyTorch 2.13 in float64.
    assert run(make, [1.0, -2.0], GRADIENTS) == pytest.approx(expected, rel=1e-14)


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=8),
    st.floats(0.001, 1.0),
    st.floats(0.0, 0.99),
    st.floats(0.0, 0.5),
)
def test_sgd_is_its_recurrence(gradients: list[float], rate: float, momentum: float, decay: float) -> None:
    p, v = 3.0, 0.0
    for g in gradients:
        v = momentum * v + (g + decay * p)
        p = p - rate * v
    (result,) = run(
        lambda ps: SGD(ps, rate, momentum=momentum, weight_decay=decay), [3.0], [[gradient] for gradient in gradients]
    )
    assert result == p


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), st.floats(0.0, 0.99), st.floats(0.0, 0.999))
def test_adam_is_its_recurrence(gradients: list[float], beta1: float, beta2: float) -> None:
    p, m, v = 3.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        p -= 0.1 * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + 1e-8)
    (result,) = run(lambda ps: Adam(ps, 0.1, betas=(beta1, beta2)), [3.0], [[gradient] for gradient in gradients])
    assert result == pytest.approx(p, rel=1e-12)


@given(st.floats(1e-3, 1e3), st.floats(0.01, 0.5))
def test_the_first_step_of_adam_has_the_length_of_the_learning_rate(gradient: float, rate: float) -> None:
    # Kingma & Ba 2015, section 2.1: the steps don't depend on the scale of the gradient.
    assert run(lambda p: Adam(p, rate), [0.0], [[gradient]]) == pytest.approx([-rate], rel=1e-4)


def test_gradient_descent_on_a_parabola_has_a_closed_form() -> None:
    w = Value(5.0)
    optimizer = SGD([w], 0.1)
    for _ in range(20):
        optimizer.zero_grad()
        (w * w / 2).backward()
        optimizer.step()
    # w ← w − 0.1·w twenty times.
    assert w.data == pytest.approx(5.0 * 0.9**20, rel=1e-13)


def test_a_parameter_without_a_gradient_stays_and_so_does_its_state() -> None:
    makes: list[Make] = [lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=0.1), Adam, AdamW]
    for make in makes:
        skipped = run(make, [1.0, 2.0], [[0.5, 1.0], [None, 2.0], [0.25, None]])
        assert skipped[0] == run(make, [1.0], [[0.5], [0.25]])[0]
        assert skipped[1] == run(make, [2.0], [[1.0], [2.0]])[0]


def test_zero_grad_sets_none() -> None:
    a, b = parameters = [Value(1.0), Value(2.0)]
    for parameter in parameters:
        parameter.gradient = 3.0
    SGD([a], 0.1).zero_grad()
    assert (a.gradient, b.gradient) == (None, 3.0)


def test_the_learning_rate_may_change() -> None:
    p = Value(0.0)
    optimizer = SGD([p], 1.0)
    p.gradient = 1.0
    optimizer.learning_rate = 0.25
    optimizer.step()
    assert (p.data, optimizer.learning_rate) == (-0.25, 0.25)
    optimizer.learning_rate = 0
    optimizer.step()
    assert p.data == -0.25
    for number in (-1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="learning_rate must be a finite number of at least 0"):
            optimizer.learning_rate = number
    assert optimizer.learning_rate == 0.0
    assert repr(optimizer) == "SGD(1 parameters, learning_rate=0.0)"


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9), Adam, AdamW])
@pytest.mark.parametrize("gradient", [math.inf, -math.inf, math.nan])
def test_a_gradient_that_is_not_finite_changes_nothing(make: Make, gradient: float) -> None:
    parameters = [Value(1.0), Value(2.0, "w"), Value(3.0)]
    optimizer = make(parameters)
    for parameter, number in zip(parameters, [0.5, gradient, 0.5], strict=True):
        parameter.gradient = number
    with pytest.raises(FloatingPointError, match=f"the gradient of w is {gradient!r}; no parameter was changed"):
        optimizer.step()
    assert [p.data for p in parameters] == [1.0, 2.0, 3.0]
    # Nor has the state: the next step is a first one.
    parameters[1].gradient = None
    optimizer.step()
    assert parameters[0].data == run(make, [1.0], [[0.5]])[0]


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1), Adam, AdamW])
def test_wrong_parameters(make: Any) -> None:
    w = Value(1.0, "w")
    with pytest.raises(ValueError, match="at least one parameter"):
        make([])
    with pytest.raises(ValueError, match=r"parameter 2, Value\(1\.0, label='w'\), occurs twice"):
        make([w, Value(2.0), w])
    with pytest.raises(TypeError, match=r"parameter 1 is not a Value but 3\.0"):
        make([w, 3.0])
    with pytest.raises(ValueError, match=r"parameter 0, Value\(2\.0\), is not a leaf but a result of multiply"):
        make([w * 2])
    with pytest.raises(TypeError, match="put the single one in a list"):
        make(w)


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1), Adam, AdamW])
def test_what_holds_parameters_is_not_a_list_of_them(make: Any) -> None:
    layer, w = Layer(2, 1), Value(1.0)
    for wrong, message in [
        (layer, r"not the model Layer\(2, 1, 'tanh'\) itself; write model\.parameters\(\)$"),
        (layer.parameters, r"not the method parameters itself; call it: model\.parameters\(\)$"),
        (layer.named_parameters, r"not the method named_parameters itself"),
        (Layer, r"not the class Layer; make a model of it, and write model\.parameters\(\)$"),
        ({"w": w}, r"not a dict; write list\(parameters\.values\(\)\)$"),
        ([[w], [Value(2.0)]], r"not a list of lists or of models; write one flat list"),
        ([layer, Layer(1, 1)], r"not a list of lists or of models; .* or model\.parameters\(\)$"),
        ([layer.parameters(), w], r"not a list of lists or of models"),
        (iter([[w]]), r"parameter 0 is not a Value but \[Value\(1\.0\)\]"),
        (layer.named_parameters(), r"parameter 0 is not a Value but the pair of the name 'weight\.0\.0' and a Value"),
        (3.0, r"an optimizer takes a list of parameters, as model\.parameters\(\) gives it, not 3\.0"),
        (None, r"an optimizer takes a list of parameters, .* not None"),
    ]:
        with pytest.raises(TypeError, match=message):
            make(wrong)
    with pytest.raises(ValueError, match=r"at least one parameter; the iterator is exhausted, perhaps because it was used"):
        make(iter(()))
    assert len(make(value for value in [w]).parameters) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: SGD(p, 0.0), "learning_rate must be a finite number greater than 0, not 0.0"),
        (lambda p: Adam(p, -1.0), "learning_rate"),
        (lambda p: AdamW(p, math.nan), "learning_rate"),
        (lambda p: SGD(p, 0.1, momentum=1.0), "momentum must be less than 1"),
        (lambda p: SGD(p, 0.1, momentum=-0.1), "momentum must be a finite number of at least 0"),
        (lambda p: SGD(p, 0.1, weight_decay=-0.1), "weight_decay"),
        (lambda p: Adam(p, betas=(1.0, 0.9)), "the first of betas must be less than 1"),
        (lambda p: Adam(p, betas=(0.9, -0.1)), "the second of betas"),
        (lambda p: Adam(p, betas=0.9), "betas must be two numbers, not 0.9"),  # type: ignore[arg-type]
        (lambda p: Adam(p, epsilon=0.0), "epsilon"),
        (lambda p: AdamW(p, weight_decay=math.inf), "weight_decay"),
    ],
)
def test_wrong_settings(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make([Value(1.0)])


def test_parameters_may_come_from_an_iterator() -> None:
    layer = Layer(2, 1)
    assert SGD((p for p in layer.parameters()), 0.1).parameters == tuple(layer.parameters())


def test_an_optimizer_of_ones_own() -> None:
    class SignDescent(Optimizer):
        def move(self, place: int, number: float, gradient: float) -> float:
            return number - math.copysign(self.learning_rate, gradient)

    assert run(lambda p: SignDescent(p, 0.5), [1.0, 1.0], [[3.0, -0.1]]) == [0.5, 1.5]
    with pytest.raises(NotImplementedError, match="defines neither move nor update"):
        run(lambda p: Optimizer(p, 0.5), [1.0], [[1.0]])
