"""A loss that reaches none of the optimizer's parameters is an error, in both engines, before anything changes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from autograd import Value, relu, where
from nn import MLP, SGD, Adam, Module, squared_error, train
from nn.reaching import check_reach


@pytest.fixture(params=["vectorized", "eager"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


class Two(Module):
    """Two numbers."""

    def __init__(self) -> None:
        self.v, self.w = Value(2.0), Value(3.0)


def state_of(optimizer: Any) -> Any:
    return [parameter.data for parameter in optimizer.parameters], optimizer.steps, optimizer.states


MESSAGE = r"the loss depends on none of the optimizer's \d+ parameters, whatever the example"


def test_the_loss_of_the_model_before_it_was_copied(engine: Any) -> None:
    network = MLP(2, [3, 1], seed=0)
    duplicate = copy.deepcopy(network)
    examples = [((0.0, 1.0), 1.0), ((0.5, 1.0), 0.0), ((1.0, 1.0), 2.0)]
    optimizer = Adam(duplicate.parameters(), 0.1)
    before = copy.deepcopy(state_of(optimizer))
    with pytest.raises(ValueError, match=MESSAGE):
        train(
            duplicate,
            lambda x, y: squared_error(network(x)[0], y),
            examples,
            epochs=3,
            optimizer=optimizer,
            batch_size=1,
            validation=examples,
            engine=engine,
        )
    assert state_of(optimizer) == before
    assert all(parameter.gradient is None for parameter in [*network.parameters(), *duplicate.parameters()])


def test_parameters_of_the_model_that_the_optimizer_does_not_hold(engine: Any) -> None:
    two = Two()
    with pytest.raises(ValueError, match=MESSAGE):
        train(two, lambda x: two.v * x, [(1.0,), (2.0,)], epochs=1, optimizer=SGD([two.w], 0.1), engine=engine)
    assert (two.v.data, two.w.data) == (2.0, 3.0)


def test_a_loss_that_is_a_constant(engine: Any) -> None:
    two = Two()
    with pytest.raises(ValueError, match=MESSAGE):
        train(two, lambda x: Value(1.0) * x, [(1.0,), ([1.0, 2.0][0],)], epochs=1, optimizer=SGD([two.w], 0.1), engine=engine)


def test_examples_of_another_kind_reach_one(engine: Any) -> None:
    """The first two batches move nothing: their kind of example has no parameter in its loss."""
    two = Two()

    def loss(x: Any) -> Value:
        return two.w * x[0] if len(x) == 2 else x[0] * Value(1.0)

    examples = [([1.0],), ([1.0],), ([5.0, 0.0],)]
    history = train(two, loss, examples, epochs=1, optimizer=SGD([two.w], 0.1), batch_size=1, shuffle_seed=None, engine=engine)
    assert two.w.data == 3.0 - 0.1 * 5.0
    assert history.train_loss == [pytest.approx((1.0 + 1.0 + 15.0) / 3)]


def test_a_choice_that_leaves_all_parameters_out(engine: Any) -> None:
    """They are in the graph, though the gradient is 0."""
    two = Two()
    train(two, lambda x: where(x > 0, two.w, 1.0) * x, [(-1.0,)], epochs=1, optimizer=SGD([two.w], 0.1), engine=engine)
    train(two, lambda x: relu(-two.w) * x, [(1.0,)], epochs=1, optimizer=SGD([two.w], 0.1), engine=engine)
    train(two, lambda x: two.w * 0.0 * x, [(1.0,)], epochs=1, optimizer=SGD([two.w], 0.1), engine=engine)
    assert two.w.data == 3.0


def test_validation_that_reaches_none_is_no_error(engine: Any) -> None:
    two = Two()

    def loss(x: Any) -> Value:
        return two.w * x[0] if len(x) == 2 else x[0] * Value(1.0)

    history = train(two, loss, [([1.0, 0.0],)], epochs=1, optimizer=SGD([two.w], 0.5), validation=[([7.0],)], engine=engine)
    assert (two.w.data, history.validation_loss) == (2.5, [7.0])


def test_looking_stops_at_the_first_example_that_reaches_one() -> None:
    w, calls = Value(1.0), []

    def loss(x: float) -> Value:
        calls.append(x)
        return w * x if x > 1 else Value(x)

    check_reach(loss, [(0.0,), (1.0,), (2.0,), (3.0,)], [w])
    assert calls == [0.0, 1.0, 2.0]
    with pytest.raises(ValueError, match=MESSAGE):
        check_reach(loss, [(0.0,), (1.0,)], [w])
