"""How parameters move, on JAX: the formula of an optimizer, the clipping of gradients, the running mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import jax.numpy as jnp
import numpy

from autograd.vectorizing.native.steps_formula import UpdateFormula
from nn.engines.computing import Stage
from nn.engines.optimizer_formula import OptimizerFormula

Numbers = Any  # numpy.ndarray, or an array of JAX

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "negative": jnp.negative, "abs": jnp.abs, "add": jnp.add, "subtract": jnp.subtract, "multiply": jnp.multiply,
    "divide": jnp.divide, "sqrt": jnp.sqrt, "maximum": jnp.maximum, "minimum": jnp.minimum, "sign": jnp.sign,
    "where": jnp.where, "less": jnp.less, "less_equal": jnp.less_equal, "greater": jnp.greater,
    "greater_equal": jnp.greater_equal, "equal": jnp.equal, "differs": jnp.not_equal,
}  # fmt: skip
"""For each operation that a formula may have (`autograd.vectorizing.native.steps_formula`), JAX's."""


class Move(Protocol):
    """What moves the parameters in a step."""

    @property
    def state(self) -> Any:
        """What it remembers now, arrays of NumPy in a nest."""

    def is_possible(self) -> bool:
        """Whether it is still what it was when it was compiled."""

    def shared(self, n_steps: int) -> tuple[Numbers, Numbers, int]:
        """What all parameters share in the next steps.

        Returns:
            What is the same in all steps, a vector; a column for each step of what is not; and for how many steps that is known.
        """

    def moved(self, theta: Any, gradient: Any, state: Any, fixed: Any, timed: Any) -> tuple[Any, Any]:
        """A step, on arrays of JAX: the new numbers, and what is remembered."""

    def take(self, state: Any, n_steps: int) -> None:
        """Take over what is remembered after so many steps."""


class FormulaMove:
    """Moves parameters by the recorded formula of an optimizer of `nn`, or one like it.

    Args:
        stage: what the steps are made of.

    Raises:
        NoFormulaError: the formula can't be recorded.
    """

    def __init__(self, stage: Stage) -> None:
        self._moving = stage.vector.moving
        self._reached = stage.reached
        self._formula = OptimizerFormula(stage.training.optimizer)
        n = len(stage.vector.theta)
        self._is_reached = None if stage.reached is None else numpy.isin(numpy.arange(n), stage.reached)
        # The parameters that no loss reaches stay, and count no steps.
        if stage.reached is not None:
            self._moving.separate()

    @property
    def state(self) -> Numbers:
        """See `Move`."""
        return self._moving.states

    def is_possible(self) -> bool:
        """See `Move.is_possible`."""
        return self._moving.steps_of(self._reached) is not None and self._formula.is_up_to_date()

    def shared(self, n_steps: int) -> tuple[Numbers, Numbers, int]:
        """See `Move.shared`."""
        t = self._moving.steps_of(self._reached)
        assert t is not None
        fixed, timed, n_computed = self._formula.recorded.common(self._formula.settings(), t + 1, n_steps)
        return fixed, timed.reshape(self._formula.recorded.n_timed, n_computed), n_computed

    def moved(self, theta: Any, gradient: Any, state: Any, fixed: Any, timed: Any) -> tuple[Any, Any]:
        """See `Move.moved`."""
        new, states = _computed(self._formula.recorded, theta, gradient, state, fixed, timed)
        if self._is_reached is not None:
            new = jnp.where(self._is_reached, new, theta)
            states = [jnp.where(self._is_reached, one, before) for one, before in zip(states, state, strict=True)]
        return new, jnp.stack(states) if states else state

    def take(self, state: Any, n_steps: int) -> None:
        """See `Move.take`."""
        self._moving.states[...] = state
        self._moving.count(n_steps, self._reached)


def _computed(
    formula: UpdateFormula, theta: Any, gradient: Any, states: Any, fixed: Any, timed: Any
) -> tuple[Any, Sequence[Any]]:
    """Compute a formula for all parameters."""
    given = {"state": states, "fixed": fixed, "timed": timed}
    found: list[Any] = []
    for kind, *operands in formula.entries:
        if kind in ("number", "gradient"):
            found.append(theta if kind == "number" else gradient)
        elif kind in given:
            found.append(given[kind][operands[0]])
        elif kind == "constant":
            found.append(jnp.asarray(float.fromhex(operands[0]), theta.dtype))
        else:
            found.append(_FUNCTIONS[kind](*[found[operand] for operand in operands]))
    new, *kept = [jnp.broadcast_to(found[result], theta.shape).astype(theta.dtype) for result in formula.results]
    return new, kept


def clipped(gradient: Any, limit: float) -> Any:
    """A gradient that is no longer than a limit; see `nn.engines.step_rules.clipping_factor`."""
    largest = jnp.max(jnp.abs(gradient))
    # Squares overflow, and vanish, where no element does.
    scale = jnp.where(largest > 0.0, largest, 1.0)
    scaled = gradient / scale
    norm = scale * jnp.sqrt(scaled @ scaled)
    return gradient * jnp.where((limit < norm) & (norm < jnp.inf), limit / norm, 1.0)
