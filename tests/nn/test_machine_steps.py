"""Many steps in one call of machine code, against the same steps taken one by one: the same bits, errors and states."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random
from typing import Any

import numpy
import pytest

pytest.importorskip("llvmlite")

from autograd import Value, log, mean, require
from autograd.vectorizing.native import modules
from autograd.vectorizing.native.machine import compile_module
from autograd.vectorizing.native.steps import Steps
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Embedding,
    History,
    Layer,
    Module,
    Optimizer,
    binary_cross_entropy_from_logit,
    cosine_decay,
    cross_entropy_from_logits,
    mean_pool,
    squared_error,
    train,
)
from nn.engines.epochs import Epochs
from nn.engines.vectorized import VectorizedEngine
from nn.shuffling import shuffled_order

Problem = Callable[[], tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]]


class Parts(Module):
    """A network of named parts."""

    def __init__(self, **parts: Any) -> None:
        for name, part in parts.items():
            setattr(self, name, part)


def boolean() -> tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]:
    network = MLP(2, [2, 1], "tanh", seed=1)
    cases = [((a, b), a ^ b) for a in (0, 1) for b in (0, 1)]
    return network, lambda x, y: binary_cross_entropy_from_logit(network(x)[0], y), cases


def words() -> tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]:
    """Indices; vectors of words that batches don't contain; a layer that nothing reaches."""
    drawn = Random(4)
    embedding, output, idle = Embedding(7, 3, padding_index=0, seed=3), Layer(3, 2, "identity", seed=4), Layer(2, 1, seed=5)
    examples = [([drawn.randrange(7) for _ in range(2)], drawn.randrange(2)) for _ in range(11)]

    def loss(words: list[int], label: int) -> Value:
        return cross_entropy_from_logits(output(mean_pool(embedding(words))), label)

    return Parts(idle=idle, embedding=embedding, output=output), loss, examples


def nested() -> tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]:
    """Arguments that are no plain arrays."""
    drawn = Random(6)
    layer = Layer(2, 2, seed=9)

    def loss(point: dict[str, Any], target: list[Any]) -> Value:
        h = layer([point["x"], mean(point["others"])])
        return squared_error(h[0], target[0]) + squared_error(h[1], mean(target[1]))

    examples = [
        ({"x": drawn.random(), "others": [drawn.random(), drawn.random()]}, [drawn.random(), [0.5, drawn.random()]])
        for _ in range(9)
    ]
    return layer, loss, examples


def without_arguments() -> tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]:
    point = Parts(x=Value(3.0), y=Value(-2.0))
    return point, lambda: squared_error(point.x, 1.0) + 3.0 * squared_error(point.y, point.x), [()]  # type: ignore[attr-defined]


PROBLEMS: list[Problem] = [boolean, words, nested, without_arguments]
OPTIMIZERS: dict[str, Callable[[Sequence[Value]], Optimizer]] = {
    "SGD": lambda p: SGD(p, 0.2),
    "momentum": lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda p: Adam(p, 0.05, weight_decay=0.01),
    "AdamW": lambda p: AdamW(p, 0.05, weight_decay=0.1),
}


class Trained:
    """The result of a training, and how many of its steps were taken many in a call."""

    def __init__(self, problem: Problem, make: Callable[[Sequence[Value]], Optimizer], engine: Any = "native", **settings: Any):
        model, loss, examples = problem()
        self.parameters = model.parameters()
        self.optimizer = make(self.parameters)
        settings = {"epochs": 25, "batch_size": 4, "progress": False, **settings}
        self.history = settings.pop("history", None) or History()
        self.error: tuple[Any, ...] = ()
        try:
            train(model, loss, examples, optimizer=self.optimizer, engine=engine, history=self.history, **settings)
        except (ArithmeticError, ValueError, KeyboardInterrupt) as error:
            self.error = type(error), str(error), getattr(error, "__notes__", [])

    @property
    def numbers(self) -> list[float]:
        return [parameter.data for parameter in self.parameters]

    def all(self) -> tuple[Any, ...]:
        """All that a training leaves behind."""
        return self.numbers, self.history, self.optimizer.states, self.optimizer.steps, self.error


