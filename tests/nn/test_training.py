"""The training loop against loops written out in plain floats."""

import math
import pickle
import sys
from random import Random
from typing import Any

import numpy
import pytest

from autograd import Value, log, mean, pick
from nn import (
    MLP,
    SGD,
    Adam,
    History,
    Layer,
    Module,
    binary_cross_entropy_from_logit,
    cosine_decay,
    exponential_decay,
    hinge,
    squared_error,
    train,
)


@pytest.fixture(params=["vectorized", "eager"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


class Line(Module):
    """ŷ = wx + b."""

    def __init__(self) -> None:
        self.w, self.b = Value(0.0), Value(0.0)

    def __call__(self, x: float) -> Value:
        return self.w * x + self.b


LINE = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0), (-1.0, -1.0), (3.0, 6.0)]


def loss_of(line: Line) -> Any:
    return lambda x, y: squared_error(line(x), y)


def fit(line: Line, rate: float = 0.05, **settings: Any) -> History:
    settings = {"epochs": 5, "progress": False, **settings}
    return train(line, loss_of(line), settings.pop("examples", LINE), optimizer=SGD(line.parameters(), rate), **settings)


def by_hand(order: list[list[int]], rate: float = 0.05) -> tuple[float, float, list[float]]:
    """Gradient descent on LINE in floats, over batches of the given examples; the losses before each step."""
    w = b = 0.0
    losses = []
    for batch in order:
        errors = [(w * LINE[k][0] + b - LINE[k][1], LINE[k][0]) for k in batch]
        losses += [error**2 for error, _ in errors]
        slope_w = sum(2 * error * x for error, x in errors) / len(batch)
        slope_b = sum(2 * error for error, _ in errors) / len(batch)
        w, b = w - rate * slope_w, b - rate * slope_b
    return w, b, losses


def test_whole_batches_are_gradient_descent(engine: Any) -> None:
    line = Line()
    history = fit(line, engine=engine)
    w, b, losses = by_hand([[0, 1, 2, 3, 4]] * 5)
    assert (line.w.data, line.b.data) == pytest.approx((w, b), rel=1e-12)
    assert history.train_loss == pytest.approx([sum(losses[k : k + 5]) / 5 for k in range(0, 25, 5)], rel=1e-12)
    assert history.learning_rate == [0.05] * 5
    assert (history.validation_loss, history.best_epoch) == ([], None)


def test_batches_in_order(engine: Any) -> None:
    line = Line()
    fit(line, epochs=2, batch_size=2, shuffle_seed=None, engine=engine)
    w, b, _ = by_hand([[0, 1], [2, 3], [4]] * 2)
    assert (line.w.data, line.b.data) == pytest.approx((w, b), rel=1e-12)


def test_shuffled_batches_follow_the_seed(engine: Any) -> None:
    random = Random(3)
    order = []
    for _ in range(4):
        indices = list(range(5))
        for last in range(4, 0, -1):
            other = int(random.random() * (last + 1))
            indices[last], indices[other] = indices[other], indices[last]
        order += [indices[:2], indices[2:4], indices[4:]]
    assert sorted(order[0] + order[1] + order[2]) == [0, 1, 2, 3, 4]
    line, other_line = Line(), Line()
    fit(line, epochs=4, batch_size=2, shuffle_seed=3, engine=engine)
    w, b, _ = by_hand(order)
    assert (line.w.data, line.b.data) == pytest.approx((w, b), rel=1e-12)
    fit(other_line, epochs=4, batch_size=2, shuffle_seed=4, engine=engine)
    assert other_line.w.data != line.w.data


def test_the_same_program_gives_the_same_bits(engine: Any) -> None:
    runs = []
    for _ in range(2):
        network = MLP(2, [4, 1], seed=1)
        examples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
        history = train(
            network,
            lambda x, y, network=network: binary_cross_entropy_from_logit(network(x)[0], y),
            examples,
            epochs=20,
            optimizer=Adam(network.parameters(), 0.1),
            batch_size=3,
            engine=engine,
        )
        runs.append([history.train_loss, [p.data.hex() for p in network.parameters()]])
    assert runs[0] == runs[1]


