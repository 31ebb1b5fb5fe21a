"""Optimizers of optax: their steps are functions of JAX, and what they remember is a nest of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy

from autograd import Value
from autograd.vectorizing.jax.pieces import Pieces
from nn.engines.computing import Stage
from nn.module import Module, parameter_arrays
from nn.optimizers import Optimizer

Numbers = Any  # numpy.ndarray, or an array of JAX


class OptaxOptimizer(Optimizer):
    """A transformation of gradients by optax, as an optimizer of a model's parameters.

    The transformation gets the parameters as a dictionary of arrays, with the model's own names and shapes, so that what it does
    may depend on them. Its learning rate is in its own hands: that of the optimizer is 1, and multiplies the updates it gives.

    Args:
        transformation: what optax has made.
        model: whose parameters move.
        dtype: the type of all numbers.
    """

    def __init__(self, transformation: Any, model: Module, dtype: str) -> None:
        self.memory = OptaxMemory(transformation, model, dtype)
        super().__init__(model.parameters(), 1.0)

    def step(self) -> None:
        """Refuse: it takes its steps on arrays."""
        raise TypeError("an optimizer of optax takes its steps in nn.train, with engine='jax'")

    def move_vector(self, theta: Numbers, gradient: Numbers, values: Sequence[Value]) -> None:
        """Take a step on a vector of the parameters in some order, in place."""
        with jax.enable_x64(True):
            found = self.memory.stepping(values)(theta, gradient, self.memory.state, self.learning_rate)
            theta[:], self.memory.state = jax.tree.map(numpy.asarray, found)
        self.memory.n_steps += 1

    @property
    def steps(self) -> list[int]:
        """How many steps each parameter has taken."""
        return [self.memory.n_steps] * len(self.parameters)

    @steps.setter
    def steps(self, steps: Sequence[int]) -> None:
        self.memory.n_steps = max(steps)

    @property
    def leaves(self) -> list[Numbers]:
        """The arrays of what it remembers."""
        leaves: list[Numbers] = jax.tree.leaves(self.memory.state)
        return leaves

    @leaves.setter
    def leaves(self, arrays: Sequence[Numbers]) -> None:
        leaves, structure = jax.tree.flatten(self.memory.state)
        pairs = zip(leaves, arrays, strict=True)
        self.memory.state = structure.unflatten([numpy.asarray(new, old.dtype).reshape(old.shape) for old, new in pairs])


class OptaxMemory:
    """A transformation, what it remembers, and how parameters in a vector are those of its arrays.

    Attributes:
        state: what it remembers, a nest of arrays.
        n_steps: how many steps it has taken.
    """

    def __init__(self, transformation: Any, model: Module, dtype: str) -> None:
        self.n_steps = 0
        self._transformation = transformation
        self._arrays: dict[str, tuple[list[Value], tuple[int, ...]]] = {}
        remaining = set(model.parameters())
        for array in parameter_arrays(model):
            own = [value for value in dict.fromkeys(array.values) if value in remaining]
            remaining.difference_update(own)
            if own:
                # Without what is shared, or constant, it has no such shape.
                shape = array.shape if len(own) == len(array.values) else (len(own),)
                self._arrays[array.name] = (own, tuple(shape))
        with jax.enable_x64(True):
            given = {
                name: numpy.array([value.data for value in own], dtype).reshape(shape)
                for name, (own, shape) in self._arrays.items()
            }
            self.state: Any = jax.tree.map(numpy.asarray, transformation.init(given))
        # The order that a step was compiled for, and the step.
        self._compiled: tuple[Sequence[Value], Any] | None = None

    @property
    def as_setting(self) -> dict[str, Any]:
        """What tells one transformation from another, as far as that is possible."""
        leaves, structure = jax.tree.flatten(self.state)
        return {"arrays": [[str(leaf.dtype), list(leaf.shape)] for leaf in leaves], "structure": str(structure)}

    def step_on(self, values: Sequence[Value]) -> Any:
        """A step as a function of JAX: of θ and the gradient in the order of some values, the state and the factor."""
        place_of = {value: place for place, value in enumerate(values)}
        order = numpy.array([place_of[value] for own, _ in self._arrays.values() for value in own])
        is_in_order = (order == numpy.arange(len(values))).all()

        def arrays_of(vector: Any) -> dict[str, Any]:
            ordered = vector if is_in_order else vector[order]
            arrays, start = {}, 0
            for name, (own, shape) in self._arrays.items():
                arrays[name] = ordered[start : start + len(own)].reshape(shape)
                start += len(own)
            return arrays

        def step(theta: Any, gradient: Any, state: Any, factor: Any) -> tuple[Any, Any]:
            updates, new = self._transformation.update(arrays_of(gradient), state, arrays_of(theta))
            update = jnp.concatenate([updates[name].ravel() for name in self._arrays])
            if not is_in_order:
                update = update[order.argsort()]
            # What it counts with may come out in another type than it went in.
            kept = jax.tree.map(lambda one, before: jnp.asarray(one, before.dtype), new, state)
            return theta + (update * factor).astype(theta.dtype), kept

        return step

    def stepping(self, values: Sequence[Value]) -> Any:
        """The same, compiled."""
        if self._compiled is None or self._compiled[0] is not values:
            self._compiled = values, jax.jit(self.step_on(values))
        return self._compiled[1]


class OptaxMove:
    """Moves parameters by an optimizer of optax; see `nn.engines.jax_moves.Move`."""

    # It may make anything of a gradient.
    keeps_what_is_not_finite = False
    zeros: frozenset[int] = frozenset()

    def __init__(self, stage: Stage, optimizer: OptaxOptimizer) -> None:
        self._optimizer = optimizer
        self._step = optimizer.memory.step_on(stage.vector.values)

    @property
    def state(self) -> Any:
        """See `Move`."""
        return self._optimizer.memory.state

    def is_possible(self) -> bool:
        """See `Move.is_possible`."""
        return True

    def shared(self, n_steps: int) -> tuple[Numbers, Numbers, int]:
        """See `Move.shared`."""
        return numpy.array([self._optimizer.learning_rate]), numpy.empty((0, n_steps)), n_steps

    def split(self, state: Any, pieces: Pieces) -> Any:
        """See `Move.split`."""
        return state

    def joined(self, state: Any, pieces: Pieces) -> Any:
        """See `Move.joined`."""
        return state

    def moved(
        self, theta: Sequence[Any], gradient: Sequence[Any], state: Any, fixed: Any, timed: Any, pieces: Pieces
    ) -> tuple[Any, Any]:
        """See `Move.moved`."""
        new, kept = self._step(pieces.join(theta), pieces.join(gradient), state, fixed[0])
        return pieces.split(new), kept

    def take(self, state: Any, n_steps: int) -> None:
        """See `Move.take`."""
        self._optimizer.memory.state = state
        self._optimizer.memory.n_steps += n_steps
