"""What compiles the loss in training, and what it is told of the training."""

import sys
from typing import Any

import pytest

from autograd import Program, Value
from autograd.vectorizing.choosing.choosing import Expected
from autograd.vectorizing.entry import program_for
from nn import MLP, SGD, History, squared_error, train
from nn.engines import vectorized


def fitted(examples: Any, *, epochs: int = 3, engine: Any = "auto", **settings: Any) -> tuple[list[float], History]:
    line = MLP(1, [1], seed=1)
    history = History()

    def loss(x: Any, y: Any) -> Value:
        return squared_error(line([x[0]]), y)

    optimizer = SGD(line.parameters(), learning_rate=0.1)
    train(line, loss, examples, epochs=epochs, optimizer=optimizer, engine=engine, history=history, progress=False, **settings)
    return [parameter.data for parameter in line.parameters()], history


POINTS = [((0.1 * k,), 0.3 * k - 0.2) for k in range(10)]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was told each time that the loss was compiled."""
    told: list[dict[str, Any]] = []

    def noting(*arguments: Any, engine: str, expected: Expected, **settings: Any) -> Program:
        told.append({"engine": engine, "calls": expected.calls, "examples": expected.examples, "spares": expected.spared > 0.0})
        return program_for(*arguments, engine="numpy", expected=expected, **settings)

    monkeypatch.setattr(vectorized, "program_for", noting)
    return told


@pytest.mark.engine("auto")
@pytest.mark.parametrize(("engine", "asked"), [("auto", "auto"), ("vectorized", "auto"), ("numpy", "numpy")])
def test_the_engine_is_asked_for(compiled: list[dict[str, Any]], engine: str, asked: str) -> None:
    assert fitted(POINTS, engine=engine) == fitted(POINTS, engine="numpy")
    assert compiled[0] == {"engine": asked, "calls": 3, "examples": 10, "spares": True}


def test_all_engines_take_the_same_steps() -> None:
    engines = ["auto", "numpy", "vectorized", "eager"]
    results = [fitted(POINTS, engine=engine, batch_size=4, validation=POINTS[:3]) for engine in engines]
    for numbers, history in results[1:]:
        assert numbers == pytest.approx(results[0][0], rel=1e-13)
        assert history.train_loss == pytest.approx(results[0][1].train_loss, rel=1e-13)


def test_all_engines_take_the_same_steps_machine_code_too() -> None:
    pytest.importorskip("llvmlite")
    numbers, history = fitted(POINTS, engine="native", batch_size=4, validation=POINTS[:3])
    expected, its_history = fitted(POINTS, engine="eager", batch_size=4, validation=POINTS[:3])
    assert numbers == pytest.approx(expected, rel=1e-13)
    assert history.validation_loss == pytest.approx(its_history.validation_loss, rel=1e-13)


def test_calls_and_examples(compiled: list[dict[str, Any]]) -> None:
    fitted(POINTS, epochs=7, batch_size=4)
    # Batches of 4, 4 and 2.
    assert compiled.pop() == {"engine": "auto", "calls": 21, "examples": 4, "spares": True}


def test_large_batches_are_computed_in_parts(compiled: list[dict[str, Any]]) -> None:
    fitted([((0.001 * k,), 0.5) for k in range(2500)], epochs=2)
    assert compiled.pop() == {"engine": "auto", "calls": 6, "examples": 834, "spares": False}


def test_structures_share_the_batches(compiled: list[dict[str, Any]]) -> None:
    # Three of the ten have another structure; the validation examples, a third one.
    examples = [((0.1 * k,) * (2 if k % 4 == 1 else 1), 0.5) for k in range(10)]
    fitted(examples, epochs=5, batch_size=5, validation=[((0.1, 0.2, 0.3), 0.5)] * 2)
    found = {(told["calls"], told["examples"]) for told in compiled}
    assert found == {(10, 4), (10, 2), (5, 2)}
    assert not any(told["spares"] for told in compiled)


def test_machine_code_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    history = History()
    line = MLP(1, [1], seed=1)
    before = [parameter.data for parameter in line.parameters()]
    optimizer = SGD(line.parameters(), learning_rate=0.1)

    def loss(x: Any, y: Any) -> Value:
        raise AssertionError("nothing has run")

    with pytest.raises(ImportError, match=r'pip install "chalkgrad\[native\]"'):
        train(line, loss, POINTS, epochs=1, optimizer=optimizer, engine="native", history=history)
    assert history == History() and [parameter.data for parameter in line.parameters()] == before
