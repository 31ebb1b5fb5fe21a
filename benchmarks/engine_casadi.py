"""One training step with CasADi: a graph of scalars for one example, mapped over the batch; run by its virtual machine."""

from __future__ import annotations

import casadi
import numpy
from engines import Array, Engine
from scalar_networks import LOSSES
from works import Work


def make(work: Work, threads: int) -> Engine:
    """Loss and gradient of an example on SX; `map` adds them up over the batch. No arrays are converted in a step."""
    n_parameters, n_inputs, m = len(work.start()), work.sizes[0], work.n_examples
    theta, x, y = casadi.SX.sym("theta", n_parameters), casadi.SX.sym("x", n_inputs), casadi.SX.sym("y")
    loss = LOSSES[work.network](
        work.sizes, casadi.vertsplit(theta), casadi.vertsplit(x), y, lambda z: casadi.fmax(z, 0), casadi.tanh
    )
    of_example = casadi.Function("of_example", [theta, x, y], [loss, casadi.gradient(loss, theta)])
    of_batch = of_example.map("of_batch", "serial", m, [0], [0, 1])
    parameters, X, Y = casadi.MX.sym("theta", n_parameters), casadi.MX.sym("X", n_inputs, m), casadi.MX.sym("y", 1, m)
    losses, gradients = of_batch(parameters, X, Y)
    update = casadi.Function("update", [parameters, X, Y], [losses / m, parameters - work.rate / m * gradients])
    buffer, evaluate = update.buffer()
    mean_loss: Array = numpy.zeros(1)
    updated: Array = numpy.zeros(n_parameters)
    flat = work.start()
    buffer.set_arg(0, memoryview(flat))
    buffer.set_res(0, memoryview(mean_loss))
    buffer.set_res(1, memoryview(updated))

    def step(X: memoryview, y: memoryview) -> float:
        buffer.set_arg(1, X)
        buffer.set_arg(2, y)
        evaluate()
        flat[:] = updated
        return mean_loss[0]

    def write(start: Array) -> None:
        flat[:] = start

    # CasADi's matrices lie by columns: one for each example, as X has rows.
    return Engine(step, flat.copy, write, lambda X, y: (memoryview(X), memoryview(y)))
