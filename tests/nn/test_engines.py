"""Training with arrays against training with Values: the same steps, the same errors, the same state afterwards."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Literal

import numpy
import pytest

from autograd import FrozenChoiceError, Program, Value, grad, log, mean, require, total
from autograd.engine import assigning
from autograd.vectorizing.backends import CompiledBackend
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
    binary_cross_entropy,
    binary_cross_entropy_from_logit,
    concatenate,
    cosine_decay,
    cross_entropy_from_logits,
    exponential_decay,
    hinge,
    linear_warmup,
    mean_pool,
    squared_error,
    train,
)
from nn.engines import array_optimizer, example_arrays, parameter_vector

Engine = Literal["vectorized", "eager"]
ENGINES: tuple[Engine, ...] = "eager", "vectorized"


@dataclass
class Problem:
    """Something to learn, made anew for each engine."""

    model: Module
    loss: Callable[..., Value]
    examples: Sequence[tuple[Any, ...]]


class Parts(Module):
    """A network of named parts."""

    def __init__(self, **parts: Any) -> None:
        for name, part in parts.items():
            setattr(self, name, part)


def points(n: int = 12) -> list[tuple[Any, ...]]:
    random = Random(5)
    return [((random.random() - 0.5, random.random() - 0.5), 1 if random.random() < 0.5 else -1) for _ in range(n)]


def margins() -> Problem:
    network = MLP(2, [5, 4, 1], "relu", seed=1)
    return Problem(network, lambda x, y: hinge(network(x)[0], y), points())


def probabilities() -> Problem:
    """Targets that are whole and targets that are not, whose losses are different graphs in the eager engine."""
    neuron = MLP(2, [3, 1], output_activation="sigmoid", bias="dummy input", seed=2)
    targets = [0, 1, 0.25, 1, 0, True, False, 0.5]
    return Problem(
        neuron, lambda x, y: binary_cross_entropy(neuron(x)[0], y), [(x, y) for (x, _), y in zip(points(8), targets, strict=True)]
    )


def bags_of_words() -> Problem:
    """Documents of different lengths, and words that most batches don't contain."""
    random = Random(8)
    embedding, output = Embedding(9, 3, seed=3), Layer(3, 3, "identity", seed=4)
    examples = [([random.randrange(9) for _ in range(1 + random.randrange(3))], random.randrange(3)) for _ in range(14)]

    def loss(words: list[int], label: int) -> Value:
        return cross_entropy_from_logits(output(mean_pool(embedding(words))), label)

    return Problem(Parts(embedding=embedding, output=output), loss, examples)


def padded_windows() -> Problem:
    """An embedding with a row that is constant, and the same weights in two places."""
    embedding = Embedding(6, 2, padding_index=0, seed=6)
    hidden, output = Layer(6, 2, seed=7), Layer(2, 6, "identity", bias=None)
    output.weight = embedding.weight
    examples = [((1, 2), 3), ((4, 0), 1), ((5, 5), 2), ((0, 1), 4), ((2, 3), 5)]

    def loss(words: tuple[int, ...], following: int) -> Value:
        return cross_entropy_from_logits(output(hidden(concatenate(embedding(words), 3, embedding(0)))), following)

    return Problem(Parts(embedding=embedding, hidden=hidden, output=output), loss, examples)


def two_tasks() -> Problem:
    """Examples of two kinds, each with an output layer of its own, and one layer that no example reaches."""
    body, left, right, idle = Layer(2, 3, seed=1), Layer(3, 1, seed=2), Layer(3, 1, seed=3), Layer(3, 1, seed=4)
    model = Parts(idle=idle, left=left, right=right, body=body)

    def loss(example: dict[str, Any]) -> Value:
        h = body(example["x"])
        return total([squared_error(part(h)[0], example[name]) for name, part in [("l", left), ("r", right)] if name in example])

    examples = [{"x": (0.5, -1.0), "l": 1.0}, {"x": (0.25, 1.0), "r": 0.5}, {"x": [1, 1], "l": -1, "r": 0}]
    return Problem(model, loss, [(example,) for example in examples] * 2)


