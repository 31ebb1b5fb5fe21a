"""Many steps of training as one function of JAX: a loop over batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.sharding import Mesh, PartitionSpec

from autograd.vectorizing.jax.pieces import Pieces
from nn.engines.jax_devices import AXIS
from nn.engines.jax_moves import Move, clipped

Numbers = Any  # an array of JAX


class Carried(NamedTuple):
    """What goes from step to step.

    Attributes:
        theta: the numbers of the parameters: a vector, or within the loop the pieces that the program computes with.
        state: what the optimizer remembers.
        average: their running mean, like `theta`; None without one.
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
        value_and_grad: the mean loss of a batch and its gradient, of θ in pieces and a list of arrays.
        pieces: what pieces these are.
        move: moves the parameters.
        n_examples: how many examples there are.
        batch_size: how many of them make a batch, a multiple of the number of devices.
        clip_norm: the largest norm of a gradient; None for no limit.
        mesh: the devices; None for one.
    """

    value_and_grad: Callable[[Any, Sequence[Any]], tuple[Any, Any]]
    pieces: Pieces
    move: Move
    n_examples: int
    batch_size: int
    clip_norm: float | None
    mesh: Mesh | None

    @property
    def n_batches(self) -> int:
        """How many batches an epoch has."""
        return -(-self.n_examples // self.batch_size)


def loop_of(plan: Plan, *, careful: bool, at_once: int = 1) -> Callable[..., Any]:
    """Return a function to be compiled.

    It takes what the first step begins with (`Carried`), what the steps read (`Given`) and the arrays of all examples; it gives
    what the last step has led to, how many steps were taken, the mean loss of each batch, and whether all of that is finite.

    Args:
        plan: what is done in a step.
        careful: whether each step is looked at. One whose loss or gradient is not finite then changes nothing and ends the loop,
            so that it can be taken again by itself.
        at_once: how many steps are taken before it is seen whether to go on. Those that are too many change nothing.
    """

    def loop(before: Carried, given: Given, examples: Sequence[Any]) -> tuple[Carried, Any, Any, Any]:
        def goes_on(now: tuple[Any, ...]) -> Any:
            i, is_fine, *_ = now
            return (i < given.n_steps) & is_fine

        def step(now: tuple[Any, ...]) -> tuple[Any, ...]:
            i, is_fine, carried, losses = now
            loss, gradient = _gradient(plan, carried.theta, given, examples, i)
            after = _after(plan, carried, gradient, given, i)
            counts = goes_on(now) if at_once > 1 else is_fine
            if careful:
                is_fine = jnp.where(counts, _are_finite([loss, *gradient]), is_fine)
                counts &= is_fine
            if careful or at_once > 1:
                # A step that doesn't count leaves the arrays in place.
                after = jax.tree.map(lambda new, old: jnp.where(counts, new, old), after, carried)
                loss = jnp.where(counts, loss, losses[i])
            return i + counts, is_fine, after, losses.at[i].set(loss)

        def steps(now: tuple[Any, ...]) -> tuple[Any, ...]:
            after: tuple[Any, ...] = lax.fori_loop(0, at_once, lambda _, now: step(now), now)
            return after

        losses = jnp.zeros(given.timed.shape[1], before.theta.dtype)
        start = jnp.int32(0), jnp.bool_(True), _in_pieces(plan, before), losses
        n_taken, _, after, losses = lax.while_loop(goes_on, steps if at_once > 1 else step, start)
        is_fine = jnp.bool_(True) if careful else _are_finite([losses, *jax.tree.leaves(after)])
        return _in_vectors(plan, after), n_taken, losses, is_fine

    if plan.mesh is None:
        return loop
    everywhere = PartitionSpec()
    # Each device has all arrays, and runs the loop by itself but for the sum of their gradients.
    together: Callable[..., Any] = jax.shard_map(loop, mesh=plan.mesh, in_specs=everywhere, out_specs=everywhere, check_vma=False)
    return together


def _are_finite(arrays: Sequence[Any]) -> Any:
    return jnp.stack([jnp.isfinite(array).all() for array in arrays]).all()


def _in_pieces(plan: Plan, carried: Carried) -> Carried:
    average = None if carried.average is None else plan.pieces.split(carried.average)
    return Carried(plan.pieces.split(carried.theta), plan.move.split(carried.state, plan.pieces), average)


def _in_vectors(plan: Plan, carried: Carried) -> Carried:
    average = None if carried.average is None else plan.pieces.join(carried.average)
    return Carried(plan.pieces.join(carried.theta), plan.move.joined(carried.state, plan.pieces), average)


def _after(plan: Plan, carried: Carried, gradient: Any, given: Given, i: Any) -> Carried:
    """What a step leads to."""
    if plan.clip_norm is not None:
        gradient = clipped(gradient, plan.clip_norm)
    theta, state = plan.move.moved(carried.theta, gradient, carried.state, given.fixed, given.timed[:, i], plan.pieces)
    average = carried.average
    if average is not None:
        average = tuple([one + given.shares[i] * (new - one) for one, new in zip(average, theta, strict=True)])
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
        summed = lax.psum(jnp.append(plan.pieces.join(gradient), loss) / n_devices, AXIS)
        gradient, loss = plan.pieces.split(summed[:-1]), summed[-1]
    return loss, gradient
