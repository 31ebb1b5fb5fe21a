"""Recordings of trainings: nothing changes by them, and they hold what the eager engine computes."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest

import nn
from autograd import Value, grad, log, mean

XOR = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
ENGINES = ("eager", "numpy", "native")
OPTIMIZERS: dict[str, Callable[[list[Value]], nn.Optimizer]] = {
    "SGD": lambda parameters: nn.SGD(parameters, 1.0, momentum=0.5),
    "Adam": lambda parameters: nn.Adam(parameters, 0.05),
}


def xor_loss(network: nn.Module) -> Callable[..., Value]:
    return lambda x, y: nn.binary_cross_entropy_from_logit(network(x), y)


def learn(*, watched: bool, engine: Any, optimizer: str = "SGD", frames: int = 20, **how: Any) -> tuple[Any, nn.History, Any]:
    if engine == "native":
        pytest.importorskip("llvmlite")
    network = nn.MLP(2, [2, 1], seed=0)
    run = nn.watch(network, frames=frames) if watched else None
    made = OPTIMIZERS[optimizer](network.parameters())
    how = {"epochs": 60, **how}
    history = nn.train(network, xor_loss(network), XOR, optimizer=made, engine=engine, progress=False, watch=run, **how)
    state = [[one.data for one in network.parameters()], [one.gradient for one in network.parameters()], made.states, made.steps]
    return state, history, run


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "how",
    [{}, {"batch_size": 3}, {"validation": XOR[:2], "patience": 5}, {"schedule": nn.step_decay(20)}, {"epochs": 1}],
    ids=["all at once", "batches", "early stopping", "schedule", "one epoch"],
)
def test_a_watched_training_is_the_same_to_the_bit(engine: str, optimizer: str, how: dict[str, Any]) -> None:
    plain, watched = (learn(watched=one, engine=engine, optimizer=optimizer, **how) for one in (False, True))
    assert watched[0] == plain[0]
    assert watched[1] == plain[1]
    assert watched[2].history is watched[1]


@pytest.mark.parametrize("engine", ENGINES)
def test_many_steps_in_one_call_are_the_same_to_the_bit(engine: str) -> None:
    plain, watched = (learn(watched=one, engine=engine, epochs=300, frames=4, batch_size=2) for one in (False, True))
    assert watched[:2] == plain[:2]
    assert [frame.epoch for frame in watched[2].frames] == [0, 100, 200, 300]


@pytest.mark.parametrize("engine", ENGINES)
def test_frames_hold_what_shorter_trainings_end_with(engine: str) -> None:
    _, history, run = learn(watched=True, engine=engine, frames=7)
    assert [frame.epoch for frame in run.frames] == [0, 10, 20, 30, 40, 50, 60]
    for frame in run.frames[1:]:
        [parameters, *_], _, _ = learn(watched=False, engine=engine, epochs=frame.epoch)
        assert list(frame.parameters) == parameters
    # All examples make one batch: the loss of an epoch is that of the frame before it.
    assert [frame.loss for frame in run.frames[:-1]] == [history.train_loss[frame.epoch] for frame in run.frames[:-1]]


@pytest.mark.parametrize("engine", ENGINES)
def test_losses_and_gradients_are_those_of_the_eager_engine(engine: str) -> None:
    _, _, run = learn(watched=True, engine=engine, batch_size=3)
    network = nn.MLP(2, [2, 1])
    for frame in run.frames:
        for parameter, number in zip(network.parameters(), frame.parameters, strict=True):
            parameter.data = number
        loss = mean([xor_loss(network)(x, y) for x, y in XOR])
        assert frame.loss == pytest.approx(loss.data, rel=1e-13)
        assert list(frame.gradients) == pytest.approx(grad(loss, network.parameters()), rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("engine", ENGINES[:2])
def test_examples_of_several_structures_and_parameters_out_of_reach(engine: Any) -> None:
    draw = Random(3)
    examples = [([draw.randrange(3) for _ in range(length)], draw.random()) for length in (2, 3, 1, 3, 2, 2, 1)]

    def trained(*, watched: bool) -> Any:
        table, unit, frozen = nn.Embedding(5, 2, seed=1), nn.Neuron(2, "sigmoid", seed=2), Value(0.5)

        class Model(nn.Module):
            def __init__(self) -> None:
                self.parts, self.frozen = [table, unit], frozen

        model = Model()
        moving = [one for one in model.parameters() if one is not frozen]
        run = nn.watch(model) if watched else None
        nn.train(
            model, lambda words, y: nn.squared_error(unit(nn.mean_pool([table(word) for word in words])) * frozen, y), examples,
            epochs=6, batch_size=2, optimizer=nn.Adam(moving, 0.1), engine=engine, progress=False, watch=run,
        )  # fmt: skip
        return [one.data for one in model.parameters()], run, model

    plain, _, _ = trained(watched=False)
    watched, run, model = trained(watched=True)
    assert watched == plain
    gradients = dict(zip(model.parameters(), run.frames[0].gradients, strict=True))
    assert math.isnan(gradients[model.frozen])
    # No example has the words 3 and 4.
    assert [gradients[one] for row in model.parts[0].weight[3:] for one in row] == [0.0] * 4
    assert all(gradients[one] for row in model.parts[0].weight[:3] for one in row)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_early_stop_is_the_last_frame(engine: str) -> None:
    _, history, run = learn(watched=True, engine=engine, epochs=500, frames=5, validation=[((0, 0), 1)], patience=3)
    stopped = len(history.train_loss)
    assert stopped < 100
    assert [frame.epoch for frame in run.frames] == [0, stopped]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_goes_wrong_goes_wrong_in_the_same_way(engine: Any) -> None:
    if engine == "native":
        pytest.importorskip("llvmlite")
    found = []
    for watched in (False, True):
        w = Value(2.0, "w")

        class Model(nn.Module):
            def __init__(self, held: Value) -> None:
                self.held = held

        model = Model(w)
        run = nn.watch(model) if watched else None
        with pytest.raises((ValueError, FloatingPointError)) as caught:
            nn.train(
                model, lambda x, held=w: log(held) * x, [(1.0,)], epochs=20, optimizer=nn.SGD([w], 0.5), engine=engine,
                progress=False, watch=run,
            )  # fmt: skip
        found.append((type(caught.value), str(caught.value), w.data))
    assert found[0] == found[1]
    assert run is not None and run.frames[0].loss == math.log(2.0) and run.frames[-1].parameters[0] <= 0.0
    assert math.isnan(run.frames[-1].loss), "the frame before the step that went wrong is there"


def test_the_last_look_makes_no_training_fail() -> None:
    w = Value(0.5, "w")

    class Model(nn.Module):
        def __init__(self) -> None:
            self.held = w

    run = nn.watch(model := Model())
    nn.train(model, lambda x: log(w) * x, [(1.0,)], epochs=1, optimizer=nn.SGD([w], 1.0), progress=False, watch=run)
    assert w.data == -1.5
    assert math.isnan(run.frames[-1].loss) and math.isnan(run.frames[-1].gradients[0])


def test_going_on_with_a_recording() -> None:
    def trained(*epochs: int) -> tuple[list[float], Any]:
        network = nn.MLP(2, [2, 1], seed=0)
        run, optimizer = nn.watch(network, frames=12), nn.SGD(network.parameters(), 0.5)
        for some in epochs:
            nn.train(network, xor_loss(network), XOR, epochs=some, batch_size=3, optimizer=optimizer, progress=False, watch=run)
        return [one.data for one in network.parameters()], run

    once, twice = trained(100), trained(40, 60)
    assert once[0] == twice[0] and once[1].history == twice[1].history
    epochs = [frame.epoch for frame in twice[1].frames]
    assert epochs[0] == 0 and epochs[-1] == 100 and len(epochs) <= 12 and epochs == sorted(set(epochs))
    assert max(after - before for before, after in pairwise(epochs)) <= 15


@pytest.mark.parametrize("spacing", ["even", "log"])
def test_a_loop_of_ones_own_keeps_a_bounded_number_of_frames_and_always_the_last(spacing: Any) -> None:
    w = nn.Neuron(1, "identity", seed=1)
    run = nn.watch(w, frames=10, spacing=spacing)
    for epoch in range(1000):
        for number, parameter in enumerate(w.parameters()):
            parameter.data, parameter.gradient = epoch + number / 2, -epoch
        run.record(float(epoch))
        assert len(run.frames) <= 10
        assert run.frames[-1].epoch == epoch
        assert [frame.epoch for frame in run.frames] == sorted({frame.epoch for frame in run.frames})
    assert run.history.train_loss == list(map(float, range(1000)))
    for frame in run.frames:
        assert list(frame.parameters) == [frame.epoch, frame.epoch + 0.5]
        assert list(frame.gradients) == [-frame.epoch] * 2 and frame.loss == frame.epoch
    gaps = [after.epoch - before.epoch for before, after in pairwise(run.frames)]
    if spacing == "even":
        assert max(gaps[:-1]) <= 2 * min(gaps[:-1])
    else:
        assert gaps[0] < 20 < gaps[-2]


def test_mistakes_are_named() -> None:
    network, other = nn.MLP(2, [1], seed=0), nn.MLP(2, [1], seed=0)
    run, optimizer = nn.watch(network), nn.SGD(other.parameters(), 0.1)
    how: dict[str, Any] = {"epochs": 1, "progress": False}
    with pytest.raises(ValueError, match=r"another model than MLP.*write watch=nn\.watch\(model\)"):
        nn.train(other, xor_loss(other), XOR, optimizer=optimizer, watch=run, **how)
    optimizer = nn.SGD(network.parameters(), 0.1)
    nn.train(network, xor_loss(network), XOR, optimizer=optimizer, watch=run, **how)
    with pytest.raises(ValueError, match="its own history: leave history= out"):
        nn.train(network, xor_loss(network), XOR, optimizer=optimizer, watch=run, history=nn.History(), **how)
    assert len(run.frames) == 2
    with pytest.raises(TypeError, match="watch takes a model"):
        nn.watch(print)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='"even" or "log", not "linear"'.replace('"linear"', "'linear'")):
        nn.watch(network, spacing="linear")  # type: ignore[arg-type]
    network.generator = (x for x in "no copy")  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"keeps a copy of the model, and MLP.* can't be copied: cannot pickle 'generator'"):
        nn.watch(network)
    del network.generator  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="frames"):
        nn.watch(network, frames=1)
    assert (
        repr(nn.watch(network))
        == "<a recording of MLP(2, [1], output_activation='identity'), empty: write nn.train(..., watch=it)>"
    )
    with pytest.raises(ValueError, match="nothing has been recorded yet"):
        nn.watch(network).html()
    assert nn.watch(network)._repr_html_() is None