def graph_of_namesakes() -> Problem:
    """An argument that is neither rectangular nor of one kind, and NumPy arrays."""
    layer = Layer(3, 2, seed=9)

    def loss(node: list[Any], scale: Any) -> Value:
        own, neighbours, target = node
        h = layer([own, mean(neighbours), scale[0][1]])
        return squared_error(h[0], target) + squared_error(h[1], scale[1][0])

    return Problem(
        layer,
        loss,
        [
            ([0.5, [1.0, 2.0], 1], numpy.array([[0.0, 1.0], [2.0, 3.0]])),
            ([-0.5, [1.0, 2, 3.0], 0], numpy.array([[1, 0], [0, 1]])),
            ([numpy.float32(0.25), (4.0, -2.0), numpy.int64(1)], numpy.array([[0.5, 0.5], [1.0, 0.0]])),
            ([Fraction(1, 3), [0, Value(0.125)], 1], numpy.ones((2, 2))),
        ],
    )


def polynomials() -> Problem:
    """Short examples reach only a part of an array."""
    powers = Parts(coefficients=[Value(0.1 * k) for k in range(4)])

    def loss(x: list[float], y: float) -> Value:
        return squared_error(total([c * number for c, number in zip(powers.coefficients, x, strict=False)]), y)  # type: ignore[attr-defined]

    numbers = [(0.5, 3), (-1.0, 1), (2.0, 2), (1.5, 4), (0.25, 1)]
    return Problem(powers, loss, [([x**k for k in range(n)], math.cos(x)) for x, n in numbers])


def frozen() -> Problem:
    network = MLP(2, [4, 1], seed=11)
    return Problem(network.layers[1], lambda x, y: squared_error(network(x)[0], y), points())


PROBLEMS = [margins, probabilities, bags_of_words, padded_windows, two_tasks, graph_of_namesakes, polynomials, frozen]
OPTIMIZERS: dict[str, Callable[[Sequence[Value]], Optimizer]] = {
    "SGD": lambda p: SGD(p, 0.2),
    "momentum": lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda p: Adam(p, 0.05, weight_decay=0.01),
    "AdamW": lambda p: AdamW(p, 0.05, weight_decay=0.1),
}


def numbers_of(model: Module) -> list[float]:
    return [parameter.data for parameter in model.parameters()]


def run(make: Callable[[], Problem], optimizer: Callable[[Sequence[Value]], Optimizer], engine: Engine, **settings: Any) -> Any:
    problem = make()
    history = train(
        problem.model,
        problem.loss,
        problem.examples,
        optimizer=optimizer(problem.model.parameters()),
        engine=engine,
        **{"epochs": 12, "batch_size": 4, "progress": False, **settings},
    )
    return history, numbers_of(problem.model)


