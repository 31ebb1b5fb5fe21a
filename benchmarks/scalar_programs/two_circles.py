"""A network of two hidden layers for points of the plane, written with + and ×, as with micrograd."""

from itertools import pairwise

import numpy

from scalar_programs.work import Work, matrix, split, vector

SIZES = (2, 16, 16, 1)


def scalars(m, theta, x, y):
    numbers = iter(theta)
    h = list(x)
    for n_in, n_out in pairwise(SIZES):
        W, b = matrix(numbers, n_out, n_in), vector(numbers, n_out)
        z = [sum((w_i * h_i for w_i, h_i in zip(w, h, strict=True)), b_k) for w, b_k in zip(W, b, strict=True)]
        h = [m.relu(z_k) for z_k in z] if n_out > 1 else z
    return m.relu(1.0 - y * h[0])


def arrays(xp, theta, x, y):
    shapes = [shape for n_in, n_out in pairwise(SIZES) for shape in ((n_out, n_in), (n_out,))]
    W1, b1, W2, b2, W3, b3 = split(theta, *shapes)
    h = xp.relu(xp.relu(x @ W1.T + b1) @ W2.T + b2)
    return xp.relu(1.0 - y * (h @ W3.T + b3)[..., 0])


def make():
    generator = numpy.random.default_rng(26)
    parts = []
    for n_in, n_out in pairwise(SIZES):
        parts += [generator.normal(size=n_out * n_in) * (2.0 / n_in) ** 0.5, 0.1 * generator.normal(size=n_out)]

    def batch(m, seed):
        x = numpy.random.default_rng(seed).uniform(-1, 1, (m, 2))
        return x, numpy.where((x**2).sum(1) < 0.5, 1.0, -1.0)

    start = tuple(numpy.concatenate(parts).tolist())
    return Work("two_circles", "2-16-16-1, 100 examples", scalars, start, batch, arrays, (1, 32, 100, 256))