def test_a_batch_larger_than_the_parts_it_is_recorded_in(engine: Any) -> None:
    line, other = Line(), Line()
    examples = [(k / 50, math.sin(k)) for k in range(100)]
    fit(line, epochs=1, examples=examples, engine=engine)
    loss = mean([loss_of(other)(x, y) for x, y in examples])
    loss.backward()
    SGD(other.parameters(), 0.05).step()
    assert (line.w.data, line.b.data) == pytest.approx((other.w.data, other.b.data), rel=1e-12)


def test_a_schedule_multiplies_the_learning_rate(engine: Any) -> None:
    line = Line()
    optimizer = SGD(line.parameters(), 0.04)
    history = train(line, loss_of(line), LINE, epochs=3, optimizer=optimizer, schedule=exponential_decay(0.5), engine=engine)
    assert history.learning_rate == [0.04, 0.02, 0.01]
    assert optimizer.learning_rate == 0.04
    with pytest.raises(ValueError, match="the schedule's factor for epoch 0 must be a finite number of at least 0"):
        train(line, loss_of(line), LINE, epochs=1, optimizer=optimizer, schedule=lambda epoch: -1.0, engine=engine)
    assert optimizer.learning_rate == 0.04


def scripted(line: Line) -> Any:
    """A loss that trains w one up an epoch, and of a validation example tells the number that its script has for that epoch."""
    return lambda script: -line.w if len(script) == 1 else pick(script, line.w - 1.0)


TRAINING = [((0.0,),)]


@pytest.mark.parametrize(
    ("script", "patience", "n_epochs", "best"),
    [
        ([5.0, 3.0, 4.0, 3.5, 9.0], 2, 4, 1),  # stopped after two epochs that are no better
        ([5.0, 4.0, 3.0, 2.0, 1.0], 1, 5, 4),  # never stopped
        ([5.0, 5.0, 5.0, 5.0, 5.0], 3, 4, 0),  # no better is not better
        ([5.0, 6.0, 4.0, 6.0, 6.0], 2, 5, 2),  # the count starts anew
        ([5.0, 3.0, 4.0, 4.0, 4.0], 9, 5, 1),  # restored although never stopped
    ],
)
def test_early_stopping(engine: Any, script: list[float], patience: int, n_epochs: int, best: int) -> None:
    line = Line()
    history = train(
        line,
        scripted(line),
        TRAINING,
        epochs=5,
        optimizer=SGD(line.parameters(), 1.0),
        validation=[(script,)],
        patience=patience,
        engine=engine,
    )
    assert history.validation_loss == script[:n_epochs]
    assert len(history.train_loss) == len(history.learning_rate) == n_epochs
    assert history.best_epoch == best
    # After epoch k the weight is k + 1.
    assert line.w.data == best + 1.0


def test_validation_without_patience_restores_nothing(engine: Any) -> None:
    line = Line()
    history = train(
        line,
        scripted(line),
        TRAINING,
        epochs=3,
        optimizer=SGD(line.parameters(), 1.0),
        validation=[([1.0, 2.0, 3.0],)],
        engine=engine,
    )
    assert (history.best_epoch, line.w.data) == (0, 3.0)


def test_the_validation_loss_is_the_mean_after_the_epoch() -> None:
    line = Line()
    history = train(
        line,
        lambda x, y: squared_error(line(x), y),
        LINE,
        epochs=1,
        optimizer=SGD(line.parameters(), 0.05),
        validation=[(0.5, 2.0), (1.5, 4.0)],
        engine="eager",
    )
    w, b, _ = by_hand([[0, 1, 2, 3, 4]])
    expected = ((w * 0.5 + b - 2.0) ** 2 + (w * 1.5 + b - 4.0) ** 2) / 2
    assert history.validation_loss == pytest.approx([expected], rel=1e-12)


