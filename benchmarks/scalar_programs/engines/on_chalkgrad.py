"""This project: `vectorize`, and `program.value_and_grad` with all its checks."""

from inspect import signature

import numpy

from autograd import vectorize


def prepare(work, batch, engine):
    """Compile for one of this project's engines.

    Raises:
        ImportError: there is no such engine here.
    """
    if "engine" in signature(vectorize).parameters:
        program = vectorize(work.f, *work.example, engine=engine)
    elif engine == "numpy":
        program = vectorize(work.f, *work.example)
    else:
        raise ImportError(f"vectorize has no engine {engine!r} yet")
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
