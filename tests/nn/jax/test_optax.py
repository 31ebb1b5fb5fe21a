"""Optimizers of optax in `nn.train(engine="jax")`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("optax")
import optax
from jax_trainings import Trained, bags, curve, nested

import nn
from autograd import Value

pytestmark = pytest.mark.jax


def pairs() -> dict[str, tuple[Any, Any]]:
    return {
        "AdamW": (lambda p: nn.AdamW(p, 0.05, weight_decay=0.1), optax.adamw(0.05, weight_decay=0.1)),
        "momentum": (lambda p: nn.SGD(p, 0.1, momentum=0.9), optax.sgd(0.1, momentum=0.9)),
    }


@pytest.mark.parametrize("problem", [curve, bags], ids=["one structure", "several"])
@pytest.mark.parametrize("name", ["AdamW", "momentum"])
def test_the_same_rule_takes_the_same_steps(name: str, problem: Any) -> None:
    """With a schedule, whose factor multiplies the updates, as it would the learning rate."""
    own, other = pairs()[name]
    settings: dict[str, Any] = {"schedule": nn.cosine_decay(6, 0.1), "clip_norm": 0.3}
    expected = Trained(problem, "numpy", own, **settings)
    found = Trained(problem, "jax", other, **settings)
    assert found.numbers == pytest.approx(expected.numbers, rel=1e-12)
    assert found.history.train_loss == pytest.approx(expected.history.train_loss, rel=1e-12)
    # Of its learning rate nothing is known but the factor.
    assert found.history.learning_rate == pytest.approx([nn.cosine_decay(6, 0.1)(epoch) for epoch in range(6)])


def test_a_rule_sees_the_arrays_of_the_model() -> None:
    """Only matrices decay, which it tells by their shape, and it knows them by name."""
    seen: dict[str, tuple[int, ...]] = {}

    def matrices(parameters: Any) -> Any:
        seen.update({name: array.shape for name, array in parameters.items()})
        return {name: array.ndim == 2 for name, array in parameters.items()}

    model, _, examples = curve()
    rule = optax.chain(optax.add_decayed_weights(0.5, mask=matrices), optax.scale(-0.1))
    before = [one.data for one in model.parameters()]
    # A loss without a gradient but for one parameter, on which nothing depends.
    bias = model.layers[0].bias[0]  # type: ignore[attr-defined]
    nn.train(model, lambda x, y: bias * 0.0, examples, epochs=1, optimizer=rule, engine="jax", progress=False)
    assert seen == {name: array.shape for name, array in arrays_of(model).items()}
    for name, array in arrays_of(model).items():
        for value in array.values:
            expected = before[model.parameters().index(value)] * (0.95 if len(array.shape) == 2 else 1.0)
            assert value.data == pytest.approx(expected, rel=1e-14), name


def arrays_of(model: nn.Module) -> dict[str, Any]:
    from nn.module import parameter_arrays

    return {array.name: array for array in parameter_arrays(model)}


def test_a_training_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    rule = optax.adamw(optax.cosine_decay_schedule(0.05, 40))
    settings: dict[str, Any] = {"average": 0.9, "dtype": "float32"}
    whole = Trained(curve, "jax", rule, **settings)
    for epochs in (1, 3, 6):
        found = Trained(curve, "jax", rule, **settings, epochs=epochs, checkpoint=tmp_path / "run")
        assert found.error == ()
    assert found.numbers == whole.numbers
    assert found.history.train_loss == whole.history.train_loss


def test_another_rule_is_told_by_what_it_remembers(tmp_path: Path) -> None:
    Trained(nested, "jax", optax.adam(0.1), epochs=1, checkpoint=tmp_path / "run")
    found = Trained(nested, "jax", optax.sgd(0.1, momentum=0.5), epochs=2, checkpoint=tmp_path / "run")
    assert found.error[0] is ValueError
    assert "is of another training: the optimizer's memory was" in found.error[1]
    own = Trained(nested, "jax", lambda p: nn.Adam(p, 0.1), epochs=2, checkpoint=tmp_path / "run")
    assert "the optimizer was 'nn.engines.jax_optax.OptaxOptimizer', and is 'nn.optimizers.Adam'" in own.error[1]


def test_parameters_that_are_shared_or_frozen_move_once_or_not_at_all() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            self.a = [Value(1.0), Value(2.0)]
            self.b = [self.a[0], Value(3.0)]

    numbers = []
    engines: list[Any] = ["numpy", "jax"]
    for engine in engines:
        model = Tied()
        optimizer: Any = nn.Adam(model.parameters(), 0.1) if engine == "numpy" else optax.adam(0.1)

        def loss(x: Any, model: Tied = model) -> Value:
            return (model.a[0] * x + model.a[1] * model.b[1] + model.b[0]).square()

        nn.train(model, loss, [(1.0,), (2.0,)], epochs=5, optimizer=optimizer, engine=engine, progress=False)
        numbers.append([one.data for one in model.parameters()])
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-12)
    assert len(numbers[0]) == 3


def test_other_engines_have_no_use_for_it() -> None:
    found = Trained(curve, "numpy", optax.adam(0.1))
    assert found.error[0] is TypeError
    assert found.error[1].startswith("an optimizer of optax needs engine=\"jax\", not 'numpy'")
    assert numpy.isfinite(found.numbers).all()