def test_all_gradients_are_none_in_the_end(engine: Any) -> None:
    line = Line()
    w: Any = line.w  # Any, because type checkers don't see that training changes it.
    w.gradient = 100.0
    fit(line, epochs=1, engine=engine)
    assert (w.gradient, line.b.gradient) == (None, None)
    assert line.w.data == pytest.approx(by_hand([[0, 1, 2, 3, 4]])[0], rel=1e-12)


def test_labels_from_a_comparison(engine: Any) -> None:
    x = numpy.array([0.0, 1.0, 2.0, 3.0])
    compared, plain = Line(), Line()
    for line, labels in ((compared, x > 1.5), (plain, [0.0, 0.0, 1.0, 1.0])):
        examples = list(zip(x, labels, strict=True))

        def loss(x: Any, y: Any, line: Line = line) -> Value:
            return binary_cross_entropy_from_logit(line(x), y) + squared_error(line(x), y) + hinge(line(x), 2 * y - 1)

        train(line, loss, examples, epochs=3, optimizer=SGD(line.parameters(), 0.5), validation=examples, engine=engine)
    assert plain.w.data != 0.0
    assert (compared.w.data, compared.b.data) == (plain.w.data, plain.b.data)


def test_parameters_that_the_optimizer_does_not_hold_stay(engine: Any) -> None:
    line = Line()
    train(line, loss_of(line), LINE, epochs=3, optimizer=SGD([line.b], 0.05), engine=engine)
    assert (line.w.data, line.w.gradient) == (0.0, None)
    assert line.b.data != 0.0


def test_a_history_may_be_continued(engine: Any) -> None:
    line, other = Line(), Line()
    history = fit(line, epochs=2, engine=engine)
    assert fit(line, epochs=3, history=history, engine=engine) is history
    assert history.train_loss == fit(other, epochs=5, engine=engine).train_loss
    assert line.w.data == other.w.data


@pytest.mark.parametrize(
    "settings",
    [{}, {"batch_size": 2}, {"batch_size": 2, "shuffle_seed": None}, {"batch_size": 3, "schedule": cosine_decay(10)}],
    ids=["plain", "batches", "in order", "schedule"],
)
def test_five_epochs_and_five_more_are_ten(engine: Any, settings: dict[str, Any]) -> None:
    def trained(parts: tuple[int, ...]) -> tuple[History, Line]:
        line, history = Line(), History()
        optimizer = Adam(line.parameters(), 0.1)
        for epochs in parts:
            train(
                line, loss_of(line), LINE, epochs=epochs, optimizer=optimizer, history=history, engine=engine,
                validation=LINE[:2], **settings,
            )  # fmt: skip
        return history, line

    once, line_once = trained((10,))
    for parts in ((5, 5), (1, 2, 7)):
        history, line = trained(parts)
        assert history == once  # to the bit
        assert (line.w.data, line.b.data) == (line_once.w.data, line_once.b.data)
        assert history.best_parameters == once.best_parameters


def test_the_first_epoch_of_a_continued_training_is_the_next_of_the_schedule(engine: Any) -> None:
    asked: list[int] = []

    def schedule(epoch: int) -> float:
        asked.append(epoch)
        return 0.5**epoch

    line, history = Line(), History(train_loss=[1.0] * 3, learning_rate=[0.05] * 3)
    fit(line, epochs=2, history=history, schedule=schedule, engine=engine)
    assert asked == [3, 4]
    assert history.learning_rate[3:] == [0.05 / 8.0, 0.05 / 16.0]


