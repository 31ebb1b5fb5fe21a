"""A cubic B-spline on warped positions, by the recursion of Cox and de Boor (1972)."""

from itertools import pairwise

import numpy

from scalar_programs.work import Work

N_POINTS, DEGREE = 12, 3
KNOTS = [(k - DEGREE) / (N_POINTS - DEGREE) for k in range(N_POINTS + DEGREE + 1)]


def scalars(m, theta, x, y):
    points, stretch, shift = theta[:N_POINTS], theta[N_POINTS], theta[N_POINTS + 1]
    u = m.sigmoid(stretch * x + shift)
    basis = [m.where((u >= a) * (u < b), 1.0, 0.0) for a, b in pairwise(KNOTS)]
    for degree in range(1, DEGREE + 1):
        basis = [
            (u - KNOTS[k]) * (1.0 / (KNOTS[k + degree] - KNOTS[k])) * basis[k]
            + (KNOTS[k + degree + 1] - u) * (1.0 / (KNOTS[k + degree + 1] - KNOTS[k + 1])) * basis[k + 1]
            for k in range(len(basis) - 1)
        ]
    return m.square(m.dot(points, basis) - y)


def arrays(xp, theta, x, y):
    knots = xp.constant(numpy.array(KNOTS))
    u = xp.sigmoid(theta[N_POINTS] * x + theta[N_POINTS + 1])[..., None]
    basis = xp.where((u >= knots[:-1]) & (u < knots[1:]), 1.0, 0.0 * u)
    for d in range(1, DEGREE + 1):
        basis = (u - knots[: -d - 1]) / (knots[d:-1] - knots[: -d - 1]) * basis[..., :-1] + (knots[d + 1 :] - u) / (
            knots[d + 1 :] - knots[1:-d]
        ) * basis[..., 1:]
    return xp.square(basis @ theta[:N_POINTS] - y)


def make():
    generator = numpy.random.default_rng(11)

    def batch(m, seed):
        x = numpy.random.default_rng(seed).uniform(-2, 2, m)
        return x, numpy.sin(2 * x)

    start = (*generator.normal(size=N_POINTS).tolist(), 1.3, 0.1)
    return Work("b_spline", f"cubic B-spline, {N_POINTS} points", scalars, start, batch, arrays)