def assert_same(one: tuple[History, list[float]], other: tuple[History, list[float]]) -> None:
    """To within roundings, of which Adam makes more where a gradient is 0 but for them: it divides by 1e-8."""
    for name in ("train_loss", "validation_loss", "learning_rate"):
        assert getattr(one[0], name) == pytest.approx(getattr(other[0], name), rel=1e-9, abs=1e-9), name
    assert one[0].best_epoch == other[0].best_epoch
    assert one[1] == pytest.approx(other[1], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_both_engines_take_the_same_steps(problem: Callable[[], Problem], optimizer: Any) -> None:
    start = numbers_of(problem().model)
    eager, vectorized = (run(problem, optimizer, engine) for engine in ENGINES)
    assert_same(eager, vectorized)
    assert max(abs(a - b) for a, b in zip(start, eager[1], strict=True)) > 0.01


@pytest.mark.parametrize("batch_size", [1, 3, None])
@pytest.mark.parametrize(
    "settings",
    [
        {"schedule": cosine_decay(12, 0.1)},
        {"schedule": linear_warmup(3, exponential_decay(0.9)), "shuffle_seed": 7},
        {"shuffle_seed": None},
    ],
)
def test_the_same_with_schedules_and_orders(batch_size: int | None, settings: dict[str, Any]) -> None:
    assert_same(*(run(bags_of_words, Adam, engine, batch_size=batch_size, **settings) for engine in ENGINES))


@pytest.mark.parametrize("patience", [None, 2])
def test_the_same_with_validation(patience: int | None) -> None:
    """Of lengths that the examples don't have, too."""
    validation = [([1, 2], 0), ([3], 2), ([4, 4, 5, 6, 7], 1), ([0], 1)]
    results = [
        run(bags_of_words, lambda p: SGD(p, 2.0), engine, validation=validation, patience=patience, epochs=15)
        for engine in ENGINES
    ]
    assert_same(*results)
    # What is to be compared did happen: the best epoch isn't the last.
    assert results[0][0].best_epoch < len(results[0][0].train_loss) - 1


def test_large_batches_are_computed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(bags_of_words, Adam, "vectorized", batch_size=None, validation=bags_of_words().examples)
    monkeypatch.setattr(example_arrays, "EXAMPLES_AT_ONCE", 2)
    monkeypatch.setattr(array_optimizer, "_PARAMETERS_AT_ONCE", 5)
    assert_same(whole, run(bags_of_words, Adam, "vectorized", batch_size=None, validation=bags_of_words().examples))


@pytest.mark.parametrize("problem", [bags_of_words, two_tasks, polynomials])
def test_many_parameters_are_not_copied(monkeypatch: pytest.MonkeyPatch, problem: Callable[[], Problem]) -> None:
    expected = run(problem, Adam, "eager", batch_size=2)
    monkeypatch.setattr("autograd.vectorizing.run.runner._FEW_PARAMETERS", 0)
    assert_same(expected, run(problem, Adam, "vectorized", batch_size=2))


def test_parameters_that_no_example_reaches_stay_and_so_does_their_state() -> None:
    for engine in ENGINES:
        problem = two_tasks()
        idle = numbers_of(problem.model.idle)  # type: ignore[attr-defined]
        optimizer = AdamW(problem.model.parameters(), 0.1, weight_decay=0.5)
        train(problem.model, problem.loss, problem.examples, epochs=2, optimizer=optimizer, engine=engine)
        assert numbers_of(problem.model.idle) == idle  # type: ignore[attr-defined]
        assert optimizer.steps[: len(idle)] == [0] * len(idle)
        assert set(optimizer.steps[len(idle) :]) == {2}


@pytest.mark.parametrize("engine", ENGINES)
def test_all_vectors_of_an_embedding_move_once_one_of_them_has_been_looked_up(engine: Engine) -> None:
    """With Adam by hand: row 1 has a gradient in the first step only, and its running means go on."""
    embedding = Embedding(3, 1, initializer="zeros")
    optimizer = Adam(embedding.parameters(), 0.1)
    train(
        embedding,
        lambda word: embedding(word)[0],
        [(1,), (2,)],
        epochs=1,
        batch_size=1,
        shuffle_seed=None,
        optimizer=optimizer,
        engine=engine,
    )
    # Of the second step: m/(1 − β₁²) and v/(1 − β₂²) of a row whose only gradient, 1, was in this step. The other's have decayed.
    m, v = 0.1 / (1 - 0.9**2), 0.001 / (1 - 0.999**2)
    expected = [0.0, -0.1 - 0.1 * 0.9 * m / math.sqrt(0.999 * v), -0.1 * m / math.sqrt(v)]
    assert numbers_of(embedding) == pytest.approx(expected)
    assert optimizer.steps == [2, 2, 2]


# ------------------------------------------------------------------------------------------------------ optimizers


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_the_state_of_an_optimizer_goes_from_engine_to_engine(optimizer: Any) -> None:
    results = []
    for engines in (["eager"] * 3, ["eager", "vectorized", "eager"], ["vectorized", "eager", "vectorized"]):
        problem = two_tasks()
        moving = optimizer(problem.model.parameters())
        history = History()
        for engine in engines:
            settings: Any = {"epochs": 3, "batch_size": 1, "optimizer": moving, "engine": engine, "history": history}
            train(problem.model, problem.loss, problem.examples, **settings)
        # By hand too, of a part of the parameters.
        problem.loss(problem.examples[0][0]).backward()
        moving.step()
        results.append((history, numbers_of(problem.model)))
    assert_same(results[0], results[1])
    assert_same(results[0], results[2])


class Slowing(Optimizer):
    """Defines how one parameter moves, in plain floats, with a state of its own."""

    def __init__(self, parameters: Sequence[Value]) -> None:
        super().__init__(parameters, 0.5)
        self.moves = [0] * len(self.parameters)

    def move(self, place: int, number: float, gradient: float) -> float:
        self.moves[place] += 1
        return number - self.learning_rate / self.moves[place] * math.tanh(gradient)


class Clipped(SGD):
    """Defines what a step is."""

    def step(self) -> None:
        length = math.sqrt(sum(p.gradient**2 for p in self.parameters if p.gradient is not None))
        for parameter in self.parameters:
            if parameter.gradient is not None and length > 0.05:
                parameter.gradient *= 0.05 / length
        super().step()


class Cubed(Optimizer):
    """Defines a formula."""

    n_states = 1

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        memory = 0.5 * states[0] + gradient**3
        return number - self.learning_rate / t * memory, [memory]


class Remembering(Optimizer):
    """Hands on what it is given: its number, its gradient and a state become states."""

    n_states = 3

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        moved = number - self.learning_rate * (gradient + 0.5 * states[0] + 0.25 * states[1]) + 0.01 * (number - states[2])
        return moved, [gradient, states[0], number]


@pytest.mark.parametrize(
    "optimizer",
    [Slowing, lambda p: Clipped(p, 0.5, momentum=0.5), lambda p: Cubed(p, 0.5), lambda p: Remembering(p, 0.1)],
    ids=["move", "step", "update", "states handed on"],
)
@pytest.mark.parametrize("problem", [margins, two_tasks])
def test_optimizers_of_ones_own(problem: Callable[[], Problem], optimizer: Any) -> None:
    start = numbers_of(problem().model)
    results = [run(problem, optimizer, engine) for engine in ENGINES]
    assert_same(*results)
    assert results[0][1] != start


def test_arrays_give_the_bits_that_floats_give() -> None:
    random = Random(3)
    for make in OPTIMIZERS.values():
        values = [Value(random.random()) for _ in range(7)]
        others = [Value(value.data) for value in values]
        optimizer, other = make(values), make(others)
        order = [3, 1, 0, 6, 5, 2, 4]
        moving = array_optimizer.ArrayOptimizer(optimizer, [values[place] for place in order])
        theta = numpy.array([values[place].data for place in order])
        for step in range(6):
            gradient = [random.random() - 0.5 for _ in values]
            reached = [0, 2, 3] if step == 3 else range(7)
            for place, parameter in enumerate(others):
                parameter.gradient = gradient[place] if order.index(place) in reached else None
            other.step()
            places = None if len(reached) == 7 else numpy.array(reached)
            moving.move(theta, numpy.array([gradient[place] for place in order]), places)
        moving.finish()
        assert theta.tolist() == [others[place].data for place in order]
        assert (optimizer.states, optimizer.steps) == (other.states, other.steps)


# ---------------------------------------------------------------------------------------------------------- errors


def outcome(engine: Engine, model: Module, loss: Any, examples: Any, **settings: Any) -> tuple[Any, ...]:
    """The kind of an error in training, its message, its notes, and the gradients afterwards."""
    settings = {"epochs": 3, "batch_size": 4, "shuffle_seed": None, **settings}
    with pytest.raises(Exception) as caught:
        train(model, loss, examples, optimizer=SGD(model.parameters(), 0.1), engine=engine, **settings)
    error = caught.value
    return type(error), str(error), getattr(error, "__notes__", []), [parameter.gradient for parameter in model.parameters()]


class Slope(Module):
    """One number."""

    def __init__(self, w: float = 1.0) -> None:
        self.w = Value(w, "w")


def with_one_bad(bad: Any, place: int = 6, n: int = 9) -> list[tuple[Any]]:
    return [(bad if k == place else 1.0,) for k in range(n)]


@pytest.mark.parametrize(
    ("loss_of", "examples"),
    [
        (lambda w: lambda x: log(w * x), with_one_bad(-1.0)),
        (lambda w: lambda x: w / x, with_one_bad(0)),
        (lambda w: lambda x: (w * x).exp(), with_one_bad(1e4)),
        (lambda w: lambda x: w * x, with_one_bad(math.nan)),
        (lambda w: lambda x: w * x, with_one_bad(math.inf)),
        (lambda w: lambda x: w * mean(x), [([1.0, 2.0],), ([1.0],), ([2.0],), ([3.0, math.inf],)]),
        (lambda w: lambda x: cross_entropy_from_logits([w, 2 * w, w * w], x), with_one_bad(3)),
        (lambda w: lambda x: cross_entropy_from_logits([w, 2 * w, w * w], x), with_one_bad(-1)),
        (lambda w: lambda x: cross_entropy_from_logits([w, 2 * w, w * w], x), with_one_bad(0.5)),
        (lambda w: lambda x: 3.0, with_one_bad(1.0)),
        (lambda w: lambda x: w.sqrt() * (w - w) + (w * x - x).sqrt(), with_one_bad(2.0)),
    ],
    ids=["log", "division", "overflow", "nan", "inf", "ragged", "class", "negative class", "half", "no Value", "gradient"],
)
def test_both_engines_say_the_same_of_a_loss(loss_of: Any, examples: Any) -> None:
    results, numbers = [], []
    for engine in ENGINES:
        model = Slope()
        results.append(outcome(engine, model, loss_of(model.w), examples))
        numbers.append(model.w.data)
    assert results[0] == results[1]
    assert results[0][3] == [None]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-12)


