"""What a compiled program refuses, raises and warns of: frozen choices, bad batches, numbers that are not finite."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy
import pytest

from autograd import (
    FrozenChoiceError,
    NonFiniteWarning,
    Value,
    directional_derivative,
    exp,
    grad,
    log,
    no_grad,
    pick,
    relu,
    sigmoid,
    sqrt,
    value_and_grad,
    vectorize,
    where,
    xlogy,
)
from autograd.engine import refusals
from nn import Embedding, cross_entropy_from_logits

pytestmark = pytest.mark.every_engine

w = Value(0.5, "w")
TABLE = [Value(1.0), Value(2.0), Value(3.0)]


# ------------------------------------------------------------------------------------------------ frozen choices


def branches(x: Any) -> Any:
    if x > 0:
        return w * x
    return -w * x


def compares_as_objects(x: Any) -> Any:
    return w if x == 0 else w * x


def compares_parameters(x: Any) -> Any:
    return w * x if w != 1 else x


def reads_data(x: Any) -> Any:
    return w * x.data


def reads_a_parameter(x: Any) -> Any:
    return x * w.data


def reads_a_result(x: Any) -> Any:
    return w * math.floor(float(w * x))


def uses_math(x: Any) -> Any:
    return w * math.exp(x)


def stops_recording(x: Any) -> Any:
    with no_grad():
        y = x * 2
    return w * y


def goes_back(x: Any) -> Any:
    y = w * x
    y.backward()
    return y


def asks_for_a_derivative(x: Any) -> Any:
    return w * grad(w * x * x, x)


def asks_for_a_directional_derivative(x: Any) -> Any:
    return w * directional_derivative(w * x, [x], [1.0])


def within_a_call(x: Any) -> Any:
    return sum([branches(one) for one in (x, -x)], Value(0.0))


REFUSED: dict[Callable[..., Any], str] = {
    branches: r"bool\(\) of a traced Value.*`if x > 0:`.*where\(condition, a, b\)",
    compares_as_objects: r"== of a traced Value \(x\).*`return w if x == 0 else w \* x`.*equal\(a, b\)",
    compares_parameters: r"== of a traced Value \(w\)",
    reads_data: r"\.data of a traced Value \(x\).*`return w \* x\.data`",
    reads_a_parameter: r"\.data of a traced Value \(w\)",
    reads_a_result: r"float\(\) of a traced Value \(a result of multiply\)",
    uses_math: r"float\(\) of a traced Value \(x\).*`return w \* math\.exp\(x\)`",
    stops_recording: r"no_grad in a traced function.*`with no_grad\(\):`",
    goes_back: r"backward\(\) of a traced Value",
    asks_for_a_derivative: r"grad\(\) of a traced Value",
    asks_for_a_directional_derivative: r"directional_derivative\(\) of a traced Value",
    within_a_call: r"test_honesty\.py:\d+: `if x > 0:`",
}


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_a_frozen_choice_is_refused_where_it_is_made(f: Callable[..., Any]) -> None:
    with pytest.raises(FrozenChoiceError, match=REFUSED[f]):
        vectorize(f, 1.0)
    # And nothing of the trace is left behind.
    assert Value(1.0) > 0
    assert (w == 1) is False
    assert refusals.traces == []


def test_a_recorded_choice_is_made_for_each_example() -> None:
    program = vectorize(lambda x: where(x > 0, w * x, -w * x), 1.0)
    assert program.losses(numpy.array([0.5]), [-2.0, 0.0, 4.0]).tolist() == [1.0, 0.0, 2.0]


def test_constants_may_be_read() -> None:
    constant = Value(3.0)

    def f(x: Any) -> Any:
        made = Value(2.0) * 2
        if made > 3 and constant.data == 3.0:
            return w * x * float(made)
        return w

    assert vectorize(f, 1.0, parameters=[w])(numpy.array([0.5]), [1.0]) == 2.0


def test_derivatives_that_are_recorded_may_be_taken() -> None:
    """A gradient that is itself a graph freezes nothing: a penalty on it can be compiled."""

    def penalty(x: Value) -> Value:
        return grad(w * x * x * x, x, create_graph=True) ** 2

    program = vectorize(penalty, 1.0)
    assert program.losses(numpy.array([0.5]), [1.0, 2.0]).tolist() == [2.25, 36.0]


def test_an_index_that_must_be_recorded() -> None:
    with pytest.raises(TypeError, match=r"^a Value is no index") as caught:
        vectorize(lambda word: w * TABLE[word], 1)
    assert any("pick(values, index)" in note for note in caught.value.__notes__)
    program = vectorize(lambda word: w * pick(TABLE, word), 1)
    assert program(program.parameters.read(), [2, 0]) == 1.0


@pytest.mark.filterwarnings("ignore::autograd.IdentityComparisonWarning")
def test_other_threads_go_on_while_one_traces() -> None:
    started, finished = threading.Event(), threading.Event()
    seen: list[Any] = []

    def f(x: Any) -> Any:
        started.set()
        assert finished.wait(60)
        return w * x

    def work() -> None:
        assert started.wait(60)
        x = Value(2.0)
        y = x * 3
        y.backward()
        seen.append((bool(y), float(y), y.data, y == x, x.gradient))
        with no_grad():
            seen.append((x * x).operands)
        finished.set()

    thread = threading.Thread(target=work)
    thread.start()
    vectorize(f, 1.0)
    thread.join(60)
    assert seen == [(True, 6.0, 6.0, False, 3.0), ()]


def test_what_a_function_may_return() -> None:
    with pytest.raises(TypeError, match="returns a loss, or a loss and a dictionary of outputs, not str"):
        vectorize(lambda x: "loss", 1.0)
    with pytest.raises(TypeError, match="output 'h' must be a Value"):
        vectorize(lambda x: (w * x, {"h": "text"}), 1.0)
    with pytest.raises(TypeError, match="output 'h' holds lists of different shapes"):
        vectorize(lambda x: (w * x, {"h": [x, [x]]}), 1.0)


def test_an_error_of_the_function_says_where_it_came_from() -> None:
    with pytest.raises(ValueError, match=r"log of x = -1\.0") as caught:
        vectorize(lambda x: log(x) * w, -1.0)
    assert any("on its example" in note for note in caught.value.__notes__)


def test_parameters_must_be_leaves() -> None:
    with pytest.raises(TypeError, match="parameter 0 must be a leaf"):
        vectorize(lambda x: w * x, 1.0, parameters=[w * 2])
    with pytest.raises(ValueError, match="is given twice"):
        vectorize(lambda x: w * x, 1.0, parameters=[w, w])


@pytest.mark.parametrize(
    ("settings", "message"), [({"dtype": int}, "float64 or float32"), ({"dtype": "float32", "exact": True}, "float64")]
)
def test_dtypes(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        vectorize(lambda x: w * x, 1.0, **settings)


# ---------------------------------------------------------------------------------------------------- batches

EMBEDDING = Embedding(7, 2)


def of_many(x: Any, sides: Any, word: Any, ragged: Any) -> Any:
    vector = EMBEDDING(word)
    return w * x[0][1] + sides["a"] * sides["b"][0] + vector[0] + ragged[0][0] + ragged[1][1]


EXAMPLE: tuple[Any, ...] = ([[1.0, 2.0]], {"a": 1.0, "b": [1.0, 2.0, 3.0]}, 3, [[1.0], [1.0, 2.0]])
GOOD: tuple[Any, ...] = (
    numpy.zeros((2, 1, 2)),
    {"a": [1.0, 2.0], "b": numpy.zeros((2, 3))},
    [0, 6],
    [[[1.0], [2.0]], [[1.0, 2.0], [3.0, 4.0]]],
)
# Machine code looks at indices where it uses them.
NUMPY = pytest.mark.engine("numpy")
BAD: list[Any] = [
    (0, numpy.zeros((2, 2)), ValueError, r"x must have shape \(m, 1, 2\), for m examples, not \(2, 2\)"),
    (0, numpy.zeros((3, 1, 2)), ValueError, r"sides\['a'\] has 2 examples, but x has 3"),
    (0, numpy.zeros((0, 1, 2)), ValueError, "at least one example"),
    (0, [[[1.0, 2.0]], [[1.0]]], ValueError, r"x must be an array of shape \(m, 1, 2\); its lists are of different lengths"),
    (
        0,
        numpy.zeros((2, 1, 2), complex),
        TypeError,
        r"x must hold real numbers in an array of shape \(m, 1, 2\), not an array of complex128",
    ),
    (0, [[["a", "b"]], [["c", "d"]]], TypeError, "x must hold real numbers"),
    (0, 3.0, ValueError, r"x must have shape \(m, 1, 2\), for m examples, not \(\)"),
    (1, {"a": [1.0, 2.0]}, ValueError, "sides must have the keys 'a', 'b', not 'a'"),
    (1, {"a": [1.0, 2.0], "b": numpy.zeros((2, 3)), "c": [1.0, 2.0]}, ValueError, "not 'a', 'b', 'c'"),
    (1, [1.0, 2.0], TypeError, "sides must be a dictionary of batches with the keys 'a', 'b'"),
    (
        1,
        {"a": [1.0, 2.0], "b": numpy.zeros((2, 4))},
        ValueError,
        r"sides\['b'\] must have shape \(m, 3\), for m examples, not \(2, 4\)",
    ),
    pytest.param(2, [0, 7], IndexError, r"word\[1\] is 7, but must be from 0 to 6", marks=NUMPY),
    pytest.param(2, [-1, 3], IndexError, r"word\[0\] is -1, but must be from 0 to 6", marks=NUMPY),
    pytest.param(2, [0.0, 1.5], TypeError, r"word must hold whole numbers from 0 to 6, but word\[1\] is 1\.5", marks=NUMPY),
    pytest.param(2, [0, math.nan], TypeError, r"word\[1\] is nan", marks=NUMPY),
    (2, "ab", TypeError, r"word must be an array of shape \(m,\), not str 'ab'"),
    (3, [[[1.0], [2.0]]], ValueError, "ragged must be a list of 2 batches, one for each element, not of 1"),
    (3, numpy.zeros((2, 2)), TypeError, r"ragged must be a list of 2 batches"),
    (3, [[[1.0], [2.0]], [[1.0], [3.0]]], ValueError, r"ragged\[1\] must have shape \(m, 2\), for m examples, not \(2, 1\)"),
]


@pytest.mark.parametrize(("place", "given", "error", "message"), BAD)
def test_a_bad_batch_is_named_before_anything_runs(place: int, given: Any, error: type[Exception], message: str) -> None:
    program = vectorize(of_many, *EXAMPLE)
    theta = program.parameters.read()
    batch = [*GOOD]
    batch[place] = given
    for call in (program, program.value_and_grad, program.losses, program.outputs):
        with pytest.raises(error, match=message):
            call(theta, *batch)
    assert math.isfinite(program(theta, *GOOD))


def test_the_number_of_arguments() -> None:
    program = vectorize(of_many, *EXAMPLE)
    with pytest.raises(TypeError, match=r"the batch must have 4 arguments \(x, sides, word, ragged\), not 1"):
        program(program.parameters.read(), 1.0)


def test_indices_may_be_whole_floats_and_of_any_integer_type() -> None:
    program = vectorize(lambda word: w * pick(TABLE, word), 1)
    theta = program.parameters.read()
    results = {program(theta, numpy.array([0, 2], kind)) for kind in (numpy.int8, numpy.uint64, numpy.float32, float)}
    assert len(results) == 1


@pytest.mark.parametrize(
    ("theta", "error"), [(numpy.zeros(3), ValueError), (numpy.zeros((1, 1)), ValueError), (["a"], TypeError), ([1j], TypeError)]
)
def test_theta_must_fit(theta: Any, error: type[Exception]) -> None:
    program = vectorize(lambda x: w * x, 1.0)
    for call in (program, program.value_and_grad, program.losses):
        with pytest.raises(error, match="theta must"):
            call(theta, [1.0])


def test_arguments_that_are_no_numbers() -> None:
    with pytest.raises(TypeError, match=r"kind is 'train' \(str\).*made of numbers"):
        vectorize(lambda x, kind: w * x, 1.0, "train")
    with pytest.raises(TypeError, match="does not take the example's 2 arguments"):
        vectorize(lambda x: w * x, 1.0, 2.0)


# ----------------------------------------------------------------------------------------------- not finite


def test_nothing_is_taken_for_zero() -> None:
    """0 × inf is nan, x − x is nan at inf, as in the eager engine."""
    program = vectorize(lambda x: w * x * 0.0 + (x - x), 1.0)
    for tampered in (math.inf, -math.inf, math.nan):
        with pytest.warns(NonFiniteWarning, match="example 1 of the batch"):
            losses = program.losses(numpy.array([0.5]), [1.0, tampered])
        assert losses[0] == 0.0
        assert math.isnan(losses[1])
        assert math.isnan((w * Value(tampered) * 0.0 + (Value(tampered) - Value(tampered))).data)


TAMPERED: dict[str, Callable[..., Any]] = {
    "relu": lambda x: relu(w * x),
    "sigmoid": lambda x: sigmoid(w * x),
    "where": lambda x: where(x > 1.0, w * x, w),
    "cross-entropy": lambda x: cross_entropy_from_logits([w * x, w, x], 1),
    "quotient": lambda x: w / (x * x + 1.0),
    "square": lambda x: (w * x) ** 2,
}


@pytest.mark.parametrize("name", TAMPERED)
@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 0.0, -0.0, 1e200])
def test_tampering_agrees_with_the_eager_engine(name: str, number: float) -> None:
    f = TAMPERED[name]
    program = vectorize(f, 1.0)
    theta = program.parameters.read()
    x = Value(number)
    try:
        expected = f(x)
    except ArithmeticError as error:
        with pytest.raises(type(error)):
            program.value_and_grad(theta, [number])
        return
    slope = grad(expected, w)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)
        loss, gradient = program.value_and_grad(theta, [number])
    assert [loss, *gradient.tolist()] == pytest.approx([expected.data, slope], rel=1e-12, nan_ok=True)


def test_where_the_eager_engine_raises_so_does_the_program() -> None:
    program = vectorize(lambda x: w * exp(x), 1.0)
    theta = numpy.array([0.5])
    for exact in (False, True):
        program = vectorize(lambda x: w * exp(x), 1.0, exact=exact)
        with pytest.raises(OverflowError, match=r"example 2 of the batch: exp of x = 1000\.0"):
            program.value_and_grad(theta, [1.0, 2.0, 1000.0])
        assert math.isfinite(program(theta, [1.0, 2.0]))


def test_an_overflow_that_would_not_be_seen_in_the_result() -> None:
    """1 ÷ (1 + e⁻ˣ) is 0 for large negative x, but the eager engine can't compute it."""
    program = vectorize(lambda x: w / (1.0 + exp(-x)), 1.0)
    with pytest.raises(OverflowError, match="example 0"):
        program(numpy.array([0.5]), [-1000.0])


