"""What a training does with gradients and parameters besides the optimizer's own step."""

from __future__ import annotations

import math


def clipping_factor(norm: float, limit: float) -> float:
    """Return what a gradient is multiplied by, so that its norm is at most a limit.

    Source: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.

    >>> clipping_factor(10.0, 5.0), clipping_factor(3.0, 5.0)
    (0.5, 1.0)
    """
    # A gradient that is not finite is left as it is, for the optimizer to refuse.
    return limit / norm if limit < norm < math.inf else 1.0


def share_of_step(decay: float, step: int) -> float:
    """Return how far the running mean of the parameters moves towards them after a step, counted from 1.

    It is 1 ÷ step at first, so that the mean is that of all steps, and 1 − decay later, so that it forgets. Source: Polyak &
    Juditsky 1992, "Acceleration of stochastic approximation by averaging".

    >>> share_of_step(0.99, 1), round(share_of_step(0.99, 1_000_000), 6)
    (1.0, 0.01)
    """
    return max(1.0 - decay, 1.0 / step)