def test_of_several_gradients_that_are_not_finite_the_first_is_named() -> None:
    for engine in ENGINES:
        model = Parts(a=Value(0.0), b=Value(0.0), c=Value(1.0))
        _, text, _, _ = outcome(engine, model, lambda x, m=model: m.c * x + m.b.sqrt() + m.a.sqrt(), [(1.0,)])
        assert text.startswith("the gradient of a is inf; no parameter was changed (in epoch 1 of 3, batch 1 of 1;")


def test_both_engines_say_the_same_of_validation() -> None:
    results = []
    for engine in ENGINES:
        model = Slope()
        results.append(outcome(engine, model, lambda x, w=model.w: log(w * x), [(1.0,)], validation=with_one_bad(-1.0)))
    assert results[0] == results[1]
    assert results[0][2] == ["in epoch 1 of 3, for validation[6] = (-1.0,)"]


def test_a_chosen_branch_is_refused_with_a_way_out() -> None:
    model = Slope()
    what, text, notes, _ = outcome("vectorized", model, lambda x: model.w * x if x > 0 else -model.w, [(1.0,), (-1.0,)])
    assert what is FrozenChoiceError
    assert "where(condition, a, b)" in text
    assert notes[-1].startswith('nn.train was compiling the loss, for examples[0]; engine="eager" runs the loss on every example')
    assert model.w.data == 1.0


