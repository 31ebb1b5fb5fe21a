"""Which models are layers in a row, found by what they compute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from autograd import Value, no_grad
from nn.layers import Layer, Neuron
from nn.module import Module, parameter_arrays

Units: TypeAlias = Layer | Neuron
"""Units side by side, or a single one."""


def chain_of(model: Module) -> tuple[Units, ...]:
    """The layers of a model that applies one after the other and does nothing else; empty for any other model.

    >>> from nn import MLP
    >>> chain_of(MLP(2, [3, 1]))
    (Layer(2, 3, 'tanh'), Layer(3, 1, 'identity'))
    """
    owners = list(dict.fromkeys(array.owner for array in parameter_arrays(model)))
    layers = tuple(owner for owner in owners if isinstance(owner, Layer | Neuron))
    if not layers or len(layers) < len(owners):
        return ()
    if any(n_units(before) != after.n_inputs for before, after in pairwise(layers)):
        return ()
    return layers if all(_agree(model, layers, sign) for sign in (1.0, -1.0)) else ()


def n_units(layer: Units) -> int:
    """How many units a layer has."""
    return layer.n_outputs if isinstance(layer, Layer) else 1


def weights_of(layer: Units) -> list[list[Value]]:
    """For each unit its weights, and last its bias if it has one."""
    rows = layer.weight if isinstance(layer, Layer) else (layer.weight,)
    biases = layer.bias if isinstance(layer.bias, tuple) else (layer.bias,) * len(rows)
    # The weight of a dummy input comes first.
    return [
        [*row[-layer.n_inputs :], *row[: -layer.n_inputs], *([] if bias is None else [bias])]
        for row, bias in zip(rows, biases, strict=True)
    ]


def applied(layers: Sequence[Units], inputs: Any) -> list[Value]:
    """The outputs of layers in a row."""
    for layer in layers:
        inputs = listed(layer(inputs))
    return list(inputs)


def outputs_of(model: Module, inputs: Any) -> list[Value] | None:
    """The outputs of a model, a list also of a single one; None if it doesn't give Values for these inputs."""
    try:
        outputs = model(inputs)
    except Exception:
        # Any model may be watched. One that takes other inputs has no x space, and that is all.
        return None
    found = listed(outputs) if isinstance(outputs, Value | list | tuple) else []
    return found if found and all(isinstance(one, Value) for one in found) else None


def listed(outputs: Any) -> list[Any]:
    """The outputs of a model as a list, also of a single one."""
    return [outputs] if isinstance(outputs, Value) else list(outputs)


def _agree(model: Module, layers: Sequence[Units], sign: float) -> bool:
    inputs = [sign * (0.3 + math.sin(2.0 * place)) for place in range(layers[0].n_inputs)]
    with no_grad():
        found = outputs_of(model, inputs)
        return found is not None and [one.data for one in found] == [one.data for one in applied(layers, inputs)]