@pytest.fixture(scope="module", autouse=True)
def compiled_once() -> Iterator[None]:
    """The same programs are trained again and again: compile each once."""

    @cache
    def compiled(text: str, symbols: tuple[tuple[str, int], ...], level: int) -> Any:
        return compile_module(text, dict(symbols), level=level)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modules, "compile_module", lambda text, symbols, *, level: compiled(text, tuple(symbols.items()), level))
        yield


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each call took."""
    found: list[int] = []

    def counted(self: Steps) -> int:
        found.append(asked(self))
        return found[-1]

    asked = Steps.taken
    monkeypatch.setattr(Steps, "taken", counted)
    return found


def one_by_one(*args: Any, **settings: Any) -> Trained:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VectorizedEngine, "many_steps", lambda self, n_steps: None)
        return Trained(*args, **settings)


# ---------------------------------------------------------------------------------------------------------- the same bits


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_all_steps_give_the_bits_that_single_steps_give(taken: list[int], problem: Problem, optimizer: Any) -> None:
    found = Trained(problem, optimizer)
    n_steps = 25 * -(-len(problem()[2]) // 4)
    # The first step compiles the program.
    assert sum(taken) == n_steps - 1
    assert found.all() == one_by_one(problem, optimizer).all()
    assert len(found.history.train_loss) == len(found.history.learning_rate) == 25


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_hundred_steps_are_those_of_numpy(problem: Problem) -> None:
    found, expected = (Trained(problem, OPTIMIZERS["Adam"], engine, epochs=100) for engine in ("native", "numpy"))
    assert found.numbers == pytest.approx(expected.numbers, rel=1e-9)
    assert found.history.train_loss == pytest.approx(expected.history.train_loss, rel=1e-9)
    assert found.optimizer.steps == expected.optimizer.steps


@pytest.mark.parametrize("batch_size", [1, 3, 11, 50, None])
@pytest.mark.parametrize("settings", [{"shuffle_seed": 7}, {"shuffle_seed": None}, {"schedule": cosine_decay(25, 0.1)}])
def test_batches_orders_and_schedules(taken: list[int], batch_size: int | None, settings: dict[str, Any]) -> None:
    settings = {"batch_size": batch_size, **settings}
    assert Trained(words, Adam, **settings).all() == one_by_one(words, Adam, **settings).all()
    assert sum(taken) == 25 * -(-11 // min(batch_size or 11, 11)) - 1


def test_validation_and_patience() -> None:
    settings = {"validation": words()[2][:5], "patience": 2, "epochs": 60}
    found, expected = Trained(words, OPTIMIZERS["SGD"], **settings), one_by_one(words, OPTIMIZERS["SGD"], **settings)
    assert found.all() == expected.all()
    assert found.history.best_epoch == expected.history.best_epoch is not None


def test_five_epochs_and_five_more_are_ten(taken: list[int]) -> None:
    """Also the steps of Adam, and the orders of the examples, go on."""
    model, loss, examples = words()
    optimizer, history = Adam(model.parameters(), 0.05), History()
    for engine in ("native", "numpy", "native", "eager", "native"):
        train(model, loss, examples, epochs=2, batch_size=3, optimizer=optimizer, history=history, engine=engine)
    expected = Trained(words, lambda p: Adam(p, 0.05), epochs=10, batch_size=3)
    assert history.train_loss == pytest.approx(expected.history.train_loss, rel=1e-9)
    assert [parameter.data for parameter in model.parameters()] == pytest.approx(expected.numbers, rel=1e-9)
    assert optimizer.steps == expected.optimizer.steps
    assert taken


def test_parameters_that_no_example_reaches_stay_and_vectors_that_no_batch_contains_move(taken: list[int]) -> None:
    model, loss, _ = words()
    idle = [parameter.data for parameter in model.idle.parameters()]  # type: ignore[attr-defined]
    optimizer = AdamW(model.parameters(), 0.1, weight_decay=0.5)
    before = [[value.data for value in row] for row in model.embedding.weight]  # type: ignore[attr-defined]
    train(model, loss, [([1, 2], 0), ([2, 1], 1)], epochs=5, optimizer=optimizer, engine="native")
    assert sum(taken) == 4
    assert [parameter.data for parameter in model.idle.parameters()] == idle  # type: ignore[attr-defined]
    assert set(optimizer.steps) == {0, 5}
    for row, numbers in zip(model.embedding.weight[1:], before[1:], strict=True):  # type: ignore[attr-defined]
        assert all(value.data != number for value, number in zip(row, numbers, strict=True))


def test_parameters_in_different_steps_are_moved_one_by_one(taken: list[int]) -> None:
    """Adam counts the steps of each parameter: here one of them is ahead."""
    results = []
    for engine in ("native", "eager"):
        model, loss, examples = boolean()
        optimizer = Adam(model.parameters(), 0.05)
        model.parameters()[0].gradient = 0.5
        optimizer.step()
        train(model, loss, examples, epochs=5, optimizer=optimizer, engine=engine)
        results.append([parameter.data for parameter in model.parameters()])
    assert results[0] == pytest.approx(results[1], rel=1e-9)
    assert taken == []


# ------------------------------------------------------------------------------------------------------------- formulas


class Signed(Optimizer):
    """A formula with a choice, a power, a memory, and settings of all kinds."""

    n_states = 2
    factor: Any = 0.5

    def __init__(self, parameters: Sequence[Value], rate: float) -> None:
        super().__init__(parameters, rate)
        self.bounds = [0.01, 1.0]
        self.order = 2
        self.kind = "both"

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        least, most = self.bounds
        size = numpy.clip(numpy.where(gradient * states[0] > 0.0, 1.2 * states[1], self.factor * states[1]), least, most)
        if self.kind == "both":
            size = size + 1e-3 * gradient**self.order
        return number - self.learning_rate / t**0.25 * numpy.sign(gradient) * size, [gradient, size]


class RMSProp(Signed):
    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        square = 0.9 * states[0] + 0.1 * gradient**2
        return number - self.learning_rate * gradient / (numpy.sqrt(square) + 1e-6), [square, states[1]]


class Lion(Signed):
    """Chen and others 2023, "Symbolic discovery of optimization algorithms"."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        direction = numpy.sign(0.9 * states[0] + 0.1 * gradient)
        return number - self.lr * (direction + 0.01 * number), [0.99 * states[0] + 0.01 * gradient, t]