def test_a_list_cannot_be_indexed_by_an_example() -> None:
    table = [Value(1.0), Value(2.0)]
    model = Parts(table=table)
    what, _, notes, _ = outcome("vectorized", model, lambda k: table[k], [(0,), (1,)])
    assert what is TypeError
    assert any("pick(values, index)" in note for note in notes)
    assert 'engine="eager"' in notes[-1]
    train(model, lambda k: table[k], [(0,), (1,)], epochs=1, optimizer=SGD(table, 1.0), engine="eager")
    assert [value.data for value in table] == [0.5, 1.5]


@pytest.mark.parametrize("thing", ["positive", None])
def test_examples_are_made_of_numbers(thing: Any) -> None:
    model = Slope()
    what, text, notes, _ = outcome("vectorized", model, lambda x, kind: model.w * x, [(1.0, thing)])
    assert what is TypeError
    assert f"kind is {thing!r}" in text
    assert 'engine="eager"' in notes[-1]


def test_a_loss_that_draws_random_numbers_is_refused() -> None:
    random = Random(1)
    model = Slope()
    what, text, _, _ = outcome("vectorized", model, lambda x: model.w * x * random.random(), [(1.0,), (2.0,)])
    assert what is FrozenChoiceError
    assert "random numbers" in text


@pytest.mark.parametrize("batch_size", [None, 2])
def test_both_engines_refuse_a_target_that_the_loss_refuses(batch_size: int | None) -> None:
    for loss, good, bad in ((hinge, 1, 0), (binary_cross_entropy_from_logit, 1, 2), (binary_cross_entropy, 0.5, -1)):
        results = []
        for engine in ENGINES:
            model = Slope()
            with pytest.raises(ValueError, match="target must be") as caught:
                train(
                    model,
                    lambda x, y, model=model, loss=loss: loss(model.w * x, y),
                    [(0.5, good), (0.25, good), (0.5, bad), (0.25, bad), (0.5, good)],
                    epochs=3,
                    optimizer=SGD([model.w], 0.01),
                    batch_size=batch_size,
                    shuffle_seed=None,
                    engine=engine,
                )
            assert any(f"for examples[2] = (0.5, {bad})" in note for note in caught.value.__notes__)
            results.append(str(caught.value))
        assert results[0] == results[1]
        assert model.w.data == 1.0  # compiled, nothing has changed


