"""A linear system solved by elimination, its matrix learned."""

import numpy

from scalar_programs.work import Work, matrix

N = 6


def scalars(m, theta, right_side, wanted):
    A, b = matrix(iter(theta), N, N), list(right_side)
    for k in range(N):
        for i in range(k + 1, N):
            factor = A[i][k] / A[k][k]
            A[i] = [*A[i][: k + 1], *[A[i][j] - factor * A[k][j] for j in range(k + 1, N)]]
            b[i] = b[i] - factor * b[k]
    x = [0.0] * N
    for i in reversed(range(N)):
        rest = b[i]
        for j in range(i + 1, N):
            rest = rest - A[i][j] * x[j]
        x[i] = rest / A[i][i]
    return sum(m.square(x_i - wanted_i) for x_i, wanted_i in zip(x, wanted, strict=True))


def arrays(xp, theta, right_side, wanted):
    x = xp.solve(theta.reshape((N, N)), right_side)
    return xp.square(x - wanted).sum(-1)


def make():
    generator = numpy.random.default_rng(15)
    start = 3.0 * numpy.eye(N) + 0.5 * generator.normal(size=(N, N))

    def batch(m, seed):
        right_side, wanted = numpy.random.default_rng(seed).normal(size=(2, m, N))
        return right_side.copy(), wanted.copy()

    return Work("linear_system", f"{N} × {N} linear system", scalars, tuple(start.ravel().tolist()), batch, arrays)
