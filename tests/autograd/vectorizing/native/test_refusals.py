"""What programs in machine code refuse, and of which example they say it; results that are not finite; what stays as it was."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy
import pytest
from loop_programs import LoopProgram
from rubbish import memory_full_of_rubbish
from structured_checks import Check

from autograd import (
    MiscompiledError,
    NonFiniteWarning,
    Value,
    exp,
    grad,
    log,
    pick,
    require,
    sin,
    sqrt,
    square,
    tanh,
    total,
    vectorize,
    where,
)
from autograd.vectorizing.native import chunks
from autograd.vectorizing.native.numbers import KernelNumbers

pytest.importorskip("llvmlite")

w, v = Value(0.5, "w"), Value(-0.25, "v")
ROW = [Value(0.1 * k) for k in range(12)]


def ways(program: Any) -> list[Any]:
    return [program, program.losses, program.value_and_grad, program.outputs]


@pytest.mark.parametrize("n", [3, 8, 9, 12])
@pytest.mark.parametrize("wrong", [-1.0, -0.5, 0.5, math.nan, math.inf, -math.inf, 1e300, 2.0**63])
def test_an_index_that_is_no_place(n: int, wrong: float) -> None:
    """In rows of parameters, which are read where the index says, and in short ones, which are compared one by one."""

    def f(k: Any) -> Any:
        chosen = pick(ROW[:n], k)
        return square(chosen), {"chosen": chosen}

    program = vectorize(f, 1, engine="native")
    theta = program.parameters.read()
    right = numpy.arange(n, dtype=float)
    assert program.outputs(theta, right)["chosen"].tolist() == theta.tolist()
    for m, place in ((1, 0), (5, 4), (9, 2)):
        batch = numpy.zeros(m)
        batch[place] = wrong
        for method in ways(program):
            with pytest.raises(IndexError, match=f"example {place} of the batch: pick: "):
                method(theta, batch)
    batch = numpy.zeros(3)
    batch[1] = n
    with pytest.raises(IndexError, match="example 1 of the batch"):
        program.value_and_grad(theta, batch)


def test_an_index_among_computed_numbers_and_those_of_the_example() -> None:
    def f(x: Any, k: Any) -> Any:
        return pick([tanh(one * w) for one in x], k) + pick(x, k + 1.0)

    x = numpy.arange(22.0).reshape(2, 11) / 22
    program = vectorize(f, x[0].tolist(), 0, engine="native")
    loss, gradient = program.value_and_grad(numpy.array([0.5]), x, [9, 0])
    wanted = [math.tanh(0.5 * x[0, 9]) + x[0, 10], math.tanh(0.5 * x[1, 0]) + x[1, 1]]
    slopes = [x[0, 9] * (1 - math.tanh(0.5 * x[0, 9]) ** 2), x[1, 0] * (1 - math.tanh(0.5 * x[1, 0]) ** 2)]
    assert loss == pytest.approx(sum(wanted) / 2, rel=1e-14) and gradient[0] == pytest.approx(sum(slopes) / 2, rel=1e-14)
    with pytest.raises(IndexError, match="example 1 of the batch"):
        program.value_and_grad(numpy.array([0.5]), x, [0, 10])


def test_the_first_example_at_fault_with_the_error_of_the_eager_engine() -> None:
    program = vectorize(lambda x, y: log(x) * w + 1.0 / (y + v) + sqrt(x + 1.0) + exp(y) * w, 1.0, 1.0, engine="native")
    theta = program.parameters.read()
    x, y = numpy.ones(20), numpy.ones(20)
    assert math.isfinite(program(theta, x, y))
    cases = [
        (13, 0.0, 1.0, ValueError),
        (9, 1.0, 0.25, ZeroDivisionError),
        (6, 1.0, 800.0, OverflowError),
        (2, -3.0, 1.0, ValueError),
    ]
    for place, of_x, of_y, error in cases:
        x[place], y[place] = of_x, of_y
        for method in ways(program)[:3]:
            with pytest.raises(error, match=f"example {place} of the batch"):
                method(theta, x, y)


def test_a_refused_batch_leaves_the_gradient_as_it_was() -> None:
    program = vectorize(lambda x: log(x) * w * v, 1.0, engine="native")
    theta, out = program.parameters.read(), numpy.array([7.0, 8.0])
    for batch in ([-1.0], [1.0, 2.0, 0.0], [1.0] * 9 + [0.0]):
        with pytest.raises(ValueError, match=f"example {len(batch) - 1} of"):
            program.value_and_grad(theta, batch, out=out)
        assert out.tolist() == [7.0, 8.0]
    program.value_and_grad(theta, [math.e], out=out)
    assert out.tolist() == pytest.approx([-0.25, 0.5])


def test_numbers_next_to_the_largest_are_results_and_no_error() -> None:
    """Another library may round them to infinity; so machine code asks the eager engine, which may have no objection."""
    program = vectorize(lambda x: exp(x) * w, 1.0, engine="native")
    edge = math.log(1.7976931348623157e308)
    for x in (edge, numpy.nextafter(edge, 0.0), numpy.nextafter(edge, 710.0), edge - 1e-12):
        try:
            wanted = math.exp(x)
        except OverflowError:
            with pytest.raises(OverflowError, match="example 0"):
                program.value_and_grad(numpy.array([0.5]), [x])
            continue
        loss, gradient = program.value_and_grad(numpy.array([0.5]), [x])
        assert loss == pytest.approx(0.5 * wanted, rel=1e-9) and gradient[0] == pytest.approx(wanted, rel=1e-9)
        with pytest.raises(OverflowError, match="example 1"):
            program.value_and_grad(numpy.array([0.5]), [x, 800.0])


def test_status_bits_of_code_that_is_cut_into_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """They begin as 0 wherever they are kept, in memory that was full of rubbish."""
    monkeypatch.setattr(chunks, "_INSTRUCTIONS", 40)
    monkeypatch.setattr(chunks, "_FROM", 80)

    def f(x: Any, k: Any) -> Any:
        y = x
        for function in (tanh, square, log, exp, tanh, sqrt, square, tanh, exp, log) * 2:
            y = function(square(y) + 0.5) * w + y * v + pick(ROW, k)
        require(y < 50.0, "y is too large")
        return y, {"y": y}

    program = vectorize(f, 0.5, 3, engine="native")
    assert program.buffered_source.count("define internal void") > 2, "it is cut"
    theta = program.parameters.read()
    x, k = numpy.linspace(-1.0, 1.0, 11), numpy.arange(11.0)
    with memory_full_of_rubbish():
        loss, gradient = program.value_and_grad(theta, x, k)
        losses = program.losses(theta, x, k)
    total_loss, leaves = program.eager(theta, x, k)
    assert loss == pytest.approx(total_loss.data, rel=1e-12) and losses.mean() == pytest.approx(loss, rel=1e-13)
    total_loss.backward()
    assert gradient == pytest.approx([leaf.gradient for leaf in leaves], rel=1e-11)
    with memory_full_of_rubbish(), pytest.raises(IndexError, match="example 4"):
        program.value_and_grad(theta, x, numpy.where(k == 4.0, 12.0, k))


def test_what_is_not_finite_is_reported_with_its_examples() -> None:
    program = vectorize(lambda x: square(x) * w + v, 1.0, engine="native")
    theta = program.parameters.read()
    batch = numpy.ones(11)
    batch[[4, 9]] = math.inf, math.nan
    with pytest.warns(NonFiniteWarning, match=r"examples 4, 9 of the batch"):
        loss, gradient = program.value_and_grad(theta, batch)
    assert math.isnan(loss) and math.isnan(gradient[0]) and gradient[1] == pytest.approx(1.0, rel=1e-15)
    with pytest.warns(NonFiniteWarning, match=r"examples 4, 9 of the batch"):
        losses = program.losses(theta, batch)
    assert numpy.isfinite(losses).tolist() == [k not in (4, 9) for k in range(11)]
    # The last turn has fewer examples than lanes: those that stand in for the missing ones count for nothing.
    with pytest.warns(NonFiniteWarning, match=r"example 2 of the batch"):
        loss, gradient = program.value_and_grad(theta, [1.0, 1.0, math.inf])
    assert loss == math.inf and gradient.tolist() == [math.inf, 1.0]


def test_what_a_choice_leaves_out_is_mended() -> None:
    program = vectorize(lambda x: where(x > 0.0, sqrt(square(x * w)), w) + total([v, w]), 1.0, engine="native")
    theta = program.parameters.read()
    for batch in ([0.0], [0.0, 1.0], [1.0, 4.0, 0.0, 9.0, 0.0]):
        loss, gradient = program.value_and_grad(theta, batch)
        mean, leaves = program.eager(theta, batch)
        mean.backward()
        assert loss == pytest.approx(mean.data, rel=1e-14)
        assert gradient == pytest.approx([leaf.gradient for leaf in leaves], rel=1e-14)


def test_threads_call_one_program_at_once() -> None:
    program = vectorize(lambda x: tanh(total([one * w for one in x])) * exp(v * x[0]), [0.1] * 20, engine="native")
    draw = numpy.random.default_rng(0)
    batches = [draw.normal(size=(m, 20)) for m in (1, 3, 8, 33)]
    theta = program.parameters.read()
    alone = [(loss, gradient.tobytes()) for loss, gradient in (program.value_and_grad(theta, batch) for batch in batches)]
    found: list[Any] = []

    def work(k: int) -> None:
        for turn in range(60):
            batch = batches[(k + turn) % 4]
            loss, gradient = program.value_and_grad(theta, batch)
            found.append(((loss, gradient.tobytes()) == alone[(k + turn) % 4], program.losses(theta, batch).mean() - loss))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 240 and all(same for same, _ in found)
    assert max(abs(difference) for _, difference in found) < 1e-14


@pytest.mark.parametrize("dtype", [float, numpy.float32])
def test_a_wrong_kernel_is_refused_when_it_is_made(dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program is compared with the eager engine on its example: the loss and each derivative."""

    def f(x: Any) -> Any:
        return tanh(w * x[0] + v * x[1]) * w

    elementary, sech2 = KernelNumbers.elementary, KernelNumbers.sech2
    with monkeypatch.context() as patch:
        patch.setattr(KernelNumbers, "elementary", lambda m, name, *xs: m.operate("multiply", elementary(m, name, *xs), 1.000001))
        with pytest.raises(MiscompiledError, match=r"the compiled loss is .* please report"):
            vectorize(f, [1.0, 3.0], dtype=dtype, engine="native")
    monkeypatch.setattr(KernelNumbers, "sech2", lambda m, x: m.operate("multiply", sech2(m, x), 1.000001))
    with pytest.raises(MiscompiledError, match=r"the compiled derivative by [wv] is"):
        vectorize(f, [1.0, 3.0], dtype=dtype, engine="native")


