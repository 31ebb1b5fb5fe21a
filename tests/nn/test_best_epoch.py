"""The best epoch of a training: whose parameters are kept, and what stays untouched."""

from __future__ import annotations

import pytest

from autograd import Value
from nn import SGD, History, squared_error
from nn.best_epoch import BestEpoch
from nn.engines.eager import EagerEngine
from nn.engines.engine import Training


def training_of(moving: Value, frozen: Value) -> EagerEngine:
    optimizer = SGD([moving], learning_rate=0.1)
    return EagerEngine(Training(squared_error, optimizer, [moving, frozen], [], [(1.0, 1.0)], [(1.0, 1.0)]))


def run(losses: list[float], history: History, *, restored: bool = True) -> tuple[Value, Value, BestEpoch]:
    """Epochs with given validation losses, after each of which the parameter has the number of the epoch."""
    moving, frozen = Value(-1.0), Value(5.0)
    best = BestEpoch(training_of(moving, frozen), history, [moving, frozen], restored=restored)
    for epoch, loss in enumerate(losses):
        moving.data = float(epoch)
        history.train_loss.append(loss)
        history.validation_loss.append(loss)
        best.compare()
    return moving, frozen, best


@pytest.mark.parametrize(
    ("losses", "expected", "since"), [([3.0, 1.0, 2.0], 1, 1), ([1.0, 1.0, 1.0], 0, 2), ([3.0, 2.0, 1.0], 2, 0), ([2.0], 0, 0)]
)
def test_the_first_epoch_with_the_least_loss_is_the_best(losses: list[float], expected: int, since: int) -> None:
    history = History()
    moving, _, best = run(losses, history)
    assert (history.best_epoch, best.epochs_since) == (expected, since)
    best.finish()
    assert moving.data == expected
    assert history.best_parameters is not None
    assert history.best_parameters.tolist() == [expected, 5.0]


def test_results_of_frozen_parameters_are_not_stale_afterwards() -> None:
    moving, frozen, best = run([1.0, 2.0], History())
    result = frozen * 2.0
    best.finish()
    result.backward()
    assert frozen.gradient == 2.0
    assert moving.data == 0.0


def test_parameters_are_only_kept_unless_they_are_to_be_restored() -> None:
    history = History()
    moving, _, best = run([1.0, 2.0, 3.0], history, restored=False)
    best.finish()
    assert moving.data == 2.0
    assert history.best_parameters is not None
    assert history.best_parameters.tolist() == [0.0, 5.0]


def test_the_best_epoch_of_an_earlier_training_counts() -> None:
    history = History()
    run([1.0], history)[2].finish()
    moving, frozen, best = run([4.0, 3.0], history)
    frozen.data = 8.0
    best.finish()
    assert (moving.data, frozen.data) == (0.0, 5.0)
    assert history.best_epoch == 0
