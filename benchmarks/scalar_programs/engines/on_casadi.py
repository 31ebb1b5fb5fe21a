"""CasADi: a graph of scalars for one example, mapped over the batch, as C that gcc has compiled."""

import math
import shutil
from typing import Any

import casadi
import numpy

from scalar_programs.systems import of_casadi

FLAGS = ["-O2", "-march=native"]


def prepare(work, batch):
    """Loss and gradient, called through buffers, which is the fastest of the library's public calls.

    Raises:
        ImportError: there is no gcc.
    """
    if shutil.which("gcc") is None:
        raise ImportError("there is no gcc")
    m, n = len(batch[0]), len(work.start)
    theta = casadi.SX.sym("theta", n)
    symbols = [casadi.SX.sym(f"x{k}", math.prod(array.shape[1:])) for k, array in enumerate(batch)]
    example = [_nested(casadi.vertsplit(symbol), array.shape[1:]) for symbol, array in zip(symbols, batch, strict=True)]
    loss = of_casadi.restored(work.scalars(of_casadi, casadi.vertsplit(theta), *example))
    of_example = casadi.Function("of_example", [theta, *symbols], [loss, casadi.gradient(loss, theta)])
    of_batch = of_example.map("of_batch", "serial", m, [0], [0, 1])
    parameters = casadi.MX.sym("theta", n)
    arrays = [casadi.MX.sym(f"x{k}", symbol.shape[0], m) for k, symbol in enumerate(symbols)]
    total, gradient = of_batch(parameters, *arrays)
    options = {"jit": True, "compiler": "shell", "jit_options": {"compiler": "gcc", "flags": FLAGS, "verbose": False}}
    mean = casadi.Function("mean", [parameters, *arrays], [total / m, gradient / m], options)
    buffer, evaluate = mean.buffer()
    # CasADi's matrices lie by columns: one for each example, as a batch has rows.
    inputs: list[Any] = [numpy.array(work.start), *[numpy.ascontiguousarray(array, float) for array in batch]]
    outputs: list[Any] = [numpy.zeros(1), numpy.zeros(n)]
    for k, array in enumerate(inputs):
        buffer.set_arg(k, memoryview(array))
    for k, array in enumerate(outputs):
        buffer.set_res(k, memoryview(array))

    def call(kept=(mean, buffer, inputs)):
        evaluate()

    def result():
        call()
        return float(outputs[0][0]), outputs[1].copy()

    return call, result


def _nested(numbers, shape):
    if not shape:
        return numbers[0]
    size = len(numbers) // shape[0]
    return [_nested(numbers[k * size : (k + 1) * size], shape[1:]) for k in range(shape[0])]