def test_validation_is_checked_too() -> None:
    for engine in ENGINES:
        model = Slope()
        with pytest.raises(ValueError, match="target must be") as caught:
            train(
                model,
                lambda x, y, model=model: hinge(model.w * x, y),
                [(0.5, 1)],
                epochs=1,
                optimizer=SGD([model.w], 0.01),
                validation=[(0.5, 1), (0.5, 3)],
                engine=engine,
            )
        assert any("for validation[1] = (0.5, 3)" in note for note in caught.value.__notes__)


def test_what_else_the_check_of_demands_may_find() -> None:
    """An example whose class is none is named as the example it is, also where the loss requires something."""
    for engine in ENGINES:
        layer = Layer(1, 3, seed=1)

        def loss(x: Any, c: Any, layer: Layer = layer) -> Value:
            require(x > 0, "x must be positive")
            return cross_entropy_from_logits(layer([x]), c)

        examples = [(1.0, 0), (1.0, 1), (1.0, 3), (1.0, 2)]
        with pytest.raises(IndexError, match="class 3 is out of range for 3 logits") as caught:
            train(layer, loss, examples, epochs=1, optimizer=SGD(layer.parameters(), 0.1), engine=engine)
        assert any("for examples[2] = (1.0, 3)" in note for note in caught.value.__notes__)


