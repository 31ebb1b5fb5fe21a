"""How parameters move, on JAX: the formula of an optimizer, the clipping of gradients, the running mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import jax.numpy as jnp
import numpy

from autograd.vectorizing.jax.pieces import Pieces
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
    """What moves the parameters in a step.

    Attributes:
        keeps_what_is_not_finite: whether what is not finite in a gradient is so in the parameters ever after.
        zeros: which of the numbers that are the same in all steps are taken for 0 by `moved`. `shared` may change that, and then
            `moved` has to be compiled anew.
    """

    keeps_what_is_not_finite: bool
    zeros: frozenset[int]

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

    def split(self, state: Any, pieces: Pieces) -> Any:
        """What is remembered, as `moved` takes it."""

    def joined(self, state: Any, pieces: Pieces) -> Any:
        """What is remembered, as `state` has it."""

    def moved(
        self, theta: Sequence[Any], gradient: Sequence[Any], state: Any, fixed: Any, timed: Any, pieces: Pieces
    ) -> tuple[Any, Any]:
        """A step, on pieces that are arrays of JAX: the new numbers, and what is remembered."""

    def take(self, state: Any, n_steps: int) -> None:
        """Take over what is remembered after some steps."""


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
        self.keeps_what_is_not_finite = self._formula.is_of_this_package
        self.zeros: frozenset[int] = frozenset()
        self._has_zeros = False
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
        timed = timed.reshape(self._formula.recorded.n_timed, n_computed)
        zeros = frozenset(numpy.flatnonzero(fixed == 0.0).tolist())
        if not self._has_zeros and n_computed:
            # Without momentum and weight decay, nothing need be computed for them.
            self.zeros = zeros if _shows_the_gradient(self._formula.recorded, fixed, timed, zeros) else frozenset()
            self._has_zeros = True
        elif not self.zeros <= zeros:
            self.zeros = frozenset()
        return fixed, timed, n_computed

    def split(self, state: Any, pieces: Pieces) -> Any:
        """See `Move.split`."""
        # For each piece an array for each number that is remembered of a parameter: joined, they would be copied in each step.
        return tuple([tuple(piece) for piece in pieces.split(state)])

    def joined(self, state: Any, pieces: Pieces) -> Any:
        """See `Move.joined`."""
        n_states = len(self._moving.states)
        return pieces.join([jnp.stack(kept) for kept in state], 1) if n_states else self._moving.states

    def moved(
        self, theta: Sequence[Any], gradient: Sequence[Any], state: Any, fixed: Any, timed: Any, pieces: Pieces
    ) -> tuple[Any, Any]:
        """See `Move.moved`."""
        reached = [None] * len(pieces) if self._is_reached is None else pieces.split(self._is_reached)
        moved = [self._moved(*piece, fixed, timed) for piece in zip(theta, gradient, state, reached, strict=True)]
        return tuple([new for new, _ in moved]), tuple([kept for _, kept in moved])

    def _moved(self, theta: Any, gradient: Any, state: Any, is_reached: Any, fixed: Any, timed: Any) -> tuple[Any, Any]:
        new, states = _computed(self._formula.recorded, theta, gradient, state, fixed, timed, self.zeros)
        if is_reached is not None:
            new = jnp.where(is_reached, new, theta)
            states = [jnp.where(is_reached, one, before) for one, before in zip(states, state, strict=True)]
        return new, tuple(states)

    def take(self, state: Any, n_steps: int) -> None:
        """See `Move.take`."""
        self._moving.states[...] = state
        self._moving.count(n_steps, self._reached)


def _computed(
    formula: UpdateFormula, theta: Any, gradient: Any, states: Any, fixed: Any, timed: Any, zeros: frozenset[int]
) -> tuple[Any, Sequence[Any]]:
    """Compute a formula for all parameters."""
    given = {"state": states, "fixed": fixed, "timed": timed}
    found: list[Any] = []
    for kind, *operands in formula.entries:
        if kind in ("number", "gradient"):
            found.append(theta if kind == "number" else gradient)
        elif kind == "fixed" and operands[0] in zeros:
            found.append(_ZERO)
        elif kind in given:
            found.append(given[kind][operands[0]])
        elif kind == "constant":
            found.append(jnp.asarray(float.fromhex(operands[0]), theta.dtype))
        else:
            found.append(_operation(kind, [found[operand] for operand in operands]))
    results = [0.0 if found[result] is _ZERO else found[result] for result in formula.results]
    new, *kept = [jnp.broadcast_to(result, theta.shape).astype(theta.dtype) for result in results]
    return new, kept


_ZERO = object()


def _operation(kind: str, operands: Sequence[Any]) -> Any:
    """An operation on numbers that are finite, some of which are known to be 0."""
    match kind, operands:
        case "multiply", [first, second] if first is _ZERO or second is _ZERO:
            return _ZERO
        case "add", [first, other] if first is _ZERO:
            return other
        case "add" | "subtract", [other, second] if second is _ZERO:
            return other
    return _FUNCTIONS[kind](*[0.0 if operand is _ZERO else operand for operand in operands])


def _shows_the_gradient(formula: UpdateFormula, fixed: Any, timed: Any, zeros: frozenset[int]) -> bool:
    """Whether what is not finite in a gradient is not finite in the new number either."""
    one, states = numpy.ones(()), numpy.ones(formula.n_states)
    new, _ = _computed(formula, one, numpy.full((), numpy.nan), states, fixed, timed[:, 0], zeros)
    return bool(numpy.isnan(new))


def clipped(gradient: Sequence[Any], limit: float) -> Sequence[Any]:
    """A gradient in pieces that is no longer than a limit; see `nn.engines.step_rules.clipping_factor`."""
    largest = jnp.stack([jnp.max(jnp.abs(piece), initial=0.0) for piece in gradient]).max()
    # Squares overflow, and vanish, where no element does.
    scale = jnp.where(largest > 0.0, largest, 1.0)
    norm = scale * jnp.sqrt(jnp.stack([jnp.sum(jnp.square(piece / scale)) for piece in gradient]).sum())
    factor = jnp.where((limit < norm) & (norm < jnp.inf), limit / norm, 1.0)
    return [piece * factor for piece in gradient]
