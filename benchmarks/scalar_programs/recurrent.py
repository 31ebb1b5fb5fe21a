"""A recurrent network that classifies a sequence (Elman 1990)."""

import numpy

from scalar_programs.work import Work, matrix, split, vector

N_STEPS, N_INPUTS, N_UNITS, N_CLASSES = 24, 4, 16, 3


def scalars(m, theta, x, label):
    numbers = iter(theta)
    W, U, b = matrix(numbers, N_UNITS, N_INPUTS), matrix(numbers, N_UNITS, N_UNITS), vector(numbers, N_UNITS)
    V, c = matrix(numbers, N_CLASSES, N_UNITS), vector(numbers, N_CLASSES)
    h = [0.0] * N_UNITS
    for x_t in x:
        h = [m.tanh(m.dot(w, x_t) + m.dot(u, h) + b_k) for w, u, b_k in zip(W, U, b, strict=True)]
    z = [m.dot(v, h) + c_k for v, c_k in zip(V, c, strict=True)]
    return m.logsumexp(z) - m.pick(z, label)


def arrays(xp, theta, x, label):
    W, U, b, V, c = split(theta, (N_UNITS, N_INPUTS), (N_UNITS, N_UNITS), (N_UNITS,), (N_CLASSES, N_UNITS), (N_CLASSES,))
    h = xp.scan(lambda h, a: xp.tanh(a + h @ U.T), xp.zeros(N_UNITS), (x @ W.T + b, 1))
    z = h @ V.T + c
    return xp.logsumexp(z) - xp.pick(z, label)


def make():
    generator = numpy.random.default_rng(1)
    n = N_UNITS * (N_INPUTS + N_UNITS + 1) + N_CLASSES * (N_UNITS + 1)

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return generator.normal(size=(m, N_STEPS, N_INPUTS)), generator.integers(0, N_CLASSES, m)

    title = f"recurrent network, {N_UNITS} units, {N_STEPS} steps"
    return Work("recurrent", title, scalars, tuple((0.3 * generator.normal(size=n)).tolist()), batch, arrays)