@pytest.mark.parametrize(
    ("script", "parts", "best"),
    [
        ([9.0, 4.0, 0.0, 1.0, 4.0, 9.0], (4, 2), 2),  # no epoch of the second part is better
        ([9.0, 4.0, 5.0, 6.0, 4.0, 4.0], (3, 3), 1),  # as good is not better
        ([9.0, 4.0, 5.0, 6.0, 3.0, 4.0], (3, 3), 4),  # one is
        ([9.0, 4.0, 5.0, 6.0, 7.0, 8.0], (2, 2, 2), 1),
    ],
)
@pytest.mark.parametrize("pickled", [False, True])
def test_a_continued_training_remembers_the_best_epoch(
    engine: Any, script: list[float], parts: tuple[int, ...], best: int, pickled: bool
) -> None:
    line, history = Line(), History()
    optimizer = SGD(line.parameters(), 1.0)
    for number, epochs in enumerate(parts):
        line.w.data = float(sum(parts[:number]))  # so that after epoch k it is k + 1
        train(
            line, scripted(line), TRAINING, epochs=epochs, optimizer=optimizer, validation=[(script,)], patience=9,
            history=history, engine=engine,
        )  # fmt: skip
        if pickled:
            history = pickle.loads(pickle.dumps(history))
    assert history.validation_loss == script
    assert history.best_epoch == best
    assert line.w.data == best + 1.0
    assert history.best_parameters is not None
    assert history.best_parameters.tolist() == [best + 1.0, 0.0]


def test_the_best_epoch_of_before_counts_where_it_was_not_restored(engine: Any) -> None:
    line, history = Line(), History()
    settings: dict[str, Any] = {
        "optimizer": SGD(line.parameters(), 1.0), "validation": [([5.0, 1.0, 2.0, 3.0, 4.0],)], "history": history,
        "engine": engine,
    }  # fmt: skip
    train(line, scripted(line), TRAINING, epochs=3, **settings)
    assert line.w.data == 3.0
    train(line, scripted(line), TRAINING, epochs=2, patience=9, **settings)
    assert (history.best_epoch, line.w.data) == (1, 2.0)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_the_best_epoch_before_an_interruption_counts(engine: Any, stop: type[BaseException]) -> None:
    line, history = Line(), History()

    def schedule(epoch: int) -> float:
        if epoch == 3 and not after:
            raise stop
        return 1.0

    after = False
    settings: dict[str, Any] = {
        "optimizer": SGD(line.parameters(), 1.0), "validation": [([5.0, 1.0, 2.0, 3.0, 4.0],)], "history": history,
        "engine": engine,
        "patience": 9, "schedule": schedule,
    }  # fmt: skip
    with pytest.raises(stop):
        train(line, scripted(line), TRAINING, epochs=9, **settings)
    after, line.w.data = True, 3.0
    train(line, scripted(line), TRAINING, epochs=2, **settings)
    assert (history.validation_loss, history.best_epoch, line.w.data) == ([5.0, 1.0, 2.0, 3.0, 4.0], 1, 2.0)


def test_a_history_of_another_model(engine: Any) -> None:
    line, history = Line(), History()
    fit(line, epochs=1, validation=LINE, history=history, engine=engine)
    other = Layer(2, 3)
    with pytest.raises(ValueError, match=r"keeps 2 parameters of its best epoch, and Layer\(2, 3, 'tanh'\) has 9"):
        train(
            other, lambda x: mean(other(x)), [([1.0, 2.0],)], epochs=1, optimizer=SGD(other.parameters(), 0.1), history=history,
            validation=[([1.0, 2.0],)], engine=engine,
        )  # fmt: skip
    assert len(history.train_loss) == 1


@pytest.mark.parametrize("validation", [False, True])
def test_a_loss_that_is_not_finite_is_named(engine: Any, validation: bool) -> None:
    line = Line()
    settings: dict[str, Any] = {"validation": [(0.0, 0.0), (math.inf, 0.0)]} if validation else {}
    where = r"validation\[1\]" if validation else r"examples\[7\]"
    message = rf"the loss of {where} = \(inf, 0\.0\) is (inf|nan) in epoch 1 of 2" + (";" if validation else ", batch 2 of 2;")
    line.w.data = 1.0
    examples = [(0.0, 0.0)] * 7 + [(0.0 if validation else math.inf, 0.0)]
    with pytest.raises(FloatingPointError, match=message):
        fit(line, epochs=2, batch_size=4, shuffle_seed=None, examples=examples, **settings, engine=engine)
    assert math.isfinite(line.w.data)
    assert (line.w.gradient, line.b.gradient) == (None, None)


