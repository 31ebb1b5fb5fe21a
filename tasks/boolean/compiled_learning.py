"""Gradient descent on a compiled loss: one program for all networks of a kind, whatever their weights.

The same steps as those of `tasks.boolean.xor`, which takes them with a graph of Values for each.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy

from autograd import Value, vectorize
from autograd.vectorizing.choosing.engines import checked_engine
from nn import MLP, binary_cross_entropy_from_logit
from nn.activations import Activation
from tasks.support.engines import Engine

Numbers = Any  # numpy.ndarray
Gradient = Callable[[Numbers], tuple[float, Numbers]]


def descend(
    network: MLP,
    cases: Sequence[tuple[float, float]],
    targets: Sequence[int],
    *,
    engine: Engine,
    learning_rate: float,
    epochs: int,
    enough: float,
) -> int:
    """Takes steps against the gradient of the mean loss of all cases, until it is less than enough.

    Args:
        network: Has two inputs, one hidden layer and a logit; its weights are moved.
        cases: The inputs.
        targets: The class of each.
        engine: What computes, but for the eager engine.
        learning_rate: The factor of the gradient.
        epochs: The number of steps after which learning stops anyway.
        enough: The loss at which it stops.

    Returns:
        How many steps were taken.

    Raises:
        ArithmeticError: The loss or its gradient is not finite.
    """
    hidden = network.layers[0]
    gradient_of, order = _compiled(len(hidden.weight), hidden.activation, engine, tuple(cases), tuple(targets))
    values = [network.parameters()[place] for place in order]
    theta = numpy.array([value.data for value in values])
    for epoch in range(epochs + 1):
        loss, gradient = gradient_of(theta)
        if not (numpy.isfinite(loss) and numpy.isfinite(gradient).all()):
            raise ArithmeticError(f"the loss is {loss:g} after {epoch} steps")
        if epoch == epochs or loss < enough:
            break
        # What overflows is told with the next loss.
        with numpy.errstate(all="ignore"):
            theta = theta - learning_rate * gradient
    for value, number in zip(values, theta.tolist(), strict=True):
        value.data = number
    return epoch


@cache
def _compiled(
    n_hidden: int, activation: Activation, engine: Engine, cases: tuple[tuple[float, float], ...], targets: tuple[int, ...]
) -> tuple[Gradient, list[int]]:
    """The mean loss of all cases and its gradient as a function of the weights, and the places of these in `parameters()`."""
    model = MLP(2, [n_hidden, 1], activation, seed=0)
    parameters = model.parameters()

    def loss(x: Sequence[Value], target: Value) -> Value:
        return binary_cross_entropy_from_logit(model(x)[0], target)

    # JAX takes the program that NumPy computes.
    compiled_by = "numpy" if engine in ("jax", "eager") else engine
    program = vectorize(loss, cases[0], 1, parameters=parameters, engine=checked_engine(compiled_by))
    order = [parameters.index(value) for value in program.parameters.values]
    batch = numpy.array(cases, float), numpy.array(targets, float)
    if engine != "jax":
        return lambda theta: program.value_and_grad(theta, *batch, warn=False), order
    import jax

    with jax.enable_x64(True):
        compiled = jax.jit(program.to_jax().value_and_grad)

    def on_jax(theta: Numbers) -> tuple[float, Numbers]:
        with jax.enable_x64(True):
            found, gradient = compiled(theta, *batch)
        return float(found), numpy.asarray(gradient)

    return on_jax, order
