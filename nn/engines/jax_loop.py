"""Many steps of training as one function of JAX: a loop over batches, which ends before a step that is not finite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.sharding import Mesh, PartitionSpec

from nn.engines.jax_devices import AXIS
from nn.engines.jax_moves import Move, clipped

Numbers = Any  # an array of JAX


class Carried(NamedTuple):
    """What goes from step to step.

    Attributes:
        theta: the numbers of the parameters.
        state: what the optimizer remembers.
        average: their running mean; None without one.
    """

    theta: Numbers
    state: Any
    average: Any


class Given(NamedTuple):
    """What the steps of one call read.

    Attributes:
        first: the number of the first batch in its epoch.
        n_steps: how many steps to take, no more than there are columns in `timed`.
        orders: the order of the examples in each epoch; None keeps them in theirs.
        masks: the masks of dropout for the examples of these steps, in the order of the steps.
        fixed, timed: see `Move.shared`.
        shares: how far the running mean moves in each step; None without one.
    """

    first: Any
    n_steps: Any
    orders: Any
    masks: tuple[Any, ...]
    fixed: Any
    timed: Any
    shares: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What a loop does, besides what it is given.

    Attributes:
        value_and_grad: the mean loss of a batch and its gradient, of θ and a list of arrays.
        move: moves the parameters.
        n_examples: how many examples there are.
        batch_size: how many of them make a batch, a multiple of the number of devices.
        clip_norm: the largest norm of a gradient; None for no limit.
        mesh: the devices; None for one.
    """

    value_and_grad: Callable[[Any, Sequence[Any]], tuple[Any, Any]]
    move: Move
    n_examples: int
    batch_size: int
    clip_norm: float | None
    mesh: Mesh | None

    @property
    def n_batches(self) -> int:
        """How many batches an epoch has."""
        return -(-self.n_examples // self.batch_size)


def loop_of(plan: Plan) -> Callable[..., Any]:
    """Return a function to be compiled.

    It takes what the first step begins with (`Carried`), what the steps read (`Given`) and the arrays of all examples; it gives
    what the last step has led to, how many steps were taken, and the mean loss of each batch.

    A step whose loss or gradient is not finite changes nothing and ends the loop, so that it can be taken again with care.
    """

    def loop(before: Carried, given: Given, examples: Sequence[Any]) -> tuple[Carried, Any, Any]:
        def goes_on(now: tuple[Any, ...]) -> Any:
            i, is_fine, *_ = now
            return (i < given.n_steps) & is_fine

        def step(now: tuple[Any, ...]) -> tuple[Any, ...]:
            i, _, carried, losses = now
            loss, gradient = _gradient(plan, carried.theta, given, examples, i)
            is_fine = jnp.isfinite(loss) & jnp.isfinite(gradient).all()
            after = _after(plan, carried, gradient, given, i)
            # The loop ends where it isn't fine, and its arrays stay in place.
            kept = jax.tree.map(lambda new, old: jnp.where(is_fine, new, old), after, carried)
            return i + is_fine, is_fine, kept, losses.at[i].set(loss)

        losses = jnp.zeros(given.timed.shape[1], before.theta.dtype)
        n_taken, _, after, losses = lax.while_loop(goes_on, step, (jnp.int32(0), jnp.bool_(True), before, losses))
        return after, n_taken, losses

    if plan.mesh is None:
        return loop
    everywhere = PartitionSpec()
    # Each device has all arrays, and runs the loop by itself but for the sum of their gradients.
    together: Callable[..., Any] = jax.shard_map(loop, mesh=plan.mesh, in_specs=everywhere, out_specs=everywhere, check_vma=False)
    return together


def _after(plan: Plan, carried: Carried, gradient: Any, given: Given, i: Any) -> Carried:
    """What a step leads to."""
    if plan.clip_norm is not None:
        gradient = clipped(gradient, plan.clip_norm)
    theta, state = plan.move.moved(carried.theta, gradient, carried.state, given.fixed, given.timed[:, i])
    average = carried.average
    if average is not None:
        average = average + given.shares[i] * (theta - average)
    return Carried(theta, state, average)


def _gradient(plan: Plan, theta: Any, given: Given, examples: Sequence[Any], i: Any) -> tuple[Any, Any]:
    """The mean loss of a batch and its gradient, on all devices together."""
    n_devices = 1 if plan.mesh is None else plan.mesh.size
    rest = plan.n_examples % plan.batch_size
    place = given.first + i
    epoch, batch = place // plan.n_batches, place % plan.n_batches

    def some(start: Any, first_mask: Any, size: int) -> tuple[Any, Any]:
        start = jnp.asarray(start, jnp.int32)
        if given.orders is not None:
            rows = lax.dynamic_slice(given.orders, (epoch, start), (1, size))[0]
            arrays = [one.at[rows].get(mode="promise_in_bounds") for one in examples]
        elif size == plan.n_examples:
            arrays = list(examples)
        else:
            arrays = [lax.dynamic_slice_in_dim(one, start, size) for one in examples]
        masks = [lax.dynamic_slice_in_dim(one, first_mask, size) for one in given.masks]
        return plan.value_and_grad(theta, [*arrays, *masks])

    def whole(_: Any) -> tuple[Any, Any]:
        size = plan.batch_size // n_devices
        own = 0 if n_devices == 1 else lax.axis_index(AXIS) * size
        return some(batch * plan.batch_size + own, i * plan.batch_size + own, size)

    def remaining(_: Any) -> tuple[Any, Any]:
        # Too few to divide among the devices: each computes all of them.
        return some(plan.n_examples - rest, i * plan.batch_size, rest)

    if rest == 0:
        loss, gradient = whole(None)
    elif plan.n_batches == 1:
        loss, gradient = remaining(None)
    else:
        loss, gradient = lax.cond(batch == plan.n_batches - 1, remaining, whole, None)
    if n_devices > 1:
        # One sum for both.
        summed = lax.psum(jnp.append(gradient, loss) / n_devices, AXIS)
        gradient, loss = summed[:-1], summed[-1]
    return loss, gradient
