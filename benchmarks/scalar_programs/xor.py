"""XOR by a network of two hidden units."""

import numpy

from scalar_programs.work import Work, matrix, split, vector


def scalars(m, theta, x, y):
    numbers = iter(theta)
    W, b = matrix(numbers, 2, 2), vector(numbers, 2)
    v, c = vector(numbers, 2), next(numbers)
    h = [m.tanh(m.dot(w, x) + b_k) for w, b_k in zip(W, b, strict=True)]
    return m.square(m.tanh(m.dot(v, h) + c) - y)


def arrays(xp, theta, x, y):
    W, b, v, c = split(theta, (2, 2), (2,), (2,), ())
    return xp.square(xp.tanh(xp.tanh(x @ W.T + b) @ v + c) - y)


def make():
    generator = numpy.random.default_rng(25)

    def batch(m, seed):
        order = numpy.random.default_rng(seed).permutation(4)[:m]
        return numpy.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[order], numpy.array([-1.0, 1.0, 1.0, -1.0])[order]

    return Work("xor", "XOR 2-2-1, 4 examples", scalars, tuple(generator.normal(size=9).tolist()), batch, arrays, (4,))