@pytest.mark.engine("numpy")
def test_demands_on_inputs_are_checked_once_and_those_on_parameters_in_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []
    check = CompiledBackend.check_inputs

    def counted(self: CompiledBackend, arrays: Any, m: int) -> None:
        checked.append(m)
        check(self, arrays, m)

    monkeypatch.setattr(CompiledBackend, "check_inputs", counted)
    for engine in ENGINES:
        model = Slope()
        start = model.w.data

        def loss(x: Any, model: Any = model, start: float = start) -> Value:
            require(x > 0, "x must be positive")
            require(model.w > start - 0.35, "w has become too small")
            return model.w * x

        with pytest.raises(ValueError, match="w has become too small") as caught:
            train(
                model, loss, [(1.0,), (1.0,)], epochs=9, optimizer=SGD([model.w], 0.1), batch_size=1, validation=[(1.0,)],
                engine=engine, shuffle_seed=None,
            )  # fmt: skip
        # After 4 of 18 steps of 0.1.
        assert model.w.data == pytest.approx(start - 0.4)
        assert any("epoch 2 of 9" in note for note in caught.value.__notes__)
    # All examples and all for validation; and the one at fault once more, which then is explained.
    assert checked == [2, 1, 1]


def test_a_value_in_an_example_is_a_number_unless_a_gradient_would_flow_through_it() -> None:
    model = Slope()
    loss = lambda x: (model.w * x).square()  # noqa: E731
    train(model, loss, [(Value(0.5),)], epochs=1, optimizer=SGD([model.w], 0.5))
    assert model.w.data == 1.0 - 0.5 * 2 * 0.25
    for value, what in ((model.w * 2, "computed"), (model.w, "a parameter")):
        kind, text, _, _ = outcome("vectorized", model, loss, [(value,)])
        assert kind is TypeError
        assert f"a Value that is {what}" in text


@pytest.mark.parametrize("engine", ENGINES)
def test_a_loss_that_takes_derivatives(engine: Engine) -> None:
    """The loss after a step of learning to learn: its inner gradient is not 0 where nothing but a loss is measured either."""
    model = Slope()

    def loss(x: Any, y: Any) -> Value:
        w = model.w * 1.0
        moved = w - 0.1 * grad((w * x - y) ** 2, w, create_graph=True)
        return (moved * x - y) ** 2

    optimizer = SGD(model.parameters(), learning_rate=0.1)
    examples = [(1.0, 3.0)]
    history = train(model, loss, examples, epochs=1, optimizer=optimizer, validation=examples, engine=engine, progress=False)
    # w - 0.2(w - 3) = 1.4 has the loss 1.6²; its slope is 2 × -1.6 × 0.8, so w moves to 1.256, and 1.6048 has the loss 1.3952².
    assert history.train_loss == [pytest.approx(2.56, rel=1e-12)]
    assert model.w.data == pytest.approx(1.256, rel=1e-12)
    assert history.validation_loss == [pytest.approx(1.94658304, rel=1e-12)]


def test_a_loss_without_arguments() -> None:
    results = []
    for engine in ENGINES:
        model = Slope()
        optimizer = SGD([model.w], 0.1)
        history = train(model, model.w.square, [(), (), ()], epochs=3, optimizer=optimizer, validation=[()], engine=engine)
        results.append((history, [model.w.data]))
    assert_same(*results)
    assert results[0][1] == pytest.approx([0.8**3])


def test_whole_numbers_of_any_size() -> None:
    model = Slope()
    train(model, lambda x: model.w * x / x, [(10**30,), (2**64,), (3,)], epochs=1, optimizer=SGD([model.w], 0.25))
    assert model.w.data == pytest.approx(0.75)


# ------------------------------------------------------------------------------------ what is captured, interruptions


def test_constants_that_a_schedule_changes_are_compiled_anew() -> None:
    results = []
    for engine in ENGINES:
        model, scale = Slope(), Value(1.0)

        def schedule(epoch: int, scale: Value = scale) -> float:
            scale.data = 1.0 + epoch
            return 1.0

        def loss(x: float, w: Value = model.w, scale: Value = scale) -> Value:
            return (w * x * scale - 1.0).square()

        train(model, loss, [(0.5,)], epochs=4, optimizer=SGD([model.w], 0.1), schedule=schedule, engine=engine)
        results.append(model.w.data)
    assert results[0] == pytest.approx(results[1], rel=1e-12)


