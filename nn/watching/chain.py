"""Which models are layers in a row, found by what they compute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from autograd import Value, no_grad
from nn.layers import Layer
from nn.module import Module, parameter_arrays


def chain_of(model: Module) -> tuple[Layer, ...]:
    """The layers of a model that applies one after the other and does nothing else; empty for any other model.

    >>> from nn import MLP
    >>> chain_of(MLP(2, [3, 1]))
    (Layer(2, 3, 'tanh'), Layer(3, 1, 'identity'))
    """
    owners = list(dict.fromkeys(array.owner for array in parameter_arrays(model)))
    layers = tuple(owner for owner in owners if isinstance(owner, Layer))
    if not layers or len(layers) < len(owners):
        return ()
    if any(before.n_outputs != after.n_inputs for before, after in pairwise(layers)):
        return ()
    return layers if all(_agree(model, layers, sign) for sign in (1.0, -1.0)) else ()


def applied(layers: Sequence[Layer], inputs: Any) -> Any:
    """The outputs of layers in a row."""
    for layer in layers:
        inputs = layer(inputs)
    return inputs


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


def _agree(model: Module, layers: Sequence[Layer], sign: float) -> bool:
    inputs = [sign * (0.3 + math.sin(2.0 * place)) for place in range(layers[0].n_inputs)]
    with no_grad():
        found = outputs_of(model, inputs)
        return found is not None and [one.data for one in found] == [one.data for one in applied(layers, inputs)]