def test_an_infinite_gradient_of_a_single_example_is_infinite_and_not_undefined() -> None:
    w = Value(0.0)
    program = vectorize(lambda x: (w * x).sqrt(), 1.0, engine="native")
    loss, gradient = program.value_and_grad(program.parameters.read(), [1.0], warn=False)
    assert (loss, gradient.tolist()) == (0.0, [math.inf])


def test_what_all_turns_of_a_loop_add_to_something_of_its_first_turn_reaches_it() -> None:
    a, w = Value(0.3), [Value(0.1 * k + 0.2) for k in range(12)]

    def f(x: Value) -> Value:
        h, first = a * x, None
        for weight in w:
            s = sin(h)
            first = s if first is None else first
            h = weight * first
        return h + s

    program = vectorize(f, 0.7, engine="native")
    theta = program.parameters.read()
    _, gradient = program.value_and_grad(theta, [0.7, 0.4])
    loss, leaves = program.eager(theta, [0.7, 0.4])
    numpy.testing.assert_allclose(gradient, grad(loss, leaves), rtol=1e-12)


def test_a_demand_on_what_the_turn_before_has_computed() -> None:
    """What a turn computes behind the demand was left out of the kernel of demands, which read what another call had left."""
    f = LoopProgram("demand 5907")
    # Another program would show nothing: if what is drawn changes, look for one that needs the fixed point of what demands need.
    assert [words.split(": ")[1] for words in f.words[:3]] == ["loop for 12", "a demand on s", "s = log, which can raise"]
    Check(f, "native").run()