def test_results_are_stale_only_if_a_parameter_moved() -> None:
    model = Slope()
    result = model.w * 2
    outcome("vectorized", model, lambda x: log(model.w * x), [(-1.0,)])
    result.backward()
    assert model.w.gradient == 2.0


@pytest.mark.engine("numpy")
@pytest.mark.parametrize("patience", [None, 5])
def test_an_interruption_of_a_batch_leaves_the_step_before(monkeypatch: pytest.MonkeyPatch, patience: int | None) -> None:
    model = Slope(0.0)
    settings: dict[str, Any] = {"validation": [(2.0, 1.0)], "patience": 5} if patience else {}
    original = Program.value_and_grad
    calls: list[None] = []

    def value_and_grad(*arguments: Any, **keywords: Any) -> Any:
        calls.append(None)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return original(*arguments, **keywords)

    monkeypatch.setattr(Program, "value_and_grad", value_and_grad)
    history = History()
    optimizer = SGD([model.w], 0.1, momentum=0.5)
    # The first call compares; then there are two batches an epoch, and the third epoch's first is interrupted.
    with pytest.raises(KeyboardInterrupt):
        train(
            model,
            lambda x, y: (model.w * x - y).square(),
            [(1.0, 1.0), (1.0, 2.0)],
            epochs=9,
            batch_size=1,
            shuffle_seed=None,
            optimizer=optimizer,
            history=history,
            **settings,
        )
    w = v = 0.0
    after_epochs = []
    for _ in range(2):
        for y in (1.0, 2.0):
            v = 0.5 * v + 2 * (w - y)
            w -= 0.1 * v
        after_epochs.append(w)
    # By the validation example 1/2 is best.
    best = min(after_epochs, key=lambda number: abs(number - 0.5))
    assert best == after_epochs[0]
    assert model.w.data == pytest.approx(best if patience else w, rel=1e-12)
    assert optimizer.states == [[pytest.approx(v, rel=1e-12)]]
    assert (len(history.train_loss), model.w.gradient) == (2, None)


@pytest.mark.engine("numpy")
def test_an_interruption_within_a_step_leaves_each_parameter_before_or_after_it() -> None:
    class Interrupted(SGD):
        calls = 0

        def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
            Interrupted.calls += 1
            if Interrupted.calls == 8:
                raise KeyboardInterrupt
            return super().update(number, gradient, states, t)

    values = [Value(1.0) for _ in range(5)]
    model = Parts(values=values)
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        # Three blocks a step; the third step is broken off in its second block.
        patch.setattr(array_optimizer, "_PARAMETERS_AT_ONCE", 2)
        train(model, lambda x: total([value * x for value in values]), [(1.0,)], epochs=9, optimizer=Interrupted(values, 0.125))
    assert sorted(value.data for value in values) == [0.625, 0.625, 0.75, 0.75, 0.75]


def test_a_second_interruption_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the numbers are assigned in the end, after a Ctrl-C or without one before."""
    original = assigning.assign_all
    calls: list[None] = []

    def assign_all(*arguments: Any) -> None:
        calls.append(None)
        if len(calls) == 1:
            raise KeyboardInterrupt
        original(*arguments)

    monkeypatch.setattr(parameter_vector, "assign_all", assign_all)
    model = Slope(0.0)
    optimizer = SGD([model.w], 0.5, momentum=0.5)
    with pytest.raises(KeyboardInterrupt):
        train(model, lambda x: -model.w * x, [(1.0,)], epochs=2, optimizer=optimizer)
    assert len(calls) == 2
    assert model.w.data == 1.25
    assert optimizer.states == [[-1.5]]
    assert model.w.gradient is None
