"""This project: `vectorize`, and `program.value_and_grad` with all its checks."""

from contextlib import suppress

import numpy

from autograd import Value, vectorize

# Libraries are loaded when they are first used, which is not a program's to pay for.
_a = Value(1.0)
for _engine in ("numpy", "native"):
    with suppress(ImportError):
        vectorize(lambda x: _a * x, 1.0, engine=_engine)


def prepare(work, batch, engine):
    """Compile for one of this project's engines."""
    program = vectorize(work.f, *work.example, engine=engine)
    theta = program.parameters.read()
    place = {parameter: k for k, parameter in enumerate(work.parameters)}
    order = numpy.array([place[parameter] for parameter in program.parameters.values])
    value_and_grad = program.value_and_grad

    def call():
        return value_and_grad(theta, *batch)

    def result():
        loss, own = call()
        gradient = numpy.zeros(len(work.start))
        gradient[order] = own
        return loss, gradient

    return call, result


def prepare_numpy(work, batch):
    """Compile into statements of NumPy."""
    return prepare(work, batch, "numpy")


def prepare_native(work, batch):
    """Compile into machine code."""
    return prepare(work, batch, "native")


def prepare_auto(work, batch):
    """Compile into what `vectorize` expects to be faster."""
    return prepare(work, batch, "auto")