class Adamax(Signed):
    """Kingma & Ba 2015, section 7.1."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        m, u = 0.9 * states[0] + 0.1 * gradient, numpy.maximum(0.999 * states[1], abs(gradient))
        return number - self.learning_rate / (1.0 - 0.9**t) * m / (u + 1e-8), [m, u]


class Nesterov(Signed):
    """With a momentum that grows, and a rate that is warmed up."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        momentum = numpy.minimum(1.0 - 0.5 / t, 0.95)
        velocity = momentum * states[0] - self.learning_rate * numpy.minimum(1.0, t / 10) * gradient
        return number + momentum * velocity - self.learning_rate * gradient, [velocity, gradient]


class Branching(Signed):
    """Asks for a number."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        if numpy.ndim(gradient) and (gradient > 0.5).any():
            gradient = 0.5 * gradient
        return super().update(number, gradient, states, t)


class Exponential(Signed):
    """Uses a function whose last bit is not the same everywhere."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        return number - self.learning_rate * numpy.tanh(gradient), states


class Counting(Signed):
    """Keeps something itself."""

    calls = 0

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        self.calls += 1
        return number - self.learning_rate / self.calls * gradient, states


class Listing(Signed):
    """Keeps something in a list."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        self.bounds[0] = 0.5 * self.bounds[0] + 0.01
        return number - self.bounds[0] * gradient, states


class Asking(Signed):
    """Chooses by what is neither a number nor a name."""

    def __init__(self, parameters: Sequence[Value], rate: float) -> None:
        super().__init__(parameters, rate)
        self.way: Any = Asking

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        return number - (self.learning_rate if getattr(self, "way", None) is Asking else 0.0) * gradient, states


class Moving(Signed):
    """Has no formula, but a way to move one parameter."""

    def move(self, place: int, number: float, gradient: float) -> float:
        return number - self.learning_rate / (1 + place) * gradient


class Slotted(Signed):
    """Keeps something elsewhere than other objects do."""

    __slots__ = ("way",)

    def __init__(self, parameters: Sequence[Value], rate: float) -> None:
        super().__init__(parameters, rate)
        self.way = 0.25

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        return number - self.learning_rate * getattr(self, "way", 0.0) * gradient, states


class Drawing(Signed):
    """Draws random numbers, and so is another formula each time."""

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        return number - 0.1 * self.drawn() * gradient, states

    def drawn(self) -> float:
        DRAWN.append(DRAWING.random())
        return DRAWN[-1]


DRAWING = Random(0)
DRAWN: list[float] = []


@pytest.mark.parametrize("kind", [Signed, RMSProp, Lion, Adamax, Nesterov])
def test_formulas_of_ones_own(monkeypatch: pytest.MonkeyPatch, taken: list[int], kind: type[Signed]) -> None:
    monkeypatch.setattr("nn.engines.machine_steps._FEW_STEPS", 0)
    found = Trained(boolean, lambda p: kind(p, 0.01), epochs=60)
    assert sum(taken) == 59
    assert found.all() == one_by_one(boolean, lambda p: kind(p, 0.01), epochs=60).all()
    assert found.numbers == pytest.approx(Trained(boolean, lambda p: kind(p, 0.01), "eager", epochs=60).numbers, rel=1e-9)


@pytest.mark.parametrize("kind", [Branching, Exponential, Counting, Listing, Asking, Moving, Slotted, Drawing])
def test_formulas_that_are_computed_as_they_are(taken: list[int], kind: type[Signed]) -> None:
    found = Trained(boolean, lambda p: kind(p, 0.1))
    assert taken == []
    if kind is not Drawing:
        assert found.all() == one_by_one(boolean, lambda p: kind(p, 0.1)).all()


def test_a_formula_that_is_another_one_each_time_is_given_up_at_once() -> None:
    DRAWN.clear()
    Trained(boolean, lambda p: Drawing(p, 0.1), epochs=450)
    # In each of the steps, and twice to see that it is not the same.
    assert len(DRAWN) == 452


def test_formulas_are_not_recorded_again_and_again_for_a_few_steps(taken: list[int]) -> None:
    Trained(boolean, lambda p: Signed(p, 0.1), schedule=cosine_decay(25))
    assert taken == []
    Trained(boolean, lambda p: SGD(p, 0.1), schedule=cosine_decay(25))
    assert taken == [1] * 24


@pytest.mark.parametrize(("few", "n_taken"), [(400, 1), (0, 8)])
def test_settings_that_a_schedule_changes(monkeypatch: pytest.MonkeyPatch, taken: list[int], few: int, n_taken: int) -> None:
    """Floats are read anew; what else decides about the formula makes it another one, which is recorded if many steps follow."""
    monkeypatch.setattr("nn.engines.machine_steps._FEW_STEPS", 0)
    monkeypatch.setattr("nn.engines.optimizer_formula.FEW_STEPS", few)

    def changing(optimizer: Signed) -> Any:
        def schedule(epoch: int) -> float:
            optimizer.bounds[1] = 1.0 / (epoch + 1)
            optimizer.kind = "both" if epoch < 5 else "one"
            # It can't be recorded then.
            Signed.factor = 0.5 if epoch != 2 else numpy.longdouble(0.5)
            optimizer.order = 2 if epoch < 3 else 1
            if epoch >= 8:
                Signed.factor = 0.25
            return 1.0 if epoch != 6 else 0.0

        return schedule

    def trained(make: Callable[..., Trained]) -> Trained:
        made: list[Signed] = []

        def kept(parameters: Sequence[Value]) -> Signed:
            made.append(Signed(parameters, 0.1))
            return made[0]

        try:
            return make(boolean, kept, schedule=lambda epoch: changing(made[0])(epoch), epochs=12)
        finally:
            Signed.factor = 0.5

    found, expected = trained(Trained), trained(one_by_one)
    assert found.all() == expected.all()
    # The first step of each formula is taken by itself: those of epochs 0, 2 (which can't be recorded), 5 and 8.
    assert sum(taken) == n_taken


# --------------------------------------------------------------------------------------------- errors and interruptions


def logarithm(w: Value, x: Any) -> Value:
    return w * x + log(w)


def demanding(w: Value, x: Any) -> Value:
    require(w > 0.1, "w has become too small")
    require(x > 0.0, "x must be positive")
    return w * x


@pytest.mark.parametrize("batch_size", [2, 5])
@pytest.mark.parametrize("loss", [logarithm, demanding])
def test_a_loss_that_fails_after_some_steps_fails_as_in_single_steps(taken: list[int], loss: Any, batch_size: int) -> None:
    """The step in which w leaves the domain is taken with care: the same message, and the parameters from before it."""

    def falling() -> tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]:
        slope = Parts(w=Value(1.0, "w"))
        return slope, lambda x: loss(slope.w, x), [(1.0 + 0.1 * k,) for k in range(5)]  # type: ignore[attr-defined]

    def make(parameters: Sequence[Value]) -> Optimizer:
        return SGD(parameters, 0.01)

    found = Trained(falling, make, epochs=200, batch_size=batch_size)
    expected = one_by_one(falling, make, epochs=200, batch_size=batch_size)
    assert found.error[0] is ValueError
    assert "epoch" in found.error[2][-1]
    assert found.all() == expected.all()
    assert sum(taken) > 20


def test_a_training_that_diverges_stops_at_the_last_finite_parameters(taken: list[int]) -> None:
    def line() -> tuple[Module, Callable[..., Value], list[tuple[Any, ...]]]:
        layer = Layer(1, 1, "identity", seed=2)
        return layer, lambda x, y: squared_error(layer([x])[0], y), [(1.0, 1.0), (2.0, -1.0), (3.0, 0.5)]

    found = Trained(line, lambda p: SGD(p, 1.0), epochs=2000)
    assert found.error[0] in (FloatingPointError, OverflowError)
    assert all(map(math.isfinite, found.numbers))
    assert found.all() == one_by_one(line, lambda p: SGD(p, 1.0), epochs=2000).all()
    # Squares of the gradient overflow long before the gradient does, and the steps in between are taken one by one.
    assert len(found.history.train_loss) > sum(taken) > 50


@pytest.mark.parametrize("at", [1, 2])
def test_what_was_done_before_ctrl_c_is_kept(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """The interruption comes when a call has ended, as Python notices it then; the history and the parameters agree."""
    n_steps = 0
    calls = 0
    run = Steps.run

    def interrupted(self: Steps, settings: Any, t: int, losses: Any, *rest: Any) -> None:
        nonlocal calls, n_steps
        run(self, settings, t, losses, *rest)
        calls += 1
        n_steps += len(losses)
        if calls == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(Steps, "run", interrupted)
    found = Trained(words, OPTIMIZERS["Adam"], epochs=50, batch_size=4)
    assert found.error[0] is KeyboardInterrupt
    n_epochs, rest = divmod(1 + n_steps, 3)
    monkeypatch.setattr(Steps, "run", run)
    expected = one_by_one(words, OPTIMIZERS["Adam"], epochs=50, batch_size=4)
    assert found.history.train_loss == expected.history.train_loss[:n_epochs]
    assert max(found.optimizer.steps) == 1 + n_steps
    if not rest:
        assert found.numbers == one_by_one(words, OPTIMIZERS["Adam"], epochs=n_epochs, batch_size=4).numbers
    assert all(parameter.gradient is None for parameter in found.parameters)


def test_trainings_in_several_threads_do_not_disturb_each_other() -> None:
    """Their steps run at the same time."""

    def trained(number: int) -> tuple[Any, ...]:
        return Trained(PROBLEMS[number % 4], OPTIMIZERS["Adam"], epochs=400, shuffle_seed=number).all()

    alone = [trained(number) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(trained, range(8)))
    assert together == alone


# ---------------------------------------------------------------------------------------------------------------- calls


def clock() -> Iterator[float]:
    """A clock by which everything takes no time."""
    while True:
        yield 0.0


def test_calls_grow_while_they_take_little_time(monkeypatch: pytest.MonkeyPatch, taken: list[int]) -> None:
    monkeypatch.setattr("nn.engines.machine_steps.perf_counter", clock().__next__)
    Trained(boolean, OPTIMIZERS["SGD"], epochs=300)
    assert taken == [1, 16, 256, 26]


def test_calls_stay_short_where_they_take_long(monkeypatch: pytest.MonkeyPatch, taken: list[int]) -> None:
    """By a clock that goes on by a second whenever it is read, a step takes too long by itself."""
    times = iter(range(1000))
    monkeypatch.setattr("nn.engines.machine_steps.perf_counter", lambda: float(next(times)))
    Trained(boolean, OPTIMIZERS["SGD"], epochs=7)
    assert taken == [1] * 6


def test_the_orders_of_a_call_are_no_more_than_memory_should_hold(monkeypatch: pytest.MonkeyPatch, taken: list[int]) -> None:
    monkeypatch.setattr("nn.engines.machine_steps.perf_counter", clock().__next__)
    monkeypatch.setattr("nn.engines.epochs._MOST_PLACES", 30)
    assert Trained(words, Adam).all() == one_by_one(words, Adam).all()
    # Two orders of eleven examples, in three batches each.
    assert max(taken) == 6


def test_few_steps_are_taken_one_by_one_unless_machine_code_was_asked_for(taken: list[int]) -> None:
    steps_of: dict[str, list[int]] = {"auto": [], "native": [1]}
    for engine, expected in steps_of.items():
        taken.clear()
        Trained(boolean, OPTIMIZERS["SGD"], engine, epochs=2)
        assert taken == expected


def test_epochs_are_told_as_they_are_completed() -> None:
    """The bar is at the number of batches, and losses come in the order of their epochs, whatever a call took."""

    class Engine:
        """Takes up to four steps in a call; every fifth step needs care. The sum of a batch's losses is the step's number."""

        limit, most_epochs = 4, 100

        def __init__(self) -> None:
            self.step_number = 0
            self.told: list[float] = []

        def step(self, places: Sequence[int], where: str) -> float:
            self.step_number += 1
            return float(self.step_number)

        def many_steps(self, n_steps: int) -> Any:
            return self

        def run(self, n_steps: int, first_batch: int, orders: Any) -> None:
            for _ in range(n_steps):
                if (self.step_number + 1) % 5 == 0:
                    return
                self.told.append(self.step([], ""))

        def orders(self, n_orders: int, shuffle: Random) -> list[list[int]]:
            return [shuffled_order(5, shuffle) for _ in range(n_orders)]

        def sums(self) -> list[float]:
            told, self.told = self.told, []
            return told

    class Bar:
        n = 0

        def advance(self, n: int = 1) -> None:
            self.n += n

    told: list[float] = []
    bar: Any = Bar()
    engine: Any = Engine()
    going = Epochs(
        engine,
        n_examples=5,
        batch_size=2,
        shuffle=Random(1),
        n_epochs=9,
        bar=bar,
        begin=lambda epoch: None,
        completed=told.extend,
    )
    going.run(2)
    assert len(told) == 2
    going.run(7)
    assert bar.n == 27
    assert told == [(3 * epoch + 1 + 3 * epoch + 2 + 3 * epoch + 3) / 5 for epoch in range(9)]