def test_training_that_diverges_stops_at_the_last_finite_parameters(engine: Any) -> None:
    line = Line()
    with pytest.raises(FloatingPointError, match=r"in epoch \d+ of 1000, batch 1 of 1; a smaller learning rate often helps"):
        fit(line, rate=10.0, epochs=1000, engine=engine)
    assert math.isfinite(line.w.data)


def test_a_gradient_that_is_not_finite_is_named(engine: Any) -> None:
    line = Line()
    # √0 is 0, and its slope is infinite.
    with pytest.raises(FloatingPointError, match=r"gradient of w is inf; .* \(in epoch 1 of 1, batch 1 of 1"):
        train(line, lambda x: (line.w * x).sqrt(), [(1.0,)], epochs=1, optimizer=SGD(line.parameters(), 0.1), engine=engine)
    assert line.w.data == 0.0


def test_an_exception_in_the_loss_gets_a_note(engine: Any) -> None:
    line = Line()
    line.w.data = -1.0
    with pytest.raises(ValueError, match="log") as caught:
        train(line, lambda x: log(line.w * x), [(-1.0,), (1.0,)], epochs=3, optimizer=SGD(line.parameters(), 0.1), engine=engine)
    assert caught.value.__notes__ == ["in epoch 1 of 3, batch 1 of 1, for examples[1] = (1.0,)"]
    assert line.w.data == -1.0


def test_a_loss_that_is_no_value(engine: Any) -> None:
    line = Line()
    with pytest.raises(TypeError, match=r"the loss of examples\[0\] is not a Value but 1\.0"):
        train(line, lambda x, y: 1.0, LINE, epochs=1, optimizer=SGD(line.parameters(), 0.1), engine=engine)  # type: ignore[arg-type,return-value]


def test_an_interruption_leaves_a_usable_model_and_a_history() -> None:
    line, history = Line(), History()
    losses: list[None] = []

    def loss(x: float, y: float) -> Value:
        losses.append(None)
        if len(losses) == 13:  # in the third epoch of five examples
            raise KeyboardInterrupt
        return squared_error(line(x), y)

    with pytest.raises(KeyboardInterrupt):
        train(line, loss, LINE, epochs=9, optimizer=SGD(line.parameters(), 0.05), history=history, engine="eager")
    w, b, _ = by_hand([[0, 1, 2, 3, 4]] * 2)
    assert (line.w.data, line.b.data) == pytest.approx((w, b), rel=1e-12)
    assert len(history.train_loss) == 2
    assert line.w.gradient is None
    fit(line)


def interrupted_in(epoch: int) -> Any:
    """A schedule during which somebody presses Ctrl-C."""

    def schedule(number: int) -> float:
        if number == epoch:
            raise KeyboardInterrupt
        return 1.0

    return schedule


def test_an_interruption_between_epochs_leaves_a_usable_model_and_a_history(engine: Any) -> None:
    line, history = Line(), History()
    with pytest.raises(KeyboardInterrupt):
        fit(line, epochs=9, history=history, schedule=interrupted_in(2), engine=engine)
    w, b, _ = by_hand([[0, 1, 2, 3, 4]] * 2)
    assert (line.w.data, line.b.data) == pytest.approx((w, b), rel=1e-12)
    assert len(history.train_loss) == 2
    assert line.w.gradient is None
    fit(line, engine=engine)


def test_an_interruption_restores_the_best_parameters_if_there_is_patience(engine: Any) -> None:
    line = Line()
    with pytest.raises(KeyboardInterrupt):
        train(
            line,
            scripted(line),
            TRAINING,
            epochs=9,
            optimizer=SGD(line.parameters(), 1.0),
            validation=[((5.0, 1.0, 3.0),)],
            patience=5,
            schedule=interrupted_in(3),
            engine=engine,
        )
    assert line.w.data == 2.0


