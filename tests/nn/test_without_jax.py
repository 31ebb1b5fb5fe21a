"""What `engine="jax"` and optimizers of optax say where JAX is not installed."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import pytest

from nn import MLP, SGD, squared_error, train


class Transformation(NamedTuple):
    """What optimizers of optax are."""

    init: Any
    update: Any


def trained(engine: Any, optimizer: Any = None) -> None:
    network = MLP(1, [1], seed=1)
    optimizer = SGD(network.parameters(), 0.1) if optimizer is None else optimizer
    train(network, lambda x, y: squared_error(network([x])[0], y), [(1.0, 2.0)], epochs=1, optimizer=optimizer, engine=engine)


@pytest.mark.parametrize("optimizer", [None, Transformation(lambda parameters: (), lambda gradients, state: (gradients, state))])
def test_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, optimizer: Any) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError) as caught:
        trained("jax", optimizer)
    text = str(caught.value)
    assert text.endswith('pip install "chalkgrad[jax]"')
    assert "\n" not in text


@pytest.mark.parametrize("engine", ["auto", "numpy", "eager"])
def test_an_optimizer_of_optax_is_for_jax(engine: str) -> None:
    with pytest.raises(TypeError, match='an optimizer of optax needs engine="jax"') as caught:
        trained(engine, Transformation(lambda parameters: (), lambda gradients, state: (gradients, state)))
    assert "nn.AdamW(model.parameters(), learning_rate=0.001)" in str(caught.value)
