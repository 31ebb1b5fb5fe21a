"""Logistic regression on features and on all products of two of them."""

from itertools import combinations

import numpy

from scalar_programs.work import Work

N = 8
PAIRS = list(combinations(range(N), 2))


def scalars(m, theta, x, y):
    z = theta[0]
    for k in range(N):
        z = z + theta[1 + k] * x[k]
    for weight, (i, j) in zip(theta[1 + N :], PAIRS, strict=True):
        z = z + weight * x[i] * x[j]
    return m.softplus(-y * z)


def arrays(xp, theta, x, y):
    first, second = numpy.array(PAIRS).T
    z = theta[0] + x @ theta[1 : 1 + N] + (x[..., first] * x[..., second]) @ theta[1 + N :]
    return xp.softplus(-y * z)


def make():
    generator = numpy.random.default_rng(21)

    def batch(m, seed):
        x = numpy.random.default_rng(seed).normal(size=(m, N))
        return x, numpy.where(x[:, 0] * x[:, 1] + x[:, 2] > 0, 1.0, -1.0)

    start = tuple((0.3 * generator.normal(size=1 + N + len(PAIRS))).tolist())
    return Work("interactions", f"logistic regression, {N} features and {len(PAIRS)} products", scalars, start, batch, arrays)