def test_an_infinite_gradient_is_reported_though_the_loss_is_finite() -> None:
    root = Value(0.25)
    program = vectorize(lambda x: sqrt(root * x), 1.0)
    with pytest.warns(NonFiniteWarning, match="example 2 of the batch is not finite"):
        loss, gradient = program.value_and_grad(numpy.array([0.25]), [1.0, 4.0, 0.0])
    assert loss == pytest.approx(0.5)
    assert not math.isfinite(gradient[0])


def test_a_computed_index_out_of_range() -> None:
    program = vectorize(lambda x: w * pick(TABLE, x * 2.0), 1.0)
    theta = program.parameters.read()
    assert program(theta, [0.0, 1.0]) == pytest.approx(w.data * 2.0)
    with pytest.raises(IndexError, match="example 1 of the batch: pick"):
        program(theta, [1.0, 2.0])


def test_no_warning_of_numpy_gets_out() -> None:
    program = vectorize(lambda x: relu(w * x) / (x + 1.0), 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program.value_and_grad(numpy.array([0.5]), [1e-300, 1e300, 0.0])
    assert numpy.geterr()["over"] == "warn"


# ------------------------------------------------------------------------------------------------ its results


def test_results_are_the_callers_own() -> None:
    program = vectorize(lambda x: (w * x, {"twice": x * 2}), 1.0)
    theta = numpy.array([0.5])
    _, first = program.value_and_grad(theta, [1.0, 3.0])
    losses, outputs = program.losses(theta, [1.0, 3.0]), program.outputs(theta, [1.0, 3.0])
    program.value_and_grad(theta, [5.0, 7.0])
    program.losses(theta, [5.0, 7.0])
    program.outputs(theta, [5.0, 7.0])
    assert (first.tolist(), losses.tolist(), outputs["twice"].tolist()) == ([2.0], [0.5, 1.5], [2.0, 6.0])


def test_out_receives_the_gradient() -> None:
    program = vectorize(lambda x: w * x, 1.0)
    out = numpy.empty(1)
    _, gradient = program.value_and_grad(numpy.array([0.5]), [1.0, 3.0], out=out)
    assert gradient is out
    assert out.tolist() == [2.0]
    with pytest.raises(ValueError, match=r"out must be a contiguous array of float64 of shape \(1,\), not float32"):
        program.value_and_grad(numpy.array([0.5]), [1.0], out=numpy.empty(1, numpy.float32))


@pytest.mark.parametrize("n", [3, 50_001])
@pytest.mark.parametrize("shift", [0, 1])
def test_out_may_lie_where_theta_does(n: int, shift: int) -> None:
    """The product abc has the derivatives bc, ac and ab."""
    many = [Value(1.0) for _ in range(n)]
    a, b, c = many[:3]
    program = vectorize(lambda x: a * b * c * x, 1.0, parameters=many)
    memory = numpy.ones(n + shift)
    theta, out = memory[shift:], memory[:n]
    theta[:3] = 2.0, 3.0, 5.0
    out = theta if shift == 0 else out
    assert program.value_and_grad(theta, [1.0], out=out)[0] == 30.0
    assert out[:3].tolist() == [15.0, 10.0, 6.0]


def test_out_may_be_theta_where_a_choice_leaves_out_what_is_infinite() -> None:
    p = Value(0.5)
    program = vectorize(lambda x: where(p < 1, p * x, sqrt(p)), 1.0)
    theta = numpy.array([0.0])
    assert program.value_and_grad(theta, [3.0], out=theta)[0] == 0.0
    assert theta.tolist() == [3.0]


@pytest.mark.engine("numpy")
def test_many_parameters_are_read_where_they_are() -> None:
    """Above a size θ is not copied; programs must see it change in place, and let go of it when another comes."""
    many = [Value(0.0) for _ in range(50_001)]
    program = vectorize(lambda x: sum(p * x for p in many[:3]) + many[-1], 1.0, parameters=many)
    theta = program.parameters.read()
    assert program(theta, [2.0]) == 0.0
    theta[:3] = 1.0
    assert program(theta, [2.0]) == 6.0
    other = theta * 2
    first = program.value_and_grad(other, [2.0])
    second = program.value_and_grad(theta, [3.0])
    assert (first[0], second[0]) == (12.0, 9.0)
    assert first[1][:4].tolist() == [2.0, 2.0, 2.0, 1.0]
    assert second[1][:4].tolist() == [3.0, 3.0, 3.0, 1.0]


def test_several_threads_share_a_program() -> None:
    program = vectorize(lambda x: sigmoid(w * x[0]) * x[1], [1.0, 2.0])
    generator = numpy.random.default_rng(0)
    batches = [generator.normal(size=(50, 2)) for _ in range(8)]
    theta = numpy.array([0.5])
    expected = [program.value_and_grad(theta, batch) for batch in batches]
    wrong: list[int] = []

    def work(n: int) -> None:
        for _ in range(50):
            loss, gradient = program.value_and_grad(theta, batches[n])
            if (loss, gradient[0]) != (expected[n][0], expected[n][1][0]):
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_parameters_are_written_back_and_graphs_notice() -> None:
    p = Value(2.0, "p")
    y = p * 3
    program = vectorize(lambda x: p * x, 1.0)
    program.parameters.write(program.parameters.read() - 0.5)
    assert p.data == 1.5
    y.refresh()
    assert y.data == 4.5
    with pytest.raises(ValueError, match=r"the number for p is nan; no parameter was changed"):
        program.parameters.write(numpy.array([math.nan]))
    with pytest.raises(ValueError, match=r"shape \(1,\), one number for each parameter, not \(2,\)"):
        program.parameters.write(numpy.zeros(2))
    assert p.data == 1.5


def test_the_namesake_of_the_engine_is_another_function() -> None:
    """`autograd.value_and_grad` differentiates a function of numbers; it must not be confused by a traced function."""
    assert value_and_grad(lambda x: x * x)(3.0) == (9.0, 6.0)


UNNEEDED = {
    "a power of 0": lambda w, x: log(x) ** 0 * w,
    "a choice that is made": lambda w, x: where(0.0, log(x), w),
    "a factor of 0": lambda w, x: xlogy(0.0, log(x)) + w,
    "within another one": lambda w, x: (sqrt(log(x) + 1.0) ** 0.0 + 1.0) * w,
}


@pytest.mark.parametrize("f", UNNEEDED.values(), ids=UNNEEDED)
def test_what_the_result_does_not_need_is_refused_all_the_same(f: Any) -> None:
    program = vectorize(lambda x: f(w, x), 1.0)
    theta = program.parameters.read()
    assert program.losses(theta, [1.0, 2.0]).tolist() == [f(w, 1.0).data, f(w, 2.0).data]
    for run in (program.losses, program.value_and_grad, program):
        with pytest.raises(ValueError, match=r"example 1 of the batch: log of x = -1\.0"):
            run(theta, [1.0, -1.0, 2.0])
