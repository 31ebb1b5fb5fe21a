"""Initial weights.

They use only `random.Random.random` and the square root, which give the same bits on every platform and in every version of
Python: the same seed gives the same network everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import TypeAlias

from nn.checks import finite_number, named_function, whole_number

InitializerFunction: TypeAlias = Callable[[Random, int, int], float]
"""``initializer(random, n_inputs, n_outputs)``: the initial number of one weight of a layer of this size."""

Initializer: TypeAlias = str | InitializerFunction
"""The name of an initializer, or a function like the ones here."""


def glorot(random: Random, n_inputs: int, n_outputs: int) -> float:
    """Uniform between ±√(6 ÷ (n_inputs + n_outputs)), which suits sigmoid and tanh.

    Source: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks",
    equation 16.

    >>> abs(glorot(Random(0), 4, 2)) <= 1.0
    True
    """
    return math.sqrt(6.0 / (n_inputs + n_outputs)) * (2.0 * random.random() - 1.0)


def he(random: Random, n_inputs: int, n_outputs: int) -> float:
    """Uniform between ±√(6 ÷ n_inputs), which suits the ReLU: the variance is 2 ÷ n_inputs.

    Source: He, Zhang, Ren & Sun 2015, "Delving deep into rectifiers", equation 10.

    >>> abs(he(Random(0), 6, 2)) <= 1.0
    True
    """
    return math.sqrt(6.0 / n_inputs) * (2.0 * random.random() - 1.0)


def constant(number: float) -> InitializerFunction:
    """An initializer that gives every weight the same number.

    Raises:
        ValueError: number is infinite or nan.

    >>> from nn import Neuron
    >>> Neuron(2, "identity", initializer=constant(0.5))([1.0, 3.0]).data
    2.0
    """
    same = finite_number(number, "number")
    return lambda random, n_inputs, n_outputs: same


def uniform(low: float, high: float) -> InitializerFunction:
    """An initializer that draws uniformly between two numbers.

    Raises:
        ValueError: low is greater than high, or one of them is infinite or nan.

    >>> draw = uniform(-0.1, 0.1)
    >>> -0.1 <= draw(Random(0), 1, 1) <= 0.1
    True
    """
    low, high = finite_number(low, "low"), finite_number(high, "high")
    if low > high:
        raise ValueError(f"uniform: low must not be greater than high, but {low!r} > {high!r}")
    return lambda random, n_inputs, n_outputs: low + (high - low) * random.random()


zeros = constant(0.0)

INITIALIZERS: dict[str, InitializerFunction] = {"glorot": glorot, "he": he, "zeros": zeros}
"""The initializers that have a name."""


def initializer_function(initializer: Initializer) -> InitializerFunction:
    """Return the initializer that a name stands for; a function is returned as it is.

    Raises:
        ValueError: no initializer has that name.
        TypeError: it is neither a name nor a function.

    >>> initializer_function("zeros")(Random(0), 2, 1)
    0.0
    """
    return named_function(initializer, INITIALIZERS, "an initializer")


# Everything that is made without a seed draws from here.
_stream = Random(0)


def seed(number: int) -> None:
    """Restart the stream of initial weights for neurons, layers, networks and embeddings that are made without a seed.

    All of them draw from one stream of random numbers, so that no two are the same. A program starts with the stream of
    ``nn.seed(0)``, so the same program makes the same networks. What is made with a ``seed=`` doesn't use the stream.

    Args:
        number: a whole number from 0 on.

    Raises:
        TypeError, ValueError: it is something else.

    >>> import nn
    >>> nn.seed(7)
    >>> one, other = nn.Neuron(2), nn.Neuron(2)
    >>> nn.seed(7)
    >>> again = nn.Neuron(2)
    >>> [w.data for w in again.weight] == [w.data for w in one.weight] != [w.data for w in other.weight]
    True
    """
    _stream.seed(whole_number(number, "seed", least=0))


def random_source(seed: int | Random | None) -> Random:
    """Return what to draw from: a new source for a seed, or a given `random.Random` itself, which several layers can share.

    None stands for the stream that everything without a seed shares (see `seed`).

    Raises:
        TypeError, ValueError: seed is neither a whole number from 0 on nor a `random.Random`.

    >>> random_source(1).random() == Random(1).random()
    True
    """
    if seed is None:
        return _stream
    return seed if isinstance(seed, Random) else Random(whole_number(seed, "seed", least=0))