def test_a_schedule_may_look_at_the_parameters_and_change_them(engine: Any) -> None:
    line, seen = Line(), []

    def schedule(epoch: int) -> float:
        seen.append(line.w.data)
        if epoch == 2:
            line.w.data = 10.0
        return 1.0

    train(line, lambda x: -line.w * x, [(1.0,)], epochs=4, optimizer=SGD([line.w], 1.0), schedule=schedule, engine=engine)
    assert seen == [0.0, 1.0, 2.0, 11.0]
    assert line.w.data == 12.0


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"examples": []}, ValueError, "examples: there must be at least one"),
        ({"examples": [(1.0, 2.0), 3.0]}, TypeError, r"examples\[1\] must be a tuple, .* not 3\.0"),
        ({"validation": []}, ValueError, "validation: there must be at least one"),
        ({"validation": [[1.0, 2.0]]}, TypeError, r"validation\[0\] must be a tuple"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"patience": 3}, ValueError, "patience needs validation examples"),
        ({"patience": 0, "validation": LINE}, ValueError, "patience must be at least 1"),
        ({"engine": "arrays"}, ValueError, 'engine is "auto", "numpy", "native", "jax" or "eager", not .arrays'),
        ({"shuffle_seed": -1}, ValueError, "shuffle_seed must be at least 0"),
    ],
)
def test_wrong_arguments_change_nothing(engine: Any, settings: dict[str, Any], error: type[Exception], message: str) -> None:
    line = Line()
    line.w.gradient = 3.0
    with pytest.raises(error, match=message):
        fit(line, **{"engine": engine, **settings})
    assert (line.w.data, line.w.gradient) == (0.0, 3.0)


def test_an_optimizer_of_another_model(engine: Any) -> None:
    line = Line()
    with pytest.raises(ValueError, match=r"holds none of the parameters of Line\(\)"):
        train(line, loss_of(line), LINE, epochs=1, optimizer=SGD(Layer(1, 1).parameters(), 0.1), engine=engine)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (Adam, r"such as Adam\(model.parameters\(\), learning_rate=0.01\), not the class Adam"),
        (SGD, r"such as SGD\(.*, not the class SGD"),
        ("adam", r"optimizer must be an optimizer, such as Adam\(model.parameters\(\), learning_rate=0.01\), not 'adam'"),
        (0.1, r"optimizer must be an optimizer, .*, not 0\.1"),
    ],
)
def test_something_else_than_an_optimizer(engine: Any, optimizer: Any, message: str) -> None:
    line = Line()
    with pytest.raises(TypeError, match=message):
        train(line, loss_of(line), LINE, epochs=1, optimizer=optimizer, engine=engine)


def test_something_else_than_a_model(engine: Any) -> None:
    line = Line()
    wrong: list[Any] = [line.parameters(), line.parameters, Line]
    for model in wrong:
        with pytest.raises(TypeError, match=r"train takes a model, an nn\.Module, whose parameters\(\) it asks for, not"):
            train(model, loss_of(line), LINE, epochs=1, optimizer=SGD(line.parameters(), 0.1), engine=engine)


class Terminal:
    """A stream that says it is a terminal and keeps what it is given."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return True


def test_a_progress_bar_shows_on_a_terminal_only(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    fit(Line(), epochs=2, batch_size=2, validation=LINE, progress=True, engine=engine)
    assert "epoch 2/2, loss " in terminal.text
    assert "validation " in terminal.text
    assert "6/6" in terminal.text
    terminal.text = ""
    fit(Line(), epochs=2, progress=False, engine=engine)
    monkeypatch.setattr(terminal, "isatty", lambda: False)
    fit(Line(), epochs=2, progress=True, engine=engine)
    assert terminal.text == ""
