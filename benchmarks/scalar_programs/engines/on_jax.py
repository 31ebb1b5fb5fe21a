"""JAX: a compiled function of NumPy arrays, as one has them, that waits until its results are there."""

import jax
import numpy

jax.config.update("jax_enable_x64", True)
jax.jit(lambda x: x + 1.0)(numpy.ones(2)).block_until_ready()  # what JAX does once in a process is not a program's to pay for

from scalar_programs.systems import of_jax  # noqa: E402


def loss_of(work):
    """The loss of one example: on arrays if the program has any, else on its scalars."""
    if work.arrays is not None:
        return lambda theta, *example: work.arrays(of_jax, theta, *example)

    def loss(theta, *example):
        numbers = [theta[k] for k in range(len(work.start))]
        return work.scalars(of_jax, numbers, *[x if x.ndim == 0 else list(x) for x in example])

    return loss


def prepare(work, batch, unroll=1, of_mean=True):
    """The derivative of the mean over a batch, or the mean of the derivatives."""
    of_jax.unroll = unroll
    loss, axes = loss_of(work), (None, *[0] * len(batch))
    if of_mean:
        compiled = jax.jit(jax.value_and_grad(lambda theta, *batch: jax.vmap(loss, axes)(theta, *batch).mean()))
    else:
        each = jax.vmap(jax.value_and_grad(loss), axes)
        compiled = jax.jit(lambda theta, *batch: jax.tree.map(lambda x: x.mean(0), each(theta, *batch)))
    theta = numpy.array(work.start)

    def call():
        return jax.block_until_ready(compiled(theta, *batch))

    def result():
        loss, gradient = call()
        return float(loss), numpy.asarray(gradient)

    return call, result


def prepare_unrolled(work, batch):
    """With all steps of all loops written out."""
    return prepare(work, batch, unroll=True)


def prepare_each(work, batch):
    """`vmap` of `value_and_grad`, and the mean of what it gives."""
    return prepare(work, batch, of_mean=False)
