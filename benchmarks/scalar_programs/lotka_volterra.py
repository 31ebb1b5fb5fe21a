"""Predators and prey (Lotka 1920, Volterra 1926), by Euler's method."""

import numpy

from scalar_programs.work import Work

N_STEPS, DT = 200, 0.01


def _step(theta, x, y):
    a, b, c, d = theta[0], theta[1], theta[2], theta[3]
    met = x * y
    return x + DT * (a * x - b * met), y + DT * (d * met - c * y)


def scalars(m, theta, x, y, x_seen, y_seen):
    for _ in range(N_STEPS):
        x, y = _step(theta, x, y)
    return m.square(x - x_seen) + m.square(y - y_seen)


def arrays(xp, theta, x, y, x_seen, y_seen):
    x, y = xp.repeat(lambda state: _step(theta, *state), (x, y), N_STEPS)
    return xp.square(x - x_seen) + xp.square(y - y_seen)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return tuple(generator.uniform(0.5, 2.0, (4, m)).copy())

    return Work("lotka_volterra", f"Lotka-Volterra, {N_STEPS} steps", scalars, (1.1, 0.4, 0.9, 0.3), batch, arrays)
